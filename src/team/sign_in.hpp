// Signing in: a password, and where a person wants it a code of an authenticator app. Other ways
// end here too: in a session.
#pragma once

#include <string>
#include <vector>

#include "team/sessions.hpp"
#include "team/vault.hpp"

namespace carillon {

// Open: signed in. Code: the second factor is wanted. Wrong: name and password, or the code, do not
// fit. Wait: wrong too often. Closed: the right password of a membership that may not be used.
// Anew: the code came too late, or who has no password signed in too long ago to prove something.
enum class SignedIn { open, code, wrong, wait, closed, anew };
BOOST_DESCRIBE_ENUM(SignedIn, open, code, wrong, wait, closed, anew)

struct SignInOutcome {
  SignedIn state = SignedIn::wrong;
  Micros wait = 0;                       // with `wait`: how long
  Standing standing = Standing::active;  // with `closed`: why
  Secret session = {};                   // with `open` and `code`: the new token
  Secret device = {};                    // with `open`: the browser's
  bool by_recovery_code = false;         // with `open`: one code less is left
};

// What a person has to sign in with.
struct SignInWays {
  Micros password_since = 0;  // 0: there is none
  bool totp = false;
  Micros totp_since = 0;
  std::int64_t recovery_codes = 0;  // unused ones
  std::int64_t passkeys = 0;
  std::int64_t identities = 0;  // accounts elsewhere
};

// By what somebody who signs in has shown in the end who they are; stands in the event. A passkey
// looked who is there, so it needs no code.
enum class ShownBy { password, code, passkey, provider };
BOOST_DESCRIBE_ENUM(ShownBy, password, code, passkey, provider)

// What is wrong with a password, in a sentence, or nothing. `names`: what it must not be. Pure.
// NIST SP 800-63B section 5.1.1.2: length is what counts.
[[nodiscard]] Result<void> check_password(const Secret& password,
                                          const std::vector<std::string>& names);

// Thread-safe: holds nothing but what it is given. Errors of all: those of the store and the key.
class SignIn {
 public:
  SignIn(Store& store, const Clock& clock, Ids& ids, Vault& vault, TeamRules rules)
      : store_(store),
        clock_(clock),
        vault_(vault),
        rules_(rules),
        ids_(ids),
        people_(store, clock, ids),
        sessions_(store, clock, ids) {}

  // Who is there.
  struct Present {
    Person person;
    Session session;
  };

  // With the name or e-mail address and the password. Who does not exist takes as long as who does.
  Result<SignInOutcome> with_password(const std::string& who, const Secret& password,
                                      const Visitor& visitor);
  // The second step: `visitor.session` is the token of the first. A code counts once (RFC 6238
  // section 5.2), and so does a recovery code.
  Result<SignInOutcome> with_code(const std::string& code, const Visitor& visitor);
  // By a welcome link, with a new password. Errors: those of People::accept and check_password.
  Result<SignInOutcome> with_link(const Secret& link, const std::string& name,
                                  const std::string& email, const Secret& password,
                                  const Visitor& visitor);

  // Lets in whom another part has seen to be that person: open, code, or closed.
  Result<SignInOutcome> let_in(const std::string& person, const Visitor& visitor, ShownBy by);
  // The same for who has just come by a link.
  Result<SignInOutcome> let_in(const Person& person, const Visitor& visitor, ShownBy by);
  // That it is still the person who is at the browser, before what lets in is changed: open, wrong
  // or wait; by the password, or for who has none by having signed in within limits::proof_minutes,
  // else anew.
  Result<SignInOutcome> prove(const Present& who, const Secret& password);

  // The person of an open session, with its token; nothing: nobody is signed in by it, or the
  // membership may not be used any more.
  Result<std::optional<Present>> present(const Secret& token);
  // Errors: not_found.
  Result<void> leave(const Present& who);

  Result<SignInWays> ways(const Person& person);
  // As prove; with open, all other sessions of the person have ended. Who has no password has one
  // then. Errors: check_password.
  Result<SignInOutcome> change_password(const Present& who, const Secret& old, const Secret& fresh);
  // A new secret for an authenticator app, which counts once a code of it was entered. Errors:
  // conflict when there is one.
  Result<SignInOutcome> begin_totp(const Present& who, const Secret& password);
  // The secret that waits for its first code. Errors: not_found.
  Result<Secret> waiting_totp(const Person& person);
  // The recovery codes, told this once; none: the code was wrong. Errors: not_found.
  Result<std::vector<std::string>> confirm_totp(const Person& person, const std::string& code);
  Result<SignInOutcome> end_totp(const Present& who, const Secret& password);
  // Without asking for anything; `by` is an admin. Errors: not_found when there is none.
  Result<void> drop_totp(const Person& person, const std::string& by);

 private:
  Result<SignInOutcome> open(const Person& person, const Visitor& visitor, ShownBy by);
  Result<bool> spend_code(const Person& person, const std::string& code, bool& recovery);
  Result<void> tell(const char* kind, const Person& person, json::object data = {});
  Store& store_;
  const Clock& clock_;
  Vault& vault_;
  TeamRules rules_;
  Ids& ids_;
  People people_;
  Sessions sessions_;
};

}  // namespace carillon
