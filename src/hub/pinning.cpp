#include "hub/pinning.hpp"

#include "federation/telling.hpp"
#include "hub/fediverse.hpp"
#include "publish/pins.hpp"

namespace carillon {

namespace {

Result<AnnouncementPinned> turn(Hub& hub, const std::string& announcement, bool on) {
  TRY(const auto account, fediverse_names(hub));
  const Micros now = hub.clock().now();
  const auto tell = [&](Db& db, const Pinned& one) -> Result<void> {
    if (!account) return {};
    return tell_pin(db, *account, one.announcement, one.permalink, on, now);
  };
  TRY(const Pinned done, pin(hub.store(), hub.clock(), announcement, on, tell));
  return AnnouncementPinned{done.slug, done.permalink, on, done.changed};
}

}  // namespace

Result<AnnouncementPinned> announcement_pin(Hub& hub, const Actor&,
                                            const AnnouncementShowRequest& request) {
  return turn(hub, request.announcement, true);
}

Result<AnnouncementPinned> announcement_unpin(Hub& hub, const Actor&,
                                              const AnnouncementShowRequest& request) {
  return turn(hub, request.announcement, false);
}

std::vector<Operation<Hub>> pinning_operations() {
  return {operation<Hub>(
              {.name = "announcement pin",
               .method = "POST",
               .path = "/announcements/{announcement}/pin",
               .needs = Permission::editor,
               .summary = "show an announcement first in the profile of the home's account",
               .help = "The servers of the followers are told, and show it above the others; other "
                       "servers do so the next time they read the account. At most five are "
                       "pinned. The pages of the home stay as they are.",
               .positional = {"announcement"}},
              &announcement_pin),
          operation<Hub>({.name = "announcement unpin",
                          .method = "DELETE",
                          .path = "/announcements/{announcement}/pin",
                          .needs = Permission::editor,
                          .summary = "show it among the others again",
                          .positional = {"announcement"}},
                         &announcement_unpin)};
}

}  // namespace carillon
