// Shows that a form came from our own page a moment ago: the time it was made, signed. Nothing of
// it is kept, and no cookie is needed.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/crypto.hpp"

namespace carillon {

// Quick: faster than a person (limits::proposal_form_seconds). Old: open for longer than
// limits::proposal_form_hours.
enum class FormAge { good, quick, old, forged };

// A token made now. `key` signs it. Thread-safe.
[[nodiscard]] std::string new_form_token(const Secret& key, Micros now);
// Pure.
[[nodiscard]] FormAge age_of_form(const Secret& key, std::string_view token, Micros now);

}  // namespace carillon
