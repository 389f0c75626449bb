// A plan that is held for a moment, and withdrawn as if it never was.
#include <fmt/format.h>

#include "publish/outbox.hpp"
#include "publish/rows.hpp"

namespace carillon {

namespace {

tl::unexpected<Error> too_late(const std::string& slug) {
  return fail(Fault::conflict, fmt::format("{} can no longer be withdrawn", slug),
              "What still waits can be cancelled; what is public is removed on the platform.");
}

// Takes back what the plan made of a delivery, or nothing: one that moved since is on its way. The
// write comes first, so that nobody else moves it until the transaction ends.
Result<bool> take_back(Db& db, const std::string& id, Micros made, const Delivery* before) {
  TRY(const auto now, rows::delivery(db, id));
  const bool untouched = now && now->state == DeliveryState::planned && now->updated == made;
  if (!untouched) return false;
  TRY(const bool ours, rows::replace(db, *now, *now));
  if (!ours) return false;
  if (before == nullptr) {
    CHECK_OK(rows::remove_delivery(db, id));
  } else {
    CHECK_OK(rows::save(db, *before, false));
  }
  return true;
}

}  // namespace

Result<std::vector<Hold>> Outbox::holds() {
  return store_.read([](Db& db) { return rows::holds(db); });
}

Result<std::optional<Hold>> Outbox::hold(const std::string& announcement) {
  return store_.read([&](Db& db) { return rows::hold(db, announcement); });
}

Result<std::vector<Hold>> Outbox::held_at_home() {
  return store_.read([](Db& db) { return rows::held_at_home(db); });
}

Result<void> Outbox::withdraw(const std::string& announcement, const std::string& actor,
                              const std::function<Result<void>(Db&, const Hold&)>& also) {
  return store_.write([&](Db& db) -> Result<void> {
    TRY(const auto row, rows::announcement(db, announcement));
    if (!row)
      return fail(Fault::not_found, fmt::format("there is no announcement {}", announcement),
                  "`carillon status` lists them.");
    TRY(const auto hold, rows::hold(db, row->id));
    if (!hold) return too_late(row->slug);
    for (const Delivery& before : hold->before.deliveries) {
      TRY(const bool done, take_back(db, before.id, hold->made, &before));
      if (!done) return too_late(row->slug);
    }
    for (const std::string& id : hold->before.made) {
      TRY(const bool done, take_back(db, id, hold->made, nullptr));
      if (!done) return too_late(row->slug);
    }
    CHECK_OK(also(db, *hold));
    CHECK_OK(rows::remove_hold(db, row->id));
    if (hold->before.row.empty()) {
      CHECK_OK(rows::remove(db, row->id));
    } else {
      CHECK_OK(rows::save(db, hold->before.row.front(), false));
    }
    return append_event(db, {ids_.next(),
                             clock_.now(),
                             "announcement.withdrawn",
                             actor,
                             row->id,
                             {{"slug", json::string(row->slug)}}});
  });
}

}  // namespace carillon
