// One episode: a handful of announcements on several channels, workers and a person at once, and
// everything that can go wrong, drawn from one seed; then the judgement.
//
// Only one player runs at a time, until it reaches its next crash point, ends its run or waits for
// a reply: which one goes on, sleeps or dies is thrown by the dice. So an interleaving of several
// workers is as reproducible as anything else here.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "gate.hpp"

namespace carillon::soak {

struct Verdict {
  std::int64_t episodes = 0;
  std::int64_t deliveries = 0;
  std::int64_t faults = 0;
  std::int64_t duplicates = 0;
  std::int64_t lost = 0;
  std::vector<std::string> unresolved;           // a line each, with the reason
  std::vector<std::string> findings;             // what is wrong, a line each
  std::map<std::string, std::int64_t> troubles;  // how often each fault came
  std::map<std::string, std::int64_t> ends;      // how many deliveries ended in each state
};
BOOST_DESCRIBE_STRUCT(Verdict, (),
                      (episodes, deliveries, faults, duplicates, lost, unresolved, findings,
                       troubles, ends))

// How many servers an episode needs behind its gate.
inline constexpr std::size_t fakes_needed = 5;

// Plays the episode of `seed` with at most `budget` faults. `url` is a PostgreSQL database for it
// alone, or empty: a SQLite file in `dir`. `trace`: tells each step on standard error.
[[nodiscard]] Verdict play_episode(Gate& gate, std::uint64_t seed, std::int64_t budget,
                                   const std::string& dir, const std::string& url, bool trace);

}  // namespace carillon::soak
