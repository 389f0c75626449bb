// The chain of events (docs/adr/0019-chained-log.md): each event's hash covers the hash before it,
// so that what was changed, removed or put in between shows. All functions are pure and
// thread-safe.
//
//   hash   = SHA-256 of these, each as LENGTH ':' BYTES ',' with the length in decimal:
//            "carillon event 1", the hash before, the number, the id, the time in microseconds,
//            the kind, the actor, from where, the subject, the digest
//   digest = SHA-256 of the salt (16 bytes) and the details
//
// Numbers are decimal text, hashes are their 32 bytes; before the first event stand 32 zero bytes.
// Details can be erased: then the salt goes with them, or who knows what may have stood there could
// compare, and the digest stays.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace carillon {

inline constexpr std::size_t chain_salt_bytes = 16;
// What an event says once its details are erased.
inline constexpr std::string_view erased_details = "{}";
// The kind of the event that tells which details were erased, as {"events": [NUMBER…]}.
inline constexpr std::string_view erasing_kind = "details.erased";

// Hashes and salt are bytes here and hexadecimal in a file.
struct ChainedEvent {
  std::int64_t seq = 0;  // counts from 1, without gaps
  std::string id;
  Micros at = 0;
  std::string kind;
  std::string actor;
  std::string via;
  std::string subject;
  std::string details;  // JSON, byte for byte as it was written
  std::string salt;     // empty: the details are erased
  std::string digest;
  std::string previous;  // the hash before; empty in the database, where it stands one row up
  std::string hash;
  std::string marks;  // a checksum of each member, by which it is found what was changed
};

// The hash before the first event.
[[nodiscard]] std::string chain_start();
[[nodiscard]] std::string details_digest(std::string_view salt, std::string_view details);
[[nodiscard]] std::string chain_hash(const ChainedEvent& event);
[[nodiscard]] std::string chain_marks(const ChainedEvent& event);
// Fills in digest, hash and marks of an event whose other members stand.
void seal_event(ChainedEvent& event);

// One line of an exported log: a JSON object without a line break.
[[nodiscard]] std::string chain_line(const ChainedEvent& event);
// Errors: corrupt, saying what is wrong with the line.
[[nodiscard]] Result<ChainedEvent> read_chain_line(std::string_view line);

// What came of a check.
struct ChainReport {
  std::int64_t count = 0;
  std::int64_t first = 0;  // numbers
  std::int64_t last = 0;
  Micros first_at = 0;
  Micros last_at = 0;
  std::int64_t erased = 0;     // events whose details are erased
  std::string head;            // the last hash
  std::int64_t broken_at = 0;  // the number of the first event that does not fit; 0: all fit
  std::string broken;          // what was changed there, in a sentence; empty: nothing
  std::int64_t pinned_at = 0;  // the event whose hash was looked for; 0: it is not there
};

// Checks a chain event by event, as they stand one after the other. Not thread-safe.
class ChainCheck {
 public:
  // `pinned`: a hash that is looked for; may be empty.
  explicit ChainCheck(std::string pinned = {}) : pinned_(std::move(pinned)) {}
  void add(const ChainedEvent& event);
  // Says that something cannot be read where the next event should stand.
  void add_unreadable(std::int64_t line, const std::string& why);
  // What was kept apart as the last number and hash; nothing where that is not known.
  struct Head {
    std::int64_t seq = 0;
    std::string hash;
  };
  [[nodiscard]] ChainReport finish(const std::optional<Head>& head = std::nullopt);

 private:
  void check_order(std::int64_t before, std::int64_t now);
  void judge(const ChainedEvent& event, const ChainedEvent* next, const std::optional<Head>& head);
  void judge_rest(const ChainedEvent& event, const ChainedEvent& right);
  void break_at(std::int64_t seq, std::string sentence);
  void note_erasing(const ChainedEvent& event);
  std::string pinned_;
  ChainReport report_;
  std::optional<ChainedEvent> held_;    // waits for its successor, which tells what of it is right
  std::string before_;                  // the hash of the event before held_
  std::set<std::int64_t> unexplained_;  // erased, and no later event said so yet
};

// Checks an exported log, fed piece by piece as it is read. Not thread-safe.
class ChainFile {
 public:
  explicit ChainFile(std::string pinned = {}) : check_(std::move(pinned)) {}
  void feed(std::string_view bytes);
  [[nodiscard]] ChainReport finish();

 private:
  void take(std::string_view line);
  ChainCheck check_;
  std::string rest_;  // of a line whose end has not come
  std::int64_t line_ = 0;
  bool stopped_ = false;  // after what cannot be read
};

}  // namespace carillon
