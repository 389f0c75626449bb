#include "text/adapt.hpp"

#include <doctest/doctest.h>

#include "text/length.hpp"

using namespace carillon;

namespace {

Limits small(std::int64_t length) {
  Limits out;
  out.platform = "mastodon";
  out.length = length;
  out.count = [](std::string_view text) { return mastodon_length(text); };
  out.entities = mastodon_entities;
  return out;
}

Announcement announce(const std::string& body) {
  Announcement out;
  out.permalink = "https://tea-house.org/posts/a/";
  out.draft.body = body;
  return out;
}

}  // namespace

TEST_CASE("what fits is shown whole, with link and tags") {
  Announcement a = announce("# Tea\n\nThe *new* pot.");
  a.draft.tags = {"tea time"};
  const Rendition r = adapt(a, "toots", small(500));
  REQUIRE(r.parts.size() == 1);
  CHECK(r.parts[0].text == "Tea\n\nThe new pot.\n\nhttps://tea-house.org/posts/a/\n\n#teatime");
  CHECK(r.used == Used::full);
  CHECK(r.parts[0].facets.size() == 2);
  CHECK(r.parts[0].length == mastodon_length(r.parts[0].text));
}

TEST_CASE("the shortest text a person wrote is used when the whole does not fit") {
  Announcement a = announce(std::string(400, 'x') + " end");
  a.draft.texts = {{"x", "Short one"}, {"bluesky", "A longer one for there"}};
  Rendition r = adapt(a, "toots", small(100));
  CHECK(r.used == Used::shortest);
  CHECK(r.parts[0].text == "Short one\n\nhttps://tea-house.org/posts/a/");
  CHECK(r.warnings.size() == 1);
  a.draft.texts["toots"] = "Mine";
  r = adapt(a, "toots", small(100));
  CHECK(r.used == Used::own);
  CHECK(r.parts[0].text == "Mine");
}

TEST_CASE("without a short text its beginning and the link are used, cut between words") {
  const Rendition r = adapt(announce("One sentence here. " + std::string(40, 'y') +
                                     " and more of " + std::string(200, 'z')),
                            "toots", small(60));
  CHECK(r.used == Used::summary);
  CHECK(r.parts[0].text == "One sentence here.\n\nhttps://tea-house.org/posts/a/");
}

TEST_CASE("a person's breaks make a thread, but not inside code") {
  const Rendition r = adapt(announce("First.\n---\nSecond.\n\n```\n---\n```\n"), "t", small(500));
  REQUIRE(r.parts.size() == 2);
  CHECK(r.parts[0].text == "First.");
  CHECK(r.parts[1].text == "Second.\n\n---\n\nhttps://tea-house.org/posts/a/");
}

TEST_CASE("no stranger is tagged") {
  Announcement a = announce("Thanks @kim and @lee, mail me@tea.example.");
  a.draft.mentions["kim"]["mastodon"] = "@kim@tea.example";
  const Rendition r = adapt(a, "toots", small(500));
  CHECK(r.parts[0].text.starts_with("Thanks @kim@tea.example and lee, mail me@tea.example."));
  CHECK(r.warnings.size() == 1);
}

TEST_CASE("where nobody can be tagged a name stays as it was written, in code too") {
  const Announcement a = announce("Thanks @lee. Use `@dataclass`.");
  Limits limits = small(0);
  limits.mentions = false;
  limits.markup = Markup::markdown;
  const Rendition r = adapt(a, "home", limits);
  CHECK(r.parts[0].text == "Thanks @lee. Use `@dataclass`.");
  CHECK(r.warnings.empty());
}

TEST_CASE("an own text that does not fit blocks, and says by how much") {
  Announcement a = announce("b");
  a.draft.texts["toots"] = std::string(101, 'w');
  const Rendition r = adapt(a, "toots", small(100));
  REQUIRE(r.blockers.size() == 1);
  CHECK(r.blockers[0].starts_with("a part is 101 long, toots takes 100"));
}

TEST_CASE("a body too long for one part becomes a thread where the channel splits") {
  Announcement a = announce(
      "# Tea\n\nThe *new* pot is here, and it whistles. We made `make tea now` shorter.\n\nAsk "
      "@kim "
      "when it is hot. Then come to the table and drink.");
  a.draft.mentions["kim"]["mastodon"] = "@kim@tea.example";
  a.draft.texts["x"] = "A pot";
  a.draft.tags = {"tea"};
  Limits limits = small(81);
  CHECK(adapt(a, "toots", limits).used == Used::shortest);
  limits.threads = Threads::split;
  limits.numbered = true;
  const Rendition r = adapt(a, "toots", limits);
  CHECK(r.used == Used::full);
  CHECK(r.blockers.empty());
  REQUIRE(r.parts.size() == 3);
  CHECK(r.parts[0].text.ends_with(" (1/3)"));
  CHECK(r.parts[1].text.find("Ask @kim@tea.example") != std::string::npos);
  CHECK(r.parts[2].text.ends_with("https://tea-house.org/posts/a/\n\n#tea (3/3)"));
  for (const Part& part : r.parts) CHECK(part.length <= 81);
}

TEST_CASE("a person's breaks stay where the channel splits, and are numbered") {
  Limits limits = small(60);
  limits.threads = Threads::split;
  limits.numbered = true;
  Announcement a = announce("b");
  a.draft.texts["toots"] =
      "First.\n---\nThe second part is longer. It goes on until it is too long.\n---\nThird.";
  Rendition r = adapt(a, "toots", limits);
  REQUIRE(r.parts.size() == 4);
  CHECK(r.parts[0].text == "First. (1/4)");
  CHECK(r.parts[1].text == "The second part is longer. (2/4)");
  CHECK(r.parts[2].text == "It goes on until it is too long. (3/4)");
  CHECK(r.parts[3].text == "Third. (4/4)");
  limits.threads = Threads::manual;
  a.draft.texts["toots"] = "First.\n---\nSecond.";
  r = adapt(a, "toots", limits);
  REQUIRE(r.parts.size() == 2);
  CHECK(r.parts[1].text == "Second. (2/2)");
  a.draft.texts["toots"] = "First.\n---\n" + std::string(58, 'x');
  r = adapt(a, "toots", limits);
  CHECK(r.parts[0].text == "First.");
  CHECK(r.blockers.empty());
  CHECK(r.warnings.size() == 1);
}

TEST_CASE("what no cut makes fit is not sent as a thread") {
  Limits limits = small(60);
  limits.threads = Threads::split;
  Announcement a = announce("A word: " + std::string(70, 'w'));
  a.draft.summary = "A long word.";
  CHECK(adapt(a, "toots", limits).used == Used::shortest);
  std::string much;
  for (int i = 0; i < 400; ++i) much += "Tea is hot. ";
  a.draft.body = much;
  CHECK(adapt(a, "toots", limits).used == Used::shortest);
  a.draft.texts["toots"] = a.draft.body + std::string(70, 'w');
  const Rendition r = adapt(a, "toots", limits);
  CHECK(r.used == Used::own);
  CHECK(r.blockers.size() == 2);
}

TEST_CASE("a channel that knows no entities takes an announcement without a body") {
  Limits home;
  home.platform = "home";
  home.markup = Markup::markdown;
  home.count = [](std::string_view text) { return static_cast<std::int64_t>(text.size()); };
  Announcement a = announce("");
  a.draft.title = "Tea";
  CHECK(adapt(a, "home", home).parts.at(0).text == "Tea\n\nhttps://tea-house.org/posts/a/");
  a.draft.texts["toots"] = "Tea is served.";
  CHECK(adapt(a, "home", home).used == Used::shortest);
}

TEST_CASE("pictures go with the first part, as many as the platform takes") {
  Announcement a = announce("First.\n---\nSecond.");
  a.draft.media = {{"a.png", "A", ""}, {"b.png", "B", ""}, {"c.png", "C", ""}};
  Limits limits = small(500);
  Rendition r = adapt(a, "toots", limits);
  REQUIRE(r.parts.size() == 2);
  CHECK(r.parts[0].media == std::vector<std::int64_t>{0, 1, 2});
  CHECK(r.parts[1].media.empty());
  CHECK(r.warnings.empty());
  limits.image.count = 1;
  r = adapt(a, "toots", limits);
  CHECK(r.parts[0].media == std::vector<std::int64_t>{0});
  CHECK(r.warnings ==
        std::vector<std::string>{"toots takes only 1 of the pictures; left out: b.png, c.png"});
  limits.image.count = 0;
  a.draft.media[0].alt.clear();
  r = adapt(a, "toots", limits);
  CHECK(r.parts[0].media.empty());
  CHECK(r.warnings ==
        std::vector<std::string>{"toots takes no pictures; left out: a.png, b.png, c.png"});
}

TEST_CASE("alt text is asked for, required where the policy says so, and counted") {
  Announcement a = announce("First.");
  a.draft.media = {{"a.png", " ", ""}};
  Limits limits = small(500);
  CHECK(adapt(a, "toots", limits).warnings.at(0).starts_with("a.png has no alt text"));
  CHECK(adapt(a, "toots", limits).blockers.empty());
  limits.image.alt_required = true;
  CHECK(adapt(a, "toots", limits).blockers.at(0).starts_with("a.png has no alt text"));
  CHECK(adapt(a, "toots", limits).warnings.empty());
  limits.image.alt_length = 5;
  a.draft.media[0].alt = "äöüßé";
  CHECK(adapt(a, "toots", limits).blockers.empty());
  a.draft.media[0].alt = "äöüßéx";
  CHECK(adapt(a, "toots", limits).blockers ==
        std::vector<std::string>{"the alt text of a.png is 6 long, toots takes 5: shorten it"});
  limits.image.alt_count = [](std::string_view) { return std::int64_t{5}; };
  CHECK(adapt(a, "toots", limits).blockers.empty());
}
