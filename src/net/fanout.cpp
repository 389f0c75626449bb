#include "net/fanout.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "net/fanout_loop.hpp"
#include "net/user_agent.hpp"

namespace carillon {

namespace {

constexpr rlim_t kept_for_others = 512;  // descriptors of the rest of the program

// As many sockets as the system lets us have; how many of them are ours.
std::size_t room_for_sockets(std::size_t wanted) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return wanted;
  const rlim_t needed = wanted + kept_for_others;
  if (limit.rlim_cur < needed) {
    limit.rlim_cur = std::min(limit.rlim_max, needed);
    setrlimit(RLIMIT_NOFILE, &limit);
    getrlimit(RLIMIT_NOFILE, &limit);
  }
  if (limit.rlim_cur >= needed) return wanted;
  return std::max<std::size_t>(limit.rlim_cur / 2, 16);
}

}  // namespace

class Fanout::House {
 public:
  House(FanoutOptions options, std::shared_ptr<TlsContext> tls, Write write) {
    options.threads = std::max<std::size_t>(options.threads, 1);
    options.open = std::max(room_for_sockets(options.open), options.threads);
    shared_.user_agent = user_agent(options.contact_url);
    shared_.options = std::move(options);
    shared_.tls = std::move(tls);
    shared_.write = std::move(write);
    shared_.finish = [this](std::vector<FanoutOutcome> outcomes) { finish(std::move(outcomes)); };
    for (std::size_t i = 0; i < shared_.options.threads; ++i)
      loops_.push_back(std::make_unique<FanoutLoop>(shared_));
  }

  void add(std::vector<FanoutPost> posts) {
    std::vector<std::vector<FanoutPost>> parts(loops_.size());
    // A host is always the same thread's, which counts its connections.
    for (FanoutPost& post : posts) {
      const std::size_t at = std::hash<std::string>{}(post.url.host) % parts.size();
      parts[at].push_back(std::move(post));
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (!parts[i].empty()) loops_[i]->add(std::move(parts[i]));
    }
  }

  std::vector<FanoutOutcome> take(std::size_t count, std::chrono::milliseconds at_most) {
    std::unique_lock lock(mutex_);
    wanted_ = count;
    enough_.wait_for(lock, at_most, [&] { return finished_.size() >= count; });
    return std::exchange(finished_, {});
  }

  void stop() {
    for (const auto& loop : loops_) loop->stop();
  }

 private:
  void finish(std::vector<FanoutOutcome> outcomes) {
    const std::lock_guard lock(mutex_);
    std::move(outcomes.begin(), outcomes.end(), std::back_inserter(finished_));
    if (finished_.size() >= wanted_) enough_.notify_all();
  }

  FanoutShared shared_;
  std::mutex mutex_;
  std::condition_variable enough_;
  std::size_t wanted_ = 1;               // under mutex_
  std::vector<FanoutOutcome> finished_;  // under mutex_
  std::vector<std::unique_ptr<FanoutLoop>> loops_;
};

Fanout::Fanout(std::unique_ptr<House> house) : house_(std::move(house)) {}

Fanout::~Fanout() {
  stop();
}

Result<std::unique_ptr<Fanout>> Fanout::start(FanoutOptions options, Write write) {
  TRY(auto tls, TlsContext::make(options.ca_file));
  return std::unique_ptr<Fanout>(
      new Fanout(std::make_unique<House>(std::move(options), std::move(tls), std::move(write))));
}

void Fanout::add(std::vector<FanoutPost> posts) {
  house_->add(std::move(posts));
}

std::vector<FanoutOutcome> Fanout::take(std::size_t count, std::chrono::milliseconds at_most) {
  return house_->take(count, at_most);
}

void Fanout::stop() {
  house_->stop();
}

}  // namespace carillon
