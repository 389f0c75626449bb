#include "text/split.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <rapidcheck.h>

#include <algorithm>
#include <chrono>

#include "text/breaks.hpp"
#include "text/codepoints.hpp"
#include "text/graphemes.hpp"
#include "text/length.hpp"
#include "text/markdown.hpp"

using namespace carillon;

namespace {

using Texts = std::vector<std::string>;

Limits bluesky(std::int64_t length) {
  Limits out;
  out.platform = "bluesky";
  out.length = length;
  out.bytes = length * 10;
  out.count = [](std::string_view text) { return bluesky_length(text).graphemes; };
  out.entities = bluesky_entities;
  out.threads = Threads::split;
  return out;
}

Limits mastodon(std::int64_t length) {
  Limits out = bluesky(length);
  out.platform = "mastodon";
  out.bytes = 0;
  out.count = [](std::string_view text) { return mastodon_length(text); };
  out.entities = mastodon_entities;
  return out;
}

Limits x(std::int64_t length) {
  Limits out = bluesky(length);
  out.platform = "x";
  out.bytes = 0;
  out.count = [](std::string_view text) { return x_weighted_length(text); };
  out.entities = x_entities;
  return out;
}

Texts cut(const std::string& text, const Limits& limits) {
  return split_thread({{text, {}}}, limits);
}

std::string without_space(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t from = at;
    if (!is_breaking_space(next_code_point(text, at))) out += text.substr(from, at - from);
  }
  return out;
}

// What people write and what hurts: words, marks, links, handles, emoji, code, other scripts.
rc::Gen<std::string> any_post() {
  const auto word = rc::gen::element<std::string>(
      "tea", "The", "kettle.", "Why?", "pots,", "whistling", "so:", "e.g.", "Dr.", "\u2014", "(and",
      "more)", "https://tea.example/a/b?c=d", "tea.example/menu", "(https://tea.example).",
      "@kim@tea.example", "@kim.tea.example", "#tea", "#\u304A\u8336", "`a b c`", "``x ` y``",
      "`lone", "\U0001F468\u200D\U0001F469\u200D\U0001F467", "\U0001F1EB\U0001F1F7", "e\u0301",
      "\u0301", "a\u00A0b", "\u304A\u8336\u3092\u98F2\u3080\u3002\u6BCE\u65E5\u3001\u5BB6\u3067",
      "\u0E09\u0E31\u0E19\u0E0A\u0E2D\u0E1A\u0E0A\u0E32", "\u0634\u0627\u064A\u061F", "\xFF", "---",
      "\u2022", "1.", "-");
  const auto space =
      rc::gen::element<std::string>(" ", " ", " ", " ", "  ", "\n", "\n\n", "", "\t");
  const auto pairs = rc::gen::container<std::vector<std::pair<std::string, std::string>>>(
      rc::gen::pair(word, space));
  return rc::gen::map(rc::gen::scale(4.0, pairs), [](const auto& all) {
    std::string out;
    for (const auto& [one, behind] : all) out += one + behind;
    return out;
  });
}

bool is_one_piece(const std::string& part, const Limits& limits) {
  return pieces_of({part, {}}, limits).size() <= 1;
}

// Where each part stands in the text.
std::vector<Whole> places(const std::string& text, const Texts& parts) {
  std::vector<Whole> out;
  std::size_t from = 0;
  for (const std::string& part : parts) {
    from = text.find(part, from);
    RC_ASSERT(from != std::string::npos);
    out.push_back({from, from + part.size()});
    from += part.size();
  }
  return out;
}

void hold_properties(const std::string& text, const Limits& limits) {
  const Texts bare = cut(text, limits);
  const Texts shown = limits.numbered ? number_thread(bare) : bare;
  std::string joined;
  for (const std::string& part : bare) {
    RC_ASSERT(!part.empty());
    joined += part;
  }
  RC_ASSERT(without_space(joined) == without_space(text));
  const std::vector<Whole> at = places(text, bare);
  const std::vector<Entity> entities = limits.entities(text);
  const std::vector<std::size_t> ends = grapheme_ends(text);
  for (std::size_t i = 0; i < shown.size(); ++i) {
    // A part over the limit is one thing that cannot be cut, seen in its place in the text.
    RC_ASSERT(fits(shown[i], limits) || is_one_piece(bare[i], limits));
    for (const std::size_t cut_at : {at[i].begin, at[i].end}) {
      RC_ASSERT(cut_at == 0 || std::binary_search(ends.begin(), ends.end(), cut_at));
      for (const Entity& e : entities) RC_ASSERT(cut_at <= e.begin || cut_at >= e.end);
    }
  }
}

}  // namespace

TEST_CASE("every word is kept in order, each part fits, nothing whole is cut") {
  const bool held = rc::check([] {
    const std::string text = *any_post();
    const auto length = *rc::gen::inRange<std::int64_t>(20, 200);
    for (Limits limits : {bluesky(length), mastodon(length), x(length)}) {
      for (const bool numbered : {false, true}) {
        limits.numbered = numbered;
        hold_properties(text, limits);
      }
    }
  });
  CHECK(held);
}

TEST_CASE("bytes of any kind are split without loss") {
  const bool held = rc::check([](const std::string& text) {
    std::string joined;
    for (const std::string& part : cut(text, x(10))) joined += part;
    RC_ASSERT(without_space(joined) == without_space(text));
  });
  CHECK(held);
}

TEST_CASE("code stays whole") {
  const bool held = rc::check([] {
    const auto before = *rc::gen::inRange<std::size_t>(1, 30);
    const auto after = *rc::gen::inRange<std::size_t>(0, 30);
    std::string text;
    for (std::size_t i = 0; i < before; ++i) text += "word ";
    text += "`make run now`";
    for (std::size_t i = 0; i < after; ++i) text += " word";
    const Texts parts = cut(text, bluesky(40));
    const auto whole = [](const auto& p) { return p.find("`make run now`") != std::string::npos; };
    RC_ASSERT(std::count_if(parts.begin(), parts.end(), whole) == 1);
  });
  CHECK(held);
  const Passage p = passage_of_marked(markdown_to_marked(
      "Run this and wait a little:\n\n```\nmake all\nmake run\n```\n\nThen `a b`."));
  CHECK(p.text == "Run this and wait a little:\n\nmake all\nmake run\n\nThen a b.");
  REQUIRE(p.whole.size() == 2);
  CHECK(p.text.substr(p.whole[0].begin, p.whole[0].end - p.whole[0].begin) == "make all\nmake run");
  for (std::int64_t length = 17; length < 60; ++length) {
    const Texts parts = split_thread({p}, bluesky(length));
    CAPTURE(length);
    CHECK(std::any_of(parts.begin(), parts.end(), [](const auto& part) {
      return part.find("make all\nmake run") != std::string::npos;
    }));
  }
  CHECK(cut("Begin here:\n```\nmake all\n\nmake run\n```\nand then it ends.", bluesky(36)) ==
        Texts{"Begin here:", "```\nmake all\n\nmake run\n```", "and then it ends."});
}

TEST_CASE("paragraphs before sentences before clauses before words") {
  CHECK(cut("One is here. Two is here.\n\nThree is here. Four is here.", bluesky(45)) ==
        Texts{"One is here. Two is here.", "Three is here. Four is here."});
  CHECK(cut("The first sentence ends. The second one is a bit longer.", bluesky(40)) ==
        Texts{"The first sentence ends.", "The second one is a bit longer."});
  CHECK(cut("when the kettle sings, the whole house comes to the table", bluesky(40)) ==
        Texts{"when the kettle sings,", "the whole house comes to the table"});
  CHECK(cut("One whole sentence, to the end. Another one, and it ends here. A third, as long.",
            bluesky(45)) == Texts{"One whole sentence, to the end.",
                                  "Another one, and it ends here.", "A third, as long."});
  CHECK(cut("Dr. Kim of e.g. the tea house says that it is ready. Come.", bluesky(56)) ==
        Texts{"Dr. Kim of e.g. the tea house says that it is ready.", "Come."});
  CHECK(cut("\u304A\u8336\u3092\u98F2\u3080\u3002\u6BCE\u65E5\u98F2\u3080\u3002", bluesky(8)) ==
        Texts{"\u304A\u8336\u3092\u98F2\u3080\u3002", "\u6BCE\u65E5\u98F2\u3080\u3002"});
}

TEST_CASE("a URL stays with the sentence that introduces it") {
  CHECK(cut("The new pot is out now. You will find the notes at https://tea.example/notes",
            bluesky(60)) ==
        Texts{"The new pot is out now.", "You will find the notes at https://tea.example/notes"});
  CHECK(cut("It is a long story. But the end is good.\n\nhttps://tea.example/story", bluesky(50)) ==
        Texts{"It is a long story.", "But the end is good.\n\nhttps://tea.example/story"});
  // Before "read" the parts would be more even.
  CHECK(cut("When the kettle is finally hot and sings, read https://tea.example/n, then come and "
            "drink with us all day",
            bluesky(70)) ==
        Texts{"When the kettle is finally hot and sings, read https://tea.example/n,",
              "then come and drink with us all day"});
  CHECK(cut("Here is a list\n\u2022 https://tea.example/a\n\u2022 https://tea.example/b",
            bluesky(40)) ==
        Texts{"Here is a list\n\u2022 https://tea.example/a", "\u2022 https://tea.example/b"});
}

TEST_CASE("the last part is not a scrap") {
  std::string text;
  for (int i = 0; i < 21; ++i) text += "word ";
  text += "end";  // 108 characters: all but the last word would go into one part
  const Texts parts = cut(text, bluesky(104));
  REQUIRE(parts.size() == 2);
  CHECK(parts[0].size() > 30);
  CHECK(parts[1].size() > 30);
}

TEST_CASE("numbers have their place in the limit and come only with a thread") {
  std::string text;
  for (int i = 0; i < 60; ++i) text += "Tea is hot. ";
  Limits limits = bluesky(40);
  limits.numbered = true;
  const Texts parts = number_thread(cut(text, limits));
  REQUIRE(parts.size() > 9);
  for (const std::string& part : parts) CHECK(fits(part, limits));
  CHECK(parts[0].ends_with(fmt::format(" (1/{})", parts.size())));
  CHECK(number_thread(cut("Short.", limits)) == Texts{"Short."});
  // 40 characters fit alone, and lose no room to a number that is not written.
  CHECK(cut(std::string(40, 'x'), limits).size() == 1);
  CHECK(number_mark("```\nx\n```", 2, 3) == "\n(2/3)");
}

TEST_CASE("a word longer than a part is left whole") {
  CHECK(cut("a " + std::string(50, 'x') + " b", bluesky(20)) ==
        Texts{"a", std::string(50, 'x'), "b"});
  CHECK(cut("", bluesky(20)).empty());
  CHECK(cut(std::string(30, ' '), bluesky(20)).empty());
}

TEST_CASE("a huge text is split in bearable time") {
  std::string text;
  while (text.size() < 500'000) text += "word, `x [a](b ";
  Limits limits = mastodon(500);
  limits.markup = Markup::markdown;
  const auto begin = std::chrono::steady_clock::now();
  CHECK(cut(text, limits).size() > 900);
  const auto spent = std::chrono::steady_clock::now() - begin;
  CHECK(std::chrono::duration_cast<std::chrono::seconds>(spent).count() < 20);
  MESSAGE(std::chrono::duration_cast<std::chrono::milliseconds>(spent).count() << " ms");
}
