#include "publish/removal.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "publish/rows.hpp"

namespace carillon {

namespace {

constexpr const char* columns =
    "select announcement, slug, permalink, published, removed from removal";

}  // namespace

Result<Removal> remove_from_home(Store& store, const Clock& clock, Ids& ids,
                                 const std::string& announcement, const std::string& actor) {
  return store.write([&](Db& db) -> Result<Removal> {
    TRY(const auto row, rows::announcement(db, announcement));
    if (!row)
      return fail(Fault::not_found, fmt::format("there is no announcement {}", announcement),
                  "`carillon announcement list` shows them.");
    TRY(auto before, removal_of(db, row->id));
    if (before) return std::move(*before);
    TRY(const auto all, rows::deliveries(db, row->id));
    const auto home = std::find_if(all.begin(), all.end(), [](const Delivery& one) {
      return one.platform == "home" && one.state == DeliveryState::published;
    });
    if (home == all.end())
      return fail(Fault::conflict, fmt::format("the home does not show {}", row->slug),
                  "What is only planned is cancelled: `carillon resolve DELIVERY --cancel`.");
    // As Hub::view has it.
    const Micros published = row->revision > 1 ? row->created : std::max(row->created, home->due);
    Removal out{row->id, row->slug, row->permalink, published, clock.now()};
    CHECK_OK(db.insert("removal", out));
    CHECK_OK(append_event(db, {ids.next(),
                               out.removed,
                               "announcement.removed",
                               actor,
                               row->id,
                               {{"slug", json::string(row->slug)}}}));
    return out;
  });
}

Result<std::optional<Removal>> removal_of(Db& db, const std::string& announcement) {
  return db.first<Removal>(std::string(columns) + " where announcement = $1", announcement);
}

Result<std::optional<Removal>> removal_of_slug(Db& db, const std::string& slug) {
  return db.first<Removal>(std::string(columns) + " where slug = $1", slug);
}

Result<std::optional<Removal>> removal_at(Db& db, const std::string& permalink) {
  return db.first<Removal>(std::string(columns) + " where permalink = $1", permalink);
}

Result<std::vector<Removal>> removals(Db& db) {
  return db.all<Removal>(std::string(columns) + " order by removed");
}

}  // namespace carillon
