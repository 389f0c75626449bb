// What platforms do with accounts that nobody uses, and what leaving them means. Kept as data, each
// with its source: these rules change, so a person reads the source before acting on them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace carillon {

struct PlatformRules {
  std::string name;                  // "x": as `rules:` of a channel by hand, or its platform
  std::string title;                 // "X"
  std::string unused;                // what becomes of an account nobody uses, in a sentence
  std::int64_t keep_alive_days = 0;  // prove a log-in at least so often; 0: no rule is known
  std::string archive;               // how the account's posts are got out of the platform
  bool readable = false;             // `carillon archive import` reads what that gives
  std::string profile;               // where text and pinned post of the profile are changed
  std::string hide;                  // how its posts are hidden, and undone; empty: cannot be
  std::string closing;               // what closing the account does, and to its name
  bool cards = false;                // it makes a card of the first link of a post by itself
  bool moves = false;                // followers can be taken along to another server
  std::vector<std::string> sources;  // where that is written
  std::string noted;                 // the day on which it was noted here
};

// The rules of a platform; those of an unknown one say that nothing is known. Pure.
[[nodiscard]] PlatformRules platform_rules(std::string_view name);

}  // namespace carillon
