#include "federation/judging.hpp"

#include "federation/answering.hpp"
#include "federation/limits.hpp"
#include "federation/self_check.hpp"

namespace carillon {

using fedi_rows::FediActor;

SignedMessage message_of(const FediSite& site, const HttpQuery& query, std::string& target) {
  target = site.address_of(query.target).substr(site.origin().size());
  SignedMessage out{query.method, site.origin(), target, query.body, {}};
  for (const auto& [name, value] : query.headers)
    out.headers.add(std::string(name), std::string(value));
  out.headers.set("Host", site.origin().substr(site.origin().find("://") + 3));
  return out;
}

Result<std::optional<FediActor>> known_signer(const InboxHouse& house, const std::string& who,
                                              const SignatureClaim& claim) {
  const FediAccount& ours = house.site.account();
  if (who == ours.id()) {
    TRY(const PublicKey own, public_key_of(ours.public_key));
    CHECK_OK(check_claim(claim, own));
    return own_actor(ours);
  }
  const PeerAccess& access = house.access;
  TRY(auto known, access.store.read([&](Db& db) { return fedi_rows::actor(db, who); }));
  const Micros now = access.clock.now();
  if (!known || known->key_id != claim.key_id) {
    CHECK_OK(check_not_refused(house.memory, who, now));
    return std::nullopt;
  }
  TRY(const PublicKey key, public_key_of(known->key_pem));
  const auto checked = check_claim(claim, key);
  if (checked) return known;
  if (known->read > now - limits::actor_fresh) return tl::unexpected(checked.error());
  return std::nullopt;
}

Result<FediActor> ask_signer(const InboxHouse& house, const std::string& who,
                             const SignatureClaim& claim) {
  TRY(FediActor actor, find_actor(house.access, house.memory, who, claim.key_id, true));
  TRY(const PublicKey key, public_key_of(actor.key_pem));
  CHECK_OK(check_claim(claim, key));
  return actor;
}

Result<FediActor> check_signer(const InboxHouse& house, const std::string& who,
                               const SignatureClaim& claim) {
  TRY(auto known, known_signer(house, who, claim));
  if (known) return std::move(*known);
  return ask_signer(house, who, claim);
}

HttpAnswer refusal_of(const Error& error) {
  switch (error.fault) {
    case Fault::denied:
    case Fault::not_found:
      return say(401, error.what);
    case Fault::corrupt:
    case Fault::invalid:
      return say(400, error.what);
    case Fault::too_large:
      return say(413, error.what);
    default:
      break;
  }
  return say_later(503, error.what, minute);
}

}  // namespace carillon
