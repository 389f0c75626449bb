// Which lines of a text another one keeps. Pure; thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/describe.hpp"

namespace carillon {

using Lines = std::vector<std::string_view>;

// The lines of a text, each with its line break; the last one may have none.
[[nodiscard]] Lines lines_of(std::string_view text);

// For each line of the first text whether it goes, for each of the second whether it comes.
struct LineMarks {
  std::vector<bool> gone;
  std::vector<bool> come;
};

// By the shortest way from one to the other (Myers, "An O(ND) Difference Algorithm", 1986); for
// texts that are far apart everything between their common ends goes and comes.
[[nodiscard]] LineMarks compare_lines(const Lines& before, const Lines& after);

enum class LineFate { same, gone, come, skipped };
BOOST_DESCRIBE_ENUM(LineFate, same, gone, come, skipped)

// A line of a difference as people read it; skipped: unchanged lines that are not shown.
struct DiffLine {
  LineFate fate = LineFate::same;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(DiffLine, (), (fate, text))

// What changed, with `context` unchanged lines around it; empty where nothing did.
[[nodiscard]] std::vector<DiffLine> line_diff(std::string_view before, std::string_view after,
                                              std::size_t context);

}  // namespace carillon
