#include "team/passkeys.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "rig/authenticator.hpp"
#include "team/crew.hpp"
#include "team/totp.hpp"

using namespace carillon;
using rig::Authenticator;
using rig::Crew;

namespace {

const Secret browser("the cookie of this browser");

struct Keys : Crew {
  RelyingParty party{"example.org", "https://example.org"};
  Passkeys passkeys() { return {*store, clock, ids, vault, rules, party, "The Tea Makers"}; }

  // A passkey for who is signed in.
  Passkey adds(Authenticator& device, const SignInOutcome& in, const char* name = "my phone") {
    const auto who = present(in);
    const auto asked = passkeys().begin(who, Secret(rig::good_password), name, browser);
    REQUIRE_MESSAGE(asked.has_value(), asked.error().what);
    REQUIRE(asked->state == SignedIn::open);
    const auto made = passkeys().finish(who, device.makes(asked->options), browser);
    REQUIRE_MESSAGE(made.has_value(), made.error().what);
    return *made;
  }
  json::object asks(const Visitor& from = visitor()) {
    const auto asked = passkeys().ask(from, browser);
    REQUIRE(asked.has_value());
    REQUIRE(asked->state == SignedIn::open);
    return asked->options;
  }
  Result<SignInOutcome> comes(const PasskeyAnswer& answer, const Secret& from = browser) {
    return passkeys().sign_in(answer, visitor(), from);
  }
  std::vector<Event> events() {
    return store->read([](Db& db) { return events_after(db, "", 1000); }).value();
  }
  std::string last_event() { return events().back().kind; }
};

}  // namespace

TEST_CASE("a passkey is added with the password, and lets in without a name") {
  Keys crew;
  const SignInOutcome in = crew.joins("Ana", Role::admin);
  Authenticator device;
  const auto who = crew.present(in);
  CHECK(crew.passkeys().begin(who, Secret("not this one"), "", browser)->state == SignedIn::wrong);
  const Passkey made = crew.adds(device, in);
  CHECK(made.name == "my phone");
  CHECK(made.party == "example.org");
  CHECK(crew.last_event() == "passkey.added");
  const auto open = crew.comes(device.signs(crew.asks()));
  REQUIRE_MESSAGE(open.has_value(), open.error().what);
  CHECK(open->state == SignedIn::open);
  CHECK(crew.present(*open).person.name == "Ana");
  CHECK(open->session.reveal() != in.session.reveal());
  const Event last = crew.events().back();
  CHECK(last.kind == "session.started");
  CHECK(last.data.at("by") == "passkey");
  CHECK(list_passkeys(*crew.store, who.person.id)->front().used == crew.clock.now());
  CHECK(crew.sign_in().ways(who.person)->passkeys == 1);
}

TEST_CASE("what the browser is asked for is what is checked") {
  Keys crew;
  const SignInOutcome in = crew.joins("Ana", Role::admin);
  Authenticator device;
  crew.adds(device, in);
  const auto asked =
      crew.passkeys().begin(crew.present(in), Secret(rig::good_password), "", browser);
  const json::object& options = asked->options;
  CHECK(options.at("rp").at("id") == "example.org");
  CHECK(options.at("user").at("name") == "ana@example.org");
  CHECK(options.at("attestation") == "none");
  CHECK(options.at("authenticatorSelection").at("residentKey") == "required");
  CHECK(options.at("authenticatorSelection").at("userVerification") == "required");
  CHECK(options.at("pubKeyCredParams").get_array().size() == 3);
  REQUIRE(options.at("excludeCredentials").get_array().size() == 1);
  CHECK(options.at("excludeCredentials").at(0).at("id").get_string() ==
        to_base64url(device.credential));
  const json::object sign_in = crew.asks();
  CHECK(sign_in.at("userVerification") == "required");
  CHECK(sign_in.at("rpId") == "example.org");
  CHECK(sign_in.at("challenge") != options.at("challenge"));
  CHECK_FALSE(sign_in.contains("allowCredentials"));  // that would tell who exists
}

TEST_CASE("a challenge counts once, for five minutes, in one browser, for one purpose") {
  Keys crew;
  const SignInOutcome in = crew.joins("Ana", Role::admin);
  Authenticator device;
  crew.adds(device, in);
  const char* late = "this took too long, or was done already";
  const PasskeyAnswer once = device.signs(crew.asks());
  CHECK(crew.comes(once)->state == SignedIn::open);
  CHECK(crew.comes(once).error().what == late);
  CHECK(crew.comes(device.signs(crew.asks()), Secret("another browser")).error().what == late);
  CHECK(crew.comes(device.signs(crew.asks()), Secret()).error().what == late);
  const PasskeyAnswer slow = device.signs(crew.asks());
  crew.clock.advance(5 * minute);
  CHECK(crew.comes(slow).error().what == late);
  CHECK(crew.comes(device.signs("bm90IG91cnM")).error().what == late);
  // What was asked for a new passkey answers no sign-in, and the reverse.
  const auto who = crew.present(in);
  const auto asked = crew.passkeys().begin(who, Secret(rig::good_password), "", browser);
  CHECK(crew.comes(device.signs(asked->options)).error().what == late);
  Authenticator other;
  const std::string challenge(crew.asks().at("challenge").get_string());
  CHECK(crew.passkeys().finish(who, other.makes(challenge), browser).error().what == late);
}

TEST_CASE("an answer that is not as it must be lets nobody in") {
  Keys crew;
  const SignInOutcome in = crew.joins("Ana", Role::admin);
  crew.joins("Ben", Role::admin);
  Authenticator device;
  crew.adds(device, in);
  Authenticator stranger;
  stranger.user = device.user;
  CHECK(crew.comes(stranger.signs(crew.asks()))->state == SignedIn::wrong);
  stranger.credential = device.credential;
  CHECK(crew.comes(stranger.signs(crew.asks())).error().fault == Fault::denied);
  // Whose passkey it is, is said by the device and known here.
  PasskeyAnswer answer = device.signs(crew.asks());
  answer.user = to_base64url(crew.people.named("Ben")->id);
  CHECK(crew.comes(answer)->state == SignedIn::wrong);
  answer = device.signs(crew.asks());
  answer.user.clear();
  CHECK(crew.comes(answer)->state == SignedIn::wrong);
  device.origin = "https://evil.example";
  CHECK(crew.comes(device.signs(crew.asks())).error().fault == Fault::denied);
  device.origin = "https://example.org";
  CHECK(crew.comes(device.signs(crew.asks()))->state == SignedIn::open);
}

TEST_CASE("a passkey that may have been copied is refused, and its person sees it") {
  Keys crew;
  const SignInOutcome in = crew.joins("Ana", Role::admin);
  Authenticator device;
  crew.adds(device, in);
  device.count = 40;
  CHECK(crew.comes(device.signs(crew.asks()))->state == SignedIn::open);
  device.count = 20;
  CHECK(crew.comes(device.signs(crew.asks())).error().fault == Fault::conflict);
  CHECK(crew.last_event() == "passkey.suspect");
}

TEST_CASE("a passkey needs no code, and a membership that ended has no way in") {
  Keys crew;
  const SignInOutcome in = crew.joins("Ana", Role::admin);
  const SignInOutcome ben = crew.joins("Ben", Role::admin);
  Authenticator device;
  crew.adds(device, ben);
  REQUIRE(crew.people.change("Ben", {.role = {}, .active = false}, "Ana").has_value());
  const auto closed = crew.comes(device.signs(crew.asks()));
  CHECK(closed->state == SignedIn::closed);
  CHECK(closed->standing == Standing::ended);
  REQUIRE(crew.people.remove("Ben", "Ana").has_value());
  CHECK(crew.comes(device.signs(crew.asks()))->state == SignedIn::wrong);
  CHECK(list_passkeys(*crew.store, "")->empty());
}

TEST_CASE("one passkey is one person's, and nobody has too many") {
  Keys crew;
  const SignInOutcome ana = crew.joins("Ana", Role::admin);
  const SignInOutcome ben = crew.joins("Ben", Role::admin);
  Authenticator device;
  crew.adds(device, ana);
  const auto who = crew.present(ben);
  auto asked = crew.passkeys().begin(who, Secret(rig::good_password), "", browser);
  CHECK(crew.passkeys().finish(who, device.makes(asked->options), browser).error().fault ==
        Fault::conflict);
  for (int i = 0; i < 20; ++i) {
    device.credential = random_bytes(16);
    crew.adds(device, ben);
    crew.clock.advance(minute);
  }
  device.credential = random_bytes(16);
  asked = crew.passkeys().begin(who, Secret(rig::good_password), "", browser);
  CHECK(crew.passkeys().finish(who, device.makes(asked->options), browser).error().fault ==
        Fault::too_large);
}

TEST_CASE("strangers may try as often as with passwords, and a known browser on its own") {
  Keys crew;
  const SignInOutcome in = crew.joins("Ana", Role::admin);
  Authenticator device;
  crew.adds(device, in);
  Authenticator stranger;
  int looked_at = 0;
  for (int i = 0; i < 30; ++i) {
    const auto out =
        crew.comes(stranger.signs(crew.asks(Crew::visitor(fmt::format("10.0.0.{}", i)))));
    looked_at += out->state == SignedIn::wrong;
  }
  CHECK(looked_at == 20);
  CHECK(crew.comes(device.signs(crew.asks(Crew::visitor("10.0.1.1"))))->state == SignedIn::wait);
  Visitor known = Crew::visitor();
  known.device = in.device;
  CHECK(crew.passkeys()
            .sign_in(device.signs(crew.asks(Crew::visitor("10.0.1.2"))), known, browser)
            ->state == SignedIn::open);
  int asked = 0;
  for (int i = 0; i < 50; ++i)
    asked += crew.passkeys().ask(Crew::visitor("10.0.2.1"), browser)->state == SignedIn::open;
  CHECK(asked == 30);
}

TEST_CASE("who comes by a link takes a passkey instead of a password") {
  Keys crew;
  crew.joins("Ana", Role::admin);
  const auto link = crew.people.invite("zoe@example.org", Role::author, "Ana");
  Authenticator device;
  auto passkeys = crew.passkeys();
  const Visitor zoe = Crew::visitor();
  CHECK(passkeys.begin_by_link(link->token, {.name = "admin"}, zoe, browser).error().fault ==
        Fault::invalid);
  CHECK(passkeys.begin_by_link(Secret("guessed"), {.name = "Zoe"}, zoe, browser).error().fault ==
        Fault::denied);
  const auto asked = passkeys.begin_by_link(link->token, {.name = "Zoe"}, zoe, browser);
  REQUIRE_MESSAGE(asked.has_value(), asked.error().what);
  const PasskeyAnswer answer = device.makes(asked->options);
  CHECK(passkeys.finish_by_link(link->token, answer, zoe, Secret("another")).error().fault ==
        Fault::denied);
  const auto in = passkeys.finish_by_link(link->token, answer, zoe, browser);
  REQUIRE_MESSAGE(in.has_value(), in.error().what);
  CHECK(in->state == SignedIn::open);
  const auto who = crew.present(*in);
  CHECK(who.person.name == "Zoe");
  CHECK(crew.sign_in().ways(who.person)->password_since == 0);
  CHECK(crew.tries("Zoe", rig::good_password).state == SignedIn::wrong);
  CHECK(crew.comes(device.signs(crew.asks()))->state == SignedIn::open);
  // The link is used up.
  CHECK(passkeys.begin_by_link(link->token, {.name = "Zoe"}, zoe, browser).error().fault ==
        Fault::denied);
}

TEST_CASE("the first admin may come by a passkey, and a passkey made for one link opens no other") {
  Keys crew;
  const auto first = crew.people.first_link();
  Authenticator device;
  auto passkeys = crew.passkeys();
  const Visitor ana = Crew::visitor();
  const auto asked = passkeys.begin_by_link(
      first->token, {.name = "Ana", .email = "ana@example.org"}, ana, browser);
  REQUIRE(asked.has_value());
  const auto other = crew.people.invite("zoe@example.org", Role::author, "admin");
  CHECK(passkeys.finish_by_link(other->token, device.makes(asked->options), ana, browser)
            .error()
            .fault == Fault::denied);
  const auto again = passkeys.begin_by_link(
      first->token, {.name = "Ana", .email = "ana@example.org"}, ana, browser);
  const auto in = passkeys.finish_by_link(first->token, device.makes(again->options), ana, browser);
  REQUIRE_MESSAGE(in.has_value(), in.error().what);
  CHECK(crew.present(*in).person.role == Role::admin);
  CHECK(crew.comes(device.signs(crew.asks()))->state == SignedIn::open);
}

TEST_CASE(
    "a link for who lost the password: the passkey takes its place, but not past a second factor") {
  Keys crew;
  const SignInOutcome in = crew.joins("Ana", Role::admin);
  auto link = crew.people.link_for("Ana", "admin");
  Authenticator device;
  auto passkeys = crew.passkeys();
  const Visitor ana = Crew::visitor();
  auto asked = passkeys.begin_by_link(link->token, {}, ana, browser);
  const auto back =
      passkeys.finish_by_link(link->token, device.makes(asked->options), ana, browser);
  REQUIRE_MESSAGE(back.has_value(), back.error().what);
  CHECK_FALSE(crew.is_in(in.session));
  CHECK(crew.tries("Ana", rig::good_password).state == SignedIn::wrong);
  // With a second factor the link alone must not lead around it.
  const auto who = crew.present(*back);
  SignIn sign_in = crew.sign_in();
  REQUIRE(sign_in.begin_totp(who, Secret())->state == SignedIn::open);  // has just signed in
  const Secret secret = sign_in.waiting_totp(who.person).value();
  REQUIRE_FALSE(
      sign_in.confirm_totp(who.person, totp_code(secret, totp_step(crew.clock.now())))->empty());
  link = crew.people.link_for("Ana", "admin");
  CHECK(passkeys.begin_by_link(link->token, {}, ana, browser).error().fault == Fault::conflict);
  CHECK(crew.comes(device.signs(crew.asks()))->state == SignedIn::open);
}

TEST_CASE("who has no password shows that it is them by having just signed in") {
  Keys crew;
  crew.joins("Ana", Role::admin);
  const auto link = crew.people.link_for("Ana", "admin");
  Authenticator device;
  auto passkeys = crew.passkeys();
  const auto asked = passkeys.begin_by_link(link->token, {}, Crew::visitor(), browser);
  const auto in =
      passkeys.finish_by_link(link->token, device.makes(asked->options), Crew::visitor(), browser);
  const auto who = crew.present(*in);
  CHECK(passkeys.begin(who, Secret(), "", browser)->state == SignedIn::open);
  crew.clock.advance(10 * minute);
  CHECK(passkeys.begin(who, Secret(), "", browser)->state == SignedIn::anew);
  const Secret fresh("eleven herons in the fog");
  CHECK(crew.sign_in().change_password(who, Secret(), fresh)->state == SignedIn::anew);
  const auto again = crew.comes(device.signs(crew.asks()));
  CHECK(crew.sign_in().change_password(crew.present(*again), Secret(), fresh)->state ==
        SignedIn::open);
  CHECK(crew.tries("Ana", fresh.reveal()).state == SignedIn::open);
  CHECK(passkeys.begin(crew.present(*again), Secret(), "", browser)->state == SignedIn::wrong);
}

TEST_CASE("the last way in stays") {
  Keys crew;
  crew.joins("Ana", Role::admin);
  const auto link = crew.people.link_for("Ana", "admin");
  Authenticator device;
  auto passkeys = crew.passkeys();
  const auto asked = passkeys.begin_by_link(link->token, {}, Crew::visitor(), browser);
  const auto in =
      passkeys.finish_by_link(link->token, device.makes(asked->options), Crew::visitor(), browser);
  const WaysOpen here{"example.org", {}};
  const std::string first = list_passkeys(*crew.store, "")->front().id;
  CHECK(remove_passkey(*crew.store, first, here).error().fault == Fault::conflict);
  REQUIRE(list_passkeys(*crew.store, "")->size() == 1);
  Authenticator second_device;
  const auto who = crew.present(*in);
  const auto more = passkeys.begin(who, Secret(), "", browser);
  REQUIRE(passkeys.finish(who, second_device.makes(more->options), browser).has_value());
  // One that works at another domain does not count.
  CHECK(remove_passkey(*crew.store, first, WaysOpen{"example.net", {}}).error().fault ==
        Fault::conflict);
  CHECK(remove_passkey(*crew.store, first, here).has_value());
  CHECK(crew.comes(device.signs(crew.asks()))->state == SignedIn::wrong);
  const std::string last = list_passkeys(*crew.store, "")->front().id;
  CHECK(remove_passkey(*crew.store, last, here).error().fault == Fault::conflict);
  CHECK(remove_passkey(*crew.store, last, std::nullopt).has_value());  // an admin
}

TEST_CASE("names of passkeys are plain, and theirs") {
  Keys crew;
  const SignInOutcome in = crew.joins("Ana", Role::admin);
  Authenticator device;
  const Passkey made = crew.adds(device, in, "");
  CHECK(made.name == "Firefox on Linux");
  CHECK(rename_passkey(*crew.store, made.id, " work laptop ").has_value());
  CHECK(list_passkeys(*crew.store, "")->front().name == "work laptop");
  for (const char* bad : {"", "  ", "a\nb", "\xFF",
                          "a name that goes on and on and on and on and on "
                          "and on and on"})
    CHECK(rename_passkey(*crew.store, made.id, bad).error().fault == Fault::invalid);
  CHECK(rename_passkey(*crew.store, "nothing", "name").error().fault == Fault::not_found);
  CHECK(remove_passkey(*crew.store, "nothing", std::nullopt).error().fault == Fault::not_found);
}
