#include "gate.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "base/moment.hpp"

namespace carillon::soak {

namespace {

constexpr int stuck_ms = 60'000;
// The longest a server works on a request whose client has gone. With a listing that lags as long
// again, it still stays below the minute that adapters allow it.
constexpr Micros late_most = 25 * second;

sockaddr_in loopback(int port) {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  out.sin_port = htons(static_cast<std::uint16_t>(port));
  return out;
}

[[noreturn]] void die(const char* what) {
  std::perror(what);
  std::exit(3);
}

// The request at the start of `in`, taken out of it; nothing when it is not whole yet.
std::optional<Request> take_request(std::string& in) {
  const auto end = in.find("\r\n\r\n");
  if (end == std::string::npos) return std::nullopt;
  Request out;
  std::size_t length = 0;
  bool first = true;
  for (std::size_t at = 0; at < end + 2;) {
    const auto stop = in.find("\r\n", at);
    const std::string line = in.substr(at, stop - at);
    at = stop + 2;
    if (first) {
      const auto words = split(line, ' ');
      if (words.size() == 3) {
        out.method = words[0];
        const auto mark = words[1].find('?');
        out.path = words[1].substr(0, mark);
        if (mark != std::string::npos) out.query = parse_query(words[1].substr(mark + 1));
      }
      first = false;
      continue;
    }
    const auto colon = line.find(':');
    if (colon == std::string::npos) continue;
    out.headers.add(line.substr(0, colon), std::string(trim(line.substr(colon + 1))));
  }
  const auto said = out.headers.get("content-length");
  std::from_chars(said.data(), said.data() + said.size(), length);
  if (in.size() < end + 4 + length) return std::nullopt;
  out.body = in.substr(end + 4, length);
  in.erase(0, end + 4 + length);
  return out;
}

const char* reason_of(int status) {
  return status < 300 ? "OK" : status < 500 ? "No" : "Broken";
}

Reply web_page() {
  return {.status = 200,
          .body = "<!doctype html><title>Soon back</title><p>We are back soon.",
          .type = "text/html; charset=utf-8"};
}

}  // namespace

Gate::Gate(std::size_t fakes) : ports_(fakes, 0), listeners_(fakes, -1) {
  for (int i = 0; i < size(); ++i) listen(i);
}

Gate::~Gate() {
  for (const int fd : listeners_) ::close(fd);
  for (const Conn& conn : conns_) ::close(conn.fd);
}

void Gate::listen(int fake) {
  const auto place = static_cast<std::size_t>(fake);
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address = loopback(ports_[place]);
  socklen_t size = sizeof address;
  if (fd < 0 || ::bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0) die("bind");
  if (::listen(fd, 64) != 0) die("listen");
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  ports_[place] = ntohs(address.sin_port);
  listeners_[place] = fd;
}

void Gate::stage(std::vector<std::unique_ptr<Fake>> fakes, Chaos& chaos, const SharedClock& clock) {
  for (const Conn& conn : conns_) ::close(conn.fd);
  conns_.clear();
  late_.clear();
  doubts_.clear();
  not_before_.clear();
  fakes_ = std::move(fakes);
  chaos_ = &chaos;
  clock_ = &clock;
}

void Gate::shut(int fake) {
  int& fd = listeners_[static_cast<std::size_t>(fake)];
  ::close(fd);
  fd = -1;
  conns_.remove_if([&](const Conn& conn) {
    const bool idle = conn.fake == fake && conn.held_for < 0;
    if (idle) ::close(conn.fd);
    return idle;
  });
}

void Gate::reopen(int fake) {
  listen(fake);
}

std::vector<int> Gate::take_doubts() {
  return std::exchange(doubts_, {});
}

void Gate::settle() {
  const Micros now = clock_->peek();
  for (std::size_t i = 0; i < late_.size();) {
    if (late_[i].at > now) {
      ++i;
      continue;
    }
    const Late due = late_[i];
    late_.erase(late_.begin() + static_cast<std::ptrdiff_t>(i));
    (void)fake(due.fake).perform(due.request);
  }
}

Micros Gate::next_late() const {
  Micros first = 0;
  for (const Late& late : late_) first = first == 0 ? late.at : std::min(first, late.at);
  return first;
}

bool Gate::was_slow(std::chrono::steady_clock::time_point since, long patience_ms) {
  const auto passed = std::chrono::steady_clock::now() - since;
  return passed > std::chrono::milliseconds(patience_ms * 2 / 3);
}

Stop Gate::serve(int socket, long patience_ms) {
  player_ = socket;
  patient_ = patience_ms >= patient_ms;
  stop_.reset();
  written_.clear();
  const auto since = std::chrono::steady_clock::now();
  const Stop stop = serve_on(socket);
  if (was_slow(since, patience_ms)) doubts_.insert(doubts_.end(), written_.begin(), written_.end());
  return stop;
}

Stop Gate::serve_on(int socket) {
  while (!stop_) {
    std::vector<pollfd> waits{{socket, POLLIN, 0}};
    std::vector<int> listening;
    for (int i = 0; i < size(); ++i) {
      const int fd = listeners_[static_cast<std::size_t>(i)];
      if (fd >= 0) listening.push_back(i);
      if (fd >= 0) waits.push_back({fd, POLLIN, 0});
    }
    for (const Conn& conn : conns_) waits.push_back({conn.fd, POLLIN, 0});
    const int ready = ::poll(waits.data(), waits.size(), stuck_ms);
    if (ready == 0) return Stop::stuck;
    // The connections first: what a player sent before it spoke belongs before its words.
    std::size_t at = 1 + listening.size();
    for (auto conn = conns_.begin(); conn != conns_.end(); ++at) {
      const bool alive = (waits[at].revents == 0) || read(*conn);
      if (!alive && conn->fd >= 0) ::close(conn->fd);
      conn = alive ? std::next(conn) : conns_.erase(conn);
    }
    for (std::size_t i = 0; i < listening.size(); ++i) {
      if (waits[i + 1].revents != 0) welcome(listening[i]);
    }
    if (waits[0].revents != 0 && !stop_) return Stop::words;
  }
  return *stop_;
}

void Gate::welcome(int fake) {
  Conn conn;
  conn.fd = ::accept4(listeners_[static_cast<std::size_t>(fake)], nullptr, nullptr, SOCK_CLOEXEC);
  if (conn.fd < 0) return;
  conn.fake = fake;
  if (chaos_->strikes(1) && chaos_->count(Trouble::reset_early)) {
    ++requests_;
    if (on_request) on_request(fmt::format("{}: reset unread", fake));
    doubts_.push_back(fake);
    reset(conn);
    return;
  }
  conns_.push_back(std::move(conn));
}

bool Gate::read(Conn& conn) {
  char chunk[16'384];
  const ssize_t got = ::recv(conn.fd, chunk, sizeof chunk, MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return true;
  if (got <= 0) return false;
  conn.in.append(chunk, static_cast<std::size_t>(got));
  while (auto request = take_request(conn.in)) {
    if (!handle(conn, *request)) return false;
  }
  return true;
}

bool Gate::handle(Conn& conn, const Request& request) {
  ++requests_;
  settle();
  Fake& server = fake(conn.fake);
  const Sort sort = server.sort_of(request);
  if (sort == Sort::write) {
    written_.push_back(conn.fake);
    const auto named = not_before_.find(server.key_of(request));
    if (named != not_before_.end() && clock_->peek() < named->second)
      server.complaints.push_back(fmt::format("{} {}: it came {} s before the time a 429 had named",
                                              request.method, request.path,
                                              (named->second - clock_->peek()) / second));
  }
  const Trouble trouble = chaos_->befalls(sort, server.knows_repeats(), patient_);
  if (on_request)
    on_request(
        fmt::format("{} {} {}: {}", conn.fake, request.method, request.path, word_of(trouble)));
  if (trouble != Trouble::none) {
    chaos_->count(trouble);
    if (sort == Sort::write && is_doubtful(trouble)) doubts_.push_back(conn.fake);
    return befall(conn, request, trouble);
  }
  const int before = server.stale;
  Reply reply = server.perform(request);
  if (server.stale > before) chaos_->count(Trouble::stale);
  return answer(conn, std::move(reply));
}

bool Gate::befall(Conn& conn, const Request& request, Trouble trouble) {
  using T = Trouble;
  Fake& server = fake(conn.fake);
  Dice& dice = chaos_->dice();
  const auto does = [trouble](auto... those) { return ((trouble == those) || ...); };
  std::optional<Reply> reply;
  if (does(T::reset_performed, T::error_performed, T::page_performed, T::cut, T::silence_performed,
           T::held, T::twice, T::kill_performed))
    reply = server.perform(request);
  if (does(T::silence_late, T::kill_late))
    late_.push_back({clock_->peek() + dice.between(second, late_most), conn.fake, request});
  switch (trouble) {
    case T::reset_unperformed:
    case T::reset_performed:
      reset(conn);
      return false;
    case T::error_unperformed:
    case T::error_performed: {
      Reply broken = dice.chance(50) ? web_page() : reply_of(json::object{{"error", "Broken"}});
      broken.status = dice.pick(std::vector<int>{500, 502, 503, 504});
      return answer(conn, std::move(broken));
    }
    case T::page_unperformed:
    case T::page_performed:
      return answer(conn, web_page());
    case T::cut:
      return cut(conn, *reply);
    case T::held:
      conn.held_for = player_;
      conn.since = std::chrono::steady_clock::now();
      conn.reply = wire(*reply, true, conn.fake);
      stop_ = Stop::held;
      return true;
    case T::limit:
      return answer_limit(conn, request);
    case T::unauthorised:
      return answer(conn, server.unauthorised());
    case T::refusal:
      return answer(conn, server.refusal());
    case T::twice:
      return answer(conn, server.perform(request));
    case T::kill:
    case T::kill_performed:
    case T::kill_late:
      stop_ = Stop::kill;
      return true;
    default:
      return true;  // silence
  }
}

bool Gate::answer_limit(Conn& conn, const Request& request) {
  Dice& dice = chaos_->dice();
  Reply out = reply_of(json::object{{"error", "Too many requests"}}, 429);
  const std::int64_t wait = dice.between(2, 900);
  const Micros server_time = clock_->peek() + fake(conn.fake).skew;
  const Micros until = (server_time / second + wait + 1) * second;
  switch (dice.below(6)) {
    case 0:
      out.headers.add("Retry-After", std::to_string(wait));
      break;
    case 1:
      out.headers.add("Retry-After", http_time(until));
      break;
    case 2:
      out.headers.add("X-RateLimit-Reset", iso_time_millis(until));
      break;
    case 3:
      out.headers.add("RateLimit-Reset", std::to_string(until / second));
      break;
    default:
      return answer(conn, std::move(out));
  }
  const std::string key = fake(conn.fake).key_of(request);
  // The Date beside it has whole seconds only.
  if (!key.empty()) not_before_[key] = clock_->peek() + (wait - 1) * second;
  return answer(conn, std::move(out));
}

std::string Gate::wire(const Reply& reply, bool close, int fake) const {
  std::string out =
      fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n",
                  reply.status, reason_of(reply.status),
                  http_time(clock_->peek() + fakes_[static_cast<std::size_t>(fake)]->skew),
                  reply.type, reply.body.size());
  for (const auto& [name, value] : reply.headers) out += fmt::format("{}: {}\r\n", name, value);
  if (close) out += "Connection: close\r\n";
  return out + "\r\n" + reply.body;
}

bool Gate::answer(Conn& conn, Reply reply) {
  const bool close = chaos_->dice().chance(30);
  const std::string bytes = wire(reply, close, conn.fake);
  (void)::send(conn.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  return !close;
}

bool Gate::cut(Conn& conn, const Reply& reply) {
  const std::string bytes = wire(reply, true, conn.fake);
  const auto most = static_cast<std::int64_t>(bytes.size()) - 1;
  const auto size = static_cast<std::size_t>(chaos_->dice().between(1, most));
  (void)::send(conn.fd, bytes.data(), size, MSG_NOSIGNAL);
  return false;
}

void Gate::reset(Conn& conn) {
  const linger now{1, 0};
  ::setsockopt(conn.fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  ::close(conn.fd);
  conn.fd = -1;
}

void Gate::release(int socket) {
  for (auto conn = conns_.begin(); conn != conns_.end(); ++conn) {
    if (conn->held_for != socket) continue;
    if (was_slow(conn->since, patient_ms)) doubts_.push_back(conn->fake);
    (void)::send(conn->fd, conn->reply.data(), conn->reply.size(), MSG_NOSIGNAL);
    ::close(conn->fd);
    conns_.erase(conn);
    return;
  }
}

}  // namespace carillon::soak
