// The answers of the client interface, each to a request that may be answered.
#pragma once

#include "hub/client_home.hpp"
#include "web/client_request.hpp"

namespace carillon {

[[nodiscard]] ClientHome client_home_of(const ClientCall& call);
// The same for a value, or 503.
[[nodiscard]] HttpAnswer client_answer(const Result<json::object>& shape);
// The same, with 404 for nothing.
[[nodiscard]] HttpAnswer client_answer(const Result<std::optional<json::object>>& shape);

// Of the account and the server.
[[nodiscard]] HttpAnswer client_instance(const ClientCall& call);
[[nodiscard]] HttpAnswer client_instance_v1(const ClientCall& call);
[[nodiscard]] HttpAnswer client_own_account(const ClientCall& call);
[[nodiscard]] HttpAnswer client_account(const ClientCall& call);
[[nodiscard]] HttpAnswer client_lookup(const ClientCall& call);
[[nodiscard]] HttpAnswer client_search(const ClientCall& call);
[[nodiscard]] HttpAnswer client_relationships(const ClientCall& call);
[[nodiscard]] HttpAnswer client_preferences(const ClientCall& call);
[[nodiscard]] HttpAnswer client_markers(const ClientCall& call);
[[nodiscard]] HttpAnswer client_mark(const ClientCall& call);
// What there is none of here.
[[nodiscard]] HttpAnswer client_nothing(const ClientCall& call);

// Of posts.
[[nodiscard]] HttpAnswer client_home_timeline(const ClientCall& call);
[[nodiscard]] HttpAnswer client_public_timeline(const ClientCall& call);
[[nodiscard]] HttpAnswer client_tag_timeline(const ClientCall& call);
[[nodiscard]] HttpAnswer client_account_statuses(const ClientCall& call);
[[nodiscard]] HttpAnswer client_status(const ClientCall& call);
[[nodiscard]] HttpAnswer client_poll(const ClientCall& call);
[[nodiscard]] HttpAnswer client_context(const ClientCall& call);
[[nodiscard]] HttpAnswer client_notifications(const ClientCall& call);
[[nodiscard]] HttpAnswer client_notification(const ClientCall& call);
[[nodiscard]] HttpAnswer client_scheduled(const ClientCall& call);

// What changes something.
[[nodiscard]] HttpAnswer client_post_status(const ClientCall& call);
[[nodiscard]] HttpAnswer client_delete_status(const ClientCall& call);
[[nodiscard]] HttpAnswer client_add_media(const ClientCall& call);
[[nodiscard]] HttpAnswer client_media(const ClientCall& call);
[[nodiscard]] HttpAnswer client_describe_media(const ClientCall& call);
// What the home's account does not do: follow, like, boost, edit.
[[nodiscard]] HttpAnswer client_never(const ClientCall& call);

}  // namespace carillon
