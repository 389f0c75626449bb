#include <fmt/format.h>

#include "base/moment.hpp"
#include "base/zone.hpp"
#include "hub/desk.hpp"

namespace carillon {

namespace {

std::string when(const std::string& iso, const std::string& zone) {
  return in_zone(parse_time(iso).value_or(0), zone);
}

std::string_view mark_of(LineFate fate) {
  switch (fate) {
    case LineFate::gone:
      return "- ";
    case LineFate::come:
      return "+ ";
    case LineFate::skipped:
      return "…";
    case LineFate::same:
      break;
  }
  return "  ";
}

std::string needs_of(const DraftView& draft) {
  if (!draft.cleared) return "not cleared: " + draft.missing;
  return draft.needed == 0
             ? "cleared: it needs no approval"
             : fmt::format("cleared by {} of {} approvals", draft.given, draft.needed);
}

}  // namespace

std::string drafts_in_words(const std::vector<DraftLine>& all, const std::string& zone) {
  std::string out;
  for (const DraftLine& one : all)
    out += fmt::format("{}  {:<10} {}\n{:<15}revision {} by {}, {}{}\n", one.id, word_of(one.state),
                       one.title, "", one.revision, one.by, when(one.at, zone),
                       one.missing.empty() ? "" : "\n" + std::string(15, ' ') + one.missing);
  return out.empty() ? "There is no draft: `carillon draft save FILE` puts one on the desk.\n"
                     : out;
}

std::string draft_in_words(const DraftView& draft, const std::string& zone) {
  std::string out =
      fmt::format("{}\n  draft        {}\n  state        {}\n  revision     {} by {}, {}\n  {}\n",
                  draft.title, draft.id, word_of(draft.state), draft.revision, draft.by,
                  when(draft.at, zone), needs_of(draft));
  if (draft.override_open)
    out += "  It went out uncleared, and waits for another editor's approval.\n";
  for (const DraftCopy& one : draft.copies)
    out +=
        fmt::format("  unsaved, typed by {}, {}\n", one.own ? "you" : one.who, when(one.at, zone));
  out += "\n" + draft.text + (draft.text.ends_with('\n') ? "" : "\n");
  if (!draft.difference.empty()) {
    out += fmt::format("\nSince revision {}:\n", draft.compared_with);
    for (const DiffLine& line : draft.difference)
      out += fmt::format("  {}{}\n", mark_of(line.fate), line.text);
  }
  out += "\n";
  for (const DraftHappening& one : draft.history)
    out += fmt::format("  {}  {} {} revision {}{}{}\n", when(one.at, zone), one.who, one.what,
                       one.revision, one.outdated ? " (void: it was edited since)" : "",
                       one.words.empty() ? "" : ": " + one.words);
  return out;
}

}  // namespace carillon
