// Mastodon, and servers that speak its API. https://docs.joinmastodon.org/api/
#include <algorithm>

#include "base/moment.hpp"
#include "channel/mastodon_api.hpp"
#include "channel/registry.hpp"
#include "text/adapt.hpp"
#include "text/graphemes.hpp"
#include "text/html_text.hpp"
#include "text/length.hpp"

namespace carillon {
namespace {

// What Mastodon allows where the server does not say.
constexpr std::int64_t default_length = 500;
constexpr std::int64_t default_url_cost = 23;
constexpr std::int64_t default_pictures = 4;
constexpr std::int64_t default_alt_length = 1500;
constexpr std::int64_t default_picture_bytes = 16'777'216;
constexpr std::int64_t default_picture_pixels = 33'177'600;
constexpr std::int64_t default_poll_options = 4;
constexpr std::int64_t default_poll_option_length = 50;
constexpr int position_posts = 20;
constexpr int upload_polls = 30;

struct MastodonSettings {
  static constexpr std::array<std::string_view, 1> required{"server"};
  std::string server;
  std::string visibility = "public";
  std::string spoiler;
  std::string language;
  Threads threads = Threads::manual;
  bool numbered = false;
  static constexpr std::array<std::array<std::string_view, 2>, 6> notes{{
      {"server", "The account's server, such as https://fosstodon.org"},
      {"visibility", "Who sees the posts: public, unlisted, private or direct"},
      {"spoiler", "A content warning put before every post"},
      {"language", "The language of posts that name none, such as en"},
      {"threads", "When a text too long for one post becomes several: never, manual or split"},
      {"numbered", "Write (1/3) at the end of each part"},
  }};
};
BOOST_DESCRIBE_STRUCT(MastodonSettings, (),
                      (server, visibility, spoiler, language, threads, numbered))

// What learn() keeps.
struct MastodonLearned {
  std::int64_t length = default_length;
  std::int64_t url_cost = default_url_cost;
  std::int64_t pictures = default_pictures;
  std::int64_t alt_length = default_alt_length;
  std::int64_t picture_bytes = default_picture_bytes;
  std::int64_t picture_pixels = default_picture_pixels;
  std::int64_t poll_options = default_poll_options;
  std::int64_t poll_option_length = default_poll_option_length;
};
BOOST_DESCRIBE_STRUCT(MastodonLearned, (),
                      (length, url_cost, pictures, alt_length, picture_bytes, picture_pixels,
                       poll_options, poll_option_length))

void take(const json::value& from, std::string_view pointer, std::int64_t& into) {
  const json::value& found = value_at(from, pointer);
  json::error_code error;
  const auto number = found.is_number() ? found.to_number<std::int64_t>(error) : 0;
  if (!error && number > 0) into = number;
}

MastodonLearned read_instance(const json::value& instance) {
  MastodonLearned out;
  take(instance, "/max_toot_chars", out.length);  // servers older than `configuration`
  take(instance, "/configuration/statuses/max_characters", out.length);
  take(instance, "/configuration/statuses/characters_reserved_per_url", out.url_cost);
  take(instance, "/configuration/statuses/max_media_attachments", out.pictures);
  take(instance, "/configuration/media_attachments/description_limit", out.alt_length);
  take(instance, "/configuration/media_attachments/image_size_limit", out.picture_bytes);
  take(instance, "/configuration/media_attachments/image_matrix_limit", out.picture_pixels);
  take(instance, "/configuration/polls/max_options", out.poll_options);
  take(instance, "/configuration/polls/max_characters_per_option", out.poll_option_length);
  return out;
}

bool is_missing(const HttpResult& result) {
  return result && (result->status == 404 || result->status == 405 || result->status == 410);
}

// Waits until the server has made its own copies of an upload. Errors: unavailable when it takes
// too long or nobody waits here, invalid when it cannot read the picture.
Result<void> await_upload(const MastodonApi& api, const std::string& id) {
  for (int poll = 0; poll < upload_polls; ++poll) {
    if (!api.access().wait || !api.access().wait((1 + poll / 5) * second)) break;
    const auto reply = api.get("/api/v1/media/" + percent_encode(id));
    if (!reply) return tl::unexpected<Error>(reply.error().error);
    if (reply->status == 200) return {};
    if (reply->status != 206 && reply->status != 202)
      return tl::unexpected<Error>(error_of(*reply, api.advice()));
  }
  return fail(Fault::unavailable,
              fmt::format("{} is still working on a picture", api.advice().who));
}

// Uploads a picture; its media id.
Result<std::string> upload(const MastodonApi& api, const Image& image) {
  const std::string name = image.mime == "image/png" ? "image.png" : "image.jpg";
  std::vector<FormPart> parts{
      {.name = "file", .value = image.bytes, .filename = name, .mime = image.mime}};
  if (!image.alt.empty()) parts.push_back({.name = "description", .value = image.alt});
  const FormBody form = multipart(parts);
  HttpResult reply = api.post("/api/v2/media", form.content_type, form.body);
  if (is_missing(reply)) reply = api.post("/api/v1/media", form.content_type, form.body);
  TRY(const json::value media, json_of(reply, api.advice()));
  std::string id = text_at(media, "id");
  if (id.empty())
    return fail(Fault::unavailable,
                fmt::format("{} took a picture but gave no id", api.advice().who));
  if (reply->status == 202) CHECK_OK(await_upload(api, id));
  return id;
}

// Notes which posts stand there already. A token that may not read leaves it empty.
Result<void> note_position(const MastodonApi& api, MastodonPost& post) {
  const auto who = api.get("/api/v1/accounts/verify_credentials");
  if (who && who->status == 403) return {};
  TRY(const json::value account, json_of(who, api.advice()));
  const std::string id = text_at(account, "id");
  const auto reply = api.statuses(id, position_posts);
  if (reply && reply->status == 403) return {};
  TRY(const json::value listed, json_of(reply, api.advice()));
  if (!listed.is_array()) return {};
  for (const json::value& status : listed.get_array()) {
    if (post.known.empty()) post.known_at = text_at(status, "created_at");
    post.known.push_back(text_at(status, "id"));
  }
  post.account = id;
  return {};
}

json::object form_of(const MastodonPost& post, const std::string& in_reply_to) {
  json::object form;
  form["status"] = post.status;
  form["visibility"] = post.visibility;
  if (!post.spoiler_text.empty()) form["spoiler_text"] = post.spoiler_text;
  if (!post.spoiler_text.empty() && !post.media_ids.empty()) form["sensitive"] = true;
  if (!post.language.empty()) form["language"] = post.language;
  if (!post.media_ids.empty()) form["media_ids"] = to_json(post.media_ids);
  if (!in_reply_to.empty()) form["in_reply_to_id"] = in_reply_to;
  if (post.poll)
    form["poll"] = json::object{{"options", to_json(post.poll->options)},
                                {"expires_in", post.poll->hours * (hour / second)},
                                {"multiple", post.poll->several}};
  return form;
}

class Mastodon final : public Adapter {
 public:
  Mastodon(MastodonSettings settings, std::string origin, std::string url)
      : settings_(std::move(settings)), origin_(std::move(origin)), url_(std::move(url)) {}

  // Idempotency-Key is sent too, but real servers that ignore it exist.
  [[nodiscard]] Replay replay() const override { return Replay::look_first; }

  [[nodiscard]] Result<json::object> learn(Access& access) const override {
    HttpRequest request{.url = origin_ + "/api/v2/instance",
                        .headers = {{"Accept", "application/json"}},
                        .trust = Trust::admin,
                        .limits = access.limits};
    HttpResult reply = access.http.send(request);
    if (is_missing(reply)) {
      request.url = origin_ + "/api/v1/instance";
      reply = access.http.send(request);
    }
    TRY(const json::value instance, json_of(reply, mastodon_advice(origin_)));
    return to_json(read_instance(instance)).get_object();
  }

  [[nodiscard]] Limits limits(const json::object& learned) const override {
    const auto known = fit_json<MastodonLearned>(json::value(learned), Unknown::ignore)
                           .value_or(MastodonLearned{});
    Limits out;
    out.platform = "mastodon";
    out.length = known.length;
    out.count = [spoiler = settings_.spoiler, cost = known.url_cost](std::string_view text) {
      return mastodon_length(text, spoiler, cost);
    };
    out.entities = mastodon_entities;
    out.threads = settings_.threads;
    out.numbered = settings_.numbered;
    out.warning = true;
    out.image = {.count = known.pictures,
                 .bytes = known.picture_bytes,
                 .pixels = known.picture_pixels,
                 .side = 0,
                 .alt_length = known.alt_length};
    out.poll = {.options = known.poll_options,
                .length = known.poll_option_length,
                .beside_pictures = false};
    return out;
  }

  // A warning of the announcement takes the place of the channel's, and counts as text.
  [[nodiscard]] Rendition render(const Announcement& announcement, const Channel& channel,
                                 const Limits& limits) const override {
    const std::string& spoiler = spoiler_of(announcement.draft);
    const auto more = static_cast<std::int64_t>(count_graphemes(spoiler)) -
                      static_cast<std::int64_t>(count_graphemes(settings_.spoiler));
    Limits own = limits;
    own.count = [count = limits.count, more](std::string_view text) { return count(text) + more; };
    Rendition out = adapt(announcement, channel.name, own);
    out.warning = spoiler;
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
  [[nodiscard]] const std::string& spoiler_of(const Draft& draft) const {
    return draft.warning.empty() ? settings_.spoiler : draft.warning;
  }

  MastodonSettings settings_;
  std::string origin_;
  std::string url_;  // the account's, as the workspace states it
};

// The id of the part before. Where a person gave its address, its last piece is the id:
// "https://fosstodon.org/@us/1234".
std::string reply_target(const Step& step, std::span<const Receipt> before) {
  if (step.first == 0 || before.empty()) return {};
  const Receipt& last = before.back();
  return last.id.empty() ? last.url.substr(last.url.rfind('/') + 1) : last.id;
}

Result<std::vector<Step>> Mastodon::prepare(const Job& job, Access& access) const {
  TRY(const MastodonApi api, MastodonApi::open(origin_, access));
  MastodonPost post{
      .status = {},
      .visibility = settings_.visibility,
      .spoiler_text = spoiler_of(job.announcement.draft),
      .language = job.rendition.language.empty() ? settings_.language : job.rendition.language,
      .media_ids = {},
      .account = {},
      .known = {},
      .known_at = {},
      .poll = {}};
  CHECK_OK(note_position(api, post));
  const ImageLimits picture_limits = limits(job.learned).image;
  std::vector<Step> steps;
  for (const Part& part : job.rendition.parts) {
    post.status = part.text;
    post.media_ids.clear();
    for (const std::int64_t i : part.media) {
      const Media& media = job.announcement.draft.media.at(static_cast<std::size_t>(i));
      TRY(const Image image, access.image(media, picture_limits));
      TRY(std::string id, upload(api, image));
      post.media_ids.push_back(std::move(id));
    }
    post.poll = job.rendition.poll && steps.empty() ? job.announcement.draft.poll : std::nullopt;
    const auto index = static_cast<std::int64_t>(steps.size());
    steps.push_back(
        {.key = step_key(job, index), .request = write_json(post), .first = index, .count = 1});
  }
  return steps;
}

Outcome Mastodon::send(const Step& step, std::span<const Receipt> before, Access& access) const {
  const auto api = MastodonApi::open(origin_, access);
  if (!api) return Refused{api.error().what, api.error().hint};
  const auto post = parse_json_as<MastodonPost>(step.request);
  if (!post) return Refused{post.error().what, {}};
  const HttpResult reply = api->publish(step.key, form_of(*post, reply_target(step, before)));
  if (!reply) return outcome_of(reply.error());
  if (!reply->ok()) {
    Outcome outcome = outcome_of(*reply, api->advice(), access.clock.now());
    auto* refused = std::get_if<Refused>(&outcome);
    if (refused != nullptr && step.first > 0 && reply->status == 404)
      refused->hint = "The part before this one may have been deleted; publish again as a new one.";
    return outcome;
  }
  const auto body = parse_json(reply->body);
  if (auto receipt = body ? mastodon_receipt(*body) : std::nullopt)
    return Published{{std::move(*receipt)}};
  return Unsure{fmt::format("{} answered {} with something that is not a post", api->advice().who,
                            reply->status)};
}

Finding Mastodon::find(const Step& step, std::span<const Receipt> before, Micros armed,
                       Access& access) const {
  const auto api = MastodonApi::open(origin_, access);
  if (!api) return CannotTell{api.error().what, 0};
  const auto post = parse_json_as<MastodonPost>(step.request);
  if (!post) return CannotTell{post.error().what, 0};
  return find_on_mastodon(*api, *post, reply_target(step, before), armed);
}

bool allows(const json::array& scopes, std::string_view scope) {
  const std::string_view family = scope.substr(0, scope.find(':'));
  return std::any_of(scopes.begin(), scopes.end(), [&](const json::value& given) {
    return given.is_string() && (given.get_string() == scope || given.get_string() == family);
  });
}

Result<Account> Mastodon::verify(Access& access) const {
  TRY(const MastodonApi api, MastodonApi::open(origin_, access));
  TRY(const json::value account, api.read("/api/v1/accounts/verify_credentials"));
  Account out{.handle = fmt::format("@{}@{}", text_at(account, "username"), api.advice().who),
              .url = text_at(account, "url"),
              .detail = fmt::format("{} posts, {} followers", number_at(account, "statuses_count"),
                                    number_at(account, "followers_count")),
              .warnings = {}};
  if (text_at(account, "id").empty())
    return fail(Fault::corrupt, fmt::format("{} names no account", api.advice().who),
                api.advice().wrong_server);
  if (!url_.empty() && !out.url.empty() && url_ != out.url)
    out.warnings.push_back(
        fmt::format("the token is for {}, the channel's url is {}", out.url, url_));
  // Servers before 4.3 do not tell the scopes.
  const auto app = api.read("/api/v1/apps/verify_credentials");
  if (app && value_at(*app, "/scopes").is_array()) {
    const json::array& scopes = value_at(*app, "/scopes").get_array();
    for (const char* scope : {"write:statuses", "write:media", "read:statuses", "read:accounts"}) {
      if (!allows(scopes, scope))
        out.warnings.push_back(fmt::format("the token lacks the scope {}", scope));
    }
  }
  const auto listing = api.statuses(text_at(account, "id"), 1);
  if (!listing || !listing->ok())
    out.warnings.emplace_back("the account's posts cannot be read: a doubt will need a person");
  return out;
}

// https://docs.joinmastodon.org/entities/Account/: note and the values of fields are HTML.
Result<Profile> Mastodon::profile(Access& access) const {
  TRY(const MastodonApi api, MastodonApi::open(origin_, access));
  TRY(const json::value account, api.read("/api/v1/accounts/verify_credentials"));
  Profile out;
  out.text = html_to_text(text_at(account, "note"));
  const json::value& fields = value_at(account, "/fields");
  for (const json::value& field : fields.is_array() ? fields.get_array() : json::array{})
    out.text += "\n" + html_to_text(text_at(field, "value"));
  const json::value& moved = value_at(account, "/moved");
  if (moved.is_object()) out.moved_to = text_at(moved, "url");
  TRY(const json::value pinned,
      api.read(fmt::format("/api/v1/accounts/{}/statuses?pinned=true", text_at(account, "id"))));
  for (const json::value& status : pinned.is_array() ? pinned.get_array() : json::array{})
    out.pinned.push_back(text_at(status, "url"));
  return out;
}

const Register mastodon{Platform{
    .name = "mastodon",
    .title = "Mastodon",
    .about = "An account on a Mastodon server, or on one that speaks its interface (GoToSocial, "
             "Pleroma, …).",
    .there = {"On the server, in Preferences, Development: make a new application.",
              "Give it write:statuses, write:media, read:statuses and read:accounts, and copy its "
              "access token."},
    .secrets = {{"token", "Access token (Preferences, Development, your application)"}},
    .settings_schema = schema_of<MastodonSettings>(),
    .make = [](const Channel& channel) -> Result<std::unique_ptr<Adapter>> {
      TRY(MastodonSettings settings, settings_of<MastodonSettings>(channel));
      TRY(std::string origin, server_origin(channel, "server", settings.server));
      const std::vector<std::string> known{"public", "unlisted", "private", "direct"};
      if (std::find(known.begin(), known.end(), settings.visibility) == known.end())
        return fail(Fault::invalid,
                    fmt::format("channel {}: visibility: \"{}\" is not one of {}", channel.name,
                                settings.visibility, fmt::join(known, ", ")));
      return std::make_unique<Mastodon>(std::move(settings), std::move(origin), channel.url);
    }}};

}  // namespace
}  // namespace carillon
