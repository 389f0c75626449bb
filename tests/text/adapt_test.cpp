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

TEST_CASE("an own text that does not fit blocks, and says by how much") {
  Announcement a = announce("b");
  a.draft.texts["toots"] = std::string(101, 'w');
  const Rendition r = adapt(a, "toots", small(100));
  REQUIRE(r.blockers.size() == 1);
  CHECK(r.blockers[0].starts_with("a part is 101 long, toots takes 100"));
}
