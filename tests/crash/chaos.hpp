// Which fault comes next, and how many are left.
#pragma once

#include <map>
#include <string>

#include "base/describe.hpp"
#include "dice.hpp"
#include "fake.hpp"

namespace carillon::soak {

enum class Trouble {
  none,
  refused_connection,
  reset_early,        // before the request is read
  reset_unperformed,  // read, not performed
  reset_performed,
  error_unperformed,  // 500, 502, 503, 504
  error_performed,
  page_unperformed,  // 200 with a web page
  page_performed,
  cut,  // performed, and the reply ends too soon
  silence_unperformed,
  silence_performed,
  silence_late,  // performed after the client gave up
  held,          // performed, and the reply is long on its way
  limit,         // 429, with or without a time
  unauthorised,
  refusal,
  twice,  // something between delivers it twice
  stale,  // a listing that lags behind
  kill,   // of the worker: between its steps, or while it waits for a reply
  kill_performed,
  kill_late,
  jump,      // the clock, while a worker sleeps
  database,  // full, locked, or its connection cut
};
BOOST_DESCRIBE_ENUM(Trouble, none, refused_connection, reset_early, reset_unperformed,
                    reset_performed, error_unperformed, error_performed, page_unperformed,
                    page_performed, cut, silence_unperformed, silence_performed, silence_late, held,
                    limit, unauthorised, refusal, twice, stale, kill, kill_performed, kill_late,
                    jump, database)

// Does nobody know now whether the request was performed?
[[nodiscard]] bool is_doubtful(Trouble trouble);

class Chaos {
 public:
  // At most `budget` faults, at about `percent` of the writes and a third of that of the reads.
  Chaos(Dice& dice, std::int64_t budget, std::int64_t percent)
      : dice_(dice), left_(budget), percent_(percent) {}

  // What befalls a request. `patient`: the client waits so long that a reply may be held back.
  [[nodiscard]] Trouble befalls(Sort sort, bool knows_repeats, bool patient);
  // Something else with this chance; false when no fault is left.
  [[nodiscard]] bool strikes(std::int64_t percent) { return left_ > 0 && dice_.chance(percent); }
  // Counts a fault; false when none was left, and then it must not happen.
  bool count(Trouble trouble, std::int64_t times = 1);
  [[nodiscard]] std::int64_t left() const { return left_; }
  [[nodiscard]] const std::map<Trouble, std::int64_t>& counts() const { return counts_; }
  void end() { left_ = 0; }
  [[nodiscard]] Dice& dice() { return dice_; }

 private:
  Dice& dice_;
  std::int64_t left_;
  std::int64_t percent_;
  std::map<Trouble, std::int64_t> counts_;
};

}  // namespace carillon::soak
