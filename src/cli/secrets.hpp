// Reading secrets: at a prompt without echo, from standard input, or from a variable of the
// environment. Never from an argument, which every user of the machine can see.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "hub/channels.hpp"

namespace carillon {

// Can a person be asked here?
[[nodiscard]] bool at_terminal();

// Asks for each secret, or with `from_stdin` reads one line for each in this order; by field name.
// Errors: invalid (a line is missing or empty; the platform of `channel` needs none).
Result<std::map<std::string, std::string>> read_secrets(const std::string& channel,
                                                        const std::vector<SecretField>& fields,
                                                        bool from_stdin);

// The value of that variable, empty where there is none; it is taken out of the environment, so
// that no program that is run from here inherits it.
[[nodiscard]] Secret take_from_environment(const char* name);

}  // namespace carillon
