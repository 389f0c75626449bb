// What a body decided about a channel: the only ground on which anything is taken away.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/channel.hpp"

namespace carillon {

// What kind of place in a tree of files a line stands in, and so how far a decision reaches.
// Fixtures and the code of others are in no decision's reach.
enum class Scope { page_furniture, current_text, history, fixture, vendored, generated };
BOOST_DESCRIBE_ENUM(Scope, page_furniture, current_text, history, fixture, vendored, generated)

struct Decision {
  static constexpr std::array<std::string_view, 5> required{"title", "body", "decided", "channel",
                                                            "to"};
  std::string id;       // "2026-1": the year, and which of that year
  std::string title;    // what was decided, in one line
  std::string body;     // who decided: "Steering council"
  std::string record;   // the address where vote or minutes can be read; empty: none yet
  std::string decided;  // the day, "2026-11-25"
  std::string from;     // the first day on which it may be carried out; empty: that day
  std::string channel;
  Use to = Use::inactive;     // what the channel becomes
  std::vector<Scope> scopes;  // where references may be removed; empty: nowhere
};
BOOST_DESCRIBE_STRUCT(Decision, (), (id, title, body, record, decided, from, channel, to, scopes))

// Whether the decision is one that can be carried out: the words are there, the days are days, the
// scopes are such as a body may decide on (page_furniture, current_text, history). Errors: invalid,
// with what to write. Pure.
[[nodiscard]] Result<void> check_decision(const Decision& decision);

// Whether it may be carried out on the day `today` ("2026-11-25"). Errors: denied before its first
// day. Pure.
[[nodiscard]] Result<void> in_force(const Decision& decision, std::string_view today);

// Whether references in such places may be removed by it. Pure.
[[nodiscard]] bool reaches(const Decision& decision, Scope scope);

}  // namespace carillon
