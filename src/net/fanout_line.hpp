// One connection of a fan-out and the host it leads to; internal to it.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "net/fanout_loop.hpp"
#include "net/fanout_reply.hpp"

namespace carillon {

struct FanoutLoop::Host {
  std::string origin;
  std::deque<FanoutPost> waiting;
  std::vector<std::uint64_t> idle;
  int active = 0;
  bool in_turns = false;
};

struct FanoutLoop::Line {
  Line(std::uint64_t number, Host& leads_to, Timers::iterator no_timer)
      : serial(number), host(leads_to), timer(no_timer) {}

  const std::uint64_t serial;
  Host& host;
  FanoutPost post;
  Stage stage = Stage::lookup;
  Time began;
  Timers::iterator timer;
  std::vector<SocketAddress> addresses;
  std::size_t next = 0;  // of the addresses
  int socket = -1;
  bool reused = false;
  bool readable = false;  // something came that was not read yet
  bool ending = false;    // the other side says that it sends no more
  std::unique_ptr<TlsStream> tls;
  std::string out;
  std::size_t sent = 0;
  std::unique_ptr<FanoutReply> reply;
};

// The request as HTTP/1.1 writes it. Pure.
[[nodiscard]] std::string text_of(const HttpRequest& request, const Url& url,
                                  const std::string& user_agent);

}  // namespace carillon
