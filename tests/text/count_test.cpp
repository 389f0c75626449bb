#include <doctest/doctest.h>
#include <fmt/format.h>

#include "text/entities.hpp"
#include "text/graphemes.hpp"
#include "text/length.hpp"

using namespace carillon;

namespace {

std::string shown(const std::vector<Entity>& entities) {
  std::string out;
  for (const Entity& e : entities)
    out += fmt::format("{}{}:{}-{}={}", out.empty() ? "" : " ", word_of(e.kind), e.begin, e.end,
                       e.value);
  return out;
}

}  // namespace

TEST_CASE("graphemes are what a reader sees as one character") {
  CHECK(count_graphemes("plain text") == 10);
  CHECK(count_graphemes("e\u0301") == 1);
  CHECK(count_graphemes("👩‍👩‍👧‍👧🇩🇪🇫🇷👍🏽") == 4);
  CHECK(count_graphemes("नमस्ते") == 3);
  CHECK(count_graphemes("\xFF\xFE"
                        "a") == 3);
  CHECK(grapheme_ends("ae\u0301b") == std::vector<std::size_t>{1, 4, 5});
}

TEST_CASE("X sees links with and without a scheme, and no mail address") {
  CHECK(shown(x_entities("see example.org/a_(b), @kim and #日本語!")) ==
        "url:4-21=example.org/a_(b) mention:23-27=kim hashtag:32-42=日本語");
  CHECK(shown(x_entities("mail me@example.org or foo.notatld")).empty());
  CHECK(shown(x_entities("記事はexample.comです https://t.co/abc1。")) ==
        "url:9-20=example.com url:27-44=https://t.co/abc1");
}

TEST_CASE("X weighs what it counts") {
  CHECK(x_weighted_length("Hi http://test.co") == 26);
  CHECK(x_weighted_length("日本") == 4);
  CHECK(x_weighted_length("👩‍👩‍👧‍👧!") == 3);
  CHECK(x_weighted_length("e\u0301") == 1);
}

TEST_CASE("Mastodon sees links with a scheme, and counts a mention without its server") {
  CHECK(mastodon_length("https://example.org/a/very/long/path/that/goes/on") == 23);
  CHECK(mastodon_length("@kim@tea.example", "cw") == 6);
  CHECK(mastodon_length("xhttps://example.org") == 20);
}

TEST_CASE("Bluesky's facets are bytes") {
  CHECK(shown(bluesky_entities("Ünïcode example.com/x. @kim.bsky.social (https://a.com) $tea")) ==
        "url:10-23=https://example.com/x mention:25-41=kim.bsky.social "
        "url:43-56=https://a.com cashtag:58-62=TEA");
}

TEST_CASE("no byte sequence upsets the scanners") {
  std::uint32_t seed = 7;
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (int i = 0; i < 40; ++i) {
      seed = seed * 1664525U + 1013904223U;
      constexpr std::string_view bits = "@#$./:?=()htps com\xF0\x9F\x91\x8D\xE3\x81\xFF";
      text += bits[(seed >> 16U) % bits.size()];
    }
    for (const auto& all : {x_entities(text), mastodon_entities(text), bluesky_entities(text)}) {
      std::size_t end = 0;
      for (const Entity& e : all) {
        REQUIRE(e.begin >= end);
        REQUIRE(e.end > e.begin);
        end = e.end;
      }
    }
    REQUIRE(grapheme_ends(text).back() == text.size());
    REQUIRE(x_weighted_length(text) > 0);
  }
}
