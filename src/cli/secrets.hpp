// Reading a channel's secrets: at a prompt without echo, or from standard input. Never from an
// argument, which every user of the machine can see.
#pragma once

#include <string>

#include "hub/hub.hpp"

namespace carillon {

// Can a person be asked here?
[[nodiscard]] bool at_terminal();

// Asks for each secret of the channel's platform, or with `from_stdin` reads one line for each in
// the platform's order, and keeps them. Errors: not_found, invalid (a line is missing or empty),
// those of the vault.
Result<void> enter_secrets(Hub& hub, const std::string& channel, bool from_stdin);

}  // namespace carillon
