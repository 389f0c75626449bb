#include "retire/patch_tags.hpp"

#include <algorithm>
#include <array>

#include "base/bytes.hpp"
#include "retire/links.hpp"

namespace carillon::patch {

namespace {

constexpr std::array<std::string_view, 15> voids{"area",  "base",   "br",    "col",  "embed",
                                                 "hr",    "img",    "input", "link", "meta",
                                                 "param", "source", "track", "wbr",  "!doctype"};
// These may be left open.
constexpr std::array<std::string_view, 13> lenient{
    "p", "li", "dt", "dd", "td", "th", "tr", "tbody", "thead", "tfoot", "option", "html", "body"};

template <class List>
bool listed(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::vector<Tag> read() {
    std::size_t at = 0;
    while (at < text_.size()) {
      const auto next = text_.find_first_of("<{", at);
      if (next == npos) break;
      const std::string_view rest = text_.substr(next);
      if (rest.starts_with("<!--")) {
        at = behind(next, "-->");
      } else if (rest.starts_with("{#") && !rest.starts_with("{#if") &&
                 !rest.starts_with("{#each")) {
        at = behind(next, "#}");
      } else if (rest.starts_with("{/*")) {
        at = behind(next, "*/}");
      } else if (rest.starts_with("{%") || rest.starts_with("{{")) {
        at = directive(next, rest.starts_with("{%") ? "%}" : "}}");
      } else if (rest.starts_with("<%") || rest.starts_with("<?")) {
        at = directive(next, rest.starts_with("<%") ? "%>" : "?>");
      } else if (rest[0] == '<' && rest.size() > 1) {
        at = tag(next);
      } else {
        at = next + 1;
      }
    }
    pair();
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::size_t behind(std::size_t at, std::string_view end) const {
    const auto found = text_.find(end, at + 2);
    return found == npos ? text_.size() : found + end.size();
  }

  std::size_t directive(std::size_t at, std::string_view end) {
    const std::size_t stop = behind(at, end);
    std::size_t word = at + 2;
    while (word < stop && std::string_view(" \t\r\n-=%~").find(text_[word]) != npos) ++word;
    if (text_.substr(word).starts_with("php")) word += 3;
    while (word < stop && (text_[word] == ' ' || text_[word] == '\n')) ++word;
    std::size_t last = word;
    while (last < stop && (is_name_char(text_[last]) || text_[last] == '#' || text_[last] == '/'))
      ++last;
    out_.push_back({Tag::Kind::directive, at, stop, lower_ascii(text_.substr(word, last - word))});
    return stop;
  }

  // Behind the tag's `>`; attributes may hold quotes, braces and directives.
  [[nodiscard]] std::size_t tag_end(std::size_t at) const {
    char quote = 0;
    int braces = 0;
    for (; at < text_.size(); ++at) {
      const char c = text_[at];
      if (quote != 0) {
        if (c == quote) quote = 0;
        continue;
      }
      const std::string_view rest = text_.substr(at, 2);
      if (rest == "{%" || rest == "<%" || rest == "<?") {
        at = behind(at, rest == "{%" ? "%}" : rest == "<%" ? "%>" : "?>") - 1;
      } else if (c == '{') {
        ++braces;
      } else if (c == '}') {
        braces = std::max(0, braces - 1);
      } else if (braces == 0 && (c == '"' || c == '\'') &&
                 std::string_view("= \t\n").find(text_[at - 1]) != npos) {
        quote = c;
      } else if (braces == 0 && c == '>') {
        return at + 1;
      } else if (braces == 0 && c == '<') {
        return npos;
      }
    }
    return npos;
  }

  std::size_t tag(std::size_t at) {
    const bool closing = text_[at + 1] == '/';
    std::size_t name = at + (closing ? 2 : 1);
    std::size_t last = name;
    while (last < text_.size() &&
           (is_name_char(text_[last]) || std::string_view("-.:!").find(text_[last]) != npos))
      ++last;
    const bool fragment = last == name && last < text_.size() && text_[last] == '>';
    if (last == name && !fragment) return at + 1;
    if (last > name && text_[name] >= '0' && text_[name] <= '9') return at + 1;
    const std::size_t end = tag_end(last);
    if (end == npos) return at + 1;
    const std::string low = lower_ascii(text_.substr(name, last - name));
    // An address in angle brackets is no tag.
    if (low.ends_with(":") || text_.substr(last, 2) == "//") return end;
    Tag out{Tag::Kind::open, at, end, low};
    // <Link> is a component, <LINK> and <link> stand alone.
    const std::string_view written = text_.substr(name, last - name);
    const bool component = written != low && lower_ascii(written.substr(1)) == written.substr(1);
    const bool lone = text_[end - 2] == '/' || (listed(voids, low) && !component);
    out.kind = closing ? Tag::Kind::close : lone ? Tag::Kind::lone : Tag::Kind::open;
    const bool raw = out.kind == Tag::Kind::open && (low == "script" || low == "style");
    out_.push_back(out);
    if (!raw) return end;
    const auto close = lower_ascii(text_.substr(end)).find("</" + low);
    return close == npos ? end : end + close;
  }

  void pair() {
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < out_.size(); ++i) {
      Tag& one = out_[i];
      one.parent = open.empty() ? Tag::no_pair : open.back();
      if (one.kind == Tag::Kind::open) {
        open.push_back(i);
      } else if (one.kind == Tag::Kind::close) {
        auto match = open.size();
        while (match > 0 && out_[open[match - 1]].name != one.name) --match;
        if (match == 0) continue;
        // What is still open inside and must not be was closed elsewhere: a template's branches.
        one.pair = open[match - 1];
        out_[one.pair].pair = i;
        one.parent = out_[one.pair].parent;
        open.resize(match - 1);
      }
    }
  }

  std::string_view text_;
  std::vector<Tag> out_;
};

}  // namespace

std::vector<Tag> tags_of(std::string_view text) {
  return Reader(text).read();
}

std::size_t unpaired(const std::vector<Tag>& tags) {
  return static_cast<std::size_t>(std::count_if(tags.begin(), tags.end(), [](const Tag& tag) {
    const bool half = tag.kind == Tag::Kind::open || tag.kind == Tag::Kind::close;
    return half && tag.pair == Tag::no_pair && !listed(lenient, tag.name);
  }));
}

}  // namespace carillon::patch
