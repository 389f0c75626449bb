// A rendition on its way to a channel, and the only moves its state may make.
#pragma once

#include <string>

#include "base/describe.hpp"

namespace carillon {

enum class DeliveryState {
  planned,  // its time has not come
  due,      // may be sent now
  armed,    // the exact request is stored; it may be under way
  published,
  refused,      // the platform said no; a person reads why
  unconfirmed,  // it may have been performed; never sent again before that is known
  manual,       // a person posts it by hand, and then says where it stands
  missed,       // overdue by more than its window; never posted late unasked
  cancelled,
};
BOOST_DESCRIBE_ENUM(DeliveryState, planned, due, armed, published, refused, unconfirmed, manual,
                    missed, cancelled)

enum class Happening {
  time_came,
  window_passed,
  was_handed_over,  // to a person: nothing posts on that channel for us
  was_armed,
  was_armed_again,   // in doubt, but the platform recognises a repetition: sending is asking
  was_sent,          // the platform confirmed every part
  was_sent_in_part,  // some parts of a thread are confirmed, others never left
  was_refused,
  was_not_performed,  // certainly: it may be tried again
  was_lost_sight_of,  // timeout, reset, 5xx, crash
  found,              // reconciling: our post is there
  proved_absent,      // reconciling: it is not
  person_posted,
  person_retries,
  person_cancels,
};
BOOST_DESCRIBE_ENUM(Happening, time_came, window_passed, was_handed_over, was_armed,
                    was_armed_again, was_sent, was_sent_in_part, was_refused, was_not_performed,
                    was_lost_sight_of, found, proved_absent, person_posted, person_retries,
                    person_cancels)

// The state after `happening`. Errors: conflict for a move the machine does not have. Pure.
[[nodiscard]] Result<DeliveryState> after(DeliveryState state, Happening happening);

// Nothing more will happen to it by itself. Pure.
[[nodiscard]] bool is_settled(DeliveryState state);

}  // namespace carillon
