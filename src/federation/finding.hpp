// Accounts of other servers by the name that people write.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "federation/peers.hpp"

namespace carillon {

struct FarName {
  std::string name;  // "old"
  std::string host;  // "example.org", with a port where that is not https's
  // "@old@example.org"
  [[nodiscard]] std::string handle() const { return "@" + name + "@" + host; }
};

// Reads "@old@example.org" or "old@example.org"; letters of both become small. Errors: invalid for
// anything else. Pure.
[[nodiscard]] Result<FarName> read_far_name(std::string_view text);

// The address of the account in an answer of WebFinger (docs.joinmastodon.org/spec/webfinger): the
// first link with rel "self" and a type of ActivityStreams. Empty where there is none. Pure.
[[nodiscard]] std::string account_in(const json::value& answer);

// An account as its own server shows it now.
struct FarAccount {
  std::string handle;  // "@old@example.org"
  fedi_rows::FediActor actor;
  std::vector<std::string> also_known_as;
  std::string moved_to;                   // empty: it stays
  std::optional<std::int64_t> followers;  // nothing: its server does not tell
};

// Finds one by its handle, over WebFinger (RFC 7033), or by its address. Errors: invalid for what
// is neither; not_found where its server has none of that name; those of read_account.
[[nodiscard]] Result<FarAccount> find_far_account(const PeerAccess& access, PeerMemory& memory,
                                                  std::string_view text);

}  // namespace carillon
