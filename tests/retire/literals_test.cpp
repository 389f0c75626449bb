#include <doctest/doctest.h>

#include <random>

#include "base/bytes.hpp"
#include "retire/literals.hpp"

using namespace carillon;

namespace {

// What LiteralSet shall find, the slow way.
std::size_t slowly(const std::vector<Literal>& literals, std::string_view text, std::size_t from) {
  const std::string low = lower_ascii(text);
  const auto word = [&](std::size_t i) {
    const char c = low[i];
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  for (std::size_t at = from; at < low.size(); ++at) {
    for (const Literal& literal : literals) {
      if (low.compare(at, literal.text.size(), literal.text) != 0) continue;
      const std::size_t end = at + literal.text.size();
      const bool escaped = at >= 3 && low[at - 3] == '%';
      if (literal.starts && at > 0 && word(at - 1) && !escaped) continue;
      if (literal.ends && end < low.size() && word(end)) continue;
      return at;
    }
  }
  return LiteralSet::npos;
}

}  // namespace

TEST_CASE("literals are found wherever a plain search finds them") {
  const std::vector<std::vector<Literal>> sets{
      {{"twitter", false, false}, {"x.com", true, false}},
      {{"abca", false, false}, {"bcab", true, true}, {"a_bc", false, true}},
      {{"abcabc", false, false}, {"cabca", true, false}, {"@a.b.", false, false}},
      {{"xcancel", false, true}}};
  std::mt19937 random(7);
  const std::string_view letters = "abcABC._@ %xT";
  for (const auto& literals : sets) {
    const LiteralSet set(literals);
    for (int round = 0; round < 3000; ++round) {
      std::string text;
      const std::size_t size = random() % 60;
      while (text.size() < size) {
        text += letters[random() % letters.size()];
        if (random() % 9 == 0) text += literals[random() % literals.size()].text;
      }
      for (std::size_t from = 0; from <= text.size(); from += 1 + random() % 5) {
        const std::size_t expected = slowly(literals, text, from);
        CAPTURE(text);
        CAPTURE(from);
        // The first literal that is met may begin a little behind another that is longer.
        const std::size_t found = set.next(text, from);
        REQUIRE((found == LiteralSet::npos) == (expected == LiteralSet::npos));
        if (found != LiteralSet::npos) REQUIRE(slowly(literals, text, found) == found);
      }
    }
  }
}
