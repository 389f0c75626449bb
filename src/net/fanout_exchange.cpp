// How one exchange of a fan-out goes: name, address, TLS, request, reply.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "net/failure.hpp"
#include "net/fanout_line.hpp"
#include "net/guard.hpp"

namespace carillon {

namespace {

constexpr auto next_address_after = std::chrono::milliseconds(2500);  // where a name has several

}  // namespace

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
  watch(EPOLL_CTL_ADD, line.socket, EPOLLIN | EPOLLOUT | EPOLLET | EPOLLRDHUP, line.serial);
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
  line.reply = std::make_unique<FanoutReply>(shared_.options.reply_bytes, shared_.options.whole);
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

}  // namespace carillon
