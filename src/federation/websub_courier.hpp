// Asks subscribers whether they meant it, and brings them the feeds.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "federation/limits.hpp"
#include "federation/websub_rows.hpp"
#include "net/fanout.hpp"

namespace carillon {

namespace limits {
inline constexpr std::size_t websub_open = 256;          // exchanges under way
inline constexpr std::size_t websub_reply_bytes = 4096;  // of an answer; a challenge is shorter
inline constexpr std::int64_t websub_questions = 3;      // of a callback that does not answer
}  // namespace limits

struct WebSubOptions {
  FanoutOptions fanout = {};  // what is bounded in limits.hpp is set from there
  Micros lease = limits::send_lease;
  std::function<double()> chance = {};  // not set: random numbers
};

// Of one thread; several may share one store, in one process or many. Each subscriber gets what is
// newest when its turn comes, at least once; what was replaced before is not sent.
class WebSubCourier {
 public:
  // `store` and `clock` must outlive it. Errors: as Fanout::start.
  [[nodiscard]] static Result<std::unique_ptr<WebSubCourier>> start(Store& store,
                                                                    const Clock& clock,
                                                                    WebSubSeals seals,
                                                                    WebSubOptions options = {});
  WebSubCourier(const WebSubCourier&) = delete;
  WebSubCourier& operator=(const WebSubCourier&) = delete;
  // Breaks off what is under way and gives it back.
  ~WebSubCourier();

  // Settles what came back, takes what is due of these feeds. Waits a moment where something is
  // under way. How many moved or are under way; 0: nothing to do now.
  Result<std::size_t> run_once(const std::shared_ptr<const WebSubFeeds>& feeds);

 private:
  // One exchange: a question or a word of ours (`asked`), or a feed.
  struct Job {
    std::optional<websub_rows::WebSubAsked> asked;
    websub_rows::WebSubSubscription subscription;
    std::shared_ptr<const WebSubFeeds> feeds;  // keeps `feed`
    const WebSubFeed* feed = nullptr;
    std::string challenge;
    Secret secret;
    [[nodiscard]] const std::string& host() const {
      return asked ? asked->host : subscription.host;
    }
    [[nodiscard]] const std::string& callback() const {
      return asked ? asked->callback : subscription.callback;
    }
  };
  struct Outcome {
    Job job;
    bool broken_off = false;
    int status = 0;  // 0: no answer
    std::string body;
    std::string words;
    Micros come_back = 0;  // as the server asks; 0: it does not
  };

  WebSubCourier(Store& store, const Clock& clock, WebSubSeals seals, WebSubOptions options);
  [[nodiscard]] Result<HttpRequest> request_of(std::uint64_t ticket) const;
  void take_in(std::vector<FanoutOutcome> finished);
  Result<std::size_t> exchange(const std::shared_ptr<const WebSubFeeds>& feeds);
  Result<void> settle(Db& db, const Outcome& outcome, const WebSubFeeds* feeds, Micros now) const;
  Result<void> settle_asked(Db& db, const Outcome& outcome, const WebSubFeeds* feeds,
                            Micros now) const;
  Result<void> settle_feed(Db& db, const Outcome& outcome, Micros now) const;
  Result<std::vector<Job>> claim(Db& db, const std::shared_ptr<const WebSubFeeds>& feeds,
                                 Micros now) const;
  Result<bool> may_ask(Db& db, websub_rows::WebSubAsked& asked, const WebSubFeeds& feeds) const;
  static Result<void> keep_house(Db& db, const WebSubFeeds& feeds, Micros now);
  void begin(std::vector<Job> jobs);

  Store& store_;
  const Clock& clock_;
  const WebSubSeals seals_;
  WebSubOptions options_;

  mutable std::mutex mutex_;
  std::unordered_map<std::uint64_t, std::shared_ptr<const Job>> jobs_;  // under mutex_, by ticket
  std::uint64_t next_ticket_ = 1;
  std::map<std::string, int> busy_;  // host -> exchanges that are ours
  std::vector<Outcome> unsettled_;
  Micros pruned_ = 0;
  std::chrono::steady_clock::time_point claimed_;
  std::unique_ptr<Fanout> fanout_;
};

}  // namespace carillon
