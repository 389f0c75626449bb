#include "net/answer_cache.hpp"

#include <utility>
#include <vector>

#include "base/moment.hpp"
#include "net/negotiate.hpp"

namespace carillon {

namespace {

// Valid until the next call on this thread.
std::string_view key_of(const HttpQuery& query) {
  thread_local std::string key;
  key.assign(query.path);
  // Neither can stand in a header.
  for (const std::string_view part :
       {query.query, query.header("Accept"), query.header("Accept-Encoding")})
    (key += '\n') += part;
  return key;
}

}  // namespace

AnswerCache::AnswerCache(Mark mark) : mark_(std::move(mark)) {}

std::shared_ptr<const AnswerCache::Kept> AnswerCache::at(const HttpQuery& query) {
  const std::string_view key = key_of(query);
  const std::lock_guard lock(mutex_);
  const auto found = kept_.find(key);
  return found == kept_.end() ? nullptr : found->second;
}

std::optional<HttpAnswer> AnswerCache::find(const HttpQuery& query, Micros now) {
  if (query.method != "GET") return std::nullopt;
  const auto kept = at(query);
  if (!kept) return std::nullopt;
  if (kept->date) {
    const auto& [mark, made] = *kept->date;
    if (now < made || now - made > fresh || (mark_ && mark_() != mark)) return std::nullopt;
  }
  return answer(query, *kept);
}

HttpAnswer AnswerCache::answer(const HttpQuery& query, const Kept& kept) {
  HttpAnswer out;
  const std::string_view tags = query.header("If-None-Match");
  bool same = !tags.empty() && names_tag(tags, kept.etag);
  if (tags.empty() && kept.modified > 0) {
    const auto since = parse_time(query.header("If-Modified-Since"));
    same = since && kept.modified / second <= *since / second;
  }
  out.status = same ? 304 : 200;
  out.lines = same ? kept.bare_lines : kept.lines;
  if (!same) out.shared = kept.bytes;
  return out;
}

HttpAnswer AnswerCache::keep(const HttpQuery& query, HttpAnswer made, std::optional<Date> date) {
  const bool good = query.method == "GET" && made.status == 200 && made.headers.find("ETag") &&
                    !made.stream && !made.later;
  if (!good) return made;
  Kept kept{.date = date,
            .etag = std::string(made.headers.get("ETag")),
            .modified = parse_time(made.headers.get("Last-Modified")).value_or(0),
            .lines = header_lines(made.headers),
            .bare_lines = nullptr,
            .bytes = std::move(made.shared)};
  if (!kept.bytes) kept.bytes = std::make_shared<const SharedBody>(std::move(made.body));
  made.headers.remove("Content-Type");
  made.headers.remove("Content-Encoding");
  kept.bare_lines = header_lines(made.headers);
  if (!kept.lines) return {.status = 500};  // it held a line break: nobody may have it
  HttpAnswer out = answer(query, kept);
  auto shared = std::make_shared<const Kept>(std::move(kept));
  const std::string_view key = key_of(query);
  const std::lock_guard lock(mutex_);
  if (kept_.size() >= most) kept_.clear();
  kept_.insert_or_assign(std::string(key), std::move(shared));
  return out;
}

HttpQuery without_conditions(HttpQuery query) {
  std::erase_if(query.headers, [](const auto& line) {
    return same_ignoring_case(line.first, "If-None-Match") ||
           same_ignoring_case(line.first, "If-Modified-Since");
  });
  return query;
}

}  // namespace carillon
