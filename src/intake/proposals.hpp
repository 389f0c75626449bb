// Proposals of anybody: taken in without an account, followed by whoever has the address of the
// page that shows their fate, decided by editors.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "core/proposal.hpp"
#include "intake/form_token.hpp"
#include "store/db.hpp"

namespace carillon {

// A form as it was sent. `trap` is a field that people do not see.
struct ProposalForm {
  ProposalWords words;
  std::string trap;
  std::string token;
  std::string address;  // of the network it came from; hashed, and forgotten
};

// Kept: also when the very same form comes twice. Spent: the token was used with other words. Wait:
// this network sent many. Full: too many wait for an editor.
enum class Taking { kept, wrong, trapped, quick, old, forged, spent, wait, full };

struct Taken {
  Taking state = Taking::kept;
  std::vector<std::pair<std::string, std::string>> problems = {};  // when wrong: as word_problems
  Secret status = {};  // when kept: the token that shows its fate
  Micros wait = 0;     // until the next one is taken
};

// Thread-safe: holds nothing but what it is given. `by` names who acts, for the event; events hold
// the id of a proposal and nothing of its words.
class Proposals {
 public:
  // `key` signs forms; whoever has it can make them.
  Proposals(Store& store, const Clock& clock, Ids& ids, Secret key)
      : store_(store), clock_(clock), ids_(ids), key_(std::move(key)) {}

  [[nodiscard]] std::string form_token() const { return new_form_token(key_, clock_.now()); }

  // Errors: those of the store.
  Result<Taken> take_in(const ProposalForm& form);

  // The newest first.
  Result<std::vector<Proposal>> list();
  // Errors: not_found.
  Result<Proposal> get(const std::string& id);
  // By the token of its status page. Errors: not_found.
  Result<Proposal> of_status(const Secret& token);

  // Somebody makes an announcement of it, with `slug` or, where that is empty, one made of its
  // first words. Again with another slug: it became another one. Errors: not_found; conflict when
  // it has ended; invalid (the slug).
  Result<Proposal> take(const std::string& id, const std::string& slug, const std::string& by);
  // Errors: not_found; conflict when it has ended; invalid without a reason or with one that is too
  // long.
  Result<Proposal> decline(const std::string& id, const std::string& reason, const std::string& by);
  // With all its words. Errors: not_found.
  Result<void> remove(const std::string& id, const std::string& by);
  // The announcement of a taken one is out since `at`. Does nothing for others.
  Result<void> published(const std::string& id, Micros at);

  // Takes name and contact out of those that ended limits::proposal_personal_days ago, or wait
  // since limits::proposal_waiting_days; how many.
  Result<std::int64_t> forget();

 private:
  Result<Proposal> change(const std::string& id, const std::string& by, const std::string& kind,
                          const std::function<Result<void>(Proposal&)>& with);
  [[nodiscard]] Secret status_of(const std::string& form_token) const;
  Store& store_;
  const Clock& clock_;
  Ids& ids_;
  Secret key_;
};

}  // namespace carillon
