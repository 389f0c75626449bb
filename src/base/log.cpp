#include "base/log.hpp"

#include <atomic>
#include <cstdio>

#include "base/clock.hpp"
#include "base/moment.hpp"

namespace carillon {

namespace {

std::atomic<Level> threshold{Level::info};

const char* word(Level level) {
  switch (level) {
    case Level::debug:
      return "debug";
    case Level::info:
      return "info";
    case Level::warning:
      return "warning";
    case Level::error:
      return "error";
  }
  return "error";
}

// Quotes when needed; control characters would let a foreign text forge a line.
std::string quoted(std::string_view value) {
  if (!value.empty() && value.find_first_of(" \"=\\\n\r\t") == std::string_view::npos) {
    bool clean = true;
    for (const char c : value) clean = clean && static_cast<unsigned char>(c) >= 0x20 && c != 0x7F;
    if (clean) return std::string(value);
  }
  std::string out = "\"";
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') out += '\\';
    if (byte < 0x20 || byte == 0x7F) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out + "\"";
}

}  // namespace

std::string log_line(Level level, std::string_view what, const LogFields& fields) {
  std::string out = fmt::format("level={} what={}", word(level), quoted(what));
  for (const auto& [key, value] : fields) out += fmt::format(" {}={}", key, quoted(value));
  return out;
}

void log(Level level, std::string_view what, const LogFields& fields) {
  if (level < threshold.load(std::memory_order_relaxed)) return;
  const std::string line =
      fmt::format("at={} {}\n", iso_time(SystemClock().now()), log_line(level, what, fields));
  std::fwrite(line.data(), 1, line.size(), stderr);
}

void set_log_level(Level level) {
  threshold.store(level, std::memory_order_relaxed);
}

}  // namespace carillon
