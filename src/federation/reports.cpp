#include "federation/reports.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "federation/limits.hpp"
#include "text/html_text.hpp"

namespace carillon {

namespace {

constexpr const char* columns =
    "select id, actor, host, words, about, made, person, seen from fedi_report";

}  // namespace

Result<void> take_flag(Db& db, const FediSite& site, const Activity& activity, Micros now) {
  const ActivityPart& said = activity.outer;
  const std::vector<std::string> named = ids_of(member_of(said.whole, "object"));
  const auto post =
      std::find_if(named.begin(), named.end(), [&](const std::string& id) { return site.has(id); });
  const bool us = std::find(named.begin(), named.end(), site.account().id()) != named.end();
  if (post == named.end() && !us) return {};
  if (said.content.size() > limits::reply_bytes) return {};
  const FediReport report{to_hex(sha256(said.id)).substr(0, 16),
                          said.actor,
                          host_of(said.actor),
                          html_to_text(said.content),
                          post == named.end() ? site.account().id() : *post,
                          now,
                          {},
                          0};
  CHECK_OK(
      db.run("insert into fedi_report (id, actor, host, words, about, made, person, seen) "
             "values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do nothing",
             report.id, report.actor, report.host, report.words, report.about, report.made,
             report.person, report.seen));
  CHECK_OK(
      db.run("delete from fedi_report where id in "
             "(select id from fedi_report order by made desc, id limit 1000000 offset $1)",
             limits::reports_kept));
  return {};
}

namespace fedi_rows {

Result<std::vector<FediReport>> reports(Db& db, bool open_only) {
  return db.all<FediReport>(
      fmt::format("{}{} order by made desc, id", columns, open_only ? " where seen = 0" : ""));
}

Result<FediReport> mark_seen(Db& db, const std::string& id, const std::string& person, Micros now) {
  CHECK_OK(db.run("update fedi_report set person = $2, seen = $3 where id = $1 and seen = 0", id,
                  person, now));
  TRY(auto found, db.first<FediReport>(std::string(columns) + " where id = $1", id));
  if (found) return std::move(*found);
  return fail(Fault::not_found, fmt::format("there is no report {}", id),
              "`carillon home reports --all` lists them.");
}

}  // namespace fedi_rows

}  // namespace carillon
