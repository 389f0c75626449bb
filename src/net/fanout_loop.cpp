#include "net/fanout_loop.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "net/failure.hpp"
#include "net/fanout_line.hpp"
#include "net/sigpipe.hpp"

namespace carillon {

namespace {

constexpr std::size_t idle_most = 256;  // connections kept for what may come, of one thread
constexpr auto idle_for = std::chrono::seconds(5);
// So that what is under way goes on before more begins: two thousand handshakes at once on a small
// machine would all be late.
constexpr int begun_together = 32;
constexpr std::size_t reply_read_bytes = std::size_t{16} * 1024;

// What epoll hands back: a line, or one of these in the upper half.
constexpr std::uint64_t special = std::uint64_t{1} << 63U;
constexpr std::uint64_t bell_mark = special;
constexpr std::uint64_t lookup_mark = special | (std::uint64_t{1} << 62U);

FanoutOutcome broken_off(std::uint64_t ticket, bool maybe_sent = false) {
  return {ticket, true, tl::unexpected(HttpFailure{maybe_sent, http_failure::stopping()})};
}

}  // namespace

FanoutLoop::FanoutLoop(const FanoutShared& shared)
    : shared_(shared),
      most_(std::max<std::size_t>(shared.options.open / shared.options.threads, 1)),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      bell_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      lookup_(std::make_unique<Lookup>(
          [this](std::uint64_t serial, std::vector<SocketAddress> addresses) {
            found(serial, std::move(addresses));
          },
          [this](int socket, bool read, bool write) { watch_lookup(socket, read, write); })),
      buffer_(reply_read_bytes, '\0') {
  watch(EPOLL_CTL_ADD, bell_, EPOLLIN, bell_mark);
  thread_ = std::thread([this] { run(); });
}

FanoutLoop::~FanoutLoop() {
  stop();
  lookup_.reset();
  close(epoll_);
  close(bell_);
}

void FanoutLoop::watch(int operation, int socket, std::uint32_t events, std::uint64_t mark) const {
  epoll_event event{};
  event.events = events;
  event.data.u64 = mark;
  epoll_ctl(epoll_, operation, socket, &event);
}

void FanoutLoop::add(std::vector<FanoutPost> posts) {
  {
    const std::lock_guard lock(mutex_);
    if (!stopping_) {
      std::move(posts.begin(), posts.end(), std::back_inserter(mail_));
      posts.clear();
    }
  }
  if (posts.empty()) {
    eventfd_write(bell_, 1);
    return;
  }
  std::vector<FanoutOutcome> out;
  for (const FanoutPost& post : posts) out.push_back(broken_off(post.ticket));
  shared_.finish(std::move(out));
}

void FanoutLoop::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  eventfd_write(bell_, 1);
  if (!thread_.joinable()) return;
  thread_.join();
  take_mail();  // what was added while it stopped
  abandon_all();
  hand_over();
}

void FanoutLoop::run() {
  std::ignore = block_sigpipe();
  std::array<epoll_event, 256> events{};
  while (!stopping_) {
    const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), wait_ms());
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      const std::uint64_t mark = event.data.u64;
      if (mark == bell_mark) {
        eventfd_t rung = 0;
        eventfd_read(bell_, &rung);
        take_mail();
      } else if ((mark & lookup_mark) == lookup_mark) {
        const bool broken = (event.events & (EPOLLERR | EPOLLHUP)) != 0;
        lookup_->ready(static_cast<int>(mark & 0xffffffffU),
                       broken || (event.events & EPOLLIN) != 0, (event.events & EPOLLOUT) != 0);
      } else {
        ready(mark, event.events);
      }
    }
    lookup_->tick();
    run_timers();
    pump();
    hand_over();
  }
}

void FanoutLoop::watch_lookup(int socket, bool read, bool write) {
  if (!read && !write) {
    epoll_ctl(epoll_, EPOLL_CTL_DEL, socket, nullptr);
    return;
  }
  const std::uint32_t events = (read ? EPOLLIN : 0U) | (write ? EPOLLOUT : 0U);
  const std::uint64_t mark = lookup_mark | static_cast<std::uint64_t>(socket);
  watch(EPOLL_CTL_ADD, socket, events, mark);
  watch(EPOLL_CTL_MOD, socket, events, mark);
}

int FanoutLoop::wait_ms() const {
  if (busy_ < most_ && !turns_.empty()) return 0;
  int out = lookup_->wait_ms();
  if (timers_.empty()) return out;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(timers_.begin()->first -
                                                                 std::chrono::steady_clock::now());
  const int mine = static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60'000));
  return out < 0 ? mine : std::min(out, mine);
}

void FanoutLoop::take_mail() {
  std::vector<FanoutPost> posts;
  {
    const std::lock_guard lock(mutex_);
    posts.swap(mail_);
  }
  for (FanoutPost& post : posts) {
    auto& host = hosts_[post.url.origin()];
    if (!host) {
      host = std::make_unique<Host>();
      host->origin = post.url.origin();
    }
    host->waiting.push_back(std::move(post));
    if (!std::exchange(host->in_turns, true)) turns_.push_back(host.get());
  }
}

// Hosts in turns: one with very much waiting gets no more of the sockets than another.
void FanoutLoop::pump() {
  int begun = 0;
  while (busy_ < most_ && !turns_.empty() && begun < begun_together) {
    Host& host = *turns_.front();
    turns_.pop_front();
    host.in_turns = false;
    if (host.waiting.empty() || host.active >= shared_.options.per_host) {
      forget_if_empty(host);
      continue;
    }
    begin(host);
    ++begun;
  }
}

void FanoutLoop::give_turn(Host& host) {
  if (host.waiting.empty() || host.active >= shared_.options.per_host) return;
  if (!std::exchange(host.in_turns, true)) turns_.push_back(&host);
}

void FanoutLoop::forget_if_empty(Host& host) {
  if (host.waiting.empty() && host.active == 0 && host.idle.empty() && !host.in_turns)
    hosts_.erase(std::string(host.origin));
}

void FanoutLoop::begin(Host& host) {
  FanoutPost post = std::move(host.waiting.front());
  host.waiting.pop_front();
  ++host.active;
  ++busy_;
  give_turn(host);
  const Time now = std::chrono::steady_clock::now();
  if (!host.idle.empty()) {
    const std::uint64_t serial = host.idle.back();
    host.idle.pop_back();
    Line& line = *lines_.at(serial);
    --idle_count_;
    line.post = std::move(post);
    line.began = now;
    line.reused = true;
    return write_request(line);
  }
  const std::uint64_t serial = next_serial_++;
  auto line = std::make_unique<Line>(serial, host, timers_.end());
  line->post = std::move(post);
  line->began = now;
  Line& made = *line;
  lines_.emplace(serial, std::move(line));
  look_up(made);
}

void FanoutLoop::keep_line(Line& line) {
  line.stage = Stage::idle;
  line.reply.reset();
  line.readable = false;
  line.host.idle.push_back(line.serial);
  idle_.push_back(line.serial);
  ++idle_count_;
  set_timer(line, std::chrono::steady_clock::now() + idle_for);
  while (!idle_.empty()) {
    const auto oldest = lines_.find(idle_.front());
    const bool is_idle = oldest != lines_.end() && oldest->second->stage == Stage::idle;
    if (is_idle && idle_count_ <= idle_most) return;
    idle_.pop_front();
    if (is_idle) drop_idle(*oldest->second);
  }
}

void FanoutLoop::check_idle(Line& line) {
  std::size_t moved = 0;
  const TlsStep step = receive_bytes(line, moved);
  line.readable = false;
  if (step != TlsStep::wait) drop_idle(line);
}

void FanoutLoop::drop_idle(Line& line) {
  std::erase(line.host.idle, line.serial);
  --idle_count_;
  close_line(line);
}

void FanoutLoop::close_line(Line& line) {
  close_socket(line);
  if (line.timer != timers_.end()) timers_.erase(line.timer);
  Host& host = line.host;
  lines_.erase(std::uint64_t{line.serial});
  forget_if_empty(host);
}

void FanoutLoop::close_socket(Line& line) {
  line.tls.reset();
  if (line.socket >= 0) close(line.socket);
  line.socket = -1;
  line.readable = line.ending = false;
}

void FanoutLoop::set_timer(Line& line, Time when) {
  if (line.timer != timers_.end()) timers_.erase(line.timer);
  line.timer = timers_.emplace(when, line.serial);
}

void FanoutLoop::run_timers() {
  const Time now = std::chrono::steady_clock::now();
  while (!timers_.empty() && timers_.begin()->first <= now) {
    const auto first = timers_.begin();
    const auto at = lines_.find(first->second);
    timers_.erase(first);
    if (at == lines_.end()) continue;
    at->second->timer = timers_.end();
    time_out(*at->second);
  }
}

void FanoutLoop::hand_over() {
  if (!outcomes_.empty()) shared_.finish(std::exchange(outcomes_, {}));
}

void FanoutLoop::abandon_all() {
  std::vector<std::uint64_t> serials;
  for (const auto& [serial, line] : lines_) serials.push_back(serial);
  for (const auto& [origin, host] : hosts_) {
    for (const FanoutPost& post : host->waiting) outcomes_.push_back(broken_off(post.ticket));
    host->waiting.clear();
  }
  for (const std::uint64_t serial : serials) {
    Line& line = *lines_.at(serial);
    if (line.stage == Stage::idle) {
      drop_idle(line);
      continue;
    }
    outcomes_.push_back(broken_off(line.post.ticket, line.stage == Stage::read));
    --line.host.active;
    --busy_;
    close_line(line);
  }
  turns_.clear();
  hosts_.clear();
}

}  // namespace carillon
