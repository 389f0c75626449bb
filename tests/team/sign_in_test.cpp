#include "team/sign_in.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <fstream>

#include "base/bytes.hpp"
#include "store/allowance.hpp"
#include "team/crew.hpp"
#include "team/totp.hpp"

using namespace carillon;
using rig::Crew;

namespace {

// Turns the second factor on; its secret and the recovery codes.
std::pair<Secret, std::vector<std::string>> with_totp(Crew& crew, const SignInOutcome& in) {
  const SignIn::Present who = crew.present(in);
  SignIn sign_in = crew.sign_in();
  REQUIRE(sign_in.begin_totp(who, Secret(rig::good_password))->state == SignedIn::open);
  Secret secret = sign_in.waiting_totp(who.person).value();
  auto codes = sign_in.confirm_totp(who.person, totp_code(secret, totp_step(crew.clock.now())));
  REQUIRE(codes.has_value());
  return {std::move(secret), std::move(*codes)};
}

Visitor after_password(Crew& crew, const std::string& who) {
  const SignInOutcome first = crew.tries(who, rig::good_password);
  REQUIRE(first.state == SignedIn::code);
  Visitor out = Crew::visitor();
  out.session = first.session;
  return out;
}

}  // namespace

TEST_CASE("a password is a length, not a puzzle") {
  const auto wrong = [](const char* text) {
    return check_password(Secret(text), {"Ana", "ana@example.org"}).error().what;
  };
  CHECK(wrong("short") == "the password has 5 characters; take at least 12");
  CHECK(wrong("aaaaaaaaaaaaaaaa") == "the password repeats a few characters");
  CHECK(wrong("ANA@example.org") == "the password is a name that others know");
  CHECK(check_password(Secret(rig::good_password), {"Ana"}).has_value());
  CHECK(check_password(Secret("ключи на столе"), {}).has_value());
  CHECK(check_password(Secret("ключи стол"), {}).error().fault == Fault::invalid);
}

TEST_CASE("name or address, and the password in any way of typing it") {
  Crew crew;
  crew.joins("Ana", Role::admin);
  CHECK(crew.tries("ana", rig::good_password).state == SignedIn::open);
  CHECK(crew.tries(" Ana@example.org ", rig::good_password).state == SignedIn::open);
  CHECK(crew.tries("Ana", "seven lanterns").state == SignedIn::wrong);
  CHECK(crew.tries("Nobody", rig::good_password).state == SignedIn::wrong);
  const auto link = crew.people.invite("zoe@example.org", Role::author, "Ana");
  REQUIRE(crew.sign_in().with_link(link->token, "Zoe", "", Secret("caf\u00e9 am mittag um zwei"),
                                   Crew::visitor()));
  CHECK(crew.tries("Zoe", "cafe\u0301 am mittag um zwei").state == SignedIn::open);
}

TEST_CASE("a session has a new token each time, lies idle for a week and lives for a month") {
  Crew crew;
  const SignInOutcome first = crew.joins("Ana", Role::admin);
  Visitor same = Crew::visitor();
  same.session = first.session;
  same.device = first.device;
  const SignInOutcome second_one = crew.tries("Ana", rig::good_password, same);
  CHECK(second_one.session.reveal() != first.session.reveal());
  CHECK(second_one.device.reveal() == first.device.reveal());
  CHECK_FALSE(crew.is_in(first.session));
  CHECK(crew.is_in(second_one.session));
  crew.clock.advance(6 * day);
  CHECK(crew.is_in(second_one.session));
  crew.clock.advance(7 * day);
  CHECK_FALSE(crew.is_in(second_one.session));
  const SignInOutcome third = crew.tries("Ana", rig::good_password);
  for (int i = 0; i < 5; ++i) {
    crew.clock.advance(6 * day - hour);
    CHECK(crew.is_in(third.session));
  }
  crew.clock.advance(day);
  CHECK_FALSE(crew.is_in(third.session));
}

TEST_CASE("a planted session or device token is not taken over") {
  Crew crew;
  crew.joins("Ana", Role::admin);
  Visitor planted = Crew::visitor();
  planted.session = Secret("planted-session");
  planted.device = Secret("planted-device");
  const SignInOutcome in = crew.tries("Ana", rig::good_password, planted);
  CHECK(in.session.reveal() != "planted-session");
  CHECK(in.device.reveal() != "planted-device");
  CHECK_FALSE(crew.sessions.knows(planted.device, crew.present(in).person.id).value());
}

TEST_CASE("the second factor: asked for, one step a code, and a code once") {
  Crew crew;
  const SignInOutcome in = crew.joins("Ana", Role::admin);
  const auto [secret, codes] = with_totp(crew, in);
  CHECK(crew.sign_in().begin_totp(crew.present(in), Secret(rig::good_password)).error().fault ==
        Fault::conflict);
  const auto code_now = [&] { return totp_code(secret, totp_step(crew.clock.now())); };
  Visitor visitor = after_password(crew, "Ana");
  CHECK_FALSE(crew.is_in(visitor.session));  // half of the way is not in
  CHECK(crew.sign_in().with_code(code_now(), visitor)->state ==
        SignedIn::wrong);  // as it turned on
  crew.clock.advance(30 * second);
  const auto open = crew.sign_in().with_code(code_now(), visitor);
  REQUIRE(open->state == SignedIn::open);
  CHECK(open->session.reveal() != visitor.session.reveal());
  CHECK(crew.is_in(open->session));
  CHECK(crew.sign_in().with_code(code_now(), visitor)->state == SignedIn::anew);
  visitor = after_password(crew, "Ana");
  CHECK(crew.sign_in().with_code(code_now(), visitor)->state == SignedIn::wrong);  // replayed
  crew.clock.advance(30 * second);
  CHECK(crew.sign_in().with_code(code_now(), visitor)->state == SignedIn::open);
}

TEST_CASE("a recovery code lets in once, however it is typed") {
  Crew crew;
  const auto [secret, codes] = with_totp(crew, crew.joins("Ana", Role::admin));
  REQUIRE(codes.size() == 10);
  std::string typed = codes[3];
  std::replace(typed.begin(), typed.end(), '-', ' ');
  Visitor visitor = after_password(crew, "Ana");
  const auto open = crew.sign_in().with_code(typed, visitor);
  REQUIRE(open->state == SignedIn::open);
  CHECK(open->by_recovery_code);
  CHECK(crew.sign_in().ways(crew.present(*open).person)->recovery_codes == 9);
  visitor = after_password(crew, "Ana");
  CHECK(crew.sign_in().with_code(codes[3], visitor)->state == SignedIn::wrong);
  REQUIRE(crew.sign_in().drop_totp(*crew.people.named("Ana"), "admin").has_value());
  CHECK(crew.tries("Ana", rig::good_password).state == SignedIn::open);
}

TEST_CASE("codes cannot be guessed one after the other") {
  Crew crew;
  with_totp(crew, crew.joins("Ana", Role::admin));
  const Visitor visitor = after_password(crew, "Ana");
  int wrong = 0;
  for (int i = 0; i < 1000; ++i)
    wrong += crew.sign_in().with_code(fmt::format("{:06}", i), visitor)->state == SignedIn::wrong;
  CHECK(wrong == 5);
  // Nor after the password anew.
  CHECK(crew.sign_in().with_code("000000", after_password(crew, "Ana"))->state == SignedIn::wait);
}

TEST_CASE("ten thousand wrong passwords make strangers wait, and not the owner's own browser") {
  Crew crew;
  const SignInOutcome own = crew.joins("Ana", Role::admin);
  int looked_at = 0;
  for (int i = 0; i < 10'000; ++i) {
    const Visitor from = Crew::visitor(fmt::format("198.51.{}.{}", i / 250 % 250, i % 250));
    const SignInOutcome out = crew.tries("Ana", fmt::format("wrong password {}", i), from);
    looked_at += out.state == SignedIn::wrong;
    if (out.state == SignedIn::wait) CHECK(out.wait <= 5 * minute);
  }
  CHECK(looked_at == 10);
  CHECK(crew.tries("Ana", rig::good_password, Crew::visitor("203.0.113.9")).state ==
        SignedIn::wait);
  Visitor known = Crew::visitor("203.0.113.9");
  known.device = own.device;
  CHECK(crew.tries("Ana", rig::good_password, known).state == SignedIn::open);
  // A stranger's patience is worth one try in five minutes.
  crew.clock.advance(5 * minute);
  CHECK(crew.tries("Ana", "wrong again, I fear", Crew::visitor("203.0.113.1")).state ==
        SignedIn::wrong);
  CHECK(crew.tries("Ana", rig::good_password, Crew::visitor("203.0.113.2")).state ==
        SignedIn::wait);
  crew.clock.advance(5 * minute);
  CHECK(crew.tries("Ana", rig::good_password, Crew::visitor("203.0.113.2")).state ==
        SignedIn::open);
}

TEST_CASE("one network cannot try many accounts, and its /64 is one network") {
  Crew crew;
  crew.joins("Ana", Role::admin);
  int looked_at = 0;
  for (int i = 0; i < 200; ++i) {
    const Visitor from = Crew::visitor(fmt::format("2001:db8:0:7::{:x}", i + 1));
    looked_at +=
        crew.tries(fmt::format("user{}", i), "some long password", from).state == SignedIn::wrong;
  }
  CHECK(looked_at == 20);
  CHECK(crew.tries("Ana", rig::good_password, Crew::visitor("2001:db8:0:8::1")).state ==
        SignedIn::open);
  CHECK(network_of("::ffff:192.0.2.1") != network_of("::ffff:192.0.2.2"));
  CHECK(network_of("192.0.2.1") == "192.0.2.1");
}

// Of this thread: what else the machine does must not count.
std::int64_t spent_micros() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
}

TEST_CASE("who does not exist costs as much as who does") {
  Crew crew;
  crew.joins("Ana", Role::admin);
  const auto median_of = [&](const std::string& who) {
    std::vector<std::int64_t> micros;
    for (int i = 0; i < 5; ++i) {
      const auto from = spent_micros();
      CHECK(crew.tries(who, "not the password").state == SignedIn::wrong);
      micros.push_back(spent_micros() - from);
    }
    std::sort(micros.begin(), micros.end());
    return micros[2];
  };
  CHECK(crew.tries("warm up", "not the password").state == SignedIn::wrong);
  const auto known = median_of("Ana");
  const auto unknown = median_of("Nobody");
  CHECK(unknown > known / 3);
  CHECK(unknown < known * 3);
}

TEST_CASE("a new password ends the other sessions and asks for the old one") {
  Crew crew;
  const SignInOutcome here = crew.joins("Ana", Role::admin);
  const SignInOutcome there = crew.tries("Ana", rig::good_password);
  const Secret fresh("eleven herons in the fog");
  SignIn sign_in = crew.sign_in();
  CHECK(sign_in.change_password(crew.present(here), Secret("guessed it"), fresh)->state ==
        SignedIn::wrong);
  CHECK(crew.is_in(there.session));
  REQUIRE(sign_in.change_password(crew.present(here), Secret(rig::good_password), fresh)->state ==
          SignedIn::open);
  CHECK(crew.is_in(here.session));
  CHECK_FALSE(crew.is_in(there.session));
  CHECK(crew.tries("Ana", rig::good_password).state == SignedIn::wrong);
  CHECK(crew.tries("Ana", fresh.reveal()).state == SignedIn::open);
  for (int i = 0; i < 10; ++i) {
    const auto out = sign_in.change_password(crew.present(here), Secret("guessed it"), fresh);
    CHECK(out->state == (i < 4 ? SignedIn::wrong : SignedIn::wait));
  }
}

TEST_CASE("a link for who lost the password ends what was open and keeps the second factor") {
  Crew crew;
  const SignInOutcome in = crew.joins("Ana", Role::admin);
  with_totp(crew, in);
  const auto link = crew.people.link_for("Ana", "admin");
  const auto out = crew.sign_in().with_link(link->token, "Eve", "eve@example.org",
                                            Secret("eleven herons in the fog"), Crew::visitor());
  REQUIRE(out.has_value());
  CHECK(out->state == SignedIn::code);
  CHECK_FALSE(crew.is_in(in.session));
  CHECK(crew.people.named("Ana")->email == "ana@example.org");
  CHECK_FALSE(crew.people.find("Eve")->has_value());
}

TEST_CASE("no secret is readable in the database") {
  Crew crew;
  const SignInOutcome in = crew.joins("Ana", Role::admin);
  const auto [secret, codes] = with_totp(crew, in);
  const auto link = crew.people.invite("ben@example.org", Role::author, "Ana");
  const auto token = crew.tokens.add(crew.present(in).person, "t", Permission::author, 0);
  crew.tries("my password typed as a name", "x");
  if (crew.database.is_postgres()) return;  // its files are not ours to read
  std::string bytes;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(crew.database.dir().path())) {
    if (entry.path().filename() == "key") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    bytes.append(std::istreambuf_iterator<char>(file), {});
  }
  std::string words = totp_words(secret);
  std::erase(words, ' ');
  for (const std::string& planted :
       {std::string(rig::good_password), std::string("my password typed as a name"),
        in.session.reveal(), in.device.reveal(), link->token.reveal(), token->secret.reveal(),
        secret.reveal(), to_hex(secret.reveal()), to_base64(secret.reveal()), words,
        lower_ascii(words), codes[0]})
    CHECK(bytes.find(planted) == std::string::npos);
  CHECK(bytes.find("Firefox on Linux") != std::string::npos);  // it would be found
  const auto key = vault_key(crew.database.dir().path().string());
  CHECK(bytes.find(key->reveal()) == std::string::npos);
}
