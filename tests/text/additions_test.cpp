#include "text/additions.hpp"

#include <doctest/doctest.h>

#include "like.hpp"

using namespace carillon;

TEST_CASE("a link that only begins another one is added") {
  const std::string link = "https://example.org/blog";
  for (const std::string& platform : platforms) {
    const Limits limits = like(platform);
    for (const std::string text :
         {"See https://example.org/blog/archive.", "https://example.org/blog2",
          "https://example.org/blog?page=2", "https://a.example.org/https://example.org/blog"})
      CHECK(with_link(text, link, limits) == text + "\n\n" + link);
    for (const std::string text :
         {"See https://example.org/blog.", "(https://example.org/blog)",
          "https://EXAMPLE.org/blog/", "https://example.org/blog, and", "http://example.org/blog"})
      CHECK(with_link(text, link, limits) == text);
  }
  CHECK(with_link("at https://tea.internal/a.", "https://tea.internal/a", like("x")) ==
        "at https://tea.internal/a.");
  CHECK(shows_link("example.org/blog", link, like("x")));
  CHECK_FALSE(shows_link("example.org/blog", link, like("mastodon")));
}

TEST_CASE("a hashtag is whole or not there") {
  for (const std::string& platform : platforms) {
    const Limits limits = like(platform);
    CHECK(hashtag_of("##hash", limits) == "#hash");
    CHECK(hashtag_of("node.js", limits) == "#nodejs");
    CHECK(hashtag_of("tea time-2", limits) == "#teatime2");
    CHECK(hashtag_of(".NET", limits) == "#NET");
    CHECK(hashtag_of("C#", limits).empty());
    CHECK(hashtag_of("100", limits).empty());
    CHECK(hashtag_of("", limits).empty());
    CHECK(hashtag_of("..", limits).empty());
    CHECK(hashtag_of("日本語", limits) == "#日本語");
    CHECK(hashtag_of("हिन्दी", limits) == "#हिन्दी");
    CHECK(hashtag_of("open_source", limits) == "#open_source");
  }
  CHECK(hashtag_of("C++", like("x")).empty());
  CHECK(hashtag_of("C++", like("mastodon")).empty());
  CHECK(hashtag_of("C++", like("bluesky")) == "#C++");
}

TEST_CASE("tags are compared as a reader does") {
  Draft draft;
  draft.tags = {"java", "python", "Tea", "tea", "100", "straße"};
  for (const std::string& platform : platforms) {
    std::vector<std::string> parts{"First #STRASSE #Straße", "We like #javascript and #Python."};
    std::vector<std::string> warnings;
    add_tags(parts, draft, like(platform), "", warnings);
    CHECK(parts[1] == "We like #javascript and #Python.\n\n#java #Tea");
    CHECK(warnings ==
          std::vector<std::string>{"the tag \"100\" can be no hashtag here, so it was left out"});
  }
}
