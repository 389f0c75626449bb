// Accounts at providers of sign-ins, and the providers themselves, as operations; the pages by
// which people come in are in web/.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/operation.hpp"
#include "hub/hub.hpp"
#include "hub/passkeys.hpp"
#include "team/providers.hpp"

namespace carillon {

struct ProviderListRequest {};
BOOST_DESCRIBE_STRUCT(ProviderListRequest, (), ())

struct ProviderSecretRequest {
  static constexpr std::array<std::string_view, 2> required{"name", "secret"};
  std::string name;
  std::string secret;
  static constexpr std::array<std::array<std::string_view, 2>, 2> notes{{
      {"name", "the provider, as carillon.yaml calls it"},
      {"secret", "the client secret it gave you; never shown again"},
  }};
};
BOOST_DESCRIBE_STRUCT(ProviderSecretRequest, (), (name, secret))

struct IdentityListRequest {
  std::string person;
  static constexpr std::array<std::array<std::string_view, 2>, 1> notes{{
      {"person", "whose; default: your own, for an admin everybody's"},
  }};
};
BOOST_DESCRIBE_STRUCT(IdentityListRequest, (), (person))

struct IdentityRemoveRequest {
  static constexpr std::array<std::string_view, 1> required{"id"};
  std::string id;
  static constexpr std::array<std::array<std::string_view, 2>, 1> notes{{
      {"id", "the linked account, as the list shows it"},
  }};
};
BOOST_DESCRIBE_STRUCT(IdentityRemoveRequest, (), (id))

struct ProviderView {
  std::string name;
  std::string label;
  std::string issuer;
  std::string redirect;  // what to register with it
  std::string entered;   // when its client secret was, RFC 3339 in UTC; empty: never
};
BOOST_DESCRIBE_STRUCT(ProviderView, (), (name, label, issuer, redirect, entered))

struct IdentityView {
  std::string id;
  std::string person;
  std::string provider;  // its label; of one that is no more: its issuer
  std::string name;
  std::string made;  // a day in UTC
  std::string used;  // a day; empty: never
};
BOOST_DESCRIBE_STRUCT(IdentityView, (), (id, person, provider, name, made, used))

// The team's part of a hub, for one request.
[[nodiscard]] Providers providers_of(Hub& hub);
// The provider of that name in carillon.yaml; null: there is none.
[[nodiscard]] const ProviderConfig* find_provider(const Hub& hub, std::string_view name);

Result<std::vector<ProviderView>> provider_list(Hub& hub, const Actor& actor,
                                                const ProviderListRequest& request);
// Errors: not_found with the nearest name; those of the vault.
Result<ProviderView> provider_secret(Hub& hub, const Actor& actor,
                                     const ProviderSecretRequest& request);
// Errors: denied for somebody else's, but for admins.
Result<std::vector<IdentityView>> identity_list(Hub& hub, const Actor& actor,
                                                const IdentityListRequest& request);
// Errors: not_found, also for somebody else's; conflict for the only way in of who removes it.
Result<WayRemoved> identity_remove(Hub& hub, const Actor& actor,
                                   const IdentityRemoveRequest& request);

// The replies for people. Pure.
[[nodiscard]] std::string providers_in_words(const std::vector<ProviderView>& all);
[[nodiscard]] std::string identities_in_words(const std::vector<IdentityView>& all);

[[nodiscard]] std::vector<Operation<Hub>> provider_operations();

}  // namespace carillon
