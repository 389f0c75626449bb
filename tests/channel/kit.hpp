// What every adapter must survive, on real servers behind the fault proxy: nothing twice, nothing
// silently lost, every delivery in a truthful state.
#pragma once

#include <doctest/doctest.h>

#include <functional>

#include "channel/registry.hpp"
#include "publish/outbox.hpp"
#include "rig/test_db.hpp"

namespace carillon::kit {

// One account on one real server.
struct Target {
  Channel channel;  // its `server` names the proxy
  std::map<std::string, std::string> secrets;
  std::string proxy;  // "http://127.0.0.1:PORT"
  std::string write;  // a regular expression of the request that publishes: "POST /api/v1/statuses"
  std::function<std::vector<std::string>(HttpClient&)> held;  // the texts that stand there
  int writes = 3;        // how many requests publish a thread of three
  bool can_tell = true;  // false: after a doubt only a person can say what happened
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

// Every fault on the first and the second write, for a single post and a thread of three.
void run_faults(const Target& target);
// kill -9 at every step of sending, and again at every step of the recovery.
void run_kills(const Target& target);

}  // namespace carillon::kit
