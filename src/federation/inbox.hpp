// What other servers tell the account: judged before anything is kept.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "federation/activity.hpp"
#include "federation/judging.hpp"

namespace carillon {

// Whether the path is the shared inbox or the account's own. Pure.
[[nodiscard]] bool is_inbox(const FediSite& site, std::string_view path);

// An activity that may be kept.
struct JudgedActivity {
  Activity activity;
  fedi_rows::FediActor actor;
  std::optional<fedi_rows::FediActor> moved;  // the account that it moves to
  Micros came = 0;
};

// Nothing can be said before the server of this account was asked.
struct AskFirst {
  std::string actor;
};

// Of a POST to an inbox: the answer where nothing is to be kept, what may be kept, or whom to ask.
using Judgement = std::variant<HttpAnswer, JudgedActivity, AskFirst>;

// Judges it. The answers are 202, 400, 401, 403, 413, 415 and 503 with a sentence, and 200 with
// what of it came (self_check.hpp) to one of the account's own. Other servers are asked only where
// `may_ask`; else this takes a few reads of the database. Thread-safe.
[[nodiscard]] Judgement judge_activity(const InboxHouse& house, const HttpQuery& query,
                                       bool may_ask);

// Keeps it, within the caller's transaction. An activity counts once, by its id, whose server must
// be its actor's. A Follow is answered by an Accept in the queue.
[[nodiscard]] Result<void> keep_activity(Db& db, const FediSite& site,
                                         const JudgedActivity& judged);

// The answer to whom an activity was kept of: 202. Pure.
[[nodiscard]] HttpAnswer kept_answer();

}  // namespace carillon
