#include "hub/link_card.hpp"

#include <doctest/doctest.h>

#include "home/site.hpp"
#include "hub/project.hpp"
#include "hub/publishing.hpp"

using namespace carillon;

namespace {

const Actor owner{.name = "admin", .holds = Permission::admin, .local = true};

CardShown on(Hub& hub, const std::string& channel, const std::string& fields) {
  const std::string text = "---\ntitle: Tea\nslug: tea\n" + fields + "---\nTea is ready.\n";
  const auto all = preview(hub, owner, {.text = text, .channel = {channel}});
  REQUIRE_MESSAGE(all.has_value(), all.error().what);
  return all->at(0).card;
}

}  // namespace

TEST_CASE("a card is shown as it is sent, or as our own page gives it") {
  rig::Project project;
  // Platforms take for a link only what ends in a domain that there is.
  project.take("  url: http://127.0.0.1:8080   # where the home lives\n");
  project.append("  url: https://bells.example.org\n", "organisation:\n");
  project.append("  sky:\n    platform: bluesky\n    handle: tea.example\n", "channels:\n");
  project.append("  toots:\n    platform: mastodon\n    server: https://tea.example\n",
                 "channels:\n");
  project.append("  club:\n    platform: manual\n    rules: linkedin\n", "channels:\n");
  const auto hub = project.open();
  const std::string page = hub->workspace().config.organisation.url + post_path("tea");

  const CardShown sent = on(*hub, "sky", "summary: Green, and hot.\n");
  CHECK(sent.sent);
  CHECK(sent.url == page);
  CHECK(sent.title == "Tea");
  CHECK(sent.description == "Green, and hot.");
  CHECK(!sent.foreign);
  CHECK(sent.picture == -1);
  // Without a summary we send none, and platforms read the text of our page.
  CHECK(on(*hub, "sky", "").description.empty());
  for (const char* channel : {"toots", "club"}) {
    CAPTURE(channel);
    const CardShown own = on(*hub, channel, "");
    CHECK(!own.sent);
    CHECK(own.url == page);
    CHECK(own.title == "Tea");
    CHECK(own.description == "Tea is ready.");
  }
  CHECK(on(*hub, "echo", "").url.empty());
  CHECK(on(*hub, "home", "").url.empty());
}

TEST_CASE("nothing is said of a page that is not ours") {
  rig::Project project;
  project.append("  sky:\n    platform: bluesky\n    handle: tea.example\n", "channels:\n");
  project.append("  toots:\n    platform: mastodon\n    server: https://tea.example\n",
                 "channels:\n");
  const auto hub = project.open();
  const std::string link = "link: https://elsewhere.example.org/tea\n";
  const CardShown own = on(*hub, "toots", link);
  CHECK(own.url == "https://elsewhere.example.org/tea");
  CHECK(own.foreign);
  CHECK(own.title.empty());
  const CardShown sent = on(*hub, "sky", link);
  CHECK(sent.foreign);
  CHECK(sent.sent);
  CHECK(sent.title == "Tea");
}

TEST_CASE("pictures of a post take the place of its card") {
  Draft draft;
  draft.title = "Tea";
  draft.media = {{"cup.png", "A cup", "0"}};
  Rendition rendition;
  rendition.platform = "bluesky";
  rendition.card = LinkCard{"https://t.example/tea", "Tea", ""};
  Part part;
  part.media = {0};
  rendition.parts = {part};
  CHECK(card_shown(rendition, draft, "https://t.example/tea").url.empty());
  // Where they stand elsewhere, the card of our page shows the first.
  rendition.parts = {Part{}};
  const CardShown shown = card_shown(rendition, draft, "https://t.example/tea");
  CHECK(shown.picture == 0);
  CHECK(shown.part == 0);
}
