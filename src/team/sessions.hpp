// Who is signed in, from where; and which browsers a person has signed in with before.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "team/people.hpp"

namespace carillon {

// Code: the password was right, the code of the second factor is wanted. Open: signed in.
enum class Stage { code, open };
BOOST_DESCRIBE_ENUM(Stage, code, open)

// What is known of a browser that asks.
struct Visitor {
  std::string address;  // of the network
  std::string browser;  // "Firefox on Linux"
  Secret session;       // what it had before; ends when a new one starts
  Secret device;        // what a person who signed in here before left with it
};

// Says in the log what somebody tried.
void warn(const char* what, const Visitor& visitor);

struct Session {
  std::string id;
  std::string person;  // the id
  Stage stage = Stage::open;
  Micros started = 0;
  Micros used = 0;
  std::string address;
  std::string browser;
};
BOOST_DESCRIBE_STRUCT(Session, (), (id, person, stage, started, used, address, browser))

// "Firefox on Linux" of a User-Agent, as far as that says; never longer than a few words. Pure.
[[nodiscard]] std::string browser_of(std::string_view user_agent);

// Whether it has ended by its age or by lying idle. Pure.
[[nodiscard]] bool is_over(const Session& session, Micros now);

// Thread-safe: holds nothing but what it is given.
class Sessions {
 public:
  Sessions(Store& store, const Clock& clock, Ids& ids) : store_(store), clock_(clock), ids_(ids) {}

  // A new session with a new token, which is told this once; the one the browser had ends.
  Result<Secret> start(const std::string& person, Stage stage, const Visitor& visitor);
  // The session of a token; nothing: there is none, or it is over. Notes its use once a minute.
  Result<std::optional<Session>> find(const Secret& token, Stage stage);
  // The open ones of a person, or with an empty id of all; the one used last first.
  Result<std::vector<Session>> list(const std::string& person);
  // Errors: not_found.
  Result<void> end(const std::string& id);
  // Ends those of a person but `except`; how many there were.
  Result<std::int64_t> end_all(const std::string& person, const std::string& except = {});

  // Whether the person signed in with this browser before.
  Result<bool> knows(const Secret& device, const std::string& person);
  // From now on it does, by the token that this returns.
  Result<Secret> remember(const Secret& device, const std::string& person);

 private:
  Store& store_;
  const Clock& clock_;
  Ids& ids_;
};

}  // namespace carillon
