#include "net/stream_connection.hpp"

#include <array>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/write.hpp>
#include <utility>

namespace carillon {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

// Its handlers run on a strand: news comes from other threads while the socket is read and written.
class StreamConnection final : public Watched,
                               public Listener,
                               public std::enable_shared_from_this<StreamConnection> {
 public:
  StreamConnection(ServerShared& shared, Socket socket)
      : Watched(socket.native_handle()),
        shared_(shared),
        strand_(asio::make_strand(socket.get_executor())),
        socket_(std::move(socket)) {
    shared_.connections.add(*this);
  }
  ~StreamConnection() override { shared_.connections.remove(*this); }
  StreamConnection(const StreamConnection&) = delete;
  StreamConnection& operator=(const StreamConnection&) = delete;

  void start() {
    enter(Phase::streaming, steady_ms() + limits::stream_seconds * 1000);
    if (shared_.stopping) return end();
    asio::post(strand_, [self = shared_from_this()] { self->watch(); });
  }

  void take(const std::shared_ptr<const std::string>& text) override {
    asio::post(strand_, [self = shared_from_this(), text] { self->push(*text); });
  }

 private:
  // A client that listens says nothing; a read ends when it leaves, or when it is shown out.
  void watch() {
    socket_.async_read_some(asio::buffer(said_),
                            asio::bind_executor(strand_, [self = shared_from_this()](
                                                             const error_code& error, std::size_t) {
                              if (error || self->is_late()) return self->leave();
                              self->watch();
                            }));
  }

  void push(const std::string& text) {
    if (left_) return;
    if (waiting_.size() + text.size() > limits::stream_waiting_bytes) return leave();
    waiting_ += text;
    if (!writing_) write();
  }

  void write() {
    writing_ = std::exchange(waiting_, {});
    asio::async_write(socket_, asio::buffer(*writing_),
                      asio::bind_executor(strand_, [self = shared_from_this()](
                                                       const error_code& error, std::size_t) {
                        self->writing_.reset();
                        if (error) return self->leave();
                        if (!self->waiting_.empty()) self->write();
                      }));
  }

  void leave() {
    left_ = true;
    error_code ignored;
    socket_.shutdown(Socket::shutdown_both, ignored);
  }

  ServerShared& shared_;
  asio::strand<asio::io_context::executor_type> strand_;
  Socket socket_;
  std::array<char, 256> said_{};
  std::string waiting_;
  std::optional<std::string> writing_;
  bool left_ = false;
};

}  // namespace

void serve_stream(ServerShared& shared, Socket socket, EventStream& stream) {
  const auto connection = std::make_shared<StreamConnection>(shared, std::move(socket));
  connection->start();
  // One too many is shown out with its first words, and asks again later.
  if (!stream.join(connection)) connection->end();
}

}  // namespace carillon
