#include "net/lookup.hpp"

#include <ares.h>
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>

namespace carillon {

namespace {

constexpr std::size_t names_kept = 65'536;
constexpr int at_most_seconds = 300;
constexpr int timeout_ms = 2000;
constexpr int tries = 3;

// c-ares wants to be told of the process once.
int start_library() {
  static const int status = ares_library_init(ARES_LIB_INIT_ALL);
  return status;
}

SocketAddress with_port(SocketAddress address, std::uint16_t port) {
  if (address.storage.ss_family == AF_INET)
    reinterpret_cast<sockaddr_in&>(address.storage).sin_port = htons(port);
  else
    reinterpret_cast<sockaddr_in6&>(address.storage).sin6_port = htons(port);
  return address;
}

std::vector<SocketAddress> with_port(std::vector<SocketAddress> addresses, std::uint16_t port) {
  for (SocketAddress& address : addresses) address = with_port(address, port);
  return addresses;
}

bool read_numeric(const std::string& host, SocketAddress& out) {
  sockaddr_in in{};
  if (inet_pton(AF_INET, host.c_str(), &in.sin_addr) == 1) {
    in.sin_family = AF_INET;
    std::memcpy(&out.storage, &in, sizeof in);
    out.size = sizeof in;
    return true;
  }
  if (!host.starts_with('[') || !host.ends_with(']')) return false;
  sockaddr_in6 in6{};
  if (inet_pton(AF_INET6, host.substr(1, host.size() - 2).c_str(), &in6.sin6_addr) != 1)
    return false;
  in6.sin6_family = AF_INET6;
  std::memcpy(&out.storage, &in6, sizeof in6);
  out.size = sizeof in6;
  return true;
}

}  // namespace

struct Lookup::Channel {
  ares_channel channel = nullptr;
};

Lookup::Lookup(Found found, std::function<void(int, bool, bool)> watch)
    : found_(std::move(found)), watch_(std::move(watch)), channel_(std::make_unique<Channel>()) {
  ares_options options{};
  options.timeout = timeout_ms;
  options.tries = tries;
  options.sock_state_cb = [](void* self, ares_socket_t socket, int read, int write) {
    static_cast<Lookup*>(self)->watch_(socket, read != 0, write != 0);
  };
  options.sock_state_cb_data = this;
  if (start_library() != ARES_SUCCESS ||
      ares_init_options(&channel_->channel, &options,
                        ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB) !=
          ARES_SUCCESS)
    channel_->channel = nullptr;
}

Lookup::~Lookup() {
  found_ = [](std::uint64_t, std::vector<SocketAddress>) {};
  watch_ = [](int, bool, bool) {};
  if (channel_->channel != nullptr) ares_destroy(channel_->channel);
}

void Lookup::ask(std::uint64_t ticket, const std::string& host, std::uint16_t port) {
  SocketAddress numeric;
  if (read_numeric(host, numeric)) return found_(ticket, {with_port(numeric, port)});
  const auto known = known_.find(host);
  if (known != known_.end() && known->second.until > std::chrono::steady_clock::now())
    return found_(ticket, with_port(known->second.addresses, port));
  if (channel_->channel == nullptr) return found_(ticket, {});
  ares_addrinfo_hints hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = ARES_AI_NUMERICSERV;
  auto question = std::make_unique<Question>(Question{this, ticket, host, port});
  ares_getaddrinfo(
      channel_->channel, host.c_str(), nullptr, &hints,
      [](void* data, int status, int timeouts, ares_addrinfo* result) {
        answered(data, status, timeouts, result);
      },
      question.release());
}

void Lookup::answered(void* data, int status, int, void* result) {
  const std::unique_ptr<Question> question(static_cast<Question*>(data));
  const std::unique_ptr<ares_addrinfo, decltype(&ares_freeaddrinfo)> info(
      static_cast<ares_addrinfo*>(result), &ares_freeaddrinfo);
  Lookup& self = *question->self;
  std::vector<SocketAddress> addresses;
  int ttl = at_most_seconds;
  if (status == ARES_SUCCESS && info) {
    for (const ares_addrinfo_node* node = info->nodes; node != nullptr; node = node->ai_next) {
      SocketAddress address;
      if (node->ai_addrlen > sizeof address.storage) continue;
      std::memcpy(&address.storage, node->ai_addr, node->ai_addrlen);
      address.size = node->ai_addrlen;
      addresses.push_back(address);
      ttl = std::clamp(node->ai_ttl, 1, ttl);
    }
    self.keep(question->name,
              {addresses, std::chrono::steady_clock::now() + std::chrono::seconds(ttl)});
  }
  self.found_(question->ticket, with_port(std::move(addresses), question->port));
}

void Lookup::keep(const std::string& name, Known known) {
  if (known.addresses.empty()) return;
  if (known_.size() >= names_kept) known_.clear();
  known_[name] = std::move(known);
}

void Lookup::ready(int socket, bool read, bool write) {
  if (channel_->channel == nullptr) return;
  ares_process_fd(channel_->channel, read ? socket : ARES_SOCKET_BAD,
                  write ? socket : ARES_SOCKET_BAD);
}

void Lookup::tick() {
  if (channel_->channel != nullptr)
    ares_process_fd(channel_->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

int Lookup::wait_ms() const {
  if (channel_->channel == nullptr) return -1;
  timeval room{};
  const timeval* next = ares_timeout(channel_->channel, nullptr, &room);
  if (next == nullptr) return -1;
  return static_cast<int>(next->tv_sec * 1000 + next->tv_usec / 1000) + 1;
}

}  // namespace carillon
