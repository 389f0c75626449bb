// The plan by which a channel ends: made from the platform's rules, each step with its reason, how
// it is verified and how it is undone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/decision.hpp"
#include "core/platform_rules.hpp"

namespace carillon {

// Whether a step can be taken back.
enum class Door { both_ways, one_way };
BOOST_DESCRIBE_ENUM(Door, both_ways, one_way)

// Who says that a step is done: the program, which looks; or a person, with a proof that others can
// see.
enum class Witness { machine, person };
BOOST_DESCRIBE_ENUM(Witness, machine, person)

struct PlanStep {
  std::string key = {};    // "archive"
  std::string title = {};  // in a line
  std::string what = {};   // what to do, with the commands; may have several lines
  std::string why = {};
  std::string verify = {};  // how it is seen that it is done
  std::string undo = {};
  Door door = Door::both_ways;
  Witness witness = Witness::person;
  bool may_skip = true;      // with a reason, which the report shows
  std::string after = {};    // the key of a step it waits for
  std::int64_t days = 0;     // so many days after that
  std::string confirm = {};  // of a one-way door: what a person types
};
BOOST_DESCRIBE_STRUCT(PlanStep, (),
                      (key, title, what, why, verify, undo, door, witness, may_skip, after, days,
                       confirm))

// What a plan is made from.
struct PlanBasis {
  Channel channel;
  PlatformRules rules;
  Decision decision;
  std::string handle;         // of the account; empty: not known
  std::string home;           // the address that readers are sent to; empty: none
  bool server_asked = false;  // whether the platform tells us about profile and move
  bool has_sites = false;     // whether carillon.yaml names web sites
  bool scannable = true;      // whether a scan knows what links to the platform look like
  std::string home_channel;   // the channel with the use home; empty: none
  std::string move_to;        // where followers go: "@news@example.org"; empty: nowhere
};

// The steps in the order in which they are taken; each later one is safe only after the earlier
// ones. `to` is the decision's: inactive, reserved or closed. Pure.
[[nodiscard]] std::vector<PlanStep> plan_steps(const PlanBasis& basis);

// The file and the slug of the farewell, and of the report, of a channel. Pure.
[[nodiscard]] std::string farewell_slug(const std::string& channel);
[[nodiscard]] std::string report_slug(const std::string& channel);

// A farewell as a post file, ready to be edited and published. Pure.
[[nodiscard]] std::string farewell_post(const PlanBasis& basis, std::string_view organisation);

}  // namespace carillon
