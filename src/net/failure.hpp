// What is said when an exchange with another server fails; one sentence for each, whoever made the
// request. `who` is the origin of its address, never path or query. Pure.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.hpp"

namespace carillon::http_failure {

[[nodiscard]] Error stopping();
[[nodiscard]] Error unresolved(const std::string& who);
[[nodiscard]] Error not_public(const std::string& who);
[[nodiscard]] Error no_connection(const std::string& who);
[[nodiscard]] Error no_connection_in_time(const std::string& who);
[[nodiscard]] Error bad_certificate(const std::string& who, const std::string& why);
[[nodiscard]] Error no_encryption(const std::string& who);
[[nodiscard]] Error no_answer_in_time(const std::string& who, long ms);
[[nodiscard]] Error closed(const std::string& who);
[[nodiscard]] Error cut_short(const std::string& who);
[[nodiscard]] Error header_too_large(const std::string& who);
[[nodiscard]] Error not_http(const std::string& who);

// "20 s", "1500 ms".
[[nodiscard]] std::string seconds(long ms);

}  // namespace carillon::http_failure
