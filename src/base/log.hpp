// One line of logfmt a message, to standard error. Thread-safe. A Secret does not format, so it
// cannot be logged by accident.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace carillon {

enum class Level { debug, info, warning, error };

using LogFields = std::vector<std::pair<std::string_view, std::string>>;

// `at=2026-11-24T10:22:03Z level=info what="published" delivery=3k… channel=news`
void log(Level level, std::string_view what, const LogFields& fields = {});

// Messages below this level are dropped; default info.
void set_log_level(Level level);

// The line without its time; for tests and for other sinks. Pure.
[[nodiscard]] std::string log_line(Level level, std::string_view what, const LogFields& fields);

}  // namespace carillon
