#include <algorithm>

#include "base/bytes.hpp"
#include "retire/patch_parts.hpp"

namespace carillon::patch {

namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t';
}

// Where an address that holds [begin, end) starts and stops as it is written.
void widen(std::string_view line, std::size_t& begin, std::size_t& end) {
  const auto part = [](char c) {
    return is_name_char(c) || std::string_view(":/\\.%&#;-").find(c) != npos;
  };
  std::size_t first = begin;
  while (first > 0 && part(line[first - 1])) --first;
  const std::string_view before = line.substr(first, begin - first);
  const std::string low = lower_ascii(before);
  for (const std::string_view scheme : {"https", "http"}) {
    const auto at = low.rfind(scheme);
    if (at == npos) continue;
    begin = first + at;
    break;
  }
  if (begin > 1 && line.substr(begin - 2, 2) == "//") begin -= 2;
  while (end < line.size()) {
    const std::string_view rest = line.substr(end);
    if (rest.starts_with("{{") || rest.starts_with("#{") || rest.starts_with("${")) {
      const auto close = rest.find('}');
      if (close == npos) break;
      end += close + (rest.substr(close).starts_with("}}") ? 2 : 1);
      continue;
    }
    if (rest.starts_with("<%")) {
      const auto close = rest.find("%>");
      if (close == npos) break;
      end += close + 2;
      continue;
    }
    if (std::string_view(" \t\r\n\"'`<>()[]{}|,").find(rest[0]) != npos) break;
    ++end;
  }
  while (end > begin && std::string_view(".;:!?*_").find(line[end - 1]) != npos) --end;
}

bool wanted(const Link& link, const WatchedNetwork& who) {
  switch (link.kind) {
    case LinkKind::account:
    case LinkKind::follow:
    case LinkKind::badge:
      return who.own(link.name) != nullptr || who.network->dead;
    case LinkKind::variable:
    case LinkKind::script:
      return true;
    case LinkKind::share:
    case LinkKind::page:
    case LinkKind::bare:
      return who.network->dead;
    default:
      return false;
  }
}

std::optional<Bounds> address_in(std::string_view line, const WatchedNetwork& who) {
  for (const Link& link : links_in(lower_ascii(line), *who.network)) {
    if (!wanted(link, who)) continue;
    Bounds out{link.begin, link.end};
    widen(line, out.begin, out.end);
    return out;
  }
  // Escaped: each word is undone for itself.
  std::size_t at = 0;
  while (at < line.size()) {
    const auto first = line.find_first_not_of(" \t\"'`<>()[]{}|", at);
    if (first == npos) break;
    auto last = line.find_first_of(" \t\"'`<>()[]{}|", first);
    if (last == npos) last = line.size();
    const auto links = links_in(plain_line(line.substr(first, last - first)), *who.network);
    if (std::any_of(links.begin(), links.end(), [&](const Link& one) { return wanted(one, who); }))
      return Bounds{first, last};
    at = last;
  }
  return std::nullopt;
}

std::optional<Bounds> name_in(std::string_view line, const WatchedNetwork& who) {
  const std::string low = lower_ascii(line);
  std::optional<Bounds> best;
  for (const AccountName& account : who.accounts) {
    const std::string name = lower_ascii(account.handle);
    for (auto at = find_word(low, name); at != npos; at = find_word(low, name, at + 1)) {
      const std::size_t end = at + name.size();
      const char before = at > 0 ? low[at - 1] : ' ';
      const char after = end < low.size() ? low[end] : ' ';
      const bool other = before == '/' || before == '.' || before == '-' || after == '/' ||
                         (before == '@' && at > 1 && low[at - 2] == '/') || after == '-';
      const bool domain =
          (after == '.' || after == '@') && end + 1 < low.size() && is_name_char(low[end + 1]);
      if (other || domain) continue;
      const Bounds here{before == '@' ? at - 1 : at, end};
      if (before == '@') return here;
      // In a setting the value counts, which is behind the key.
      best = here;
    }
  }
  return best;
}

std::optional<Bounds> word_in(std::string_view line, const Network& network) {
  const std::string low = lower_ascii(line);
  for (const std::string_view trace : network.traces) {
    const auto at = low.find(trace);
    if (at != npos && !trace.ends_with("/")) return Bounds{at, at + trace.size()};
  }
  for (const std::string_view word : network.words) {
    auto at = find_word(low, word);
    if (at == npos) at = low.find(word);
    if (at != npos) return Bounds{at, at + word.size()};
  }
  return std::nullopt;
}

}  // namespace

bool Spot::replaces() const {
  if (options->replace_url.empty() || network().dead || text.find(options->replace_url) != npos)
    return false;
  // Where a neighbour is called so already, a second one would say nothing new.
  const std::string name = lower_ascii(options->replace_name);
  constexpr std::size_t near = 12;
  for (std::size_t at = line > near ? line - near : 0; at < line + near && !name.empty(); ++at) {
    if (page->plain(at).find(name) != npos) return false;
  }
  return true;
}

Bounds line_at(std::string_view text, std::size_t at) {
  const auto before = at == 0 ? npos : text.rfind('\n', at - 1);
  const auto end = text.find('\n', at);
  return {before == npos ? 0 : before + 1, end == npos ? text.size() : end + 1};
}

Edit tidy(std::string_view text, Edit edit) {
  if (edit.begin > edit.end || edit.end > text.size()) return edit;
  const std::size_t first = line_at(text, edit.begin).begin;
  // An edit that ends with a line has nothing behind it on that line.
  const bool whole_end = edit.end > 0 && edit.end > edit.begin && text[edit.end - 1] == '\n';
  const std::size_t last = whole_end ? edit.end : line_at(text, edit.end).end;
  const std::string_view left = text.substr(first, edit.begin - first);
  const std::string_view right = text.substr(edit.end, last - edit.end);
  if (edit.text.empty() && blank(left) && blank(right)) {
    edit.begin = first;
    edit.end = last;
    // Between two empty lines, or an empty line and an end, one of them has lost its sense.
    const bool above =
        edit.begin == 0 || blank(text.substr(line_at(text, edit.begin - 1).begin,
                                             edit.begin - line_at(text, edit.begin - 1).begin));
    const auto next = line_at(text, edit.end);
    const bool below =
        edit.end < text.size() && blank(text.substr(next.begin, next.end - next.begin));
    if (above && below) edit.end = next.end;
    // The last line of a file had no end: the one above is the last now, and has none either.
    if (edit.end == text.size() && !text.ends_with('\n') && edit.begin > 0) {
      --edit.begin;
      if (edit.begin > 0 && text[edit.begin - 1] == '\r') --edit.begin;
    }
    return edit;
  }
  const char before = edit.begin > 0 ? text[edit.begin - 1] : '\n';
  const char after = edit.end < text.size() ? text[edit.end] : '\n';
  const char head = edit.text.empty() ? after : edit.text.front();
  const bool closes = edit.text.empty() && text.substr(edit.end, 2) == "</";
  if (is_space(before) && !blank(left) &&
      (closes || std::string_view(" \t\r\n").find(head) != npos)) {
    // A line of Markdown that ends with two spaces is broken there: that is the end's own.
    while (edit.begin > first && is_space(text[edit.begin - 1])) --edit.begin;
    if (edit.text.empty() && is_space(after) && right.find_first_not_of(" \t\r\n") == npos)
      return edit;
  } else if (blank(left) && edit.text.empty() && is_space(after)) {
    while (edit.end < text.size() && is_space(text[edit.end])) ++edit.end;
  }
  return edit;
}

std::string applied(std::string_view text, std::vector<Edit> edits) {
  std::stable_sort(edits.begin(), edits.end(),
                   [](const Edit& a, const Edit& b) { return a.begin < b.begin; });
  std::string out;
  std::size_t at = 0;
  for (const Edit& edit : edits) {
    if (edit.begin < at) {
      at = std::max(at, edit.end);
      continue;
    }
    out += text.substr(at, edit.begin - at);
    out += edit.text;
    at = edit.end;
  }
  out += text.substr(at);
  return out;
}

std::optional<Spot> spot_of(const ScanPage& page, std::string_view text, const Reference& finding,
                            const WatchedNetwork& who, const PatchOptions& options) {
  const auto line = static_cast<std::size_t>(finding.line - 1);
  const std::string_view raw = page.raw(line);
  if (raw.data() == nullptr) return std::nullopt;
  const auto start = static_cast<std::size_t>(raw.data() - text.data());
  Spot out{&page, text, line, 0, 0, true, finding.form, &who, &options};
  std::optional<Bounds> where = address_in(raw, who);
  if (!where) {
    out.address = false;
    where = name_in(raw, who);
  }
  if (!where) where = word_in(raw, *who.network);
  if (!where) return std::nullopt;
  out.begin = start + where->begin;
  out.end = start + where->end;
  return out;
}

bool is_caption(std::string_view words, const Network& network) {
  const auto is = [&](std::string_view one) {
    return std::find(network.labels.begin(), network.labels.end(), one) != network.labels.end();
  };
  const std::string low = lower_ascii(trim(words));
  std::string_view text = low;
  if (is(text)) return true;
  // The last part of an icon's name: "fontawesome/brands/x-twitter", "fab fa-twitter fa-2x".
  std::string part;
  const auto icon = [&](std::string_view name) {
    for (const std::string_view prefix :
         {"fa-", "icon-", "bi-", "si-", "mdi-", "ti-", "brand-", "logo-", "octicon-", "ri-", "i-"})
      if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
    return name.size() > 1 && is(name);
  };
  const bool named = low.find_first_of("/ :-") != npos && low.find("//") == npos &&
                     std::count(low.begin(), low.end(), ' ') <= 3;
  for (const char c : low + " ") {
    if (c == '/' || c == ' ' || c == ':') {
      if (named && icon(part) && low.size() < 60 && low.find(". ") == npos) return true;
      part.clear();
    } else {
      part += c;
    }
  }
  return false;
}

bool is_network_key(std::string_view key, const Network& network) {
  const std::string low = lower_ascii(key);
  if (std::any_of(network.words.begin(), network.words.end(),
                  [&](std::string_view word) { return low.find(word) != npos; }))
    return true;
  if (std::find(network.labels.begin(), network.labels.end(), low) != network.labels.end())
    return true;
  return network.name == "x" && (low.starts_with("x_") || low.starts_with("x-") || low == "x");
}

bool is_dress(std::string_view key) {
  static constexpr std::string_view dress[] = {
      "label",   "text",    "title",  "class",    "classname",  "target",     "rel",
      "weight",  "order",   "type",   "href",     "url",        "link",       "to",
      "name",    "width",   "height", "html",     "id",         "identifier", "pre",
      "parent",  "newpage", "blank",  "prefix",   "new_window", "svg",        "alt",
      "tooltip", "hint",    "key",    "enabled",  "show",       "value",      "image",
      "img",     "src",     "site",   "platform", "network",    "service",    "handle",
      "color",   "colour",  "size",   "account",  "username",   "external",   "position",
      "fa_icon", "params",  "slug",   "fa",       "newtab",     "new_tab",    "display"};
  const std::string low = lower_ascii(key);
  return low.starts_with("icon") || low.starts_with("aria") || low.ends_with("icon") ||
         std::find(std::begin(dress), std::end(dress), low) != std::end(dress);
}

std::string seen_words(std::string_view markup) {
  std::string out;
  int depth = 0;
  for (const char c : markup) {
    if (c == '<') ++depth;
    if (depth == 0) out += c;
    if (c == '>' && depth > 0) {
      --depth;
      out += ' ';
    }
  }
  std::string low = lower_ascii(out);
  for (const std::string_view entity : {"&nbsp;", "&middot;", "&bull;", "&raquo;", "&ndash;"})
    for (auto at = low.find(entity); at != npos; at = low.find(entity))
      low.replace(at, entity.size(), " ");
  std::string_view seen = trim(low);
  while (!seen.empty() && std::string_view("-:|/,;.*_#@ \t\r\n").find(seen.front()) != npos)
    seen.remove_prefix(1);
  while (!seen.empty() && std::string_view("-:|/,;.*_# \t\r\n").find(seen.back()) != npos)
    seen.remove_suffix(1);
  return std::string(seen);
}

Matter front_matter(std::string_view text) {
  std::string_view body = text;
  std::size_t skip = 0;
  if (body.starts_with("\xEF\xBB\xBF")) skip = 3;
  body.remove_prefix(skip);
  const bool yaml = body.starts_with("---\n") || body.starts_with("---\r\n");
  const bool toml = body.starts_with("+++\n") || body.starts_with("+++\r\n");
  if (!yaml && !toml) return {};
  const std::size_t first = body.find('\n') + 1;
  for (std::size_t at = first; at < body.size();) {
    const Bounds line = line_at(body, at);
    const std::string_view words = trim(body.substr(line.begin, line.end - line.begin));
    if (words == body.substr(0, 3)) return {skip + first, skip + line.begin, toml};
    at = line.end;
  }
  return {};
}

}  // namespace carillon::patch
