// The platforms this binary speaks. Filled before main by each platform's own file; constant after.
#pragma once

#include <string_view>
#include <vector>

#include "channel/channel.hpp"

namespace carillon {

// The platform of that name, or nothing.
[[nodiscard]] const Platform* find_platform(std::string_view name);
// All, by name.
[[nodiscard]] std::vector<const Platform*> all_platforms();
// The adapter of a channel. Errors: not_found with the nearest platform name; invalid settings.
[[nodiscard]] Result<std::unique_ptr<Adapter>> make_adapter(const Channel& channel);

// `static const Register mastodon{Platform{…}};` in the platform's file.
struct Register {
  explicit Register(Platform platform);
};

}  // namespace carillon
