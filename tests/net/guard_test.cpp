// Server-side request forgery: whatever a stranger's address looks like, nothing inside is reached.
#include "net/guard.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>

#include <array>
#include <chrono>

#include "net/client.hpp"
#include "net/fanout.hpp"
#include "net/raw.hpp"

using namespace carillon;

namespace {

bool is_public(const char* text) {
  std::array<std::uint8_t, 16> bytes{};
  if (inet_pton(AF_INET, text, bytes.data()) == 1)
    return is_public_address(std::span(bytes).first(4));
  REQUIRE(inet_pton(AF_INET6, text, bytes.data()) == 1);
  return is_public_address(bytes);
}

// Each leads to this machine, to a network behind it or to what a cloud tells only its own
// machines.
constexpr const char* inside[] = {"http://127.0.0.1/",
                                  "http://127.1/",
                                  "http://2130706433/",
                                  "http://0x7f000001/",
                                  "http://0x7f.0.0.1/",
                                  "http://0177.0.0.1/",
                                  "http://017700000001/",
                                  "http://127.0.0.1./",
                                  "http://localhost/",
                                  "http://LOCALHOST./",
                                  "http://0.0.0.0/",
                                  "http://0/",
                                  "http://10.0.0.1/",
                                  "http://172.16.0.1/",
                                  "http://192.168.1.1/",
                                  "http://100.64.0.1/",
                                  "http://169.254.169.254/latest/meta-data/",
                                  "http://0xa9fea9fe/",
                                  "http://2852039166/",
                                  "http://100.100.100.200/latest/",
                                  "http://192.0.0.192/",
                                  "http://198.18.0.1/",
                                  "http://255.255.255.255/",
                                  "http://224.0.0.1/",
                                  "http://[::]/",
                                  "http://[::1]/",
                                  "http://[::ffff:127.0.0.1]/",
                                  "http://[::ffff:7f00:1]/",
                                  "http://[::127.0.0.1]/",
                                  "http://[64:ff9b::7f00:1]/",
                                  "http://[64:ff9b::a9fe:a9fe]/",
                                  "http://[2002:7f00:1::]/",
                                  "http://[2001::7f00:1]/",
                                  "http://[fd00:ec2::254]/",
                                  "http://[fe80::1]/",
                                  "http://[fc00::1]/",
                                  "http://[2001:db8::5efe:7f00:1]/",
                                  "http://example.org@127.0.0.1/",
                                  "http://127.0.0.1\\@example.org/",
                                  "http://127.0.0.1:22/",
                                  "http://127.0.0.1:6379/",
                                  "http://\xEF\xBC\x91\xEF\xBC\x92\xEF\xBC\x97.0.0.1/",
                                  "http://127\xE3\x80\x82"
                                  "0.0.1/",
                                  "file:///etc/passwd",
                                  "gopher://127.0.0.1/",
                                  "ftp://127.0.0.1/",
                                  "http://127.0.0.1#@example.org/"};

HttpRequest stranger(const std::string& url) {
  HttpRequest out;
  out.url = url;
  out.trust = Trust::foreign;
  return out;
}

}  // namespace

TEST_CASE("www.iana.org special-purpose registries: which addresses are public") {
  for (const char* text : {"1.1.1.1", "93.184.215.14", "172.32.0.1", "100.63.255.255",
                           "100.128.0.1", "2606:4700::1111", "2a00:1450:4001::200e"}) {
    CAPTURE(text);
    CHECK(is_public(text));
  }
  for (const char* text : {"0.0.0.0",
                           "0.1.2.3",
                           "10.255.255.255",
                           "100.64.0.0",
                           "100.127.255.255",
                           "127.255.0.1",
                           "169.254.0.1",
                           "172.31.255.255",
                           "192.0.0.8",
                           "192.0.2.1",
                           "192.88.99.1",
                           "192.168.0.0",
                           "198.19.255.255",
                           "198.51.100.1",
                           "203.0.113.9",
                           "239.1.1.1",
                           "240.0.0.1",
                           "255.255.255.255",
                           "::",
                           "::1",
                           "::ffff:8.8.8.8",
                           "::8.8.8.8",
                           "64:ff9b::10.0.0.1",
                           "64:ff9b:1::1",
                           "100::1",
                           "2001::1",
                           "2001:db8::1",
                           "2002:a00:1::",
                           "3fff::1",
                           "fc00::1",
                           "fd12::1",
                           "fe80::1",
                           "fec0::1",
                           "ff02::1",
                           "2a00::5efe:127.0.0.1"}) {
    CAPTURE(text);
    CHECK_FALSE(is_public(text));
  }
}

TEST_CASE("a stranger's address leads to nothing inside, however it is written") {
  HttpClient client;
  for (const char* url : inside) {
    CAPTURE(url);
    const HttpResult result = client.send(stranger(url));
    REQUIRE_FALSE(result);
    CHECK_FALSE(result.error().maybe_sent);
    CHECK(client.counts().connections == 0);
  }
}

TEST_CASE("the fan-out reaches nothing inside either") {
  auto started = Fanout::start({.trust = Trust::foreign}, [](std::uint64_t) -> Result<HttpRequest> {
    FAIL("a request was made");
    return HttpRequest{};
  });
  REQUIRE(started);
  std::size_t asked = 0;
  for (const char* text : inside) {
    // What is no address never gets that far.
    if (auto url = parse_url(text)) (*started)->add({{++asked, std::move(*url)}});
  }
  CHECK(asked > 20);
  for (std::size_t ended = 0; ended < asked;) {
    const auto outcomes = (*started)->take(asked - ended, std::chrono::seconds(10));
    REQUIRE_FALSE(outcomes.empty());
    for (const FanoutOutcome& one : outcomes) {
      CHECK_FALSE(one.result);
      CHECK_FALSE(one.result.error().maybe_sent);
    }
    ended += outcomes.size();
  }
}

TEST_CASE("a public name that leads inside is refused where it is connected") {
  raw::Server server([](raw::Peer& peer, int) { peer.send(raw::reply("secret")); });
  for (const char* address : {"127.0.0.1", "169.254.169.254", "[::1]", "10.0.0.1"}) {
    HttpClient client({.resolve_for_tests = {std::string("rebind.example:80:") + address}});
    const HttpResult result = client.send(stranger("http://rebind.example/"));
    REQUIRE_FALSE(result);
    CHECK(result.error().error.fault == Fault::denied);
    CHECK(client.counts().connections == 0);
  }
}

TEST_CASE("a redirect leads inside no more than an address does") {
  raw::Server secret([](raw::Peer& peer, int) { peer.send(raw::reply("secret")); });
  for (const std::string& to :
       {fmt::format("http://localhost:{}/", secret.port()), std::string("http://localhost/"),
        std::string("http://169.254.169.254/"), std::string("http://[::1]/"),
        std::string("file:///etc/passwd"), std::string("gopher://127.0.0.1/")}) {
    CAPTURE(to);
    raw::Server first([&](raw::Peer& peer, int) {
      peer.read_message();
      peer.send("HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + to + "\r\n\r\n");
    });
    HttpClient client;
    HttpRequest request;
    request.url = first.url();
    request.trust = Trust::admin;
    const HttpResult result = client.send(request);
    CHECK_FALSE((result && result->body.find("secret") != std::string::npos));
    CHECK_FALSE((result && result->ok()));
    CHECK(client.counts().connections <= 1);
  }
}
