#include "hub/client_shape.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/bytes.hpp"
#include "base/html.hpp"
#include "base/ids.hpp"
#include "base/limits.hpp"
#include "base/moment.hpp"
#include "net/url.hpp"
#include "text/markdown.hpp"

namespace carillon {

namespace {

constexpr unsigned own_bits = 10;

json::string word(std::string_view text) {
  return json::string(text);
}

std::string escaped(std::string_view text) {
  std::string out;
  append_escaped(out, text);
  return out;
}

std::string time_of(Micros at) {
  return iso_time_millis(at);
}

std::string nobody_of(const FediAccount& home) {
  return home.home + std::string(nobody_path);
}

json::object empty_account(const FediAccount& home, const std::string& picture) {
  return {{"avatar", word(picture)},
          {"avatar_static", word(picture)},
          {"header", word(nobody_of(home))},
          {"header_static", word(nobody_of(home))},
          {"locked", false},
          {"bot", false},
          {"group", false},
          {"discoverable", nullptr},
          {"indexable", false},
          {"noindex", nullptr},
          {"note", ""},
          {"followers_count", 0},
          {"following_count", 0},
          {"statuses_count", 0},
          {"last_status_at", nullptr},
          {"created_at", word(time_of(0))},
          {"hide_collections", true},
          {"emojis", json::array()},
          {"fields", json::array()}};
}

// Everything a status has, as it is where nothing is said of it.
json::object empty_status(std::string_view id, Micros made) {
  return {{"id", word(id)},
          {"created_at", word(time_of(made))},
          {"in_reply_to_id", nullptr},
          {"in_reply_to_account_id", nullptr},
          {"sensitive", false},
          {"spoiler_text", ""},
          {"visibility", "public"},
          {"language", nullptr},
          {"replies_count", 0},
          {"reblogs_count", 0},
          {"favourites_count", 0},
          {"edited_at", nullptr},
          {"favourited", false},
          {"reblogged", false},
          {"muted", false},
          {"bookmarked", false},
          {"reblog", nullptr},
          {"application", nullptr},
          {"media_attachments", json::array()},
          {"mentions", json::array()},
          {"tags", json::array()},
          {"emojis", json::array()},
          {"card", nullptr},
          {"poll", nullptr},
          {"filtered", json::array()}};
}

void add_warning(const std::string& warning, json::object& out) {
  if (warning.empty()) return;
  out["spoiler_text"] = word(warning);
  out["sensitive"] = true;
}

json::object picture_shape(const std::string& id, const std::string& url, const std::string& alt,
                           std::int64_t width, std::int64_t height) {
  json::object out{{"id", word(id)},           {"type", "image"},       {"url", word(url)},
                   {"preview_url", word(url)}, {"remote_url", nullptr}, {"meta", nullptr},
                   {"description", nullptr},   {"blurhash", nullptr}};
  if (!alt.empty()) out["description"] = word(alt);
  if (width > 0 && height > 0)
    out["meta"] =
        json::object{{"original",
                      {{"width", width},
                       {"height", height},
                       {"aspect", static_cast<double>(width) / static_cast<double>(height)}}}};
  return out;
}

json::object configuration(bool urls) {
  json::object out{
      {"accounts", {{"max_featured_tags", 0}}},
      {"statuses",
       {{"max_characters", limits::client_characters},
        {"max_media_attachments", limits::media_count},
        {"characters_reserved_per_url", 23}}},
      {"media_attachments",
       {{"supported_mime_types", json::array{"image/jpeg", "image/png", "image/gif", "image/webp"}},
        {"image_size_limit", limits::media_upload_bytes},
        {"image_matrix_limit", limits::media_pixels},
        {"video_size_limit", 0},
        {"video_frame_rate_limit", 0},
        {"video_matrix_limit", 0}}},
      {"polls",
       {{"max_options", limits::poll_options},
        {"max_characters_per_option", limits::poll_option_bytes / 4},
        {"min_expiration", hour / second},
        {"max_expiration", limits::poll_hours * (hour / second)}}}};
  if (urls) {
    out["accounts"].get_object()["max_pinned_statuses"] = 0;
    out["urls"] = json::object();
    out["translation"] = json::object{{"enabled", false}};
  }
  return out;
}

// One paragraph; addresses become links.
void add_paragraph(std::string_view text, std::string& out) {
  out += "<p>";
  while (!text.empty()) {
    const std::size_t begin = std::min(text.find("https://"), text.find("http://"));
    append_escaped(out, text.substr(0, begin));
    if (begin == std::string_view::npos) break;
    text.remove_prefix(begin);
    const std::string_view url = text.substr(0, text.find_first_of(" \t\r\n<>\""));
    out += parse_url(url)
               ? tag("a", attr("href", url), attr("rel", "nofollow noopener noreferrer"), url).str()
               : escaped(url);
    text.remove_prefix(url.size());
  }
  out += "</p>";
}

}  // namespace

std::uint64_t number_of(std::string_view id) {
  if (!is_tid(id)) return 0;
  std::uint64_t out = 0;
  for (const char c : id)
    out = out << 5U | static_cast<std::uint64_t>(c >= 'a' ? c - 'a' + 6 : c - '2');
  return out;
}

std::string id_of(std::uint64_t number) {
  return tid(static_cast<Micros>(number >> own_bits),
             static_cast<unsigned>(number & ((1U << own_bits) - 1)));
}

std::uint64_t number_in(std::string_view text) {
  std::uint64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size() ? out : 0;
}

std::string account_id(std::string_view actor) {
  return "u" + to_base64url(actor);
}

std::string actor_of_id(std::string_view id) {
  if (!id.starts_with("u")) return {};
  std::string padded(id.substr(1));
  std::replace(padded.begin(), padded.end(), '-', '+');
  std::replace(padded.begin(), padded.end(), '_', '/');
  padded.resize((padded.size() + 3) / 4 * 4, '=');
  const auto out = from_base64(padded);
  return out && !first_bad_utf8(*out) && out->find('\0') == std::string::npos ? *out
                                                                              : std::string();
}

ClientNumbers numbers_of(const FediSite& site, std::int64_t followers) {
  ClientNumbers out{.followers = followers,
                    .posts = static_cast<std::int64_t>(site.posts().size())};
  if (site.posts().empty()) return out;
  out.last = site.posts().front().published;
  out.first = site.posts().back().published;
  return out;
}

json::object account_shape(const FediAccount& account, const ClientNumbers& numbers) {
  json::object out =
      empty_account(account, account.icon.empty() ? nobody_of(account) : account.icon);
  out["id"] = word(home_account);
  out["username"] = word(account.handle);
  out["acct"] = word(account.handle);
  out["display_name"] = word(account.name);
  out["note"] = word(html_of_plain(account.about));
  out["url"] = word(account.home + "/");
  out["uri"] = word(account.id());
  out["discoverable"] = true;
  out["indexable"] = true;
  out["created_at"] = word(time_of(numbers.first));
  out["followers_count"] = numbers.followers;
  out["statuses_count"] = numbers.posts;
  if (numbers.last > 0) out["last_status_at"] = word(day_of(numbers.last));
  json::array fields;
  for (const FediLink& link : account.links)
    fields.push_back(json::object{{"name", word(link.name)},
                                  {"value", word(html_of_plain(link.url))},
                                  {"verified_at", nullptr}});
  out["fields"] = std::move(fields);
  return out;
}

json::object own_account_shape(const FediAccount& account, const ClientNumbers& numbers,
                               const ClientCaller& caller) {
  json::object out = account_shape(account, numbers);
  const std::string who = fmt::format(
      "{}, {}", caller.actor.name,
      caller.actor.holds == Permission::anyone ? "who may look" : word_of(caller.actor.holds));
  out["fields"].get_array().push_back(
      json::object{{"name", "Signed in"}, {"value", word(escaped(who))}, {"verified_at", nullptr}});
  out["source"] = json::object{
      {"note", word(account.about)},
      {"fields", json::array{json::object{
                     {"name", "Signed in"}, {"value", word(who)}, {"verified_at", nullptr}}}},
      {"privacy", "public"},
      {"sensitive", false},
      {"language", word(account.language)},
      {"indexable", true},
      {"follow_requests_count", 0}};
  out["role"] = json::object{{"id", "0"},
                             {"name", word(word_of(caller.actor.holds))},
                             {"permissions", "0"},
                             {"color", ""},
                             {"highlighted", false}};
  return out;
}

json::object stranger_shape(const FediAccount& home, const std::string& actor,
                            const std::string& name, const std::string& host) {
  json::object out = empty_account(home, nobody_of(home));
  const auto url = parse_url(actor);
  const std::string shown =
      !name.empty() ? name : std::string(std::string_view(actor).substr(actor.rfind('/') + 1));
  const std::string server = !host.empty() ? host : url ? url->host : "";
  out["id"] = word(account_id(actor));
  out["username"] = word(shown);
  out["acct"] = word(shown + "@" + server);
  out["display_name"] = word(shown);
  out["url"] = word(actor);
  out["uri"] = word(actor);
  return out;
}

json::value poll_shape(const FediPost& post, const FediTally& tally) {
  if (!post.poll) return nullptr;
  json::array options;
  std::int64_t votes = 0;
  for (const std::string& option : post.poll->options) {
    options.push_back(json::object{{"title", word(option)}, {"votes_count", tally.of(option)}});
    votes += tally.of(option);
  }
  return json::object{{"id", word(std::to_string(number_of(post.announcement)))},
                      {"expires_at", word(time_of(post.poll->closes))},
                      {"expired", tally.ended},
                      {"multiple", post.poll->several},
                      {"votes_count", votes},
                      {"voters_count", tally.voters},
                      {"voted", true},  // an account does not vote in its own
                      {"own_votes", json::array()},
                      {"options", std::move(options)},
                      {"emojis", json::array()}};
}

json::object status_shape(const FediAccount& home, const FediPost& post, const FediCounts& counts,
                          const json::object& account, const FediTally& tally) {
  const std::string id = std::to_string(number_of(post.announcement));
  const json::object note = note_of(home, post, counts);
  json::object out = empty_status(id, post.published);
  out["uri"] = word(post.url);
  out["url"] = word(post.url);
  out["content"] = note.at("content");
  out["language"] = word(post.language);
  out["replies_count"] = counts.replies;
  out["reblogs_count"] = counts.boosts;
  out["favourites_count"] = counts.likes;
  add_warning(post.warning, out);
  if (post.updated > post.published) out["edited_at"] = word(time_of(post.updated));
  json::array media;
  for (const FediPicture& one : post.pictures)
    media.push_back(picture_shape(fmt::format("{}-{}", id, media.size()), one.url, one.alt,
                                  one.width, one.height));
  out["media_attachments"] = std::move(media);
  json::array tags;
  for (const FediLink& one : post.tags)
    tags.push_back(json::object{{"name", word(one.name)}, {"url", word(one.url)}});
  out["tags"] = std::move(tags);
  out["poll"] = poll_shape(post, tally);
  out["account"] = account;
  return out;
}

json::object reply_shape(const FediAccount& home, const FediHeard& reply, const FediPost* post) {
  json::object out = empty_status(std::to_string(reply.number()), reply.made);
  out["uri"] = word(reply.uri);
  out["url"] = word(reply.uri);
  out["content"] = word(html_of_plain(reply.content));
  add_warning(reply.warning, out);
  out["account"] = stranger_shape(home, reply.actor, reply.name, reply.host);
  out["mentions"] = json::array{json::object{{"id", word(home_account)},
                                             {"username", word(home.handle)},
                                             {"acct", word(home.handle)},
                                             {"url", word(home.home + "/")}}};
  if (post == nullptr) return out;
  out["in_reply_to_id"] = word(std::to_string(number_of(post->announcement)));
  out["in_reply_to_account_id"] = word(home_account);
  return out;
}

json::object draft_shape(const FediAccount& home, const DraftView& draft, const std::string& waits,
                         const json::object& account) {
  json::object out =
      empty_status(std::to_string(number_of(draft.id)), parse_time(draft.at).value_or(0));
  const std::string page = home.home + "/desk/draft/" + draft.id;
  out["uri"] = word(page);
  out["url"] = word(page);
  out["content"] = word(markdown_to_html(draft.content.body));
  const std::string& warning = draft.content.warning;
  add_warning(warning.empty() ? waits : fmt::format("{} ({})", waits, warning), out);
  out["visibility"] = "private";
  json::array media;
  for (const Media& one : draft.content.media)
    media.push_back(media_shape(home, one.digest, one.digest, one.alt, 0, 0));
  out["media_attachments"] = std::move(media);
  if (const auto& poll = draft.content.poll) {
    FediPost asked;
    asked.announcement = draft.id;
    const Micros saved = parse_time(draft.at).value_or(0);
    asked.poll = {poll->options, poll->several, saved + poll->hours * hour};
    out["poll"] = poll_shape(asked, {});
  }
  out["account"] = account;
  return out;
}

json::object scheduled_shape(std::string_view id, const std::string& due, const Draft& draft) {
  json::object params{
      {"text", word(draft.body)}, {"visibility", "public"},  {"scheduled_at", nullptr},
      {"sensitive", false},       {"spoiler_text", nullptr}, {"in_reply_to_id", nullptr},
      {"media_ids", nullptr},     {"language", nullptr},     {"application_id", 0},
      {"with_rate_limit", false}, {"idempotency", nullptr},  {"poll", nullptr}};
  add_warning(draft.warning, params);
  if (!draft.language.empty()) params["language"] = word(draft.language);
  if (draft.poll)
    params["poll"] = json::object{{"options", to_json(draft.poll->options)},
                                  {"expires_in", draft.poll->hours * (hour / second)},
                                  {"multiple", draft.poll->several},
                                  {"hide_totals", false}};
  return {{"id", word(std::to_string(number_of(id)))},
          {"scheduled_at", word(time_of(parse_time(due).value_or(0)))},
          {"params", std::move(params)},
          {"media_attachments", json::array()}};
}

json::object media_shape(const FediAccount& home, std::string_view id, const std::string& digest,
                         const std::string& alt, std::int64_t width, std::int64_t height) {
  return picture_shape(std::string(id), home.home + "/desk/picture/" + digest, alt, width, height);
}

json::object notification_shape(const FediAccount& home, const FediHeard& heard,
                                json::value status) {
  const char* type = heard.kind == HeardKind::follow  ? "follow"
                     : heard.kind == HeardKind::like  ? "favourite"
                     : heard.kind == HeardKind::boost ? "reblog"
                                                      : "mention";
  const std::string id = std::to_string(heard.number());
  json::object out{{"id", word(id)},
                   {"type", type},
                   {"group_key", word("ungrouped-" + id)},
                   {"created_at", word(time_of(heard.made))},
                   {"account", stranger_shape(home, heard.actor, heard.name, heard.host)}};
  if (status.is_object()) out["status"] = std::move(status);
  return out;
}

json::object instance_shape(const FediAccount& account, const ClientNumbers& numbers) {
  const std::string picture = account.icon.empty() ? nobody_of(account) : account.icon;
  return {
      {"domain", word(account.host)},
      {"title", word(account.name)},
      {"version", word(client_version)},
      {"source_url", word(account.home + "/")},
      {"description", word(account.about)},
      {"usage", {{"users", {{"active_month", 1}}}}},
      {"thumbnail", {{"url", word(picture)}}},
      {"icon", json::array()},
      {"languages", json::array{word(account.language)}},
      {"configuration", configuration(true)},
      {"registrations", {{"enabled", false}, {"approval_required", false}, {"message", nullptr}}},
      {"api_versions", {{"mastodon", 1}}},
      {"contact", {{"email", ""}, {"account", account_shape(account, numbers)}}},
      {"rules", json::array()}};
}

json::object instance_v1_shape(const FediAccount& account, const ClientNumbers& numbers) {
  const std::string picture = account.icon.empty() ? nobody_of(account) : account.icon;
  return {{"uri", word(account.host)},
          {"title", word(account.name)},
          {"short_description", word(account.about)},
          {"description", word(account.about)},
          {"email", ""},
          {"version", word(client_version)},
          // There is no stream; apps ask now and then.
          {"urls", {{"streaming_api", ""}}},
          {"stats", {{"user_count", 1}, {"status_count", numbers.posts}, {"domain_count", 1}}},
          {"thumbnail", word(picture)},
          {"languages", json::array{word(account.language)}},
          {"registrations", false},
          {"approval_required", false},
          {"invites_enabled", false},
          {"configuration", configuration(false)},
          {"contact_account", account_shape(account, numbers)},
          {"rules", json::array()}};
}

std::string html_of_plain(std::string_view text) {
  std::string out;
  std::string paragraph;
  const auto end_paragraph = [&] {
    if (!paragraph.empty()) add_paragraph(paragraph, out);
    paragraph.clear();
  };
  for (const std::string& line : split(text, '\n')) {
    if (trim(line).empty())
      end_paragraph();
    else
      paragraph += (paragraph.empty() ? "" : "\n") + line;
  }
  end_paragraph();
  // Line ends within a paragraph.
  std::string broken;
  for (const char c : out) broken += c == '\n' ? std::string("<br>") : std::string(1, c);
  return broken;
}

}  // namespace carillon
