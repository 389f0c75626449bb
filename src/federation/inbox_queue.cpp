#include "federation/inbox_queue.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/log.hpp"
#include "federation/answering.hpp"
#include "federation/limits.hpp"

namespace carillon {

namespace {

HttpAnswer too_busy() {
  return refusal_of({Fault::unavailable, "Too much is coming in just now.", ""});
}

// Whether each one alone may fare better than all of them together did.
bool is_of_one(const Error& error) {
  return error.fault != Fault::unavailable && error.fault != Fault::timeout;
}

}  // namespace

InboxQueue::InboxQueue() {
  for (int i = 0; i < limits::strangers_at_once; ++i) askers_.emplace_back([this] { ask(); });
  writer_ = std::thread([this] { write(); });
}

InboxQueue::~InboxQueue() {
  stop();
}

void InboxQueue::stop() {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(stopping_, true)) return;
  }
  came_.notify_all();
  strangers_came_.notify_all();
  writer_.join();
  for (std::thread& asker : askers_) asker.join();
}

HttpAnswer InboxQueue::take(std::shared_ptr<const InboxHouse> house, const HttpQuery& query) {
  auto later = std::make_shared<LaterAnswer>();
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || waiting_.size() >= limits::inbox_waiting) return too_busy();
    waiting_.push_back({std::move(house), query, later});
  }
  came_.notify_one();
  HttpAnswer out;
  out.later = std::move(later);
  return out;
}

bool InboxQueue::is_over() const {
  return stopping_ && !writing_ && waiting_.empty() && ready_.empty() && strangers_.empty();
}

void InboxQueue::write() {
  while (true) {
    Tasks taken;
    Tasks batch;
    {
      std::unique_lock lock(mutex_);
      writing_ = false;
      came_.wait(lock, [&] { return !waiting_.empty() || !ready_.empty() || is_over(); });
      if (is_over()) break;
      writing_ = true;
      batch = std::exchange(ready_, {});
      const std::size_t count = std::min(waiting_.size(), limits::inbox_together);
      const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(count);
      std::move(waiting_.begin(), end, std::back_inserter(taken));
      waiting_.erase(waiting_.begin(), end);
    }
    for (Task& task : taken) judge(std::move(task), batch);
    keep(batch);
  }
  strangers_came_.notify_all();
}

void InboxQueue::judge(Task task, Tasks& batch) {
  Judgement judged = judge_activity(*task.house, task.query, false);
  if (auto* answer = std::get_if<HttpAnswer>(&judged)) return task.later->set(std::move(*answer));
  if (const auto* first = std::get_if<AskFirst>(&judged))
    return ask_for(std::move(task), first->actor);
  task.judged = std::get<JudgedActivity>(std::move(judged));
  const std::string actor = task.judged.actor.id;
  add(std::move(task), actor, batch);
}

// Behind whatever of the same actor came before, wherever that is now.
void InboxQueue::add(Task task, const std::string& actor, Tasks& batch) {
  {
    const std::lock_guard lock(mutex_);
    if (!strangers_.contains(actor)) {
      std::move(ready_.begin(), ready_.end(), std::back_inserter(batch));
      ready_.clear();
      batch.push_back(std::move(task));
      return;
    }
  }
  ask_for(std::move(task), actor);
}

void InboxQueue::ask_for(Task task, const std::string& actor) {
  std::unique_lock lock(mutex_);
  if (strange_ >= limits::strangers_waiting) {
    lock.unlock();
    return task.later->set(too_busy());
  }
  Tasks& all = strangers_[actor];
  if (all.empty()) turns_.push_back(actor);
  all.push_back(std::move(task));
  ++strange_;
  strangers_came_.notify_one();
}

// One of those who wait for other servers.
void InboxQueue::ask() {
  std::unique_lock lock(mutex_);
  while (true) {
    strangers_came_.wait(lock, [&] { return !turns_.empty() || is_over(); });
    if (turns_.empty()) return;
    const std::string actor = std::move(turns_.front());
    turns_.pop_front();
    Task task = strangers_[actor].front();
    lock.unlock();
    InboxHouse house = *task.house;
    house.access.own_thread = true;
    Judgement judged = judge_activity(house, task.query, true);
    auto* answer = std::get_if<HttpAnswer>(&judged);
    if (answer != nullptr) task.later->set(std::move(*answer));
    lock.lock();
    const auto mine = strangers_.find(actor);
    mine->second.pop_front();
    --strange_;
    if (auto* good = std::get_if<JudgedActivity>(&judged)) {
      task.judged = std::move(*good);
      ready_.push_back(std::move(task));
    }
    if (mine->second.empty())
      strangers_.erase(mine);
    else
      turns_.push_back(actor);
    came_.notify_one();
  }
}

void InboxQueue::keep(Tasks& batch) {
  while (!batch.empty()) {
    // A new configuration may have another database.
    const Store& store = batch.front().house->access.store;
    const auto end = std::find_if(batch.begin(), batch.end(), [&](const Task& task) {
      return &task.house->access.store != &store;
    });
    Tasks some(std::make_move_iterator(batch.begin()), std::make_move_iterator(end));
    batch.erase(batch.begin(), end);
    keep_some(some);
  }
}

void InboxQueue::keep_some(Tasks& tasks) {
  const auto done = tasks.front().house->access.store.write([&](Db& db) -> Result<void> {
    for (const Task& task : tasks) CHECK_OK(keep_activity(db, task.house->site, task.judged));
    return {};
  });
  if (!done && tasks.size() > 1 && is_of_one(done.error())) {
    for (Task& task : tasks) {
      Tasks alone;
      alone.push_back(std::move(task));
      keep_some(alone);
    }
    return;
  }
  ++commits_;
  if (!done) log(Level::error, done.error().what, {{"hint", done.error().hint}});
  for (const Task& task : tasks) task.later->set(done ? kept_answer() : refusal_of(done.error()));
}

}  // namespace carillon
