// What runs while `carillon serve` runs: workers that send what is due, and the home kept up to
// date. Reads carillon.yaml anew when it changes.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "home/cache.hpp"
#include "home/frame.hpp"
#include "hub/fediverse.hpp"
#include "hub/home_subscribers.hpp"
#include "hub/hub.hpp"
#include "net/stream.hpp"

namespace carillon {

// Thread-safe after start.
class Service {
 public:
  // Opens the workspace (see open_workspace), shows the home, starts the threads. Errors: those of
  // both.
  static Result<std::unique_ptr<Service>> start(const std::string& workspace);
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;
  ~Service();  // stop()

  // The hub of the configuration as it stands now; keep it for one request only.
  [[nodiscard]] std::shared_ptr<Hub> hub() const;

  // The home's account as it stands now; null: it has none.
  [[nodiscard]] std::shared_ptr<const Fediverse> fediverse() const;

  // A page of the home, or what its account in the fediverse has to say.
  [[nodiscard]] HttpAnswer answer(const HttpQuery& query) const;

  // The same where it need not be made: a page or an object that was given before, and for what
  // comes to an inbox an answer that follows once it is kept. Waits for nothing.
  [[nodiscard]] std::optional<HttpAnswer> answer_at_once(const HttpQuery& query) const;

  // A whole document in the frame of the home, for people who work here: no search engine shows it.
  // `main` is HTML of a builder.
  [[nodiscard]] std::string around(const std::string& path, const std::string& title,
                                   const std::string& main) const;

  // Told of what changed, whoever changed it, a second later at most: `event: change` with {"kind",
  // "subject"}. It says that something is new, not what: whoever may see it asks.
  [[nodiscard]] const std::shared_ptr<EventStream>& changes() const { return changes_; }

  // There may be work: do not wait for the next look.
  void ring() { pulse_.ring(); }

  // Ends the threads; each finishes what it is sending. Not from one of them.
  void stop();

 private:
  explicit Service(std::shared_ptr<Hub> hub);
  void work();
  void keep();
  void deliver();
  void distribute();
  void reload();
  Result<void> show();
  Result<void> look_around();
  Result<void> tell_overdue(Micros now);
  Result<void> tell_changes();
  Result<void> tell_votes();

  SystemClock clock_;
  Pulse pulse_;
  SiteCache site_;
  mutable std::mutex mutex_;
  std::shared_ptr<Hub> hub_;
  std::shared_ptr<const SiteFrame> frame_;
  std::shared_ptr<const Fediverse> fediverse_;  // null: the home has no account there
  std::shared_ptr<const InboxHouse> house_;     // null with it
  std::shared_ptr<AnswerCache> given_;          // of what is shown now
  std::filesystem::file_time_type read_at_;
  std::int64_t shown_ = -1;        // the outbox's version that the home shows
  std::int64_t shown_polls_ = -1;  // as told, of which it shows the votes
  bool shows_past_ = false;        // it shows an archive too
  mutable PeerMemory peers_;
  mutable InboxQueue inbox_;
  std::set<std::string> told_;  // deliveries that the log named as overdue
  Micros looked_ = 0;           // when it last looked around
  const std::shared_ptr<EventStream> changes_ = std::make_shared<EventStream>();
  std::int64_t heard_ = 0;  // the number of the last event that was told to them
  Micros typed_ = 0;        // when it was last looked for what is typed
  Micros beat_ = 0;
  Micros polled_ = 0;  // when the votes in polls were last looked at
  std::vector<std::thread> threads_;
  std::shared_ptr<const WebSubFeeds> feeds_;  // under mutex_; null: nobody can subscribe to them
};

}  // namespace carillon
