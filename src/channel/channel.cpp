#include "channel/channel.hpp"

#include "text/adapt.hpp"

namespace carillon {

Rendition Adapter::render(const Announcement& announcement, const Channel& channel,
                          const Limits& limits) const {
  return adapt(announcement, channel.name, limits);
}

Finding Adapter::find(const Step&, std::span<const Receipt>, Micros, Access&) const {
  return CannotTell{"this platform has no way to look for a post"};
}

Result<Profile> Adapter::profile(Access&) const {
  return fail(Fault::conflict, "this platform does not tell us what the account's profile says",
              "Look at it yourself.");
}

}  // namespace carillon
