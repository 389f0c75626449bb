// Who signed a request that came, and what is said to who did not.
#pragma once

#include <optional>
#include <string>

#include "federation/peers.hpp"
#include "federation/site.hpp"

namespace carillon {

// Where requests of other servers come in. The references must outlive the call.
struct InboxHouse {
  const FediSite& site;
  PeerAccess access;
  PeerMemory& memory;
};

// The request as it was signed: for the address that the world knows, whatever a proxy made of it.
// `target` is filled, and must outlive the message as the query must. Pure.
[[nodiscard]] SignedMessage message_of(const FediSite& site, const HttpQuery& query,
                                       std::string& target);

// The account `who` as it is kept, where the claim was made by its key; nothing where its server
// must be asked first, as it may have another key by now. Errors: denied. Thread-safe.
[[nodiscard]] Result<std::optional<fedi_rows::FediActor>> known_signer(const InboxHouse& house,
                                                                       const std::string& who,
                                                                       const SignatureClaim& claim);
// The same, read anew from its server. Errors: denied, and those of find_actor. Thread-safe.
[[nodiscard]] Result<fedi_rows::FediActor> ask_signer(const InboxHouse& house,
                                                      const std::string& who,
                                                      const SignatureClaim& claim);
// The first, and where that says nothing the second. Thread-safe.
[[nodiscard]] Result<fedi_rows::FediActor> check_signer(const InboxHouse& house,
                                                        const std::string& who,
                                                        const SignatureClaim& claim);

// 400, 401, 413, or 503 with a time to come back, and the sentence. Pure.
[[nodiscard]] HttpAnswer refusal_of(const Error& error);

}  // namespace carillon
