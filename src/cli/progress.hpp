// A line that says what is being waited for, once it takes more than a moment. On a terminal only:
// a log has no use for it.
#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <thread>

#include "base/clock.hpp"
#include "base/pulse.hpp"

namespace carillon {

// Thread-safe.
class Progress {
 public:
  // Waits for `count` outcomes. `clock` must outlive it.
  Progress(const Clock& clock, std::size_t count);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();  // wipes the line

  // One more came; `line` is printed to standard output above the progress.
  void came(const std::string& line);

 private:
  void run();
  void wipe();
  const Clock& clock_;
  std::mutex mutex_;
  Pulse end_;
  std::size_t count_;
  std::size_t done_ = 0;
  Micros since_;
  bool shown_ = false;
  std::thread thread_;
};

}  // namespace carillon
