// What happened, append-only and chained (core/chain.hpp): the audit log, timelines and reports
// read it.
#pragma once

#include "base/ids.hpp"
#include "core/chain.hpp"
#include "core/event.hpp"
#include "store/db.hpp"

namespace carillon {

// Within the caller's transaction, so that an act and its event stand or fall together. The event
// gets its place in the chain when the transaction commits, and is not to be read before: only then
// is the end of the chain locked, and always last, so that writers wait for each other as shortly
// as can be and never in a circle. Errors: internal outside of a transaction; conflict, at the
// commit, for an id that is there.
Result<void> append_event(Db& db, const Event& event);

// Who acts on this thread, and from where, as long as it lives: events that do not say from where
// take it over. An inner one counts, and the outer one again after it. Stays on its thread.
class Acting {
 public:
  Acting(std::string who, std::string where);
  ~Acting();
  Acting(const Acting&) = delete;
  Acting& operator=(const Acting&) = delete;
  // How many events told meanwhile are of who acts: when none is, the act itself has to be told.
  [[nodiscard]] std::int64_t told() const { return told_; }

 private:
  friend Result<void> append_event(Db& db, const Event& event);
  std::string who_;
  std::string where_;
  std::int64_t told_ = 0;
  Acting* outer_;
};

// Events after `id` (empty: from the first), oldest first, at most `count`.
Result<std::vector<Event>> events_after(Db& db, const std::string& id, std::int64_t count);

// Events about one subject, oldest first.
Result<std::vector<Event>> events_about(Db& db, const std::string& subject);

// Which events; what is empty or 0 does not matter.
struct EventFilter {
  std::string actor;
  std::string kind;  // "draft.saved", or "draft" for all of these
  std::string subject;
  Micros since = 0;
  Micros until = 0;         // before this
  std::int64_t before = 0;  // number: only older ones
};
struct NumberedEvent {
  std::int64_t seq = 0;
  Event event;
};
// Those behind number `seq`, oldest first, at most `count`.
Result<std::vector<NumberedEvent>> events_behind(Db& db, std::int64_t seq, std::int64_t count);
// The newest first, at most `count`.
Result<std::vector<NumberedEvent>> newest_events(Db& db, const EventFilter& filter,
                                                 std::int64_t count);

// Gives each event of the chain from the time `since` on (0: all), in order; `previous` is filled
// in. Stops at an error of `each`, with that.
Result<void> read_chain(Db& db, Micros since,
                        const std::function<Result<void>(const ChainedEvent&)>& each);
// The number and hash of the last event, as they are kept apart.
Result<ChainCheck::Head> chain_head(Db& db);
// Checks the whole chain, and that it ends where its head says.
Result<ChainReport> check_chain(Db& db, const std::string& pinned);

// Which details to erase: those of these kinds about one subject.
struct Erasing {
  std::string subject;
  std::vector<std::string> kinds;
};
// Erases them: the chain still holds, and one event more tells which were erased, by whom. Returns
// how many.
Result<std::int64_t> erase_details(Db& db, const Erasing& which, const std::string& by, Micros now,
                                   Ids& ids);

namespace store_detail {
// Puts them at the end of the chain; the last thing that a transaction does.
Result<void> chain_events(Db& db, const std::vector<Event>& events);
// Puts those that were written before there was a chain into it, oldest first.
Result<void> chain_old_events(Db& db);
}  // namespace store_detail

}  // namespace carillon
