#include "text/icalendar.hpp"

#include "base/moment.hpp"

namespace carillon {

namespace {

constexpr std::size_t line_bytes = 75;  // without the line break (RFC 5545, 3.1)

// RFC 5545, 3.3.11. Other control characters have no place in a text.
std::string escaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\' || c == ';' || c == ',') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) {
      out += c;
    } else if (c == '\t') {
      out += ' ';
    }
  }
  return out;
}

// A value that is no text (an address) is taken as it is, but ends no line.
std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) > 0x20 && c != 0x7F) out += c;
  }
  return out;
}

bool continues(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

// A folded line goes on behind a break and a blank, which counts.
void add_line(std::string& out, std::string_view line) {
  std::size_t room = line_bytes;
  while (line.size() > room) {
    std::size_t end = room;
    while (end > 1 && continues(line[end])) --end;
    out.append(line.substr(0, end)).append("\r\n ");
    line.remove_prefix(end);
    room = line_bytes - 1;
  }
  out.append(line).append("\r\n");
}

// 2026-12-01T15:00:00Z as 20261201T150000Z.
std::string utc(Micros at) {
  std::string out;
  for (const char c : iso_time(at)) {
    if (c != '-' && c != ':') out += c;
  }
  return out;
}

}  // namespace

std::string icalendar(const std::string& name, const std::vector<CalendarEntry>& entries) {
  std::string out;
  const auto line = [&](std::string_view key, const std::string& value) {
    if (!value.empty()) add_line(out, std::string(key) + ":" + value);
  };
  line("BEGIN", "VCALENDAR");
  line("VERSION", "2.0");
  line("PRODID", "-//Carillon//Planned announcements//EN");
  line("NAME", escaped(name));
  line("X-WR-CALNAME", escaped(name));
  line("REFRESH-INTERVAL;VALUE=DURATION", "PT1H");
  for (const CalendarEntry& entry : entries) {
    line("BEGIN", "VEVENT");
    line("UID", escaped(entry.uid));
    line("DTSTAMP", utc(entry.changed));
    line("LAST-MODIFIED", utc(entry.changed));
    line("DTSTART", utc(entry.at));
    line("SUMMARY", escaped(entry.summary));
    line("DESCRIPTION", escaped(entry.description));
    line("URL", one_line(entry.url));
    line("TRANSP", "TRANSPARENT");
    line("END", "VEVENT");
  }
  line("END", "VCALENDAR");
  return out;
}

}  // namespace carillon
