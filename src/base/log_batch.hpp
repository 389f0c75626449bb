// Log lines of a busy thread, written together.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "base/log.hpp"

namespace carillon {

// Not thread-safe: each thread has one of its own.
class LogBatch {
 public:
  // The line that log() would write, kept until `flush`.
  void add(Level level, std::string_view what,
           std::initializer_list<std::pair<std::string_view, std::string_view>> fields);
  void flush();

 private:
  std::string lines_;
};

}  // namespace carillon
