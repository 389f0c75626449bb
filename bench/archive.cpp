// How long a search of an imported archive takes, opening the file included.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "bench.hpp"
#include "retire/archive_store.hpp"

namespace carillon::bench {

int archive_search(const std::string& data_dir) {
  // Common words, rare ones, pairs that rarely meet, a beginning and a phrase.
  const std::vector<std::string> queries{"the",
                                         "release",
                                         "kernel security",
                                         "release notebook docs council",
                                         "zzznothere",
                                         "work*",
                                         "\"thank you\"",
                                         "advisory grant survey keynote tickets",
                                         "peer_001",
                                         "Alt",
                                         "été",
                                         "statement deprecated zzznothere",
                                         "a*",
                                         "example",
                                         "\"code conduct\"",
                                         "python rust"};
  constexpr int rounds = 25;
  std::vector<double> times;
  std::size_t found = 0;
  for (int round = 0; round < rounds; ++round) {
    for (const std::string& query : queries) {
      const auto start = Steady::now();
      const auto store = ArchiveStore::open(data_dir, false);
      const auto rows = store ? (*store)->search(query, 20) : Result<std::vector<PastRow>>{};
      times.push_back(seconds_since(start) * 1000);
      if (!store || !rows) {
        std::fprintf(stderr, "%s\n", (store ? rows.error() : store.error()).what.c_str());
        return 1;
      }
      found += rows->size();
    }
  }
  std::sort(times.begin(), times.end());
  fmt::print(
      "{{\"searches\": {}, \"found\": {}, \"p50\": {:.3f}, \"p95\": {:.3f}, \"max\": {:.3f}}}\n",
      times.size(), found, times[times.size() / 2], times[times.size() * 95 / 100], times.back());
  return 0;
}

}  // namespace carillon::bench
