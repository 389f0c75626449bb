#include "fake.hpp"

#include <fmt/format.h>

namespace carillon::soak {

std::string Request::arg(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return {};
}

Reply reply_of(const json::value& body, int status) {
  return {.status = status, .body = json::serialize(body)};
}

Reply Fake::complain(const Request& request, const std::string& why) {
  complaints.push_back(fmt::format("{} {}: {}", request.method, request.path, why));
  return reply_of(json::object{{"error", "BadShape"}, {"message", json::string(why)}}, 400);
}

std::string Fake::flaw_in_head(const Request& request) {
  if (!request.headers.get("user-agent").starts_with("Carillon/")) return "no user agent of ours";
  if (request.headers.get("host").empty()) return "no Host";
  if (request.method == "GET" && !request.body.empty()) return "a GET with a body";
  if (!request.body.empty() && request.headers.get("content-type").empty())
    return "a body without its type";
  return {};
}

}  // namespace carillon::soak
