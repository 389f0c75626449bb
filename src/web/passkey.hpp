// Passkeys over HTTP: the page asks in two steps, by the one script that our pages have. Without it
// they offer a password.
#pragma once

#include <optional>

#include "hub/passkeys.hpp"
#include "web/page.hpp"

namespace carillon {

inline constexpr const char* passkey_script_path = "/sign-in/passkey.js";
// What the script is. Pure.
[[nodiscard]] std::string_view passkey_script();

// Answers /sign-in/passkey and the script; nothing for every other path. Thread-safe.
[[nodiscard]] std::optional<HttpAnswer> answer_passkey(Service& service, const HttpQuery& query);

enum class PasskeyButton { sign_in, make };
// What a form needs to have a passkey made or used: a button that shows once the script runs, and
// the place where it says what went wrong; until then `without` stands there.
[[nodiscard]] Html passkey_button(PasskeyButton what, std::string_view label,
                                  std::string_view without);

// Whether a form came from the script: its first step, or its second.
[[nodiscard]] bool is_passkey_form(const QueryPairs& sent);
[[nodiscard]] bool is_first_step(const QueryPairs& sent);
// The answer to the first step, as the script reads it. Pure.
[[nodiscard]] HttpAnswer passkey_reply(const Result<PasskeyRequest>& request);
// What the second step brought. Errors: invalid.
[[nodiscard]] Result<PasskeyAnswer> passkey_answer(const QueryPairs& sent);

// A passkey instead of a password at /welcome/TOKEN; `who` is what the form says of the newcomer.
[[nodiscard]] HttpAnswer welcome_passkey(const Visit& visit, const Secret& link, const Arrival& who,
                                         const QueryPairs& sent);

}  // namespace carillon
