// The organisation's account in the fediverse as documents: WebFinger, NodeInfo, the actor, its
// posts and collections. Pure; thread-safe. https://www.w3.org/TR/activitypub/,
// https://docs.joinmastodon.org/spec/activitypub/
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/describe.hpp"

namespace carillon {

inline constexpr std::string_view activity_type = "application/activity+json";
inline constexpr std::string_view public_audience = "https://www.w3.org/ns/activitystreams#Public";

struct FediLink {
  std::string name;
  std::string url;
};

struct FediAccount {
  std::string home;      // organisation.url, without a slash at the end
  std::string handle;    // "news"
  std::string host;      // behind the "@", "example.org"; with a port where that is not https's
  std::string name;      // of the organisation
  std::string about;     // plain text
  std::string language;  // BCP 47
  std::string icon;      // address of a picture; empty: none
  std::string public_key;
  std::vector<FediLink> links;  // shown in the profile

  // "https://example.org/actors/news"
  [[nodiscard]] std::string id() const;
  [[nodiscard]] std::string inbox() const { return id() + "/inbox"; }
  [[nodiscard]] std::string shared_inbox() const { return home + "/inbox"; }
  [[nodiscard]] std::string outbox() const { return id() + "/outbox"; }
  [[nodiscard]] std::string followers() const { return id() + "/followers"; }
  [[nodiscard]] std::string featured() const { return id() + "/featured"; }
  [[nodiscard]] std::string key_id() const { return id() + "#main-key"; }
  // "news@example.org"
  [[nodiscard]] std::string address() const { return handle + "@" + host; }
};

struct FediPicture {
  std::string url;
  std::string mime;
  std::string alt;
  std::int64_t width = 0;
  std::int64_t height = 0;
};

// Whom a post answers, and what.
struct FediAnswer {
  std::string reply;  // the id of their Note; empty: it answers nobody
  std::string actor;  // the address of their account
  std::string name;   // "@ann@example.org"
};

// A question with its options, until when it can be answered.
struct FediPoll {
  std::vector<std::string> options;
  bool several = false;  // more than one may be chosen
  Micros closes = 0;
};

struct FediPost {
  std::string announcement;  // its id
  std::int64_t revision = 1;
  std::string url;  // its permalink, and its id in the fediverse
  std::string title;
  std::string html;            // safe HTML of its text, addresses absolute
  std::string link;            // where to read more; empty: nowhere else
  std::string language;        // BCP 47
  std::vector<FediLink> tags;  // name without "#", and its page
  std::vector<FediPicture> pictures;
  FediAnswer answers;
  std::string warning;  // shown before the text and the pictures; empty: none
  Micros published = 0;
  Micros updated = 0;
  std::optional<FediPoll> poll = {};
};

// What has come back to a post or an account.
struct FediCounts {
  std::int64_t replies = 0;
  std::int64_t likes = 0;
  std::int64_t boosts = 0;
};

// What was chosen in a poll: by option, and by how many people.
struct FediTally {
  std::map<std::string, std::int64_t> votes;
  std::int64_t voters = 0;
  bool ended = false;  // it will not change any more

  [[nodiscard]] std::int64_t of(const std::string& option) const {
    const auto found = votes.find(option);
    return found == votes.end() ? 0 : found->second;
  }
};

// Other accounts of the same organisation, by their addresses.
struct FediTies {
  std::vector<std::string> also_known_as;  // it came from there
  std::string moved_to;                    // it went there; empty: it is here
};

[[nodiscard]] json::object webfinger_document(const FediAccount& account);
// RFC 6415, as XML.
[[nodiscard]] std::string host_meta_document(const FediAccount& account);
[[nodiscard]] json::object nodeinfo_links(const FediAccount& account);
// https://nodeinfo.diaspora.software/ns/schema/2.1
[[nodiscard]] json::object nodeinfo_document(const FediAccount& account, std::int64_t posts);
[[nodiscard]] json::object actor_document(const FediAccount& account, const FediTies& ties = {});

// The Note of a post, or its Question where it has a poll
// (docs.joinmastodon.org/spec/activitypub/#Question); the context stands at the outermost object
// only.
[[nodiscard]] json::object note_of(const FediAccount& account, const FediPost& post,
                                   const FediCounts& counts, const FediTally& tally = {});
// Create of it, with an id that stays. `revision` above 1 makes an Update of that revision.
[[nodiscard]] json::object create_of(const FediAccount& account, const FediPost& post,
                                     const FediTally& tally = {});
[[nodiscard]] json::object update_of(const FediAccount& account, const FediPost& post,
                                     const FediTally& tally = {});
// An Update of a poll that says what was chosen so far, and changes nothing else.
[[nodiscard]] json::object tally_of(const FediAccount& account, const FediPost& post,
                                    const FediTally& tally, Micros at);
// The end of a post that was removed: what stands at its address from then on, and the Delete that
// tells of it, with an id that stays.
[[nodiscard]] json::object tombstone_of(std::string_view url, Micros published, Micros removed);
[[nodiscard]] json::object delete_of(const FediAccount& account, std::string_view url,
                                     Micros published, Micros removed);
// A post stands first in the account's profile from then on, or no longer
// (docs.joinmastodon.org/spec/activitypub/#featured).
[[nodiscard]] json::object pin_of(const FediAccount& account, std::string_view url, bool on,
                                  Micros at);
// The answer to a Follow. Like every activity it says when it was made: some servers drop others.
[[nodiscard]] json::object accept_of(const FediAccount& account, const json::object& follow,
                                     std::string_view id, Micros at);

// An ordered collection of which only the number is told.
[[nodiscard]] json::object counted_collection(std::string_view id, std::int64_t count);
// A collection of nothing, and one whose pages begin at `first`.
[[nodiscard]] json::object paged_collection(std::string_view id, std::int64_t count,
                                            std::string_view first);
[[nodiscard]] json::object collection_page(std::string_view collection, std::string_view id,
                                           std::string_view next, json::array items);

// The same with "@context" in front.
[[nodiscard]] json::object with_context(json::object object);

}  // namespace carillon
