// Whether a file can be read in its format: asked before and after, so that no patch breaks one.
#include <algorithm>
#include <array>

#include "base/bytes.hpp"
#include "base/describe.hpp"
#include "base/yaml.hpp"
#include "retire/patch_parts.hpp"

namespace carillon::patch {

namespace {

std::string extension_of(std::string_view path) {
  const auto slash = path.rfind('/');
  const std::string name = lower_ascii(slash == npos ? path : path.substr(slash + 1));
  const auto dot = name.rfind('.');
  return dot == npos ? std::string{} : name.substr(dot + 1);
}

bool is_json(std::string_view text, bool lenient) {
  json::parse_options options;
  options.allow_comments = lenient;
  options.allow_trailing_commas = lenient;
  options.max_depth = 64;
  json::error_code error;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  static_cast<void>(json::parse(text, error, {}, options));
  return !error;
}

// Each document of a stream for itself. Nothing: more than the reader takes.
std::optional<bool> is_yaml(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::size_t begin = 0;
  for (std::size_t at = 0; at <= text.size();) {
    const Bounds line = line_at(text, std::min(at, text.size()));
    const bool end = at >= text.size();
    const std::string_view words = trim(text.substr(line.begin, line.end - line.begin));
    if (end || words == "---" || words == "...") {
      const std::size_t stop = end ? text.size() : line.begin;
      const auto read = parse_yaml(text.substr(begin, stop - begin));
      if (!read && read.error().fault == Fault::too_large) return std::nullopt;
      if (!read) return false;
      begin = line.end;
    }
    if (end) break;
    at = line.end;
  }
  return true;
}

// TOML 1.0 by its grammar. What numbers and dates mean, and whether a key stands twice, does not
// matter here: taking lines out changes neither.
class Toml {
 public:
  explicit Toml(std::string_view text) : text_(text) {}

  bool read() {
    while (at_ < text_.size()) {
      space(true);
      if (at_ >= text_.size()) return true;
      if (!(text_[at_] == '[' ? header() : pair())) return false;
      space(false);
      if (at_ < text_.size() && text_[at_] != '\n') return false;
    }
    return true;
  }

 private:
  [[nodiscard]] char here() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(std::string_view what) {
    if (!text_.substr(at_).starts_with(what)) return false;
    at_ += what.size();
    return true;
  }
  void space(bool lines) {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '#') {
        const auto end = text_.find('\n', at_);
        at_ = end == npos ? text_.size() : end;
      } else if (c == ' ' || c == '\t' || c == '\r' || (lines && c == '\n')) {
        ++at_;
      } else {
        break;
      }
    }
  }

  bool header() {
    const bool array = take("[[");
    if (!array && !take("[")) return false;
    space(false);
    if (!key()) return false;
    space(false);
    return take(array ? "]]" : "]");
  }

  bool key() {
    while (true) {
      if (here() == '"' || here() == '\'') {
        if (!string(false)) return false;
      } else {
        const std::size_t begin = at_;
        while (is_name_char(here()) || here() == '-') ++at_;
        if (begin == at_) return false;
      }
      space(false);
      if (!take(".")) return true;
      space(false);
    }
  }

  bool pair() {
    if (!key()) return false;
    space(false);
    if (!take("=")) return false;
    space(false);
    return value(0);
  }

  bool string(bool many) {
    const char quote = here();
    const std::string three(3, quote);
    if (many && take(three)) {
      while (at_ < text_.size()) {
        if (quote == '"' && here() == '\\') {
          at_ += 2;
          continue;
        }
        if (take(three)) {
          // Up to two quotes may stand before the end.
          for (int i = 0; i < 2 && here() == quote; ++i) ++at_;
          return true;
        }
        ++at_;
      }
      return false;
    }
    ++at_;
    while (at_ < text_.size() && here() != '\n') {
      if (quote == '"' && here() == '\\') ++at_;
      if (here() == quote && (quote == '\'' || text_[at_ - 1] != '\\' || escaped())) {
        ++at_;
        return true;
      }
      ++at_;
    }
    return false;
  }
  // Whether the backslash before this place is itself escaped.
  [[nodiscard]] bool escaped() const {
    std::size_t count = 0;
    for (std::size_t at = at_; at > 0 && text_[at - 1] == '\\'; --at) ++count;
    return count % 2 == 0;
  }

  bool value(int depth) {
    if (depth > 64) return false;
    const char c = here();
    if (c == '"' || c == '\'') return string(true);
    if (c == '[') return list(']', depth);
    if (c == '{') return list('}', depth);
    const std::size_t begin = at_;
    while (is_name_char(here()) ||
           (here() != '\0' && std::string_view("+-.:").find(here()) != npos))
      ++at_;
    return at_ > begin;
  }

  bool list(char close, int depth) {
    ++at_;
    const bool lines = close == ']';
    bool comma = true;
    while (true) {
      space(lines);
      if (here() == close) {
        ++at_;
        return true;
      }
      if (!comma) return false;
      if (close == '}' ? !pair_in(depth) : !value(depth + 1)) return false;
      space(lines);
      comma = take(",");
    }
  }
  bool pair_in(int depth) {
    if (!key()) return false;
    space(false);
    if (!take("=")) return false;
    space(false);
    return value(depth + 1);
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

bool one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

bool is_toml(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return Toml(text).read();
}

std::optional<bool> reads_well(std::string_view path, std::string_view text) {
  const std::string extension = extension_of(path);
  if (one_of(extension, {"json", "jsonld", "webmanifest", "ipynb"})) return is_json(text, false);
  if (one_of(extension, {"jsonc", "json5"})) return is_json(text, true);
  if (one_of(extension, {"yml", "yaml", "cff"})) return is_yaml(text);
  if (extension == "toml") return is_toml(text);
  const Matter matter = front_matter(text);
  if (matter.end > matter.begin) {
    const std::string_view head = text.substr(matter.begin, matter.end - matter.begin);
    const std::optional<bool> good = matter.toml ? std::optional(is_toml(head)) : is_yaml(head);
    if (good == false) return false;
  }
  if (one_of(extension, {"html", "htm",    "xhtml", "vue",   "svelte", "astro", "hbs", "mustache",
                         "njk",  "liquid", "twig",  "jinja", "jinja2", "j2",    "erb", "ejs",
                         "tmpl", "php",    "jsx",   "tsx",   "mdx",    "xml",   "md",  "markdown"}))
    return is_balanced_markup(text.substr(matter.end));
  return std::nullopt;
}

}  // namespace carillon::patch
