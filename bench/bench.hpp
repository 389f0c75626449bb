// Our side of `make bench`. Each function prints its numbers on stdout and returns the exit code.
#pragma once

#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdint>
#include <string>

namespace carillon::bench {

using Steady = std::chrono::steady_clock;

// Seconds since `start`.
inline double seconds_since(Steady::time_point start) {
  return std::chrono::duration<double>(Steady::now() - start).count();
}

// Of this process, the kernel's share too.
inline double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto of = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

// The hosts of a sink are addresses of this machine.
constexpr std::uint32_t first_host = 0x7f010001;
inline std::string address_of(std::uint32_t number) {
  const std::uint32_t value = first_host + number;
  return fmt::format("{}.{}.{}.{}", value >> 24U, (value >> 16U) & 255U, (value >> 8U) & 255U,
                     value & 255U);
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

// Inboxes at every address from 127.1.0.1 on, until SIGTERM; prints its port, and at the end what
// arrived. Of every 64 requests the signature of one is checked.
struct SinkOptions {
  std::uint16_t port = 0;
  std::string public_pem = {};  // of the key that signs; empty: nothing is checked
  std::string root_file = {};   // speaks TLS, and writes its authority there
  std::uint32_t hosts = 0;      // certificates made beforehand
  long delay_ms = 0;            // before each answer
  std::uint32_t holes = 0;      // of a hundred hosts: take a request and never answer
  std::uint32_t busy = 0;       // of a hundred hosts: answer 503
};
int sink(const SinkOptions& options);

// Delivers activities to as many hosts of a sink through the courier and a database file in `dir`.
struct FanoutBench {
  std::string dir;
  std::string scheme = "http";
  std::uint16_t port = 0;
  std::uint32_t hosts = 0;
  int first = 1;  // number of the first activity; one that is there already is gone on with
  int rounds = 1;
  std::string ca_file = {};
  std::int64_t enough = 0;  // tells when so many were delivered
};
int fanout(const FanoutBench& options);

// Accounts at addresses of a sink that follow an account of a server on this machine, each by a
// signed request of its own.
struct HerdBench {
  std::string dir;     // the workspace; it keeps their key
  std::string target;  // "http://127.0.0.1:8080"
  std::string handle = "news";
  std::uint16_t port = 0;  // of the sink
  std::uint32_t follows = 0;
  std::uint32_t connections = 1;
  bool only_prepare = false;  // writes down what their servers would say of them, and sends nothing
};
// Signs all, says "ready", waits for a line of input, sends; prints how many were taken.
int herd(const HerdBench& options);

}  // namespace carillon::bench
