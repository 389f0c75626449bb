#include "federation/followers.hpp"

#include <doctest/doctest.h>

#include "federation/rows.hpp"
#include "rig/test_db.hpp"

using namespace carillon;

namespace {

void follow(Store& store, const std::string& id, const std::string& name, const std::string& host,
            const std::string& inbox_host, Micros since) {
  const fedi_rows::FediActor actor{.id = id,
                                   .key_id = id + "#k",
                                   .key_pem = "PEM",
                                   .inbox = "https://" + inbox_host + "/inbox",
                                   .shared_inbox = "",
                                   .host = host,
                                   .read = 1,
                                   .name = name};
  REQUIRE(store.write([&](Db& db) -> Result<void> {
    if (!name.empty()) CHECK_OK(fedi_rows::save(db, actor));
    return fedi_rows::save(db, fedi_rows::follower_of(actor, "f", since));
  }));
}

}  // namespace

TEST_CASE("lists of accounts are read as Mastodon and others write them") {
  const ReadAccounts followed = read_account_list(
      "Account address,Show boosts,Notify on new posts,Languages\r\n"
      "Ann@One.example,true,false,\r\n"
      "bob@two.example,true,false,\"en, de\"\r\n"
      "\r\n"
      "ann@one.example,true,false,\r\n"
      "local-name-only,true,false,\r\n");
  CHECK(followed.accounts == AccountList{"ann@one.example", "bob@two.example"});
  CHECK(followed.unread == 1);
  const ReadAccounts bare = read_account_list(
      "\xEF\xBB\xBF@ann@one.example\n\"bob@two.example\"\nhttps://three.example/u/x\n");
  CHECK(bare.accounts ==
        AccountList{"ann@one.example", "bob@two.example", "https://three.example/u/x"});
  CHECK(bare.unread == 0);
  CHECK(read_account_list("").accounts.empty());
  CHECK(read_account_list("Account address\n").unread == 0);
}

TEST_CASE("what is written is read again") {
  const AccountList all{"ann@one.example", "https://three.example/u/x", "https://a.example/u,1"};
  CHECK(write_account_list(all) ==
        "Account address\nann@one.example\nhttps://three.example/u/x\n\"https://a.example/u,1\"\n");
  CHECK(read_account_list(write_account_list(all)).accounts == all);
}

TEST_CASE("who came over is known by the whole name, and guessed where a server has two names") {
  const AccountList followers{"ann@social.one.example", "bob@two.example",
                              "https://three.example/u/x"};
  CHECK(compare_accounts({"bob@two.example", "ann@one.example", "bob@other.example",
                          "ann@evilone.example", "https://three.example/u/x", "cy@two.example"},
                         followers) == std::vector<CameOver>{CameOver::follows, CameOver::likely,
                                                             CameOver::not_yet, CameOver::not_yet,
                                                             CameOver::follows, CameOver::not_yet});
  CHECK(compare_accounts({}, followers).empty());
}

TEST_CASE("followers are named by their own server, and counted there") {
  const rig::TestDatabase database;
  const auto store = database.open();
  follow(*store, "https://a.example/u/ann", "Ann", "a.example", "inbox.example", 1);
  follow(*store, "https://a.example/u/bob", "bob", "a.example", "a.example", 2);
  follow(*store, "https://b.example/u/cy", "", "b.example", "b.example", 3);
  CHECK(*store->read(fedi_rows::follower_names) ==
        AccountList{"https://b.example/u/cy", "bob@a.example", "ann@a.example"});
  const auto hosts = store->read([](Db& db) { return fedi_rows::followers_by_host(db, 10); });
  REQUIRE_MESSAGE(hosts.has_value(), hosts.error().what);
  REQUIRE(hosts->size() == 2);
  CHECK(hosts->at(0).host == "a.example");
  CHECK(hosts->at(0).followers == 2);
  CHECK(hosts->at(1).host == "b.example");
  CHECK(*store->read(fedi_rows::follower_hosts) == 2);
}
