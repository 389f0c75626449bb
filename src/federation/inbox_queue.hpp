// What comes to the inboxes, taken off the server's threads: a stream of activities that one thread
// judges and keeps, many in one commit.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "federation/inbox.hpp"

namespace carillon {

// Answers each activity once it is on the disk, or refused. Those of one account are kept in the
// order in which they came. Who must be asked for at another server is asked on threads for that.
// Above limits::inbox_waiting the answer is 503 with a time to come back. Thread-safe.
class InboxQueue {
 public:
  InboxQueue();
  InboxQueue(const InboxQueue&) = delete;
  InboxQueue& operator=(const InboxQueue&) = delete;
  ~InboxQueue();  // stop()

  // The answer to a POST to an inbox, mostly one that comes later; waits for nothing. The house is
  // kept until then, and the query must live as long.
  [[nodiscard]] HttpAnswer take(std::shared_ptr<const InboxHouse> house, const HttpQuery& query);

  // Another number after each commit.
  [[nodiscard]] std::uint64_t commits() const { return commits_; }

  // Answers what was taken, and joins the threads; what comes later is answered with 503.
  void stop();

 private:
  struct Task {
    std::shared_ptr<const InboxHouse> house;
    HttpQuery query;
    std::shared_ptr<LaterAnswer> later;
    JudgedActivity judged = {};
  };
  using Tasks = std::deque<Task>;

  void write();
  void judge(Task task, Tasks& batch);
  void add(Task task, const std::string& actor, Tasks& batch);
  void ask_for(Task task, const std::string& actor);
  void keep(Tasks& batch);
  void keep_some(Tasks& tasks);
  void ask();
  [[nodiscard]] bool is_over() const;

  std::mutex mutex_;
  std::condition_variable came_;  // for the one that writes
  std::condition_variable strangers_came_;
  bool stopping_ = false;
  bool writing_ = false;  // the writer holds some, of which any may have to be asked for
  Tasks waiting_;
  Tasks ready_;  // judged by those who ask
  // By actor, in order; the first may be in work. Whoever has one here has the next here too.
  std::map<std::string, Tasks> strangers_;
  std::deque<std::string> turns_;  // actors nobody works on
  std::size_t strange_ = 0;        // activities in strangers_
  std::atomic<std::uint64_t> commits_ = 0;
  std::vector<std::thread> askers_;
  std::thread writer_;
};

}  // namespace carillon
