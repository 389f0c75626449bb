#include "channel/mastodon_api.hpp"

#include <algorithm>

#include "base/moment.hpp"
#include "text/entities.hpp"
#include "text/html_text.hpp"

namespace carillon {
namespace {

// A server gives up on a request it works on well within this time.
constexpr Micros in_flight = minute;
constexpr int page_size = 40;
constexpr int pages = 25;
// Posts made so much before the newest known one are surely older (a server's clock may step).
constexpr Micros older_margin = 10 * minute;

std::string without_spaces(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) > ' ') out += c;
  }
  return out;
}

// Letters, digits and everything beyond ASCII: what survives a server's own markup.
std::string bones(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 || (byte >= '0' && byte <= '9') ||
        ((byte | 0x20U) >= 'a' && (byte | 0x20U) <= 'z'))
      out += c;
  }
  return out;
}

// "@name@server" shows as "@name".
std::string with_short_mentions(std::string_view text) {
  std::string out;
  std::size_t done = 0;
  for (const Entity& mention : mastodon_mentions(text)) {
    const auto server = mention.value.find('@');
    if (server == std::string::npos) continue;
    out += text.substr(done, mention.begin - done);
    out += '@' + mention.value.substr(0, server);
    done = mention.end;
  }
  return out += text.substr(done);
}

enum class Same { yes, no, unclear };

Same same_source(const std::string& ours, const std::string& theirs) {
  if (without_spaces(ours) == without_spaces(theirs)) return Same::yes;
  return bones(ours) == bones(theirs) ? Same::unclear : Same::no;
}

Same same_html(const std::string& ours, const std::string& html) {
  const std::string shown = bones(with_short_mentions(ours));
  const std::string theirs = bones(html_to_text(html));
  if (shown == theirs) return Same::yes;
  // A server that cuts or decorates: the same beginning is too much of a coincidence.
  constexpr std::size_t telling = 24;
  const bool alike = shown.size() >= telling && theirs.size() >= telling &&
                     shown.substr(0, telling) == theirs.substr(0, telling);
  return alike ? Same::unclear : Same::no;
}

// A listing read so far.
struct Search {
  const MastodonApi& api;
  const MastodonPost& post;
  const std::string& in_reply_to;
  std::string last_id = {};
  bool complete = false;
};

CannotTell later(const MastodonApi& api, const std::string& reason, Micros at = 0) {
  const Micros now = api.access().clock.now();
  return CannotTell{reason, at != 0 ? at : now + 5 * minute};
}

CannotTell cannot_read(const MastodonApi& api, const HttpResult& result) {
  if (!result)
    return later(api, "the account's posts cannot be read: " + result.error().error.what);
  const Error error = error_of(*result, api.advice());
  const std::string reason = "the account's posts cannot be read: " + error.what;
  if (error.fault == Fault::unavailable || result->ok())
    return later(api, reason, retry_time(*result, api.access().clock.now()));
  return CannotTell{error.hint.empty() ? reason : reason + ". " + error.hint, 0};
}

bool might_be(const Search& search, const json::value& status) {
  const auto& media = value_at(status, "/media_attachments");
  const std::size_t pictures = media.is_array() ? media.get_array().size() : 0;
  return !value_at(status, "/reblog").is_object() &&
         text_at(status, "in_reply_to_id") == search.in_reply_to &&
         pictures == search.post.media_ids.size() &&
         without_spaces(text_at(status, "spoiler_text")) ==
             without_spaces(search.post.spoiler_text);
}

// Is it ours? Nothing: no. Reads the source where the server has it.
std::optional<Finding> judge(const Search& search, const json::value& status) {
  if (!might_be(search, status)) return std::nullopt;
  const std::string id = text_at(status, "id");
  const auto source = search.api.get("/api/v1/statuses/" + percent_encode(id) + "/source");
  if (!source || source->status == 429 || source->status >= 500)
    return cannot_read(search.api, source);
  const auto body = parse_json(source->body);
  const bool told = source->ok() && body && value_at(*body, "/text").is_string();
  const Same same = told ? same_source(search.post.status, text_at(*body, "text"))
                         : same_html(search.post.status, text_at(status, "content"));
  if (same == Same::no) return std::nullopt;
  if (same == Same::unclear)
    return CannotTell{fmt::format("a post much like it stands there: {}", text_at(status, "url")),
                      0};
  return Published{{*mastodon_receipt(status)}};
}

bool is_older(const MastodonPost& post, const json::value& status) {
  const auto made = parse_time(text_at(status, "created_at"));
  const auto known = parse_time(post.known_at);
  return made && known && *made < *known - older_margin;
}

// Reads one page; an answer ends the search, `complete` too.
std::optional<Finding> read_page(Search& search) {
  const auto reply = search.api.statuses(search.post.account, page_size, search.last_id);
  if (!reply || !reply->ok()) return cannot_read(search.api, reply);
  const auto page = parse_json(reply->body);
  if (!page || !page->is_array()) return cannot_read(search.api, reply);
  const std::string before = search.last_id;
  for (const json::value& status : page->get_array()) {
    const std::string id = text_at(status, "id");
    if (id.empty()) return cannot_read(search.api, reply);
    const auto& known = search.post.known;
    search.complete =
        std::find(known.begin(), known.end(), id) != known.end() || is_older(search.post, status);
    if (search.complete) return std::nullopt;
    if (auto verdict = judge(search, status)) return verdict;
    search.last_id = id;
  }
  search.complete = page->get_array().empty();
  // Posts do not vanish by themselves: a server that lists none of them is not to be believed.
  if (search.complete && !search.post.known.empty())
    return later(search.api, "the server does not list the posts that stood there before");
  if (!search.complete && search.last_id == before)
    return CannotTell{"the server does not list older posts", 0};
  return std::nullopt;
}

}  // namespace

Advice mastodon_advice(const std::string& origin) {
  const std::string who = origin.substr(origin.find("://") + 3);
  return {.who = who,
          .credentials =
              "Make a new access token in the account's settings under Development and "
              "enter it with `carillon channel set NAME --secret-stdin`.",
          .permission =
              "The token needs the scopes write:statuses, write:media and read; or the "
              "account is restricted.",
          .wrong_server = fmt::format(
              "{} does not speak the Mastodon API at this address; check the channel's `server`.",
              who)};
}

MastodonApi::MastodonApi(std::string origin, Secret token, Access& access)
    : origin_(std::move(origin)),
      token_(std::move(token)),
      access_(&access),
      advice_(mastodon_advice(origin_)) {}

Result<MastodonApi> MastodonApi::open(const std::string& origin, Access& access) {
  TRY(Secret token, access.secret("token"));
  return MastodonApi(origin, std::move(token), access);
}

HttpRequest MastodonApi::request(std::string method, const std::string& target) const {
  HttpRequest out;
  out.method = std::move(method);
  out.url = origin_ + target;
  out.trust = Trust::admin;
  out.limits = access_->limits;
  out.headers = {{"Authorization", "Bearer " + token_.reveal()}, {"Accept", "application/json"}};
  return out;
}

HttpResult MastodonApi::get(const std::string& target) const {
  HttpResult reply = access_->http.send(request("GET", target));
  note_retry_time(reply, *access_);
  return reply;
}

Result<json::value> MastodonApi::read(const std::string& target) const {
  return json_of(get(target), advice_);
}

HttpResult MastodonApi::post(const std::string& path, std::string content_type,
                             std::string body) const {
  HttpRequest out = request("POST", path);
  out.headers.set("Content-Type", std::move(content_type));
  out.body = std::move(body);
  HttpResult reply = access_->http.send(out);
  note_retry_time(reply, *access_);
  return reply;
}

HttpResult MastodonApi::publish(const std::string& key, const json::object& form) const {
  HttpRequest out = request("POST", "/api/v1/statuses");
  out.headers.set("Content-Type", "application/json");
  out.headers.set("Idempotency-Key", key);
  out.body = json::serialize(form);
  out.once = true;
  return access_->http.send(out);
}

HttpResult MastodonApi::statuses(const std::string& account, int limit,
                                 const std::string& max_id) const {
  QueryPairs query{{"exclude_reblogs", "true"}, {"limit", std::to_string(limit)}};
  if (!max_id.empty()) query.emplace_back("max_id", max_id);
  return get(
      fmt::format("/api/v1/accounts/{}/statuses?{}", percent_encode(account), build_query(query)));
}

std::optional<Receipt> mastodon_receipt(const json::value& status) {
  Receipt out{.id = text_at(status, "id"), .url = text_at(status, "url"), .extra = {}};
  if (out.id.empty()) return std::nullopt;
  if (out.url.empty()) out.url = text_at(status, "uri");
  return out;
}

Finding find_on_mastodon(const MastodonApi& api, const MastodonPost& post,
                         const std::string& in_reply_to, Micros armed) {
  if (post.account.empty())
    return CannotTell{
        "the account could not be read before sending, so an equal older post cannot be told from "
        "this one",
        0};
  Search search{.api = api, .post = post, .in_reply_to = in_reply_to};
  for (int page = 0; page < pages && !search.complete; ++page) {
    if (auto verdict = read_page(search)) return std::move(*verdict);
  }
  if (!search.complete)
    return CannotTell{fmt::format("more than {} newer posts stand there", pages * page_size), 0};
  const Micros settled = armed + in_flight;
  if (api.access().clock.now() < settled)
    return CannotTell{fmt::format("it is not there, but the request may still be running at the "
                                  "server; ask again at {}",
                                  iso_time(settled)),
                      settled};
  return Absent{};
}

}  // namespace carillon
