#include "retire/literals.hpp"

#include <algorithm>
#include <cstring>

namespace carillon {

namespace {

constexpr std::uint32_t fold = 0x20202020U;

std::uint32_t four(const char* at) {
  std::uint32_t out = 0;
  std::memcpy(&out, at, sizeof out);
  return out | fold;
}

std::uint32_t slot(std::uint32_t bytes) {
  return (bytes * 2654435761U) >> 16U;
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Whether a word may begin at `at`: also behind an escaped character such as %2F.
bool may_start(std::string_view text, std::size_t at) {
  if (at == 0 || !word(text[at - 1])) return true;
  return at >= 3 && text[at - 3] == '%';
}

}  // namespace

// Four bytes of each literal are looked up at every `step_`-th place only. A literal of n bytes has
// n - 3 windows of four; where the shortest has `step_` of them, one always falls on such a place.
LiteralSet::LiteralSet(const std::vector<Literal>& literals) {
  std::size_t shortest = 7;
  for (const Literal& literal : literals) {
    if (literal.text.size() < least) continue;
    literals_.push_back(literal);
    shortest = std::min(shortest, literal.text.size());
  }
  step_ = shortest - least + 1;
  for (std::uint32_t i = 0; i < literals_.size(); ++i) {
    for (std::uint32_t offset = 0; offset < step_; ++offset) {
      const std::uint32_t bytes = four(literals_[i].text.data() + offset);
      windows_.push_back({bytes, offset, i});
      seen_.at(slot(bytes)) = 1;
    }
  }
  std::sort(windows_.begin(), windows_.end(),
            [](const Window& a, const Window& b) { return a.bytes < b.bytes; });
}

std::size_t LiteralSet::verify(std::string_view text, std::size_t at, std::size_t from) const {
  const std::uint32_t bytes = four(text.data() + at);
  auto window =
      std::lower_bound(windows_.begin(), windows_.end(), bytes,
                       [](const Window& one, std::uint32_t value) { return one.bytes < value; });
  std::size_t best = npos;
  for (; window != windows_.end() && window->bytes == bytes; ++window) {
    if (at < from + window->offset) continue;
    const std::size_t begin = at - window->offset;
    const Literal& literal = literals_[window->literal];
    if (begin + literal.text.size() > text.size()) continue;
    const std::string_view there = text.substr(begin, literal.text.size());
    if (!std::equal(there.begin(), there.end(), literal.text.begin(),
                    [](char a, char b) { return lower(a) == b; }))
      continue;
    const std::size_t end = begin + literal.text.size();
    if (literal.starts && !may_start(text, begin)) continue;
    if (literal.ends && end < text.size() && word(text[end])) continue;
    best = std::min(best, begin);
  }
  return best;
}

std::size_t LiteralSet::next(std::string_view text, std::size_t from) const {
  if (text.size() < least || literals_.empty()) return npos;
  const std::size_t last = text.size() - least;
  const char* const data = text.data();
  for (std::size_t at = from; at <= last; at += step_) {
    if (seen_[slot(four(data + at))] == 0) continue;
    if (const std::size_t found = verify(text, at, from); found != npos) return found;
  }
  return npos;
}

}  // namespace carillon
