#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "hub/client_posting.hpp"
#include "hub/repeats.hpp"
#include "web/client_answers.hpp"

namespace carillon {

namespace {

constexpr std::size_t alt_bytes = 6000;

// What the home has no word for: refused, since a post without it would be another one.
std::string refused_in(const ClientWords& words) {
  const std::string visibility = words.of("visibility");
  if (!visibility.empty() && visibility != "public")
    return "The home's posts are public. Nothing was posted.";
  if (words.says_yes("sensitive") && words.of("spoiler_text").empty() &&
      !words.list("media_ids").empty())
    return "Say in a content warning what the pictures show: they are hidden behind it. "
           "Nothing was posted.";
  if (!words.of("quoted_status_id").empty() || !words.of("quote_id").empty())
    return "The home quotes nobody. Nothing was posted.";
  return {};
}

// The poll of a post, where it has one. A time that is no whole hour becomes the next one.
Result<std::optional<Poll>> poll_in(const ClientWords& words) {
  Poll out{words.list("poll[options]"), 0, words.says_yes("poll[multiple]")};
  if (out.options.empty()) return std::nullopt;
  if (words.says_yes("poll[hide_totals]"))
    return fail(Fault::invalid, "the home shows how a poll goes", "Ask without hiding the votes.");
  std::int64_t seconds = 0;
  const std::string said = words.of("poll[expires_in]");
  const auto [end, error] = std::from_chars(said.data(), said.data() + said.size(), seconds);
  if (error != std::errc{} || end != said.data() + said.size() || seconds < 1 ||
      seconds > limits::poll_hours * (hour / second))
    return fail(Fault::invalid, "poll[expires_in] is no number of seconds of a month at most");
  constexpr std::int64_t of_hour = hour / second;
  out.hours = (seconds + of_hour - 1) / of_hour;
  for (std::string& option : out.options) option = std::string(trim(option));
  return std::optional(std::move(out));
}

HttpAnswer posted(const ClientCall& call) {
  const ClientHome home = client_home_of(call);
  auto poll = poll_in(call.words);
  if (!poll) return client_error(poll.error());
  const auto done = post_by_client(*call.hub, home, call.caller->actor,
                                   {.text = call.words.of("status"),
                                    .media = call.words.list("media_ids"),
                                    .at = call.words.of("scheduled_at"),
                                    .language = call.words.of("language"),
                                    .answers = call.words.of("in_reply_to_id"),
                                    .warning = call.words.of("spoiler_text"),
                                    .poll = std::move(*poll)});
  call.service.ring();
  if (!done) return client_error(done.error());
  return client_json(done->waits ? 202 : 200, done->shape);
}

HttpAnswer client_repeated(const Answered& before) {
  if (before.what == Answered::What::done) {
    HttpAnswer out = client_json(before.status, nullptr);
    out.body = before.body;
    return out;
  }
  if (before.what == Answered::What::other)
    return client_error(422, "This Idempotency-Key came with another post.");
  if (before.what == Answered::What::running)
    return client_error(409, "This post is still being taken. Ask again in a moment.");
  return client_error(409, "This was taken before. Look at the desk whether it is there.");
}

HttpAnswer shape_of(const ClientCall& call, const Result<std::optional<ClientMedia>>& media) {
  if (!media) return client_error(media.error());
  if (!*media) return client_error(404, "There is no such picture, or it was not used for a day.");
  return client_json(200,
                     media_shape(call.fediverse->site.account(), (*media)->id, (*media)->digest,
                                 (*media)->alt, (*media)->width, (*media)->height));
}

}  // namespace

HttpAnswer client_post_status(const ClientCall& call) {
  if (const std::string why = refused_in(call.words); !why.empty()) return client_error(422, why);
  const std::string key(trim(call.query.header("Idempotency-Key")));
  if (key.empty()) return posted(call);
  std::string exact = "a post by an app\n";
  for (const auto& [name, value] : call.words.pairs)
    exact += fmt::format("{}:{} {}:{}\n", name.size(), name, value.size(), value);
  // A post that was refused is written anew in the app, which keeps its key.
  std::optional<HttpAnswer> refused;
  const auto once = answer_once(*call.hub, call.caller->actor, key, exact, [&] {
    HttpAnswer made = posted(call);
    if (made.status < 400) return Answered{Answered::What::done, made.status, made.body};
    refused = std::move(made);
    return Answered{Answered::What::done, 503, {}};
  });
  if (refused) return std::move(*refused);
  return once ? client_repeated(*once) : client_error(once.error());
}

HttpAnswer client_delete_status(const ClientCall& call) {
  const ClientHome home = client_home_of(call);
  const std::uint64_t number = number_in(call.id);
  auto shape = home.status(number);
  if (shape && !*shape) shape = own_text(*call.hub, home, call.caller->actor, number);
  if (!shape || !*shape) return client_answer(shape);
  const auto done = delete_by_client(*call.hub, home, call.caller->actor, number);
  call.service.ring();
  return done ? client_json(200, **shape) : client_error(done.error());
}

HttpAnswer client_add_media(const ClientCall& call) {
  const FormPart* file = nullptr;
  for (const FormPart& one : call.words.files) {
    if (one.name == "file") file = &one;
  }
  if (file == nullptr) return client_error(422, "There is no file. Send it as the field \"file\".");
  const std::string alt = call.words.of("description");
  if (alt.size() > alt_bytes) return client_error(422, "The description is too long.");
  const auto kept =
      keep_client_media(*call.hub, call.caller->actor, file->filename, file->value, alt);
  if (!kept) return client_error(kept.error());
  return shape_of(call, std::optional<ClientMedia>(*kept));
}

HttpAnswer client_media(const ClientCall& call) {
  return shape_of(call, call.hub->store().read([&](Db& db) {
    return client_rows::media(db, call.caller->actor.person, call.id);
  }));
}

HttpAnswer client_describe_media(const ClientCall& call) {
  const std::string alt = call.words.of("description");
  if (alt.size() > alt_bytes) return client_error(422, "The description is too long.");
  return shape_of(call, call.hub->store().write([&](Db& db) {
    return client_rows::describe(db, call.caller->actor.person, call.id, alt);
  }));
}

HttpAnswer client_never(const ClientCall&) {
  return client_error(403, "The home's account does not do this.");
}

}  // namespace carillon
