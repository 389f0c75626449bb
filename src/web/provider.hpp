// Signing in with an account elsewhere: the way there, and the way back.
#pragma once

#include <optional>

#include "hub/providers.hpp"
#include "web/page.hpp"

namespace carillon {

// Answers /sign-in/with and /sign-in/with/NAME/back; nothing for every other path. Thread-safe.
[[nodiscard]] std::optional<HttpAnswer> answer_provider(Service& service, const HttpQuery& query);

// A button for each provider, inside a form that has other fields too; empty where there is none.
// `label` stands before the provider's name.
[[nodiscard]] Html provider_buttons(const Hub& hub, std::string_view label);
// The provider whose button sent the form; empty: none of them.
[[nodiscard]] std::string provider_in(const QueryPairs& sent);

// Leads the browser to the provider. A page and no redirect: our forms may send nobody away
// (form-action of the Content-Security-Policy counts for redirects too). Errors: those of
// Providers::begin; not_found.
struct ToProvider {
  std::string name;
  ProviderErrand errand;
  Secret browser;
};
[[nodiscard]] Result<HttpAnswer> lead_to_provider(Service& service, Hub& hub, const Caller& caller,
                                                  const ToProvider& to);

}  // namespace carillon
