#include "core/decision.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "base/moment.hpp"

namespace carillon {

namespace {

Result<void> check_day(std::string_view text, std::string_view what) {
  if (parse_day(text)) return {};
  return fail(Fault::invalid, fmt::format("{}: \"{}\" is not a day", what, text),
              "Write it as 2026-12-31.");
}

}  // namespace

Result<void> check_decision(const Decision& decision) {
  if (trim(decision.title).empty())
    return fail(Fault::invalid, "what was decided? The title is empty",
                "Say it in a line: --title \"Leave X, keep the name\".");
  if (trim(decision.body).empty())
    return fail(Fault::invalid, "who decided? No body is named",
                "Say --by \"Steering council\". One person's wish is no decision.");
  CHECK_OK(check_day(decision.decided, "the day of the decision"));
  if (!decision.from.empty()) CHECK_OK(check_day(decision.from, "the first day"));
  for (const Scope scope : decision.scopes) {
    if (scope == Scope::page_furniture || scope == Scope::current_text || scope == Scope::history)
      continue;
    return fail(Fault::invalid,
                fmt::format("a decision cannot reach {}: those lines belong to others, to tests "
                            "or to a program that makes them",
                            word_of(scope)),
                "Name page_furniture, current_text or history.");
  }
  return {};
}

Result<void> in_force(const Decision& decision, std::string_view today) {
  const std::string& first = decision.from.empty() ? decision.decided : decision.from;
  if (today >= first) return {};
  return fail(Fault::denied,
              fmt::format("decision {} ({}) may be carried out from {} on; today is {}",
                          decision.id, decision.title, first, today),
              "Wait until then. A dry run is possible now.");
}

bool reaches(const Decision& decision, Scope scope) {
  return std::find(decision.scopes.begin(), decision.scopes.end(), scope) != decision.scopes.end();
}

}  // namespace carillon
