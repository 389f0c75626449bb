// Signing in with an account at a provider. It lets in whom it was linked with before, and makes
// nobody a member.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "team/challenges.hpp"
#include "team/provider_client.hpp"
#include "team/sign_in.hpp"
#include "team/ways_in.hpp"

namespace carillon {

// An account at a provider that is linked with a person.
struct Identity {
  std::string id;
  std::string provider;  // its issuer
  std::string subject;   // the provider's id of the account
  std::string person;    // the id
  std::string name;      // what the provider calls it
  Micros made = 0;
  Micros used = 0;  // 0: never
};
BOOST_DESCRIBE_STRUCT(Identity, (), (id, provider, subject, person, name, made, used))

// What a sign-in with a provider is for. Sign_in: by an earlier link. Link: an invitation is taken.
// Add: somebody who is signed in adds the account.
enum class Errand { sign_in, link, add };
BOOST_DESCRIBE_ENUM(Errand, sign_in, link, add)

// What is kept, sealed, until the browser comes back.
struct ProviderErrand {
  Errand errand = Errand::sign_in;
  std::string next = {};    // where to go then
  std::string person = {};  // with add: the id
  std::string link = {};    // with link: its token, and how the newcomer is called
  std::string name = {};
  std::string email = {};
};
BOOST_DESCRIBE_STRUCT(ProviderErrand, (), (errand, next, person, link, name, email))

// The answer to a question of a provider. State: open (the browser goes to `address`) or wait.
struct ProviderRequest {
  SignedIn state = SignedIn::open;
  Micros wait = 0;
  std::string address = {};
};

// What came back. With add, `outcome` is open and holds no session: there was one.
struct ProviderReturn {
  ProviderErrand errand;
  Subject subject;
  SignInOutcome outcome;
};

struct ProviderKept;  // with a question, until its answer comes

// Thread-safe: holds nothing but what it is given. Errors of all: those of the store and the key.
class Providers {
 public:
  // `origin`: where the organisation lives, as it is registered with the providers.
  Providers(Store& store, const Clock& clock, Ids& ids, Vault& vault, TeamRules rules,
            HttpClient& http, std::string origin)
      : store_(store),
        clock_(clock),
        ids_(ids),
        vault_(vault),
        origin_(std::move(origin)),
        client_(http, clock),
        people_(store, clock, ids),
        challenges_(store, clock, vault),
        sign_in_(store, clock, ids, vault, rules) {}

  // The one address to which the provider may send people back.
  [[nodiscard]] std::string redirect_address(const ProviderConfig& provider) const;

  // Begins; `browser` is the cookie that binds the answer to who asked. Errors: invalid without a
  // client secret; those of ProviderClient; with a link those of People::of_link and of the name.
  Result<ProviderRequest> begin(const ProviderConfig& provider, const ProviderErrand& errand,
                                const Visitor& visitor, const Secret& browser);
  // The query by which the browser comes back. Of `browsers` one is what it began with. Outcome:
  // wrong for an account that is linked with nobody, wait, closed, code or open. Errors: denied
  // for an answer that nobody asked for, and with what the provider said; those of
  // ProviderClient::subject; conflict when the account is linked already; with a link those of
  // People::accept.
  Result<ProviderReturn> finish(const ProviderConfig& provider, const QueryPairs& answer,
                                const Visitor& visitor, const std::vector<Secret>& browsers);

 private:
  Result<Secret> client_secret(const ProviderConfig& provider);
  Result<ProviderKept> take(const Secret& state, const std::vector<Secret>& browsers);
  Result<SignInOutcome> enter(const ProviderErrand& errand, const Identity& identity,
                              const Visitor& visitor);
  Result<SignInOutcome> sign_in(const Identity& identity, const Visitor& visitor);
  Result<void> keep(Db& db, const Identity& identity);
  Store& store_;
  const Clock& clock_;
  Ids& ids_;
  Vault& vault_;
  std::string origin_;
  ProviderClient client_;
  People people_;
  Challenges challenges_;
  SignIn sign_in_;
};

// Where the vault keeps a provider's client secret.
[[nodiscard]] std::string provider_vault(const std::string& provider);

// Those of a person, or with an empty id of all; the oldest first.
[[nodiscard]] Result<std::vector<Identity>> list_identities(Store& store,
                                                            const std::string& person);
// Errors: not_found; with `open` conflict for the only one of these ways that its person has.
Result<void> remove_identity(Store& store, const std::string& id,
                             const std::optional<WaysOpen>& open);

}  // namespace carillon
