#include "federation/websub.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/bytes.hpp"
#include "federation/activity.hpp"
#include "federation/answering.hpp"
#include "federation/blocks.hpp"
#include "federation/limits.hpp"
#include "federation/websub_rows.hpp"
#include "store/allowance.hpp"

namespace carillon {

namespace {

// The first value of that name, or empty.
std::string field(const QueryPairs& pairs, std::string_view name) {
  const auto found = std::find_if(pairs.begin(), pairs.end(),
                                  [&](const auto& pair) { return pair.first == name; });
  return found == pairs.end() ? std::string() : found->second;
}

Result<std::int64_t> lease_of(const std::string& said) {
  if (said.empty()) return limits::websub_usual_seconds;
  std::int64_t seconds = 0;
  const char* end = said.data() + said.size();
  const auto read = std::from_chars(said.data(), end, seconds);
  if (read.ec == std::errc::result_out_of_range && said.front() != '-')
    return limits::websub_most_seconds;
  if (read.ec != std::errc() || read.ptr != end || seconds <= 0)
    return fail(Fault::invalid, "hub.lease_seconds is a number of seconds above 0.");
  return std::clamp(seconds, limits::websub_least_seconds, limits::websub_most_seconds);
}

Result<Url> callback_of(const std::string& said) {
  if (said.empty()) return fail(Fault::invalid, "hub.callback is missing.");
  if (said.size() > limits::address_bytes) return fail(Fault::invalid, "hub.callback is too long.");
  auto out = parse_url(said);
  if (!out) return fail(Fault::invalid, "hub.callback is no web address.");
  out->fragment.reset();
  return std::move(*out);
}

websub_rows::WebSubAsked row_of(const WebSubForm& form, Micros now) {
  websub_rows::WebSubAsked out;
  out.callback = form.callback.str();
  out.topic = form.topic;
  out.id = websub_rows::id_of(out.callback, out.topic);
  out.mode = form.mode;
  out.host = host_of(out.callback);
  out.lease_seconds = form.lease_seconds;
  out.not_before = out.made = now;
  return out;
}

Result<HttpAnswer> take(const WebSubHouse& house, const HttpQuery& query) {
  auto form = read_websub(query.body);
  if (!form) return say(400, form.error().what);
  if (house.feeds.find(form->topic) == nullptr)
    return say(400, "hub.topic is no feed of this home. Its own are what this hub tells of.");
  const Micros now = house.clock.now();
  websub_rows::WebSubAsked row = row_of(*form, now);
  TRY(const bool blocked,
      house.store.read([&](Db& db) { return fedi_rows::is_blocked(db, row.callback); }));
  if (blocked) return say(403, "This server sends nothing to there.");
  // A stranger says whom we ask, so nobody is asked often.
  TRY(const Micros later,
      take_try(house.store, now,
               {{"websub", 120, second / 2}, {"websub " + row.host, 30, 10 * second}}));
  if (later > 0) return too_often(later);
  if (!form->secret.empty()) {
    TRY(row.secret, house.seals.seal(websub_rows::place_of(row.id), form->secret));
  }
  CHECK_OK(house.store.write([&](Db& db) { return websub_rows::ask(db, row); }));
  return say(202, "The callback is asked whether it wants this.");
}

bool is_for_hub(const WebSubFeeds& feeds, std::string_view path) {
  const auto hub = parse_url(feeds.hub);
  // A proxy may have taken the prefix off.
  return hub &&
         (path == hub->path || path == std::string_view(hub->path).substr(hub->path.rfind('/')));
}

}  // namespace

Result<WebSubForm> read_websub(std::string_view body) {
  const QueryPairs pairs = parse_query(body);
  WebSubForm out;
  const std::string mode = field(pairs, "hub.mode");
  if (mode != "subscribe" && mode != "unsubscribe")
    return fail(Fault::invalid, "hub.mode is subscribe or unsubscribe.");
  out.mode = mode == "subscribe" ? WebSubMode::subscribe : WebSubMode::unsubscribe;
  TRY(out.callback, callback_of(field(pairs, "hub.callback")));
  const std::string topic = field(pairs, "hub.topic");
  if (topic.empty()) return fail(Fault::invalid, "hub.topic is missing.");
  if (topic.size() > limits::address_bytes) return fail(Fault::invalid, "hub.topic is too long.");
  const auto address = parse_url(topic);
  if (!address) return fail(Fault::invalid, "hub.topic is no web address.");
  out.topic = address->str();
  TRY(out.lease_seconds, lease_of(field(pairs, "hub.lease_seconds")));
  std::string secret = field(pairs, "hub.secret");
  if (secret.size() > limits::websub_secret_bytes)
    return fail(Fault::invalid, "hub.secret is less than 200 bytes.");
  out.secret = Secret(std::move(secret));
  return out;
}

const WebSubFeed* WebSubFeeds::find(std::string_view topic) const {
  const auto found = std::find_if(feeds.begin(), feeds.end(),
                                  [&](const WebSubFeed& feed) { return feed.topic == topic; });
  return found == feeds.end() ? nullptr : &*found;
}

void add_websub_headers(const WebSubFeeds& feeds, const WebSubFeed& feed, Headers& headers) {
  headers.add("Link", fmt::format("<{}>; rel=\"hub\"", feeds.hub));
  headers.add("Link", fmt::format("<{}>; rel=\"self\"", feed.topic));
}

std::optional<HttpAnswer> answer_websub(const WebSubHouse& house, const HttpQuery& query) {
  if (!is_for_hub(house.feeds, query.path)) return std::nullopt;
  if (auto refused = not_a_form(query, limits::websub_form_bytes,
                                "Subscriptions to the feeds of this home are asked for by POST.",
                                "A request to a hub"))
    return refused;
  auto out = take(house, query);
  return out ? std::move(*out) : say_later(503, out.error().what, minute);
}

std::string websub_signature(const Secret& secret, std::string_view body) {
  return "sha256=" + to_hex(hmac_sha256(secret.reveal(), body));
}

}  // namespace carillon
