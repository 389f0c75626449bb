// Who asks, as far as an HTTP request tells: cookies, the browser, whether our own page sent it.
#pragma once

#include <string>
#include <string_view>

#include "hub/access.hpp"
#include "net/server.hpp"

namespace carillon {

// What our pages keep in a browser. Each is a random token.
enum class Cookie {
  session,  // who is signed in
  device,   // that somebody signed in here before
  form,     // binds a form to the browser before anybody is signed in
};

struct Caller {
  Visitor visitor;
  Secret form;
  bool secure = false;     // the organisation's url is https: cookies go over nothing else
  bool own = true;         // no header says that the request comes from another site
  std::string_view query;  // not decoded
  std::string_view body;
};

// `home` is the organisation's url. The address of a visitor behind a proxy on this machine is the
// last one in X-Forwarded-For, which that proxy wrote. Pure.
[[nodiscard]] Caller caller_of(const HttpQuery& query, const std::string& home);

// A Set-Cookie value (RFC 6265bis): HttpOnly, SameSite=Lax, and with `secure` the prefix __Host-
// that keeps other hosts of the domain from setting it. An empty token takes it out of the browser.
// Pure.
[[nodiscard]] std::string cookie_line(Cookie which, const Secret& token, bool secure);

// Where to go after signing in: a path of this site, else /app. Pure.
[[nodiscard]] std::string own_path(std::string_view next);

}  // namespace carillon
