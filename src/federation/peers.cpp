#include "federation/peers.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "federation/activity.hpp"
#include "federation/limits.hpp"
#include "net/url.hpp"

namespace carillon {

using fedi_rows::FediActor;

namespace {

constexpr const char* accepted =
    "application/activity+json, application/ld+json; "
    "profile=\"https://www.w3.org/ns/activitystreams\"";

tl::unexpected<Error> untrue(const std::string& actor, std::string_view why) {
  return fail(Fault::denied, fmt::format("the account {} {}", actor.substr(0, 200), why));
}

Result<json::value> read_document(const PeerAccess& access, const std::string& address) {
  HttpRequest get{.url = address, .trust = access.trust};
  get.headers.set("Accept", accepted);
  get.limits.total_ms = limits::actor_ms;
  get.limits.connect_ms = limits::actor_ms;
  get.limits.reply_bytes = limits::actor_bytes;
  // Servers that show accounts only to who says who they are.
  CHECK_OK(sign_request(get, SignatureScheme::cavage, access.signer, access.clock.now()));
  const HttpResult reply = access.http.send(get);
  if (!reply) return tl::unexpected(reply.error().error);
  if (!reply->ok())
    return fail(Fault::unavailable, fmt::format("its server answered {}", reply->status));
  if (!is_activity_type(reply->headers.get("Content-Type")))
    return fail(Fault::denied, "its server did not answer with ActivityStreams");
  return parse_json(reply->body);
}

bool is_web(const std::string& address) {
  return address.size() <= limits::address_bytes && !host_of(address).empty();
}

// The PEM of the key of that id, of one or several.
std::string pem_of(const json::value& keys, const std::string& actor, const std::string& key_id) {
  if (keys.is_array()) {
    for (const json::value& one : keys.get_array()) {
      if (std::string pem = pem_of(one, actor, key_id); !pem.empty()) return pem;
    }
  }
  if (!keys.is_object() || id_of(keys) != key_id) return {};
  if (id_of(member_of(keys.get_object(), "owner")) != actor) return {};
  const json::value& pem = member_of(keys.get_object(), "publicKeyPem");
  return pem.is_string() ? std::string(pem.get_string()) : std::string();
}

constexpr std::int64_t forgotten_at_once = 500;  // nobody waits long for the database

// The first two have an index of their own; the others are read once for all accounts.
constexpr const char* unused =
    "not exists (select 1 from fedi_follower f where f.actor = fedi_actor.id) and "
    "not exists (select 1 from fedi_reaction r where r.actor = fedi_actor.id) and "
    "id not in (select actor from fedi_quote) and id not in (select actor from fedi_report) and "
    "id not in (select account from fedi_tie) and id not in (select target from fedi_block) and "
    "lower(name) || '@' || host not in (select target from fedi_block)";
constexpr const char* awaited = "(select inbox from fedi_delivery where state = 'waiting')";

struct ActorId {
  std::string id;
};
BOOST_DESCRIBE_STRUCT(ActorId, (), (id))

}  // namespace

Result<std::int64_t> forget_actors(Store& store, Micros before) {
  // Looked for without keeping anybody from writing.
  TRY(const auto found, store.read([&](Db& db) {
    return db.all<ActorId>(fmt::format("select id from fedi_actor where read < $1 and {0} and "
                                       "inbox not in {1} and shared_inbox not in {1}",
                                       unused, awaited),
                           before);
  }));
  std::int64_t out = 0;
  for (std::size_t at = 0; at < found.size(); at += forgotten_at_once) {
    const std::size_t end = std::min<std::size_t>(found.size(), at + forgotten_at_once);
    TRY(const std::int64_t gone, store.write([&](Db& db) -> Result<std::int64_t> {
      std::int64_t done = 0;
      for (std::size_t i = at; i < end; ++i) {
        TRY(const std::int64_t one,
            db.run(fmt::format("delete from fedi_actor where id = $1 and read < $2 and {}", unused),
                   found[i].id, before));
        done += one;
      }
      return done;
    }));
    out += gone;
  }
  return out;
}

bool PeerMemory::is_refused(const std::string& actor, Micros now) {
  const std::lock_guard lock(mutex_);
  const auto found = refused_.find(actor);
  return found != refused_.end() && found->second > now;
}

void PeerMemory::refuse(const std::string& actor, Micros now) {
  const std::lock_guard lock(mutex_);
  if (refused_.size() >= limits::actors_refused)
    std::erase_if(refused_, [&](const auto& pair) { return pair.second <= now; });
  // All of them are new: somebody makes names up.
  if (refused_.size() >= limits::actors_refused) refused_.erase(refused_.begin());
  refused_[actor] = now + limits::refused_for;
}

bool PeerMemory::enter() {
  const std::lock_guard lock(mutex_);
  if (inside_ >= limits::actors_at_once) return false;
  ++inside_;
  return true;
}

void PeerMemory::leave() {
  const std::lock_guard lock(mutex_);
  --inside_;
}

bool is_activity_type(std::string_view content_type) {
  const std::string type = lower_ascii(content_type);
  const std::string_view name = trim(std::string_view(type).substr(0, type.find(';')));
  return name == "application/activity+json" ||
         (name == "application/ld+json" &&
          type.find("https://www.w3.org/ns/activitystreams") != std::string::npos);
}

Result<FediActor> read_actor(const json::value& document, const std::string& actor,
                             const std::string& key_id) {
  if (!document.is_object()) return untrue(actor, "is no object");
  const json::object& object = document.get_object();
  if (id_of(member_of(object, "id")) != actor) return untrue(actor, "calls itself otherwise");
  FediActor out;
  out.id = actor;
  out.key_id = key_id;
  out.host = host_of(actor);
  out.key_pem = pem_of(member_of(object, "publicKey"), actor, key_id);
  if (out.key_pem.empty()) return untrue(actor, "does not own that key");
  if (const auto key = public_key_of(out.key_pem); !key) return untrue(actor, "has no usable key");
  const json::value& name = member_of(object, "preferredUsername");
  if (name.is_string() && name.get_string().size() <= limits::actor_name_bytes)
    out.name = std::string(name.get_string());
  out.inbox = id_of(member_of(object, "inbox"));
  const json::value& endpoints = member_of(object, "endpoints");
  if (endpoints.is_object())
    out.shared_inbox = id_of(member_of(endpoints.get_object(), "sharedInbox"));
  if (!is_web(out.inbox)) return untrue(actor, "has no inbox");
  if (!out.shared_inbox.empty() && !is_web(out.shared_inbox)) out.shared_inbox.clear();
  return out;
}

Result<void> check_not_refused(PeerMemory& memory, const std::string& actor, Micros now) {
  if (memory.is_refused(actor, now)) return untrue(actor, "could not be read a short while ago");
  return {};
}

Result<json::value> read_account(const PeerAccess& access, PeerMemory& memory,
                                 const std::string& actor) {
  const Micros now = access.clock.now();
  CHECK_OK(check_not_refused(memory, actor, now));
  if (!access.own_thread && !memory.enter())
    return fail(Fault::unavailable, "too many accounts are being read", "Try again later.");
  auto document = read_document(access, actor);
  if (!access.own_thread) memory.leave();
  if (document) return document;
  memory.refuse(actor, now);
  return fail(document.error().fault == Fault::denied ? Fault::denied : Fault::unavailable,
              fmt::format("the account {} cannot be read: {}", actor.substr(0, 200),
                          document.error().what));
}

Result<FediActor> find_actor(const PeerAccess& access, PeerMemory& memory, const std::string& actor,
                             const std::string& key_id, bool anew) {
  const Micros now = access.clock.now();
  TRY(const auto known, access.store.read([&](Db& db) { return fedi_rows::actor(db, actor); }));
  const bool fits = known && known->key_id == key_id;
  if (fits && (!anew || known->read > now - limits::actor_fresh)) return *known;
  TRY(const json::value document, read_account(access, memory, actor));
  auto read = read_actor(document, actor, key_id);
  if (!read) {
    memory.refuse(actor, now);
    return read;
  }
  read->read = now;
  CHECK_OK(access.store.write([&](Db& db) { return fedi_rows::save(db, *read); }));
  return read;
}

}  // namespace carillon
