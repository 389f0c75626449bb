#include "core/delivery.hpp"

#include <doctest/doctest.h>

using namespace carillon;

TEST_CASE("an unconfirmed or published delivery is never simply sent again") {
  using S = DeliveryState;
  using H = Happening;
  // Only these ways lead to "armed", and to "due" from a doubt.
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<S>>([&](auto state) {
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<H>>([&](auto happening) {
      const auto next = after(state.value, happening.value);
      if (!next) return;
      if (*next == S::armed && happening.value != H::was_armed_again) CHECK(state.value == S::due);
      if (happening.value == H::was_armed_again) CHECK(state.value == S::unconfirmed);
      if (state.value == S::unconfirmed && *next == S::due)
        CHECK((happening.value == H::proved_absent || happening.value == H::was_sent_in_part));
      if (*next == S::manual) CHECK(state.value == S::due);
      if (state.value == S::manual)
        CHECK((happening.value == H::person_posted || happening.value == H::person_cancels));
      CHECK(state.value != S::published);
      CHECK(state.value != S::cancelled);
    });
  });
  CHECK(after(S::due, H::was_armed) == S::armed);
  CHECK(after(S::armed, H::was_lost_sight_of) == S::unconfirmed);
  CHECK(after(S::unconfirmed, H::found) == S::published);
  CHECK(after(S::planned, H::window_passed) == S::missed);
  CHECK(after(S::published, H::person_retries).error().what ==
        "a delivery that is published cannot take \"person_retries\"");
}
