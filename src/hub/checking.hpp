// Looks at post files as `publish` would read them, and says all that is wrong: for people, for a
// program, and in the forms in which code hosts show it at the line of a pull request.
#pragma once

#include <string>
#include <vector>

#include "core/operation.hpp"
#include "hub/publishing.hpp"

namespace carillon {

enum class CheckFormat { text, github, gitlab };
BOOST_DESCRIBE_ENUM(CheckFormat, text, github, gitlab)

struct CheckRequest {
  static constexpr std::array<std::string_view, 1> required{"file"};
  std::vector<std::string> file = {};
  CheckFormat format = CheckFormat::text;
  std::string summary = {};
  static constexpr std::array<std::array<std::string_view, 2>, 3> notes{{
      {"file", "the post files"},
      {"format",
       "text, github (annotations of GitHub Actions) or gitlab (a Code Quality report); default: "
       "text"},
      {"summary", "also write what each channel will show into this file, as Markdown"},
  }};
};
BOOST_DESCRIBE_STRUCT(CheckRequest, (), (file, format, summary))

enum class Severity { error, warning };
BOOST_DESCRIBE_ENUM(Severity, error, warning)

// What is wrong at one line of a post file. With an error it cannot be published as it is.
struct PostProblem {
  std::string file;
  std::int64_t line = 1;
  Severity severity = Severity::error;
  std::vector<std::string> channels;  // empty: it concerns all
  std::string message;
  std::string hint;
};
BOOST_DESCRIBE_STRUCT(PostProblem, (), (file, line, severity, channels, message, hint))

struct CheckedFile {
  std::string file;
  std::string slug;          // empty where the file cannot be read
  std::string due;           // RFC 3339 in UTC where it names a time; empty: at once
  std::vector<Shown> shown;  // what each channel will show
};
BOOST_DESCRIBE_STRUCT(CheckedFile, (), (file, slug, due, shown))

struct Checked {
  std::vector<CheckedFile> files;
  std::vector<PostProblem> problems;  // by file as named, then by line
  std::int64_t errors = 0;
  std::int64_t warnings = 0;
};
BOOST_DESCRIBE_STRUCT(Checked, (), (files, problems, errors, warnings))

// Plans, keeps and sends nothing. What is wrong with a file is no error of this function but a
// problem of the reply. Errors: invalid without a file; denied but on the machine itself; those of
// the store; unavailable when the summary cannot be written.
Result<Checked> check(Hub& hub, const Actor& actor, const CheckRequest& request);

// 1 with an error, else 0. Pure.
[[nodiscard]] int checked_exit_code(const Checked& checked);

// A line a problem, "posts/a.md:3: error: …", and a count. Pure.
[[nodiscard]] std::string checked_in_words(const Checked& checked);
// Workflow commands of GitHub Actions, which stand at their lines in a pull request.
// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands Pure.
[[nodiscard]] std::string checked_for_github(const Checked& checked);
// A Code Quality report of GitLab. https://docs.gitlab.com/ci/testing/code_quality/ Pure.
[[nodiscard]] std::string checked_for_gitlab(const Checked& checked);
// What each channel will show, counted, and the problems, as Markdown; at most
// limits::check_summary_bytes. Pure.
[[nodiscard]] std::string checked_as_summary(const Checked& checked, const std::string& zone);

[[nodiscard]] std::vector<Operation<Hub>> checking_operations();

}  // namespace carillon
