#include "base/log.hpp"

#include <algorithm>
#include <atomic>
#include <cstdio>

#include "base/clock.hpp"
#include "base/log_batch.hpp"
#include "base/moment_now.hpp"

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
void add_quoted(std::string& out, std::string_view value) {
  const bool clean = std::all_of(value.begin(), value.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > 0x20 && byte != 0x7F && c != '"' && c != '=' && c != '\\';
  });
  if (clean && !value.empty()) {
    out += value;
    return;
  }
  out += '"';
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') out += '\\';
    if (byte < 0x20 || byte == 0x7F) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  out += '"';
}

template <class Fields>
void add_line(std::string& out, Level level, std::string_view what, const Fields& fields) {
  (out += "level=") += word(level);
  add_quoted(out += " what=", what);
  for (const auto& [key, value] : fields) add_quoted(((out += ' ') += key) += '=', value);
}

// Nothing below the threshold.
template <class Fields>
void add_timed(std::string& out, Level level, std::string_view what, const Fields& fields) {
  if (level < threshold.load(std::memory_order_relaxed)) return;
  ((out += "at=") += text_of_now<iso_time>()) += ' ';
  add_line(out, level, what, fields);
  out += '\n';
}

}  // namespace

std::string log_line(Level level, std::string_view what, const LogFields& fields) {
  std::string out;
  add_line(out, level, what, fields);
  return out;
}

void LogBatch::add(Level level, std::string_view what,
                   std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
  add_timed(lines_, level, what, fields);
}

void LogBatch::flush() {
  if (!lines_.empty()) std::fwrite(lines_.data(), 1, lines_.size(), stderr);
  lines_.clear();
}

void log(Level level, std::string_view what, const LogFields& fields) {
  std::string line;
  add_timed(line, level, what, fields);
  if (!line.empty()) std::fwrite(line.data(), 1, line.size(), stderr);
}

void set_log_level(Level level) {
  threshold.store(level, std::memory_order_relaxed);
}

}  // namespace carillon
