#include "web/caller.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "net/url.hpp"

namespace carillon {

namespace {

std::string name_of(Cookie which, bool secure) {
  const char* name = which == Cookie::session  ? "carillon"
                     : which == Cookie::device ? "carillon-device"
                                               : "carillon-form";
  return (secure ? "__Host-" : "") + std::string(name);
}

Secret cookie_in(const HttpQuery& query, Cookie which, bool secure) {
  const std::string wanted = name_of(which, secure);
  for (const auto& [header, value] : query.headers) {
    if (!same_ignoring_case(header, "Cookie")) continue;
    for (const std::string& pair : split(value, ';')) {
      const std::string_view trimmed = trim(pair);
      const auto sign = trimmed.find('=');
      if (sign != std::string_view::npos && trimmed.substr(0, sign) == wanted)
        return Secret(std::string(trimmed.substr(sign + 1)));
    }
  }
  return {};
}

std::string address_of(const HttpQuery& query) {
  const bool proxied = query.peer.starts_with("127.") || query.peer == "::1";
  const auto hops = split(query.header("X-Forwarded-For"), ',');
  const std::string last(trim(hops.empty() ? std::string_view() : hops.back()));
  return proxied && !last.empty() && last.size() <= 45 ? last : std::string(query.peer);
}

// Fetch Metadata (https://www.w3.org/TR/fetch-metadata/), and Origin for browsers without it. Who
// sends neither is no browser that a foreign page could use.
bool is_own(const HttpQuery& query, const std::string& home) {
  const std::string_view site = query.header("Sec-Fetch-Site");
  if (!site.empty() && site != "same-origin" && site != "none") return false;
  const std::string_view origin = query.header("Origin");
  if (origin.empty()) return true;
  const auto from = parse_url(origin);
  const auto ours = parse_url(home);
  if (!from) return false;
  if (ours && from->origin() == ours->origin()) return true;
  const auto asked = parse_url(fmt::format("{}://{}", from->scheme, query.header("Host")));
  return asked && asked->origin() == from->origin();
}

}  // namespace

Caller caller_of(const HttpQuery& query, const std::string& home) {
  Caller out;
  out.secure = home.starts_with("https://");
  out.visitor.address = address_of(query);
  out.visitor.browser = browser_of(query.header("User-Agent"));
  out.visitor.session = cookie_in(query, Cookie::session, out.secure);
  out.visitor.device = cookie_in(query, Cookie::device, out.secure);
  out.form = cookie_in(query, Cookie::form, out.secure);
  out.own = is_own(query, home);
  out.query = query.query;
  out.body = query.body;
  return out;
}

std::string cookie_line(Cookie which, const Secret& token, bool secure) {
  const std::int64_t days = which == Cookie::session  ? limits::session_days
                            : which == Cookie::device ? limits::device_days
                                                      : 1;
  return fmt::format("{}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}{}", name_of(which, secure),
                     token.reveal(), token.empty() ? 0 : days * (day / second),
                     secure ? "; Secure" : "");
}

std::string own_path(std::string_view next) {
  const bool plain = std::all_of(next.begin(), next.end(), [](char c) {
    return c > 0x20 && c < 0x7F &&
           std::string_view("\\\"<>^`{|}").find(c) == std::string_view::npos;
  });
  // Two slashes name another host.
  const bool here = next.starts_with('/') && !next.starts_with("//");
  return plain && here && next.size() <= 1024 ? std::string(next) : "/app";
}

}  // namespace carillon
