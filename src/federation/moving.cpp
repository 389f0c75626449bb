#include "federation/moving.hpp"

#include <algorithm>

#include "federation/blocks.hpp"
#include "federation/limits.hpp"

namespace carillon {

using fedi_rows::FediActor;

Result<std::optional<FediActor>> moved_to(const PeerAccess& access, PeerMemory& memory,
                                          const Activity& activity) {
  const ActivityPart& said = activity.outer;
  if (said.type != "Move" || said.object != said.actor) return std::nullopt;
  const std::string target = id_of(member_of(said.whole, "target"));
  if (host_of(target).empty() || target.size() > limits::address_bytes || target == said.actor)
    return std::nullopt;
  TRY(const bool concerns, access.store.read([&](Db& db) -> Result<bool> {
    TRY(const bool follower, fedi_rows::follows(db, said.actor));
    TRY(const bool blocked, fedi_rows::is_blocked(db, target));
    return follower && !blocked;
  }));
  if (!concerns) return std::nullopt;
  const auto document = read_account(access, memory, target);
  if (!document && document.error().fault != Fault::denied) return tl::unexpected(document.error());
  if (!document || !document->is_object()) return std::nullopt;
  const json::object& object = document->get_object();
  const auto known = ids_of(member_of(object, "alsoKnownAs"));
  if (std::find(known.begin(), known.end(), said.actor) == known.end()) return std::nullopt;
  auto moved = read_actor(*document, target, id_of(member_of(object, "publicKey")));
  if (!moved) return std::nullopt;
  moved->read = access.clock.now();
  return std::move(*moved);
}

Result<void> take_move(Db& db, const std::string& old, const FediActor& moved, Micros now) {
  TRY(const bool still, fedi_rows::follows(db, old));
  if (!still) return {};
  CHECK_OK(fedi_rows::save(db, moved));
  CHECK_OK(fedi_rows::remove_follower(db, old));
  return fedi_rows::save(db, fedi_rows::follower_of(moved, {}, now));
}

}  // namespace carillon
