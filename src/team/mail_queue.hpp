// Mail on its way: rows that survive whatever happens to the program.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "team/vault.hpp"

namespace carillon {

namespace limits {
inline constexpr Micros mail_lease = 3 * minute;   // longer than the talk with a server takes
inline constexpr Micros mail_tried_for = 3 * day;  // then it is given up
inline constexpr Micros mail_kept = 7 * day;       // that the list shows what came of it
}  // namespace limits

struct Letter {
  std::string to;
  std::string subject;
  std::string text;
  std::string unsubscribe = {};  // the address that turns this kind off; empty: there is none
};
BOOST_DESCRIBE_STRUCT(Letter, (), (to, subject, text, unsubscribe))

// Refused: by the server for good, or it could not be sent for limits::mail_tried_for.
enum class MailState { waiting, sent, refused };
BOOST_DESCRIBE_ENUM(MailState, waiting, sent, refused)

struct MailRow {
  std::string id;      // stands in the Message-ID: the same however often it is tried
  std::string sealed;  // the letter; it may hold a link that lets somebody in. Settled: empty
  MailState state = MailState::waiting;
  std::int64_t attempts = 0;
  Micros not_before = 0;
  Micros lease = 0;    // somebody sends it until then
  std::string reason;  // what the last attempt said
  Micros made = 0;
  Micros updated = 0;
};
BOOST_DESCRIBE_STRUCT(MailRow, (),
                      (id, sealed, state, attempts, not_before, lease, reason, made, updated))

struct TakenMail {
  MailRow row;
  Letter letter;
};

// Thread-safe; several may share one store, in one process or many. A letter is sent at least once:
// who dies between sending and settling sends it again, with its id.
class MailQueue {
 public:
  MailQueue(Store& store, const Clock& clock, Ids& ids, Vault& vault)
      : store_(store), clock_(clock), ids_(ids), vault_(vault) {}

  // The row of a letter, to be added in the transaction that notes why it is written. Errors:
  // those of the key.
  [[nodiscard]] Result<MailRow> row_of(const Letter& letter);
  static Result<void> add(Db& db, const MailRow& row);

  // What is due, the oldest first, for limits::mail_lease; `id`: only that one. Nothing: nothing
  // is. Errors: those of the store and the key.
  Result<std::optional<TakenMail>> take(const std::string& id = {});
  // What came of it; nothing is written where the lease was lost.
  Result<void> sent(const MailRow& row);
  Result<void> refused(const MailRow& row, const std::string& reason);
  // Tried again on the curve of every delivery. `all`: what else waits is not tried before either.
  Result<void> put_off(const MailRow& row, const std::string& reason, bool all);

  // The newest first, what is settled too; letters stay closed.
  Result<std::vector<MailRow>> list();
  // Forgets what was settled limits::mail_kept ago.
  Result<void> prune();

 private:
  Result<void> settle(MailRow row, MailState state, const std::string& reason);
  Store& store_;
  const Clock& clock_;
  Ids& ids_;
  Vault& vault_;
};

}  // namespace carillon
