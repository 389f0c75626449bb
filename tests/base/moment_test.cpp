#include "base/moment.hpp"

#include <doctest/doctest.h>

#include "base/log.hpp"

using namespace carillon;

TEST_CASE("moments read and write in the three spellings of the web") {
  const Micros at = 1'795'515'723'417'000;
  CHECK(iso_time(at) == "2026-11-24T10:22:03Z");
  CHECK(iso_time_millis(at) == "2026-11-24T10:22:03.417Z");
  CHECK(http_time(at) == "Tue, 24 Nov 2026 10:22:03 GMT");
  CHECK(parse_time("2026-11-24T10:22:03.417Z") == at);
  CHECK(parse_time("2026-11-24T12:22:03.417+02:00") == at);
  CHECK(parse_time("Tue, 24 Nov 2026 10:22:03 GMT") == at - 417'000);
  CHECK(iso_time(-1) == "1969-12-31T23:59:59Z");
  for (const char* bad :
       {"", "2026-11-24", "2026-13-24T10:22:03Z", "2026-11-24T10:22:03", "2026-02-30T10:22:03Z",
        "2026-11-24T10:22:03Zx", "Tue, 24 Nop 2026 10:22:03 GMT"})
    CHECK_MESSAGE(!parse_time(bad), bad);
}

TEST_CASE("a foreign text cannot forge a log line") {
  CHECK(log_line(Level::info, "published", {{"url", "https://example.org/a"}}) ==
        "level=info what=published url=https://example.org/a");
  CHECK(log_line(Level::error, "a\nlevel=info", {{"x", ""}}) ==
        "level=error what=\"a\\x0alevel=info\" x=\"\"");
}
