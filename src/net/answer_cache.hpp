// Answers that were given, ready to be given again without making, copying or writing anything
// anew.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.hpp"
#include "net/server.hpp"

namespace carillon {

// Keeps answers of one version of a site; at most `most`. Thread-safe; `find` waits
// for nothing but the mark.
class AnswerCache {
 public:
  static constexpr std::size_t most = 2048;
  static constexpr Micros fresh = second;

  // Another number after each change of what dated answers are made of; 0 where that is not known.
  using Mark = std::function<std::uint64_t()>;
  explicit AnswerCache(Mark mark);

  // What an answer of now depends on; asked before it is made, so that what comes meanwhile makes
  // it old.
  struct Date {
    std::uint64_t mark = 0;
    Micros made = 0;
  };
  [[nodiscard]] Date date(Micros now) const { return {mark_ ? mark_() : 0, now}; }

  // The answer that is kept for this GET: 200 with the shared bytes, or 304 to who has them already
  // (RFC 9110 section 13). Nothing where there is none that is still good.
  [[nodiscard]] std::optional<HttpAnswer> find(const HttpQuery& query, Micros now);

  // Keeps what was made for this GET, apart from its conditions, by path, query, Accept and
  // Accept-Encoding. With a date it is good until the mark changes and for `fresh` at
  // most, without one for ever. Only a 200 with an ETag is kept. Returns the answer to the request.
  [[nodiscard]] HttpAnswer keep(const HttpQuery& query, HttpAnswer made,
                                std::optional<Date> date = {});

 private:
  struct Kept {
    std::optional<Date> date;
    std::string etag;
    Micros modified = 0;  // 0: not known
    std::shared_ptr<const std::string> lines;
    std::shared_ptr<const std::string> bare_lines;  // of a 304
    std::shared_ptr<const SharedBody> bytes;
  };
  static HttpAnswer answer(const HttpQuery& query, const Kept& kept);
  [[nodiscard]] std::shared_ptr<const Kept> at(const HttpQuery& query);

  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view key) const {
      return std::hash<std::string_view>{}(key);
    }
  };
  const Mark mark_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<const Kept>, Hash, std::equal_to<>> kept_;
};

// The request without its conditions (If-None-Match, If-Modified-Since). Pure.
[[nodiscard]] HttpQuery without_conditions(HttpQuery query);

}  // namespace carillon
