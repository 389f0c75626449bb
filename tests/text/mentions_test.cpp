#include "text/mentions.hpp"

#include <doctest/doctest.h>

#include "like.hpp"
#include "text/adapt.hpp"
#include "text/markdown.hpp"

using namespace carillon;

namespace {

struct Said {
  std::string text;
  std::vector<std::string> warnings;
};

Said say(const std::string& text, const std::string& platform, const Draft& draft = {},
         Written written = Written::shared) {
  Said out;
  out.text = with_mentions({text, {}}, written, draft, like(platform), out.warnings).text;
  return out;
}

Announcement announce(const std::string& body) {
  Announcement out;
  out.draft.body = body;
  return out;
}

}  // namespace

TEST_CASE("an \"@\" inside an address stays") {
  const std::string text =
      "Follow us at https://fosstodon.org/@us and "
      "[YouTube](https://www.youtube.com/@galaxyproject)."
      " See https://github.com/@a/b?c=@d.";
  for (const std::string& platform : platforms) {
    const Rendition r = adapt(announce(text), platform, like(platform));
    CHECK(r.parts.at(0).text ==
          "Follow us at https://fosstodon.org/@us and YouTube "
          "(https://www.youtube.com/@galaxyproject). See https://github.com/@a/b?c=@d.");
    CHECK(r.warnings.empty());
  }
  CHECK(say("See fosstodon.org/@us", "x").text == "See fosstodon.org/@us");
  CHECK(say("See fosstodon.org/@us", "mastodon").text == "See fosstodon.org/@us");
}

TEST_CASE("code is as written where nobody is told by it") {
  const Announcement a = announce("Run `npm i @angular`:\n\n```\n@Injectable()\n```");
  Rendition r = adapt(a, "b", like("bluesky"));
  CHECK(r.parts.at(0).text == "Run npm i @angular:\n\n@Injectable()");
  CHECK(r.warnings.empty());
  for (const std::string& platform : {std::string("x"), std::string("mastodon")}) {
    r = adapt(a, platform, like(platform));
    CHECK(r.parts.at(0).text == "Run npm i angular:\n\nInjectable()");
    CHECK(r.warnings ==
          std::vector<std::string>{
              "\"@angular\" in code would tell somebody here, so its \"@\" was left out",
              "\"@Injectable\" in code would tell somebody here, so its \"@\" was left out"});
  }
  // A name in "mentions" is a person, and code speaks of none.
  Draft draft;
  draft.mentions["kim"]["x"] = "kimdrinks";
  CHECK(say("@kim wrote `a @kim`", "x", draft).text == "@kimdrinks wrote `a kim`");
  Limits webhook = like("webhook");
  webhook.entities = {};
  webhook.markup = Markup::markdown;
  r = adapt(announce("Hi @lee\n\n~~~\n@Injectable()\n---\n`~~~\n~~~\n\nand `a @b/c`"), "w",
            webhook);
  CHECK(r.parts.at(0).text == "Hi lee\n\n~~~\n@Injectable()\n---\n`~~~\n~~~\n\nand `a @b/c`");
}

TEST_CASE("what was whole stays whole when the text before it changes") {
  Passage passage = passage_of_marked(markdown_to_marked("@a and `b c` @kim `d e`"));
  Draft draft;
  draft.mentions["kim"]["x"] = "kimdrinks";
  std::vector<std::string> warnings;
  passage = with_mentions(passage, Written::shared, draft, like("x"), warnings);
  CHECK(passage.text == "a and b c @kimdrinks d e");
  CHECK(passage.whole == std::vector<Whole>{{6, 9}, {21, 24}});
}

TEST_CASE("no stranger is told by title or summary") {
  Announcement a = announce(std::string(400, 'x') + " @far");
  a.draft.title = "Thanks @lee";
  Limits limits = like("x");
  limits.length = 100;
  Rendition r = adapt(a, "x1", limits);
  CHECK(r.parts.at(0).text == "Thanks lee");
  CHECK(
      r.warnings ==
      std::vector<std::string>{
          "the announcement is too long for x1 and nobody wrote a shorter text: its title is used",
          "\"@lee\" has no handle for x, so its \"@\" was left out"});
  a.draft.summary = "By @kim. " + std::string(200, 'y');
  CHECK(adapt(a, "x1", limits).parts.at(0).text.starts_with("By kim."));
  a.draft.summary = "By @kim.";
  a.draft.body = "";
  CHECK(adapt(a, "x1", limits).parts.at(0).text == "By kim.");
  CHECK(adapt(a, "x1", limits).used == Used::full);
}

TEST_CASE("full handles stay where they are handles") {
  CHECK(say("Thanks @alice.bsky.social.", "bluesky").text == "Thanks @alice.bsky.social.");
  CHECK(say("Thanks @alice.bsky.social.", "bluesky").warnings.empty());
  CHECK(say("Thanks @alice.bsky.social.", "x").text == "Thanks alice.bsky.social.");
  CHECK(
      say("Thanks @alice.bsky.social.", "x").warnings.at(0).starts_with("\"@alice.bsky.social\""));
  CHECK(say("Thanks @alice.bsky.social.", "mastodon").text == "Thanks alice.bsky.social.");
  for (const std::string& platform : platforms)
    CHECK(say("Thanks @kim@tea.example.", platform).text == "Thanks @kim@tea.example.");
  // X reads "@kim" here and drops the rest.
  CHECK(say("Thanks @kim-lee@tea.example", "x").text == "Thanks kim-lee@tea.example");
  CHECK(say("Thanks @kim.lee@tea.example", "mastodon").text == "Thanks @kim.lee@tea.example");
  Draft draft;
  draft.mentions["alice.bsky.social"]["mastodon"] = "@alice@tea.example";
  CHECK(say("@alice.bsky.social", "mastodon", draft).text == "@alice@tea.example");
  draft.mentions["kim"]["x"] = "kimdrinks";
  CHECK(say("@kim-based, @kim/@lee", "x", draft).text == "@kimdrinks-based, @kimdrinks/lee");
}

TEST_CASE("every mention that the platform would see is known") {
  CHECK(say("＠lee and @@lee, &@lee", "x").text == "lee and @@lee, &@lee");
  CHECK(say("$@lee and @@lee", "mastodon").text == "$lee and lee");
  CHECK(say("@angular/core", "bluesky").text == "@angular/core");
  for (const std::string& platform : {std::string("x"), std::string("mastodon")})
    CHECK(say("@angular/core", platform).text == "angular/core");
  CHECK(say("@lee and @lee", "x").warnings.size() == 1);
}

TEST_CASE("a handle in the text for that very channel is meant") {
  Draft draft;
  draft.mentions["kim"]["x"] = "kimdrinks";
  draft.mentions["lee"]["mastodon"] = "@lee@tea.example";
  const Said said = say("@kim, @kubernetesio `@a`, @lee", "x", draft, Written::own);
  CHECK(said.text == "@kimdrinks, @kubernetesio `@a`, @lee");
  CHECK(said.warnings.size() == 1);
  Announcement a = announce("b");
  a.draft.texts["x"] = "Congratulations @liggitt";
  CHECK(adapt(a, "ex", like("x")).parts.at(0).text == "Congratulations @liggitt");
  CHECK(adapt(a, "ex", like("x")).warnings.empty());
  // Elsewhere it is a text like any other.
  a.draft.body = std::string(200, 'x');
  Limits small = like("mastodon");
  small.length = 100;
  CHECK(adapt(a, "em", small).parts.at(0).text == "Congratulations liggitt");
}
