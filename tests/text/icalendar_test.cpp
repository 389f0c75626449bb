#include "text/icalendar.hpp"

#include <doctest/doctest.h>

#include "base/bytes.hpp"
#include "base/moment.hpp"

using namespace carillon;

namespace {

CalendarEntry tea() {
  return {.uid = "3a@tea.example",
          .summary = "Tea, cake; and \\ talk",
          .description = "One\ntwo",
          .url = "https://tea.example/posts/tea/?a=1,2",
          .at = *parse_time("2026-12-01T15:00:00Z"),
          .changed = *parse_time("2026-11-30T09:08:07Z")};
}

// The lines as a reader unfolds them (RFC 5545, 3.1).
std::string unfolded(std::string text) {
  for (auto at = text.find("\r\n "); at != std::string::npos; at = text.find("\r\n ", at))
    text.erase(at, 3);
  return text;
}

}  // namespace

TEST_CASE("an entry has its time in UTC, and its text escaped") {
  const std::string out = icalendar("Tea House", {tea()});
  CHECK(out.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:"));
  CHECK(out.ends_with("END:VEVENT\r\nEND:VCALENDAR\r\n"));
  CHECK(out.find("\r\nDTSTART:20261201T150000Z\r\n") != std::string::npos);
  CHECK(out.find("\r\nDTSTAMP:20261130T090807Z\r\n") != std::string::npos);
  CHECK(out.find("\r\nSUMMARY:Tea\\, cake\\; and \\\\ talk\r\n") != std::string::npos);
  CHECK(out.find("\r\nDESCRIPTION:One\\ntwo\r\n") != std::string::npos);
  CHECK(out.find("\r\nURL:https://tea.example/posts/tea/?a=1,2\r\n") != std::string::npos);
}

TEST_CASE("no text ends a line or begins an entry") {
  CalendarEntry entry = tea();
  entry.summary = "Tea\r\nEND:VEVENT\r\nBEGIN:VEVENT";
  entry.url = "https://tea.example/\r\nATTENDEE:mailto:a@b.example";
  const std::string out = icalendar("a\r\nb", {entry});
  CHECK(out.find("\r\nEND:VEVENT") == out.rfind("\r\nEND:VEVENT"));
  CHECK(out.find("\r\nATTENDEE") == std::string::npos);
  CHECK(out.find("NAME:a\\nb\r\n") != std::string::npos);
}

TEST_CASE("long lines are folded between characters") {
  CalendarEntry entry = tea();
  for (int i = 0; i < 60; ++i) entry.summary += "ü€";
  const std::string out = icalendar("Tea House", {entry});
  for (const std::string& line : split(out, '\n')) {
    CAPTURE(line);
    CHECK(line.size() <= 76);  // with the carriage return
    CHECK(!first_bad_utf8(line));
  }
  CHECK(unfolded(out).find("ü€ü€\r\n") != std::string::npos);
  CHECK(unfolded(icalendar("Tea House", {tea()})).find("SUMMARY:Tea") != std::string::npos);
}
