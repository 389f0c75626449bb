// Bluesky and other servers of the AT Protocol: the account's own PDS keeps the records.
// https://docs.bsky.app/docs/api, https://atproto.com/specs/record-key
#include <algorithm>
#include <mutex>

#include "base/ids.hpp"
#include "base/moment.hpp"
#include "channel/exchange.hpp"
#include "channel/registry.hpp"
#include "text/adapt.hpp"
#include "text/atproto.hpp"
#include "text/length.hpp"

namespace carillon {
namespace {

constexpr std::int64_t post_graphemes = 300;
constexpr std::int64_t post_bytes = 3000;
constexpr std::int64_t picture_bytes = 1'000'000;
constexpr const char* collection = "app.bsky.feed.post";

struct BlueskySettings {
  static constexpr std::array<std::string_view, 1> required{"handle"};
  std::string handle;
  std::string server = "https://bsky.social";
  std::string language;
  Threads threads = Threads::manual;
  bool numbered = false;
  static constexpr std::array<std::array<std::string_view, 2>, 5> notes{{
      {"handle", "The account's handle, such as project.example.org"},
      {"server", "The account's PDS; https://bsky.social for most"},
      {"language", "The language of posts that name none, such as en"},
      {"threads", "When a text too long for one post becomes several: never, manual or split"},
      {"numbered", "Write (1/3) at the end of each part"},
  }};
};
BOOST_DESCRIBE_STRUCT(BlueskySettings, (), (handle, server, language, threads, numbered))

// A post as it is frozen: the record but for `reply`, which needs the receipts of earlier parts.
struct BlueskyPost {
  std::string repo;
  std::string rkey;
  json::object record;
};
BOOST_DESCRIBE_STRUCT(BlueskyPost, (), (repo, rkey, record))

struct Session {
  std::string token;
  std::string did;
};

// The key is a TID of the planned time and the step: the same for every repetition, and no other's.
std::string record_key(const Job& job, std::int64_t part) {
  const std::string hash = sha256(step_key(job, part));
  const auto byte = [&](std::size_t i) { return unsigned(static_cast<unsigned char>(hash[i])); };
  // Two announcements may share a moment: the hash spreads them over the second.
  const Micros spread = Micros((byte(0) << 16U | byte(1) << 8U | byte(2)) % unsigned(second));
  return tid(job.due / second * second + spread, (byte(3) << 2U | byte(4) >> 6U) & 0x3FFU);
}

bool expired(const HttpReply& reply) {
  return reply.status == 401 ||
         (reply.status == 400 && (words_of(reply).starts_with("ExpiredToken") ||
                                  words_of(reply).starts_with("InvalidToken")));
}

class Bluesky final : public Adapter {
 public:
  Bluesky(BlueskySettings settings, std::string origin)
      : settings_(std::move(settings)), origin_(std::move(origin)) {
    const std::string who = origin_.substr(origin_.find("://") + 3);
    advice_ = {.who = who,
               .credentials =
                   "Make a new app password in the account's settings and enter it with "
                   "`carillon channel set NAME --secret-stdin`.",
               .permission = "The account may be suspended, or the app password was revoked.",
               .wrong_server =
                   fmt::format("{} is not this account's PDS; check the channel's `server`.", who)};
  }

  // Writing under a key of our own choice, create-only: a repetition changes nothing.
  [[nodiscard]] Replay replay() const override { return Replay::safe; }

  [[nodiscard]] Limits limits(const json::object&) const override {
    Limits out;
    out.platform = "bluesky";
    out.length = post_graphemes;
    out.bytes = post_bytes;
    out.count = [](std::string_view text) { return bluesky_length(text).graphemes; };
    out.entities = bluesky_entities;
    out.threads = settings_.threads;
    out.numbered = settings_.numbered;
    out.card = true;
    out.image = {.count = 4, .bytes = picture_bytes, .pixels = 0, .side = 2000, .alt_length = 0};
    return out;
  }

  // Nothing on the server's side makes a card of a link, so we send it.
  [[nodiscard]] Rendition render(const Announcement& announcement, const Channel& channel,
                                 const Limits& limits) const override {
    Rendition out = adapt(announcement, channel.name, limits);
    const Draft& draft = announcement.draft;
    const std::string& link = draft.link.empty() ? announcement.permalink : draft.link;
    if (!link.empty() && !draft.title.empty())
      out.card = LinkCard{link, draft.title, draft.summary};
    return out;
  }

  [[nodiscard]] Result<std::vector<Step>> prepare(const Job& job, Access& access) const override;
  [[nodiscard]] Outcome send(const Step& step, std::span<const Receipt> before,
                             Access& access) const override;
  [[nodiscard]] Finding find(const Step& step, std::span<const Receipt> before, Micros armed,
                             Access& access) const override;
  [[nodiscard]] Result<Account> verify(Access& access) const override;

 private:
  [[nodiscard]] Result<Session> session(Access& access, bool anew = false) const;
  [[nodiscard]] HttpRequest request(const std::string& method, const std::string& name,
                                    const std::string& token, const Access& access) const;
  [[nodiscard]] HttpResult call(const HttpRequest& request, Access& access) const;
  [[nodiscard]] Result<json::value> read(const std::string& name, const QueryPairs& query,
                                         Access& access) const;
  [[nodiscard]] Result<json::array> facets(const Part& part, Access& access) const;
  [[nodiscard]] Result<json::object> picture(const Image& image, Access& access) const;
  [[nodiscard]] Result<json::object> record(const Job& job, const Part& part, Micros at,
                                            Access& access) const;
  [[nodiscard]] Receipt receipt(const std::string& did, const std::string& rkey,
                                const json::value& reply) const;

  BlueskySettings settings_;
  std::string origin_;
  Advice advice_;
  mutable std::mutex mutex_;
  mutable Session session_;  // servers allow few log-ins a day, so it is kept
};

HttpRequest Bluesky::request(const std::string& method, const std::string& name,
                             const std::string& token, const Access& access) const {
  HttpRequest out;
  out.method = method;
  out.url = origin_ + "/xrpc/" + name;
  out.trust = Trust::admin;
  out.limits = access.limits;
  out.headers.set("Accept", "application/json");
  if (!token.empty()) out.headers.set("Authorization", "Bearer " + token);
  if (method == "POST") out.headers.set("Content-Type", "application/json");
  return out;
}

Result<Session> Bluesky::session(Access& access, bool anew) const {
  const std::scoped_lock lock(mutex_);
  if (!anew && !session_.token.empty()) return session_;
  session_ = {};
  TRY(const Secret password, access.secret("app_password"));
  HttpRequest login = request("POST", "com.atproto.server.createSession", {}, access);
  login.body = json::serialize(json::object{{"identifier", json::string(settings_.handle)},
                                            {"password", json::string(password.reveal())}});
  TRY(const json::value body, json_of(access.http.send(login), advice_));
  session_ = {text_at(body, "accessJwt"), text_at(body, "did")};
  if (session_.token.empty() || !is_did(session_.did))
    return fail(Fault::corrupt, fmt::format("{} opened no session", advice_.who),
                advice_.wrong_server);
  return session_;
}

// Sends; a session that has run out is renewed once. Only for what may be repeated.
HttpResult Bluesky::call(const HttpRequest& wanted, Access& access) const {
  HttpResult reply = access.http.send(wanted);
  if (!reply || !expired(*reply)) return reply;
  const auto renewed = session(access, true);
  if (!renewed) return reply;
  HttpRequest again = wanted;
  again.headers.set("Authorization", "Bearer " + renewed->token);
  return access.http.send(again);
}

Result<json::value> Bluesky::read(const std::string& name, const QueryPairs& query,
                                  Access& access) const {
  TRY(const Session open, session(access));
  const HttpRequest get = request("GET", name + "?" + build_query(query), open.token, access);
  return json_of(call(get, access), advice_);
}

// A mention needs the account's DID. A handle nobody has stays plain text.
Result<json::array> Bluesky::facets(const Part& part, Access& access) const {
  json::array out;
  for (const Facet& facet : part.facets) {
    json::object feature;
    if (facet.kind == FacetKind::link) {
      feature = {{"$type", "app.bsky.richtext.facet#link"}, {"uri", json::string(facet.value)}};
    } else if (facet.kind == FacetKind::tag) {
      feature = {{"$type", "app.bsky.richtext.facet#tag"}, {"tag", json::string(facet.value)}};
    } else {
      auto who = read("com.atproto.identity.resolveHandle", {{"handle", facet.value}}, access);
      if (!who && who.error().fault != Fault::invalid && who.error().fault != Fault::not_found)
        return tl::unexpected<Error>(std::move(who).error());
      const std::string did = who ? text_at(*who, "did") : std::string{};
      if (!is_did(did)) continue;
      feature = {{"$type", "app.bsky.richtext.facet#mention"}, {"did", json::string(did)}};
    }
    out.push_back(
        json::object{{"index", json::object{{"byteStart", facet.begin}, {"byteEnd", facet.end}}},
                     {"features", json::array{std::move(feature)}}});
  }
  return out;
}

Result<json::object> Bluesky::picture(const Image& image, Access& access) const {
  TRY(const Session open, session(access));
  HttpRequest put = request("POST", "com.atproto.repo.uploadBlob", open.token, access);
  put.headers.set("Content-Type", image.mime);
  put.body = image.bytes;
  TRY(const json::value reply, json_of(call(put, access), advice_));
  return json::object{
      {"image", value_at(reply, "/blob")},
      {"alt", json::string(image.alt)},
      {"aspectRatio", json::object{{"width", image.width}, {"height", image.height}}}};
}

Result<json::object> Bluesky::record(const Job& job, const Part& part, Micros at,
                                     Access& access) const {
  json::object out{{"$type", collection},
                   {"text", json::string(part.text)},
                   {"createdAt", json::string(iso_time_millis(at))}};
  const std::string& language =
      job.rendition.language.empty() ? settings_.language : job.rendition.language;
  if (is_language(language)) out["langs"] = json::array{json::string(language)};
  TRY(json::array marks, facets(part, access));
  if (!marks.empty()) out["facets"] = std::move(marks);
  json::array pictures;
  for (const std::int64_t i : part.media) {
    TRY(const Image image,
        access.image(job.announcement.draft.media.at(static_cast<std::size_t>(i)),
                     limits({}).image));
    TRY(json::object entry, picture(image, access));
    pictures.push_back(std::move(entry));
  }
  if (!pictures.empty()) {
    out["embed"] =
        json::object{{"$type", "app.bsky.embed.images"}, {"images", std::move(pictures)}};
  } else if (job.rendition.card && &part == &job.rendition.parts.front()) {
    const LinkCard& card = *job.rendition.card;
    out["embed"] =
        json::object{{"$type", "app.bsky.embed.external"},
                     {"external", json::object{{"uri", json::string(card.url)},
                                               {"title", json::string(card.title)},
                                               {"description", json::string(card.description)}}}};
  }
  return out;
}

Result<std::vector<Step>> Bluesky::prepare(const Job& job, Access& access) const {
  TRY(const Session open, session(access));
  std::vector<Step> steps;
  // Parts a millisecond apart keep their order where clients sort by time.
  Micros at = access.clock.now();
  for (const Part& part : job.rendition.parts) {
    const auto index = static_cast<std::int64_t>(steps.size());
    TRY(json::object fields, record(job, part, at, access));
    const BlueskyPost post{open.did, record_key(job, index), std::move(fields)};
    steps.push_back({.key = post.rkey, .request = write_json(post), .first = index, .count = 1});
    at += second / 1000;
  }
  return steps;
}

Receipt Bluesky::receipt(const std::string& did, const std::string& rkey,
                         const json::value& reply) const {
  return {.id = text_at(reply, "uri"),
          .url = fmt::format("https://bsky.app/profile/{}/post/{}", did, rkey),
          .extra = {{"cid", json::string(text_at(reply, "cid"))}}};
}

json::object strong_ref(const Receipt& receipt) {
  return {{"uri", json::string(receipt.id)},
          {"cid", json::string(text_at(json::value(receipt.extra), "cid"))}};
}

Outcome Bluesky::send(const Step& step, std::span<const Receipt> before, Access& access) const {
  const auto post = parse_json_as<BlueskyPost>(step.request);
  if (!post) return Refused{post.error().what, {}};
  const auto open = session(access);
  if (!open) {
    const Fault fault = open.error().fault;
    if (fault == Fault::unavailable || fault == Fault::timeout) return Later{open.error().what, 0};
    return Refused{open.error().what, open.error().hint};
  }
  json::object record = post->record;
  if (step.first > 0 && !before.empty())
    record["reply"] =
        json::object{{"root", strong_ref(before.front())}, {"parent", strong_ref(before.back())}};
  HttpRequest put = request("POST", "com.atproto.repo.putRecord", open->token, access);
  put.once = true;
  put.body = json::serialize(json::object{{"repo", json::string(post->repo)},
                                          {"collection", collection},
                                          {"rkey", json::string(post->rkey)},
                                          {"swapRecord", nullptr},
                                          {"record", std::move(record)}});
  const HttpResult reply = call(put, access);
  if (!reply) return outcome_of(reply.error());
  // Something stands under our key already: find() says what.
  if (reply->status == 400 && words_of(*reply).starts_with("InvalidSwap"))
    return Unsure{"a record stands under this post's key already"};
  if (!reply->ok()) return outcome_of(*reply, advice_, access.clock.now());
  const auto body = parse_json(reply->body);
  if (body && is_at_uri(text_at(*body, "uri")) && !text_at(*body, "cid").empty())
    return Published{{receipt(post->repo, post->rkey, *body)}};
  return Unsure{fmt::format("{} answered {} with something that is not a record", advice_.who,
                            reply->status)};
}

Finding Bluesky::find(const Step& step, std::span<const Receipt>, Micros, Access& access) const {
  const auto post = parse_json_as<BlueskyPost>(step.request);
  if (!post) return CannotTell{post.error().what, 0};
  const HttpRequest get = request(
      "GET",
      "com.atproto.repo.getRecord?" +
          build_query({{"repo", post->repo}, {"collection", collection}, {"rkey", post->rkey}}),
      {}, access);
  const HttpResult reply = access.http.send(get);
  if (reply && reply->status == 400 && words_of(*reply).starts_with("RecordNotFound"))
    return Absent{};
  const auto body = json_of(reply, advice_);
  if (!body) return CannotTell{body.error().what, 0};
  if (text_at(value_at(*body, "/value"), "text") != text_at(json::value(post->record), "text"))
    return CannotTell{"another text stands under this post's key: " + text_at(*body, "uri"), 0};
  return Published{{receipt(post->repo, post->rkey, *body)}};
}

Result<Account> Bluesky::verify(Access& access) const {
  TRY(const Session open, session(access, true));
  TRY(const json::value repo, read("com.atproto.repo.describeRepo", {{"repo", open.did}}, access));
  Account out{.handle = "@" + text_at(repo, "handle"),
              .url = "https://bsky.app/profile/" + open.did,
              .detail = open.did,
              .warnings = {}};
  const json::value& good = value_at(repo, "/handleIsCorrect");
  if (good.is_bool() && !good.get_bool())
    out.warnings.emplace_back(
        "the handle does not point back to this account: check its DNS entry");
  return out;
}

const Register bluesky{Platform{
    .name = "bluesky",
    .title = "Bluesky",
    .secrets = {{"app_password", "App password (Settings, Privacy and security, App passwords)"}},
    .settings_schema = schema_of<BlueskySettings>(),
    .make = [](const Channel& channel) -> Result<std::unique_ptr<Adapter>> {
      TRY(BlueskySettings settings, settings_of<BlueskySettings>(channel));
      if (settings.handle.starts_with("@")) settings.handle.erase(0, 1);
      if (!is_at_identifier(settings.handle))
        return fail(Fault::invalid,
                    fmt::format("channel {}: handle: \"{}\" is not a handle", channel.name,
                                settings.handle),
                    "Write it as a domain name, such as project.bsky.social.");
      TRY(std::string origin, server_origin(channel, "server", settings.server));
      return std::make_unique<Bluesky>(std::move(settings), std::move(origin));
    }}};

}  // namespace
}  // namespace carillon
