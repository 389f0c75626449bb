// The HTTP door: the declared operations below /api/v1, with JSON in and out.
#pragma once

#include "base/crypto.hpp"
#include "hub/service.hpp"
#include "net/server.hpp"

namespace carillon {

// Answers a request whose path begins with "/api/". `token` is what opens it (RFC 6750); only
// /api/v1/openapi.json is open to everybody. Never an answer that a browser may keep. Thread-safe.
[[nodiscard]] HttpAnswer answer_api(Service& service, const Secret& token, const HttpQuery& query);

}  // namespace carillon
