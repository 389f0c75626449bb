// The hub of the home's own feeds: who subscribes is told of each change at once
// (https://www.w3.org/TR/websub/). It takes no topic of others.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "net/server.hpp"
#include "net/url.hpp"
#include "store/db.hpp"

namespace carillon {

namespace limits {
inline constexpr std::size_t websub_form_bytes = std::size_t{8} * 1024;
inline constexpr std::size_t websub_secret_bytes = 199;  // section 5.1: less than 200
inline constexpr std::int64_t websub_subscriptions = 10'000;
inline constexpr std::int64_t websub_per_host = 1000;
// A subscriber may ask for a time between these; who asks for none gets the second.
inline constexpr std::int64_t websub_least_seconds = 300;
inline constexpr std::int64_t websub_usual_seconds = std::int64_t{10} * 86'400;
inline constexpr std::int64_t websub_most_seconds = std::int64_t{30} * 86'400;
}  // namespace limits

// Denied is said by us; the other two are asked for.
enum class WebSubMode { subscribe, unsubscribe, denied };
BOOST_DESCRIBE_ENUM(WebSubMode, subscribe, unsubscribe, denied)

// What a request to the hub asks for.
struct WebSubForm {
  WebSubMode mode = WebSubMode::subscribe;
  std::string topic;               // normalised
  Url callback;                    // without a fragment
  std::int64_t lease_seconds = 0;  // within the limits
  Secret secret = {};              // empty: what is sent is not signed
};

// Reads the body of one (section 5.1: a form). Errors: invalid, with the sentence, which shows no
// secret. Pure; total over any bytes.
[[nodiscard]] Result<WebSubForm> read_websub(std::string_view body);

// One feed of the home as it stands now.
struct WebSubFeed {
  std::string topic;  // its address, normalised
  std::string type;   // Content-Type
  std::shared_ptr<const SharedBody> body;
  std::string digest;  // of the body
};

// All of them, of one version of the home.
struct WebSubFeeds {
  std::string hub;  // where requests go to
  // Grows with each change of the home. Who was told of a version is not told of an earlier one,
  // whoever of several servers is behind.
  std::int64_t version = 0;
  std::vector<WebSubFeed> feeds;

  // Null: it is none of them.
  [[nodiscard]] const WebSubFeed* find(std::string_view topic) const;
};

// What a page has to say in its header when it is one of the feeds (section 4).
void add_websub_headers(const WebSubFeeds& feeds, const WebSubFeed& feed, Headers& headers);

// Seals what is kept of a secret, and opens it; the place is where it is kept.
struct WebSubSeals {
  std::function<Result<std::string>(const std::string& place, const Secret& secret)> seal;
  std::function<Result<Secret>(const std::string& place, const std::string& sealed)> open;
};

// Where requests of subscribers come in. The references must outlive the call.
struct WebSubHouse {
  const WebSubFeeds& feeds;
  Store& store;
  const Clock& clock;
  const WebSubSeals& seals;
};

// Answers a request to the hub's address; nothing for any other. What is well asked is kept and
// answered with 202: the subscriber is asked later (section 5.3), by WebSubCourier. Else 400, 403
// for who is blocked, 405, 413, 415, 429, 503. Thread-safe.
[[nodiscard]] std::optional<HttpAnswer> answer_websub(const WebSubHouse& house,
                                                      const HttpQuery& query);

// "sha256=…" of a body (section 7.1). Pure.
[[nodiscard]] std::string websub_signature(const Secret& secret, std::string_view body);

}  // namespace carillon
