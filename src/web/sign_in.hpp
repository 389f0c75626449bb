// The pages by which people come in: /sign-in, its second step, /welcome/TOKEN and /sign-out.
#pragma once

#include <optional>

#include "web/page.hpp"

namespace carillon {

// Welcome links stand below this, and so in no log.
inline constexpr std::string_view welcome_path = "/welcome/";

// Answers what is for these pages; nothing for every other path. Thread-safe.
[[nodiscard]] std::optional<HttpAnswer> answer_sign_in(Service& service, const HttpQuery& query);

}  // namespace carillon
