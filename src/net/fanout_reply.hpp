// The reply of one exchange of a fan-out as its bytes come in; internal to it.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "net/http.hpp"

namespace carillon {

class FanoutReply {
 public:
  // Of the body of a refusal `body_bytes` are kept; where `whole`, of a success too.
  FanoutReply(std::size_t body_bytes, bool whole);
  FanoutReply(const FanoutReply&) = delete;
  FanoutReply& operator=(const FanoutReply&) = delete;
  ~FanoutReply();

  enum class State { more, done, broken, too_large };
  // Takes bytes; `done` also before the end of a body that nobody wants to see.
  [[nodiscard]] State feed(std::string_view bytes);
  // The connection has ended.
  [[nodiscard]] State end();
  // Whether any byte came.
  [[nodiscard]] bool begun() const;
  // Whether the header is there: a body that does not end is no reason to forget it.
  [[nodiscard]] bool has_header() const;
  // Whether the connection may serve another exchange: the message ended and did not say otherwise.
  [[nodiscard]] bool reusable() const;
  [[nodiscard]] HttpReply take();

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace carillon
