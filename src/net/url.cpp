#include "net/url.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/bytes.hpp"
#include "base/limits.hpp"

namespace carillon {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_alpha(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_unreserved(char c) {
  return is_alpha(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}
// RFC 3986 pchar and "/"; query and fragment also take "?".
bool is_path_char(char c) {
  return is_unreserved(c) || std::string_view("!$&'()*+,;=:@/").find(c) != std::string_view::npos;
}

unsigned hex_value(char c) {
  if (is_digit(c)) return static_cast<unsigned>(c - '0');
  return static_cast<unsigned>((c | 0x20) - 'a') + 10U;
}

void append_percent(std::string& out, char c) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  out += '%';
  out += digits[byte >> 4U];
  out += digits[byte & 15U];
}

// Path, query or fragment with every byte RFC 3986 does not allow percent-encoded.
Result<std::string> normalise(std::string_view text, std::string_view part) {
  if (const auto bad = first_bad_utf8(text))
    return fail(Fault::invalid,
                fmt::format("the {} of the address is not UTF-8 at byte {}", part, *bad));
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '%') {
      if (text.size() - i < 3 || !is_hex(text[i + 1]) || !is_hex(text[i + 2]))
        return fail(Fault::invalid,
                    fmt::format("the {} of the address has a \"%\" without two hex digits", part),
                    "Write a percent sign itself as %25.");
      out += c;
    } else if (is_path_char(c) || (c == '?' && part != "path")) {
      out += c;
    } else if (c == ' ' || c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      return fail(
          Fault::invalid,
          fmt::format("the {} of the address has a space, backslash or control character", part),
          "Write a space as %20.");
    } else {
      append_percent(out, c);
    }
  }
  return out;
}

// "." and "%2e" count alike: https://url.spec.whatwg.org/#single-dot-path-segment
int dots(std::string_view segment) {
  int count = 0;
  while (!segment.empty()) {
    if (segment.front() == '.') {
      segment.remove_prefix(1);
    } else if (segment.size() >= 3 && segment.starts_with("%2") && (segment[2] | 0x20) == 'e') {
      segment.remove_prefix(3);
    } else {
      return 0;
    }
    if (++count > 2) return 0;
  }
  return count;
}

// RFC 3986 section 5.2.4; `path` begins with "/".
std::string without_dots(std::string_view path) {
  std::vector<std::string_view> kept;
  path.remove_prefix(1);
  for (bool more = true; more;) {
    const auto slash = path.find('/');
    const auto segment = path.substr(0, slash);
    more = slash != std::string_view::npos;
    if (more) path.remove_prefix(slash + 1);
    const int count = dots(segment);
    if (count == 2 && !kept.empty()) kept.pop_back();
    if (count == 0) kept.push_back(segment);
    if (count != 0 && !more) kept.emplace_back();
  }
  std::string out;
  for (const auto segment : kept) (out += '/') += segment;
  return out.empty() ? "/" : out;
}

Result<std::string> ipv6_host(std::string_view inside) {
  std::array<unsigned char, 16> bytes{};
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (inet_pton(AF_INET6, std::string(inside).c_str(), bytes.data()) != 1)
    return fail(Fault::invalid, "the host of the address is not an IPv6 address");
  inet_ntop(AF_INET6, bytes.data(), text.data(), text.size());
  return fmt::format("[{}]", text.data());
}

// Would a browser or the system's resolver read this name as a number? Then it must be the plain
// form, or two programs would see two hosts.
Result<void> check_numeric_host(std::string_view host) {
  auto name = host;
  if (name.ends_with('.')) name.remove_suffix(1);
  auto last = name.substr(name.rfind('.') + 1);
  const bool hex = last.size() >= 2 && last[0] == '0' && last[1] == 'x' &&
                   std::all_of(last.begin() + 2, last.end(), is_hex);
  if (!hex && !std::all_of(last.begin(), last.end(), is_digit)) return {};
  std::array<unsigned char, 4> bytes{};
  if (host.ends_with('.') || inet_pton(AF_INET, std::string(host).c_str(), bytes.data()) != 1)
    return fail(Fault::invalid, "the host of the address is a number but not a plain IPv4 address",
                "Write it as four decimal numbers, such as 192.0.2.1.");
  return {};
}

Result<std::string> read_host(std::string_view text) {
  if (text.starts_with('[')) {
    if (!text.ends_with(']'))
      return fail(Fault::invalid, "the address has a \"[\" without a \"]\"");
    return ipv6_host(text.substr(1, text.size() - 2));
  }
  if (text.empty()) return fail(Fault::invalid, "the address has no host");
  if (text.size() > 253) return fail(Fault::invalid, "the host of the address is too long");
  const std::string host = lower_ascii(text);
  std::size_t label = 0;
  for (std::size_t i = 0; i < host.size(); ++i) {
    const char c = host[i];
    if (static_cast<unsigned char>(c) >= 0x80)
      return fail(Fault::invalid, "the host of the address is not ASCII",
                  "Write an international name in its \"xn--\" form.");
    if (c == '.') {
      if (label == 0) return fail(Fault::invalid, "the host of the address has an empty part");
      label = 0;
    } else if (!is_alpha(c) && !is_digit(c) && c != '-' && c != '_') {
      return fail(Fault::invalid, "the host of the address has a character no host name has");
    } else if (++label > 63) {
      return fail(Fault::invalid, "the host of the address has a part of more than 63 characters");
    }
  }
  CHECK_OK(check_numeric_host(host));
  return host;
}

std::uint16_t default_port(std::string_view scheme) {
  return scheme == "https" ? 443 : 80;
}

Result<void> read_authority(std::string_view text, Url& url) {
  if (text.find('@') != std::string_view::npos)
    return fail(Fault::invalid, "the address holds a user name or password before an \"@\"",
                "Leave it out; credentials are kept as secrets.");
  const auto bracket = text.rfind(']');
  auto colon = text.rfind(':');
  if (colon != std::string_view::npos && bracket != std::string_view::npos && colon < bracket)
    colon = std::string_view::npos;
  TRY(url.host, read_host(text.substr(0, colon)));
  url.port = default_port(url.scheme);
  if (colon == std::string_view::npos || colon + 1 == text.size()) return {};
  const auto digits = text.substr(colon + 1);
  const auto* end = digits.data() + digits.size();
  std::uint16_t port = 0;
  const auto [stop, error] = std::from_chars(digits.data(), end, port);
  if (error != std::errc{} || stop != end || port == 0)
    return fail(Fault::invalid, "the port of the address is not a number from 1 to 65535");
  url.port = port;
  return {};
}

// Path, query and fragment of `rest` into `url`; `rest` begins with "/", "?", "#" or is empty.
Result<void> read_rest(std::string_view rest, Url& url) {
  if (const auto hash = rest.find('#'); hash != std::string_view::npos) {
    TRY(url.fragment, normalise(rest.substr(hash + 1), "fragment"));
    rest = rest.substr(0, hash);
  }
  if (const auto mark = rest.find('?'); mark != std::string_view::npos) {
    TRY(url.query, normalise(rest.substr(mark + 1), "query"));
    rest = rest.substr(0, mark);
  }
  TRY(const std::string path, normalise(rest, "path"));
  url.path = path.empty() ? "/" : without_dots(path);
  return {};
}

// The scheme before a ":", in lower case, or empty where the text has none.
std::string scheme_of(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || !is_alpha(text[0])) return {};
  const auto scheme = text.substr(0, colon);
  const bool plain = std::all_of(scheme.begin(), scheme.end(), [](char c) {
    return is_alpha(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
  });
  return plain ? lower_ascii(scheme) : std::string{};
}

Result<void> check_size(std::string_view text) {
  if (text.size() <= limits::url_bytes) return {};
  return fail(Fault::invalid,
              fmt::format("the address is longer than {} characters", limits::url_bytes));
}

}  // namespace

std::string Url::origin() const {
  if (port == default_port(scheme)) return fmt::format("{}://{}", scheme, host);
  return fmt::format("{}://{}:{}", scheme, host, port);
}

std::string Url::target() const {
  return query ? fmt::format("{}?{}", path, *query) : path;
}

std::string Url::str() const {
  std::string out = origin() + target();
  if (fragment) (out += '#') += *fragment;
  return out;
}

Result<Url> parse_url(std::string_view text) {
  CHECK_OK(check_size(text));
  Url url;
  url.scheme = scheme_of(text);
  if (url.scheme != "http" && url.scheme != "https")
    return fail(Fault::invalid, "the address does not begin with http:// or https://");
  text.remove_prefix(url.scheme.size() + 1);
  if (!text.starts_with("//"))
    return fail(Fault::invalid, "the address has no \"//\" after its scheme");
  text.remove_prefix(2);
  const auto end = std::min(text.find_first_of("/?#"), text.size());
  CHECK_OK(read_authority(text.substr(0, end), url));
  CHECK_OK(read_rest(text.substr(end), url));
  CHECK_OK(check_size(url.str()));
  return url;
}

Result<Url> join_url(const Url& base, std::string_view reference) {
  CHECK_OK(check_size(reference));
  if (!scheme_of(reference).empty()) return parse_url(reference);
  if (reference.starts_with("//")) return parse_url(fmt::format("{}:{}", base.scheme, reference));
  Url url{base.scheme, base.host, base.port, base.path, std::nullopt, std::nullopt};
  if (reference.starts_with('/')) {
    CHECK_OK(read_rest(reference, url));
    CHECK_OK(check_size(url.str()));
    return url;
  }
  const bool same_path = reference.empty() || reference[0] == '?' || reference[0] == '#';
  const std::string folder = base.path.substr(0, base.path.rfind('/') + 1);
  CHECK_OK(read_rest((same_path ? base.path : folder) + std::string(reference), url));
  if (reference.empty() || reference[0] == '#') url.query = base.query;
  CHECK_OK(check_size(url.str()));
  return url;
}

std::string percent_encode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (is_unreserved(c)) {
      out += c;
    } else {
      append_percent(out, c);
    }
  }
  return out;
}

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (text.size() - i < 3 || !is_hex(text[i + 1]) || !is_hex(text[i + 2])) return std::nullopt;
      out += static_cast<char>(hex_value(text[i + 1]) * 16U + hex_value(text[i + 2]));
      i += 2;
    } else {
      out += plus_is_space && text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

std::string build_query(const QueryPairs& pairs) {
  std::string out;
  for (const auto& [name, value] : pairs) {
    if (!out.empty()) out += '&';
    ((out += percent_encode(name)) += '=') += percent_encode(value);
  }
  return out;
}

QueryPairs parse_query(std::string_view query) {
  QueryPairs pairs;
  while (!query.empty() && pairs.size() < limits::query_pairs) {
    const auto piece = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), piece.size() + 1));
    if (piece.empty()) continue;
    const auto equals = piece.find('=');
    auto name = percent_decode(piece.substr(0, equals), true);
    auto value = equals == std::string_view::npos ? std::string{}
                                                  : percent_decode(piece.substr(equals + 1), true);
    if (name && value) pairs.emplace_back(std::move(*name), std::move(*value));
  }
  return pairs;
}

}  // namespace carillon
