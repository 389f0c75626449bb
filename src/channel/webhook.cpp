// A signed POST of JSON to an address of the organisation's choice.
// The signature is that of GitHub's webhooks: X-Hub-Signature-256 over the body.
#include "channel/exchange.hpp"
#include "channel/registry.hpp"
#include "text/home_image.hpp"

namespace carillon {
namespace {

struct WebhookSettings {
  static constexpr std::array<std::string_view, 1> required{"target"};
  std::string target;
  bool deduplicates = false;
  static constexpr std::array<std::array<std::string_view, 2>, 2> notes{{
      {"target", "The address that receives the announcements"},
      {"deduplicates", "The receiver ignores an Idempotency-Key it has seen before"},
  }};
};
BOOST_DESCRIBE_STRUCT(WebhookSettings, (), (target, deduplicates))

// A picture where the home shows it.
struct WebhookPicture {
  std::string url;
  std::string mime;
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::string alt;
};
BOOST_DESCRIBE_STRUCT(WebhookPicture, (), (url, mime, width, height, alt))

struct WebhookPart {
  std::string text;
  std::vector<WebhookPicture> pictures;
};
BOOST_DESCRIBE_STRUCT(WebhookPart, (), (text, pictures))

// What the receiver gets.
struct WebhookBody {
  std::string announcement;
  std::int64_t revision = 1;
  std::string channel;
  Kind kind = Kind::general;
  std::string title;
  std::string link;
  std::string permalink;
  std::string language;
  std::vector<std::string> tags;
  std::vector<WebhookPart> parts;
};
BOOST_DESCRIBE_STRUCT(WebhookBody, (),
                      (announcement, revision, channel, kind, title, link, permalink, language,
                       tags, parts))

// Where the home lives, as the permalink tells; empty where there is no home.
std::string home_of(const Announcement& announcement) {
  const auto posts = announcement.permalink.rfind("/posts/");
  return posts == std::string::npos ? std::string{} : announcement.permalink.substr(0, posts);
}

Result<std::vector<WebhookPicture>> pictures_of(const Part& part, const Announcement& announcement,
                                                Access& access) {
  std::vector<WebhookPicture> out;
  const std::string home = home_of(announcement);
  if (home.empty()) return out;
  for (const std::int64_t i : part.media) {
    const Media& media = announcement.draft.media.at(static_cast<std::size_t>(i));
    TRY(const Image image, access.image(media, home_image_limits()));
    out.push_back({home + home_image_path(media, image.mime), image.mime, image.width, image.height,
                   image.alt});
  }
  return out;
}

class Webhook final : public Adapter {
 public:
  Webhook(WebhookSettings settings, std::string who)
      : settings_(std::move(settings)),
        advice_{.who = std::move(who),
                .credentials = "The receiver refused the signature: both sides need one secret.",
                .permission = "The receiver refuses this sender.",
                .wrong_server = "Check the channel's `target`."} {}

  [[nodiscard]] Replay replay() const override {
    return settings_.deduplicates ? Replay::safe : Replay::ask;
  }
  [[nodiscard]] bool can_find() const override { return false; }

  [[nodiscard]] Limits limits(const json::object&) const override {
    Limits out;
    out.platform = "webhook";
    out.count = [](std::string_view text) { return std::int64_t(text.size()); };
    out.markup = Markup::markdown;
    return out;
  }

  [[nodiscard]] Result<std::vector<Step>> prepare(const Job& job, Access& access) const override {
    const Announcement& a = job.announcement;
    WebhookBody body{.announcement = a.id,
                     .revision = a.revision,
                     .channel = job.rendition.channel,
                     .kind = a.draft.kind,
                     .title = a.draft.title,
                     .link = a.draft.link,
                     .permalink = a.permalink,
                     .language = job.rendition.language,
                     .tags = a.draft.tags,
                     .parts = {}};
    for (const Part& part : job.rendition.parts) {
      TRY(auto pictures, pictures_of(part, a, access));
      body.parts.push_back({part.text, std::move(pictures)});
    }
    return std::vector<Step>{
        {step_key(job, 0), write_json(body), 0, std::int64_t(body.parts.size())}};
  }

  [[nodiscard]] Outcome send(const Step& step, std::span<const Receipt>,
                             Access& access) const override {
    const auto secret = access.secret("secret");
    if (!secret) return Refused{secret.error().what, secret.error().hint};
    HttpRequest post{.method = "POST", .url = settings_.target, .trust = Trust::admin};
    post.limits = access.limits;
    post.once = true;
    post.body = step.request;
    post.headers = {
        {"Content-Type", "application/json"},
        {"Idempotency-Key", step.key},
        {"X-Hub-Signature-256", "sha256=" + to_hex(hmac_sha256(secret->reveal(), step.request))}};
    const HttpResult reply = access.http.send(post);
    if (!reply) return outcome_of(reply.error());
    if (!reply->ok()) return outcome_of(*reply, advice_, access.clock.now());
    // A page of a gateway or a maintenance notice: the receiver itself may never have seen it.
    if (reply->headers.get("Content-Type").starts_with("text/html"))
      return Unsure{fmt::format("{} answered with a web page", advice_.who)};
    const auto answer = parse_json(reply->body);
    Receipt receipt{.id = step.key, .url = answer ? text_at(*answer, "url") : "", .extra = {}};
    if (!parse_url(receipt.url)) receipt.url.clear();  // it is shown as a link
    return Published{std::vector<Receipt>(static_cast<std::size_t>(step.count), receipt)};
  }

  // Only a post would tell, so nothing is sent.
  [[nodiscard]] Result<Account> verify(Access& access) const override {
    CHECK_OK(access.secret("secret"));
    Account out{.handle = advice_.who, .url = {}, .detail = "the secret is there", .warnings = {}};
    if (!settings_.deduplicates)
      out.warnings.emplace_back(
          "after a doubt a person decides; set deduplicates=true if the receiver knows the keys");
    return out;
  }

 private:
  WebhookSettings settings_;
  Advice advice_;
};

const Register webhook{
    Platform{.name = "webhook",
             .title = "Webhook",
             .about = "Each announcement as one signed POST of JSON, for a chat bridge, a site "
                      "generator or a program of your own.",
             .there = {"Tell the receiver the secret by which it knows our announcements."},
             .secrets = {{"secret", "Secret that signs each announcement"}},
             .settings_schema = schema_of<WebhookSettings>(),
             .make = [](const Channel& channel) -> Result<std::unique_ptr<Adapter>> {
               TRY(WebhookSettings settings, settings_of<WebhookSettings>(channel));
               auto url = parse_url(settings.target);
               if (!url)
                 return tl::unexpected<Error>(within(
                     fmt::format("channel {}: target", channel.name), std::move(url).error()));
               return std::make_unique<Webhook>(std::move(settings), url->origin());
             }}};

}  // namespace
}  // namespace carillon
