#include "net/server.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <charconv>
#include <chrono>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "net/connection.hpp"

namespace carillon {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Executor = asio::io_context::executor_type;
using Acceptor = asio::basic_socket_acceptor<tcp, Executor>;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, Executor>;

// Threads that run what is posted, until what is there is done after `finish`.
class Runners {
 public:
  explicit Runners(int count) : io(std::max(1, count)), busy_(io.get_executor()) {}
  void start(int count) {
    for (int i = 0; i < std::max(1, count); ++i) threads_.emplace_back([this] { run(); });
  }
  void finish() {
    busy_.reset();
    for (auto& thread : threads_) thread.join();
  }
  asio::io_context io;

 private:
  void run() {
    for (;;) {
      try {
        io.run();
        return;
      } catch (const std::exception& problem) {
        log(Level::error, "a connection was dropped", {{"why", problem.what()}});
      }
    }
  }
  asio::executor_work_guard<Executor> busy_;
  std::vector<std::thread> threads_;
};

Result<asio::ip::address> read_address(std::string text) {
  if (text == "localhost") text = "127.0.0.1";
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  error_code error;
  const auto address = asio::ip::make_address(text, error);
  if (error)
    return fail(Fault::invalid, fmt::format("\"{}\" is not an address to listen on", text),
                "Write an IP address of this machine, such as 127.0.0.1 or [::1].");
  return address;
}

}  // namespace

class HttpServer::Engine {
 public:
  Engine(HttpServerOptions options, Handler handler);
  Result<void> listen();
  void start_threads();
  void stop();
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  void accept();
  void on_accept(const error_code& error, Socket socket);
  void sweep();

  ServerShared shared_;  // outlives the io_contexts, whose handlers hold connections
  // A connection stays on the one thread of its loop: nobody is woken for it, and no lock is held.
  std::vector<std::unique_ptr<Runners>> loops_;
  Runners pool_;
  // The loop of the next connection; this and what follows are touched on the first loop only.
  std::size_t next_ = 0;
  Acceptor acceptor_;
  Timer sweeper_;
  Timer pause_;
  std::uint16_t port_ = 0;
  bool accept_failed_ = false;
  std::once_flag stopped_;
};

namespace {

std::vector<std::unique_ptr<Runners>> make_loops(int count) {
  std::vector<std::unique_ptr<Runners>> out;
  if (count == 0) count = static_cast<int>(std::thread::hardware_concurrency() / 2);
  for (int i = 0; i < std::max(1, count); ++i) out.push_back(std::make_unique<Runners>(1));
  return out;
}

}  // namespace

HttpServer::Engine::Engine(HttpServerOptions options, Handler handler)
    : loops_(make_loops(options.loops)),
      pool_(options.threads),
      acceptor_(loops_.front()->io.get_executor()),
      sweeper_(loops_.front()->io.get_executor()),
      pause_(loops_.front()->io.get_executor()) {
  shared_.options = std::move(options);
  shared_.largest_body = shared_.options.body_bytes;
  for (const auto& [path, bytes] : shared_.options.large_bodies)
    shared_.largest_body = std::max(shared_.largest_body, bytes);
  for (const std::string& prefix : shared_.options.secret_paths)
    shared_.secret_paths.emplace_back(prefix, prefix + "\u2026");
  shared_.handler = std::move(handler);
  shared_.pool = &pool_.io;
}

Result<void> HttpServer::Engine::listen() {
  const auto& options = shared_.options;
  TRY(const auto address, read_address(options.address));
  const tcp::endpoint endpoint(address, options.port);
  error_code error;
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(Acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (!error) port_ = acceptor_.local_endpoint(error).port();
  if (!error) return {};
  const std::string where = fmt::format("{}:{}", options.address, options.port);
  if (error == asio::error::address_in_use)
    return fail(Fault::conflict, fmt::format("another program already listens on {}", where),
                "Stop it, or choose another port with --listen ADDRESS:PORT.");
  if (error == asio::error::access_denied)
    return fail(Fault::denied, fmt::format("listening on {} is not permitted", where),
                "Ports below 1024 need a privilege; choose another with --listen ADDRESS:PORT.");
  return fail(Fault::unavailable, fmt::format("cannot listen on {}: {}", where, error.message()),
              "Choose an address of this machine with --listen ADDRESS:PORT.");
}

void HttpServer::Engine::start_threads() {
  asio::post(loops_.front()->io, [this] {
    accept();
    sweep();
  });
  for (const auto& loop : loops_) loop->start(1);
  pool_.start(shared_.options.threads);
}

void HttpServer::Engine::accept() {
  next_ = (next_ + 1) % loops_.size();
  acceptor_.async_accept(
      loops_[next_]->io.get_executor(),
      [this](const error_code& error, Socket socket) { on_accept(error, std::move(socket)); });
}

void HttpServer::Engine::on_accept(const error_code& error, Socket socket) {
  if (shared_.stopping) return;
  if (error) {
    // Out of descriptors or memory: wait for connections to end instead of spinning.
    if (!std::exchange(accept_failed_, true))
      log(Level::warning, "cannot accept connections", {{"why", error.message()}});
    pause_.expires_after(std::chrono::milliseconds(100));
    pause_.async_wait([this](const error_code& cancelled) {
      if (!cancelled && !shared_.stopping) accept();
    });
    return;
  }
  accept_failed_ = false;
  accept();
  if (shared_.connections.size() >= shared_.options.connections) {
    constexpr std::string_view busy =
        "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n"
        "Retry-After: 5\r\n\r\n";
    error_code ignored;
    socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(busy.data(), busy.size()), ignored);
    socket.shutdown(Socket::shutdown_send, ignored);
    return;
  }
  const Executor its = socket.get_executor();
  asio::post(its, [this, moved = std::move(socket)]() mutable {
    serve_connection(shared_, std::move(moved));
  });
}

void HttpServer::Engine::sweep() {
  const auto& options = shared_.options;
  const std::int64_t shortest = std::min(options.header_ms, options.idle_ms);
  sweeper_.expires_after(
      std::chrono::milliseconds(std::clamp<std::int64_t>(shortest / 4, 10, 1000)));
  sweeper_.async_wait([this](const error_code& cancelled) {
    if (cancelled || shared_.stopping) return;
    shared_.connections.end_late();
    sweep();
  });
}

void HttpServer::Engine::stop() {
  std::call_once(stopped_, [this] {
    shared_.stopping = true;
    asio::post(loops_.front()->io, [this] {
      error_code ignored;
      acceptor_.close(ignored);
      sweeper_.cancel();
      pause_.cancel();
    });
    shared_.connections.end_idle();
    if (!shared_.connections.wait_until_empty(shared_.options.stop_ms))
      shared_.connections.end_all();
    for (const auto& loop : loops_) loop->finish();
    pool_.finish();
  });
}

Result<std::unique_ptr<HttpServer>> HttpServer::start(HttpServerOptions options, Handler handler) {
  auto engine = std::make_unique<Engine>(std::move(options), std::move(handler));
  CHECK_OK(engine->listen());
  engine->start_threads();
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(engine)));
}

HttpServer::HttpServer(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}

HttpServer::~HttpServer() {
  stop();
}

std::uint16_t HttpServer::port() const {
  return engine_->port();
}

void HttpServer::stop() {
  engine_->stop();
}

std::string_view HttpQuery::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (same_ignoring_case(key, name)) return value;
  }
  return {};
}

Result<std::pair<std::string, std::uint16_t>> parse_listen(std::string_view text) {
  const auto wrong = [&] {
    return fail(Fault::invalid, fmt::format("\"{}\" is not an address and a port", text),
                "Write for example 127.0.0.1:8080 or [::1]:8080.");
  };
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return wrong();
  std::string address(text.substr(0, colon));
  if (address.empty()) address = "127.0.0.1";
  if (!address.starts_with('[') && address.find(':') != std::string::npos) return wrong();
  if (!read_address(address)) return wrong();
  std::uint16_t port = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data() + colon + 1, end, port);
  if (error != std::errc{} || stopped != end || colon + 1 == text.size()) return wrong();
  return std::pair{std::move(address), port};
}

}  // namespace carillon
