// What every adapter must survive, on real servers behind the fault proxy: nothing twice, nothing
// silently lost, every delivery in a truthful state.
#pragma once

#include <doctest/doctest.h>

#include <functional>

#include "channel/registry.hpp"
#include "publish/outbox.hpp"
#include "rig/test_db.hpp"

namespace carillon::kit {

// A picture as it stands in a post of the account.
struct Picture {
  std::string text;  // of the post
  std::string alt;
  std::string sha256;
};
BOOST_DESCRIBE_STRUCT(Picture, (), (text, alt, sha256))

// One account on one real server.
struct Target {
  Channel channel;  // its `server` names the proxy
  std::map<std::string, std::string> secrets;
  std::string proxy;  // "http://127.0.0.1:PORT"; empty: no server, so no faults
  std::string write;  // a regular expression of the request that publishes: "POST /api/v1/statuses"
  std::string upload;  // of the one that takes a picture; empty: pictures are not sent
  std::string read;    // of those that look for what stands there; empty: there are none
  std::function<std::vector<std::string>(HttpClient&)> held;  // the texts that stand there
  std::function<std::vector<Picture>(HttpClient&)> pictures;  // where `upload` is not empty
  int writes = 3;             // how many requests publish a thread of three
  bool can_tell = true;       // false: after a doubt only a person can say what happened
  bool uploads_wait = false;  // a stated time is kept also before the first write
  bool refuses_long = true;   // a text over the limit is refused by the platform too
  bool bytes_kept = true;     // what stands between us and the server leaves pictures as they are
  long reply_ms = 700;        // longer than an honest answer takes
  std::string data_dir = {};  // what the adapter may write into
};

// The proxy's and the server's ports of `name` from the environment ("21101:21102"); nothing where
// that server does not run here.
struct Ports {
  std::string proxy;
  std::string server;
};
[[nodiscard]] std::optional<Ports> ports(const char* name);

// A GET's body; fails the test when there is no answer.
[[nodiscard]] std::string fetch(HttpClient& http, const std::string& url);

// Without any fault: a post, a thread, a picture with its alt text, a text that just fits; one
// longer is blocked while planning, and where it is sent all the same the platform refuses it.
void run_posts(const Target& target);
// Every fault on the first and the second write, on uploads and while looking for a post; rate
// limits with a stated time, wrong credentials, nothing listening.
void run_faults(const Target& target);
// kill -9 at every step of sending, and again at every step of the recovery.
void run_kills(const Target& target);

}  // namespace carillon::kit
