#include "hub/decisions.hpp"

#include <fmt/format.h>

#include "base/moment.hpp"
#include "consult/decisions.hpp"

namespace carillon {

Result<Decision> decision_add(Hub& hub, const Actor&, const DecisionAddRequest& request) {
  CHECK_OK(hub.channel(request.channel));
  Decision decision;
  decision.title = request.title;
  decision.body = request.by;
  decision.record = request.record;
  decision.decided = request.on.empty() ? day_of(hub.clock().now()) : request.on;
  decision.from = request.from;
  decision.channel = request.channel;
  decision.to = request.to;
  decision.scopes = request.scope;
  return Decisions(hub.store()).add(std::move(decision));
}

Result<std::vector<Decision>> decision_list(Hub& hub, const Actor&, const DecisionListRequest&) {
  return Decisions(hub.store()).list();
}

std::string decision_in_words(const Decision& decision) {
  std::string out = fmt::format("{}  {}\n", decision.id, decision.title);
  const auto line = [&](std::string_view what, std::string_view text) {
    if (!text.empty()) out += fmt::format("  {:<10} {}\n", what, text);
  };
  line("decided", fmt::format("{}, by {}", decision.decided, decision.body));
  line("from", decision.from);
  line("channel", fmt::format("{} becomes {}", decision.channel, word_of(decision.to)));
  std::string scopes;
  for (const Scope scope : decision.scopes) scopes += (scopes.empty() ? "" : ", ") + word_of(scope);
  line("reaches", scopes.empty() ? "no reference may be removed" : scopes);
  line("record", decision.record.empty() ? "none yet" : decision.record);
  return out;
}

std::string decisions_in_words(const std::vector<Decision>& all) {
  std::string out;
  for (const Decision& one : all) out += decision_in_words(one);
  return out.empty() ? "No decision was entered yet: `carillon decision add`.\n" : out;
}

std::vector<Operation<Hub>> decision_operations() {
  return {
      operation<Hub>(
          {.name = "decision add",
           .method = "POST",
           .path = "/decisions",
           .summary = "record what a body decided about a channel",
           .help = "Whatever ends a channel or takes something down refers to a decision: who "
                   "decided, where that can be read, from which day, and how far it reaches. It "
                   "is never changed afterwards; a body that thinks again decides again.",
           .positional = {"title"},
           .valued = {{"by", "BODY"},
                      {"channel", "NAME"},
                      {"to", "USE"},
                      {"scope", "SCOPE"},
                      {"record", "URL"},
                      {"on", "DAY"},
                      {"from", "DAY"}}},
          &decision_add),
      operation<Hub>({.name = "decision list",
                      .method = "GET",
                      .path = "/decisions",
                      .needs = Permission::author,
                      .summary = "what was decided about channels"},
                     &decision_list),
  };
}

}  // namespace carillon
