// The name of an account as people write it, out of the address of its page. Pure; thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace carillon {

// "https://fosstodon.org/@bells" -> "@bells@fosstodon.org", "https://x.com/bells" -> "@bells",
// "https://bsky.app/profile/bells.example" -> "@bells.example". Empty where the address does not
// show it (a number, a page of something else).
[[nodiscard]] std::string handle_in(std::string_view address);

}  // namespace carillon
