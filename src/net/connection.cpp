#include "net/connection.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <exception>
#include <memory_resource>
#include <optional>
#include <tuple>
#include <utility>

#include "base/log.hpp"
#include "net/answer.hpp"
#include "net/stream_connection.hpp"

namespace carillon {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;

constexpr std::size_t read_bytes = 4096;
constexpr std::size_t header_pieces_bytes = 1024;  // of a usual header; more is allocated
constexpr std::size_t read_body_bytes = std::size_t{64} * 1024;
constexpr std::int64_t drain_ms = 1000;

std::string_view view(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

// The path and query of a request target; RFC 9112 section 3.2 also allows the absolute form.
std::string_view origin_form(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!target.starts_with(scheme)) continue;
    const auto slash = target.find_first_of("/?", scheme.size());
    return slash == std::string_view::npos || target[slash] == '?' ? "/" : target.substr(slash);
  }
  return target;
}

struct Refusal {
  int status;
  std::string_view sentence;
};

Refusal refusal_of(const error_code& error) {
  if (error == http::error::header_limit) return {431, "The request header is too large."};
  if (error == http::error::body_limit) return {413, "The request body is too large."};
  if (error == http::error::bad_version) return {505, "Only HTTP/1.0 and HTTP/1.1 are spoken."};
  return {400, "The request is not proper HTTP."};
}

// One chain of calls, so no two of its members ever run at once: on the thread of its socket, but
// for `ask` and what sets a later answer, while which that thread does nothing here.
class Connection final : public Watched, public std::enable_shared_from_this<Connection> {
 public:
  Connection(ServerShared& shared, Socket socket);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  void advance();

 private:
  // The lines of a header are many small pieces, and all end with their request.
  using Pieces = std::pmr::polymorphic_allocator<char>;
  using Parser = http::request_parser<http::string_body, Pieces>;

  void begin_request();
  void read_more();
  void on_read(const error_code& error, std::size_t bytes);
  [[nodiscard]] bool take_header();
  [[nodiscard]] std::optional<Refusal> judge_header() const;
  [[nodiscard]] std::optional<Refusal> judge_body();
  void end_large_body();
  [[nodiscard]] bool promise_to_read();
  // The path as logs may show it.
  [[nodiscard]] std::string_view shown_path() const;
  [[nodiscard]] bool handle();
  void ask();
  template <class Ask>
  void put_answer(const Ask& from);
  void await_later();
  void resume();
  void refuse(Refusal refusal);
  void send_answer(std::int64_t now_ms);
  [[nodiscard]] std::size_t send_memory(error_code& error);
  [[nodiscard]] std::size_t send_file(error_code& error);
  [[nodiscard]] bool write_on();
  [[nodiscard]] bool end_answer();
  void flush_soon();
  void drain();
  [[nodiscard]] std::int64_t body_deadline() const;

  ServerShared& shared_;
  Socket socket_;
  std::string peer_;
  boost::beast::flat_buffer buffer_;
  std::array<std::byte, header_pieces_bytes> first_pieces_{};
  std::pmr::monotonic_buffer_resource pieces_{first_pieces_.data(), first_pieces_.size()};
  std::optional<Parser> parser_;
  bool header_taken_ = false;
  bool keep_ = false;
  std::int64_t header_deadline_ms_ = 0;
  std::int64_t idle_from_ms_ = steady_ms();
  std::int64_t began_ms_ = 0;  // of the body, then of the answer
  std::size_t body_read_ = 0;
  std::size_t body_max_ = 0;  // of this request
  bool large_ = false;        // it is counted among the large ones
  std::chrono::steady_clock::time_point handled_;
  HttpQuery query_;
  HttpAnswer answer_;
  std::string head_;
  std::string_view body_;  // of the answer; empty for HEAD
  int file_ = -1;          // with the same bytes; it is the answer's
  std::size_t sent_ = 0;
  // While the answer is made elsewhere: the thread of the socket must not end.
  std::optional<asio::executor_work_guard<Socket::executor_type>> waiting_;
};

Connection::Connection(ServerShared& shared, Socket socket)
    : Watched(socket.native_handle()), shared_(shared), socket_(std::move(socket)) {
  error_code error;
  const auto remote = socket_.remote_endpoint(error);
  if (!error) peer_ = remote.address().to_string();
  socket_.non_blocking(true, error);
  if (!error) socket_.set_option(asio::ip::tcp::no_delay(true), error);
  shared_.connections.add(*this);
}

Connection::~Connection() {
  end_large_body();
  shared_.connections.remove(*this);
}

void Connection::begin_request() {
  pieces_.release();
  parser_.emplace(std::piecewise_construct, std::make_tuple(), std::make_tuple(Pieces(&pieces_)));
  parser_->header_limit(static_cast<std::uint32_t>(shared_.options.header_bytes));
  parser_->body_limit(shared_.largest_body);
  parser_->eager(false);
  header_taken_ = false;
  body_read_ = 0;
  body_max_ = shared_.options.body_bytes;
  header_deadline_ms_ = 0;
  sent_ = 0;
}

// Goes on with the bytes at hand, as far as they reach.
void Connection::advance() {
  for (;;) {
    if (!parser_) begin_request();
    // RFC 9112 section 2.2: empty lines before a request are passed over.
    while (!parser_->got_some() && buffer_.size() > 0 &&
           (*static_cast<const char*>(buffer_.data().data()) == '\r' ||
            *static_cast<const char*>(buffer_.data().data()) == '\n'))
      buffer_.consume(1);
    if (buffer_.size() == 0) return read_more();
    error_code error;
    const std::size_t used = parser_->put(buffer_.data(), error);
    buffer_.consume(used);
    if (header_taken_) body_read_ += used;
    if (body_read_ > body_max_ + shared_.options.header_bytes)
      return refuse({413, "The request body is too large."});
    if (error == http::error::need_more) {
      // What the parser keeps waiting for: the end of a chunk's extensions or of the trailers. Its
      // limits count neither.
      if (header_taken_ && buffer_.size() >= shared_.options.header_bytes)
        return refuse({413, "The chunk extensions or trailers are too large."});
      return read_more();
    }
    if (error) return refuse(refusal_of(error));
    if (!header_taken_ && parser_->is_header_done() && !take_header()) return;
    if (!parser_->is_done()) continue;
    if (!handle() || !write_on() || !end_answer()) return;
  }
}

// False when the request is refused.
bool Connection::take_header() {
  header_taken_ = true;
  auto refusal = judge_header();
  if (!refusal) refusal = judge_body();
  if (refusal) {
    refuse(*refusal);
    return false;
  }
  parser_->eager(true);
  if (parser_->is_done()) return true;
  began_ms_ = steady_ms();
  // Before the client hears that it may go on: a server that stops owes it an answer from then on.
  enter(Phase::body, body_deadline());
  const bool waits =
      buffer_.size() == 0 && parser_->get().find(http::field::expect) != parser_->get().end();
  if (!waits || promise_to_read()) return true;
  refuse({417, "This expectation cannot be met."});
  return false;
}

std::optional<Refusal> Connection::judge_header() const {
  const auto& head = parser_->get();
  const auto hosts = head.equal_range(http::field::host);
  const auto host_count = std::distance(hosts.first, hosts.second);
  if (host_count > 1 || (host_count == 0 && head.version() >= 11))
    return Refusal{400, "The request must name its host once."};
  if (head.version() != 10 && head.version() != 11) return refusal_of(http::error::bad_version);
  const auto codings = head.equal_range(http::field::transfer_encoding);
  // RFC 9112 section 6.1: HTTP/1.0 has no codings, so two servers would read such a message in two
  // ways.
  if (codings.first != codings.second && head.version() == 10)
    return Refusal{400, "HTTP/1.0 has no transfer encoding."};
  for (auto coding = codings.first; coding != codings.second; ++coding) {
    if (!same_ignoring_case(view(coding->value()), "chunked"))
      return Refusal{501, "This transfer encoding is not known."};
  }
  const auto target = origin_form(view(head.target()));
  const bool star = target == "*" && head.method() == http::verb::options;
  if (!target.starts_with('/') && !star) return Refusal{400, "The request target is not a path."};
  return std::nullopt;
}

// What this path takes, and what is announced.
std::optional<Refusal> Connection::judge_body() {
  const auto target = origin_form(view(parser_->get().target()));
  const auto large = shared_.options.large_bodies.find(target.substr(0, target.find('?')));
  const bool is_large = large != shared_.options.large_bodies.end();
  body_max_ = is_large ? large->second : shared_.options.body_bytes;
  if (parser_->content_length().value_or(0) > body_max_)
    return Refusal{413, "The request body is too large."};
  if (!is_large) return std::nullopt;
  if (shared_.large_bodies.fetch_add(1) >= limits::server_large_bodies) {
    shared_.large_bodies.fetch_sub(1);
    return Refusal{503, "Too many large requests arrive just now. Try again in a moment."};
  }
  large_ = true;
  return std::nullopt;
}

void Connection::end_large_body() {
  if (std::exchange(large_, false)) shared_.large_bodies.fetch_sub(1);
}

// RFC 9110 section 10.1.1. The few bytes fit into any send buffer; where they do not, the client
// is gone, and reading will tell.
bool Connection::promise_to_read() {
  const auto& head = parser_->get();
  if (!same_ignoring_case(view(head[http::field::expect]), "100-continue")) return false;
  constexpr std::string_view text = "HTTP/1.1 100 Continue\r\n\r\n";
  error_code ignored;
  if (head.version() >= 11) socket_.write_some(asio::buffer(text.data(), text.size()), ignored);
  return true;
}

std::int64_t Connection::body_deadline() const {
  const auto earned =
      body_read_ * 1000 / std::max<std::size_t>(1, shared_.options.body_bytes_per_second);
  return began_ms_ + shared_.options.header_ms + static_cast<std::int64_t>(earned);
}

void Connection::read_more() {
  if (header_taken_) {
    enter(Phase::body, body_deadline());
  } else if (buffer_.size() == 0 && !parser_->got_some()) {
    enter(Phase::idle, idle_from_ms_ + shared_.options.idle_ms);
    if (shared_.stopping) return;
  } else {
    if (header_deadline_ms_ == 0) header_deadline_ms_ = steady_ms() + shared_.options.header_ms;
    enter(Phase::header, header_deadline_ms_);
  }
  const auto room = buffer_.prepare(header_taken_ ? read_body_bytes : read_bytes);
  socket_.async_read_some(room,
                          [self = shared_from_this()](const error_code& error, std::size_t bytes) {
                            self->on_read(error, bytes);
                          });
}

void Connection::on_read(const error_code& error, std::size_t bytes) {
  if (is_late() && phase() != Phase::idle)
    return refuse({408, "The request did not arrive in time."});
  if (error || is_late()) return;
  buffer_.commit(bytes);
  advance();
}

std::string_view Connection::shown_path() const {
  for (const auto& [prefix, shown] : shared_.secret_paths) {
    if (query_.path.starts_with(prefix)) return shown;
  }
  return query_.path;
}

// Answers the whole request; then answer_ and head_ are ready to be written. False when that goes
// on elsewhere.
bool Connection::handle() {
  enter(Phase::handling, INT64_MAX);
  handled_ = std::chrono::steady_clock::now();
  const auto& request = parser_->get();
  const auto target = origin_form(view(request.target()));
  const auto mark = target.find('?');
  query_.head = request.method() == http::verb::head;
  query_.method = query_.head ? "GET" : view(request.method_string());
  query_.target = view(request.target());
  query_.path = target.substr(0, mark);
  query_.query = mark == std::string_view::npos ? std::string_view{} : target.substr(mark + 1);
  query_.headers.clear();
  for (const auto& field : request)
    query_.headers.emplace_back(view(field.name_string()), view(field.value()));
  query_.body = request.body();
  query_.peer = peer_;
  keep_ = parser_->keep_alive() && !shared_.stopping;
  bool found = false;
  if (shared_.options.quick) {
    put_answer([&] {
      auto quick = shared_.options.quick(query_);
      found = quick.has_value();
      return found ? std::move(*quick) : HttpAnswer{};
    });
  }
  if (found && !answer_.later) {
    send_answer(ms_of(handled_));
    return true;
  }
  waiting_.emplace(socket_.get_executor());
  if (found)
    await_later();
  else
    asio::post(*shared_.pool, [self = shared_from_this()] { self->ask(); });
  return false;
}

// On a thread of the pool.
void Connection::ask() {
  put_answer([&] { return shared_.handler(query_); });
  if (answer_.later) return await_later();
  asio::post(socket_.get_executor(), [self = shared_from_this()] { self->resume(); });
}

template <class Ask>
void Connection::put_answer(const Ask& from) {
  try {
    answer_ = from();
  } catch (const std::exception& problem) {
    log(Level::error, "a request handler threw",
        {{"path", std::string(shown_path())}, {"why", problem.what()}});
    answer_ = plain_answer(500, "Something went wrong here; it is in the server's log.");
  }
}

void Connection::await_later() {
  const auto later = std::move(answer_.later);
  later->when_set([self = shared_from_this()](HttpAnswer answer) {
    self->answer_ = std::move(answer);
    asio::post(self->socket_.get_executor(), [self] { self->resume(); });
  });
}

void Connection::resume() {
  waiting_.reset();
  send_answer(steady_ms());
  if (write_on() && end_answer()) advance();
}

void Connection::send_answer(std::int64_t now_ms) {
  end_large_body();
  const bool old = header_taken_ && parser_->get().version() == 10;
  if (answer_.stream) keep_ = false;
  const Closing closing = !keep_ ? Closing::close : old ? Closing::keep_announced : Closing::keep;
  if (!write_head(answer_, closing, head_)) {
    log(Level::error, "an answer had a line break in a header and was not sent",
        {{"path", std::string(shown_path())}});
    answer_ = plain_answer(500, "Something went wrong here; it is in the server's log.");
    std::ignore = write_head(answer_, closing, head_);
  }
  const bool bare = query_.head || !has_body(answer_.status);
  body_ = bare ? std::string_view{} : answer_.bytes();
  file_ = !bare && answer_.shared ? answer_.shared->file() : -1;
  sent_ = 0;
  began_ms_ = now_ms;
}

// Answers a request that no handler sees, and closes: where the next request would begin is
// unknown.
void Connection::refuse(Refusal refusal) {
  handled_ = std::chrono::steady_clock::now();
  query_ = HttpQuery{.peer = peer_};
  if (header_taken_) {
    const auto target = origin_form(view(parser_->get().target()));
    query_.method = view(parser_->get().method_string());
    query_.path = target.substr(0, target.find('?'));
  }
  keep_ = false;
  answer_ = plain_answer(refusal.status, refusal.sentence);
  send_answer(ms_of(handled_));
  if (write_on()) std::ignore = end_answer();
}

std::size_t Connection::send_memory(error_code& error) {
  const std::size_t from_head = std::min(sent_, head_.size());
  const std::size_t from_body = sent_ - from_head;
  const std::array<asio::const_buffer, 2> rest{
      asio::buffer(head_.data() + from_head, head_.size() - from_head),
      asio::buffer(body_.data() + from_body, body_.size() - from_body)};
  return socket_.write_some(rest, error);
}

// The head waits in the kernel for the body behind it.
std::size_t Connection::send_file(error_code& error) {
  if (sent_ < head_.size())
    return socket_.send(asio::buffer(head_.data() + sent_, head_.size() - sent_), MSG_MORE, error);
  const auto sent = send_some(socket_.native_handle(), file_, sent_ - head_.size(), body_.size());
  if (sent == 0) error.assign(errno, boost::system::system_category());
  return sent;
}

// Writes as much as the socket takes at once; false when the rest follows later or never.
bool Connection::write_on() {
  const std::size_t whole = head_.size() + body_.size();
  const std::int64_t earned_ms =
      static_cast<std::int64_t>(sent_ * 1000 / limits::server_body_bytes_per_second);
  enter(Phase::writing, began_ms_ + shared_.options.idle_ms + earned_ms);
  while (sent_ < whole) {
    error_code error;
    sent_ += file_ >= 0 ? send_file(error) : send_memory(error);
    if (!error) continue;
    if (error != asio::error::would_block) return false;
    socket_.async_wait(Socket::wait_write, [self = shared_from_this()](const error_code& failed) {
      if (failed || self->is_late()) return;
      if (self->write_on() && self->end_answer()) self->advance();
    });
    return false;
  }
  return true;
}

// After a whole answer: true when the next request may come.
bool Connection::end_answer() {
  const auto now = std::chrono::steady_clock::now();
  idle_from_ms_ = ms_of(now);
  if (shared_.options.access_log) {
    shared_.options.access_log(
        {.method = query_.head ? "HEAD" : query_.method,
         .path = shown_path(),
         .peer = peer_,
         .status = answer_.status,
         .bytes = body_.size(),
         .micros = std::chrono::duration_cast<std::chrono::microseconds>(now - handled_).count()});
  }
  if (shared_.options.access_flush) flush_soon();
  const auto stream = query_.head ? nullptr : std::move(answer_.stream);
  answer_ = HttpAnswer{};
  if (stream) {
    enter(Phase::handling, INT64_MAX);
    serve_stream(shared_, std::move(socket_), *stream);
    return false;
  }
  if (!keep_) {
    error_code ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
    enter(Phase::draining, steady_ms() + drain_ms);
    if (!shared_.stopping) drain();
    return false;
  }
  parser_.reset();
  return true;
}

// When the requests that are there now are answered: one call for all of them.
void Connection::flush_soon() {
  thread_local bool waits = false;
  if (std::exchange(waits, true)) return;
  asio::post(socket_.get_executor(), [&shared = shared_, &waits_here = waits] {
    waits_here = false;
    shared.options.access_flush();
  });
}

// Reads and drops what the client still sends: closing with unread bytes would reset the connection
// and might destroy the answer on its way (RFC 9112 section 9.6).
void Connection::drain() {
  buffer_.clear();
  socket_.async_read_some(buffer_.prepare(read_body_bytes),
                          [self = shared_from_this()](const error_code& error, std::size_t bytes) {
                            if (!error && bytes > 0 && !self->is_late()) self->drain();
                          });
}

}  // namespace

void serve_connection(ServerShared& shared, Socket socket) {
  std::make_shared<Connection>(shared, std::move(socket))->advance();
}

}  // namespace carillon
