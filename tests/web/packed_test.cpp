// Long answers of the interface come packed to whoever takes that; short ones never do.
#include <doctest/doctest.h>

#include "web/browser.hpp"

using namespace carillon;
using rig::Browser;
using rig::Running;

TEST_CASE("a long answer comes packed as the client can") {
  Running site;
  Browser anybody(site);
  const std::string address = "/api/v1/openapi.json";
  const HttpAnswer plain = anybody.get(address);
  CHECK(plain.headers.get("Content-Encoding").empty());
  CHECK(plain.headers.get("Vary") == "Accept-Encoding");
  anybody.also = {{"Accept-Encoding", "gzip, deflate, br, zstd"}};
  const HttpAnswer packed = anybody.get(address);
  CHECK(packed.headers.get("Content-Encoding") == "br");
  CHECK(packed.headers.get("Content-Type") == "application/json");
  CHECK(packed.body.size() * 4 < plain.body.size());
  anybody.also = {{"Accept-Encoding", "br;q=0"}};
  CHECK(anybody.get(address).body == plain.body);
}

TEST_CASE("a short answer, which may hold a secret, tells nothing by its length") {
  Running site;
  Browser ana(site);
  ana.join("Ana", Role::author);
  ana.also = {{"Accept-Encoding", "br"}};
  const HttpAnswer session = ana.get("/api/v1/session");
  REQUIRE(session.status == 200);
  CHECK(session.headers.get("Content-Encoding").empty());
  CHECK(session.body.find("\"csrf\"") != std::string::npos);
}
