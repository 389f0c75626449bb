#include "net/fanout_loop.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "net/failure.hpp"
#include "net/fanout_line.hpp"
#include "net/guard.hpp"

namespace carillon {

namespace {

using namespace std::chrono_literals;
constexpr std::size_t idle_most = 256;  // connections kept for what may come, of one thread
constexpr auto idle_for = 5s;
// So that what is under way goes on before more begins: two thousand handshakes at once on a small
// machine would all be late.
constexpr int begun_together = 32;
constexpr auto next_address_after = 2500ms;  // where a name has several
constexpr std::size_t read_bytes = std::size_t{16} * 1024;

// What epoll hands back: a line, or one of these in the upper half.
constexpr std::uint64_t special = std::uint64_t{1} << 63U;
constexpr std::uint64_t bell_mark = special;
constexpr std::uint64_t lookup_mark = special | (std::uint64_t{1} << 62U);

void watch(int epoll, int operation, int socket, std::uint32_t events, std::uint64_t mark) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = mark;
  epoll_ctl(epoll, operation, socket, &event);
}

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
      buffer_(read_bytes, '\0') {
  watch(epoll_, EPOLL_CTL_ADD, bell_, EPOLLIN, bell_mark);
  thread_ = std::thread([this] { run(); });
}

FanoutLoop::~FanoutLoop() {
  stop();
  lookup_.reset();
  close(epoll_);
  close(bell_);
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
  watch(epoll_, EPOLL_CTL_ADD, socket, events, mark);
  watch(epoll_, EPOLL_CTL_MOD, socket, events, mark);
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

void FanoutLoop::look_up(Line& line) {
  line.stage = Stage::lookup;
  line.addresses.clear();
  line.next = 0;
  set_timer(line, line.began + std::chrono::milliseconds(shared_.options.connect_ms));
  if (line.post.url.host.empty())
    return fail_line(line, false, http_failure::unresolved(line.post.url.origin()));
  lookup_->ask(line.serial, line.post.url.host, line.post.url.port);
}

void FanoutLoop::found(std::uint64_t serial, std::vector<SocketAddress> addresses) {
  const auto at = lines_.find(serial);
  if (at == lines_.end() || at->second->stage != Stage::lookup) return;
  Line& line = *at->second;
  const std::string who = line.post.url.origin();
  if (addresses.empty()) return fail_line(line, false, http_failure::unresolved(who));
  if (shared_.options.trust == Trust::foreign) {
    if (!is_web_port(line.post.url.port))
      return fail_line(line, false, http_failure::not_public(who));
    std::erase_if(addresses,
                  [](const SocketAddress& one) { return !is_public_address(one.get()); });
    if (addresses.empty()) return fail_line(line, false, http_failure::not_public(who));
  }
  line.addresses = std::move(addresses);
  connect_next(line);
}

void FanoutLoop::connect_next(Line& line) {
  close_socket(line);
  line.stage = Stage::connect;
  while (line.next < line.addresses.size()) {
    const bool last = ++line.next == line.addresses.size();
    if (!open_socket(line, line.addresses[line.next - 1])) continue;
    const Time end = line.began + std::chrono::milliseconds(shared_.options.connect_ms);
    set_timer(line,
              last ? end : std::min(end, std::chrono::steady_clock::now() + next_address_after));
    return;
  }
  fail_line(line, false, http_failure::no_connection(line.post.url.origin()));
}

bool FanoutLoop::open_socket(Line& line, const SocketAddress& address) {
  line.socket = socket(address.get().sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (line.socket < 0) return false;
  if (line.post.url.scheme == "https") {
    const int on = 1;
    setsockopt(line.socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  if (connect(line.socket, &address.get(), address.size) != 0 && errno != EINPROGRESS) {
    close_socket(line);
    return false;
  }
  watch(epoll_, EPOLL_CTL_ADD, line.socket, EPOLLIN | EPOLLOUT | EPOLLET | EPOLLRDHUP, line.serial);
  return true;
}

void FanoutLoop::ready(std::uint64_t serial, std::uint32_t events) {
  const auto at = lines_.find(serial);
  if (at == lines_.end()) return;
  Line& line = *at->second;
  line.ending = line.ending || (events & (EPOLLHUP | EPOLLRDHUP | EPOLLERR)) != 0;
  line.readable = line.readable || line.ending || (events & EPOLLIN) != 0;
  switch (line.stage) {
    case Stage::lookup:
      return;
    case Stage::connect:
      if ((events & (EPOLLERR | EPOLLHUP)) != 0) return connect_next(line);
      if ((events & EPOLLOUT) != 0) after_connect(line);
      return;
    case Stage::handshake:
      return handshake(line);
    case Stage::write:
      return go_on_writing(line);
    case Stage::read:
      if (line.readable) read_reply(line);
      return;
    case Stage::idle:
      // It has nothing to say to us but that it goes. A new session's ticket is no reason to go.
      if (line.readable) check_idle(line);
      return;
  }
}

void FanoutLoop::after_connect(Line& line) {
  if (line.post.url.scheme != "https") return write_request(line);
  line.tls = std::make_unique<TlsStream>(*shared_.tls, line.socket, line.post.url.host);
  line.stage = Stage::handshake;
  set_timer(line, line.began + std::chrono::milliseconds(shared_.options.connect_ms));
  handshake(line);
}

void FanoutLoop::handshake(Line& line) {
  const TlsStep step = line.tls->handshake();
  if (step == TlsStep::wait) return;
  if (step == TlsStep::done) return write_request(line);
  const std::string who = line.post.url.origin();
  const std::string fault = line.tls->certificate_fault();
  fail_line(
      line, false,
      fault.empty() ? http_failure::no_encryption(who) : http_failure::bad_certificate(who, fault));
}

void FanoutLoop::write_request(Line& line) {
  set_timer(line, line.began + std::chrono::milliseconds(shared_.options.total_ms));
  auto request = shared_.write(line.post.ticket);
  if (!request) return fail_line(line, false, request.error());
  line.out = text_of(*request, line.post.url, shared_.user_agent);
  line.sent = 0;
  line.reply = std::make_unique<FanoutReply>(shared_.options.reply_bytes);
  line.stage = Stage::write;
  go_on_writing(line);
}

void FanoutLoop::go_on_writing(Line& line) {
  while (line.sent < line.out.size()) {
    std::size_t moved = 0;
    const TlsStep step = send_bytes(line, moved);
    if (step == TlsStep::wait) return;
    if (step != TlsStep::done) return closed_early(line);
    line.sent += moved;
  }
  line.out = {};
  line.stage = Stage::read;
  if (line.readable) read_reply(line);
}

TlsStep FanoutLoop::send_bytes(Line& line, std::size_t& moved) const {
  const char* data = line.out.data() + line.sent;
  const std::size_t size = line.out.size() - line.sent;
  if (line.tls) return line.tls->write(data, size, moved);
  const ssize_t sent = send(line.socket, data, size, MSG_NOSIGNAL);
  if (sent < 0) return errno == EAGAIN || errno == EINTR ? TlsStep::wait : TlsStep::closed;
  moved = static_cast<std::size_t>(sent);
  return TlsStep::done;
}

TlsStep FanoutLoop::receive_bytes(Line& line, std::size_t& moved) {
  if (line.tls) return line.tls->read(buffer_.data(), buffer_.size(), moved);
  const ssize_t came = recv(line.socket, buffer_.data(), buffer_.size(), 0);
  if (came < 0) return errno == EAGAIN || errno == EINTR ? TlsStep::wait : TlsStep::closed;
  moved = static_cast<std::size_t>(came);
  return came == 0 ? TlsStep::closed : TlsStep::done;
}

void FanoutLoop::read_reply(Line& line) {
  const std::string who = line.post.url.origin();
  while (true) {
    std::size_t moved = 0;
    const TlsStep step = receive_bytes(line, moved);
    if (step == TlsStep::wait) {
      line.readable = false;
      return;
    }
    if (step != TlsStep::done) return closed_early(line);
    switch (line.reply->feed({buffer_.data(), moved})) {
      case FanoutReply::State::more:
        break;
      case FanoutReply::State::done:
        return answered(line, line.reply->reusable());
      case FanoutReply::State::broken:
        return fail_line(line, true, http_failure::not_http(who));
      case FanoutReply::State::too_large:
        return fail_line(line, true, http_failure::header_too_large(who));
    }
    // A whole buffer may have more behind it; a part of one was all, but for an end.
    if (!line.tls && !line.ending && moved < buffer_.size()) {
      line.readable = false;
      return;
    }
  }
}

void FanoutLoop::closed_early(Line& line) {
  const std::string who = line.post.url.origin();
  if (line.reply->has_header()) {
    if (line.reply->end() == FanoutReply::State::done) return answered(line, false);
  }
  if (line.reply->begun()) return fail_line(line, true, http_failure::cut_short(who));
  // A kept connection that the other side had closed meanwhile.
  if (line.reused) {
    line.reused = false;
    close_socket(line);
    return look_up(line);
  }
  fail_line(line, line.sent > 0, http_failure::closed(who));
}

void FanoutLoop::answered(Line& line, bool keep) {
  end_exchange(line, line.reply->take());
  if (keep) return keep_line(line);
  close_line(line);
}

void FanoutLoop::fail_line(Line& line, bool maybe_sent, Error error) {
  end_exchange(line, tl::unexpected(HttpFailure{maybe_sent, std::move(error)}));
  close_line(line);
}

void FanoutLoop::time_out(Line& line) {
  const std::string who = line.post.url.origin();
  switch (line.stage) {
    case Stage::idle:
      return drop_idle(line);
    case Stage::connect:
      return connect_next_or(line, http_failure::no_connection_in_time(who));
    case Stage::lookup:
    case Stage::handshake:
      return fail_line(line, false, http_failure::no_connection_in_time(who));
    case Stage::write:
    case Stage::read:
      if (line.reply->has_header()) return answered(line, false);
      return fail_line(line, true, http_failure::no_answer_in_time(who, shared_.options.total_ms));
  }
}

void FanoutLoop::connect_next_or(Line& line, Error error) {
  const bool late = std::chrono::steady_clock::now() >=
                    line.began + std::chrono::milliseconds(shared_.options.connect_ms);
  if (late || line.next >= line.addresses.size()) return fail_line(line, false, std::move(error));
  connect_next(line);
}

void FanoutLoop::end_exchange(Line& line, HttpResult result) {
  outcomes_.push_back({line.post.ticket, false, std::move(result)});
  --line.host.active;
  --busy_;
  give_turn(line.host);
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
