#include "text/url_scan.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "text/codepoints.hpp"
#include "text/punycode.hpp"
#include "text/tlds.hpp"

namespace carillon {

namespace {

constexpr std::size_t max_url_units = 4096;
constexpr std::size_t max_host_label = 63;
constexpr std::size_t max_tco_slug = 40;
constexpr std::string_view default_scheme = "https://";
constexpr std::u32string_view domain_breakers = U"!'#%&()*+,\\-./:;<=>?@[]^_{|}~$";

bool is_directional(char32_t point) {
  return (point >= 0x202A && point <= 0x202E) || point == 0x061C || point == 0x200E ||
         point == 0x200F || (point >= 0x2066 && point <= 0x2069);
}

// Asked for most characters of a text.
constexpr std::array<bool, 0x80> ascii_domain_chars = [] {
  std::array<bool, 0x80> out{};
  for (char32_t point = 0; point < out.size(); ++point) {
    const bool space = point == ' ' || (point >= 0x09 && point <= 0x0D);
    out[point] = !space && domain_breakers.find(point) == std::u32string_view::npos;
  }
  return out;
}();

bool is_domain_char(char32_t point) {
  if (point < 0x80) return ascii_domain_chars[point];
  return !is_white_space(point) && point != 0x180E && !is_refused(point) && !is_directional(point);
}

bool is_any_domain_char(char32_t point) {
  return is_domain_char(point) || point == '-' || point == '_';
}

struct Label {
  std::size_t end = 0;
  bool sound = false;  // begins and ends with a letter and a "." follows
  std::optional<std::size_t> underscore;
};

Label label_at(std::string_view text, std::size_t at) {
  Label out;
  char32_t first = 0;
  char32_t last = 0;
  std::size_t end = at;
  for (CodePoint point = code_point_at(text, end);
       point.size != 0 && is_any_domain_char(point.value); point = code_point_at(text, end)) {
    if (end == at) first = point.value;
    if (point.value == '_') out.underscore = end;
    last = point.value;
    end += point.size;
  }
  out.end = end;
  out.sound = end > at && is_domain_char(first) && is_domain_char(last) && end < text.size() &&
              text[end] == '.';
  return out;
}

struct Domain {
  std::size_t end = 0;   // 0: none
  std::size_t next = 0;  // when none: no domain begins before this byte
};

Domain domain_at(std::string_view text, std::size_t at) {
  Domain out;
  std::optional<std::size_t> underscore;
  std::size_t begin = at;
  Label label = label_at(text, begin);
  for (; label.sound; label = label_at(text, begin)) {
    begin = label.end + 1;
    if (!underscore) underscore = label.underscore;
    if (label.underscore) continue;
    if (const std::size_t end = x_tld_end(text, begin); end != 0) out.end = end;
  }
  if (!underscore) underscore = label.underscore;
  out.next = underscore && *underscore >= at ? *underscore + 1 : label.end;
  return out;
}

bool has(std::string_view text, std::size_t at, char c) {
  return at < text.size() && text[at] == c;
}

// End of "(…)" or "(…(…)…)" at `at`, or 0.
std::size_t parentheses_end(std::string_view text, std::size_t at, const UrlRules& rules) {
  std::size_t end = run_end(text, at + 1, rules.in_path);
  if (has(text, end, ')')) return end > at + 1 ? end + 1 : 0;
  if (!has(text, end, '(')) return 0;
  const std::size_t inner = end + 1;
  end = run_end(text, inner, rules.in_path);
  if (end == inner || !has(text, end, ')')) return 0;
  end = run_end(text, end + 1, rules.in_path);
  return has(text, end, ')') ? end + 1 : 0;
}

std::size_t path_end(std::string_view text, std::size_t at, const UrlRules& rules) {
  if (!has(text, at, '/')) return at;
  std::size_t end = ++at;
  for (CodePoint point = code_point_at(text, at); point.size != 0;
       point = code_point_at(text, at)) {
    if (point.value == '(') {
      const std::size_t close = parentheses_end(text, at, rules);
      if (close == 0) break;
      end = at = close;
    } else if (rules.in_path(point.value)) {
      at += point.size;
      if (rules.ends_path(point.value)) end = at;
    } else {
      break;
    }
  }
  return end;
}

std::size_t port_end(std::string_view text, std::size_t at) {
  if (!has(text, at, ':')) return at;
  std::size_t end = at + 1;
  while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
  return end > at + 1 ? end : at;
}

std::size_t scheme_size(std::string_view text, std::size_t at, const UrlRules& rules) {
  for (const std::string_view scheme : rules.schemes) {
    if (at + scheme.size() < text.size() && (text[at] | 0x20) == scheme[0] &&
        lower_ascii(text.substr(at, scheme.size())) == scheme)
      return scheme.size();
  }
  return 0;
}

bool is_ascii_label_char(char32_t point) {
  return is_ascii_alnum(point) || point == '-' || is_accented_latin(point);
}

// The domains within `domain` that hold nothing but Latin letters, digits and hyphens up to the top
// level: what X links when there is no scheme, so that "見てexample.com" links "example.com".
std::vector<UrlSpan> latin_domains(std::string_view domain) {
  std::vector<UrlSpan> out;
  std::size_t at = 0;
  while (at < domain.size()) {
    std::size_t begin = at;
    std::size_t end = 0;
    for (;;) {
      const std::size_t stop = run_end(domain, begin, is_ascii_label_char);
      if (stop == begin || !has(domain, stop, '.')) {
        begin = std::max(stop, begin);
        break;
      }
      begin = stop + 1;
      if (const std::size_t tld = x_tld_end(domain, begin); tld != 0) end = tld;
    }
    if (end != 0) {
      out.push_back({at, end});
      at = end;
    } else {
      at = begin > at ? begin : at + code_point_at(domain, at).size;
    }
  }
  return out;
}

bool has_sound_labels(std::string_view domain) {
  for (const std::string& label : split(domain, '.')) {
    const std::size_t size = ascii_label_size(label, max_host_label);
    if (size < 1 || size > max_host_label) return false;
  }
  return !domain.starts_with("xn--") || !latin_domains(domain).empty();
}

class Finder {
 public:
  Finder(std::string_view text, const UrlRules& rules) : text_(text), rules_(rules) {}

  std::vector<UrlSpan> run() {
    const CodePoint first = code_point_at(text_, 0);
    // The first character may stand before a URL like any other; only then is it tried as part.
    std::size_t at = 0;
    if (first.size != 0 && (!may_precede_url(first.value) || !try_at(first.size, 0, at))) {
      try_at(0, 0, at);
    }
    while (at < text_.size()) {
      const CodePoint before = code_point_at(text_, at);
      const std::size_t start = at + before.size;
      if (!may_precede_url(before.value) || !try_at(start, at, at)) at = start;
    }
    return std::move(found_);
  }

 private:
  // Whether something URL-like begins at `start`; then `resume` is where to go on.
  bool try_at(std::size_t start, std::size_t before, std::size_t& resume) {
    if (start >= text_.size()) return false;
    const std::size_t scheme = scheme_size(text_, start, rules_);
    if (scheme == 0 && start > no_domain_after_ && start < no_domain_before_) return false;
    const std::size_t host = start + scheme;
    const Domain domain = domain_at(text_, host);
    if (domain.end == 0) {
      if (scheme == 0) {
        no_domain_after_ = start;
        no_domain_before_ = domain.next;
      }
      return false;
    }
    const std::size_t port = port_end(text_, domain.end);
    const std::size_t path = path_end(text_, port, rules_);
    const std::size_t end = query_end(text_, path, rules_);
    resume = end;
    const std::string_view name = text_.substr(host, domain.end - host);
    const std::size_t counted_scheme = scheme != 0 ? scheme : default_scheme.size();
    if (!has_sound_labels(name) ||
        counted_scheme + utf16_length(text_.substr(start, end - start)) > max_url_units)
      return true;
    if (scheme != 0) {
      add_with_scheme(start, end);
    } else if (rules_.bare && !glued(before, start)) {
      add_bare(start, name, path > port ? end : 0);
    }
    return true;
  }

  // Whether the character before says that the domain is the tail of something else.
  bool glued(std::size_t before, std::size_t start) const {
    const std::string_view preceding = text_.substr(before, start - before);
    return preceding == "-" || preceding == "_" || preceding == "." || preceding == "/";
  }

  // A t.co address ends after its slug.
  void add_with_scheme(std::size_t start, std::size_t end) {
    const std::string url = lower_ascii(text_.substr(start, end - start));
    for (const std::string_view prefix : {"http://t.co/", "https://t.co/"}) {
      if (!url.starts_with(prefix)) continue;
      std::size_t slug = prefix.size();
      while (slug < url.size() && is_ascii_alnum(url[slug])) ++slug;
      if (slug == prefix.size()) break;
      if (slug - prefix.size() > max_tco_slug) return;
      end = std::min(end, query_end(text_, start + slug, rules_));
    }
    found_.push_back({start, end});
  }

  void add_bare(std::size_t start, std::string_view domain, std::size_t end_of_path) {
    const std::vector<UrlSpan> spans = latin_domains(domain);
    for (const UrlSpan& span : spans) found_.push_back({start + span.begin, start + span.end});
    if (!spans.empty() && end_of_path != 0) found_.back().end = end_of_path;
  }

  std::string_view text_;
  const UrlRules& rules_;
  std::vector<UrlSpan> found_;
  // Between the two no domain begins: the search from the first would have found it.
  std::size_t no_domain_after_ = 0;
  std::size_t no_domain_before_ = 0;
};

}  // namespace

bool is_accented_latin(char32_t point) {
  if (point < 0xC0) return false;
  if (point <= 0x24F) return point != 0xD7 && point != 0xF7;
  if (point >= 0x300 && point <= 0x36F) return true;
  if (point >= 0x1E00 && point <= 0x1EFF) return true;
  constexpr std::u32string_view others =
      U"\u0253\u0254\u0256\u0257\u0259\u025B\u0263\u0268"
      U"\u026F\u0272\u0289\u028B\u02BB";
  return one_of(others, point);
}

bool may_precede_url(char32_t point) {
  return !is_ascii_alnum(point) && point != '@' && point != 0xFF20 && point != '$' &&
         point != '#' && point != 0xFF03 && !is_refused(point);
}

std::size_t domain_end(std::string_view text, std::size_t at) {
  return domain_at(text, at).end;
}

std::size_t query_end(std::string_view text, std::size_t at, const UrlRules& rules) {
  if (!has(text, at, '?')) return at;
  std::size_t end = at;
  std::size_t next = at + 1;
  for (CodePoint point = code_point_at(text, next); point.size != 0 && rules.in_query(point.value);
       point = code_point_at(text, next)) {
    next += point.size;
    if (rules.ends_query(point.value)) end = next;
  }
  return end;
}

std::vector<UrlSpan> find_urls(std::string_view text, const UrlRules& rules) {
  if (text.find(rules.bare ? '.' : ':') == std::string_view::npos) return {};
  return Finder(text, rules).run();
}

}  // namespace carillon
