// What a subscriber asks a hub for.
#include "federation/limits.hpp"
#include "federation/websub.hpp"
#include "fuzz.hpp"

using namespace carillon;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto form = read_websub(fuzz::text_of(data, size));
  if (!form) {
    fuzz::require_sound(form.error());
    return 0;
  }
  fuzz::require(form->mode != WebSubMode::denied, "only we deny");
  fuzz::require(!form->callback.host.empty(), "a callback has a host");
  fuzz::require(!form->callback.fragment, "a fragment goes nowhere");
  const auto again = parse_url(form->callback.str());
  fuzz::require(again && *again == form->callback, "a callback is one address, however often read");
  fuzz::require(parse_url(form->topic).has_value(), "a topic is an address");
  fuzz::require(form->lease_seconds >= limits::websub_least_seconds &&
                    form->lease_seconds <= limits::websub_most_seconds,
                "a subscription has an end");
  fuzz::require(form->secret.reveal().size() <= limits::websub_secret_bytes, "a secret is short");
  return 0;
}
