#include "retire/ask.hpp"

#include <fmt/format.h>

#include "net/reply.hpp"
#include "net/url.hpp"
#include "text/html_links.hpp"

namespace carillon {

namespace {

constexpr std::size_t answer_bytes = std::size_t{512} * 1024;

HttpResult get(HttpClient& http, const std::string& url, Trust trust) {
  HttpRequest request{.url = url, .headers = {{"Accept", "application/json"}}};
  request.trust = trust;
  request.limits.reply_bytes = answer_bytes;
  request.limits.total_ms = 15'000;
  return http.send(request);
}

AskedName unknown(std::string why) {
  AskedName out;
  out.why = std::move(why);
  return out;
}

// The object of an answer, or what an answer that is none means.
tl::expected<json::value, AskedName> object_of(const HttpResult& reply, const std::string& origin,
                                               int free_status) {
  if (!reply) return tl::unexpected(unknown(reply.error().error.what));
  AskedName other = unknown(fmt::format("{} answered {}", origin, reply->status));
  if (reply->status == free_status) other.state = NameState::free;
  if (!reply->ok()) return tl::unexpected(std::move(other));
  auto body = parse_json(reply->body);
  if (!body || !body->is_object())
    return tl::unexpected(unknown(origin + " did not answer in JSON"));
  return std::move(*body);
}

}  // namespace

AskedName ask_mastodon(HttpClient& http, const std::string& origin, const std::string& name,
                       Trust trust) {
  const auto reply =
      get(http, origin + "/api/v1/accounts/lookup?acct=" + percent_encode(name), trust);
  auto body = object_of(reply, origin, 404);
  if (!body) return std::move(body.error());
  AskedName out;
  out.id = text_at(*body, "id");
  out.url = text_at(*body, "url");
  if (out.id.empty()) return unknown(origin + " did not answer with an account");
  out.state = NameState::taken;
  const json::object& account = body->get_object();
  if (const json::value* moved = account.if_contains("moved")) out.moved = text_at(*moved, "url");
  const json::value* fields = account.if_contains("fields");
  if (fields == nullptr || !fields->is_array()) return out;
  for (const json::value& field : fields->get_array()) {
    if (text_at(field, "verified_at").empty()) continue;
    for (const HtmlLink& link : outline_of(text_at(field, "value")).links)
      out.verified.push_back(link.address);
  }
  return out;
}

AskedName ask_bluesky(HttpClient& http, const std::string& origin, const std::string& handle,
                      Trust trust) {
  const auto reply = get(
      http, origin + "/xrpc/com.atproto.identity.resolveHandle?handle=" + percent_encode(handle),
      trust);
  auto body = object_of(reply, origin, 400);
  if (!body) return std::move(body.error());
  AskedName out;
  out.id = text_at(*body, "did");
  if (!out.id.starts_with("did:")) return unknown(origin + " did not answer with an account");
  out.state = NameState::taken;
  out.url = "https://bsky.app/profile/" + handle;
  return out;
}

AskedName ask_github(HttpClient& http, const std::string& origin, const std::string& name,
                     Trust trust) {
  const auto reply = get(http, origin + "/users/" + percent_encode(name), trust);
  auto body = object_of(reply, origin, 404);
  if (!body) return std::move(body.error());
  AskedName out;
  out.id = text_at(*body, "id");
  if (out.id.empty()) return unknown(origin + " did not answer with an account");
  out.state = NameState::taken;
  out.url = text_at(*body, "html_url");
  return out;
}

}  // namespace carillon
