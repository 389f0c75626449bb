#include "team/sign_in.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "store/allowance.hpp"
#include "store/events.hpp"
#include "team/limits.hpp"
#include "text/codepoints.hpp"

namespace carillon {

namespace {

struct PasswordRow {
  std::string hash;
  Micros since = 0;
};
BOOST_DESCRIBE_STRUCT(PasswordRow, (), (hash, since))

Result<std::optional<PasswordRow>> password_of(Store& store, const std::string& person) {
  return store.read([&](Db& db) {
    return db.first<PasswordRow>("select hash, since from password where person = $1", person);
  });
}

// The same letters typed on another machine are the same bytes (RFC 8265 section 4.2.2).
Secret as_typed(const Secret& password) {
  return Secret(to_nfc(password.reveal()));
}

// Passwords of nobody are compared with this one, so that the clock does not tell who exists.
const std::string& hash_of_nobody() {
  static const std::string hash = hash_password(new_token()).value_or(std::string());
  return hash;
}

// What strangers may try of an account and from a network, and a known browser for itself.
std::vector<Allowance> allowances(const std::string& who, const Visitor& visitor, bool known) {
  if (known) return {{"device " + token_hash(visitor.device), 10, minute}};
  return {{"account " + lower_ascii(trim(who)), 10, 5 * minute},
          {"network " + network_of(visitor.address), 20, minute}};
}

SignInOutcome waiting(Micros wait) {
  return {.state = SignedIn::wait, .wait = wait};
}

}  // namespace

Result<void> check_password(const Secret& password, const std::vector<std::string>& names) {
  const std::string& text = password.reveal();
  const auto characters = std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  });
  if (characters < std::ptrdiff_t(limits::password_least))
    return fail(Fault::invalid,
                fmt::format("the password has {} characters; take at least {}", characters,
                            limits::password_least),
                "Four words that have nothing to do with each other are long and easy to keep.");
  if (text.size() > limits::password_bytes)
    return fail(Fault::invalid,
                fmt::format("the password is longer than {} bytes", limits::password_bytes),
                "Take a shorter one.");
  if (std::set<char>(text.begin(), text.end()).size() < 5)
    return fail(Fault::invalid, "the password repeats a few characters",
                "Four words that have nothing to do with each other are long and easy to keep.");
  for (const std::string& name : names) {
    if (!name.empty() && lower_ascii(text) == lower_ascii(name))
      return fail(Fault::invalid, "the password is a name that others know",
                  "Take one that nobody can guess.");
  }
  return {};
}

Result<void> SignIn::tell(const char* kind, const Person& person, json::object data) {
  return store_.write([&](Db& db) -> Result<void> {
    return append_event(db,
                        {ids_.next(), clock_.now(), kind, person.name, person.id, data, by_pages});
  });
}

Result<SignInOutcome> SignIn::open(const Person& person, const Visitor& visitor, ShownBy by) {
  SignInOutcome out{.state = SignedIn::open};
  TRY(out.session, sessions_.start(person.id, Stage::open, visitor));
  TRY(out.device, sessions_.remember(visitor.device, person.id));
  CHECK_OK(people_.note_use(person));
  CHECK_OK(tell("session.started", person,
                {{"by", json::string(word_of(by))},
                 {"address", json::string(visitor.address)},
                 {"browser", json::string(visitor.browser)}}));
  return out;
}

Result<SignInOutcome> SignIn::let_in(const Person& person, const Visitor& visitor, ShownBy by) {
  TRY(const SignInWays has, ways(person));
  if (!has.totp || by == ShownBy::passkey) return open(person, visitor, by);
  SignInOutcome out{.state = SignedIn::code};
  TRY(out.session, sessions_.start(person.id, Stage::code, visitor));
  return out;
}

Result<SignInOutcome> SignIn::let_in(const std::string& person, const Visitor& visitor,
                                     ShownBy by) {
  TRY(const auto people, people_.list());
  const auto found = std::find_if(people.begin(), people.end(),
                                  [&](const Person& one) { return one.id == person; });
  if (found == people.end()) return SignInOutcome{};
  const Standing standing = standing_of(people, *found, rules_, clock_.now());
  if (!is_open(standing)) return SignInOutcome{.state = SignedIn::closed, .standing = standing};
  return let_in(*found, visitor, by);
}

Result<SignInOutcome> SignIn::with_password(const std::string& who, const Secret& password,
                                            const Visitor& visitor) {
  TRY(const auto person, people_.find(who));
  TRY(const bool known, sessions_.knows(visitor.device, person ? person->id : std::string()));
  const auto tries = allowances(who, visitor, known);
  TRY(const Micros wait, take_try(store_, clock_.now(), tries));
  if (wait > 0) return waiting(wait);
  TRY(const auto kept, password_of(store_, person ? person->id : std::string()));
  const bool fits = is_password(kept ? kept->hash : hash_of_nobody(), as_typed(password));
  if (!fits || !kept) {
    warn("a wrong password", visitor);
    return SignInOutcome{};
  }
  CHECK_OK(give_back(store_, tries));
  return let_in(person->id, visitor, ShownBy::password);
}

Result<SignInOutcome> SignIn::with_code(const std::string& code, const Visitor& visitor) {
  TRY(const auto session, sessions_.find(visitor.session, Stage::code));
  if (!session) return SignInOutcome{.state = SignedIn::anew};
  TRY(const auto people, people_.list());
  const auto person = std::find_if(people.begin(), people.end(),
                                   [&](const Person& one) { return one.id == session->person; });
  if (person == people.end()) return SignInOutcome{.state = SignedIn::anew};
  const Standing standing = standing_of(people, *person, rules_, clock_.now());
  if (!is_open(standing)) return SignInOutcome{.state = SignedIn::closed, .standing = standing};
  // Six digits are soon guessed: a known browser has tries of its own, everybody else shares.
  TRY(const bool known, sessions_.knows(visitor.device, person->id));
  const std::vector<Allowance> tries{
      {known ? "code device " + token_hash(visitor.device) : "code " + person->id, 5, 10 * minute}};
  TRY(const Micros wait, take_try(store_, clock_.now(), tries));
  if (wait > 0) return waiting(wait);
  bool recovery = false;
  TRY(const bool fits, spend_code(*person, code, recovery));
  if (!fits) {
    warn("a wrong code", visitor);
    return SignInOutcome{};
  }
  CHECK_OK(give_back(store_, tries));
  TRY(SignInOutcome out, open(*person, visitor, ShownBy::code));
  out.by_recovery_code = recovery;
  return out;
}

Result<SignInOutcome> SignIn::with_link(const Secret& link, const std::string& name,
                                        const std::string& email, const Secret& password,
                                        const Visitor& visitor) {
  TRY(const Person meant, people_.of_link(link));
  CHECK_OK(check_password(password, {name, email, meant.name, meant.email}));
  TRY(const std::string hash, hash_password(as_typed(password)));
  TRY(const Person person,
      people_.accept(link, {.name = name, .email = email}, by_password(hash, clock_.now())));
  return let_in(person, visitor, ShownBy::password);
}

Result<std::optional<SignIn::Present>> SignIn::present(const Secret& token) {
  TRY(const auto session, sessions_.find(token, Stage::open));
  if (!session) return std::nullopt;
  TRY(const auto people, people_.list());
  for (const Person& person : people) {
    if (person.id != session->person) continue;
    if (!is_open(standing_of(people, person, rules_, clock_.now()))) break;
    CHECK_OK(people_.note_use(person));
    return Present{person, *session};
  }
  return std::nullopt;
}

Result<void> SignIn::leave(const Present& who) {
  CHECK_OK(sessions_.end(who.session.id));
  return tell("session.ended", who.person);
}

Result<SignInOutcome> SignIn::prove(const Present& who, const Secret& password) {
  const std::vector<Allowance> tries{{"proof " + who.session.id, 5, minute}};
  TRY(const Micros wait, take_try(store_, clock_.now(), tries));
  if (wait > 0) return waiting(wait);
  TRY(const auto kept, password_of(store_, who.person.id));
  if (!kept) {
    CHECK_OK(give_back(store_, tries));
    const bool fresh = clock_.now() < who.session.started + limits::proof_minutes * minute;
    return SignInOutcome{.state = fresh ? SignedIn::open : SignedIn::anew};
  }
  if (!is_password(kept->hash, as_typed(password))) return SignInOutcome{};
  CHECK_OK(give_back(store_, tries));
  return SignInOutcome{.state = SignedIn::open};
}

Result<SignInOutcome> SignIn::change_password(const Present& who, const Secret& old,
                                              const Secret& fresh) {
  CHECK_OK(check_password(fresh, {who.person.name, who.person.email}));
  TRY(SignInOutcome out, prove(who, old));
  if (out.state != SignedIn::open) return out;
  TRY(const std::string hash, hash_password(as_typed(fresh)));
  CHECK_OK(
      store_.write([&](Db& db) { return by_password(hash, clock_.now()).write(db, who.person); }));
  CHECK_OK(sessions_.end_all(who.person.id, who.session.id));
  CHECK_OK(tell("password.changed", who.person));
  return out;
}

}  // namespace carillon
