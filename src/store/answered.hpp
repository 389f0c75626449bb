// Requests that carried a key of their own, and what they were answered: the same one again is
// answered the same and not done again.
#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "store/db.hpp"

namespace carillon {

// `sealed` is what the caller made of request and answer; the store cannot read it.
struct KeptAnswer {
  std::string sealed;
  bool done = false;  // false: is being done, or whoever did it has ended
  Micros began = 0;
};

// Takes the key for a request that begins now; nothing: it is ours to do. Else what is known of the
// one before. What began `limits::answer_hours` ago is forgotten. Errors: unavailable while more
// than limits::answers_kept are kept.
Result<std::optional<KeptAnswer>> claim_request(Store& store, const std::string& key,
                                                const std::string& sealed, Micros now);
// The request is done, and its answer stays.
Result<void> keep_answer(Store& store, const std::string& key, const std::string& sealed);
// Nothing was done: the key is free again.
Result<void> free_request(Store& store, const std::string& key);

}  // namespace carillon
