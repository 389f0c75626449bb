#include "base/zone.hpp"

#include <doctest/doctest.h>

#include <string>

#include "base/moment.hpp"

using namespace carillon;

namespace {

std::string utc(std::string_view text, std::string_view zone = "Europe/Paris") {
  const auto at = parse_when(text, zone);
  return at ? iso_time(*at) : at.error().what;
}

bool says(std::string_view text, const char* words, Fault fault = Fault::invalid) {
  const auto at = parse_when(text, "Europe/Paris");
  if (at) return false;
  CAPTURE(at.error().what);
  CHECK(at.error().what.find(words) != std::string::npos);
  CHECK_FALSE(at.error().hint.empty());
  return at.error().fault == fault;
}

}  // namespace

TEST_CASE("a time is read in its zone, else in the default zone, else by its offset") {
  CHECK(utc("2026-12-01 15:00 Europe/Paris", "Asia/Tokyo") == "2026-12-01T14:00:00Z");
  CHECK(utc("2026-07-01 15:00 Europe/Paris", "Asia/Tokyo") == "2026-07-01T13:00:00Z");
  CHECK(utc("2026-12-01 15:00", "Asia/Tokyo") == "2026-12-01T06:00:00Z");
  CHECK(utc("2026-12-01 15:00", "") == "2026-12-01T15:00:00Z");
  CHECK(utc("2026-12-01 15:00 UTC") == "2026-12-01T15:00:00Z");
  CHECK(utc("  2026-12-01 15:00:30  Asia/Kolkata ") == "2026-12-01T09:30:30Z");
  CHECK(utc("2026-12-01T15:00 America/St_Johns") == "2026-12-01T18:30:00Z");
  CHECK(utc("2026-12-01T15:00:00+01:00", "Asia/Tokyo") == "2026-12-01T14:00:00Z");
  CHECK(utc("2026-12-01T15:00:00Z", "Asia/Tokyo") == "2026-12-01T15:00:00Z");
  CHECK(utc("2026-12-01 15:00+01:00", "Asia/Tokyo") == "2026-12-01T14:00:00Z");
  CHECK(utc("2026-12-01 15:00 -03:30", "Asia/Tokyo") == "2026-12-01T18:30:00Z");
}

TEST_CASE("a time that the clocks skip is refused with both readings") {
  CHECK(
      says("2026-03-29 02:30",
           "\"2026-03-29 02:30\" does not exist in Europe/Paris, where the clocks change then: it "
           "can mean 2026-03-29T01:30:00+01:00 or 2026-03-29T03:30:00+02:00"));
  // Both readings are accepted, and the border of the gap belongs to the new time.
  CHECK(utc("2026-03-29T01:30:00+01:00") == "2026-03-29T00:30:00Z");
  CHECK(utc("2026-03-29T03:30:00+02:00") == "2026-03-29T01:30:00Z");
  CHECK(utc("2026-03-29 01:59:59") == "2026-03-29T00:59:59Z");
  CHECK(utc("2026-03-29 03:00") == "2026-03-29T01:00:00Z");
}

TEST_CASE("a time that comes twice is refused with both readings") {
  CHECK(says("2026-10-25 02:30 Europe/Paris",
             "exists twice in Europe/Paris, where the clocks change then: it can mean "
             "2026-10-25T02:30:00+02:00 or 2026-10-25T02:30:00+01:00"));
  CHECK(says("2026-11-01 01:15 America/New_York",
             "2026-11-01T01:15:00-04:00 or 2026-11-01T01:15:00-05:00"));
  CHECK(says("2026-10-04 02:15 Australia/Lord_Howe",
             "2026-10-04T01:45:00+10:30 or 2026-10-04T02:45:00+11:00"));
  CHECK(utc("2026-10-25 01:59") == "2026-10-24T23:59:00Z");
  CHECK(utc("2026-10-25 03:00") == "2026-10-25T02:00:00Z");
}

TEST_CASE("an unknown zone is refused with the name that may be meant") {
  CHECK(
      says("2026-12-01 15:00 Europe/Pariss", "\"Europe/Pariss\"; did you mean \"Europe/Paris\"?"));
  CHECK(says("2026-12-01 15:00 europe/paris", "did you mean \"Europe/Paris\"?"));
  CHECK(says("2026-12-01 15:00 New York", "did you mean \"America/New_York\"?"));
  CHECK(says("2026-12-01 15:00 Nowhere/Land/At/All", "no time zone \"Nowhere/Land/At/All\""));
  CHECK(says("2026-12-01 15:00 ../../../etc/passwd", "no time zone"));
  CHECK(parse_when("2026-12-01 15:00", "Mars/Olympus").error().what.find("Mars/Olympus") !=
        std::string::npos);
  CHECK(check_zone("Asia/Tokyo"));
  CHECK(check_zone("").error().fault == Fault::invalid);
}

TEST_CASE("what is not a time is refused with an example") {
  for (const char* text :
       {"", "tomorrow", "2026-12-01", "2026-02-30 15:00", "2026-12-01 25:00", "2026-12-01 15:0",
        "2026-12-01 15:00:", "2026-12-01 15:00:99", "2026-12-01 15:00Europe/Paris",
        "2026-12-01 15:00 +1", "2026-12-01x15:00", "01.12.2026 15:00"}) {
    CAPTURE(text);
    CHECK(says(text, "is not a date and time"));
  }
  CHECK(says("2038-07-01 15:00 Europe/Paris", "after 2037"));
  CHECK(utc("2038-07-01 15:00 UTC") == "2038-07-01T15:00:00Z");
}

TEST_CASE("a moment is told as the clocks of a zone show it") {
  const Micros at = *parse_when("2026-12-01 14:00 UTC", "");
  CHECK(in_zone(at, "Europe/Paris") == "Tue 1 Dec 2026, 15:00 Europe/Paris (UTC+1)");
  CHECK(in_zone(at, "Asia/Kolkata") == "Tue 1 Dec 2026, 19:30 Asia/Kolkata (UTC+5:30)");
  CHECK(in_zone(at, "America/St_Johns") == "Tue 1 Dec 2026, 10:30 America/St_Johns (UTC-3:30)");
  CHECK(in_zone(at, "Europe/London") == "Tue 1 Dec 2026, 14:00 Europe/London (UTC+0)");
  CHECK(in_zone(at, "UTC") == "Tue 1 Dec 2026, 14:00 UTC");
  CHECK(in_zone(at, "Mars/Olympus") == "Tue 1 Dec 2026, 14:00 UTC");
  CHECK(in_zone(INT64_MAX, "UTC").find(" 9999, ") != std::string::npos);
  CHECK(in_zone(INT64_MIN, "Asia/Tokyo").find(" 0001, ") != std::string::npos);
}
