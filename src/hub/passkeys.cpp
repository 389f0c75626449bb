#include "hub/passkeys.hpp"

#include <fmt/format.h>

#include "base/moment.hpp"
#include "hub/access.hpp"

namespace carillon {

namespace {

PasskeyView view_of(const Passkey& one, const std::map<std::string, std::string>& names) {
  const auto name = names.find(one.person);
  return {
      one.id,           name == names.end() ? "" : name->second, one.name, one.party, one.backed_up,
      day_of(one.made), one.used == 0 ? "" : day_of(one.used)};
}

// The same answer for somebody else's: its id is not for others either.
Result<Passkey> own_passkey(Hub& hub, const Actor& actor, const std::string& id) {
  TRY(const auto all, list_passkeys(hub.store(), ""));
  for (const Passkey& one : all) {
    if (one.id == id && may_touch(actor, one.person)) return one;
  }
  return fail(Fault::not_found, fmt::format("there is no passkey {}", id),
              "`carillon passkey list` shows those there are.");
}

}  // namespace

std::optional<Passkeys> passkeys_of(Hub& hub) {
  const Config& config = hub.workspace().config;
  const auto party = relying_party(config.organisation.url);
  if (!party) return std::nullopt;
  return Passkeys(hub.store(), hub.clock(), hub.ids(), hub.vault(), config.team, *party,
                  config.organisation.name);
}

WaysOpen ways_open(const Hub& hub) {
  const Config& config = hub.workspace().config;
  WaysOpen out;
  if (const auto party = relying_party(config.organisation.url)) out.party = party->id;
  for (const ProviderConfig& one : config.sign_in) out.providers.push_back(one.issuer);
  return out;
}

Result<std::vector<PasskeyView>> passkey_list(Hub& hub, const Actor& actor,
                                              const PasskeyListRequest& request) {
  TRY(const std::string person, whose(hub, actor, request.person));
  if (!may_touch(actor, person)) return std::vector<PasskeyView>{};
  TRY(const auto names, names_of(hub));
  TRY(const auto all, list_passkeys(hub.store(), person));
  std::vector<PasskeyView> out;
  for (const Passkey& one : all) out.push_back(view_of(one, names));
  return out;
}

Result<PasskeyView> passkey_rename(Hub& hub, const Actor& actor,
                                   const PasskeyRenameRequest& request) {
  TRY(const Passkey found, own_passkey(hub, actor, request.id));
  CHECK_OK(rename_passkey(hub.store(), found.id, request.name));
  TRY(const auto names, names_of(hub));
  TRY(const Passkey renamed, own_passkey(hub, actor, request.id));
  return view_of(renamed, names);
}

Result<WayRemoved> passkey_remove(Hub& hub, const Actor& actor,
                                  const PasskeyRemoveRequest& request) {
  TRY(const Passkey found, own_passkey(hub, actor, request.id));
  // An admin takes away a lost one also where it is the last: there is a link for who comes back.
  const bool own = found.person == actor.person;
  CHECK_OK(
      remove_passkey(hub.store(), found.id, own ? std::optional(ways_open(hub)) : std::nullopt));
  return WayRemoved{found.id};
}

std::string passkeys_in_words(const std::vector<PasskeyView>& all) {
  std::string out;
  for (const PasskeyView& one : all)
    out += fmt::format("{}  {:<24} {:<24} for {}, made {}, {}\n", one.id, one.person, one.name,
                       one.domain, one.made, one.used.empty() ? "never used" : "used " + one.used);
  return out.empty() ? "There is no passkey.\n" : out;
}

std::vector<Operation<Hub>> passkey_operations() {
  return {
      operation<Hub>({.name = "passkey list",
                      .method = "GET",
                      .path = "/passkeys",
                      .needs = Permission::anyone,
                      .summary = "the passkeys people sign in with, and when each was last used",
                      .positional = {"person"}},
                     &passkey_list),
      operation<Hub>({.name = "passkey rename",
                      .method = "PATCH",
                      .path = "/passkeys/{id}",
                      .needs = Permission::anyone,
                      .summary = "call a passkey by another name",
                      .positional = {"id", "name"}},
                     &passkey_rename),
      operation<Hub>({.name = "passkey remove",
                      .method = "DELETE",
                      .path = "/passkeys/{id}",
                      .needs = Permission::anyone,
                      .summary = "a passkey lets nobody in any more",
                      .help = "The last way in of a person stays, unless an admin removes it for "
                              "them; `carillon person link` lets them in again.",
                      .positional = {"id"}},
                     &passkey_remove),
  };
}

}  // namespace carillon
