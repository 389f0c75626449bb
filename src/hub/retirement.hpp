// Ending a channel step by step, as operations: the plan, the next step, how far it is, the report.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/operation.hpp"
#include "hub/hub.hpp"
#include "retire/retirements.hpp"

namespace carillon {

struct RetirePlanRequest {
  static constexpr std::array<std::string_view, 2> required{"channel", "to"};
  std::string channel;
  Use to = Use::reserved;
  std::string decision = {};
  std::string move_to = {};
  bool dry_run = false;
  static constexpr std::array<std::array<std::string_view, 2>, 5> notes{{
      {"channel", "the channel that ends"},
      {"to", "what it becomes: inactive (silent), reserved (the name is held) or closed"},
      {"decision", "the decision behind it; default: the last one that says so"},
      {"move_to", "the account that followers are sent to, as @news@example.org; Mastodon only"},
      {"dry_run", "show the plan and change nothing"},
  }};
};
BOOST_DESCRIBE_STRUCT(RetirePlanRequest, (), (channel, to, decision, move_to, dry_run))

struct RetireNextRequest {
  static constexpr std::array<std::string_view, 1> required{"channel"};
  std::string channel;
  std::string step = {};
  std::string proof = {};
  std::string skip = {};
  std::string confirm = {};
  bool dry_run = false;
  static constexpr std::array<std::array<std::string_view, 2>, 6> notes{{
      {"channel", "the channel that ends"},
      {"step", "the step that --proof, --skip or --confirm is about"},
      {"proof", "the step is done: how others can see it"},
      {"skip", "leave the step out, for this reason; the report shows it"},
      {"confirm", "what a step that cannot be undone asks you to type"},
      {"dry_run", "look, and change nothing"},
  }};
};
BOOST_DESCRIBE_STRUCT(RetireNextRequest, (), (channel, step, proof, skip, confirm, dry_run))

struct RetireStatusRequest {
  std::string channel = {};
  static constexpr std::array<std::array<std::string_view, 2>, 1> notes{{
      {"channel", "a channel; default: all that end"},
  }};
};
BOOST_DESCRIBE_STRUCT(RetireStatusRequest, (), (channel))

struct RetireReportRequest {
  static constexpr std::array<std::string_view, 1> required{"channel"};
  std::string channel;
  static constexpr std::array<std::array<std::string_view, 2>, 1> notes{{
      {"channel", "the channel that ends"},
  }};
};
BOOST_DESCRIBE_STRUCT(RetireReportRequest, (), (channel))

struct StepView {
  std::string key;
  std::string title;
  StepState state = StepState::open;
  Door door = Door::both_ways;
  Witness witness = Witness::person;
  std::string what;
  std::string why;
  std::string verify;
  std::string undo;
  std::string at;          // when it was settled, RFC 3339 in UTC
  std::string by;          // who settled it
  std::string proof;       // what was seen, or why it was left out
  std::string not_before;  // while it waits: its day
};
BOOST_DESCRIBE_STRUCT(StepView, (),
                      (key, title, state, door, witness, what, why, verify, undo, at, by, proof,
                       not_before))

struct RetirementView {
  std::string channel;
  std::string network;
  Use to = Use::reserved;
  Decision decision;
  bool begun = false;
  std::vector<StepView> steps;
};
BOOST_DESCRIBE_STRUCT(RetirementView, (), (channel, network, to, decision, begun, steps))

struct RetireAdvance {
  std::string channel;
  std::vector<StepView> settled;     // just now
  std::vector<std::string> changed;  // what the program wrote; in a dry run what it would write
  std::vector<StepView> now;         // the step that waits for somebody; none: nothing does
  std::vector<std::string> missing;  // what it still lacks
  std::string next_day;              // when only time is missing: the day of the next step
  bool finished = false;
  bool dry_run = false;
};
BOOST_DESCRIBE_STRUCT(RetireAdvance, (),
                      (channel, settled, changed, now, missing, next_day, finished, dry_run))

struct RetireReport {
  std::string post;  // a post file
};
BOOST_DESCRIBE_STRUCT(RetireReport, (), (post))

// Makes the plan, or shows the one that was made. Errors: not_found for the channel or without a
// decision; invalid for a use that is no end; conflict when another plan for the channel runs.
Result<RetirementView> retire_plan(Hub& hub, const Actor& actor, const RetirePlanRequest& request);

// Goes on from the first step that is not settled: does what the program does, looks whether it is
// done, and stops at what a person must do. May be repeated and killed at any time. Errors:
// not_found without a plan or for a step that it does not have; invalid for a word that names no
// step, or a wrong confirmation; conflict for a word on a step whose turn has not come; denied for
// a proof of what the program sees otherwise.
Result<RetireAdvance> retire_next(Hub& hub, const Actor& actor, const RetireNextRequest& request);

// The same; `point` is called with the name of each moment between an act and its record.
Result<RetireAdvance> retire_next(Hub& hub, const Actor& actor, const RetireNextRequest& request,
                                  const std::function<void(const std::string&)>& point);

// Errors: not_found for a channel without a plan.
Result<std::vector<RetirementView>> retire_status(Hub& hub, const Actor& actor,
                                                  const RetireStatusRequest& request);

// The report as it is now. Errors: not_found without a plan.
Result<RetireReport> retire_report(Hub& hub, const Actor& actor,
                                   const RetireReportRequest& request);

// The replies for people. Pure.
[[nodiscard]] std::string retirement_in_words(const RetirementView& view);
[[nodiscard]] std::string retirements_in_words(const std::vector<RetirementView>& all);
[[nodiscard]] std::string advance_in_words(const RetireAdvance& advance);

[[nodiscard]] std::vector<Operation<Hub>> retirement_operations();

}  // namespace carillon
