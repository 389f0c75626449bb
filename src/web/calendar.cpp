#include "web/calendar.hpp"

#include "base/log.hpp"
#include "hub/calendar.hpp"

namespace carillon {

namespace {

// The token opens the calendar to whoever has it: nobody else may keep a copy.
HttpAnswer answer_of(int status, std::string type, std::string body) {
  HttpAnswer out{.status = status, .headers = {}};
  out.headers.add("Content-Type", std::move(type));
  out.headers.add("Cache-Control", "private, no-store");
  out.headers.add("Referrer-Policy", "no-referrer");
  out.headers.add("X-Content-Type-Options", "nosniff");
  out.body = std::move(body);
  return out;
}

}  // namespace

std::optional<HttpAnswer> answer_calendar(Service& service, const HttpQuery& query) {
  if (query.path != calendar_path) return std::nullopt;
  if (query.method != "GET") return wrong_method(service, std::string(calendar_path), "GET, HEAD");
  constexpr const char* plain = "text/plain; charset=utf-8";
  const Secret token(value_in(parse_query(query.query), "token"));
  const auto calendar = calendar_by(*service.hub(), token);
  if (!calendar) {
    log(Level::error, calendar.error().what, {{"hint", calendar.error().hint}});
    return answer_of(503, plain, "The calendar cannot be read now.\n");
  }
  if (!*calendar) return answer_of(404, plain, "There is no such calendar.\n");
  return answer_of(200, "text/calendar; charset=utf-8", **calendar);
}

}  // namespace carillon
