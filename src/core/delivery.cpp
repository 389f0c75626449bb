#include "core/delivery.hpp"

namespace carillon {

Result<DeliveryState> after(DeliveryState state, Happening happening) {
  using S = DeliveryState;
  using H = Happening;
  const auto from = [state](auto... states) { return ((state == states) || ...); };
  switch (happening) {
    case H::time_came:
      if (from(S::planned)) return S::due;
      break;
    case H::window_passed:
      if (from(S::planned, S::due)) return S::missed;
      break;
    case H::was_handed_over:
      if (from(S::due)) return S::manual;
      break;
    case H::person_posted:
      if (from(S::manual)) return S::published;
      break;
    case H::was_armed:
      if (from(S::due)) return S::armed;
      break;
    case H::was_armed_again:
      if (from(S::unconfirmed)) return S::armed;
      break;
    case H::was_sent:
      if (from(S::armed)) return S::published;
      break;
    case H::was_sent_in_part:
      if (from(S::armed, S::unconfirmed)) return S::due;
      break;
    case H::was_refused:
      if (from(S::armed, S::due)) return S::refused;
      break;
    case H::was_not_performed:
      if (from(S::armed, S::due)) return S::due;
      break;
    case H::was_lost_sight_of:
      if (from(S::armed)) return S::unconfirmed;
      break;
    case H::found:
      if (from(S::unconfirmed)) return S::published;
      break;
    case H::proved_absent:
      if (from(S::unconfirmed)) return S::due;
      break;
    case H::person_retries:
      if (from(S::missed, S::refused)) return S::due;
      break;
    case H::person_cancels:
      if (from(S::planned, S::due, S::missed, S::refused, S::unconfirmed, S::manual))
        return S::cancelled;
      break;
  }
  return fail(Fault::conflict, "a delivery that is " + word_of(state) + " cannot take \"" +
                                   word_of(happening) + "\"");
}

bool is_settled(DeliveryState state) {
  return state == DeliveryState::published || state == DeliveryState::refused ||
         state == DeliveryState::manual || state == DeliveryState::missed ||
         state == DeliveryState::cancelled;
}

}  // namespace carillon
