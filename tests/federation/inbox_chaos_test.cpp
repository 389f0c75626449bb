// An inbox that the world shouts at.
#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>
#include <optional>
#include <thread>

#include "base/limits.hpp"
#include "federation/house.hpp"
#include "net/raw.hpp"

using namespace carillon;
using rig::activity;
using rig::follow;
using rig::House;
using rig::note;
using rig::Peer;
using rig::us;

namespace {

struct Count {
  std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(Count, (), (count))

std::int64_t rows(House& house, const std::string& table) {
  return house.store
      ->read([&](Db& db) { return db.first<Count>("select count(*) as count from " + table); })
      .value()
      ->count;
}

// A request as it goes over the wire.
std::string wire(const Headers& headers, const std::string& body) {
  std::string out = "POST /inbox HTTP/1.1\r\nHost: example.org\r\n";
  for (const auto& [name, value] : headers) {
    if (lower_ascii(name) != "host") out += fmt::format("{}: {}\r\n", name, value);
  }
  return out + fmt::format("Content-Length: {}\r\n\r\n{}", body.size(), body);
}

std::string signed_wire(const std::string& body, const Signer& by, Micros at,
                        SignatureScheme scheme = SignatureScheme::cavage) {
  HttpRequest request{.method = "POST", .url = "https://example.org/inbox", .body = body};
  request.headers.set("Content-Type", std::string(activity_type));
  REQUIRE(sign_request(request, scheme, by, at));
  return wire(request.headers, body);
}

// Seconds that the flood lasts: $CARILLON_FLOOD_SECONDS, else two.
std::chrono::seconds flood_time() {
  const char* text = std::getenv("CARILLON_FLOOD_SECONDS");
  return std::chrono::seconds(text == nullptr ? 2 : std::strtol(text, nullptr, 10));
}

// One who asks over a connection that is kept while the server keeps it.
class Asker {
 public:
  explicit Asker(std::uint16_t port) : port_(port) {}
  // 0: there was no answer.
  int ask(const std::string& request) {
    for (int tries = 0; tries < 2; ++tries) {
      if (!line_) line_.emplace(raw::connect(port_));
      line_->send(request);
      const std::string answer = line_->read_message();
      if (answer.empty() || answer.find("Connection: close") != std::string::npos) line_.reset();
      if (answer.size() > 12) return static_cast<int>(std::strtol(answer.c_str() + 9, nullptr, 10));
    }
    return 0;
  }

 private:
  std::uint16_t port_;
  std::optional<raw::Peer> line_;
};

}  // namespace

TEST_CASE("a request that comes again changes nothing, also after it was taken back") {
  Peer peer;
  House house;
  const Signer ann = peer.signer("ann");
  CHECK(house.post(follow(peer), ann).status == 202);
  CHECK(house.post(activity(peer, "Undo", *parse_json(follow(peer)), "2"), ann).status == 202);
  CHECK(house.followers() == 0);
  for (int i = 0; i < 3; ++i) CHECK(house.post(follow(peer), ann).status == 202);
  CHECK(house.followers() == 0);
  HttpRequest old{.method = "POST", .url = "https://example.org/inbox", .body = follow(peer, "3")};
  old.headers.set("Content-Type", std::string(activity_type));
  REQUIRE(sign_request(old, SignatureScheme::cavage, ann, house.clock.now()));
  house.clock.advance(hour + second);
  const auto replay = [&](HttpRequest& request) { request.headers = old.headers; };
  CHECK(house.post(follow(peer, "3"), ann, SignatureScheme::cavage, replay).status == 401);
  CHECK(house.followers() == 0);
}

TEST_CASE(
    "a flood of what is forged, broken, too large or too deep is refused, and the inbox lives") {
  Peer peer;
  Peer other;
  House house;
  const Signer ann = peer.signer("ann");
  REQUIRE(house.post(follow(peer), ann).status == 202);
  HttpServerOptions options;
  options.port = 0;
  options.connections = 64;
  const auto server = HttpServer::start(
      options, [&](const HttpQuery& query) { return house.inbox.take(house.inside(), query); });
  REQUIRE(server);

  const Micros now = house.clock.now();
  const std::string like = activity(peer, "Like", json::string(note), "forged");
  std::string tampered = signed_wire(like, ann, now);
  tampered.replace(tampered.rfind("forged"), 6, "FORGED");
  const auto deep = [](char open, char close) {
    return std::string(20'000, open) + std::string(20'000, close);
  };
  Headers plain{{"Content-Type", std::string(activity_type)}};
  const std::vector<std::string> garbage{
      wire(plain, like),
      wire({{"Content-Type", "text/html"}}, like),
      wire({{"Content-Type", std::string(activity_type)}, {"Signature", "keyId=\"x\""}}, like),
      wire({{"Content-Type", std::string(activity_type)},
            {"Signature-Input", "sig1=(((("},
            {"Signature", "sig1=:AAAA:"}},
           like),
      tampered,
      signed_wire(like, Signer{ann.key_id, other.key}, now),
      signed_wire(like, other.signer("ann"), now),
      signed_wire(like, peer.signer("bob"), now),
      signed_wire(like, ann, now - 2 * hour),
      signed_wire(like, ann, now + 2 * hour, SignatureScheme::rfc9421),
      signed_wire("{", ann, now),
      signed_wire(deep('[', ']'), ann, now),
      signed_wire(R"({"type":"Like","actor":)" + deep('{', '}'), ann, now),
      signed_wire(std::string(limits::inbox_bytes + 1, ' '), ann, now),
      signed_wire(std::string(1000, '\0'), ann, now)};
  const std::int64_t seen = rows(house, "fedi_seen");
  const std::int64_t actors = rows(house, "fedi_actor");

  std::atomic<std::int64_t> sent = 0;
  std::atomic<std::int64_t> taken = 0;
  std::atomic<std::int64_t> unanswered = 0;
  const auto end = std::chrono::steady_clock::now() + flood_time();
  std::vector<std::thread> crowd;
  for (std::size_t who = 0; who < 3; ++who) {
    crowd.emplace_back([&, who] {
      Asker asker((*server)->port());
      const std::size_t once = who + garbage.size();
      for (std::size_t i = who; i < once || std::chrono::steady_clock::now() < end; ++i) {
        const int status = asker.ask(garbage[i % garbage.size()]);
        ++sent;
        if (status >= 200 && status < 300) ++taken;
        if (status == 0) ++unanswered;
      }
    });
  }
  // Who means it is heard meanwhile.
  int heard = 0;
  Asker asker((*server)->port());
  do {
    const std::string like_again =
        activity(peer, "Like", json::string(note), "l" + std::to_string(heard));
    CHECK(asker.ask(signed_wire(like_again, ann, now)) == 202);
    ++heard;
  } while (std::chrono::steady_clock::now() < end);
  for (std::thread& one : crowd) one.join();
  MESSAGE(sent.load() << " refused, " << heard << " taken meanwhile");
  CHECK(taken == 0);
  CHECK(unanswered == 0);
  CHECK(house.counts().likes == 1);
  CHECK(house.followers() == 1);
  CHECK(rows(house, "fedi_seen") == seen + heard);
  CHECK(rows(house, "fedi_actor") == actors);
}
