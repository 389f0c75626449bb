#include "bluesky_account.hpp"

#include "base/bytes.hpp"
#include "base/ids.hpp"

namespace carillon::sky {

namespace {

json::value exchange(HttpRequest request) {
  HttpClient http({.allow_private_for_tests = true});
  request.trust = Trust::admin;
  const HttpResult reply = http.send(request);
  REQUIRE_MESSAGE(reply.has_value(), reply.error().error.what);
  return parse_json(reply->body).value_or(json::value(json::string(reply->body)));
}

}  // namespace

json::value Account::ask(const std::string& method, const QueryPairs& query) const {
  return exchange({.url = server + "/xrpc/" + method + "?" + build_query(query)});
}

json::value Account::tell(const std::string& method, const json::object& body,
                          const std::string& token) const {
  HttpRequest request{.method = "POST", .url = server + "/xrpc/" + method};
  if (!body.empty()) request.headers.set("Content-Type", "application/json");
  if (!token.empty()) request.headers.set("Authorization", "Bearer " + token);
  if (!body.empty()) request.body = json::serialize(body);
  return exchange(request);
}

json::array Account::posts() const {
  json::array out;
  QueryPairs query{{"repo", did},
                   {"collection", "app.bsky.feed.post"},
                   {"reverse", "true"},
                   {"limit", "100"},
                   {"cursor", ""}};
  while (true) {
    const json::value page = ask("com.atproto.repo.listRecords", query);
    for (const json::value& record : page.at("records").as_array()) out.push_back(record);
    const json::value* cursor = page.as_object().if_contains("cursor");
    if (cursor == nullptr) return out;
    query.back().second = std::string(cursor->as_string());
  }
}

void Account::fault(const std::string& kind, const std::string& match) const {
  HttpClient http({.allow_private_for_tests = true});
  (void)kit::fetch(http, proxy + "/__fault?" +
                             build_query({{"kind", kind}, {"match", match}, {"times", "100"}}));
}

std::string Account::hits() const {
  HttpClient http({.allow_private_for_tests = true});
  return kit::fetch(http, proxy + "/__hits");
}

std::unique_ptr<Adapter> Account::adapter() const {
  auto made = make_adapter(channel);
  REQUIRE_MESSAGE(made.has_value(), made.error().what);
  return std::move(*made);
}

std::optional<Account> sign_up() {
  const auto ports = kit::ports("CARILLON_PDS");
  if (!ports) {
    MESSAGE("skipped: no Bluesky PDS runs here (CARILLON_PDS)");
    return std::nullopt;
  }
  Account out;
  out.server = "http://127.0.0.1:" + ports->server;
  out.proxy = "http://127.0.0.1:" + ports->proxy;
  const SystemClock clock;
  out.handle = "k" + Ids(clock).next() + ".test";
  const json::value made = out.tell("com.atproto.server.createAccount",
                                    {{"handle", json::string(out.handle)},
                                     {"email", json::string(out.handle + "@example.org")},
                                     {"password", password}});
  REQUIRE_MESSAGE(made.as_object().contains("did"), json::serialize(made));
  out.did = std::string(made.at("did").as_string());
  out.channel.name = "sky";
  out.channel.platform = "bluesky";
  out.channel.settings = {{"server", json::string(out.proxy)},
                          {"handle", json::string(out.handle)}};
  return out;
}

Access Given::access() {
  return Access{
      .http = http,
      .clock = clock,
      .secret = [this](const std::string& field) -> Result<Secret> {
        const std::scoped_lock lock(mutex);
        const auto found = secrets.find(field);
        if (found != secrets.end()) return Secret(found->second);
        return fail(Fault::not_found, "there is no secret " + field);
      },
      .keep_secret = [this](const std::string& field, const Secret& value) -> Result<void> {
        const std::scoped_lock lock(mutex);
        secrets[field] = value.reveal();
        return {};
      },
      .image = [](const Media& media, const ImageLimits&) -> Result<Image> {
        return Image{small_jpeg(), "image/jpeg", 16, 12, media.alt};
      },
      .data_dir = {},
      .wait = {},
      .limits = {},
      .reencode = reencodes ? [this](std::string_view bytes, const std::string& alt,
                                     const ImageLimits&) -> Result<Image> {
        reencoded.emplace_back(bytes);
        return Image{small_jpeg(), "image/jpeg", 16, 12, alt};
      }
      : std::function<Result<Image>(std::string_view, const std::string&, const ImageLimits&)>{}};
}

std::string small_jpeg() {
  return *from_base64(
      "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQ"
      "c1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/wAALCAAMABABAREA/8QAFQABAQAAAAAAAAAAAAAAAAAABQb/xAAfEAEB"
      "AAICAQUAAAAAAAAAAAABAgAEAxEFEiExgaH/2gAIAQEAAD8AO0OL4yi0pmJ9dpMydqvQGD6Entifkari8LsVD0sk"
      "/Sg/i5//2Q==");
}

}  // namespace carillon::sky
