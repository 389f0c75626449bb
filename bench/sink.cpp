// Inboxes of very many hosts on this machine: one process that listens at every address of 127/8.
#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>

#include "bench.hpp"
#include "federation/signature.hpp"

namespace carillon::bench {

namespace {

constexpr std::size_t checked_one_in = 64;
volatile std::sig_atomic_t ending = 0;

struct Wire {
  int socket = -1;
  SSL* ssl = nullptr;
  bool greeted = false;
  std::uint32_t host = 0;  // which address of 127/8 was reached
  std::string in;
};

struct Due {
  Steady::time_point when;
  int socket = -1;
  std::uint64_t serial = 0;
  bool good = true;
};

// A certificate for one address, by an authority between it and the root, as most sites have them.
class Certificates {
 public:
  explicit Certificates(const std::string& root_file)
      : root_key_(EVP_RSA_gen(4096)),
        middle_key_(ec_key(NID_secp384r1)),
        key_(ec_key(NID_X9_62_prime256v1)) {
    root_ = make("Root", root_key_, nullptr, root_key_, true, "");
    middle_ = make("Middle", middle_key_, root_, root_key_, true, "");
    FILE* out = std::fopen(root_file.c_str(), "w");
    PEM_write_X509(out, root_);
    std::fclose(out);
    context_ = SSL_CTX_new(TLS_server_method());
    SSL_CTX_set_options(context_, SSL_OP_NO_TICKET);
    SSL_CTX_set_session_cache_mode(context_, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context_, 0);
  }
  // Made beforehand: the clients' times must not hold it.
  void prepare(std::uint32_t first, std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) leaf(first + i);
  }
  SSL* accept(int socket, std::uint32_t host) {
    SSL* ssl = SSL_new(context_);
    SSL_use_certificate(ssl, leaf(host));
    SSL_use_PrivateKey(ssl, key_);
    SSL_add1_chain_cert(ssl, middle_);
    SSL_set_fd(ssl, socket);
    SSL_set_accept_state(ssl);
    return ssl;
  }

 private:
  static EVP_PKEY* ec_key(int curve) { return EVP_EC_gen(OBJ_nid2sn(curve)); }
  X509* leaf(std::uint32_t host) {
    X509*& out = leaves_[host];
    if (out == nullptr) {
      in_addr address{htonl(host)};
      std::array<char, INET_ADDRSTRLEN> text{};
      inet_ntop(AF_INET, &address, text.data(), text.size());
      out = make(text.data(), key_, middle_, middle_key_, false, fmt::format("IP:{}", text.data()));
    }
    return out;
  }
  X509* make(const std::string& name, EVP_PKEY* key, X509* issuer, EVP_PKEY* issuer_key,
             bool authority, const std::string& alternative) {
    X509* out = X509_new();
    X509_set_version(out, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(out), ++serial_);
    X509_gmtime_adj(X509_getm_notBefore(out), -3600);
    X509_gmtime_adj(X509_getm_notAfter(out), 86'400);
    X509_set_pubkey(out, key);
    X509_NAME* subject = X509_get_subject_name(out);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509_set_issuer_name(out, issuer == nullptr ? subject : X509_get_subject_name(issuer));
    extend(out, NID_basic_constraints, authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
    extend(out, NID_key_usage, authority ? "keyCertSign" : "digitalSignature");
    if (!alternative.empty()) extend(out, NID_subject_alt_name, alternative);
    X509_sign(out, issuer_key, EVP_sha256());
    return out;
  }
  static void extend(X509* certificate, int kind, const std::string& value) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
  }

  EVP_PKEY* root_key_;
  EVP_PKEY* middle_key_;
  EVP_PKEY* key_;
  X509* root_ = nullptr;
  X509* middle_ = nullptr;
  SSL_CTX* context_ = nullptr;
  long serial_ = 0;
  std::unordered_map<std::uint32_t, X509*> leaves_;
};

class Sink {
 public:
  explicit Sink(SinkOptions options) : options_(std::move(options)) {}

  int run() {
    if (!options_.public_pem.empty()) key_ = *public_key_of(options_.public_pem);
    if (!options_.root_file.empty()) {
      certificates_ = std::make_unique<Certificates>(options_.root_file);
      certificates_->prepare(first_host, options_.hosts);
    }
    if (!listen()) return 1;
    std::signal(SIGTERM, [](int) { ending = 1; });
    while (ending == 0) step();
    fmt::print(
        "{{\"arrived\": {}, \"hosts\": {}, \"again\": {}, \"checked\": {}, \"bad\": {}, "
        "\"since_first\": {:.3f}, \"p99\": {:.3f}}}\n",
        arrived_, seen_.size(), again_, checked_, bad_, last_, p99());
    std::fflush(stdout);
    return 0;
  }

 private:
  bool listen() {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    epoll_ = epoll_create1(0);
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    const int on = 1;
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(options_.port);
    socklen_t size = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::listen(listener_, 4096) != 0)
      return false;
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    watch(listener_);
    fmt::print("{}\n", ntohs(address.sin_port));
    std::fflush(stdout);
    return true;
  }
  void watch(int socket) {
    epoll_event event{};
    event.events = EPOLLIN | (socket == listener_ ? 0U : EPOLLET | EPOLLRDHUP);
    event.data.fd = socket;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event);
  }
  void step() {
    std::array<epoll_event, 256> events{};
    int wait = 200;
    if (!due_.empty()) {
      const auto left =
          std::chrono::ceil<std::chrono::milliseconds>(due_.front().when - Steady::now());
      wait = static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 200));
    }
    const int count = epoll_wait(epoll_, events.data(), events.size(), wait);
    for (int i = 0; i < count; ++i) {
      const int socket = events[static_cast<std::size_t>(i)].data.fd;
      if (socket == listener_)
        accept_all();
      else
        read(socket);
    }
    for (const auto now = Steady::now(); !due_.empty() && due_.front().when <= now;
         due_.pop_front())
      answer(due_.front());
  }
  void accept_all() {
    while (true) {
      const int socket = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
      if (socket < 0) return;
      sockaddr_in here{};
      socklen_t size = sizeof here;
      getsockname(socket, reinterpret_cast<sockaddr*>(&here), &size);
      auto wire = std::make_unique<Wire>();
      wire->socket = socket;
      wire->host = ntohl(here.sin_addr.s_addr);
      if (certificates_) wire->ssl = certificates_->accept(socket, wire->host);
      serials_[socket] = ++serial_;
      wires_[socket] = std::move(wire);
      watch(socket);
    }
  }
  void close(int socket) {
    const auto at = wires_.find(socket);
    if (at == wires_.end()) return;
    if (at->second->ssl != nullptr) SSL_free(at->second->ssl);
    ::close(socket);
    wires_.erase(at);
    serials_.erase(socket);
  }
  void read(int socket) {
    const auto at = wires_.find(socket);
    if (at == wires_.end()) return;
    Wire& wire = *at->second;
    std::array<char, 16384> bytes{};
    while (true) {
      std::size_t came = 0;
      if (wire.ssl != nullptr) {
        ERR_clear_error();
        if (SSL_read_ex(wire.ssl, bytes.data(), bytes.size(), &came) != 1) {
          const int error = SSL_get_error(wire.ssl, 0);
          if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) break;
          return close(socket);
        }
      } else {
        const ssize_t got = recv(socket, bytes.data(), bytes.size(), 0);
        if (got < 0 && errno == EAGAIN) break;
        if (got <= 0) return close(socket);
        came = static_cast<std::size_t>(got);
      }
      wire.in.append(bytes.data(), came);
    }
    take(wire);
  }
  // One whole request, if it is there.
  void take(Wire& wire) {
    const std::size_t head = wire.in.find("\r\n\r\n");
    if (head == std::string::npos) return;
    const std::size_t at = lower_find(wire.in, "content-length: ", head);
    if (at == std::string::npos) return;
    const std::size_t length = std::strtoul(wire.in.c_str() + at + 16, nullptr, 10);
    if (wire.in.size() < head + 4 + length) return;
    const std::uint32_t number = wire.host - first_host;
    const bool hole = options_.holes > 0 && number % 100 < options_.holes;
    if (hole) return wire.in.clear();
    const bool busy = options_.busy > 0 && number % 100 >= 100 - options_.busy;
    if (!busy) {
      count(wire.host);
      if (arrived_ % checked_one_in == 0 && key_) check(wire.in, head, length);
    }
    wire.in.erase(0, head + 4 + length);
    const Due due{Steady::now() + std::chrono::milliseconds(options_.delay_ms), wire.socket,
                  serials_[wire.socket], !busy};
    if (options_.delay_ms == 0) return answer(due);
    due_.push_back(due);
  }
  static std::size_t lower_find(const std::string& text, std::string_view name, std::size_t end) {
    for (std::size_t at = 0; at + name.size() < end; ++at) {
      if (strncasecmp(text.data() + at, name.data(), name.size()) == 0) return at;
    }
    return std::string::npos;
  }
  void count(std::uint32_t host) {
    const auto now = Steady::now();
    if (arrived_ == 0) first_ = now;
    ++arrived_;
    last_ = std::chrono::duration<double>(now - first_).count();
    if (seen_.emplace(host, last_).second)
      times_.push_back(last_);
    else
      ++again_;
  }
  [[nodiscard]] double p99() const {
    return times_.empty() ? 0 : times_[(times_.size() * 99 - 1) / 100];
  }
  void check(const std::string& in, std::size_t head, std::size_t length) {
    ++checked_;
    Headers headers;
    std::size_t line = in.find("\r\n") + 2;
    while (line < head) {
      const std::size_t end = in.find("\r\n", line);
      const std::size_t colon = in.find(": ", line);
      std::string name = in.substr(line, colon - line);
      for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      headers.add(std::move(name), in.substr(colon + 2, end - colon - 2));
      line = end + 2;
    }
    const std::string origin =
        fmt::format("{}://{}", certificates_ ? "https" : "http", headers.get("host"));
    const std::string target = in.substr(5, in.find(' ', 5) - 5);
    const std::string body = in.substr(head + 4, length);
    const SignedMessage message{"POST", origin, target, body, headers};
    const auto claim = read_claim(message, SystemClock().now());
    if (!claim || !check_claim(*claim, *key_)) ++bad_;
  }
  void answer(const Due& due) {
    const auto at = wires_.find(due.socket);
    if (at == wires_.end() || serials_[due.socket] != due.serial) return;
    static const std::string taken = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";
    static const std::string busy =
        "HTTP/1.1 503 Busy\r\nRetry-After: 60\r\nContent-Length: 0\r\n\r\n";
    const std::string& text = due.good ? taken : busy;
    std::size_t sent = 0;
    if (at->second->ssl != nullptr)
      SSL_write_ex(at->second->ssl, text.data(), text.size(), &sent);
    else if (send(due.socket, text.data(), text.size(), MSG_NOSIGNAL) < 0)
      close(due.socket);
  }

  SinkOptions options_;
  std::optional<PublicKey> key_;
  std::unique_ptr<Certificates> certificates_;
  int epoll_ = -1;
  int listener_ = -1;
  std::uint64_t serial_ = 0;
  std::unordered_map<int, std::unique_ptr<Wire>> wires_;
  std::unordered_map<int, std::uint64_t> serials_;
  std::deque<Due> due_;
  std::unordered_map<std::uint32_t, double> seen_;
  std::vector<double> times_;
  std::size_t arrived_ = 0;
  std::size_t again_ = 0;
  std::size_t checked_ = 0;
  std::size_t bad_ = 0;
  double last_ = 0;
  Steady::time_point first_;
};

}  // namespace

int sink(const SinkOptions& options) {
  return Sink(options).run();
}

}  // namespace carillon::bench
