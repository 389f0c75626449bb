#include "hub/home_doctor.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/moment.hpp"
#include "hub/blocking.hpp"
#include "hub/home_outside.hpp"
#include "net/reach.hpp"

namespace carillon {

namespace {

constexpr std::int64_t days_enough = 14;  // Let's Encrypt renews at 30
constexpr int redirects = 5;

std::string host_of_origin(const std::string& origin) {
  return origin.substr(origin.find("://") + 3);
}

bool look_at_name(Outside& outside, const std::string& host) {
  const auto addresses = addresses_of(host);
  if (!addresses) {
    outside.bad("name", fmt::format("{} does not resolve", host),
                "Give it an A or AAAA record at whoever runs the domain.");
    return false;
  }
  std::string digits;
  bool hidden = false;
  for (const FoundAddress& one : *addresses) {
    digits += (digits.empty() ? "" : ", ") + one.digits;
    hidden = hidden || !one.is_public;
  }
  const std::string words = fmt::format("{} is {}", host, digits);
  if (hidden && host != "localhost" && !host.ends_with(".localhost")) {
    outside.warn("name", words + ", which others do not reach",
                 "Is that a line of /etc/hosts, or a name server of your own? Look at what others "
                 "get, from a machine elsewhere.");
  } else {
    outside.good("name", words);
  }
  return true;
}

bool look_at_certificate(Outside& outside, const Url& url, const std::string& authority) {
  const auto chain = read_certificates(url, authority, outside.clock().now());
  if (!chain) {
    const bool invalid = chain.error().fault == Fault::denied;
    outside.bad("certificate", chain.error().what,
                invalid ? "Renew it, for this very name; the server must show the whole chain "
                          "(nginx: fullchain.pem as ssl_certificate)."
                        : chain.error().hint);
    return false;
  }
  const std::string words =
      fmt::format("{}: a chain of {}, {} days left", url.origin(), chain->count, chain->days_left);
  if (chain->days_left < days_enough) {
    outside.warn("certificate", words, "Is it renewed by itself? `certbot renew`, or Caddy's log.");
  } else {
    outside.good("certificate", words);
  }
  return true;
}

void look_at_http(Outside& outside, std::int64_t port) {
  const std::string& host = outside.given().host;
  const std::string address =
      port == 80 ? fmt::format("http://{}/", host) : fmt::format("http://{}:{}/", host, port);
  const HttpResult reply = outside.get(address, "text/html");
  if (!reply)
    return outside.warn("http", fmt::format("nobody answers at {}", address),
                        "Who types the name without https arrives nowhere: let port 80 redirect.");
  const std::string_view to = reply->headers.get("Location");
  if (reply->status >= 300 && reply->status < 400 && to.starts_with("https://"))
    return outside.good("http", fmt::format("{} leads to https", address));
  outside.bad("http",
              fmt::format("{} answers {} and does not lead to https", address, reply->status),
              "Redirect it: nginx `return 301 https://$host$request_uri;`. Caddy does so itself.");
}

// The address that carillon.yaml has must be the one that was asked, and the pages must say so.
void look_at_page(Outside& outside) {
  const std::string& home = outside.account().home;
  const auto configured = parse_url(home);
  if (!configured || configured->origin() != outside.given().origin())
    return outside.bad(
        "address", fmt::format("carillon.yaml says organisation.url: {}", home),
        fmt::format("Make it {}, before anybody follows: the account is known by it.",
                    outside.given().origin()));
  const HttpResult page = outside.follow(home + "/", "text/html");
  if (!page) return outside.bad("address", page.error().error);
  const bool own = page->body.find(fmt::format("href=\"{}/\"", home)) != std::string::npos;
  if (page->status != 200 || !own)
    return outside.bad("address",
                       fmt::format("{}/ answers {}{}", home, page->status,
                                   own ? "" : ", and not with the home's page"),
                       "Let the proxy pass this name on to `carillon serve`.");
  outside.good("address", fmt::format("{} is the home", home));
}

void look_at_clock(Outside& outside) {
  HttpResult reply = outside.get(outside.account().home + "/", "text/html");
  if (!reply) return;
  const auto theirs = parse_time(reply->headers.get("Date"));
  if (!theirs)
    return outside.warn("clock", "the answers have no Date", "Let the proxy keep that line.");
  const Micros off = std::abs(*theirs - outside.clock().now()) / second;
  const std::string words = fmt::format("the server's clock and this one differ by {} s", off);
  if (off > 30)
    return outside.bad("clock", words,
                       "Run an NTP client on both: others refuse what is signed at a wrong time.");
  outside.good("clock", words);
}

int home_doctor_code(const std::vector<Diagnosis>& all) {
  return std::any_of(all.begin(), all.end(),
                     [](const Diagnosis& one) { return one.health == Health::bad; });
}

}  // namespace

Outside::Outside(Hub& hub, const Fediverse& fediverse, Url given, const std::string& authority)
    : hub_(hub),
      fediverse_(fediverse),
      given_(std::move(given)),
      http_({.contact_url = fediverse.site.account().home, .ca_file = authority}) {}

void Outside::good(const std::string& part, const std::string& message) {
  found_.push_back({part, Health::good, message, {}});
}

void Outside::warn(const std::string& part, const std::string& message, const std::string& hint) {
  found_.push_back({part, Health::warning, message, hint});
}

void Outside::bad(const std::string& part, const std::string& message, const std::string& hint) {
  found_.push_back({part, Health::bad, message, hint});
}

void Outside::bad(const std::string& part, const Error& error) {
  bad(part, error.what, error.hint);
}

HttpResult Outside::ask(HttpRequest request) {
  request.trust = Trust::admin;
  request.limits.redirects = 0;
  return http_.send(request);
}

HttpResult Outside::get(const std::string& address, std::string_view accept) {
  HttpRequest request{.url = address};
  request.headers.set("Accept", std::string(accept));
  return ask(std::move(request));
}

HttpResult Outside::follow(const std::string& address, std::string_view accept) {
  std::string at = address;
  for (int i = 0;; ++i) {
    HttpResult reply = get(at, accept);
    if (!reply || reply->status < 300 || reply->status >= 400 || i == redirects) return reply;
    const auto base = parse_url(at);
    const auto next = base ? join_url(*base, reply->headers.get("Location")) : base;
    if (!next) return reply;
    at = next->str();
  }
}

bool look_at_way(Outside& outside, const std::string& authority, std::int64_t http_port) {
  const Url& given = outside.given();
  if (given.scheme != "https") {
    outside.bad("address", fmt::format("{} is not https", given.origin()),
                "Other servers ask by https only.");
    return false;
  }
  if (!look_at_name(outside, given.host) || !look_at_certificate(outside, given, authority))
    return false;
  look_at_http(outside, http_port);
  look_at_page(outside);
  look_at_clock(outside);
  // The handle may be of another name.
  const std::string& behind = outside.account().host;
  const auto apex = parse_url("https://" + behind + "/");
  if (apex && host_of_origin(given.origin()) != behind && look_at_name(outside, apex->host))
    look_at_certificate(outside, *apex, authority);
  return true;
}

Result<std::vector<Diagnosis>> home_doctor(Hub& hub, const Actor&,
                                           const HomeDoctorRequest& request) {
  CHECK_OK(check_account(hub));
  TRY(Url given, parse_url(request.url));
  TRY(const SiteView view, hub.view());
  TRY(const auto fediverse, fediverse_of(hub, view));
  if (!fediverse)
    return fail(Fault::conflict, "the home has no address",
                "Set organisation.url in carillon.yaml.");
  Outside outside(hub, *fediverse, std::move(given), request.authority);
  if (!look_at_way(outside, request.authority, request.http_port)) return outside.take();
  look_at_documents(outside);
  look_at_inbox(outside);
  return outside.take();
}

std::vector<Operation<Hub>> outside_operations() {
  return {operation<Hub>(
      {.name = "doctor home",
       .method = "",
       .path = "",
       .summary = "whether the world reaches the home and its account, and what to do",
       .help = "Asks from outside, as other servers do: the name, the certificate, http to https, "
               "WebFinger, the account as an object and as a page, host-meta, NodeInfo, and by "
               "signed requests to the home's own inbox whether the proxy keeps what they need. "
               "Run it in the server's workspace: it signs with the account's key.",
       .positional = {"url"},
       .valued = {{"authority", "FILE"}, {"http_port", "PORT"}}},
      &home_doctor, &home_doctor_code)};
}

}  // namespace carillon
