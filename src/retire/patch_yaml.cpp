// YAML in its block style: an entry, or the item of a list or the block that holds it.
#include <algorithm>

#include "base/bytes.hpp"
#include "retire/patch_parts.hpp"

namespace carillon::patch {

namespace {

// A line of the region, by its columns.
struct Row {
  Bounds bytes;
  std::string_view words;     // without white space and line end
  std::size_t indent = npos;  // npos: nothing on it but a comment
  std::size_t dashes = 0;     // how many "- " it begins with
  std::size_t column = 0;     // where its key stands, behind the dashes
  std::string_view key;       // empty: no `key:`
  std::string_view value;
};

std::string_view scalar_unquoted(std::string_view text) {
  text = trim(text);
  const auto comment = text.find(" #");
  if (comment != npos && text[0] != '"' && text[0] != '\'') text = trim(text.substr(0, comment));
  if (text.size() > 1 && (text[0] == '"' || text[0] == '\'') && text.back() == text[0])
    return text.substr(1, text.size() - 2);
  return text;
}

Row row_of(std::string_view text, Bounds bytes) {
  Row out;
  out.bytes = bytes;
  const std::string_view line = text.substr(bytes.begin, bytes.end - bytes.begin);
  out.words = trim(line);
  if (out.words.empty() || out.words[0] == '#') return out;
  out.indent = line.find_first_not_of(' ');
  out.column = out.indent;
  std::string_view rest = line.substr(out.indent);
  while (rest.starts_with("- ") || trim(rest) == "-") {
    ++out.dashes;
    const auto next = rest.find_first_not_of(" \r\n", 1);
    if (next == npos) break;
    out.column += next;
    rest.remove_prefix(next);
  }
  rest = trim(rest);
  std::size_t end = 0;
  if (!rest.empty() && (rest[0] == '"' || rest[0] == '\'')) {
    end = rest.find(rest[0], 1);
    end = end == npos ? 0 : end + 1;
  } else {
    while (end < rest.size() && rest[end] != '#' &&
           !(rest[end] == ':' && (end + 1 == rest.size() || rest[end + 1] == ' ')))
      ++end;
  }
  const std::size_t colon = rest.find_first_not_of(' ', end);
  if (end > 0 && colon != npos && rest[colon] == ':' && rest.find("://") > colon) {
    out.key = scalar_unquoted(rest.substr(0, end));
    out.value = trim(rest.substr(colon + 1));
  }
  return out;
}

class Block {
 public:
  Block(const Spot& spot, std::size_t from, std::size_t to) : spot_(spot), text_(spot.text) {
    for (std::size_t at = from; at < to;) {
      const Bounds line = line_at(text_, at);
      if (spot.begin >= line.begin && spot.begin < line.end) own_ = rows_.size();
      rows_.push_back(row_of(text_, {line.begin, std::min(line.end, to)}));
      at = line.end;
    }
  }

  Change take() {
    if (own_ == npos || rows_[own_].indent == npos)
      return refuse("commented out already: delete it or keep it");
    const Row& own = rows_[own_];
    if (const auto start = flow_start(); start != npos)
      return in_brackets(spot_, start, rows_.back().bytes.end, Lexis::yaml);
    if (inside_text()) return in_prose(spot_);
    const std::string_view value =
        scalar_unquoted(own.key.empty() ? std::string_view{} : own.value);
    if (value.find(' ') != npos && !is_caption(value, spot_.network())) {
      const auto begin = static_cast<std::size_t>(value.data() - text_.data());
      if (spot_.begin >= begin) return in_sentence(spot_, begin, begin + value.size());
    }
    if (own.key.empty()) {
      if (own.dashes == 0) return refuse("the text of a setting: say it anew");
      if (!sole_value()) return in_prose(spot_);
      return replaced_or([&] { return cut_rows(own_, last_of(own_)); });
    }
    return entry();
  }

 private:
  template <class Cut>
  Change replaced_or(const Cut& other) const {
    if (spot_.replaces() && spot_.address)
      return cut(spot_.begin, spot_.end, spot_.options->replace_url);
    return other();
  }

  // Whether the item's value is the reference and nothing but that.
  [[nodiscard]] bool sole_value() const {
    std::string_view words = rows_[own_].words;
    while (words.starts_with("- ")) words = trim(words.substr(2));
    return scalar_unquoted(words).find(' ') == npos;
  }

  // Where a list or object in brackets begins that the reference stands in; npos: in none.
  [[nodiscard]] std::size_t flow_start() const {
    for (std::size_t back = own_;; --back) {
      const Row& row = rows_[back];
      const std::size_t stop = back == own_ ? spot_.begin : row.bytes.end;
      const std::string_view value =
          row.key.empty() ? row.words.substr(std::min(row.words.size(), row.dashes * 2))
                          : row.value;
      const bool opens = value.starts_with("[") || value.starts_with("{");
      if (opens) {
        const auto begin = static_cast<std::size_t>(value.data() - text_.data());
        int depth = 0;
        for (std::size_t at = begin; at < spot_.begin; ++at) {
          if (text_[at] == '[' || text_[at] == '{') ++depth;
          if (text_[at] == ']' || text_[at] == '}') --depth;
          if (depth == 0) return npos;
        }
        return begin < stop ? begin : npos;
      }
      const bool part = row.key.empty() && row.dashes == 0;
      const bool member = back == own_ && (row.words.ends_with(",") || row.words[0] == '"');
      if (back == 0 || own_ - back > 30 || !(part || member || row.words.ends_with(",")))
        return npos;
    }
  }

  // Inside a text that goes over lines: `key: |`.
  [[nodiscard]] bool inside_text() const {
    for (std::size_t back = own_; back-- > 0;) {
      const Row& row = rows_[back];
      if (row.words.empty() || row.indent >= rows_[own_].indent) continue;
      const std::string_view value = row.key.empty() ? row.words : row.value;
      for (const std::string_view mark : {"|", ">", "|-", ">-", "|+", ">+"})
        if (value == mark || value.ends_with(" " + std::string(mark))) return true;
      return false;
    }
    return false;
  }

  // The last row that belongs to the entry or item that begins in this one.
  [[nodiscard]] std::size_t last_of(std::size_t first, std::size_t base) const {
    std::size_t last = first;
    for (std::size_t next = first + 1; next < rows_.size(); ++next) {
      const Row& row = rows_[next];
      if (row.indent == npos) continue;
      const bool item = row.dashes > 0 && row.indent == base && rows_[first].dashes == 0 &&
                        rows_[first].indent == base && rows_[first].value.empty();
      if (row.indent <= base && !item) break;
      last = next;
    }
    return last;
  }
  [[nodiscard]] std::size_t last_of(std::size_t first) const {
    return last_of(first, rows_[first].indent);
  }

  struct Entry {
    std::size_t first = 0;
    std::size_t last = 0;
  };

  // The entries of the mapping in which the row's key stands; all at one column.
  [[nodiscard]] std::vector<Entry> mapping(std::size_t row, std::size_t& first) const {
    const std::size_t column = rows_[row].column;
    first = row;
    while (rows_[first].dashes == 0 && first > 0) {
      std::size_t above = first - 1;
      while (above > 0 && (rows_[above].indent == npos || rows_[above].column > column)) --above;
      const Row& one = rows_[above];
      // "-" alone on its line, its entries below.
      const bool bare =
          one.dashes > 0 && one.key.empty() && one.words == "-" && one.indent < column;
      if (bare) {
        first = above;
        break;
      }
      if (one.indent == npos || one.column != column || one.key.empty()) break;
      first = above;
    }
    std::vector<Entry> out;
    for (std::size_t at = first; at < rows_.size(); ++at) {
      const Row& one = rows_[at];
      if (one.indent == npos) continue;
      if (at != first &&
          (one.indent < column || (one.dashes > 0 && one.indent <= rows_[first].indent)))
        break;
      if (at == first && one.words == "-") continue;
      if (one.column != column || (at != first && one.dashes > 0)) continue;
      if (one.key.empty()) continue;
      Entry entry{at, at};
      for (std::size_t next = at + 1; next < rows_.size(); ++next) {
        const Row& below = rows_[next];
        if (below.indent == npos) continue;
        const bool deeper = below.indent > column || (below.indent == column && below.dashes > 0);
        if (!deeper) break;
        entry.last = next;
      }
      out.push_back(entry);
    }
    return out;
  }

  // The row of the key under which this row's block stands; npos: at the top.
  [[nodiscard]] std::size_t parent(std::size_t row) const {
    const std::size_t base = rows_[row].indent;
    const bool item = rows_[row].dashes > 0;
    for (std::size_t back = row; back-- > 0;) {
      const Row& one = rows_[back];
      if (one.indent == npos) continue;
      if (one.column < base || (item && one.column == base && one.dashes == 0)) {
        return one.key.empty() ? npos : back;
      }
    }
    return npos;
  }

  Change entry() {
    std::size_t row = own_;
    // Up as long as the whole block shows the network: `twitter:` above `url:` and `label:`.
    while (true) {
      std::size_t first = row;
      const auto all = mapping(row, first);
      const Network& network = spot_.network();
      bool label = false;
      bool dress = true;
      for (const Entry& one : all) {
        const Row& line = rows_[one.first];
        if (one.first == row) continue;
        label = label || is_caption(scalar_unquoted(line.value), network);
        dress = dress && is_dress(line.key) && one.first == one.last;
      }
      const bool named = is_network_key(rows_[row].key, network);
      const bool item = rows_[first].dashes > 0;
      const std::size_t above = parent(first);
      if (item && (all.size() == 1 || (dress && (label || (!named && spot_.address))))) {
        if (Change other = replaced(all, row); other.good()) return other;
        return cut_rows(first, item_end(first));
      }
      const bool held =
          !item && above != npos && is_network_key(rows_[above].key, network) && dress;
      if (held && !named) {
        row = above;
        continue;
      }
      if (!named) {
        if (Change other = replaced(all, row); other.good()) return other;
      }
      return cut_entry(all, row, first);
    }
  }

  [[nodiscard]] std::size_t item_end(std::size_t first) const {
    std::size_t last = first;
    for (std::size_t next = first + 1; next < rows_.size(); ++next) {
      if (rows_[next].indent == npos) continue;
      if (rows_[next].indent <= rows_[first].indent) break;
      last = next;
    }
    return last;
  }

  // The address and its captions anew. Not where an icon shows the old network.
  [[nodiscard]] Change replaced(const std::vector<Entry>& all, std::size_t row) const {
    if (!spot_.replaces() || !spot_.address || spot_.options->replace_name.empty()) return {};
    Change out = cut(spot_.begin, spot_.end, spot_.options->replace_url);
    for (const Entry& one : all) {
      const std::string_view value = scalar_unquoted(rows_[one.first].value);
      if (one.first == row || !is_caption(value, spot_.network())) continue;
      if (value.find_first_of("/-") != npos || value.front() >= 'a') return {};
      const auto at = static_cast<std::size_t>(value.data() - text_.data());
      out.edits.push_back({at, at + value.size(), spot_.options->replace_name});
    }
    return out;
  }

  Change cut_entry(const std::vector<Entry>& all, std::size_t row, std::size_t first) const {
    const auto own =
        std::find_if(all.begin(), all.end(), [&](const Entry& one) { return one.first == row; });
    if (own == all.end()) return refuse("it could not be told what belongs to it here");
    // The entry on the dash's own line hands the dash on.
    if (row == first && rows_[row].dashes > 0) {
      if (all.size() < 2) return cut_rows(first, item_end(first));
      const Row& next = rows_[all[1].first];
      return cut(rows_[row].bytes.begin + rows_[row].column, next.bytes.begin + next.column);
    }
    return cut_rows(row, own->last);
  }

  // Takes rows out. A list or mapping that has nothing left stays one.
  [[nodiscard]] Change cut_rows(std::size_t first, std::size_t last) const {
    Change out = cut(rows_[first].bytes.begin, rows_[last].bytes.end);
    const std::size_t above = parent(first);
    if (above == npos || !rows_[above].value.empty()) return out;
    for (std::size_t at = above + 1; at < rows_.size(); ++at) {
      if (at >= first && at <= last) continue;
      if (rows_[at].indent == npos) continue;
      if (rows_[at].indent > rows_[above].column ||
          (rows_[at].dashes > 0 && rows_[at].indent == rows_[above].column))
        return out;
      break;
    }
    const std::string_view words = rows_[above].words;
    if (words.find('#') != npos || !words.ends_with(":")) return out;
    const auto end = static_cast<std::size_t>(words.data() + words.size() - text_.data());
    const bool item = rows_[first].dashes > 0;
    out.edits.insert(out.edits.begin(), {end, end, item ? " []" : " {}"});
    return out;
  }

  const Spot& spot_;
  std::string_view text_;
  std::vector<Row> rows_;
  std::size_t own_ = npos;
};

}  // namespace

Change in_yaml(const Spot& spot, std::size_t from, std::size_t to) {
  return Block(spot, from, to).take();
}

}  // namespace carillon::patch
