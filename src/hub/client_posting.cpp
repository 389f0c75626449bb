#include "hub/client_posting.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "base/moment.hpp"
#include "core/post_text.hpp"
#include "hub/announcements.hpp"
#include "hub/pictures.hpp"
#include "hub/removing.hpp"
#include "hub/short_posts.hpp"

namespace carillon {

namespace {

bool is_tag_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         (c & 0x80) != 0;
}

// The tag that a word is, without "#"; empty: it is none.
std::string_view tag_in(std::string_view word) {
  if (!word.starts_with("#")) return {};
  std::size_t end = 1;
  while (end < word.size() && is_tag_letter(word[end])) ++end;
  const std::string_view out = word.substr(1, end - 1);
  const bool number =
      std::all_of(out.begin(), out.end(), [](char c) { return c >= '0' && c <= '9'; });
  return number ? std::string_view() : out;
}

std::vector<std::string> words_in(std::string_view line) {
  std::vector<std::string> out;
  for (const std::string& word : split(line, ' ')) {
    if (const auto bare = trim(word); !bare.empty()) out.emplace_back(bare);
  }
  return out;
}

bool is_only_tags(std::string_view line) {
  const auto words = words_in(line);
  return !words.empty() && std::all_of(words.begin(), words.end(), [](const std::string& word) {
    return tag_in(word).size() + 1 == word.size();
  });
}

bool is_web_link(std::string_view text) {
  return text.starts_with("https://") || text.starts_with("http://");
}

// One line with every mark of Markdown taken as the sign that it is; addresses stay.
std::string plain_line(std::string_view line) {
  constexpr std::string_view marks = "\\`*_[]<>&~|";
  std::string out;
  line = trim(line);
  for (std::size_t i = 0; i < line.size(); ++i) {
    const std::string_view rest = line.substr(i);
    if (is_web_link(rest) && (i == 0 || !is_tag_letter(line[i - 1]))) {
      const std::string_view address = rest.substr(0, rest.find_first_of(" \t<>\""));
      out += address;
      i += address.size() - 1;
      continue;
    }
    const bool begins = i == 0 && std::string_view("#+-=").find(line[i]) != std::string_view::npos;
    const std::size_t digits = line.find_first_not_of("0123456789");
    const bool listed = i > 0 && i == digits && (line[i] == '.' || line[i] == ')');
    if (begins || listed || marks.find(line[i]) != std::string_view::npos) out += '\\';
    out += line[i];
  }
  return out;
}

Result<std::vector<Media>> media_of(Hub& hub, const Actor& actor,
                                    const std::vector<std::string>& ids) {
  std::vector<Media> out;
  for (const std::string& id : ids) {
    TRY(const auto one,
        hub.store().read([&](Db& db) { return client_rows::media(db, actor.person, id); }));
    if (!one)
      return fail(Fault::invalid, "a picture of this post is not known",
                  "It is kept for a day: add it anew.");
    out.push_back({one->file, one->alt, one->digest});
  }
  return out;
}

std::string one_line(std::string_view text) {
  std::string out;
  for (const std::string& line : split(text, '\n')) {
    if (const auto words = trim(line); !words.empty())
      out += (out.empty() ? "" : " ") + std::string(words);
  }
  return out;
}

Result<void> check_text(const std::string& text, const std::string& warning) {
  if (trim(text).empty())
    return fail(Fault::invalid, "a post here needs a text", "Say in words what the picture is of.");
  const std::string whole = warning + text;
  const auto characters =
      std::count_if(whole.begin(), whole.end(), [](char c) { return (c & 0xC0) != 0x80; });
  if (static_cast<std::size_t>(characters) <= limits::client_characters) return {};
  return fail(Fault::invalid,
              fmt::format("the text is longer than {} characters", limits::client_characters),
              "Longer texts are written on the desk.");
}

// Apps begin an answer with the name of who is answered, which stands there anyway.
std::string without_name(const std::string& text, const FediHeard& reply) {
  const std::string_view all = trim(text);
  for (const std::string& name :
       {fmt::format("@{}@{}", reply.name, reply.host), "@" + reply.name}) {
    if (!all.starts_with(name)) continue;
    const std::string_view rest = all.substr(name.size());
    if (rest.empty() || rest.front() == ' ' || rest.front() == '\n') return std::string(trim(rest));
  }
  return text;
}

// The reply of that id, which an app showed.
Result<FediHeard> answered_by(Hub& hub, const ClientHome& home, const std::string& id) {
  const std::uint64_t number = number_in(id);
  TRY(const auto reply, hub.store().read([&](Db& db) {
    return fedi_rows::heard_one(db, {HeardKind::reply}, number);
  }));
  if (reply) return *reply;
  TRY(const auto own, home.status(number));
  if (own)
    return fail(Fault::invalid, "the home does not answer itself",
                "A thread is written on the desk, with a line --- between its parts.");
  return fail(Fault::not_found, "what is answered is not here", "It may have been taken back.");
}

Result<Draft> draft_of(Hub& hub, const ClientHome& home, const Actor& actor,
                       const ClientPost& post) {
  Draft out;
  std::string text = post.text;
  if (!post.answers.empty()) {
    TRY(const FediHeard reply, answered_by(hub, home, post.answers));
    text = without_name(text, reply);
    out.answers = reply.uri;
    CHECK_OK(check_text(text, post.warning));
  }
  out.tags = take_tags(text);
  out.body = markdown_of_plain(text);
  out.language = post.language;
  out.warning = one_line(post.warning);
  out.poll = post.poll;
  TRY(out.media, media_of(hub, actor, post.media));
  TRY(const std::string channel, home_channel(hub));
  out.channels = {channel};
  if (!post.at.empty()) {
    const auto at = parse_time(post.at);
    if (!at)
      return fail(Fault::invalid, "scheduled_at is not a time", "Write it as RFC 3339 has it.");
    out.at = iso_time(*at);
  }
  out.slug = short_slug(hub, text);
  return out;
}

std::string waits_for(const DraftView& draft) {
  return "Not published: " + (draft.missing.empty() ? "an editor publishes it" : draft.missing);
}

Result<json::object> published_shape(Hub& hub, const ClientHome& home, const Actor& actor,
                                     const DraftView& draft) {
  TRY(const auto now, ask_row<DraftView>(hub, "draft show", actor, DraftShowRequest{draft.id}));
  TRY(const auto one, ask_row<AnnouncementView>(hub, "announcement show", actor,
                                                AnnouncementShowRequest{now.announcement}));
  if (one.state == AnnouncementState::scheduled && !draft.content.at.empty())
    return scheduled_shape(one.id, one.due, one.content);
  TRY(auto shape, own_text(hub, home, actor, number_of(one.id)));
  if (shape) return std::move(*shape);
  return fail(Fault::internal, "the post was published and cannot be shown");
}

}  // namespace

std::vector<std::string> take_tags(std::string& text) {
  std::vector<std::string> out;
  for (const std::string& line : split(text, '\n')) {
    for (const std::string& word : words_in(line)) {
      const std::string tag(tag_in(word));
      if (!tag.empty() && std::find(out.begin(), out.end(), tag) == out.end()) out.push_back(tag);
    }
  }
  // A post of nothing but tags keeps them.
  std::string rest(trim(text));
  while (true) {
    const std::size_t end = rest.rfind('\n');
    if (end == std::string::npos || !is_only_tags(std::string_view(rest).substr(end + 1))) break;
    rest = trim(std::string_view(rest).substr(0, end));
  }
  text = rest;
  return out;
}

std::string markdown_of_plain(std::string_view text) {
  std::string out;
  bool fresh = true;
  for (const std::string& line : split(text, '\n')) {
    const std::string plain = plain_line(line);
    if (plain.empty()) {
      fresh = true;
      continue;
    }
    out += out.empty() ? "" : fresh ? "\n\n" : "\\\n";
    out += plain;
    fresh = false;
  }
  return out.empty() ? out : out + "\n";
}

Result<std::optional<json::object>> own_text(Hub& hub, const ClientHome& home, const Actor& actor,
                                             std::uint64_t number) {
  const std::string id = id_of(number);
  if (actor.person.empty() || actor.holds < Permission::author) return std::nullopt;
  TRY(const json::object account, home.account());
  const auto draft = ask_row<DraftView>(hub, "draft show", actor, DraftShowRequest{id});
  if (draft && !draft->announcement.empty()) {
    const std::uint64_t out = number_of(draft->announcement);
    TRY(auto published, home.status(out));
    return published ? Result<std::optional<json::object>>(std::move(published))
                     : own_text(hub, home, actor, out);
  }
  if (draft) {
    auto shape = draft_shape(home.site().account(), *draft, waits_for(*draft), account);
    CHECK_OK(home.add_answered(draft->content.answers, shape));
    return shape;
  }
  if (draft.error().fault != Fault::not_found) return tl::unexpected(draft.error());
  const auto one =
      ask_row<AnnouncementView>(hub, "announcement show", actor, AnnouncementShowRequest{id});
  if (!one && one.error().fault == Fault::not_found) return std::nullopt;
  if (!one) return tl::unexpected(one.error());
  if (one->permalink.empty()) return std::nullopt;
  const FediAccount& own = home.site().account();
  FediPost post;
  post.warning = one->content.warning;
  post.announcement = one->id;
  post.url = one->permalink;
  post.html = html_of_plain(one->content.body);
  post.published = parse_time(one->due).value_or(0);
  post.language = one->content.language.empty() ? own.language : one->content.language;
  if (const auto& poll = one->content.poll)
    post.poll = {poll->options, poll->several, post.published + poll->hours * hour};
  json::object out = status_shape(own, post, {}, account);
  CHECK_OK(home.add_answered(one->content.answers, out));
  for (const Media& media : one->content.media)
    out["media_attachments"].get_array().push_back(
        media_shape(own, media.digest, media.digest, media.alt, 0, 0));
  return out;
}

Result<ClientPosted> post_by_client(Hub& hub, const ClientHome& home, const Actor& actor,
                                    const ClientPost& post) {
  CHECK_OK(check_text(post.text, post.warning));
  TRY(const Draft draft, draft_of(hub, home, actor, post));
  TRY(const ShortPosted posted, post_short(hub, actor, draft));
  if (!posted.waits) {
    TRY(auto shape, published_shape(hub, home, actor, posted.draft));
    return ClientPosted{false, std::move(shape)};
  }
  TRY(const json::object account, home.account());
  json::object shape =
      draft_shape(home.site().account(), posted.draft, waits_for(posted.draft), account);
  CHECK_OK(home.add_answered(draft.answers, shape));
  return ClientPosted{true, std::move(shape)};
}

Result<void> delete_by_client(Hub& hub, const ClientHome& home, const Actor& actor,
                              std::uint64_t number) {
  const std::string id = id_of(number);
  TRY(const auto shown, home.status(number));
  const auto& posts = home.site().posts();
  const bool own = std::any_of(posts.begin(), posts.end(),
                               [&](const FediPost& post) { return post.announcement == id; });
  if (shown && !own)
    return fail(Fault::denied, "this is somebody else's reply",
                "An editor can block or report its account.");
  if (own) {
    CHECK_OK(ask_row<AnnouncementRemoved>(hub, "announcement remove", actor,
                                          AnnouncementShowRequest{id}));
    return {};
  }
  CHECK_OK(ask_row<DraftRemoved>(hub, "draft remove", actor, DraftShowRequest{id}));
  return {};
}

Result<ClientMedia> keep_client_media(Hub& hub, const Actor& actor, const std::string& file,
                                      const std::string& bytes, const std::string& alt) {
  TRY(const auto added,
      ask_row<PictureAdded>(hub, "picture add", actor,
                            PictureAddRequest{.name = file, .data = to_base64(bytes)}));
  ClientMedia out{hub.ids().next(), actor.person, added.file,       added.digest, alt,
                  added.width,      added.height, hub.clock().now()};
  CHECK_OK(hub.store().write([&](Db& db) { return client_rows::save(db, out); }));
  return out;
}

}  // namespace carillon
