#include "net/fanout_reply.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "base/limits.hpp"

namespace carillon {

namespace http = boost::beast::http;
using Response = http::response_parser<http::string_body>;

namespace {

constexpr int interim_most = 8;  // 1xx replies before the one that counts

}  // namespace

struct FanoutReply::Parser {
  std::unique_ptr<Response> response;
  std::string pending;  // a header that is not whole yet
  std::size_t body_bytes = 0;
  std::size_t header_bytes = 0;
  int interim = 0;
  bool begun = false;
  bool whole = false;

  void renew() {
    response = std::make_unique<Response>();
    response->header_limit(static_cast<std::uint32_t>(limits::http_header_bytes));
    response->body_limit(body_bytes);
    response->eager(true);
  }
  // There is nothing more to wait for.
  [[nodiscard]] bool is_success() const {
    return !whole && response->is_header_done() && response->get().result_int() / 100 == 2;
  }
  static State state_of(const boost::system::error_code& error);
  State put();
};

FanoutReply::FanoutReply(std::size_t body_bytes, bool whole) : parser_(std::make_unique<Parser>()) {
  parser_->body_bytes = body_bytes;
  parser_->whole = whole;
  parser_->renew();
}

FanoutReply::~FanoutReply() = default;

FanoutReply::State FanoutReply::Parser::state_of(const boost::system::error_code& error) {
  if (error == http::error::header_limit) return State::too_large;
  // The header is what counts; the rest of the body nobody wants.
  if (error == http::error::body_limit || error == http::error::buffer_overflow) return State::done;
  return State::broken;
}

FanoutReply::State FanoutReply::Parser::put() {
  boost::system::error_code error;
  while (!pending.empty() && !response->is_done()) {
    const std::size_t used =
        response->put(boost::asio::const_buffer(pending.data(), pending.size()), error);
    pending.erase(0, used);
    if (error == http::error::need_more) {
      if (pending.size() > limits::http_header_bytes) return State::too_large;
      return is_success() ? State::done : State::more;
    }
    if (error) return state_of(error);
    if (response->is_done() && response->get().result_int() / 100 == 1) {
      if (++interim > interim_most) return State::broken;
      renew();
    }
  }
  if (response->is_done() || is_success()) return State::done;
  return State::more;
}

FanoutReply::State FanoutReply::feed(std::string_view bytes) {
  parser_->begun = parser_->begun || !bytes.empty();
  parser_->pending.append(bytes);
  return parser_->put();
}

FanoutReply::State FanoutReply::end() {
  boost::system::error_code error;
  if (!parser_->response->is_header_done()) return State::broken;
  parser_->response->put_eof(error);
  return State::done;  // cut or not: what the status says stands
}

bool FanoutReply::begun() const {
  return parser_->begun;
}

bool FanoutReply::has_header() const {
  return parser_->response->is_header_done();
}

bool FanoutReply::reusable() const {
  return parser_->response->is_done() && parser_->response->keep_alive() &&
         parser_->pending.empty();
}

HttpReply FanoutReply::take() {
  HttpReply out;
  const auto& message = parser_->response->get();
  out.status = static_cast<int>(message.result_int());
  for (const auto& field : message)
    out.headers.add(std::string(field.name_string()), std::string(field.value()));
  out.body = message.body();
  out.cut = !parser_->response->is_done();
  return out;
}

}  // namespace carillon
