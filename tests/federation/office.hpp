// Our side of the fediverse as it sends: followers, a queue and a courier, under a clock that tests
// turn.
#pragma once

#include "base/moment.hpp"
#include "federation/courier.hpp"
#include "federation/peer.hpp"
#include "federation/rows.hpp"
#include "rig/test_db.hpp"

namespace carillon::rig {

using fedi_rows::FediActivity;
using fedi_rows::FediState;

inline const std::string key_id = "https://example.org/actors/news#main-key";

struct Office {
  TestDatabase database;
  std::unique_ptr<Store> store = database.open();
  ManualClock clock{SystemClock().now()};
  Signer signer{key_id, *PrivateKey::make(Signing::rs256)};
  std::unique_ptr<Courier> courier = make();

  std::unique_ptr<Courier> make(long total_ms = limits::send_total_ms) {
    CourierOptions options{.fanout = {.total_ms = total_ms, .trust = Trust::admin},
                           .chance = [] { return 0.0; }};
    auto started = Courier::start(*store, clock, signer, std::move(options));
    REQUIRE_MESSAGE(started.has_value(), started.error().what);
    return std::move(*started);
  }
  // Somebody at that address, who has an inbox of their own.
  void follow(const std::string& actor, const std::string& host) {
    REQUIRE(store->write([&](Db& db) {
      return fedi_rows::save(db, fedi_rows::FediFollower{actor, actor + "/inbox", actor + "/inbox",
                                                         host, "f", clock.now()});
    }));
  }
  void follow(const Peer& peer, const std::string& name) {
    const std::string target =
        peer.has_shared_inbox ? peer.origin + "/inbox" : peer.actor(name) + "/inbox";
    REQUIRE(store->write([&](Db& db) {
      return fedi_rows::save(
          db, fedi_rows::FediFollower{peer.actor(name), peer.actor(name) + "/inbox", target,
                                      peer.host(), "f", clock.now()});
    }));
  }
  // False when it was said before.
  bool say(const std::string& id, const std::string& post = "p") {
    const FediActivity activity{id, post, "{\"id\":\"" + id + "\"}", clock.now()};
    return *store->write([&](Db& db) -> Result<bool> {
      TRY(const bool fresh, fedi_rows::add(db, activity));
      if (fresh) CHECK_OK(fedi_rows::spread(db, id));
      return fresh;
    });
  }
  // Until nothing is due any more.
  void run() {
    while (true) {
      const auto moved = courier->run_once();
      REQUIRE(moved);
      if (*moved == 0) return;
    }
  }
  std::int64_t count(FediState state, const std::string& activity = "") {
    const auto counts = *store->read([&](Db& db) { return fedi_rows::queue_counts(db, activity); });
    for (const auto& one : counts) {
      if (one.state == state) return one.count;
    }
    return 0;
  }
};

inline HttpAnswer status(int code) {
  return {.status = code};
}

}  // namespace carillon::rig
