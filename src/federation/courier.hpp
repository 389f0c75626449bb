// Brings what waits in the queue to the inboxes of other servers.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "federation/limits.hpp"
#include "federation/queue.hpp"
#include "net/client.hpp"

namespace carillon {

// When the next attempt is due after so many that failed: 1 min, 5 min, 30 min, 2 h, 6 h, 12 h,
// then daily, and up to half as much later by `chance` of [0, 1). Pure.
[[nodiscard]] Micros retry_after(std::int64_t failures, double chance);

// What the answer of an inbox means for a delivery. Pure.
enum class SendVerdict { taken, refused, gone, unsigned_, later };
[[nodiscard]] SendVerdict verdict_of(int status);

struct CourierOptions {
  std::size_t senders = limits::senders;
  Micros lease = limits::send_lease;
  std::function<double()> chance = {};  // not set: random numbers
};

// Thread-safe; several may share one store, in one process or many. An inbox gets each activity at
// least once, and of one post in its order; who dies between sending and settling sends again.
class Courier {
 public:
  // `store` and `clock` must outlive it. `http` is its own: it ends with it.
  Courier(Store& store, const Clock& clock, std::unique_ptr<HttpClient> http, Signer signer,
          Trust trust, CourierOptions options = {});
  Courier(const Courier&) = delete;
  Courier& operator=(const Courier&) = delete;
  // Breaks off what is under way and gives it back.
  ~Courier();

  // Settles what came back, takes what is due. Waits a moment where nothing came back and something
  // is under way. How many deliveries moved; 0: nothing to do now.
  Result<std::size_t> run_once();

 private:
  struct Job {
    fedi_rows::FediDelivery delivery;
    fedi_rows::FediHost host;
    std::shared_ptr<const std::string> body;
  };
  struct Outcome {
    Job job;
    bool broken_off = false;
    int status = 0;  // 0: no answer
    std::string words;
    Micros come_back = 0;  // as the server asks; 0: it does not
    SignatureScheme scheme = SignatureScheme::cavage;
  };
  void work();
  Outcome send(Job job);
  HttpResult attempt(const Job& job, SignatureScheme scheme);
  std::vector<Outcome> take_finished();
  Result<void> settle(const std::vector<Outcome>& finished);
  Result<void> settle(Db& db, const Outcome& outcome, Micros now);
  Result<void> put_off(Db& db, const Outcome& outcome, Micros now);
  Result<std::size_t> claim();

  Store& store_;
  const Clock& clock_;
  std::unique_ptr<HttpClient> http_;
  const Signer signer_;
  const Trust trust_;
  CourierOptions options_;

  std::mutex mutex_;
  std::condition_variable more_;      // for the senders
  std::condition_variable finished_;  // for run_once
  std::deque<Job> queued_;
  std::vector<Outcome> done_;
  std::map<std::string, int> busy_;  // host -> deliveries that are ours
  std::size_t ours_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace carillon
