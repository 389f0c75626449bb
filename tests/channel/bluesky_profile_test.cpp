#include <doctest/doctest.h>

#include "bluesky_account.hpp"

using namespace carillon;

TEST_CASE("Bluesky: the profile tells its text and what is pinned") {
  const auto account = sky::sign_up();
  if (!account) return;
  sky::Given given;
  Access access = given.access();
  const auto empty = account->adapter()->profile(access);
  REQUIRE_MESSAGE(empty.has_value(), empty.error().what);
  CHECK(empty->text.empty());
  const json::value session =
      account->tell("com.atproto.server.createSession",
                    {{"identifier", json::string(account->handle)}, {"password", sky::password}});
  const std::string pinned = "at://" + account->did + "/app.bsky.feed.post/3kabc";
  account->tell("com.atproto.repo.putRecord",
                {{"repo", json::string(account->did)},
                 {"collection", "app.bsky.actor.profile"},
                 {"rkey", "self"},
                 {"validate", false},
                 {"record",
                  {{"$type", "app.bsky.actor.profile"},
                   {"description", "Now at https://tea.example"},
                   {"pinnedPost",
                    {{"uri", json::string(pinned)},
                     {"cid", "bafyreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy"}}}}}},
                std::string(session.at("accessJwt").as_string()));
  const auto told = account->adapter()->profile(access);
  REQUIRE_MESSAGE(told.has_value(), told.error().what);
  CHECK(told->text == "Now at https://tea.example");
  REQUIRE(told->pinned.size() == 1);
  CHECK(told->pinned.front() == "https://bsky.app/profile/" + account->did + "/post/3kabc");
  CHECK(told->moved_to.empty());
}
