// Answers with the account's objects, made once and given to everybody who asks.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/clock.hpp"
#include "net/server.hpp"

namespace carillon {

// Keeps the answers to GET of one version of the account for limits::object_fresh, or until
// `forget`; of which only those that are found, and at most limits::objects_kept. Thread-safe.
class ObjectCache {
 public:
  // What makes an answer; nothing for what is not the account's.
  using Make = std::function<std::optional<HttpAnswer>(const HttpQuery& query)>;

  // The answer to this request, from memory where there is one: 200 with the shared bytes, or 304
  // to who has them already (RFC 9110 section 13.1.2). Requests whose Accept headers differ but
  // are answered alike share one; `make` must look at path, query and Accept only.
  [[nodiscard]] std::optional<HttpAnswer> answer(const HttpQuery& query, Micros now,
                                                 const Make& make);
  // Something came that an object tells of (a follower, a reply).
  void forget();
  // Forgets where `mark`, by which a change of what objects are made of is known, is another than
  // before.
  void forget_unless(std::uint64_t mark);

 private:
  struct Kept {
    HttpAnswer found;
    std::uint64_t generation = 0;
    Micros made = 0;
  };
  std::atomic<std::uint64_t> generation_{0};
  std::atomic<std::uint64_t> mark_{0};
  std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<const Kept>> kept_;
};

}  // namespace carillon
