#include "federation/finding.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "federation/activity.hpp"
#include "federation/limits.hpp"
#include "net/url.hpp"

namespace carillon {

namespace {

tl::unexpected<Error> unclear_search(std::string_view text) {
  return fail(Fault::invalid, fmt::format("\"{}\" is no account", text.substr(0, 100)),
              "Write @name@example.org, or the address of the account.");
}

bool is_account_name(std::string_view text) {
  return !text.empty() && text.size() <= limits::actor_name_bytes &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
                  c == '.';
         });
}

Result<HttpReply> ask(const PeerAccess& access, const char* scheme, const FarName& wanted) {
  HttpRequest get{
      .url = fmt::format("{}://{}/.well-known/webfinger?{}", scheme, wanted.host,
                         build_query({{"resource", "acct:" + wanted.name + "@" + wanted.host}})),
      .trust = access.trust};
  get.headers.set("Accept", "application/jrd+json, application/json");
  get.limits.total_ms = limits::actor_ms;
  get.limits.connect_ms = limits::actor_ms;
  get.limits.reply_bytes = limits::actor_bytes;
  HttpResult reply = access.http.send(get);
  if (!reply) return tl::unexpected(reply.error().error);
  return std::move(*reply);
}

Result<std::string> address_of(const PeerAccess& access, const FarName& wanted) {
  auto reply = ask(access, "https", wanted);
  // In tests the servers of others are on this machine, and some have no TLS.
  if (!reply && access.trust == Trust::admin) reply = ask(access, "http", wanted);
  if (!reply) return tl::unexpected(reply.error());
  if (reply->status == 404 || reply->status == 410)
    return fail(Fault::not_found, fmt::format("{} has no account {}", wanted.host, wanted.handle()),
                "Check how it is written.");
  if (!reply->ok())
    return fail(Fault::unavailable,
                fmt::format("{} answered {} to WebFinger", wanted.host, reply->status),
                "Try again later.");
  TRY(const json::value answer, parse_json(reply->body));
  std::string out = account_in(answer);
  if (host_of(out).empty() || out.size() > limits::address_bytes)
    return fail(Fault::not_found, fmt::format("{} names no account of the fediverse for {}",
                                              wanted.host, wanted.handle()));
  return out;
}

std::optional<std::int64_t> count_of(const PeerAccess& access, PeerMemory& memory,
                                     const std::string& collection, const std::string& owner) {
  if (host_of(collection).empty() || host_of(collection) != host_of(owner)) return std::nullopt;
  const auto document = read_account(access, memory, collection);
  if (!document || !document->is_object()) return std::nullopt;
  const json::value& total = member_of(document->get_object(), "totalItems");
  if (total.is_int64() && total.get_int64() >= 0) return total.get_int64();
  return std::nullopt;
}

}  // namespace

Result<FarName> read_far_name(std::string_view text) {
  const std::string_view whole = text = trim(text);
  if (text.starts_with('@')) text.remove_prefix(1);
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos) return unclear_search(whole);
  FarName out{lower_ascii(text.substr(0, at)), {}};
  const std::string_view host = text.substr(at + 1);
  if (host.find_first_of("/@?#") == std::string_view::npos)
    out.host = host_of(fmt::format("https://{}/", host));
  if (!is_account_name(out.name) || out.host.empty()) return unclear_search(whole);
  return out;
}

std::string account_in(const json::value& answer) {
  if (!answer.is_object()) return {};
  const json::value& links = member_of(answer.get_object(), "links");
  if (!links.is_array()) return {};
  for (const json::value& one : links.get_array()) {
    if (!one.is_object()) continue;
    const json::value& rel = member_of(one.get_object(), "rel");
    const json::value& type = member_of(one.get_object(), "type");
    const json::value& href = member_of(one.get_object(), "href");
    if (rel == "self" && type.is_string() && href.is_string() &&
        is_activity_type(type.get_string()))
      return std::string(href.get_string());
  }
  return {};
}

Result<FarAccount> find_far_account(const PeerAccess& access, PeerMemory& memory,
                                    std::string_view text) {
  FarAccount out;
  std::string address(trim(text));
  if (!address.starts_with("https://") && !address.starts_with("http://")) {
    TRY(const FarName wanted, read_far_name(address));
    out.handle = wanted.handle();
    TRY(address, address_of(access, wanted));
  }
  if (host_of(address).empty() || address.size() > limits::address_bytes)
    return unclear_search(text);
  TRY(const json::value document, read_account(access, memory, address));
  if (!document.is_object())
    return fail(Fault::denied, fmt::format("the account {} is no object", address));
  const json::object& object = document.get_object();
  TRY(out.actor, read_actor(document, address, id_of(member_of(object, "publicKey"))));
  out.actor.read = access.clock.now();
  if (out.handle.empty())
    out.handle = out.actor.name.empty()
                     ? address
                     : FarName{lower_ascii(out.actor.name), out.actor.host}.handle();
  out.also_known_as = ids_of(member_of(object, "alsoKnownAs"));
  out.moved_to = id_of(member_of(object, "movedTo"));
  out.followers = count_of(access, memory, id_of(member_of(object, "followers")), address);
  return out;
}

}  // namespace carillon
