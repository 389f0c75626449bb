// Asks platforms that answer anybody whether a name is taken, and by whom.
#pragma once

#include <string>
#include <vector>

#include "base/describe.hpp"
#include "net/client.hpp"

namespace carillon {

enum class NameState {
  free,     // nobody has it
  taken,    // somebody has it
  unknown,  // the platform did not say
  person,   // only a person can look
};
BOOST_DESCRIBE_ENUM(NameState, free, taken, unknown, person)

struct AskedName {
  NameState state = NameState::unknown;
  std::string id;                     // what stays when the name changes hands: an account's number
  std::string url;                    // of the account
  std::string why;                    // why it is not known
  std::string moved;                  // where the account says that it has gone
  std::vector<std::string> verified;  // addresses that the server has verified to be the account's
};

// GET /api/v1/accounts/lookup at the server ("https://fosstodon.org"), as Mastodon and its like
// answer it: https://docs.joinmastodon.org/methods/accounts/#lookup
[[nodiscard]] AskedName ask_mastodon(HttpClient& http, const std::string& origin,
                                     const std::string& name, Trust trust);

// com.atproto.identity.resolveHandle at `origin`, by default the public one of Bluesky; the id is
// the account's DID: https://docs.bsky.app/docs/api/com-atproto-identity-resolve-handle
inline constexpr const char* bluesky_origin = "https://public.api.bsky.app";
[[nodiscard]] AskedName ask_bluesky(HttpClient& http, const std::string& origin,
                                    const std::string& handle, Trust trust);

// GET /users/NAME: https://docs.github.com/en/rest/users/users#get-a-user
inline constexpr const char* github_origin = "https://api.github.com";
[[nodiscard]] AskedName ask_github(HttpClient& http, const std::string& origin,
                                   const std::string& name, Trust trust);

}  // namespace carillon
