#include "hub/home_deliveries.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/moment.hpp"
#include "base/zone.hpp"
#include "federation/activity.hpp"
#include "federation/progress.hpp"
#include "hub/blocking.hpp"

namespace carillon {

namespace {

constexpr std::int64_t deliveries_shown = 50;
constexpr std::int64_t failing_shown = 100;
// A running server is at it within a second; one that was ended left its lease behind.
constexpr Micros starting = 10 * second;

HomeDelivery view_of(const fedi_rows::SpreadState& row, Micros now) {
  HomeDelivery out;
  out.id = row.id;
  if (const auto body = parse_json(row.body); body && body->is_object()) {
    out.type = type_of(*body);
    out.about = id_of(member_of(body->get_object(), "object"));
  }
  out.made = iso_time(row.made);
  out.told = row.told;
  out.refused = row.refused;
  out.waiting = row.waiting;
  out.left = row.left;
  out.dead = row.dead;
  out.done = !row.spreading && row.waiting == 0;
  if (row.next > 0) out.next = iso_time(row.next);
  if (!row.spreading) {
    out.idle = row.waiting > 0 && row.next + minute < now;
    return out;
  }
  out.idle = row.lease <= now && row.made + starting < now;
  const double seconds = static_cast<double>(now - row.made) / static_cast<double>(second);
  const std::int64_t settled = row.told + row.refused + row.waiting;
  if (settled == 0 || seconds < 1) return out;
  const double rate = static_cast<double>(settled) / seconds;
  out.per_second = std::round(rate * 10) / 10;
  out.seconds_left = static_cast<std::int64_t>(std::ceil(static_cast<double>(row.left) / rate));
  return out;
}

HomeHost view_of(const fedi_rows::HostState& row) {
  return {row.host,
          row.dead,
          row.failures,
          row.since == 0 ? std::string() : iso_time(row.since),
          row.dead || row.not_before == 0 ? std::string() : iso_time(row.not_before),
          row.waiting,
          row.reason};
}

std::string duration(std::int64_t seconds) {
  if (seconds < 120) return fmt::format("{} s", seconds);
  if (seconds < 7200) return fmt::format("{} min", (seconds + 59) / 60);
  return fmt::format("{} h", (seconds + 3599) / 3600);
}

std::string local(const std::string& time, const std::string& zone) {
  return in_zone(parse_time(time).value_or(0), zone);
}

std::string line_of(const HomeDelivery& one, const std::string& zone) {
  std::string out = fmt::format("{} of {}, {}\n", one.type, one.about, local(one.made, zone));
  out += fmt::format("  told {}", one.told);
  const auto also = [&](std::int64_t count, std::string_view words) {
    if (count > 0) out += fmt::format(", {} {}", words, count);
  };
  also(one.refused, "refused");
  also(one.waiting, "waiting");
  also(one.left, "not asked yet");
  also(one.dead, "on dead servers");
  out += one.done ? ": done\n" : "\n";
  if (one.seconds_left && !one.idle)
    out += fmt::format("  {:.1f} a second since it began; the first round is through in {}\n",
                       *one.per_second, duration(*one.seconds_left));
  if (!one.next.empty() && !one.idle)
    out += fmt::format("  the next is asked again {}\n", local(one.next, zone));
  if (one.idle) out += "  nobody sends it: is `carillon serve` running?\n";
  return out;
}

}  // namespace

Result<HomeDeliveries> home_deliveries(Hub& hub, const Actor&, const HomeDeliveriesRequest&) {
  CHECK_OK(check_account(hub));
  const Micros now = hub.clock().now();
  return hub.store().read([&](Db& db) -> Result<HomeDeliveries> {
    TRY(const auto spreads, fedi_rows::spreads(db, deliveries_shown));
    TRY(const auto hosts, fedi_rows::failing_hosts(db, failing_shown));
    HomeDeliveries out;
    for (const auto& row : spreads) out.deliveries.push_back(view_of(row, now));
    for (const auto& row : hosts) out.hosts.push_back(view_of(row));
    return out;
  });
}

std::string deliveries_in_words(const HomeDeliveries& all, const std::string& zone) {
  std::string out;
  for (const HomeDelivery& one : all.deliveries) out += line_of(one, zone);
  if (out.empty()) out = "Nothing was sent to followers in the last week.\n";
  if (!all.hosts.empty()) out += "\nServers that take nothing now:\n";
  for (const HomeHost& one : all.hosts) {
    out += fmt::format("  {}, since {}: {}", one.host, local(one.since, zone),
                       one.dead ? "dead, until it is heard of" : "asked again ");
    if (!one.dead) out += local(one.next, zone);
    if (one.waiting > 0) out += fmt::format("; {} waiting", one.waiting);
    out += one.reason.empty() ? "\n" : fmt::format(": {}\n", one.reason);
  }
  return out;
}

std::vector<Operation<Hub>> fan_out_operations() {
  return {operation<Hub>(
      {.name = "home deliveries",
       .method = "GET",
       .path = "/home/deliveries",
       .needs = Permission::author,
       .summary = "how far what the home sent to its followers came",
       .help = "Of each activity of the last week how many inboxes were told, refused it, are "
               "asked again or not asked yet, with the rate of the first round and when it is "
               "through; and the servers that take nothing now. A server with a shared inbox is "
               "one inbox, however many follow there."},
      &home_deliveries)};
}

}  // namespace carillon
