// Scripted sockets: a server that does to a client whatever a test says, and a client that sends
// raw bytes. Every read gives up after ten seconds, so a broken test ends.
#pragma once

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace carillon::raw {

inline sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

// One end of a connection.
class Peer {
 public:
  explicit Peer(int fd) : fd_(fd) {
    const timeval limit{10, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    const int on = 1;
    setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  Peer(Peer&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)), buffer_(std::move(other.buffer_)) {}
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;
  ~Peer() { close(); }

  // False when the other side is gone.
  bool send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  // Reads up to and with `mark`; what came instead when the other side closes or is silent.
  std::string read_until(std::string_view mark) {
    std::size_t found = 0;
    while ((found = buffer_.find(mark)) == std::string::npos) {
      if (!more()) return std::exchange(buffer_, {});
    }
    return take(found + mark.size());
  }
  std::string read_exactly(std::size_t count) {
    while (buffer_.size() < count && more()) {
    }
    return take(std::min(count, buffer_.size()));
  }
  // Until the other side closes.
  std::string read_all() {
    while (more()) {
    }
    return std::exchange(buffer_, {});
  }
  // A request or reply with Content-Length; empty when the connection ends before it.
  std::string read_message() {
    std::string head = read_until("\r\n\r\n");
    if (!head.ends_with("\r\n\r\n")) return {};
    for (const char* name : {"Content-Length: ", "content-length: "}) {
      if (const auto at = head.find(name); at != std::string::npos)
        return head + read_exactly(std::strtoul(head.c_str() + at + 16, nullptr, 10));
    }
    return head;
  }
  // True when the other side has closed without sending anything more.
  bool at_end() { return read_all().empty() && !failed_; }
  void finish_sending() const { ::shutdown(fd_, SHUT_WR); }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }
  // Waits until the other side has sent something, and reads none of it.
  bool await_bytes() const {
    pollfd bytes{fd_, POLLIN, 0};
    return ::poll(&bytes, 1, 10'000) == 1;
  }
  // Closes with a TCP reset.
  void reset() {
    const linger at_once{1, 0};
    setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close();
  }
  [[nodiscard]] int fd() const { return fd_; }

 private:
  bool more() {
    char bytes[16384];
    const auto got = ::recv(fd_, bytes, sizeof bytes, 0);
    failed_ = got < 0;
    if (got <= 0) return false;
    buffer_.append(bytes, static_cast<std::size_t>(got));
    return true;
  }
  std::string take(std::size_t count) {
    std::string out = buffer_.substr(0, count);
    buffer_.erase(0, count);
    return out;
  }

  int fd_;
  std::string buffer_;
  bool failed_ = false;
};

// Runs `script` on a thread of its own for every connection; `number` counts them from 0.
class Server {
 public:
  using Script = std::function<void(Peer& peer, int number)>;

  explicit Server(Script script) : script_(std::move(script)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener_, 64) != 0)
      std::abort();
    socklen_t size = sizeof address;
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() {
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    ::close(listener_);
    {
      const std::scoped_lock lock(mutex_);
      for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
    }
    for (auto& thread : threads_) thread.join();
  }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string url(std::string_view target = "/") const {
    return fmt::format("http://127.0.0.1:{}{}", port_, target);
  }

 private:
  void accept_all() {
    for (int number = 0;; ++number) {
      const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) return;
      const std::scoped_lock lock(mutex_);
      open_.push_back(fd);
      threads_.emplace_back([this, fd, number] {
        // A copy of the descriptor: the destructor may shut `fd` down while the script closes its
        // own, and a number must not be reused meanwhile.
        Peer peer(::dup(fd));
        script_(peer, number);
        peer.close();
        const std::scoped_lock guard(mutex_);
        std::erase(open_, fd);
        ::close(fd);
      });
    }
  }

  Script script_;
  int listener_;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::vector<int> open_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

inline Peer connect(std::uint16_t port, int receive_buffer = 0) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (receive_buffer > 0)
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  sockaddr_in address = loopback(port);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) std::abort();
  return Peer(fd);
}

inline std::string reply(std::string_view body, std::string_view more = "") {
  return fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n{}\r\n{}", body.size(), more, body);
}

}  // namespace carillon::raw
