// A server that a fake plays: what it must know of a request and what it holds in public.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/describe.hpp"
#include "net/http.hpp"
#include "net/url.hpp"
#include "time.hpp"

namespace carillon::soak {

struct Request {
  std::string method;
  std::string path;
  QueryPairs query;
  Headers headers;
  std::string body;

  // The value of a query parameter, or empty.
  [[nodiscard]] std::string arg(std::string_view name) const;
};

struct Reply {
  int status = 200;
  std::string body;
  std::string type = "application/json; charset=utf-8";
  Headers headers = {};
};
[[nodiscard]] Reply reply_of(const json::value& body, int status = 200);

enum class Sort { read, login, write };

// A part that stands there in public.
struct Held {
  std::string text;
  std::string id;
  std::string url;
  std::string key;       // the sender's
  std::string parent;    // the id it answers
  std::string cid;       // of the AT Protocol
  Micros at = 0;         // when it became public, by the episode's clock
  bool foreign = false;  // somebody else put it there
};

class Fake {
 public:
  explicit Fake(const SharedClock& clock) : clock_(clock) {}
  Fake(const Fake&) = delete;
  Fake& operator=(const Fake&) = delete;
  virtual ~Fake() = default;

  [[nodiscard]] virtual Sort sort_of(const Request& request) const = 0;
  // Does what is asked, and says so. Shapes it does not know become complaints.
  virtual Reply perform(const Request& request) = 0;
  // The key a write names itself with; empty when it has none.
  [[nodiscard]] virtual std::string key_of(const Request& request) const = 0;
  // Does it recognise a write that comes twice?
  [[nodiscard]] virtual bool knows_repeats() const = 0;
  // The platform's own 401 and its own refusal.
  [[nodiscard]] virtual Reply unauthorised() = 0;
  [[nodiscard]] virtual Reply refusal() const = 0;
  [[nodiscard]] virtual std::vector<Held> held() const = 0;

  // What a strict server would not have taken.
  std::vector<std::string> complaints;
  // How often a listing left out what stood there already.
  int stale = 0;
  // How far its clock is from ours.
  Micros skew = 0;

 protected:
  // "POST /x: why", and the answer 400.
  Reply complain(const Request& request, const std::string& why);
  // What every request of ours has; empty when all is well.
  [[nodiscard]] static std::string flaw_in_head(const Request& request);
  [[nodiscard]] Micros server_now() const { return clock_.peek() + skew; }

  const SharedClock& clock_;
};

}  // namespace carillon::soak
