#include "hub/home_outside.hpp"

#include <fmt/format.h>

#include "base/bytes.hpp"
#include "federation/activity.hpp"
#include "federation/finding.hpp"
#include "federation/limits.hpp"
#include "federation/peers.hpp"
#include "federation/self_check.hpp"

namespace carillon {

namespace {

constexpr std::string_view object_type =
    "application/activity+json, application/ld+json; "
    "profile=\"https://www.w3.org/ns/activitystreams\"";
constexpr std::string_view page_type = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8";
constexpr std::size_t nearly_full = limits::inbox_bytes - 4096;
constexpr const char* pass_all = "Let the proxy pass every path of this name on.";

bool is_html(const HttpReply& reply) {
  return reply.headers.get("Content-Type").starts_with("text/html");
}

json::object object_in(const HttpReply& reply) {
  const auto read = parse_json(reply.body);
  return read && read->is_object() ? read->get_object() : json::object{};
}

void look_at_webfinger(Outside& outside) {
  const FediAccount& account = outside.account();
  const std::string part = "WebFinger";
  const std::string asked = fmt::format("https://{}/.well-known/webfinger?{}", account.host,
                                        build_query({{"resource", "acct:" + account.address()}}));
  const HttpResult reply = outside.follow(asked, "application/jrd+json, application/json");
  if (!reply) return outside.bad(part, reply.error().error);
  const std::string forwarding = fmt::format(
      "https://{}/.well-known/webfinger must lead to {}/.well-known/webfinger, with "
      "its query. nginx: location = /.well-known/webfinger {{ return 301 "
      "{}$request_uri; }}",
      account.host, account.home, outside.site().origin());
  if (reply->status == 400)
    return outside.bad(part, fmt::format("the query is lost on the way from {}", account.host),
                       forwarding);
  if (reply->status != 200)
    return outside.bad(part,
                       fmt::format("{} answers {}, so nobody finds @{}", account.host,
                                   reply->status, account.address()),
                       forwarding);
  const auto answer = parse_json(reply->body);
  const std::string found = answer ? account_in(*answer) : std::string();
  if (found != account.id())
    return outside.bad(part,
                       found.empty()
                           ? fmt::format("{} answers something else than WebFinger", account.host)
                           : fmt::format("@{} is {} there", account.address(), found),
                       forwarding);
  outside.good(part, fmt::format("@{} is found", account.address()));
}

void look_at_actor(Outside& outside) {
  const FediAccount& account = outside.account();
  const HttpResult reply = outside.get(account.id(), object_type);
  if (!reply) return outside.bad("account", reply.error().error);
  const bool page = is_html(*reply) || (reply->status >= 300 && reply->status < 400);
  if (reply->status != 200 && !page)
    return outside.bad("account", fmt::format("{} answers {}", account.id(), reply->status),
                       pass_all);
  if (page || !is_activity_type(reply->headers.get("Content-Type")))
    return outside.bad(
        "account",
        fmt::format("who asks for the object gets {}",
                    page ? "the page" : reply->headers.get("Content-Type")),
        "Let the proxy keep Accept and Content-Type, and cache nothing regardless of Accept.");
  const json::object object = object_in(*reply);
  if (id_of(object) != account.id())
    return outside.bad("account",
                       fmt::format("{} calls itself \"{}\"", account.id(), id_of(object)),
                       "Is there another server behind that name?");
  outside.good("account", fmt::format("{} is an object for servers", account.id()));
  const auto theirs = read_actor(object, account.id(), account.key_id());
  if (!theirs || theirs->key_pem != account.public_key)
    return outside.bad("key", "the account shows another key than the vault has",
                       "Look from the workspace of the server. Other servers refuse an account "
                       "whose key was lost: bring data/ back from the backup, with its key.");
  outside.good("key", "the account shows the key that is in the vault");
}

// Whether caches are told that the answer goes by Accept; proxies add lines of their own.
bool minds_accept(const Headers& headers) {
  for (const auto& [name, value] : headers) {
    if (!same_ignoring_case(name, "Vary")) continue;
    for (const std::string& one : split(value, ','))
      if (same_ignoring_case(trim(one), "Accept")) return true;
  }
  return false;
}

// The page and the object of one address must not take each other's place.
void look_at_both(Outside& outside, const std::string& part, const std::string& address) {
  const HttpResult first = outside.get(address, object_type);
  const HttpResult page = outside.get(address, page_type);
  const HttpResult second = outside.get(address, object_type);
  if (!first || !page || !second)
    return outside.bad(part, (!first ? first : !page ? page : second).error().error);
  const bool object = is_activity_type(second->headers.get("Content-Type"));
  const bool people = page->status == 302 || (page->status == 200 && is_html(*page));
  if (!object || !people)
    return outside.bad(
        part,
        people ? "servers get a page where they ask for the object"
               : "people get the object where they ask for a page",
        "Something in front keeps one answer for everybody: let its cache mind Vary, or not cache "
        "these. nginx: no `proxy_ignore_headers Vary`.");
  for (const HttpResult* one : {&first, &page, &second}) {
    if (minds_accept((*one)->headers)) continue;
    return outside.bad(part, fmt::format("{} comes without Vary: Accept", address),
                       "Let the proxy keep Vary: caches on the way mix page and object up else.");
  }
  outside.good(part, fmt::format("{} is a page for people, an object for servers", address));
}

void look_at_host_meta(Outside& outside) {
  const std::string address = outside.site().origin() + "/.well-known/host-meta";
  const HttpResult reply = outside.follow(address, "application/xrd+xml");
  if (!reply) return outside.bad("host-meta", reply.error().error);
  if (reply->status != 200 || reply->body.find("/.well-known/webfinger") == std::string::npos)
    return outside.warn("host-meta", fmt::format("{} answers {}", address, reply->status),
                        pass_all);
  outside.good("host-meta", "it leads to WebFinger");
}

void look_at_nodeinfo(Outside& outside) {
  const std::string address = outside.site().origin() + "/.well-known/nodeinfo";
  const HttpResult reply = outside.follow(address, "application/json");
  if (!reply) return outside.bad("NodeInfo", reply.error().error);
  const json::object links = object_in(*reply);
  const json::value& all = member_of(links, "links");
  std::string href;
  if (all.is_array() && !all.get_array().empty()) href = id_of(all.get_array().front());
  if (reply->status != 200 || href.empty())
    return outside.warn("NodeInfo", fmt::format("{} answers {}", address, reply->status), pass_all);
  const HttpResult document = outside.follow(href, "application/json");
  if (!document || document->body.find("\"carillon\"") == std::string::npos)
    return outside.warn("NodeInfo", fmt::format("{} does not say what this is", href), pass_all);
  outside.good("NodeInfo", "it says what this is");
}

// One signed request to an inbox; `bend` changes it after it was signed.
HttpResult knock(
    Outside& outside, const std::string& inbox, SignatureScheme scheme, std::size_t padding,
    const std::function<void(HttpRequest&)>& bend = [](HttpRequest&) {}) {
  HttpRequest post{.method = "POST", .url = inbox};
  post.body = json::serialize(self_check_of(outside.account(), outside.ids().next(), padding));
  post.headers.set("Content-Type", std::string(activity_type));
  if (const auto done = sign_request(post, scheme, outside.signer(), outside.clock().now()); !done)
    return tl::unexpected(HttpFailure{false, done.error()});
  bend(post);
  return outside.ask(std::move(post));
}

std::string words_of(const HttpReply& reply) {
  return fmt::format(
      "{}{}", reply.status,
      is_html(reply) ? std::string()
                     : fmt::format(", \"{}\"", trim(std::string_view(reply.body).substr(0, 200))));
}

void look_at_host_line(Outside& outside, const HttpReply& reply) {
  const auto came = [&]() -> Result<SelfChecked> {
    TRY(const json::value body, parse_json(reply.body));
    return from_json<SelfChecked>(body);
  }();
  if (!came)
    return outside.warn("header lines", "the inbox does not say what came",
                        "Does an older version run there?");
  const std::string wanted = outside.site().origin().substr(outside.site().origin().find("//") + 2);
  if (came->host != wanted)
    return outside.bad("header lines",
                       fmt::format("the proxy makes Host \"{}\" of \"{}\"", came->host, wanted),
                       "nginx: proxy_set_header Host $http_host; — Caddy keeps it by itself.");
  if (!came->forwarded_for)
    return outside.warn(
        "header lines", "the proxy does not say who asks",
        "nginx: proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; strangers who guess "
        "passwords cannot be told apart else.");
  outside.good("header lines", "Host comes through, and who asks");
}

bool look_at_signed(Outside& outside, const std::string& inbox, SignatureScheme scheme) {
  const bool draft = scheme == SignatureScheme::cavage;
  const std::string part = draft ? "signed request" : "signed request, RFC 9421";
  const HttpResult reply = knock(outside, inbox, scheme, 0);
  if (!reply) {
    outside.bad(part, reply.error().error);
    return false;
  }
  if (reply->status != 200) {
    outside.bad(part, fmt::format("{} answers {}", inbox, words_of(*reply)),
                draft ? "Let the proxy keep path, query, Host, Date, Digest and Signature as they "
                        "came, and pass POST on."
                      : "Let the proxy keep Content-Digest, Signature and Signature-Input as they "
                        "came.");
    return false;
  }
  outside.good(part, fmt::format("{} takes it", inbox));
  if (draft) look_at_host_line(outside, *reply);
  return true;
}

void look_at_forged(Outside& outside, const std::string& inbox) {
  const HttpResult reply = knock(outside, inbox, SignatureScheme::cavage, 0, [](HttpRequest& post) {
    post.body.insert(post.body.size() - 1, " ");
  });
  if (!reply) return outside.bad("forged request", reply.error().error);
  if (reply->status == 401) return outside.good("forged request", "it is refused");
  outside.bad("forged request", fmt::format("{} answers {}", inbox, words_of(*reply)),
              "It should be refused with 401: something in front answers instead of the home.");
}

void look_at_size(Outside& outside, const std::string& inbox) {
  const HttpResult reply = knock(outside, inbox, SignatureScheme::cavage, nearly_full);
  const std::string size = fmt::format("{} KB", nearly_full / 1024);
  if (!reply) return outside.bad("size", reply.error().error);
  if (reply->status == 200) return outside.good("size", fmt::format("{} come through", size));
  outside.bad(
      "size", fmt::format("a body of {} is answered {}", size, words_of(*reply)),
      "nginx: client_max_body_size 16m; other servers send up to 256 KB, the desk pictures.");
}

}  // namespace

void look_at_documents(Outside& outside) {
  look_at_webfinger(outside);
  look_at_host_meta(outside);
  look_at_nodeinfo(outside);
  look_at_actor(outside);
  look_at_both(outside, "account and page", outside.account().id());
  if (!outside.site().posts().empty())
    look_at_both(outside, "announcement", outside.site().posts().front().url);
}

void look_at_inbox(Outside& outside) {
  const std::string shared = outside.account().shared_inbox();
  if (!look_at_signed(outside, outside.account().inbox(), SignatureScheme::cavage)) return;
  if (look_at_signed(outside, shared, SignatureScheme::rfc9421))
    outside.good("shared inbox", fmt::format("{} is reached", shared));
  look_at_forged(outside, shared);
  look_at_size(outside, shared);
}

}  // namespace carillon
