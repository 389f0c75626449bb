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

TEST_CASE("the whole text goes without the home's link rather than cut") {
  Announcement a = announce("Galaxy is here: https://gxy.io/r/v25.1 and " + std::string(60, 'g'));
  Limits limits = small(110);
  Rendition r = adapt(a, "toots", limits);
  CHECK(r.used == Used::full);
  CHECK(r.parts[0].text == a.draft.body);
  CHECK(r.warnings ==
        std::vector<std::string>{"the link to the post on your home was left out on toots: with it "
                                 "the text would be too long"});
  // Where a channel splits, too: no second post for the sake of that link.
  limits.threads = Threads::split;
  CHECK(adapt(a, "toots", limits).parts.size() == 1);
  limits.threads = Threads::manual;
  // The card carries the link.
  limits.card = true;
  a.draft.title = "Galaxy";
  CHECK(adapt(a, "toots", limits).parts[0].text == a.draft.body);
  CHECK(adapt(a, "toots", limits).warnings.empty());
  // A link that a person wrote matters.
  limits.card = false;
  a.draft.link = "https://example.org/read-more";
  r = adapt(a, "toots", limits);
  CHECK(r.used == Used::summary);
  CHECK(r.parts[0].text == "Galaxy\n\nhttps://example.org/read-more");
  CHECK(r.warnings ==
        std::vector<std::string>{"the announcement is too long for toots and nobody wrote a "
                                 "shorter text: its title and the link are used"});
  // A short text without room for the home's link is better than a cut one.
  a.draft.link.clear();
  a.draft.body = std::string(200, 'x');
  a.draft.texts["x"] = std::string(100, 'y');
  r = adapt(a, "toots", limits);
  CHECK(r.used == Used::shortest);
  CHECK(r.parts[0].text == a.draft.texts["x"]);
}

TEST_CASE("a shorter text with breaks is a thread, or not used") {
  Announcement a = announce(std::string(200, 'x'));
  a.permalink.clear();
  a.draft.texts["bluesky"] = "One\n---\nTwo";
  Limits limits = small(100);
  Rendition r = adapt(a, "toots", limits);
  CHECK(r.used == Used::shortest);
  REQUIRE(r.parts.size() == 2);
  CHECK(r.parts[0].text == "One");
  CHECK(r.parts[1].text == "Two");
  a.draft.summary = "A summary that is longer than both";
  CHECK(adapt(a, "toots", limits).parts.at(0).text == a.draft.summary);
  a.draft.summary.clear();
  limits.threads = Threads::never;
  a.draft.title = "Title";
  CHECK(adapt(a, "toots", limits).parts.at(0).text == "Title");
}

TEST_CASE("a text without blanks has a beginning") {
  Limits limits = small(60);
  std::string thai;
  for (int i = 0; i < 20; ++i) thai += "ภาษาไทยเป็นภาษาราชการ";
  Announcement a = announce(thai);
  std::string text = adapt(a, "toots", limits).parts.at(0).text;
  CHECK(text.starts_with("ภาษาไทย"));
  CHECK(text.find("…\n\nhttps://tea-house.org/posts/a/") != std::string::npos);
  a.draft.title = "红楼梦是一部伟大的小说";
  for (int i = 0; i < 5; ++i) a.draft.title += "红楼梦是一部伟大的小说";
  text = adapt(a, "toots", limits).parts.at(0).text;
  CHECK(text.starts_with("红楼梦是一部伟大的小说"));
  CHECK(text.find("…\n\nhttps://") != std::string::npos);
  CHECK(mastodon_length(text) > 50);
  a.draft.title = std::string(100, 'w');
  CHECK(adapt(a, "toots", limits).parts.at(0).text ==
        std::string(34, 'w') + "…\n\nhttps://tea-house.org/posts/a/");
  a.draft.title = "https://tea-house.org/" + std::string(100, 'w');
  limits.length = 30;
  CHECK(adapt(a, "toots", limits).parts.at(0).text == "https://tea-house.org/posts/a/");
}

TEST_CASE("warnings are of the text that is used") {
  Announcement a = announce("Thanks @someone. " + std::string(200, 'x'));
  a.draft.summary = "Thanks.";
  const Rendition r = adapt(a, "toots", small(100));
  CHECK(r.warnings ==
        std::vector<std::string>{"the announcement is too long for toots: the summary is used"});
  a.draft.summary = "A long summary of it all, " + std::string(100, 'y');
  CHECK(
      adapt(a, "toots", small(100)).warnings ==
      std::vector<std::string>{"the announcement is too long for toots and nobody wrote a shorter "
                               "text: the beginning of its summary and the link are used"});
  a.draft.summary.clear();
  const std::vector<std::string> both = adapt(a, "toots", small(100)).warnings;
  REQUIRE(both.size() == 2);
  CHECK(both[0].ends_with("its beginning and the link are used"));
  CHECK(both[1].starts_with("\"@someone\""));
}

TEST_CASE("fences of tildes are code, in which nothing is a break") {
  Rendition r = adapt(announce("A\n\n~~~yaml\n---\na: 1\n```\n---\n~~~\n---\nB"), "t", small(500));
  REQUIRE(r.parts.size() == 2);
  CHECK(r.parts[0].text == "A\n\n---\na: 1\n```\n---");
  r = adapt(announce("A\n\n````\n```\n---\n````\n\nB"), "t", small(500));
  CHECK(r.parts.size() == 1);
}

TEST_CASE("a picture inside the text is warned of") {
  Rendition r = adapt(announce("A ![pot](pot.png)"), "t", small(500));
  CHECK(r.parts[0].text.starts_with("A pot\n"));
  CHECK(r.warnings == std::vector<std::string>{
                          "a picture inside the text is shown nowhere: put it under \"media\""});
  r = adapt(announce("A ![pot](https://t.example/p.png)"), "t", small(500));
  CHECK(r.warnings == std::vector<std::string>{
                          "a picture inside the text is not shown on t: put it under \"media\""});
}

TEST_CASE("a content warning begins the text where the platform has no place for it") {
  Announcement a = announce("The end of the film.");
  a.draft.warning = "Spoilers";
  a.draft.media = {{"a.png", "A still", ""}};
  Rendition r = adapt(a, "toots", small(500));
  CHECK(r.parts[0].text == "Spoilers\n\nThe end of the film.\n\nhttps://tea-house.org/posts/a/");
  CHECK(r.parts[0].length == mastodon_length(r.parts[0].text));
  CHECK(r.warning.empty());
  REQUIRE(r.warnings.size() == 1);
  CHECK(r.warnings[0].find("hides no picture") != std::string::npos);
  a.draft.texts = {{"toots", "Mine\n---\nMore"}};
  r = adapt(a, "toots", small(500));
  REQUIRE(r.parts.size() == 2);
  CHECK(r.parts[0].text == "Spoilers\n\nMine");
  CHECK(r.parts[1].text == "More");
  // It takes room: what just fitted no longer does, and a short text carries it too.
  a.draft.texts.clear();
  a.draft.media.clear();
  a.draft.body = std::string(60, 'x') + " end";
  a.draft.summary = "Short";
  CHECK(adapt(a, "toots", small(70)).used == Used::shortest);
  CHECK(adapt(a, "toots", small(70)).parts[0].text ==
        "Spoilers\n\nShort\n\nhttps://tea-house.org/posts/a/");
  a.draft.warning.clear();
  CHECK(adapt(a, "toots", small(70)).used == Used::full);
}

TEST_CASE("a poll goes where there are polls, and its options fit there") {
  Announcement a = announce("Where?");
  a.draft.poll = Poll{{"Lisbon", "Kyiv"}, 24, false};
  Rendition r = adapt(a, "toots", small(500));
  CHECK_FALSE(r.poll);
  REQUIRE(r.warnings.size() == 1);
  CHECK(r.warnings[0].starts_with("toots has no polls"));
  Limits limits = small(500);
  limits.poll = {.options = 2, .length = 6, .beside_pictures = false};
  a.draft.media = {{"a.png", "A map", ""}};
  r = adapt(a, "toots", limits);
  CHECK(r.poll);
  CHECK(r.blockers.empty());
  CHECK(r.parts[0].media.empty());
  CHECK(r.warnings ==
        std::vector<std::string>{"toots shows no picture beside a poll: left out there"});
  limits.poll.beside_pictures = true;
  CHECK(adapt(a, "toots", limits).parts[0].media.size() == 1);
  a.draft.poll->options = {"Ålands", "Reykjavik", "Online"};
  CHECK(adapt(a, "toots", limits).blockers ==
        std::vector<std::string>{"the poll has 3 options, toots takes 2",
                                 "the option \"Reykjavik\" is 9 long, toots takes 6: shorten it"});
}

TEST_CASE("a platform with a place for a content warning gets it there, and the text as it is") {
  Announcement a = announce("The end.");
  a.draft.warning = "Spoilers";
  a.draft.media = {{"a.png", "A still", ""}};
  Limits limits = small(500);
  limits.warning = true;
  const Rendition r = adapt(a, "toots", limits);
  CHECK(r.warning == "Spoilers");
  CHECK(r.parts[0].text == "The end.\n\nhttps://tea-house.org/posts/a/");
  CHECK(r.warnings.empty());
}
