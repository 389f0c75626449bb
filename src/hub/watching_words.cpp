#include <fmt/format.h>

#include <map>

#include "base/moment.hpp"
#include "base/zone.hpp"
#include "hub/watching.hpp"

namespace carillon {

namespace {

std::string time_in(const std::string& iso, const std::string& zone) {
  return in_zone(parse_time(iso).value_or(0), zone);
}

std::string_view why_watched(NameKind kind) {
  switch (kind) {
    case NameKind::own:
      return "ours";
    case NameKind::former:
      return "an earlier name of ours";
    case NameKind::named:
      return "on the list";
    case NameKind::suggested:
      break;
  }
  return "looks alike";
}

}  // namespace

std::string watched_in_words(const std::vector<WatchedName>& all, const std::string& zone) {
  std::string out;
  std::string card;
  std::map<std::string, std::string> report;
  std::size_t calm = 0;
  for (const WatchedName& name : all) {
    const std::string last = name.last.empty() ? "" : ", last seen " + time_in(name.last, zone);
    if (name.due) {
      card += fmt::format("  [ ] {}  ({}{})\n", name.address, why_watched(name.kind), last);
      report[name.platform] = name.report;
    } else if (name.concern != Concern::none || name.state == NameState::unknown) {
      const char* mark = name.concern == Concern::alarm  ? "ALARM"
                         : name.concern == Concern::look ? "look"
                                                         : "?";
      out += fmt::format("{:<6} {}  ({}{})\n{:<6} {}\n", mark, name.address, why_watched(name.kind),
                         last, "", name.message);
      if (name.concern != Concern::none) out += fmt::format("{:<6} {}\n", "", name.report);
    } else {
      ++calm;
    }
  }
  if (!card.empty()) {
    out += fmt::format(
        "{}Once a month, by hand: open each. Ours must be ours, the others empty, or clearly "
        "somebody else: no logo of yours, no words in your name.\n{}To report one:\n",
        out.empty() ? "" : "\n", card);
    for (const auto& [platform, how] : report) out += fmt::format("  {:<9} {}\n", platform, how);
    out +=
        "Then say what you saw: carillon channel watch --seen \"PLATFORM:NAME free\", or taken "
        "with the account's number.\n";
  }
  if (calm > 0)
    out += fmt::format("{}{} name{} as {} should be.\n", out.empty() ? "" : "\n", calm,
                       calm == 1 ? "" : "s", calm == 1 ? "it" : "they");
  return out;
}

}  // namespace carillon
