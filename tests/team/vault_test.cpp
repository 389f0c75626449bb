#include "team/vault.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include "rig/test_db.hpp"

using namespace carillon;

namespace {

std::string make_dir() {
  char pattern[] = "/tmp/carillon-vault-XXXXXX";
  return ::mkdtemp(pattern);
}

struct World {
  ~World() { std::filesystem::remove_all(dir); }
  std::string dir = make_dir();
  rig::TestDatabase database;
  std::unique_ptr<Store> store = database.open();
  ManualClock clock{1'795'515'723'000'000};
  Vault vault{*store, clock, dir};
};

std::string all_bytes(const std::string& dir) {
  std::string out;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(dir)) {
    std::ifstream in(entry.path(), std::ios::binary);
    out.append(std::istreambuf_iterator<char>(in), {});
  }
  return out;
}

}  // namespace

TEST_CASE("what is put into the vault comes back, and is not readable beside it") {
  World world;
  REQUIRE(world.vault.put("toots", "token", Secret("planted-4711")).has_value());
  CHECK(world.vault.get("toots", "token")->reveal() == "planted-4711");
  REQUIRE(world.vault.put("toots", "token", Secret("planted-4712")).has_value());
  CHECK(world.vault.get("toots", "token")->reveal() == "planted-4712");
  CHECK(world.vault.list("toots")->size() == 1);
  const auto rows = world.store->read([](Db& db) {
    return db.all<SecretEntry>("select sealed as channel, field, updated from secret");
  });
  CHECK(rows->at(0).channel.find("planted") == std::string::npos);
  CHECK(all_bytes(world.dir).find("planted") == std::string::npos);
}

TEST_CASE("a secret that was never entered says what to do") {
  World world;
  const auto none = world.vault.get("toots", "token");
  CHECK(none.error().fault == Fault::not_found);
  CHECK(none.error().hint == "Enter it with `carillon channel set toots --secret`.");
  CHECK(world.vault.put("toots", "token", Secret()).error().fault == Fault::invalid);
}

TEST_CASE("a sealed secret opens only in its own place and with its own key") {
  World world;
  REQUIRE(world.vault.put("toots", "token", Secret("abc")).has_value());
  const auto moved = world.store->write([](Db& db) {
    return db.run("insert into secret select 'sky', field, sealed, updated from secret");
  });
  REQUIRE(moved.has_value());
  CHECK(world.vault.get("sky", "token").error().fault == Fault::corrupt);
  std::filesystem::remove(world.dir + "/key");
  CHECK(world.vault.get("toots", "token").error().fault == Fault::corrupt);
}

TEST_CASE("the key is the owner's alone") {
  World world;
  REQUIRE(vault_key(world.dir).has_value());
  struct stat info {};
  REQUIRE(::stat((world.dir + "/key").c_str(), &info) == 0);
  CHECK((info.st_mode & 0777U) == 0600U);
  REQUIRE(::chmod((world.dir + "/key").c_str(), 0644) == 0);
  CHECK(vault_key(world.dir).error().fault == Fault::denied);
}

TEST_CASE("threads that need the key at the same time make one") {
  const World world;
  std::vector<std::string> keys(8);
  {
    std::vector<std::jthread> threads;
    for (std::string& key : keys)
      threads.emplace_back([&key, &world] {
        const auto made = vault_key(world.dir);
        key = made ? made->reveal() : made.error().what;
      });
  }
  CHECK(keys[0].size() == seal_key_bytes);
  for (const std::string& key : keys) CHECK(key == keys[0]);
}
