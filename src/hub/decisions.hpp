// What the bodies decided, as operations.
#pragma once

#include <string>
#include <vector>

#include "core/decision.hpp"
#include "core/operation.hpp"
#include "hub/hub.hpp"

namespace carillon {

struct DecisionAddRequest {
  static constexpr std::array<std::string_view, 4> required{"title", "by", "channel", "to"};
  std::string title;
  std::string by;
  std::string channel;
  Use to = Use::inactive;
  std::vector<Scope> scope;
  std::string record = {};
  std::string on = {};
  std::string from = {};
  static constexpr std::array<std::array<std::string_view, 2>, 8> notes{{
      {"title", "what was decided, in one line"},
      {"by", "the body that decided: \"Steering council\""},
      {"channel", "the channel it is about"},
      {"to", "what the channel becomes: inactive, reserved or closed; or broadcast again"},
      {"scope",
       "where references may be removed: page_furniture (navigation, footers, templates), "
       "current_text, history; none named: nowhere"},
      {"record", "the address where the vote or the minutes can be read"},
      {"on", "the day of the decision; default: today"},
      {"from", "the first day on which it may be carried out; default: that day"},
  }};
};
BOOST_DESCRIBE_STRUCT(DecisionAddRequest, (), (title, by, channel, to, scope, record, on, from))

struct DecisionListRequest {};
BOOST_DESCRIBE_STRUCT(DecisionListRequest, (), ())

// Errors: not_found for the channel, and those of Decisions::add.
Result<Decision> decision_add(Hub& hub, const Actor& actor, const DecisionAddRequest& request);
Result<std::vector<Decision>> decision_list(Hub& hub, const Actor& actor,
                                            const DecisionListRequest& request);

// The reply for people. Pure.
[[nodiscard]] std::string decision_in_words(const Decision& decision);
[[nodiscard]] std::string decisions_in_words(const std::vector<Decision>& all);

[[nodiscard]] std::vector<Operation<Hub>> decision_operations();

}  // namespace carillon
