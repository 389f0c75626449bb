#include "base/zone.hpp"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "base/moment.hpp"

namespace carillon {

namespace {

constexpr const char* example = "write it as \"2026-12-01 15:00 Europe/Paris\"";
constexpr Micros first_year = -62'135'596'800 * second;  // 0001-01-01T00:00:00Z
constexpr Micros year_10000 = 253'402'300'800 * second;  // 10000-01-01T00:00:00Z
constexpr Micros rules_end = 2'145'916'800 * second;     // 2038-01-01T00:00:00Z

// The zone a person may have meant by an unknown name: the same in other letters, the one of that
// city, or one a slip of the finger away. Abbreviations are no candidates: each is meant by several
// zones.
std::optional<std::string> meant_zone(std::string_view name) {
  std::vector<std::string> regions{"UTC"};
  for (const date::time_zone& zone : date::get_tzdb().zones) {
    if (zone.name().find('/') != std::string::npos) regions.push_back(zone.name());
  }
  std::string wanted = lower_ascii(name);
  std::replace(wanted.begin(), wanted.end(), ' ', '_');
  for (const std::string& region : regions) {
    if (lower_ascii(region) == wanted) return region;
  }
  for (const std::string& region : regions) {
    if (!wanted.empty() && lower_ascii(region).ends_with("/" + wanted)) return region;
  }
  return nearest(name, regions);
}

// `name` must be a name of the list and not only a path below the database: the library opens files
// by it.
Result<const date::time_zone*> find_zone(std::string_view name) {
  try {
    const auto& zones = date::get_tzdb().zones;
    const auto found =
        std::find_if(zones.begin(), zones.end(), [&](const auto& z) { return z.name() == name; });
    if (found != zones.end()) return &*found;
    const auto meant = meant_zone(name);
    return fail(
        Fault::invalid,
        meant ? fmt::format("there is no time zone \"{}\"; did you mean \"{}\"?", name, *meant)
              : fmt::format("there is no time zone \"{}\"", name),
        "write a name of the IANA list such as \"Europe/Paris\" or \"UTC\", or an offset "
        "such as \"2026-12-01T15:00:00+01:00\"");
  } catch (const std::exception& error) {
    return fail(Fault::unavailable,
                fmt::format("the time zones of this machine cannot be read: {}", error.what()),
                "install the package tzdata");
  }
}

// `offset` in the words of RFC 3339: "+01:00".
std::string offset_text(Micros offset) {
  const Micros minutes = (offset < 0 ? -offset : offset) / minute;
  return fmt::format("{}{:02}:{:02}", offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

Micros micros_of(std::chrono::seconds seconds) {
  return seconds.count() * second;
}

// The moment `at` on the clocks of an offset: "2026-03-29T03:30:00+02:00".
std::string with_offset(Micros at, Micros offset) {
  std::string local = iso_time(at + offset);
  local.pop_back();
  return local + offset_text(offset);
}

// `local`: what the clocks of the zone show, as if they showed UTC. `text`: for the errors.
Result<Micros> at_local(Micros local, std::string_view zone, std::string_view text) {
  TRY(const date::time_zone* const found, find_zone(zone));
  if (local >= rules_end && zone != "UTC")
    return fail(Fault::invalid,
                fmt::format("\"{}\" is after 2037, where the clock changes of {} are not known yet",
                            text, zone),
                "write it with its offset, as \"2040-12-01T15:00:00+01:00\"");
  const date::local_seconds shown{std::chrono::seconds{local / second}};
  date::local_info info;
  try {
    info = found->get_info(shown);
  } catch (const std::exception& error) {
    return fail(Fault::unavailable,
                fmt::format("the time zone {} cannot be read: {}", zone, error.what()),
                "install the package tzdata");
  }
  const Micros before = micros_of(info.first.offset);
  if (info.result == date::local_info::unique) return local - before;
  const Micros after = micros_of(info.second.offset);
  const bool skipped = info.result == date::local_info::nonexistent;
  // A skipped time read by the clock before the change is shown by the clock after it, and the
  // other way round: both readings are times that the clocks do show.
  std::string early =
      skipped ? with_offset(local - after, before) : with_offset(local - before, before);
  std::string late =
      skipped ? with_offset(local - before, after) : with_offset(local - after, after);
  return fail(Fault::invalid,
              fmt::format("\"{}\" {} in {}, where the clocks change then: it can mean {} or {}",
                          text, skipped ? "does not exist" : "exists twice", zone, early, late),
              "write one of these two times instead");
}

}  // namespace

Result<Micros> parse_when(std::string_view text, std::string_view default_zone) {
  text = trim(text);
  if (const auto at = parse_time(text)) return *at;
  const auto unreadable = [&] {
    return fail(Fault::invalid, fmt::format("\"{}\" is not a date and time", text), example);
  };
  constexpr std::size_t to_minutes = 16;  // "2026-12-01 15:00"
  if (text.size() < to_minutes || (text[10] != ' ' && text[10] != 'T' && text[10] != 't'))
    return unreadable();
  std::size_t end = to_minutes;
  std::string clock = std::string(text.substr(0, to_minutes));
  if (text.size() > end && text[end] == ':') {
    clock += text.substr(end, 3);
    end = std::min(end + 3, text.size());
  } else {
    clock += ":00";
  }
  const auto local = parse_time(clock + "Z");
  if (!local) return unreadable();
  const std::string_view rest = text.substr(end);
  const std::string_view zone = trim(rest);
  if (zone.empty()) return at_local(*local, default_zone.empty() ? "UTC" : default_zone, text);
  if (zone == "Z" || zone == "z" || zone[0] == '+' || zone[0] == '-') {
    const auto at = parse_time(clock + std::string(zone));
    return at ? Result<Micros>(*at) : unreadable();
  }
  if (rest[0] != ' ') return unreadable();
  return at_local(*local, zone, text.substr(0, end));
}

std::string in_zone(Micros at, std::string_view zone) {
  at = std::clamp(at, first_year + day, year_10000 - day - second);
  Micros offset = 0;
  bool known = false;
  if (const auto found = find_zone(zone)) {
    try {
      const date::sys_seconds moment{std::chrono::seconds{at / second}};
      offset = micros_of((*found)->get_info(moment).offset);
      known = true;
    } catch (const std::exception&) {
      known = false;  // as for an unknown zone: the moment is told in UTC
    }
  }
  const auto words = split(http_time(at + offset), ' ');  // "Tue," "01" "Dec" "2026" "15:00:00"
  const std::string_view day_of_month = words[1];
  const std::string shown = fmt::format("{} {} {} {}, {}", words[0].substr(0, 3),
                                        day_of_month.substr(day_of_month[0] == '0' ? 1 : 0),
                                        words[2], words[3], words[4].substr(0, 5));
  if (!known || zone == "UTC") return shown + " UTC";
  const Micros minutes = (offset < 0 ? -offset : offset) / minute;
  std::string difference = fmt::format("UTC{}{}", offset < 0 ? '-' : '+', minutes / 60);
  if (minutes % 60 != 0) difference += fmt::format(":{:02}", minutes % 60);
  return fmt::format("{} {} ({})", shown, zone, difference);
}

Result<void> check_zone(std::string_view zone) {
  CHECK_OK(find_zone(zone));
  return {};
}

}  // namespace carillon
