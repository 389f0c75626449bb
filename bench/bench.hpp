// Our side of `make bench`. Each function prints its numbers on stdout and returns the exit code.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace carillon::bench {

using Steady = std::chrono::steady_clock;

// Seconds since `start`.
inline double seconds_since(Steady::time_point start) {
  return std::chrono::duration<double>(Steady::now() - start).count();
}

// Renders the texts of `dir` with at most `bytes_max` bytes for three channels, again and again;
// prints texts per second. Writes the bodies as a JSON array of strings to `bodies_file`, so that
// the peer reads the same.
int render(const std::string& dir, const std::string& bodies_file, std::uintmax_t bytes_max);

// Delivers through an outbox on a database file in `dir`, and commits bare transactions to another
// beside it, in turns; prints deliveries and transactions per second.
int deliver(const std::string& dir);

// Searches the archive that was imported into `data_dir` and prints the times in milliseconds.
int archive_search(const std::string& data_dir);

// Serves until SIGTERM, with the server of ours and nothing behind it: every GET gets `reply_bytes`
// bytes, everything else writes one row to a database in `dir` first. Prints its port.
int bare(const std::string& dir, std::size_t reply_bytes);

}  // namespace carillon::bench
