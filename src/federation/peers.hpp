// Accounts of other servers: their keys and inboxes, read once and kept.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "federation/rows.hpp"
#include "federation/signature.hpp"
#include "net/client.hpp"

namespace carillon {

// What a running program remembers beside the database. Thread-safe.
class PeerMemory {
 public:
  // Whether an account could not be read a short while ago.
  [[nodiscard]] bool is_refused(const std::string& actor, Micros now);
  void refuse(const std::string& actor, Micros now);
  // Takes one of the places for reading an account; false when all are taken.
  [[nodiscard]] bool enter();
  void leave();

 private:
  std::mutex mutex_;
  std::map<std::string, Micros> refused_;
  int inside_ = 0;
};

// How the account and its requests reach others. The references must outlive it.
struct PeerAccess {
  HttpClient& http;
  Store& store;
  const Clock& clock;
  const Signer& signer;
  Trust trust = Trust::foreign;
  bool own_thread = false;  // no thread of the server waits: limits::actors_at_once is not for it
};

// Errors: denied for an account that could not be read a short while ago.
[[nodiscard]] Result<void> check_not_refused(PeerMemory& memory, const std::string& actor,
                                             Micros now);

// The account with the key of that id, as it is kept; read from its server where it is not, or
// where `anew` and what is kept is older than limits::actor_fresh. What is read must name itself,
// own the key, and come as ActivityStreams. Errors: denied for an account that is not what it says;
// unavailable where it cannot be read now, or too many are being read.
[[nodiscard]] Result<fedi_rows::FediActor> find_actor(const PeerAccess& access, PeerMemory& memory,
                                                      const std::string& actor,
                                                      const std::string& key_id, bool anew);

// Forgets accounts that were read before `before` and of which nothing is here: who neither follows
// nor did anything that is kept, is not blocked, reported or one of our own, and waits for nothing.
// They are read again when something comes of them. How many. Thread-safe.
Result<std::int64_t> forget_actors(Store& store, Micros before);

// The document of that account, as its server shows it now. Errors: denied where it is none, or
// could not be read a short while ago; unavailable where it cannot be read now, or too many are.
[[nodiscard]] Result<json::value> read_account(const PeerAccess& access, PeerMemory& memory,
                                               const std::string& actor);

// What the document of an account says. Errors: denied, as above. Pure.
[[nodiscard]] Result<fedi_rows::FediActor> read_actor(const json::value& document,
                                                      const std::string& actor,
                                                      const std::string& key_id);

// Whether a reply may be taken for ActivityStreams (docs.joinmastodon.org/spec/activitypub). Pure.
[[nodiscard]] bool is_activity_type(std::string_view content_type);

}  // namespace carillon
