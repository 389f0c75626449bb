// Objects for servers that say who they are, where carillon.yaml has `authorized_fetch`: who is
// blocked reads nothing then
// (https://swicg.github.io/activitypub-http-signature/#authorized-fetch).
#pragma once

#include "federation/judging.hpp"

namespace carillon {

// Whether everybody reads it all the same: the account with its key, by which the signatures of our
// own requests are verified, and what leads to it. Pure.
[[nodiscard]] bool is_open_to_all(const FediSite& site, std::string_view path);

// `object`, which the site answers to this GET, where who asks may have it; else 401 for a request
// that is not signed or wrongly, 403 for who is blocked, 503 where the account behind it cannot be
// read now. What is open to all goes through as it is. Thread-safe.
[[nodiscard]] HttpAnswer for_signed_only(const InboxHouse& house, const HttpQuery& query,
                                         HttpAnswer object);

}  // namespace carillon
