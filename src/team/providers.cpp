#include "team/providers.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.hpp"
#include "store/allowance.hpp"
#include "store/events.hpp"
#include "text/codepoints.hpp"

namespace carillon {

namespace {

constexpr const char* provider_columns =
    "select id, provider, subject, person, name, made, used from identity";

std::string value_of(const QueryPairs& pairs, std::string_view name) {
  for (const auto& [key, value] : pairs) {
    if (key == name) return value;
  }
  return {};
}

// A provider's words, as they may stand in a line: they are a stranger's.
std::string plain_words(std::string_view words, std::size_t most) {
  std::string out;
  for (const char c : words) {
    if (out.size() < most && c >= 0x20 && c < 0x7F) out += c;
  }
  return out;
}

// What the account is called, cut where a letter ends.
std::string identity_name(const Subject& subject) {
  std::string out = first_bad_utf8(subject.name) ? std::string() : subject.name;
  std::erase_if(out, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  if (out.size() > 100) out.resize(100);
  if (const auto bad = first_bad_utf8(out)) out.resize(*bad);
  return out.empty() ? plain_words(subject.id, 100) : out;
}

}  // namespace

// What a question is kept with.
struct ProviderKept {
  std::string provider;
  ProviderAddresses at;
  std::string verifier;
  std::string nonce;
  ProviderErrand errand;
};
BOOST_DESCRIBE_STRUCT(ProviderKept, (), (provider, at, verifier, nonce, errand))

std::string provider_vault(const std::string& provider) {
  return "sign_in:" + provider;
}

std::string Providers::redirect_address(const ProviderConfig& provider) const {
  return origin_ + "/sign-in/with/" + provider.name + "/back";
}

Result<Secret> Providers::client_secret(const ProviderConfig& provider) {
  auto secret = vault_.get(provider_vault(provider.name), "client_secret");
  if (secret || secret.error().fault != Fault::not_found) return secret;
  return fail(Fault::invalid,
              fmt::format("signing in with {} is not set up to its end: its client secret was "
                          "never entered",
                          provider.label),
              fmt::format("An admin enters it with `carillon provider secret {}`.", provider.name));
}

Result<ProviderRequest> Providers::begin(const ProviderConfig& provider,
                                         const ProviderErrand& errand, const Visitor& visitor,
                                         const Secret& browser) {
  TRY(const Micros wait,
      take_try(store_, clock_.now(),
               {{"provider question " + network_of(visitor.address), 30, 10 * second}}));
  if (wait > 0) return ProviderRequest{.state = SignedIn::wait, .wait = wait};
  if (errand.errand == Errand::link) {
    TRY(const Person person, people_.of_link(Secret(errand.link)));
    if (person.joined == 0) CHECK_OK(check_person_name(to_nfc(errand.name)));
    if (person.joined == 0 && !errand.email.empty()) CHECK_OK(check_email(errand.email));
  }
  CHECK_OK(client_secret(provider));
  TRY(const ProviderAddresses at, client_.addresses(provider));
  const Secret verifier = new_token();
  const Secret nonce = new_token();
  const ProviderKept kept{provider.name, at, verifier.reveal(), nonce.reveal(), errand};
  TRY(const Secret state,
      challenges_.make(Purpose::provider, browser, to_json(kept), limits::provider_minutes));
  QueryPairs asked{{"response_type", "code"},
                   {"client_id", provider.client_id},
                   {"redirect_uri", redirect_address(provider)},
                   {"state", state.reveal()},
                   {"code_challenge", to_base64url(sha256(verifier.reveal()))},
                   {"code_challenge_method", "S256"}};
  if (!at.keys.empty()) {
    asked.emplace_back("scope", "openid profile");
    asked.emplace_back("nonce", nonce.reveal());
  }
  const bool more = at.authorize.find('?') != std::string::npos;
  return ProviderRequest{.address = at.authorize + (more ? "&" : "?") + build_query(asked)};
}

Result<ProviderKept> Providers::take(const Secret& state, const std::vector<Secret>& browsers) {
  Result<json::value> about = fail(Fault::denied, "nobody here asked for this", "Start again.");
  for (const Secret& browser : browsers) {
    if (browser.empty()) continue;
    about = challenges_.take(state, Purpose::provider, browser);
    if (about || about.error().fault != Fault::denied) break;
  }
  if (!about) return tl::unexpected<Error>(about.error());
  return from_json<ProviderKept>(*about);
}

Result<ProviderReturn> Providers::finish(const ProviderConfig& provider, const QueryPairs& answer,
                                         const Visitor& visitor,
                                         const std::vector<Secret>& browsers) {
  TRY(const ProviderKept kept, take(Secret(value_of(answer, "state")), browsers));
  // An answer of one provider must not be taken to another (RFC 9207, RFC 9700 section 4.4).
  const std::string issuer = value_of(answer, "iss");
  const bool github = provider.kind == ProviderKind::github;
  const bool own =
      issuer == kept.at.issuer || (github && issuer == kept.at.issuer + "/login/oauth");
  if (kept.provider != provider.name || kept.at.issuer != provider.issuer ||
      (issuer.empty() ? kept.at.names_itself : !own))
    return fail(Fault::denied, "this answer is by another provider than was asked", "Start again.");
  if (const std::string error = value_of(answer, "error"); !error.empty())
    return fail(Fault::denied,
                error == "access_denied"
                    ? fmt::format("{} says that you did not want to", provider.label)
                    : fmt::format("{} says: {}", provider.label, plain_words(error, 60)),
                "Try again, or sign in another way.");
  CodeExchange exchange{.code = Secret(value_of(answer, "code")),
                        .verifier = Secret(kept.verifier),
                        .nonce = Secret(kept.nonce),
                        .client_secret = {},
                        .redirect = redirect_address(provider)};
  if (exchange.code.empty())
    return fail(Fault::denied, fmt::format("{} sent no code", provider.label), "Start again.");
  TRY(exchange.client_secret, client_secret(provider));
  ProviderReturn out{.errand = kept.errand, .subject = {}, .outcome = {}};
  TRY(out.subject, client_.subject(provider, kept.at, exchange));
  const Identity identity{.id = ids_.next(),
                          .provider = provider.issuer,
                          .subject = out.subject.id,
                          .person = kept.errand.person,
                          .name = identity_name(out.subject),
                          .made = clock_.now(),
                          .used = 0};
  TRY(out.outcome, enter(kept.errand, identity, visitor));
  return out;
}

Result<SignInOutcome> Providers::enter(const ProviderErrand& errand, const Identity& identity,
                                       const Visitor& visitor) {
  if (errand.errand == Errand::sign_in) return sign_in(identity, visitor);
  if (errand.errand == Errand::add)
    return store_.write([&](Db& db) -> Result<SignInOutcome> {
      TRY(const auto person,
          db.first<Person>("select * from person where id = $1", identity.person));
      if (!person) return fail(Fault::denied, "you are no member any more", "Ask an admin.");
      CHECK_OK(keep(db, identity));
      CHECK_OK(append_event(db, {ids_.next(),
                                 identity.made,
                                 "identity.added",
                                 person->name,
                                 person->id,
                                 {{"provider", json::string(identity.provider)},
                                  {"account", json::string(identity.name)}}}));
      return SignInOutcome{.state = SignedIn::open};
    });
  const WayIn way{"identity.added", [&](Db& db, const Person& person) -> Result<void> {
                    Identity own = identity;
                    own.person = person.id;
                    return keep(db, own);
                  }};
  TRY(const Person person,
      people_.accept(Secret(errand.link), {.name = errand.name, .email = errand.email, .id = {}},
                     way));
  return sign_in_.let_in(person, visitor, ShownBy::provider);
}

Result<SignInOutcome> Providers::sign_in(const Identity& identity, const Visitor& visitor) {
  TRY(const auto known, store_.write([&](Db& db) {
    return db.first<Identity>(
        "update identity set used = $3, name = $4 where provider = $1 and subject = $2 "
        "returning id, provider, subject, person, name, made, used",
        identity.provider, identity.subject, clock_.now(), identity.name);
  }));
  if (known) return sign_in_.let_in(known->person, visitor, ShownBy::provider);
  log(Level::warning, "an account that is linked with nobody",
      {{"provider", identity.provider}, {"peer", visitor.address}, {"browser", visitor.browser}});
  return SignInOutcome{};
}

Result<void> Providers::keep(Db& db, const Identity& identity) {
  TRY(const auto linked,
      db.first<Identity>(std::string(provider_columns) + " where provider = $1 and subject = $2",
                         identity.provider, identity.subject));
  if (linked)
    return fail(Fault::conflict,
                linked->person == identity.person
                    ? "this account is linked with you already"
                    : "this account is linked with somebody else here",
                "Take another one, or take it out there first: /account.");
  TRY(const auto own,
      db.all<Identity>(std::string(provider_columns) + " where person = $1", identity.person));
  if (own.size() >= limits::identities)
    return fail(Fault::too_large, fmt::format("you have linked {} accounts already", own.size()),
                "Take out those that you do not use.");
  CHECK_OK(db.insert("identity", identity));
  return {};
}

Result<std::vector<Identity>> list_identities(Store& store, const std::string& person) {
  return store.read([&](Db& db) {
    return db.all<Identity>(
        std::string(provider_columns) + " where $1 = '' or person = $1 order by made, id", person);
  });
}

Result<void> remove_identity(Store& store, const std::string& id,
                             const std::optional<WaysOpen>& open) {
  return store.write([&](Db& db) -> Result<void> {
    TRY(const auto found, db.first<Identity>(std::string(provider_columns) + " where id = $1", id));
    if (!found)
      return fail(Fault::not_found, fmt::format("there is no linked account {}", id),
                  "`carillon identity list` shows those there are.");
    CHECK_OK(db.run("delete from identity where id = $1", id));
    return open ? check_way_left(db, found->person, *open) : Result<void>{};
  });
}

}  // namespace carillon
