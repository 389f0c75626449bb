#include <fmt/format.h>

#include "base/bytes.hpp"
#include "hub/retirement.hpp"

namespace carillon {

namespace {

const char* mark_of(StepState state) {
  switch (state) {
    case StepState::done:
      return "[x]";
    case StepState::skipped:
      return "[-]";
    case StepState::waiting:
      return "[~]";
    case StepState::open:
      break;
  }
  return "[ ]";
}

constexpr std::size_t columns = 88;

// Breaks what a person reads at spaces; a line that begins with one is a command and stays whole.
std::vector<std::string> wrapped(const std::string& line) {
  std::vector<std::string> out;
  std::string_view rest = line;
  while (rest.size() > columns && !rest.starts_with(' ')) {
    const auto at = rest.rfind(' ', columns);
    if (at == std::string_view::npos || at == 0) break;
    out.emplace_back(rest.substr(0, at));
    rest.remove_prefix(at + 1);
  }
  out.emplace_back(rest);
  return out;
}

std::string indented(std::string_view what, std::string_view text) {
  std::string out;
  for (const std::string& line : split(text, '\n')) {
    for (const std::string& piece : wrapped(line))
      out += fmt::format("  {:<8} {}\n", out.empty() ? what : "", piece);
  }
  return out;
}

std::string heading(const RetirementView& view) {
  return fmt::format("{} ({}) becomes {}, by decision {}: {} ({}, {})\n", view.channel,
                     view.network, word_of(view.to), view.decision.id, view.decision.title,
                     view.decision.body, view.decision.decided);
}

std::string line_of(std::size_t number, const StepView& step) {
  std::string out = fmt::format("{} {:>2}  {}", mark_of(step.state), number, step.title);
  if (!step.at.empty())
    out += fmt::format("\n         {}, {}: {}{}", step.at.substr(0, 10), step.by,
                       step.state == StepState::skipped ? "left out: " : "", step.proof);
  if (step.state == StepState::waiting && !step.not_before.empty())
    out += fmt::format(" (from {})", step.not_before.substr(0, 10));
  if (step.door == Door::one_way && step.at.empty()) out += "  !! cannot be undone";
  return out + "\n";
}

std::string details(const StepView& step) {
  std::string out = step.title + "\n";
  if (step.door == Door::one_way) out += indented("!!", "This cannot be undone.");
  out += indented("what", step.what);
  out += indented("why", step.why);
  out += indented("seen by", step.verify);
  out += indented("undo", step.undo);
  return out;
}

}  // namespace

std::string retirement_in_words(const RetirementView& view) {
  std::string out = heading(view);
  for (std::size_t i = 0; i < view.steps.size(); ++i) {
    out += fmt::format("\n{:>2}  {}", i + 1, details(view.steps[i]));
  }
  if (!view.begun) return out + "\nA dry run: the plan was not kept.\n";
  return out + fmt::format("\nNext: `carillon retire next {}`.\n", view.channel);
}

std::string retirements_in_words(const std::vector<RetirementView>& all) {
  std::string out;
  for (const RetirementView& view : all) {
    out += (out.empty() ? "" : "\n") + heading(view) + "\n";
    for (std::size_t i = 0; i < view.steps.size(); ++i) out += line_of(i + 1, view.steps[i]);
  }
  return out.empty() ? "No channel ends: `carillon retire plan`.\n" : out;
}

std::string advance_in_words(const RetireAdvance& advance) {
  std::string out = advance.dry_run ? "A dry run: nothing is changed.\n" : "";
  for (const StepView& step : advance.settled)
    out += fmt::format("{} {}: {}\n", mark_of(step.state), step.title, step.proof);
  for (const std::string& what : advance.changed)
    out += fmt::format("    {} {}\n", advance.dry_run ? "would write" : "wrote", what);
  for (const StepView& step : advance.now) out += "\nNext:  " + details(step);
  for (const std::string& line : advance.missing) out += indented("missing", line);
  if (advance.finished) {
    out += fmt::format(
        "\nAll is done. The report with the last steps: `carillon retire report {0}`; write it to "
        "posts/{0}-report.md and publish it again.\n",
        advance.channel);
  } else if (advance.now.empty() && !advance.next_day.empty()) {
    out += fmt::format("\nNothing more today. Come back on {}: `carillon retire next {}`.\n",
                       advance.next_day, advance.channel);
  }
  return out;
}

}  // namespace carillon
