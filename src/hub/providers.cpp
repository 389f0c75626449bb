#include "hub/providers.hpp"

#include <fmt/format.h>

#include "base/bytes.hpp"
#include "base/moment.hpp"
#include "hub/access.hpp"
#include "net/url.hpp"

namespace carillon {

namespace {

Result<ProviderView> view_of(Hub& hub, const ProviderConfig& one) {
  ProviderView out{one.name, one.label, one.issuer, providers_of(hub).redirect_address(one), {}};
  TRY(const auto entered, hub.vault().list(provider_vault(one.name)));
  for (const SecretEntry& entry : entered) out.entered = iso_time(entry.updated);
  return out;
}

IdentityView view_of(const Hub& hub, const Identity& one,
                     const std::map<std::string, std::string>& names) {
  IdentityView out{.id = one.id,
                   .person = {},
                   .provider = one.provider,
                   .name = one.name,
                   .made = day_of(one.made),
                   .used = one.used == 0 ? "" : day_of(one.used)};
  if (const auto name = names.find(one.person); name != names.end()) out.person = name->second;
  for (const ProviderConfig& provider : hub.workspace().config.sign_in) {
    if (provider.issuer == one.provider) out.provider = provider.label;
  }
  return out;
}

}  // namespace

Providers providers_of(Hub& hub) {
  const Config& config = hub.workspace().config;
  const auto home = parse_url(config.organisation.url);
  return {hub.store(),
          hub.clock(),
          hub.ids(),
          hub.vault(),
          config.team,
          hub.http(),
          home ? home->origin() : std::string("http://127.0.0.1:8080")};
}

const ProviderConfig* find_provider(const Hub& hub, std::string_view name) {
  for (const ProviderConfig& one : hub.workspace().config.sign_in) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

Result<std::vector<ProviderView>> provider_list(Hub& hub, const Actor&,
                                                const ProviderListRequest&) {
  std::vector<ProviderView> out;
  for (const ProviderConfig& one : hub.workspace().config.sign_in) {
    TRY(out.emplace_back(), view_of(hub, one));
  }
  return out;
}

Result<ProviderView> provider_secret(Hub& hub, const Actor&, const ProviderSecretRequest& request) {
  const ProviderConfig* found = find_provider(hub, request.name);
  if (found == nullptr) {
    std::vector<std::string> names;
    for (const ProviderConfig& one : hub.workspace().config.sign_in) names.push_back(one.name);
    const auto near = nearest(request.name, names);
    return fail(Fault::not_found,
                fmt::format("carillon.yaml has no provider \"{}\" below sign_in", request.name),
                near ? fmt::format("Did you mean \"{}\"?", *near)
                     : "Add it there first, with its client_id.");
  }
  CHECK_OK(hub.vault().put(provider_vault(found->name), "client_secret", Secret(request.secret)));
  return view_of(hub, *found);
}

Result<std::vector<IdentityView>> identity_list(Hub& hub, const Actor& actor,
                                                const IdentityListRequest& request) {
  TRY(const std::string person, whose(hub, actor, request.person));
  if (!may_touch(actor, person)) return std::vector<IdentityView>{};
  TRY(const auto names, names_of(hub));
  TRY(const auto all, list_identities(hub.store(), person));
  std::vector<IdentityView> out;
  for (const Identity& one : all) out.push_back(view_of(hub, one, names));
  return out;
}

Result<WayRemoved> identity_remove(Hub& hub, const Actor& actor,
                                   const IdentityRemoveRequest& request) {
  TRY(const auto all, list_identities(hub.store(), ""));
  for (const Identity& one : all) {
    if (one.id != request.id || !may_touch(actor, one.person)) continue;
    const bool own = one.person == actor.person;
    CHECK_OK(
        remove_identity(hub.store(), one.id, own ? std::optional(ways_open(hub)) : std::nullopt));
    return WayRemoved{one.id};
  }
  return fail(Fault::not_found, fmt::format("there is no linked account {}", request.id),
              "`carillon identity list` shows those there are.");
}

std::string providers_in_words(const std::vector<ProviderView>& all) {
  std::string out;
  for (const ProviderView& one : all)
    out +=
        fmt::format("{:<16} {}, {}\n{:<16} redirect address: {}\n", one.name, one.issuer,
                    one.entered.empty()
                        ? "without its client secret: `carillon provider secret " + one.name + "`"
                        : "client secret entered on " + one.entered.substr(0, 10),
                    "", one.redirect);
  return out.empty() ? "There is no provider: sign_in in carillon.yaml names them.\n" : out;
}

std::string identities_in_words(const std::vector<IdentityView>& all) {
  std::string out;
  for (const IdentityView& one : all)
    out +=
        fmt::format("{}  {:<24} {} at {}, linked {}, {}\n", one.id, one.person, one.name,
                    one.provider, one.made, one.used.empty() ? "never used" : "used " + one.used);
  return out.empty() ? "No account elsewhere is linked.\n" : out;
}

std::vector<Operation<Hub>> provider_operations() {
  return {
      operation<Hub>({.name = "provider list",
                      .method = "GET",
                      .path = "/providers",
                      .summary = "with whom people can sign in, and what to register there"},
                     &provider_list),
      operation<Hub>({.name = "provider secret",
                      .method = "POST",
                      .path = "/providers/{name}/secret",
                      .summary = "enter the client secret that a provider gave you",
                      .help = "Asks for it at a prompt; it is kept sealed and stands in no "
                              "argument.",
                      .positional = {"name"},
                      .hidden = {"secret"}},
                     &provider_secret),
      operation<Hub>({.name = "identity list",
                      .method = "GET",
                      .path = "/identities",
                      .needs = Permission::anyone,
                      .summary = "the accounts elsewhere that people sign in with",
                      .positional = {"person"}},
                     &identity_list),
      operation<Hub>({.name = "identity remove",
                      .method = "DELETE",
                      .path = "/identities/{id}",
                      .needs = Permission::anyone,
                      .summary = "a linked account lets nobody in any more",
                      .positional = {"id"}},
                     &identity_remove),
  };
}

}  // namespace carillon
