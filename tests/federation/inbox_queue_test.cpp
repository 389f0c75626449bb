#include "federation/inbox_queue.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "federation/house.hpp"

using namespace carillon;
using rig::activity;
using rig::follow;
using rig::House;
using rig::note;
using rig::Peer;
using rig::us;
using rig::wait;

namespace {

// Holds the database's only writer until `let_go`.
class Holder {
 public:
  explicit Holder(Store& store) {
    thread_ = std::thread([this, &store] {
      CHECK(store.write([this](Db& db) -> Result<void> {
        // On PostgreSQL rows are locked, not all of it.
        CHECK_OK(db.run("delete from fedi_seen where hash = 'none'"));
        held_.set_value();
        released_.get_future().wait();
        return {};
      }));
    });
    held_.get_future().wait();
  }
  ~Holder() { let_go(); }
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;
  void let_go() {
    if (!thread_.joinable()) return;
    released_.set_value();
    thread_.join();
  }

 private:
  std::promise<void> held_;
  std::promise<void> released_;
  std::thread thread_;
};

// Activities that wait for their answers.
struct Crowd {
  House& house;
  std::vector<std::unique_ptr<House::Letter>> letters = {};
  std::vector<HttpAnswer> answers = {};

  // False when the inbox takes no more.
  bool add(const std::string& body, const Signer& by) {
    letters.push_back(house.letter(body, by));
    HttpAnswer said = house.inbox.take(house.inside(), letters.back()->query);
    const bool taken = said.later != nullptr;
    if (!taken) CHECK(said.status == 503);
    if (!taken) CHECK_FALSE(said.headers.get("Retry-After").empty());
    if (taken) answers.push_back(std::move(said));
    return taken;
  }
  // What they were told; all of them are waited for.
  std::vector<int> said() {
    std::vector<int> out;
    for (HttpAnswer& one : answers) out.push_back(wait(std::move(one)).status);
    answers.clear();
    return out;
  }
  int got(int status) {
    const auto all = said();
    return static_cast<int>(std::count(all.begin(), all.end(), status));
  }
};

}  // namespace

TEST_CASE("what comes together is kept in few commits, and answered after them") {
  Peer peer;
  House house;
  REQUIRE(house.post(follow(peer), peer.signer("ann")).status == 202);
  if (house.store->is_postgres()) return;  // there nobody keeps all others from writing
  const std::uint64_t before = house.inbox.commits();
  Crowd crowd{house};
  Holder holder(*house.store);
  for (int i = 0; i < 100; ++i)
    CHECK(crowd.add(activity(peer, "Like", json::string(note), "l" + std::to_string(i)),
                    peer.signer("ann")));
  CHECK(house.inbox.commits() == before);
  CHECK(house.counts().likes == 0);
  holder.let_go();
  CHECK(crowd.got(202) == 100);
  CHECK(house.counts().likes == 1);
  // What was judged before the holder let go, and the rest.
  CHECK(house.inbox.commits() <= before + 2);
}

TEST_CASE("what is told by one account is kept in its order, also by one that must be asked for") {
  Peer peer;
  House house;
  const Signer ann = peer.signer("ann");
  for (int round = 0; round < 2; ++round) {
    Crowd crowd{house};
    for (int i = 0; i < 20; ++i) {
      const std::string id = fmt::format("{}-{}", round, i);
      CHECK(crowd.add(follow(peer, id), ann));
      CHECK(crowd.add(activity(peer, "Undo", *parse_json(follow(peer, id)), "u" + id), ann));
    }
    CHECK(crowd.got(202) == 40);
    CHECK(house.followers() == 0);
    CHECK(peer.fetched() == 1);
  }
}

TEST_CASE("servers that do not answer keep nobody waiting who is known") {
  Peer peer;
  House house;
  REQUIRE(house.post(follow(peer), peer.signer("ann")).status == 202);
  std::promise<void> release;
  const std::shared_future<void> released = release.get_future().share();
  std::vector<std::unique_ptr<Peer>> slow;
  Crowd strangers{house};
  for (int i = 0; i < limits::strangers_at_once + 2; ++i) {
    slow.push_back(std::make_unique<Peer>());
    slow.back()->shows = [released](const HttpQuery&) {
      released.wait();
      return true;
    };
    CHECK(strangers.add(follow(*slow.back()), slow.back()->signer("ann")));
  }
  CHECK(house.post(activity(peer, "Like", json::string(note), "l"), peer.signer("ann")).status ==
        202);
  CHECK(house.followers() == 1);
  release.set_value();
  // Whose server took more than limits::actor_ms comes again.
  for (const int status : strangers.said()) CHECK((status == 202 || status == 503));
}

TEST_CASE("above the limit the inbox asks to come again, and loses nothing that it took") {
  Peer peer;
  House house;
  REQUIRE(house.post(follow(peer), peer.signer("ann")).status == 202);
  if (house.store->is_postgres()) return;
  Crowd crowd{house};
  Holder holder(*house.store);
  const auto like = activity(peer, "Like", json::string(note), "l");
  const std::size_t most = limits::inbox_waiting + 2 * limits::inbox_together;
  std::size_t taken = 0;
  while (taken <= most && crowd.add(like, peer.signer("ann"))) ++taken;
  CHECK(taken >= limits::inbox_waiting);
  CHECK(taken <= most);
  holder.let_go();
  CHECK(crowd.got(202) == static_cast<int>(taken));
  CHECK(crowd.add(like, peer.signer("ann")));
  CHECK(crowd.got(202) == 1);
}

TEST_CASE("one that cannot be kept takes no other with it") {
  Peer peer;
  House house;
  const Signer ann = peer.signer("ann");
  REQUIRE(house.post(follow(peer), ann).status == 202);
  if (house.store->is_postgres()) return;
  Crowd crowd{house};
  Holder holder(*house.store);
  CHECK(crowd.add(activity(peer, "Like", json::string(note), "l"), ann));
  // A NUL is no text for a database.
  CHECK(crowd.add(activity(peer, std::string("Odd\0", 4), json::string(note), "o"), ann));
  CHECK(crowd.add(activity(peer, "Announce", json::string(note), "a"), ann));
  holder.let_go();
  CHECK(crowd.got(202) == 2);
  CHECK(house.counts().likes == 1);
  CHECK(house.counts().boosts == 1);
}

TEST_CASE("an inbox that stops answers what it took, and takes no more") {
  // Often, as it matters how far the writer is.
  for (int round = 0; round < 20; ++round) {
    Peer peer;
    House house;
    REQUIRE(house.post(follow(peer), peer.signer("ann")).status == 202);
    Crowd crowd{house};
    for (int i = 0; i < 10; ++i)
      CHECK(crowd.add(activity(peer, "Like", json::string(note), "l" + std::to_string(i)),
                      peer.signer("ann")));
    Peer stranger;
    CHECK(crowd.add(follow(stranger), stranger.signer("ann")));
    house.inbox.stop();
    CHECK(crowd.got(202) == 11);
    CHECK(house.followers() == 2);
    CHECK_FALSE(crowd.add(follow(peer, "2"), peer.signer("ann")));
  }
}
