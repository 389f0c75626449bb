// Brings what waits in the queue to the inboxes of other servers.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "federation/limits.hpp"
#include "federation/spread.hpp"
#include "net/fanout.hpp"

namespace carillon {

// When the next attempt is due after so many that failed: 1 min, 5 min, 30 min, 2 h, 6 h, 12 h,
// then daily, and up to half as much later by `chance` of [0, 1). Pure.
[[nodiscard]] Micros retry_after(std::int64_t failures, double chance);
// Another each time, of [0, 1). Thread-safe.
[[nodiscard]] double random_chance();

// What the answer of an inbox means for a delivery. Pure.
enum class SendVerdict { taken, refused, gone, unsigned_, later };
[[nodiscard]] SendVerdict verdict_of(int status);

struct CourierOptions {
  FanoutOptions fanout = {};  // what is bounded in limits.hpp is set from there
  Micros lease = limits::send_lease;
  std::function<double()> chance = {};  // not set: random numbers
};

// Of one thread; several may share one store, in one process or many. An inbox gets each activity
// at least once, and of one post in its order. Who dies sends again what was not settled: at most
// what was under way and the slices of followers that were not through (spread.hpp).
class Courier {
 public:
  // `store` and `clock` must outlive it. Errors: as Fanout::start.
  [[nodiscard]] static Result<std::unique_ptr<Courier>> start(Store& store, const Clock& clock,
                                                              Signer signer,
                                                              CourierOptions options = {});
  Courier(const Courier&) = delete;
  Courier& operator=(const Courier&) = delete;
  // Breaks off what is under way and gives it back.
  ~Courier();

  // Settles what came back, takes what is due. Waits a moment where something is under way. How
  // many deliveries moved; 0: nothing to do now.
  Result<std::size_t> run_once();

 private:
  using Steady = std::chrono::steady_clock;
  // Which of the signatures it has: the host's, the other, or the draft again after RFC 9421 was
  // taken.
  enum class Knock { usual, other, proof };
  struct Job {
    fedi_rows::FediDelivery delivery;
    fedi_rows::FediHost host;
    std::shared_ptr<const std::string> body;
    SignatureScheme scheme = SignatureScheme::cavage;
    Knock knock = Knock::usual;
    std::uint64_t slice = 0;  // 0: it is a row
  };
  // What became of a job.
  struct Outcome {
    Job job;
    bool broken_off = false;
    int status = 0;  // 0: no answer
    std::string words;
    Micros come_back = 0;  // as the server asks; 0: it does not
  };
  // Followers' inboxes that were read together, and the tickets of those that are under way.
  struct Slice {
    std::string last;
    std::size_t size = 0;
    std::set<std::uint64_t> left;
    std::int64_t delivered = 0;
    std::int64_t given_up = 0;
    Steady::time_point read;
  };
  struct Spreading {
    fedi_rows::FediActivity activity;  // without its body
    std::shared_ptr<const std::string> body;
    std::string read_to;
    bool read_all = false;
  };
  // What a transaction took and closed; becomes true when it was committed.
  struct Round {
    std::vector<Job> rows;
    std::vector<std::pair<Slice, std::vector<Job>>> slices;
    std::optional<Spreading> spreading;
    std::size_t moved = 0;
  };

  Courier(Store& store, const Clock& clock, Signer signer, CourierOptions options);
  [[nodiscard]] Result<HttpRequest> request_of(std::uint64_t ticket) const;
  void take_in(std::vector<FanoutOutcome> finished);
  [[nodiscard]] std::optional<Outcome> outcome_of(FanoutOutcome finished);
  void count(const Outcome& outcome);
  std::uint64_t send(Job job, std::vector<FanoutPost>& posts);
  Result<std::size_t> exchange();
  Result<void> settle(Db& db, const Outcome& outcome, Micros now) const;
  [[nodiscard]] Result<fedi_rows::FediDelivery> put_off(Db& db, const Outcome& outcome,
                                                        Micros now) const;
  Result<void> close_slices(Db& db, std::size_t closing, Micros now, Round& round) const;
  [[nodiscard]] std::size_t slices_to_close() const;
  Result<void> claim_rows(Db& db, std::size_t room, Micros now, Round& round) const;
  Result<void> claim_slices(Db& db, std::size_t room, Micros now, Round& round) const;
  Result<void> read_slice(Db& db, Micros now, std::map<std::string, int>& busy, Round& round) const;
  void begin(Round round, std::size_t closed, Micros lease);

  Store& store_;
  const Clock& clock_;
  const Signer signer_;
  CourierOptions options_;

  mutable std::mutex mutex_;
  std::unordered_map<std::uint64_t, std::shared_ptr<const Job>> jobs_;  // under mutex_, by ticket
  std::uint64_t next_ticket_ = 1;
  std::map<std::string, int> busy_;  // host -> deliveries that are ours
  std::optional<Spreading> spreading_;
  std::map<std::uint64_t, Slice> slices_;  // by number; closed in their order
  std::vector<Outcome> unsettled_;
  Steady::time_point claimed_;
  bool stopping_ = false;
  std::uint64_t next_slice_ = 1;
  std::unique_ptr<Fanout> fanout_;
};

}  // namespace carillon
