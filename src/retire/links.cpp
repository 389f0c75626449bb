#include "retire/links.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "base/bytes.hpp"
#include "net/url.hpp"
#include "retire/digits.hpp"
#include "text/handle.hpp"

namespace carillon {

namespace {

bool host_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

bool printable(int code) {
  return code >= 0x20 && code < 0x7F;
}

// The character that an escape at the front of `text` means, and how long the escape is.
std::optional<std::pair<char, std::size_t>> escape_at(std::string_view text) {
  if (text[0] == '%' && text.size() >= 3) {
    const int code = hex_digit(text[1]) * 16 + hex_digit(text[2]);
    if (hex_digit(text[1]) >= 0 && hex_digit(text[2]) >= 0 && printable(code))
      return std::pair{static_cast<char>(code), std::size_t{3}};
  }
  if (text[0] == '\\' && text.size() >= 2 && text[1] == '/') return std::pair{'/', std::size_t{2}};
  if (text[0] == '\\' && text.size() >= 6 && (text[1] == 'u' || text[1] == 'U')) {
    int code = 0;
    for (std::size_t i = 2; i < 6; ++i) code = code < 0 ? -1 : code * 16 + hex_digit(text[i]);
    if (printable(code)) return std::pair{static_cast<char>(code), std::size_t{6}};
  }
  if (text[0] != '&') return std::nullopt;
  const auto semicolon = text.find(';');
  if (semicolon == npos || semicolon > 8) return std::nullopt;
  const std::string_view name = text.substr(1, semicolon - 1);
  static constexpr std::array<std::pair<std::string_view, char>, 5> known{
      {{"amp", '&'}, {"sol", '/'}, {"colon", ':'}, {"period", '.'}, {"commat", '@'}}};
  for (const auto& [word, meant] : known) {
    if (name == word) return std::pair{meant, semicolon + 1};
  }
  if (name.size() < 2 || name[0] != '#') return std::nullopt;
  const bool hex = name[1] == 'x' || name[1] == 'X';
  int code = 0;
  for (const char c : name.substr(hex ? 2 : 1)) {
    if (hex_digit(c) < 0 || (!hex && hex_digit(c) > 9)) return std::nullopt;
    code = code * (hex ? 16 : 10) + hex_digit(c);
  }
  if (!printable(code)) return std::nullopt;
  return std::pair{static_cast<char>(code), semicolon + 1};
}

bool is_short_prefix(std::string_view labels) {
  static constexpr std::array<std::string_view, 9> prefixes{
      "", "www.", "mobile.", "m.", "web.", "touch.", "de.", "en-gb.", "fr."};
  return std::find(prefixes.begin(), prefixes.end(), labels) != prefixes.end();
}

bool contains(const std::vector<std::string_view>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// What stands where a template or program puts a name in.
bool opens_variable(std::string_view rest) {
  for (const std::string_view mark :
       {"{",   "$",   "#{",   "<%",  "<?",   "%s",        "%(",      "\" +",
        "\"+", "' +", "'+",   "' .", "\" .", "'.$",       "\".$",    "@{",
        "[%",  "` +", "\", ", "', ", "<#",   "<username", "<handle", "<your"}) {
    if (rest.starts_with(mark)) return true;
  }
  return false;
}

bool is_pattern(std::string_view rest) {
  for (const std::string_view mark : {".*", "*", "(", "[^", "\\", ".+", "?", "**"}) {
    if (rest.starts_with(mark)) return true;
  }
  return false;
}

std::string_view parameter_of(std::string_view query, std::string_view key) {
  std::size_t at = 0;
  while (at < query.size()) {
    const auto end = std::min(query.find('&', at), query.size());
    const std::string_view pair = query.substr(at, end - at);
    if (pair.starts_with(key) && pair.size() > key.size() && pair[key.size()] == '=')
      return pair.substr(key.size() + 1);
    at = end + 1;
  }
  return {};
}

std::string_view name_at(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && (is_name_char(text[end]) || text[end] == '-' || text[end] == '.'))
    ++end;
  while (end > 0 && text[end - 1] == '.') --end;
  return text.substr(0, end);
}

// The query behind the address that ends at `end`.
std::string query_at(std::string_view plain, std::size_t end) {
  if (end >= plain.size() || plain[end] != '?') return {};
  const auto stop = plain.find_first_of("\"'<> \t)", end);
  return std::string(plain.substr(end + 1, stop == npos ? npos : stop - end - 1));
}

// Steps over what may stand before a name: slashes, `#!/`, `@`, `+`, `company/`.
std::string_view skip_to_name(std::string_view rest, const Network& network) {
  bool moved = true;
  while (moved) {
    moved = false;
    while (rest.starts_with("/")) rest.remove_prefix(1);
    for (const std::string_view part : network.before) {
      const bool sign = !is_name_char(part.back());
      if (!rest.starts_with(part)) continue;
      if (!sign && !rest.substr(part.size()).starts_with("/")) continue;
      rest.remove_prefix(part.size());
      moved = true;
    }
  }
  return rest;
}

void read_intent(Link& link, std::string_view path) {
  const bool user = path.find("/follow") != npos || path.find("/user") != npos;
  const std::string_view screen = parameter_of(link.query, "screen_name");
  if (user && !screen.empty()) {
    link.kind = LinkKind::follow;
    link.name = std::string(name_at(screen.starts_with("@") ? screen.substr(1) : screen));
  } else if (user) {
    link.kind = LinkKind::by_number;
  }
}

// Reads the path behind a host of the network.
void read_path(std::string_view plain, const Network& network, Link& link) {
  const std::string_view rest = plain.substr(link.end);
  const bool vanity = link.end > 0 && plain[link.end - 1] == '+';
  if (!vanity && !rest.starts_with("/")) {
    link.kind = is_pattern(rest) && !rest.starts_with("?") ? LinkKind::pattern : LinkKind::bare;
    return;
  }
  const std::string_view from = vanity ? rest : skip_to_name(rest, network);
  const std::string_view name = name_at(from);
  link.end += (rest.size() - from.size()) + name.size();
  const std::string_view behind = plain.substr(link.end);
  if (name.empty()) {
    const bool joined = opens_variable(behind);
    link.kind = joined                                           ? LinkKind::variable
                : is_pattern(behind) && !behind.starts_with("?") ? LinkKind::pattern
                                                                 : LinkKind::bare;
    if (joined) link.name = std::string(behind.substr(0, 80));
    return;
  }
  std::size_t path_end = link.end;
  while (path_end < plain.size() && (host_char(plain[path_end]) || plain[path_end] == '/'))
    ++path_end;
  const std::string_view path = plain.substr(link.end, path_end - link.end);
  link.query = query_at(plain, path_end);
  if (contains(network.share, name)) {
    link.kind = LinkKind::share;
    link.end = path_end;
    read_intent(link, path);
    return;
  }
  if (contains(network.not_a_name, name)) {
    link.kind = LinkKind::page;
    link.name = std::string(name);
    return;
  }
  const bool post = path.size() > network.post.size() && path.starts_with(network.post);
  link.kind = post ? LinkKind::status : LinkKind::account;
  link.name = std::string(name);
  link.end = path_end;
}

void read_subdomain(std::string_view labels, Link& link) {
  static constexpr std::array<std::string_view, 4> scripts{"platform.", "syndication.", "cdn.",
                                                           "connect."};
  static constexpr std::array<std::string_view, 5> apis{"api.", "upload.", "stream.", "graph.",
                                                        "apis."};
  const auto is = [&](const auto& list) {
    return std::any_of(list.begin(), list.end(),
                       [&](std::string_view one) { return labels.starts_with(one); });
  };
  link.kind = is(scripts) ? LinkKind::script : is(apis) ? LinkKind::api : LinkKind::page;
  if (labels.starts_with("pic.")) link.kind = LinkKind::status;
}

void find_host(std::string_view plain, const Network& network, std::string_view host,
               std::vector<Link>& out) {
  const bool open = host.ends_with(".");   // nitter.net, nitter.it, …
  const bool plus = host.ends_with("/+");  // google.com/+name
  for (auto at = plain.find(host); at != npos; at = plain.find(host, at + 1)) {
    std::size_t begin = at;
    while (begin > 0 && host_char(plain[begin - 1])) --begin;
    while (begin < at && (plain[begin] == '.' || plain[begin] == '-' || plain[begin] == '_'))
      ++begin;
    if (begin > 0 && plain[begin - 1] == '@' && !(begin > 1 && plain[begin - 2] == '/')) continue;
    const std::string_view labels = plain.substr(begin, at - begin);
    if (!labels.empty() && !labels.ends_with(".")) continue;
    Link link;
    link.begin = begin;
    link.end = at + host.size();
    if (open) {
      while (link.end < plain.size() && host_char(plain[link.end])) ++link.end;
      if (plain.substr(0, link.end).ends_with(".")) continue;
      if (plain.substr(link.end, 1) != "/") continue;
    } else if (!plus && link.end < plain.size() &&
               (is_name_char(plain[link.end]) || plain[link.end] == '-')) {
      continue;
    } else if (!plus && plain.substr(link.end, 1) == "." && link.end + 1 < plain.size() &&
               is_name_char(plain[link.end + 1])) {
      continue;
    }
    if (open || is_short_prefix(labels)) {
      read_path(plain, network, link);
    } else if (network.name == "linkedin" || network.name == "facebook") {
      read_path(plain, network, link);  // country and language subdomains
    } else {
      read_subdomain(labels, link);
    }
    out.push_back(std::move(link));
  }
}

// Pictures that count followers: img.shields.io/twitter/follow/name, flat.badgen.net/….
void find_badges(std::string_view plain, const Network& network, std::vector<Link>& out) {
  if (plain.find("shields.io") == npos && plain.find("badgen.net") == npos &&
      plain.find("badge") == npos)
    return;
  for (const std::string_view word : network.words) {
    const std::string mark = std::string(word) + "/follow/";
    for (auto at = plain.find(mark); at != npos; at = plain.find(mark, at + 1)) {
      std::string_view name = plain.substr(at + mark.size());
      if (name.starts_with("@")) name.remove_prefix(1);
      name = name_at(name);
      for (const std::string_view tail : {".svg", ".png", ".json"})
        if (name.ends_with(tail)) name.remove_suffix(tail.size());
      out.push_back({LinkKind::badge, std::string(name), at, at + mark.size() + name.size(), {}});
    }
  }
}

void find_shortened(std::string_view plain, std::vector<Link>& out) {
  for (auto at = plain.find("t.co/"); at != npos; at = plain.find("t.co/", at + 1)) {
    if (at > 0 && host_char(plain[at - 1])) continue;
    if (at + 5 >= plain.size() || !is_name_char(plain[at + 5])) continue;
    out.push_back({LinkKind::shortened, {}, at, at + 5, {}});
  }
}

// The name of an account on a server that speaks Mastodon's way: "/@name" or "/@name@server".
std::optional<AccountName> at_server(const Url& url) {
  std::string_view path = url.path;
  while (path.ends_with('/')) path.remove_suffix(1);
  if (!path.starts_with("/@") || path.size() < 3) return std::nullopt;
  const std::string name = lower_ascii(path.substr(2));
  if (name.find('/') != std::string::npos) return std::nullopt;
  const bool remote = name.find('@') != std::string::npos;
  return AccountName{"mastodon", remote ? name : name + "@" + url.host};
}

// What is an account there, but is no platform that can be left.
std::optional<AccountName> on_github(std::string_view address) {
  static constexpr std::array<std::string_view, 8> pages{
      "about", "features", "login", "pricing", "sponsors", "orgs", "topics", "explore"};
  const std::string handle = handle_in(address);
  if (handle.size() < 2) return std::nullopt;
  std::string name = lower_ascii(handle.substr(1));
  if (std::find(pages.begin(), pages.end(), name) != pages.end()) return std::nullopt;
  return AccountName{"github", std::move(name)};
}

}  // namespace

std::string plain_line(std::string_view line) {
  std::string out = lower_ascii(line);
  if (out.find_first_of("%&\\") == std::string::npos) return out;
  // Twice: an address inside the query of an address is escaped twice as often as not.
  for (int round = 0; round < 2; ++round) {
    std::string undone;
    undone.reserve(out.size());
    for (std::size_t i = 0; i < out.size();) {
      const auto escape = escape_at(std::string_view(out).substr(i));
      undone += escape ? escape->first : out[i];
      i += escape ? escape->second : 1;
    }
    out = lower_ascii(undone);
  }
  return out;
}

std::vector<Link> links_in(std::string_view plain, const Network& network) {
  std::vector<Link> out;
  for (const std::string_view host : network.hosts) find_host(plain, network, host, out);
  find_badges(plain, network, out);
  if (network.name == "x") find_shortened(plain, out);
  std::sort(out.begin(), out.end(), [](const Link& a, const Link& b) { return a.begin < b.begin; });
  return out;
}

std::optional<AccountName> account_at(std::string_view address) {
  auto url = parse_url(address);
  if (!url) return std::nullopt;
  if (url->host == "github.com" || url->host == "www.github.com") return on_github(address);
  url->fragment.reset();
  const std::string plain = plain_line(url->str());
  for (const Network& network : networks()) {
    for (const Link& link : links_in(plain, network)) {
      if (link.begin > 12) continue;  // not the address itself, but one in its query
      if (link.kind == LinkKind::account || link.kind == LinkKind::follow)
        return AccountName{std::string(network.name), link.name};
      return std::nullopt;
    }
  }
  return at_server(*url);
}

Result<AccountName> other_account(const AccountName& own, std::string_view other) {
  if (auto named = account_at(other)) return *named;
  std::string whole = lower_ascii(trim(other));
  if (whole.find(':') == std::string::npos) {
    while (whole.starts_with("@")) whole.erase(0, 1);
    const auto at = own.handle.find('@');
    if (own.platform == "mastodon" && at != std::string::npos &&
        whole.find('@') == std::string::npos)
      whole += own.handle.substr(at);
    if (find_network(own.platform) == nullptr) return AccountName{own.platform, whole};
    whole = own.platform + ":" + whole;
  }
  return parse_account(whole);
}

std::size_t find_word(std::string_view text, std::string_view word, std::size_t from) {
  for (auto at = text.find(word, from); at != npos; at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if (at > 0 && is_name_char(text[at - 1]) && is_name_char(word.front())) continue;
    if (end < text.size() && is_name_char(text[end]) && is_name_char(word.back())) continue;
    return at;
  }
  return npos;
}

bool has_word(std::string_view text, std::string_view word) {
  return find_word(text, word) != npos;
}

}  // namespace carillon
