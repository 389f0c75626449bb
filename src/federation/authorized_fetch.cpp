#include "federation/authorized_fetch.hpp"

#include "federation/activity.hpp"
#include "federation/answering.hpp"
#include "federation/blocks.hpp"
#include "federation/limits.hpp"

namespace carillon {

namespace {

struct KeyOwner {
  std::string id;
};
BOOST_DESCRIBE_STRUCT(KeyOwner, (), (id))

// Whose key it is. Most have it at the account, behind a "#"; GoToSocial has an address for it.
Result<std::string> owner_of(const InboxHouse& house, const std::string& key_id) {
  TRY(const auto known, house.access.store.read([&](Db& db) {
    return db.first<KeyOwner>("select id from fedi_actor where key_id = $1", key_id);
  }));
  if (known) return known->id;
  const std::size_t mark = key_id.find('#');
  if (mark != std::string::npos) return key_id.substr(0, mark);
  TRY(const json::value document, read_account(house.access, house.memory, key_id));
  if (document.is_object()) {
    const json::object& object = document.get_object();
    const json::value& key = member_of(object, "publicKey");
    const std::string owner =
        id_of(member_of(key.is_object() ? key.get_object() : object, "owner"));
    if (!owner.empty() && host_of(owner) == host_of(key_id)) return owner;
  }
  return fail(Fault::denied, "the key says not whose it is");
}

// The status of the answer.
Result<int> judge(const InboxHouse& house, const HttpQuery& query) {
  HttpQuery asked = query;
  if (query.head) asked.method = "HEAD";
  std::string target;
  const SignedMessage message = message_of(house.site, asked, target);
  TRY(const SignatureClaim claim, read_claim(message, house.access.clock.now()));
  if (host_of(claim.key_id).empty() || claim.key_id.size() > limits::address_bytes)
    return fail(Fault::denied, "the key has no address");
  const auto is_blocked = [&](const std::string& who) {
    return house.access.store.read([&](Db& db) { return fedi_rows::is_blocked(db, who); });
  };
  TRY(const bool far, is_blocked(claim.key_id));
  if (far) return 403;
  TRY(const std::string owner, owner_of(house, claim.key_id));
  TRY(const auto actor, check_signer(house, owner, claim));
  TRY(const bool blocked, is_blocked(actor.id));
  return blocked ? 403 : 200;
}

}  // namespace

bool is_open_to_all(const FediSite& site, std::string_view path) {
  const std::string_view below = site.below(path);
  const std::string own = "/actors/" + site.account().handle;
  return below.starts_with("/.well-known/") || below.starts_with("/nodeinfo/") || below == own ||
         below == own + "/" || below == own + "/inbox" || below == "/@" + site.account().handle;
}

HttpAnswer for_signed_only(const InboxHouse& house, const HttpQuery& query, HttpAnswer object) {
  if (is_open_to_all(house.site, query.path)) return object;
  const auto judged = judge(house, query);
  HttpAnswer out = !judged          ? refusal_of(judged.error())
                   : *judged == 403 ? say(403, "This server shows nothing to you.")
                                    : std::move(object);
  out.headers.set("Vary", "Accept, Signature");
  out.headers.set("Cache-Control", judged && *judged == 200 ? "private, max-age=180" : "no-store");
  return out;
}

}  // namespace carillon
