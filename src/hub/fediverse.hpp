// The home's account in the fediverse, as a running server has it: made of the home's posts, its
// key in the vault.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/home_settings.hpp"
#include "core/operation.hpp"
#include "federation/courier.hpp"
#include "federation/inbox_queue.hpp"
#include "federation/site.hpp"
#include "hub/hub.hpp"
#include "net/answer_cache.hpp"

namespace carillon {

// What one version of the home is in the fediverse. Immutable.
struct Fediverse {
  FediSite site;
  Signer signer;
  Trust trust = Trust::foreign;   // of addresses that other servers name
  bool authorized_fetch = false;  // objects for signed requests only
  std::string commits = {};       // the file that each commit changes; empty: there is none
};

// How many follow, and where they are. `hosts` is the largest ones.
struct FollowersRequest {};
BOOST_DESCRIBE_STRUCT(FollowersRequest, (), ())

struct FollowerHost {
  std::string host;
  std::int64_t followers = 0;
};
BOOST_DESCRIBE_STRUCT(FollowerHost, (), (host, followers))

struct FollowersReply {
  std::string account;  // "@news@example.org"
  std::int64_t followers = 0;
  std::int64_t servers = 0;  // all of them
  std::vector<FollowerHost> hosts;
};
BOOST_DESCRIBE_STRUCT(FollowersReply, (), (account, followers, servers, hosts))

// Errors: conflict where the home has no account in the fediverse.
Result<FollowersReply> home_followers(Hub& hub, const Actor& actor,
                                      const FollowersRequest& request);
[[nodiscard]] std::vector<Operation<Hub>> fediverse_operations();

// The settings of the home's channel; nothing where there is none, and in a rehearsal. Errors:
// those of the settings.
[[nodiscard]] Result<std::optional<HomeSettings>> home_settings(const Hub& hub);

// The settings of the home's channel where it has an account; nothing where it has none, and in a
// rehearsal. Errors: those of the settings.
[[nodiscard]] Result<std::optional<HomeSettings>> fediverse_settings(const Hub& hub);

// Where the account is, without what it shows of itself; nothing where there is none. Errors: those
// of the settings.
[[nodiscard]] Result<std::optional<FediAccount>> fediverse_names(const Hub& hub);

// The account with the posts of the view; null where there is none. Makes its key the first time.
// `hub` must outlive it. Errors: those of the vault.
[[nodiscard]] Result<std::shared_ptr<const Fediverse>> fediverse_of(Hub& hub, const SiteView& view);

// Where the requests of other servers come in; keeps hub and account. `memory` must outlive it.
[[nodiscard]] std::shared_ptr<const InboxHouse> house_of(std::shared_ptr<Hub> hub,
                                                         std::shared_ptr<const Fediverse> fediverse,
                                                         PeerMemory& memory);

// What is kept of answers made of this account and `inbox`, which must outlive it; null: no
// account.
[[nodiscard]] std::shared_ptr<AnswerCache> answers_of(const Fediverse* fediverse,
                                                      const InboxQueue& inbox);

// Answers what is the account's, but for its inboxes; nothing for everything else. Objects are kept
// in `given`. Thread-safe.
[[nodiscard]] std::optional<HttpAnswer> answer_fediverse(const Fediverse& fediverse,
                                                         const InboxHouse& house,
                                                         AnswerCache& given,
                                                         const HttpQuery& query);

// What brings its activities to other servers. `hub` must outlive it. Errors: as Courier::start.
[[nodiscard]] Result<std::unique_ptr<Courier>> courier_of(Hub& hub, const Fediverse& fediverse);

// Forgets what nobody asks for any more.
[[nodiscard]] Result<void> prune_fediverse(Hub& hub);

// Says of the page of a post that there is an object behind it too.
void add_object_headers(const Fediverse& fediverse, const HttpQuery& query, HttpAnswer& page);

// Refuses the switch for tests where others can reach this server. Errors: denied.
[[nodiscard]] Result<void> check_peers(const Hub& hub, const std::string& address);

}  // namespace carillon
