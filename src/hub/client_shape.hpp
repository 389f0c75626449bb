// The home's account and what belongs to it in the shapes that Mastodon's clients read. Pure but
// for the counts; thread-safe. https://docs.joinmastodon.org/entities/
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "federation/heard.hpp"
#include "federation/site.hpp"
#include "hub/client_access.hpp"
#include "hub/desk.hpp"

namespace carillon {

namespace limits {
inline constexpr std::size_t client_characters = 5000;  // of a post by an app
}

// The picture of who has none here: an address below the home.
inline constexpr std::string_view nobody_path = "/client/nobody.png";
// What those who use the API are told that it is: apps read what they may ask for from it.
inline constexpr std::string_view client_version = "4.2.0 (compatible; Carillon)";

// The id of an announcement or a draft as a number, which clients may compare; and back. Zero, or
// empty: it is none.
[[nodiscard]] std::uint64_t number_of(std::string_view id);
[[nodiscard]] std::string id_of(std::uint64_t number);
// A number as a client sent it; zero where it is none.
[[nodiscard]] std::uint64_t number_in(std::string_view text);

// The id of the home's account, and of any other by its address.
inline constexpr std::string_view home_account = "1";
[[nodiscard]] std::string account_id(std::string_view actor);
// The address behind such an id; empty: it is none.
[[nodiscard]] std::string actor_of_id(std::string_view id);

struct ClientNumbers {
  std::int64_t followers = 0;
  std::int64_t posts = 0;
  Micros first = 0;  // when the first post was published; 0: there is none
  Micros last = 0;
};
[[nodiscard]] ClientNumbers numbers_of(const FediSite& site, std::int64_t followers);

[[nodiscard]] json::object account_shape(const FediAccount& account, const ClientNumbers& numbers);
// The same for whom it is their own, with who they are here.
[[nodiscard]] json::object own_account_shape(const FediAccount& account,
                                             const ClientNumbers& numbers,
                                             const ClientCaller& caller);
// Somebody else, of whom we know name and server only.
[[nodiscard]] json::object stranger_shape(const FediAccount& home, const std::string& actor,
                                          const std::string& name, const std::string& host);

// A post of the home; `account` is what account_shape made.
[[nodiscard]] json::object status_shape(const FediAccount& home, const FediPost& post,
                                        const FediCounts& counts, const json::object& account,
                                        const FediTally& tally = {});
// Its poll, by the id of the post; null: it has none.
[[nodiscard]] json::value poll_shape(const FediPost& post, const FediTally& tally);
// A reply to a post of the home. Its text is plain, and becomes HTML here.
[[nodiscard]] json::object reply_shape(const FediAccount& home, const FediHeard& reply,
                                       const FediPost* post);
// A text of the desk that is not published, for who wrote it: its warning says what it waits for.
[[nodiscard]] json::object draft_shape(const FediAccount& home, const DraftView& draft,
                                       const std::string& waits, const json::object& account);
// What waits for its time.
[[nodiscard]] json::object scheduled_shape(std::string_view id, const std::string& due,
                                           const Draft& draft);
[[nodiscard]] json::object media_shape(const FediAccount& home, std::string_view id,
                                       const std::string& digest, const std::string& alt,
                                       std::int64_t width, std::int64_t height);
[[nodiscard]] json::object notification_shape(const FediAccount& home, const FediHeard& heard,
                                              json::value status);

[[nodiscard]] json::object instance_shape(const FediAccount& account, const ClientNumbers& numbers);
[[nodiscard]] json::object instance_v1_shape(const FediAccount& account,
                                             const ClientNumbers& numbers);

// Plain text as HTML: paragraphs, line ends, links for http and https addresses.
[[nodiscard]] std::string html_of_plain(std::string_view text);

}  // namespace carillon
