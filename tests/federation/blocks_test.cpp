#include "federation/blocks.hpp"

#include <doctest/doctest.h>

#include "federation/peer.hpp"
#include "federation/queue.hpp"
#include "rig/test_db.hpp"

using namespace carillon;

namespace {

FediBlock block(const std::string& text) {
  auto out = read_block(text);
  REQUIRE_MESSAGE(out.has_value(), text);
  return *out;
}

struct Room {
  rig::TestDatabase database;
  std::unique_ptr<Store> store = database.open();

  // A follower of that name on that host, to whom something waits to be delivered.
  std::string follower(const std::string& host, const std::string& name) const {
    const std::string id = "https://" + host + "/users/" + name;
    const fedi_rows::FediActor actor{.id = id,
                                     .key_id = id + "#k",
                                     .key_pem = "PEM",
                                     .inbox = id + "/inbox",
                                     .shared_inbox = "https://" + host + "/inbox",
                                     .host = host,
                                     .read = 1,
                                     .name = name};
    const fedi_rows::FediActivity post{"https://example.org/a", "p", "{}", 1};
    REQUIRE(store->write([&](Db& db) -> Result<void> {
      CHECK_OK(fedi_rows::save(db, actor));
      CHECK_OK(fedi_rows::save(db, fedi_rows::follower_of(actor, "f", 1)));
      CHECK_OK(fedi_rows::add(db, post));
      return fedi_rows::add_delivery(db, post, actor.shared_inbox, host);
    }));
    return id;
  }
  [[nodiscard]] bool add(const std::string& text) const {
    return *store->write([&](Db& db) { return fedi_rows::add(db, block(text)); });
  }
  [[nodiscard]] bool blocks(const std::string& actor) const {
    return *store->read([&](Db& db) { return fedi_rows::is_blocked(db, actor); });
  }
  [[nodiscard]] bool follows(const std::string& actor) const {
    return *store->read([&](Db& db) { return fedi_rows::follows(db, actor); });
  }
  [[nodiscard]] std::size_t waiting() const {
    return store->write([](Db& db) { return fedi_rows::claim(db, 9, 0, 100, {}); })->size();
  }
};

}  // namespace

TEST_CASE("a block is a domain, a name on a server, or the address of an account") {
  CHECK(block("Spam.Example").target == "spam.example");
  CHECK(block("spam.example").kind == BlockKind::domain);
  CHECK(block("@Bad@Spam.Example").target == "bad@spam.example");
  CHECK(block("bad@spam.example").kind == BlockKind::account);
  CHECK(block("https://spam.example/users/bad").target == "https://spam.example/users/bad");
  CHECK(block("https://spam.example/users/bad").kind == BlockKind::account);
  for (const char* text : {"", "word", "a b.example", "@@x", "@a@", "https://spam.example/",
                           "a@b@c.example", "%.example", "spam.example/path", "a%@spam.example"}) {
    CAPTURE(text);
    CHECK(!read_block(text).has_value());
  }
}

TEST_CASE("a blocked server loses its followers and what waits for it, and all below its name") {
  const Room room;
  const std::string bad = room.follower("spam.example", "bad");
  const std::string below = room.follower("a.spam.example:8443", "bad");
  const std::string other = room.follower("notspam.example", "ann");
  CHECK(room.waiting() == 3);
  CHECK(room.add("spam.example"));
  CHECK_FALSE(room.add("spam.example"));
  CHECK_FALSE(room.follows(bad));
  CHECK_FALSE(room.follows(below));
  CHECK(room.follows(other));
  CHECK(room.waiting() == 1);
  CHECK(room.blocks(bad));
  CHECK(room.blocks("https://spam.example:444/u"));
  CHECK(room.blocks(below));
  CHECK_FALSE(room.blocks(other));
  CHECK(*room.store->write([](Db& db) { return fedi_rows::remove_block(db, "spam.example"); }));
  CHECK_FALSE(room.blocks(bad));
}

TEST_CASE("a blocked account is known by its name and by its address") {
  const Room room;
  const std::string bad = room.follower("big.example", "Bad");
  const std::string other = room.follower("big.example", "ann");
  CHECK(room.add("@bad@big.example"));
  CHECK(room.blocks(bad));
  CHECK_FALSE(room.follows(bad));
  CHECK(room.follows(other));
  CHECK_FALSE(room.blocks(other));
  CHECK(room.add(other));
  CHECK(room.blocks(other));
  CHECK_FALSE(room.follows(other));
}

TEST_CASE("Mastodon's list of domains is read by its columns, milder ones passed over") {
  const BlockList list = read_block_list(
      "#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate\r\n"
      "one.example,suspend,false,false,\"spam, mostly\",false\r\n"
      "two.example,silence,false,false,,false\r\n"
      "\r\n"
      "nonsense here,suspend,,,,\r\n");
  REQUIRE(list.blocks.size() == 1);
  CHECK(list.blocks[0].target == "one.example");
  CHECK(list.milder == 1);
  CHECK(list.unread == 1);
}

TEST_CASE("lists without a first line are read, and what is written is read again") {
  CHECK(read_block_list("one.example\ntwo.example\n").blocks.size() == 2);
  CHECK(read_block_list("Account address\nbad@one.example\n").blocks.size() == 1);
  const std::vector<FediBlock> all{block("one.example"), block("@bad@two.example"),
                                   block("https://three.example/u/x")};
  const std::string domains = write_block_list(all, BlockKind::domain);
  CHECK(domains ==
        "#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate\n"
        "one.example,suspend,false,false,,false\n");
  CHECK(read_block_list(domains).blocks[0].target == "one.example");
  const std::string accounts = write_block_list(all, BlockKind::account);
  CHECK(accounts == "Account address\nbad@two.example\n");
  CHECK(read_block_list(accounts).blocks[0].kind == BlockKind::account);
}
