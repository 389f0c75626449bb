#include "text/graphemes.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <string>
#include <vector>

#include "text/codepoints.hpp"

using namespace carillon;

namespace {

// Strings that reach every rule: pieces that join, pieces that do not, and raw bytes.
rc::Gen<std::string> any_text() {
  const auto piece = rc::gen::oneOf(
      rc::gen::element<std::string>(
          "a", "\r", "\n", "é", "e\u0301", "\u0915", "\u094D", "\u0937", "\u200D", "\u200C",
          "\u2764", "\uFE0F", "\U0001F468", "\U0001F3FD", "\U0001F1EB", "\U0001F1F7", "\u1100",
          "\u1161", "\u11A8", "\uAC00", "\uAC01", "\u0600", "\u0903", "\u00AD", " ", "plain words"),
      rc::gen::container<std::string>(rc::gen::arbitrary<char>()));
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(piece),
                      [](const std::vector<std::string>& pieces) {
                        std::string all;
                        for (const std::string& one : pieces) all += one;
                        return all;
                      });
}

}  // namespace

TEST_CASE("graphemes are what a reader takes for one character") {
  CHECK(count_graphemes("") == 0);
  CHECK(count_graphemes("bell") == 4);
  CHECK(count_graphemes("\r\n") == 1);
  CHECK(count_graphemes("\n\r") == 2);
  CHECK(count_graphemes("e\u0301") == 1);
  CHECK(count_graphemes("\U0001F468\u200D\U0001F469\u200D\U0001F467") == 1);
  CHECK(count_graphemes("\U0001F468\u200Da") == 2);
  CHECK(count_graphemes("\U0001F1EB\U0001F1F7\U0001F1E9\U0001F1EA\U0001F1EB") == 3);
  CHECK(count_graphemes("각\u1100\u1161\u11A8") == 2);
  CHECK(count_graphemes("\u0915\u094D\u0937") == 1);        // क्ष, Unicode 15.1 and later
  CHECK(count_graphemes("\u0915\u094D\u200C\u0937") == 2);  // U+200C parts them
}

TEST_CASE("a long plain text and the marks at its end") {
  const std::string plain(100, 'x');
  for (std::size_t cut = 0; cut < 20; ++cut) {
    const std::string head = plain.substr(0, cut);
    CHECK(count_graphemes(head + "\u0301") == (cut == 0 ? 1 : cut));
    CHECK(count_graphemes(head + "\r\n" + plain) == cut + 1 + plain.size());
  }
}

TEST_CASE("bytes that are not UTF-8 are one cluster each") {
  CHECK(grapheme_ends("\xE2\x82") == std::vector<std::size_t>{1, 2});
  CHECK(count_graphemes("\xFF\xC0\xAF\xED\xA0\x80") == 6);
  CHECK(count_graphemes("\xF4\x90\x80\x80") == 4);
  CHECK(count_graphemes("\xE2\x82\u0301") == 2);
}

TEST_CASE("clusters put together are the text, and counting agrees with cutting") {
  const bool held = rc::check([] {
    const std::string text = *any_text();
    std::string joined;
    std::size_t count = 0;
    for_each_grapheme(text, [&](std::string_view cluster) {
      RC_ASSERT(!cluster.empty());
      joined += cluster;
      ++count;
    });
    RC_ASSERT(joined == text);
    RC_ASSERT(count == count_graphemes(text));
    RC_ASSERT(grapheme_ends(text).size() == count);
  });
  CHECK(held);
}

TEST_CASE("going back gives the code points of going forward") {
  const bool held = rc::check([] {
    const std::string text = *any_text();
    for (std::size_t at = 0; at < text.size();) {
      const CodePoint point = code_point_at(text, at);
      at += point.size;
      const CodePoint same = code_point_before(text, at);
      RC_ASSERT(same.size == point.size);
      RC_ASSERT(same.value == point.value);
    }
  });
  CHECK(held);
}

TEST_CASE("emoji are found with all that belongs to them") {
  CHECK(emoji_size("\U0001F600", 0) == 4);
  CHECK(emoji_size("\u2764\uFE0F", 0) == 6);
  CHECK(emoji_size("\u2764", 0) == 3);
  CHECK(emoji_size("\u2764\uFE0E", 0) == 0);
  CHECK(emoji_size("\u00A9", 0) == 0);
  CHECK(emoji_size("\u00A9\uFE0F", 0) == 5);
  CHECK(emoji_size("7\uFE0F\u20E3", 0) == 7);
  CHECK(emoji_size("7", 0) == 0);
  CHECK(emoji_size("\U0001F1EB\U0001F1F7", 0) == 8);
  CHECK(emoji_size("\U0001F1EB\U0001F1EB", 0) == 0);         // no such region
  CHECK(emoji_size("\U0001F44B\U0001F3FD", 0) == 8);         // a skin tone
  CHECK(emoji_size("\U0001F697\U0001F3FD", 0) == 4);         // a car has none
  CHECK(emoji_size("\U0001F469\u200D\U0001F680", 0) == 11);  // astronaut
  CHECK(emoji_size("\U0001F680\u200D\U0001F469", 0) == 4);   // no such thing
  CHECK(emoji_size("text", 0) == 0);
  CHECK(emoji_size("", 0) == 0);
}
