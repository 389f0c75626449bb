// Bluesky and other servers of the AT Protocol: the account's own PDS keeps the records.
// https://docs.bsky.app/docs/api, https://atproto.com/specs/record-key
#include <algorithm>

#include "base/ids.hpp"
#include "base/log.hpp"
#include "base/moment.hpp"
#include "channel/bluesky_server.hpp"
#include "channel/page_picture.hpp"
#include "channel/registry.hpp"
#include "core/card_place.hpp"
#include "text/adapt.hpp"
#include "text/atproto.hpp"
#include "text/dag_cbor.hpp"
#include "text/length.hpp"

namespace carillon {
namespace {

constexpr std::int64_t post_graphemes = 300;
constexpr std::int64_t post_bytes = 3000;
// The lexicon allows 2,000,000 since 2026; servers with the older one refuse more than this.
constexpr std::int64_t picture_bytes = 1'000'000;
constexpr std::int64_t thumbnail_bytes = 1'000'000;
constexpr std::int64_t thumbnail_side = 1200;
constexpr const char* collection = "app.bsky.feed.post";
// What one com.atproto.repo.applyWrites may hold on the reference server (PDS 0.5.35).
constexpr std::size_t writes_max = 200;
constexpr std::size_t body_bytes = 1'000'000;
static_assert(limits::thread_parts <= writes_max, "a thread is one atomic write");

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

// The key of a part is a TID of the planned time and the announcement: the same for every
// repetition, and no other's. The parts of a thread follow each other.
std::string record_key(const Job& job, std::int64_t part) {
  const std::string hash = sha256(step_key(job, 0));
  const auto byte = [&](std::size_t i) { return unsigned(static_cast<unsigned char>(hash[i])); };
  // Two announcements may share a moment: the hash spreads them over the second.
  const Micros spread = Micros((byte(0) << 16U | byte(1) << 8U | byte(2)) % unsigned(second));
  return tid(job.due / second * second + spread + part, (byte(3) << 2U | byte(4) >> 6U) & 0x3FFU);
}

json::object strong_ref(const Receipt& receipt) {
  return {{"uri", json::string(receipt.id)},
          {"cid", json::string(text_at(json::value(receipt.extra), "cid"))}};
}

Receipt receipt_of(const std::string& did, const std::string& rkey, const std::string& cid) {
  return {.id = fmt::format("at://{}/{}/{}", did, collection, rkey),
          .url = fmt::format("https://bsky.app/profile/{}/post/{}", did, rkey),
          .extra = {{"cid", json::string(cid)}}};
}

// What the server will answer to a frozen request: identifiers follow from keys and contents alone.
Result<std::vector<Receipt>> expected(const Step& step) {
  TRY(const json::value body, parse_json(step.request));
  const std::string did = text_at(body, "repo");
  std::vector<Receipt> out;
  if (const json::value& writes = value_at(body, "/writes"); writes.is_array()) {
    for (const json::value& write : writes.get_array()) {
      TRY(const std::string cid, record_cid(value_at(write, "/value")));
      out.push_back(receipt_of(did, text_at(write, "rkey"), cid));
    }
  }
  if (std::int64_t(out.size()) == step.count && is_did(did)) return out;
  return fail(Fault::corrupt, "the stored request is not one of this version",
              "`carillon resolve` with --absent prepares it anew.");
}

// The account that a profile's address names: "https://bsky.app/profile/NAME"; empty for any other.
std::string profile_of(const std::string& url) {
  constexpr std::string_view mark = "/profile/";
  const auto at = url.find(mark);
  if (at == std::string::npos) return {};
  const std::string name = url.substr(at + mark.size());
  return lower_ascii(name.substr(0, name.find('/')));
}

class Bluesky final : public Adapter {
 public:
  Bluesky(BlueskySettings settings, const std::string& origin, std::string url)
      : settings_(std::move(settings)), url_(std::move(url)), server_(origin, settings_.handle) {}

  // Created under keys of our own choice, all parts or none: a repetition changes nothing.
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
      out.card = LinkCard{link, draft.title, draft.warning.empty() ? draft.summary : draft.warning};
    return out;
  }

  [[nodiscard]] Result<std::vector<Step>> prepare(const Job& job, Access& access) const override;
  [[nodiscard]] Outcome send(const Step& step, std::span<const Receipt> before,
                             Access& access) const override;
  [[nodiscard]] Finding find(const Step& step, std::span<const Receipt> before, Micros armed,
                             Access& access) const override;
  [[nodiscard]] bool tells_profile() const override { return true; }
  [[nodiscard]] Result<Profile> profile(Access& access) const override;
  [[nodiscard]] Result<Account> verify(Access& access) const override;

 private:
  [[nodiscard]] Result<json::array> facets(const Part& part, Access& access) const;
  [[nodiscard]] Result<json::object> pictures(const Job& job, const Part& part,
                                              Access& access) const;
  [[nodiscard]] Result<json::object> thumbnail(const Job& job, Access& access) const;
  [[nodiscard]] json::object card(const Job& job, Access& access) const;
  [[nodiscard]] Result<json::object> record(const Job& job, std::size_t index, Micros at,
                                            Access& access) const;
  [[nodiscard]] Outcome refused(const Step& step, const HttpReply& reply, Access& access) const;

  BlueskySettings settings_;
  std::string url_;  // the account's, as the workspace states it
  BlueskyServer server_;
};

// A mention needs the account's DID. A handle nobody has stays plain text.
Result<json::array> Bluesky::facets(const Part& part, Access& access) const {
  json::array out;
  for (const Facet& facet : part.facets) {
    // The server takes a mark past the end of the text, and readers' clients stumble over it.
    if (facet.begin < 0 || facet.begin >= facet.end || facet.end > std::int64_t(part.text.size()))
      continue;
    json::object feature;
    if (facet.kind == FacetKind::link) {
      feature = {{"$type", "app.bsky.richtext.facet#link"}, {"uri", json::string(facet.value)}};
    } else if (facet.kind == FacetKind::tag) {
      feature = {{"$type", "app.bsky.richtext.facet#tag"}, {"tag", json::string(facet.value)}};
    } else {
      auto who =
          server_.read("com.atproto.identity.resolveHandle", {{"handle", facet.value}}, access);
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

Result<json::object> Bluesky::pictures(const Job& job, const Part& part, Access& access) const {
  json::array out;
  for (const std::int64_t i : part.media) {
    const Media& media = job.announcement.draft.media.at(static_cast<std::size_t>(i));
    TRY(const Image image, access.image(media, limits({}).image));
    TRY(json::object blob, server_.upload(image, access.limits.total_ms, access));
    json::object entry{{"image", std::move(blob)}, {"alt", json::string(image.alt)}};
    if (image.width > 0 && image.height > 0)
      entry["aspectRatio"] = json::object{{"width", image.width}, {"height", image.height}};
    out.push_back(std::move(entry));
  }
  return json::object{{"$type", "app.bsky.embed.images"}, {"images", std::move(out)}};
}

// The announcement's own picture where the link is our page, else the one that the linked page
// shows. not_found: there is none.
Result<json::object> Bluesky::thumbnail(const Job& job, Access& access) const {
  const std::string& url = job.rendition.card->url;
  const std::vector<Media>& media = job.announcement.draft.media;
  const bool ours = url == job.announcement.permalink;
  if (ours ? media.empty() : !access.reencode) return fail(Fault::not_found, "no picture");
  const ImageLimits fits{
      .count = 1, .bytes = thumbnail_bytes, .pixels = 0, .side = thumbnail_side, .alt_length = 0};
  TRY(const Image image,
      ours ? access.image(media.front(), fits) : page_picture(url, fits, access));
  return server_.upload(image, limits::card_ms, access);
}

// A card without its picture is better than a late post.
json::object Bluesky::card(const Job& job, Access& access) const {
  const LinkCard& card = *job.rendition.card;
  json::object external{{"uri", json::string(card.url)},
                        {"title", json::string(card.title)},
                        {"description", json::string(card.description)}};
  auto thumb = thumbnail(job, access);
  if (thumb) {
    external["thumb"] = std::move(*thumb);
  } else if (thumb.error().fault != Fault::not_found) {
    log(Level::warning, "a link card has no picture",
        {{"channel", job.rendition.channel},
         {"announcement", job.announcement.id},
         {"reason", thumb.error().what}});
  }
  return {{"$type", "app.bsky.embed.external"}, {"external", std::move(external)}};
}

Result<json::object> Bluesky::record(const Job& job, std::size_t index, Micros at,
                                     Access& access) const {
  const Part& part = job.rendition.parts[index];
  json::object out{{"$type", collection},
                   {"text", json::string(part.text)},
                   {"createdAt", json::string(iso_time_millis(at))}};
  const std::string& language =
      job.rendition.language.empty() ? settings_.language : job.rendition.language;
  if (is_language(language)) out["langs"] = json::array{json::string(language)};
  TRY(json::array marks, facets(part, access));
  if (!marks.empty()) out["facets"] = std::move(marks);
  if (!part.media.empty()) {
    TRY(json::object embed, pictures(job, part, access));
    out["embed"] = std::move(embed);
  } else if (index == card_place(job.rendition)) {
    out["embed"] = card(job, access);
  }
  return out;
}

// One step for all parts: the exact body of com.atproto.repo.applyWrites, in which each reply names
// its root and parent by the identifiers that they will have.
Result<std::vector<Step>> Bluesky::prepare(const Job& job, Access& access) const {
  TRY(const BlueskySession open, server_.session(access));
  std::vector<Receipt> parts;
  json::array writes;
  // Parts a millisecond apart keep their order where clients sort by time.
  Micros at = access.clock.now();
  for (std::size_t i = 0; i < job.rendition.parts.size(); ++i, at += second / 1000) {
    TRY(json::object fields, record(job, i, at, access));
    if (i > 0)
      fields["reply"] =
          json::object{{"root", strong_ref(parts.front())}, {"parent", strong_ref(parts.back())}};
    json::value value(std::move(fields));
    const std::string rkey = record_key(job, std::int64_t(i));
    TRY(const std::string cid, record_cid(value));
    parts.push_back(receipt_of(open.did, rkey, cid));
    writes.push_back(json::object{{"$type", "com.atproto.repo.applyWrites#create"},
                                  {"collection", collection},
                                  {"rkey", json::string(rkey)},
                                  {"value", std::move(value)}});
  }
  std::string body = json::serialize(
      json::object{{"repo", json::string(open.did)}, {"writes", std::move(writes)}});
  if (body.size() > body_bytes)
    return fail(Fault::too_large,
                fmt::format("the thread is {} bytes long, {} takes {}", body.size(),
                            server_.advice().who, body_bytes),
                "Make it, or the descriptions of its pictures, shorter.");
  return std::vector<Step>{{.key = record_key(job, 0),
                            .request = std::move(body),
                            .first = 0,
                            .count = std::int64_t(parts.size())}};
}

// A repetition is refused, because records stand under its keys: the reference server (PDS 0.5.35)
// answers 500 InternalServerError, and writes nothing, whether all or one of them stand there with
// equal or other content, also to requests that run at once. 500 leaves the outcome open, so find()
// looks; so it must after a 4xx of a server that says the same in another way.
Outcome Bluesky::refused(const Step& step, const HttpReply& reply, Access& access) const {
  Outcome outcome = outcome_of(reply, server_.advice(), access.clock.now());
  auto* refused = std::get_if<Refused>(&outcome);
  if (refused == nullptr || (reply.status != 400 && reply.status != 409 && reply.status != 422))
    return outcome;
  if (!std::holds_alternative<Absent>(find(step, {}, 0, access)))
    return Unsure{refused->reason + ", and there may be something under its keys"};
  if (is_xrpc_error(reply, "BlobNotFound"))
    refused->hint =
        "The server has dropped the pictures: `carillon resolve` with --absent uploads "
        "them again.";
  return outcome;
}

Outcome Bluesky::send(const Step& step, std::span<const Receipt>, Access& access) const {
  const auto parts = expected(step);
  if (!parts) return Refused{parts.error().what, parts.error().hint};
  HttpRequest write = server_.request("POST", "com.atproto.repo.applyWrites", access);
  write.once = true;
  write.body = step.request;
  const auto sent = server_.call(std::move(write), access);
  if (!sent) {
    const Error& error = sent.error();
    if (error.fault == Fault::unavailable || error.fault == Fault::timeout)
      return Later{error.what, 0};
    return Refused{error.what, error.hint};
  }
  const HttpResult& reply = *sent;
  if (!reply) return outcome_of(reply.error());
  if (!reply->ok()) return refused(step, *reply, access);
  // Servers of before 2024 name no results, and a page instead of JSON proves nothing.
  const auto body = parse_json(reply->body);
  const json::value nothing;
  const json::value& results = value_at(body ? *body : nothing, "/results");
  bool good = results.is_array() && results.get_array().size() == parts->size();
  for (std::size_t i = 0; good && i < parts->size(); ++i) {
    const json::value& result = results.get_array()[i];
    good = text_at(result, "uri") == (*parts)[i].id &&
           text_at(result, "cid") == text_at(json::value((*parts)[i].extra), "cid");
  }
  if (good) return Published{*parts};
  return Unsure{fmt::format("{} answered {} without the records' names", server_.advice().who,
                            reply->status)};
}

// All were written or none: where only some stand there, others removed the rest.
Finding Bluesky::find(const Step& step, std::span<const Receipt>, Micros, Access& access) const {
  const auto parts = expected(step);
  if (!parts) return CannotTell{parts.error().what, 0};
  std::vector<std::string> there;
  std::vector<std::string> others;
  for (const Receipt& part : *parts) {
    const std::string did = part.id.substr(5, part.id.find('/', 5) - 5);
    const std::string rkey = part.id.substr(part.id.rfind('/') + 1);
    const HttpResult reply = access.http.send(server_.request(
        "GET",
        "com.atproto.repo.getRecord?" +
            build_query({{"repo", did}, {"collection", collection}, {"rkey", rkey}}),
        access));
    if (reply && !reply->ok() && is_xrpc_error(*reply, "RecordNotFound")) continue;
    const auto body = json_of(reply, server_.advice());
    if (!body) return CannotTell{body.error().what, 0};
    const bool same = text_at(*body, "cid") == text_at(json::value(part.extra), "cid");
    (same ? there : others).push_back(part.url);
  }
  if (there.size() == parts->size()) return Published{*parts};
  if (!others.empty())
    return CannotTell{fmt::format("another text stands at {}", fmt::join(others, ", ")), 0};
  if (there.empty()) return Absent{};
  return CannotTell{fmt::format("{} of {} parts are there: {}", there.size(), parts->size(),
                                fmt::join(there, ", ")),
                    0};
}

// Logs in, because a person who asks wants to know whether the app password is good.
Result<Account> Bluesky::verify(Access& access) const {
  TRY(const BlueskySession open, server_.log_in(access));
  TRY(const json::value repo,
      server_.read("com.atproto.repo.describeRepo", {{"repo", open.did}}, access));
  const std::string handle =
      text_at(repo, "handle").empty() ? open.handle : text_at(repo, "handle");
  Account out{.handle = "@" + handle,
              .url = "https://bsky.app/profile/" + open.did,
              .detail = open.did,
              .warnings = {}};
  const std::string ours = lower_ascii(settings_.handle);
  if (ours != lower_ascii(handle) && ours != open.did)
    out.warnings.push_back(fmt::format("the app password is for @{}, the channel's handle is @{}",
                                       handle, settings_.handle));
  const std::string profile = profile_of(url_);
  if (!profile.empty() && profile != lower_ascii(handle) && profile != open.did)
    out.warnings.push_back(
        fmt::format("the app password is for @{}, the channel's url is {}", handle, url_));
  const json::value& good = value_at(repo, "/handleIsCorrect");
  if (good.is_bool() && !good.get_bool())
    out.warnings.emplace_back(
        "the handle does not point back to this account: check its DNS entry");
  if (!open.status.empty())
    out.warnings.push_back(fmt::format("the server says the account is {}", open.status));
  return out;
}

// The record app.bsky.actor.profile, "self"; an account that never wrote one has none.
Result<Profile> Bluesky::profile(Access& access) const {
  TRY(const BlueskySession open, server_.session(access));
  TRY(const json::value listed,
      server_.read("com.atproto.repo.listRecords",
                   {{"repo", open.did}, {"collection", "app.bsky.actor.profile"}, {"limit", "1"}},
                   access));
  Profile out;
  const json::value& records = value_at(listed, "/records");
  if (!records.is_array() || records.get_array().empty()) return out;
  const json::value& record = value_at(records.get_array().front(), "/value");
  out.text = text_at(record, "description");
  const std::string pinned = text_at(value_at(record, "/pinnedPost"), "uri");
  if (!pinned.empty())
    out.pinned.push_back(fmt::format("https://bsky.app/profile/{}/post/{}", open.did,
                                     pinned.substr(pinned.rfind('/') + 1)));
  return out;
}

const Register bluesky{Platform{
    .name = "bluesky",
    .title = "Bluesky",
    .about = "An account on Bluesky, or on another server of the AT Protocol.",
    .there = {"In the account, Privacy and security, App passwords: make one for Carillon."},
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
      TRY(const std::string origin, server_origin(channel, "server", settings.server));
      return std::make_unique<Bluesky>(std::move(settings), origin, channel.url);
    }}};

}  // namespace
}  // namespace carillon
