// How far each retirement came: which steps are done, by whom, with which proof.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "retire/plan.hpp"
#include "store/db.hpp"

namespace carillon {

// open: not yet; waiting: its day has not come; done; skipped: left out, with a reason.
enum class StepState { open, waiting, done, skipped };
BOOST_DESCRIBE_ENUM(StepState, open, waiting, done, skipped)

// A plan that was begun; one a decision.
struct Retirement {
  std::string decision;
  std::string channel;
  std::string move_to;
  Micros started = 0;
  std::string actor;
};
BOOST_DESCRIBE_STRUCT(Retirement, (), (decision, channel, move_to, started, actor))

// What became of a step.
struct StepRecord {
  std::string step = {};
  StepState state = StepState::open;
  Micros at = 0;
  std::string actor = {};
  std::string proof = {};  // what was seen, or the reason for leaving it out
};
BOOST_DESCRIBE_STRUCT(StepRecord, (), (step, state, at, actor, proof))

// Thread-safe: holds nothing but what it is given.
class Retirements {
 public:
  Retirements(Store& store, const Clock& clock, Ids& ids)
      : store_(store), clock_(clock), ids_(ids) {}

  // Begins the retirement, with its event; the one that was begun by this decision comes back as it
  // is, but for `move_to` when that is said anew and not yet carried out.
  Result<Retirement> begin(const Retirement& wanted);
  // The last one begun for the channel; nothing: none was.
  Result<std::optional<Retirement>> of(const std::string& channel);
  // All of them, the oldest first.
  Result<std::vector<Retirement>> list();
  // What is settled, by step.
  Result<std::map<std::string, StepRecord>> records(const std::string& decision);
  // Settles a step, with its event, in one transaction. One that is settled stays as it is.
  Result<void> settle(const Retirement& retirement, const StepRecord& record);

 private:
  Store& store_;
  const Clock& clock_;
  Ids& ids_;
};

// A step with what became of it.
struct StepStatus {
  PlanStep step;
  StepRecord record;
  Micros not_before = 0;  // its day, while it waits
};

// Every step of the plan as it stands at `now`. One whose day has not come is waiting, and so is
// one whose time counts from a step that is not done. Pure.
[[nodiscard]] std::vector<StepStatus> standing(const std::vector<PlanStep>& steps,
                                               const std::map<std::string, StepRecord>& records,
                                               Micros now);

// The report as a post file: the decision, every step, when, by whom, the proof, what is to come.
// Pure.
[[nodiscard]] std::string report_post(const PlanBasis& basis, const std::vector<StepStatus>& steps,
                                      std::string_view organisation);

}  // namespace carillon
