// The parts of /account that stand in files of their own.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "web/workplace.hpp"

namespace carillon {

// What a part of the page has to say after somebody sent its form.
struct Said {
  Problems problems = {};
  std::string done = {};                         // what was done, in a sentence
  std::vector<std::string> recovery_codes = {};  // shown this once
  std::string token = {};                        // shown this once
  int status = 200;
  std::optional<HttpAnswer> instead = {};  // of the page
};
// A form of this page that changed nothing; `where` names the field.
[[nodiscard]] Said wrong(const std::string& where, const SignInOutcome& outcome);
[[nodiscard]] Said wrong(const std::string& where, const Error& error);

[[nodiscard]] Result<Html> passkeys_part(const Workplace& place, const SignInWays& has,
                                         const Problems& problems);
[[nodiscard]] Said change_passkeys(const Workplace& place, const QueryPairs& sent);
// Accounts elsewhere; empty where there is no provider and no account.
[[nodiscard]] Result<Html> identities_part(const Workplace& place, const SignInWays& has,
                                           const Problems& problems);
[[nodiscard]] Said change_identities(const Workplace& place, const QueryPairs& sent);
// Where and about what one is written to; empty where no mail can leave.
[[nodiscard]] Result<Html> mail_part(const Workplace& place, const Problems& problems);
[[nodiscard]] Said change_mail(const Workplace& place, const QueryPairs& sent);

}  // namespace carillon
