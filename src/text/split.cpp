#include "text/split.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/limits.hpp"
#include "text/breaks.hpp"
#include "text/markdown.hpp"

namespace carillon {

namespace {

constexpr std::int64_t part_cost = 100;
constexpr std::int64_t scrap_cost = 200;
constexpr std::int64_t slack_cost = 40;
constexpr std::int64_t oversize_cost = 1'000'000;
constexpr std::int64_t most_steps = 30'000'000;
constexpr int most_tries = 6;
constexpr std::int64_t unlimited = std::numeric_limits<std::int64_t>::max() / 4;

std::int64_t count_of(std::string_view text, const Limits& limits) {
  return limits.count ? limits.count(text) : static_cast<std::int64_t>(text.size());
}

// What one part may hold when its number has its place.
struct Room {
  std::int64_t length = unlimited;
  std::int64_t bytes = unlimited;
};

Room room_for(const Limits& limits, const std::string& number) {
  Room out;
  if (limits.length > 0)
    out.length = std::max<std::int64_t>(1, limits.length - count_of(number, limits));
  if (limits.bytes > 0)
    out.bytes = std::max<std::int64_t>(1, limits.bytes - static_cast<std::int64_t>(number.size()));
  return out;
}

// A cuttable text: pieces, and how long each is by itself. Platforms count a text about as the sum
// of its words, which makes comparing all ways to cut cheap; what was chosen is counted exactly.
struct Cuttable {
  std::string_view text;
  std::vector<Piece> pieces;
  std::vector<std::int64_t> length;  // of the piece
  std::vector<std::int64_t> gap;     // of the white space behind it

  [[nodiscard]] std::string_view part(std::size_t first, std::size_t last) const {
    return text.substr(pieces[first].begin, pieces[last].end - pieces[first].begin);
  }
};

Cuttable cuttable(const Passage& passage, const Limits& limits) {
  Cuttable out{passage.text, pieces_of(passage, limits), {}, {}};
  for (std::size_t i = 0; i < out.pieces.size(); ++i) {
    out.length.push_back(count_of(out.part(i, i), limits));
    const std::size_t from = out.pieces[i].end;
    const std::size_t to = i + 1 < out.pieces.size() ? out.pieces[i + 1].begin : from;
    out.gap.push_back(count_of(out.text.substr(from, to - from), limits));
  }
  return out;
}

using Cuts = std::vector<std::size_t>;  // the last piece of each part

// Takes as much as goes into each part, and gives back what the exact count refuses.
Cuts cut_greedily(const Cuttable& c, const Room& room, const Limits& limits,
                  const std::string& number) {
  Cuts out;
  for (std::size_t first = 0; first < c.pieces.size();) {
    std::int64_t length = c.length[first];
    std::size_t last = first;
    while (last + 1 < c.pieces.size()) {
      length += c.gap[last] + c.length[last + 1];
      const auto bytes = static_cast<std::int64_t>(c.part(first, last + 1).size());
      if (length > room.length || bytes > room.bytes) break;
      ++last;
    }
    while (last > first && !fits(std::string(c.part(first, last)) + number, limits)) --last;
    out.push_back(last);
    first = last + 1;
  }
  return out;
}

std::int64_t cost_of_part(std::int64_t length, std::int64_t bytes, const Room& room) {
  const double filled = std::max(static_cast<double>(length) / static_cast<double>(room.length),
                                 static_cast<double>(bytes) / static_cast<double>(room.bytes));
  if (filled > 1) return part_cost + oversize_cost;
  const double slack = 1 - filled;
  const auto cost = static_cast<std::int64_t>(static_cast<double>(slack_cost) * slack * slack);
  return part_cost + cost + (filled < 0.12 ? scrap_cost : 0);
}

// The cheapest of all ways to cut; empty where comparing them would take too long.
Cuts cut_best(const Cuttable& c, const Room& room) {
  const std::size_t count = c.pieces.size();
  std::vector<std::int64_t> best(count + 1, 0);
  Cuts last_of(count, 0);
  std::int64_t steps = 0;
  for (std::size_t first = count; first-- > 0;) {
    best[first] = std::numeric_limits<std::int64_t>::max();
    std::int64_t length = 0;
    for (std::size_t last = first; last < count; ++last) {
      length += c.length[last] + (last > first ? c.gap[last - 1] : 0);
      const auto bytes = static_cast<std::int64_t>(c.part(first, last).size());
      if (last > first && (length > room.length || bytes > room.bytes)) break;
      const std::int64_t gap = last + 1 < count ? c.pieces[last].cost : 0;
      const std::int64_t cost = cost_of_part(length, bytes, room) + gap + best[last + 1];
      if (cost < best[first]) {
        best[first] = cost;
        last_of[first] = last;
      }
      if (++steps > most_steps) return {};
    }
  }
  Cuts out;
  for (std::size_t first = 0; first < count; first = out.back() + 1) out.push_back(last_of[first]);
  return out;
}

// By how much the longest part that could be cut again is over; 0 when none is.
std::int64_t excess(const Cuttable& c, const Cuts& cuts, const Limits& limits,
                    const std::string& number) {
  std::int64_t over = 0;
  std::size_t first = 0;
  for (const std::size_t last : cuts) {
    const std::string part = std::string(c.part(first, last)) + number;
    if (last > first && !fits(part, limits)) {
      const std::int64_t length = limits.length > 0 ? count_of(part, limits) - limits.length : 0;
      const std::int64_t bytes =
          limits.bytes > 0 ? static_cast<std::int64_t>(part.size()) - limits.bytes : 0;
      over = std::max({over, length, bytes, std::int64_t{1}});
    }
    first = last + 1;
  }
  return over;
}

Cuts cut(const Cuttable& c, const Limits& limits, const std::string& number) {
  const Room whole = room_for(limits, number);
  // Longer than any thread that is sent: how well it is cut does not matter.
  const auto bytes = static_cast<std::int64_t>(c.text.size());
  const std::int64_t length = count_of(c.text, limits);
  const auto most = static_cast<std::int64_t>(limits::thread_parts) * 2;
  if (length / most <= whole.length && bytes / most <= whole.bytes) {
    Room room = whole;
    for (int i = 0; i < most_tries; ++i) {
      Cuts cuts = cut_best(c, room);
      if (cuts.empty()) break;
      const std::int64_t over = excess(c, cuts, limits, number);
      if (over == 0) return cuts;
      room.length = std::max<std::int64_t>(1, room.length - over);
      room.bytes = std::max<std::int64_t>(1, room.bytes - over);
    }
  }
  return cut_greedily(c, whole, limits, number);
}

void split_passage(const Passage& passage, const Limits& limits, const std::string& number,
                   std::vector<std::string>& out) {
  if (fits(passage.text + number, limits)) {
    if (!passage.text.empty()) out.push_back(passage.text);
    return;
  }
  const Cuttable c = cuttable(passage, limits);
  std::size_t first = 0;
  for (const std::size_t last : cut(c, limits, number)) {
    out.emplace_back(c.part(first, last));
    first = last + 1;
  }
}

}  // namespace

bool fits(std::string_view text, const Limits& limits) {
  if (limits.bytes > 0 && static_cast<std::int64_t>(text.size()) > limits.bytes) return false;
  if (limits.length == 0) return true;
  // However links are counted, a word is at least one: a text of many words needs no counting.
  std::int64_t words = 0;
  bool in_word = false;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n';
    if (!blank && !in_word && ++words > limits.length) return false;
    in_word = !blank;
  }
  return count_of(text, limits) <= limits.length;
}

Passage passage_of_marked(std::string_view marked) {
  Passage out;
  std::size_t begin = std::string::npos;
  for (std::size_t at = 0; at < marked.size();) {
    const std::string_view rest = marked.substr(at);
    if (rest.starts_with(code_begin)) {
      begin = out.text.size();
      at += code_begin.size();
    } else if (rest.starts_with(code_end)) {
      if (begin != std::string::npos && begin < out.text.size())
        out.whole.push_back({begin, out.text.size()});
      begin = std::string::npos;
      at += code_end.size();
    } else {
      out.text += marked[at++];
    }
  }
  return out;
}

std::vector<std::string> split_thread(const std::vector<Passage>& passages, const Limits& limits) {
  if (passages.size() == 1 && !passages[0].text.empty() && fits(passages[0].text, limits))
    return {passages[0].text};
  std::vector<std::string> out;
  // The number takes more room the more parts there are.
  for (std::size_t highest = 9;; highest = highest * 10 + 9) {
    out.clear();
    const std::string number = limits.numbered ? number_mark("", highest, highest) : "";
    for (const Passage& passage : passages) split_passage(passage, limits, number, out);
    if (!limits.numbered || out.size() <= highest) return out;
  }
}

std::string number_mark(std::string_view part, std::size_t number, std::size_t count) {
  const std::size_t line = part.rfind('\n');
  const std::string_view last = line == std::string::npos ? part : part.substr(line + 1);
  return fmt::format("{}({}/{})", fence_of(last).sign != 0 ? '\n' : ' ', number, count);
}

std::vector<std::string> number_thread(const std::vector<std::string>& parts) {
  if (parts.size() < 2) return parts;
  std::vector<std::string> out;
  for (const std::string& part : parts)
    out.push_back(part + number_mark(part, out.size() + 1, parts.size()));
  return out;
}

}  // namespace carillon
