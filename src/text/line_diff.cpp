#include "text/line_diff.hpp"

#include <algorithm>

namespace carillon {

namespace {

constexpr std::ptrdiff_t most_edits = 4000;  // beyond: the whole middle is one change

bool shortest(const Lines& a, const Lines& b, std::size_t from, std::size_t a_end,
              std::size_t b_end, LineMarks& marks) {
  const auto n = static_cast<std::ptrdiff_t>(a_end - from);
  const auto m = static_cast<std::ptrdiff_t>(b_end - from);
  const std::ptrdiff_t most = std::min<std::ptrdiff_t>(n + m, most_edits);
  std::vector<std::vector<std::ptrdiff_t>> trace;
  std::vector<std::ptrdiff_t> far(static_cast<std::size_t>(2 * most + 3), 0);
  const auto at = [&](std::ptrdiff_t k) -> std::ptrdiff_t& {
    return far[static_cast<std::size_t>(k + most + 1)];
  };
  const auto line = [&](const Lines& text, std::ptrdiff_t i) {
    return text[from + static_cast<std::size_t>(i)];
  };
  for (std::ptrdiff_t d = 0; d <= most; ++d) {
    trace.emplace_back(far.begin() + (most + 1 - d - 1), far.begin() + (most + 1 + d + 2));
    for (std::ptrdiff_t k = -d; k <= d; k += 2) {
      const bool down = k == -d || (k != d && at(k - 1) < at(k + 1));
      std::ptrdiff_t x = down ? at(k + 1) : at(k - 1) + 1;
      while (x < n && x - k < m && line(a, x) == line(b, x - k)) ++x;
      at(k) = x;
      if (x < n || x - k < m) continue;
      std::ptrdiff_t y = m;
      x = n;
      for (std::ptrdiff_t step = d; step > 0; --step) {
        const auto& kept = trace[static_cast<std::size_t>(step)];
        const auto old = [&](std::ptrdiff_t j) {
          return kept[static_cast<std::size_t>(j + step + 1)];
        };
        const std::ptrdiff_t here = x - y;
        const bool came = here == -step || (here != step && old(here - 1) < old(here + 1));
        const std::ptrdiff_t prev = came ? here + 1 : here - 1;
        const std::ptrdiff_t px = old(prev);
        const std::ptrdiff_t py = px - prev;
        while (x > px && y > py) {
          if ((came && y == py + 1 && x == px) || (!came && x == px + 1 && y == py)) break;
          --x;
          --y;
        }
        if (came) marks.come[from + static_cast<std::size_t>(py)] = true;
        if (!came) marks.gone[from + static_cast<std::size_t>(px)] = true;
        x = px;
        y = py;
      }
      return true;
    }
  }
  return false;
}

std::string without_break(std::string_view line) {
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  return std::string(line);
}

}  // namespace

Lines lines_of(std::string_view text) {
  Lines out;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find('\n', at);
    const std::size_t next = end == std::string_view::npos ? text.size() : end + 1;
    out.push_back(text.substr(at, next - at));
    at = next;
  }
  return out;
}

LineMarks compare_lines(const Lines& a, const Lines& b) {
  LineMarks out{std::vector<bool>(a.size()), std::vector<bool>(b.size())};
  std::size_t from = 0;
  while (from < a.size() && from < b.size() && a[from] == b[from]) ++from;
  std::size_t a_end = a.size();
  std::size_t b_end = b.size();
  while (a_end > from && b_end > from && a[a_end - 1] == b[b_end - 1]) {
    --a_end;
    --b_end;
  }
  if (shortest(a, b, from, a_end, b_end, out)) return out;
  for (std::size_t i = from; i < a_end; ++i) out.gone[i] = true;
  for (std::size_t i = from; i < b_end; ++i) out.come[i] = true;
  return out;
}

std::vector<DiffLine> line_diff(std::string_view before, std::string_view after,
                                std::size_t context) {
  const Lines a = lines_of(before);
  const Lines b = lines_of(after);
  const LineMarks marks = compare_lines(a, b);
  std::vector<DiffLine> all;
  for (std::size_t i = 0, j = 0; i < a.size() || j < b.size();) {
    if (i < a.size() && marks.gone[i]) {
      all.push_back({LineFate::gone, without_break(a[i++])});
    } else if (j < b.size() && marks.come[j]) {
      all.push_back({LineFate::come, without_break(b[j++])});
    } else {
      all.push_back({LineFate::same, without_break(b[j++])});
      ++i;
    }
  }
  std::vector<bool> shown(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].fate == LineFate::same) continue;
    const std::size_t last = std::min(all.size(), i + context + 1);
    for (std::size_t k = i - std::min(i, context); k < last; ++k) shown[k] = true;
  }
  if (std::find(shown.begin(), shown.end(), true) == shown.end()) return {};
  std::vector<DiffLine> out;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (shown[i])
      out.push_back(std::move(all[i]));
    else if (out.empty() || out.back().fate != LineFate::skipped)
      out.push_back({LineFate::skipped, {}});
  }
  return out;
}

}  // namespace carillon
