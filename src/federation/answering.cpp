#include "federation/answering.hpp"

#include <fmt/format.h>

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "federation/activity.hpp"

namespace carillon {

HttpAnswer say(int status, std::string_view words) {
  HttpAnswer out{.status = status};
  out.headers.add("Content-Type", "text/plain; charset=utf-8");
  out.headers.add("Cache-Control", "no-store");
  out.headers.add("X-Content-Type-Options", "nosniff");
  out.body = fmt::format("{}\n", words);
  return out;
}

HttpAnswer say_later(int status, std::string_view words, Micros wait) {
  HttpAnswer out = say(status, words);
  out.headers.add("Retry-After", std::to_string(wait / second));
  return out;
}

HttpAnswer too_often(Micros wait) {
  return say_later(429, "There were too many of these. Come back later.", wait + second);
}

std::optional<HttpAnswer> not_a_form(const HttpQuery& query, std::size_t bytes,
                                     std::string_view by_post, std::string_view one) {
  constexpr std::string_view form = "application/x-www-form-urlencoded";
  if (query.method != "POST") {
    HttpAnswer out = say(405, by_post);
    out.headers.add("Allow", "POST");
    return out;
  }
  if (query.body.size() > bytes) return say(413, fmt::format("{} is shorter.", one));
  if (!lower_ascii(query.header("Content-Type")).starts_with(form))
    return say(415, fmt::format("{} is {}.", one, form));
  return std::nullopt;
}

std::string accept_id(const FediAccount& account, std::string_view asked) {
  return fmt::format("{}#accept-{}", account.id(), to_hex(sha256(asked)).substr(0, 32));
}

Result<void> send_to(Db& db, const fedi_rows::FediActor& actor, const std::string& id,
                     const json::object& activity, Micros now) {
  const fedi_rows::FediActivity row{id, id, json::serialize(activity), now};
  CHECK_OK(fedi_rows::add(db, row));
  return fedi_rows::add_delivery(db, row, actor.inbox, host_of(actor.inbox));
}

}  // namespace carillon
