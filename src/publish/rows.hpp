// The SQL of the announcement and delivery tables.
#pragma once

#include "publish/outbox.hpp"

namespace carillon::rows {

Result<std::optional<AnnouncementRow>> announcement(Db& db, const std::string& id_or_slug);
Result<std::vector<AnnouncementRow>> announcements(Db& db);
Result<void> save(Db& db, const AnnouncementRow& row, bool is_new);
Result<std::optional<Delivery>> delivery(Db& db, const std::string& id);
// The same, held until the transaction ends. It waits: on PostgreSQL a claim holds for a moment
// also the rows that another worker has taken just before it, and skipping those would leave them
// lying until their lease is over.
Result<std::optional<Delivery>> take_delivery(Db& db, const std::string& id);
Result<std::vector<Delivery>> deliveries(Db& db, const std::string& announcement);
// Without rendition and steps.
Result<std::vector<Delivery>> outlines(Db& db, const DeliveryQuery& query);
Result<std::vector<AnnouncementRow>> announcements(Db& db, Micros from, Micros to,
                                                   std::int64_t count);
Result<std::vector<AnnouncementRow>> at_home(Db& db);
// Without its draft.
Result<std::optional<AnnouncementRow>> name(Db& db, const std::string& id);
Result<std::vector<Delivery>> overdue(Db& db, Micros before);
// When a published delivery last changed, how many there are and how many announcements were taken
// from the home, in one number.
Result<std::int64_t> version(Db& db);
Result<std::vector<Delivery>> expired(Db& db, Micros now);
// What may be worked on now; the home of an announcement before its other channels.
Result<std::vector<Delivery>> claimable(Db& db, Micros now, std::int64_t count);
Result<void> save(Db& db, const Delivery& row, bool is_new);
// Takes an announcement away with its deliveries.
Result<void> remove(Db& db, const std::string& announcement);
Result<void> remove_delivery(Db& db, const std::string& id);
Result<std::vector<Hold>> holds(Db& db);
Result<std::vector<Hold>> held_at_home(Db& db);
Result<std::optional<Hold>> hold(Db& db, const std::string& announcement);
// Forgets an earlier hold of the same announcement.
Result<void> save(Db& db, const Hold& row);
Result<void> remove_hold(Db& db, const std::string& announcement);
// Writes `row` over what the database holds, if that is still as `seen`; false: it has changed.
Result<bool> replace(Db& db, const Delivery& row, const Delivery& seen);
// Writes what came of a worker's work; false when the delivery is not its any more: a person
// decided, the text changed, or the lease ran out. But while that very request is in doubt, its
// outcome is welcome from whoever knows it.
Result<bool> settle(Db& db, const Delivery& row, Grip grip);

}  // namespace carillon::rows
