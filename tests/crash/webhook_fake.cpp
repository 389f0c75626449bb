#include "webhook_fake.hpp"

#include <fmt/format.h>

#include <set>

#include "base/crypto.hpp"

namespace carillon::soak {

std::string WebhookFake::key_of(const Request& request) const {
  return std::string(request.headers.get("idempotency-key"));
}

Reply WebhookFake::unauthorised() {
  return reply_of(json::object{{"error", "wrong signature"}}, 401);
}

Reply WebhookFake::refusal() const {
  return reply_of(json::object{{"error", "not this kind of announcement"}}, 422);
}

Reply WebhookFake::perform(const Request& request) {
  static const std::set<std::string_view> known{"announcement", "revision", "channel",   "kind",
                                                "title",        "link",     "permalink", "language",
                                                "tags",         "parts"};
  const std::string flaw = flaw_in_head(request);
  if (!flaw.empty()) return complain(request, flaw);
  if (request.method != "POST" || request.path != path) return complain(request, "no such address");
  const std::string wanted = "sha256=" + to_hex(hmac_sha256(secret, request.body));
  if (request.headers.get("x-hub-signature-256") != wanted)
    return complain(request, "not signed with our secret");
  const std::string key = key_of(request);
  if (key.size() != 32) return complain(request, "the key is not 32 hex digits");
  const auto body = parse_json(request.body);
  if (!body || !body->is_object()) return complain(request, "not JSON");
  for (const auto& member : body->get_object()) {
    if (!known.contains(std::string_view(member.key()))) return complain(request, "unknown member");
  }
  const json::value* parts = body->get_object().if_contains("parts");
  if (parts == nullptr || !parts->is_array() || parts->get_array().empty())
    return complain(request, "no parts");
  if (knows_keys_ && urls_.contains(key))
    return reply_of(json::object{{"url", json::string(urls_[key])}});
  urls_[key] = fmt::format("https://hook.example/{}", held_.size());
  for (const json::value& part : parts->get_array()) {
    Held held;
    held.text = std::string(part.at("text").as_string());
    held.id = held.key = key;
    held.url = urls_[key];
    held.at = clock_.peek();
    held_.push_back(std::move(held));
  }
  return reply_of(json::object{{"url", json::string(urls_[key])}});
}

}  // namespace carillon::soak
