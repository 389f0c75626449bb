#include "publish/pins.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "publish/removal.hpp"
#include "publish/rows.hpp"

namespace carillon {

namespace {

struct Permalink {
  std::string permalink;
};
BOOST_DESCRIBE_STRUCT(Permalink, (), (permalink))

Result<bool> add(Db& db, const AnnouncementRow& row, Micros now) {
  TRY(const auto removed, removal_of(db, row.id));
  if (removed || row.permalink.empty())
    return fail(Fault::conflict, fmt::format("the home does not show {}", row.slug),
                "Only what has a page on the home can be pinned.");
  TRY(const auto all, pinned(db));
  const bool known = std::find(all.begin(), all.end(), row.permalink) != all.end();
  if (!known && std::cmp_greater_equal(all.size(), pins_at_most))
    return fail(Fault::conflict, fmt::format("{} announcements are pinned already", all.size()),
                "Take one away first: `carillon announcement unpin SLUG`.");
  TRY(const std::int64_t added,
      db.run("insert into pin (announcement, pinned) values ($1, $2) on conflict (announcement) "
             "do nothing",
             row.id, now));
  return added == 1;
}

}  // namespace

Result<Pinned> pin(Store& store, const Clock& clock, const std::string& announcement, bool on,
                   const std::function<Result<void>(Db&, const Pinned&)>& also) {
  return store.write([&](Db& db) -> Result<Pinned> {
    TRY(const auto row, rows::announcement(db, announcement));
    if (!row)
      return fail(Fault::not_found, fmt::format("there is no announcement {}", announcement),
                  "`carillon announcement list` shows them.");
    Pinned out{row->id, row->slug, row->permalink, false};
    if (on) {
      TRY(out.changed, add(db, *row, clock.now()));
    } else {
      TRY(const std::int64_t gone, db.run("delete from pin where announcement = $1", row->id));
      out.changed = gone == 1;
    }
    if (out.changed && also) CHECK_OK(also(db, out));
    return out;
  });
}

Result<std::vector<std::string>> pinned(Db& db) {
  TRY(const auto rows,
      db.all<Permalink>("select a.permalink as permalink from pin p "
                        "join announcement a on a.id = p.announcement "
                        "left join removal r on r.announcement = p.announcement "
                        "where r.announcement is null order by p.pinned desc, p.announcement"));
  std::vector<std::string> out;
  out.reserve(rows.size());
  for (const Permalink& row : rows) out.push_back(row.permalink);
  return out;
}

}  // namespace carillon
