// What a client may say so that nothing is done twice and nothing unseen is overwritten: a key by
// which a request is known again, and the state that it was made for.
#pragma once

#include <functional>
#include <string>

#include "core/operation.hpp"
#include "hub/hub.hpp"

namespace carillon {

// What to answer a request that has a key.
struct Answered {
  enum class What {
    done,         // `status` and `body` are the answer, of this request or of the first one
    other,        // another request had this key
    running,      // it is being done
    interrupted,  // whoever did it ended before it was answered: nobody knows how far it came
    lost,         // it was done, and its answer was too long to keep
  };
  What what = What::done;
  int status = 0;
  std::string body;
};

// Does what `act` does once for each person and key within limits::answer_hours, and answers the
// same again, whatever it was, unless `act` says by the status 503 that nothing was done. `exact`
// is the whole request: a key goes with one. Answers are kept sealed, since they can hold a secret.
// Errors: invalid for a key that is longer than limits::request_key_bytes or not printable ASCII,
// those of database and key. Thread-safe, and safe for several servers.
// https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
Result<Answered> answer_once(Hub& hub, const Actor& actor, const std::string& key,
                             std::string_view exact, const std::function<Answered()>& act);

// In which state a reply shows a thing: changes when the thing does. Pure.
[[nodiscard]] std::string state_of_reply(const OperationSpec& shows, const json::value& reply);

// What came of an act that was to be done only in a known state.
struct Guarded {
  json::value reply;
  std::string changed;  // why it was not done, in a sentence; empty: it was
  std::string hint;
};

// Performs it if the row that guards it still shows the thing in one of `states` ("*": in any).
// Two of them at once, on one server, come one after the other. Errors: invalid for an operation
// that nothing guards; those of both rows.
Result<Guarded> perform_in_state(Hub& hub, const Operation<Hub>& row, const Actor& actor,
                                 json::object request, const std::vector<std::string>& states);

}  // namespace carillon
