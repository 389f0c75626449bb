#include "retire/look_alikes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/bytes.hpp"
#include "retire/accounts.hpp"

namespace carillon {

namespace {

struct Swap {
  std::string_view from;
  std::string_view to;
};

// What a glance does not tell apart.
constexpr std::array<Swap, 14> swaps{{{"l", "1"},
                                      {"l", "i"},
                                      {"i", "l"},
                                      {"i", "1"},
                                      {"o", "0"},
                                      {"0", "o"},
                                      {"1", "l"},
                                      {"rn", "m"},
                                      {"m", "rn"},
                                      {"w", "vv"},
                                      {"vv", "w"},
                                      {"s", "5"},
                                      {"e", "3"},
                                      {"a", "4"}}};

bool is_letter(char c) {
  return c >= 'a' && c <= 'z';
}

// Whether the platform lets anybody have such a name.
bool is_allowed(std::string_view platform, std::string_view name) {
  const std::size_t longest = platform == "x" ? 15 : platform == "github" ? 39 : 30;
  if (name.size() < 2 || name.size() > longest) return false;
  const bool hyphen = platform == "github" || platform == "bluesky" || platform == "linkedin";
  return std::all_of(name.begin(), name.end(),
                     [&](char c) {
                       return is_letter(c) || (c >= '0' && c <= '9') ||
                              (hyphen ? c == '-' : c == '_');
                     }) &&
         name.front() != '-' && name.back() != '-';
}

class Names {
 public:
  Names(std::string_view platform, std::string_view own) : platform_(platform), own_(own) {}

  void add(std::string name) {
    const bool known = std::find(out.begin(), out.end(), name) != out.end();
    if (name != own_ && !known && is_allowed(platform_, name)) out.push_back(std::move(name));
  }
  std::vector<std::string> out;

 private:
  std::string_view platform_;
  std::string_view own_;
};

void add_swapped(std::string_view name, Names& names) {
  for (const Swap& swap : swaps) {
    for (auto at = name.find(swap.from); at != std::string_view::npos;
         at = name.find(swap.from, at + 1)) {
      std::string other(name);
      other.replace(at, swap.from.size(), swap.to);
      names.add(std::move(other));
    }
  }
}

// From the end, where the eye is least awake.
void add_doubled(std::string_view name, Names& names) {
  for (std::size_t i = name.size(); i-- > 0;) {
    const bool twice = i + 1 < name.size() && name[i] == name[i + 1];
    std::string other(name);
    if (twice)
      other.erase(i, 1);
    else if (is_letter(name[i]))
      other.insert(i, 1, name[i]);
    names.add(std::move(other));
  }
}

void add_separated(std::string_view platform, std::string_view name, Names& names) {
  const std::string mark = is_allowed(platform, "a-b") ? "-" : "_";
  std::string bare;
  for (const char c : name) {
    if (c != '_' && c != '-') bare += c;
  }
  names.add(bare);
  for (const std::string_view word : {"official", "org", "hq", "project", "team", "support"}) {
    names.add(bare + mark + std::string(word));
    names.add(bare + std::string(word));
  }
  names.add("the" + bare);
  if (mark == "_") names.add(std::string(name) + "_");
}

std::string owner(const Sighting& sighting) {
  return sighting.id.empty() ? "somebody" : sighting.id;
}

bool changed_hands(const std::optional<Sighting>& before, const Sighting& now) {
  return before && before->state == NameState::taken && now.state == NameState::taken &&
         !before->id.empty() && !now.id.empty() && before->id != now.id;
}

Meaning of_own(const std::optional<Sighting>& before, const Sighting& now) {
  if (now.state == NameState::free)
    return {Concern::alarm, "our account is not there any more: anybody may take its name"};
  if (changed_hands(before, now))
    return {Concern::alarm,
            fmt::format("our name belongs to another account: {}, it was {}", now.id, before->id)};
  return {Concern::none, "ours"};
}

Meaning of_former(const std::optional<Sighting>& before, const Sighting& now) {
  if (now.state == NameState::free)
    return {Concern::look, "an earlier name of ours is free: register it before a stranger does"};
  if (before && before->state == NameState::free)
    return {Concern::alarm,
            fmt::format("an earlier name of ours was free and is now used by {}", owner(now))};
  if (!before)
    return {Concern::look,
            fmt::format("an earlier name of ours is used by {}: is it you?", owner(now))};
  return {Concern::none, "as before"};
}

}  // namespace

std::vector<std::string> look_alikes(std::string_view platform, std::string_view name,
                                     std::size_t count) {
  const std::string low = lower_ascii(name);
  Names alike(platform, low);
  add_swapped(low, alike);
  Names separated(platform, low);
  add_separated(platform, low, separated);
  Names doubled(platform, low);
  add_doubled(low, doubled);
  // In turn, so that a short list holds some of each.
  Names names(platform, low);
  const auto most = std::max({alike.out.size(), separated.out.size(), doubled.out.size()});
  for (std::size_t i = 0; i < most; ++i) {
    for (const Names* each : {&alike, &separated, &doubled}) {
      if (i < each->out.size()) names.add(each->out[i]);
    }
  }
  if (names.out.size() > count) names.out.resize(count);
  return names.out;
}

Meaning meaning_of(NameKind kind, const std::optional<Sighting>& before, const Sighting& now) {
  if (now.state == NameState::unknown) return {Concern::none, "the platform did not say"};
  if (now.state == NameState::person) return {Concern::none, "a person has to look"};
  if (kind == NameKind::own) return of_own(before, now);
  if (changed_hands(before, now))
    return {Concern::alarm,
            fmt::format("the name changed hands: {} has it, it was {}", now.id, before->id)};
  if (kind == NameKind::former) return of_former(before, now);
  if (now.state == NameState::free) return {Concern::none, "nobody has it"};
  if (before && before->state == NameState::free)
    return {Concern::alarm, fmt::format("it was free and is now used by {}", owner(now))};
  if (!before)
    return {Concern::look, fmt::format("{} has it: look whether it speaks in your name",
                                       now.id.empty() ? "somebody" : "the account " + now.id)};
  return {Concern::none, "as before"};
}

std::string address_of_name(std::string_view platform, std::string_view handle,
                            std::string_view server) {
  if (platform == "mastodon") return fmt::format("https://{}/@{}", server, handle);
  if (platform == "bluesky") return fmt::format("https://bsky.app/profile/{}", handle);
  if (platform == "github") return fmt::format("https://github.com/{}", handle);
  if (platform == "x") return fmt::format("https://x.com/{}", handle);
  const Network* network = find_network(platform);
  if (network == nullptr || network->hosts.empty()) return std::string(handle);
  std::string_view before;
  if (platform == "linkedin") before = "company/";
  if (platform == "reddit") before = "r/";
  for (const std::string_view at : {"youtube", "threads", "tiktok", "medium"}) {
    if (platform == at) before = "@";
  }
  return fmt::format("https://{}/{}{}", network->hosts.front(), before, handle);
}

std::string how_to_report(std::string_view platform) {
  if (platform == "x")
    return "Its menu: Report, impersonation. X releases no name for disuse, only for impersonation "
           "or a trademark: https://help.x.com/en/rules-and-policies/x-username-squatting";
  if (platform == "mastodon")
    return "Its menu: Report, and ask for the report to be sent to its server; the server's "
           "moderators decide.";
  if (platform == "bluesky") return "Its menu: Report account, impersonation.";
  if (platform == "github")
    return "Its menu: Block or report; a name is released for impersonation or a trademark.";
  return "Its menu: Report, impersonation. Most platforms release a name for a trademark only.";
}

}  // namespace carillon
