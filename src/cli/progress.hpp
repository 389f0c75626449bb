// A line that says what is being waited for, once it takes more than a moment. On a terminal only:
// a log has no use for it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "base/clock.hpp"
#include "base/pulse.hpp"

namespace carillon {

// Thread-safe.
class Progress {
 public:
  // `clock` must outlive it.
  explicit Progress(const Clock& clock);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();  // wipes the line

  // From now on it waits for so many.
  void expect(std::size_t count);
  // From now on it counts `what` ("MB"): so many of so many.
  void advance(std::string_view what, std::uint64_t done, std::uint64_t of);
  // One more came; `line` is printed to standard output above the progress.
  void came(const std::string& line);

 private:
  void run();
  void wipe();
  const Clock& clock_;
  std::mutex mutex_;
  Pulse end_;
  std::string what_ = "channels";
  std::size_t count_ = 0;
  std::size_t done_ = 0;
  Micros since_;
  bool shown_ = false;
  std::thread thread_;
};

}  // namespace carillon
