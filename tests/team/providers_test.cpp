#include "team/providers.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "rig/provider.hpp"
#include "team/crew.hpp"
#include "team/totp.hpp"

using namespace carillon;
using rig::Crew;

namespace {

const Secret browser("the cookie of this browser");
const char* const origin = "https://example.org";

struct Office : Crew {
  rig::Provider provider{clock.now()};
  HttpClient http;
  ProviderConfig config{"tea", "Tea Login", ProviderKind::openid, provider.issuer,
                        provider.client_id};
  Office() { enters(config); }
  void enters(const ProviderConfig& where) {
    REQUIRE(vault.put(provider_vault(where.name), "client_secret", Secret(provider.client_secret))
                .has_value());
  }
  Providers providers() { return {*store, clock, ids, vault, rules, http, origin}; }

  std::string goes(const ProviderErrand& errand = {}, const Secret& from = browser) {
    const auto there = providers().begin(config, errand, visitor(), from);
    REQUIRE_MESSAGE(there.has_value(), there.error().what);
    REQUIRE(there->state == SignedIn::open);
    return there->address;
  }
  Result<ProviderReturn> returns(const QueryPairs& answer, const Secret& from = browser) {
    return providers().finish(config, answer, visitor(), {from});
  }
  Result<ProviderReturn> walks(const ProviderErrand& errand = {}) {
    return returns(provider.authorize(goes(errand)));
  }
  std::string wrong(const Result<ProviderReturn>& out) { return out ? "good" : out.error().what; }
  // Ana, who has linked her account.
  SignInOutcome links() {
    SignInOutcome in = joins("Ana", Role::admin);
    const ProviderErrand errand{.errand = Errand::add, .person = present(in).person.id};
    const auto out = walks(errand);
    REQUIRE_MESSAGE(out.has_value(), out.error().what);
    return in;
  }
};

QueryPairs without(QueryPairs pairs, std::string_view name) {
  std::erase_if(pairs, [&](const auto& one) { return one.first == name; });
  return pairs;
}

QueryPairs with(QueryPairs pairs, const std::string& name, const std::string& value) {
  pairs = without(std::move(pairs), name);
  pairs.emplace_back(name, value);
  return pairs;
}

}  // namespace

TEST_CASE("an account that was linked lets in, and one that was not lets nobody in") {
  Office crew;
  const SignInOutcome before = crew.links();
  const auto out = crew.walks({.next = "/desk"});
  REQUIRE_MESSAGE(out.has_value(), out.error().what);
  CHECK(out->errand.next == "/desk");
  REQUIRE(out->outcome.state == SignedIn::open);
  CHECK(crew.present(out->outcome).person.name == "Ana");
  CHECK(out->outcome.session.reveal() != before.session.reveal());
  const auto kept = list_identities(*crew.store, "");
  CHECK(kept->front().name == "tea-friend");
  CHECK(kept->front().used == crew.clock.now());
  const auto people = crew.people.list()->size();
  crew.provider.who = "subject-8";
  CHECK(crew.walks()->outcome.state == SignedIn::wrong);
  CHECK(crew.people.list()->size() == people);  // nobody becomes a member by signing in
}

TEST_CASE("the address says exactly where to come back") {
  Office crew;
  const auto url = parse_url(crew.goes());
  const QueryPairs asked = parse_query(url->query.value_or(""));
  CHECK(rig::value_at(asked, "redirect_uri") == "https://example.org/sign-in/with/tea/back");
  CHECK(crew.goes() != crew.goes());
}

TEST_CASE("an answer counts once, soon, in the browser that asked, and for what was asked") {
  Office crew;
  crew.links();
  const char* late = "this took too long, or was done already";
  const QueryPairs once = crew.provider.authorize(crew.goes());
  CHECK(crew.returns(once)->outcome.state == SignedIn::open);
  const int exchanged = crew.provider.exchanged;
  CHECK(crew.wrong(crew.returns(once)) == late);
  CHECK(crew.wrong(crew.returns(crew.provider.authorize(crew.goes()), Secret("another"))) == late);
  CHECK(crew.wrong(crew.returns(crew.provider.authorize(crew.goes()), Secret())) ==
        "nobody here asked for this");
  CHECK(crew.wrong(crew.returns(with(crew.provider.authorize(crew.goes()), "state", "guess"))) ==
        late);
  CHECK(crew.wrong(crew.returns(without(crew.provider.authorize(crew.goes()), "state"))) == late);
  const QueryPairs slow = crew.provider.authorize(crew.goes());
  crew.clock.advance(15 * minute);
  CHECK(crew.wrong(crew.returns(slow)) == late);
  CHECK(crew.provider.exchanged == exchanged);  // no code went anywhere
}

TEST_CASE("an answer of one provider is not taken to another") {
  Office crew;
  crew.links();
  const char* other = "this answer is by another provider than was asked";
  const auto answer = [&] { return crew.provider.authorize(crew.goes()); };
  CHECK(crew.wrong(crew.returns(with(answer(), "iss", "https://evil.example"))) == other);
  CHECK(crew.wrong(crew.returns(without(answer(), "iss"))) == other);  // it said it would tell
  const QueryPairs here = answer();
  ProviderConfig second_one = crew.config;
  second_one.name = "coffee";
  CHECK(crew.wrong(crew.providers().finish(second_one, here, Crew::visitor(), {browser})) == other);
  crew.provider.description = [](json::object& said) {
    said.erase("authorization_response_iss_parameter_supported");
  };
  CHECK(crew.returns(without(answer(), "iss"))->outcome.state == SignedIn::open);
}

TEST_CASE("what the provider gives for the code is looked at") {
  Office crew;
  crew.links();
  const std::string token = "the provider's answer cannot be taken: ";
  const auto claim = [&](const char* name, const json::value& value) {
    crew.provider.claims = [name, value](json::object& said) { said[name] = value; };
    return crew.wrong(crew.walks());
  };
  CHECK(claim("iss", "https://evil.example") == token + "it is by another provider");
  CHECK(claim("aud", "another") == token + "it is for another program");
  CHECK(claim("nonce", "of another time") == token + "it answers another sign-in");
  CHECK(claim("exp", 1) == token + "it has expired");
  crew.provider.claims = [](json::object&) {};
  crew.provider.header = [](json::object& said) { said["alg"] = "none"; };
  CHECK(crew.wrong(crew.walks()) == token + "it is signed by \"none\"");
  crew.provider.header = [](json::object& said) { said["kid"] = "unknown"; };
  CHECK(crew.wrong(crew.walks()) == token + "the provider has no such key");
  crew.provider.header = [](json::object&) {};
  crew.provider.reply = [](json::object& said) { said.erase("id_token"); };
  CHECK(crew.wrong(crew.walks()) == token + "it is no ID token");
  crew.provider.reply = [](json::object&) {};
  CHECK(crew.wrong(crew.walks()) == "good");
}

TEST_CASE("keys that the provider has changed since count at once") {
  Office crew;
  crew.links();
  CHECK(crew.walks()->outcome.state == SignedIn::open);
  crew.provider.signer = rig::Signer();
  crew.provider.kid = "second";
  CHECK(crew.walks()->outcome.state == SignedIn::open);
}

TEST_CASE("a code without its verifier, with a wrong secret or twice is worth nothing") {
  Office crew;
  crew.links();
  // Somebody else's code, put into our answer: PKCE binds it to who asked.
  const QueryPairs theirs = crew.provider.authorize(crew.goes({}, Secret("another browser")));
  const QueryPairs ours = crew.provider.authorize(crew.goes());
  CHECK(crew.wrong(crew.returns(with(ours, "code", rig::value_at(theirs, "code")))) ==
        "signing in with Tea Login failed: invalid_grant");
  CHECK(crew.wrong(crew.returns(without(crew.provider.authorize(crew.goes()), "code"))) ==
        "Tea Login sent no code");
  CHECK(crew.wrong(crew.returns(with(without(crew.provider.authorize(crew.goes()), "code"), "error",
                                     "access_denied"))) ==
        "Tea Login says that you did not want to");
  crew.provider.client_secret = "a new one";
  const std::string said = crew.wrong(crew.walks());
  CHECK(said == "signing in with Tea Login failed: invalid_client");
}

TEST_CASE("a description that is not the provider's own, or not safe, is not followed") {
  Office crew;
  const auto described = [&](const char* name, const json::value& value) {
    crew.provider.description = [name, value](json::object& said) { said[name] = value; };
    const auto out = crew.providers().begin(crew.config, {}, Crew::visitor(), browser);
    return out ? "good" : out.error().what;
  };
  const std::string failed = "signing in with Tea Login failed: ";
  CHECK(described("issuer", "https://evil.example").starts_with(failed + "it calls itself"));
  CHECK(described("token_endpoint", "http://evil.example/token") ==
        failed + "its description has no safe token_endpoint");
  CHECK(described("authorization_endpoint", "javascript:alert(1)") ==
        failed + "its description has no safe authorization_endpoint");
  CHECK(described("jwks_uri", "") == failed + "its description has no safe jwks_uri");
  CHECK(described("code_challenge_methods_supported", json::array{"plain"}) ==
        failed + "it does not know PKCE with S256");
  CHECK(described("anything else", 1) == "good");
  // Elsewhere in the private network is nowhere it may lead us.
  crew.provider.description = [](json::object& said) {
    said["jwks_uri"] = "https://127.0.0.1:1/keys";
  };
  const std::string guarded = crew.wrong(crew.walks());
  CHECK_MESSAGE(guarded.find("does not answer") != std::string::npos, guarded);
  ProviderConfig nowhere = crew.config;
  nowhere.issuer = "http://127.0.0.1:1";
  CHECK(crew.providers()
            .begin(nowhere, {}, Crew::visitor(), browser)
            .error()
            .what.find("does not answer") != std::string::npos);
  nowhere.name = "coffee";
  CHECK(crew.providers().begin(nowhere, {}, Crew::visitor(), browser).error().hint ==
        "An admin enters it with `carillon provider secret coffee`.");
}

TEST_CASE("an invitation is taken with an account elsewhere, and the name is still said") {
  Office crew;
  crew.joins("Ana", Role::admin);
  const auto link = crew.people.invite("zoe@example.org", Role::author, "Ana");
  ProviderErrand errand{.errand = Errand::link, .link = link->token.reveal(), .name = "admin"};
  CHECK(crew.providers().begin(crew.config, errand, Crew::visitor(), browser).error().fault ==
        Fault::invalid);
  errand.name = "Zoe";
  const auto in = crew.walks(errand);
  REQUIRE_MESSAGE(in.has_value(), in.error().what);
  CHECK(crew.present(in->outcome).person.name == "Zoe");
  CHECK(crew.sign_in().ways(crew.present(in->outcome).person)->identities == 1);
  CHECK(crew.walks()->outcome.state == SignedIn::open);
  errand.link = "guessed";
  CHECK(crew.providers().begin(crew.config, errand, Crew::visitor(), browser).error().fault ==
        Fault::denied);
}

TEST_CASE("an account is one person's") {
  Office crew;
  crew.links();
  const SignInOutcome ben = crew.joins("Ben", Role::admin);
  const ProviderErrand errand{.errand = Errand::add, .person = crew.present(ben).person.id};
  CHECK(crew.wrong(crew.walks(errand)) == "this account is linked with somebody else here");
  const ProviderErrand again{.errand = Errand::add, .person = crew.people.named("Ana")->id};
  CHECK(crew.wrong(crew.walks(again)) == "this account is linked with you already");
  // Nor by an invitation.
  const auto link = crew.people.invite("zoe@example.org", Role::author, "Ana");
  CHECK(crew.wrong(
            crew.walks({.errand = Errand::link, .link = link->token.reveal(), .name = "Zoe"})) ==
        "this account is linked with somebody else here");
  CHECK_FALSE(crew.people.find("Zoe")->has_value());  // the link is still good
  CHECK(crew.people.of_link(link->token).has_value());
}

TEST_CASE("a second factor is asked for behind an account elsewhere too") {
  Office crew;
  const SignInOutcome in = crew.links();
  const auto who = crew.present(in);
  SignIn sign_in = crew.sign_in();
  REQUIRE(sign_in.begin_totp(who, Secret(rig::good_password))->state == SignedIn::open);
  const Secret secret = sign_in.waiting_totp(who.person).value();
  REQUIRE_FALSE(
      sign_in.confirm_totp(who.person, totp_code(secret, totp_step(crew.clock.now())))->empty());
  const auto half = crew.walks();
  REQUIRE(half->outcome.state == SignedIn::code);
  CHECK_FALSE(crew.is_in(half->outcome.session));
  crew.clock.advance(30 * second);
  Visitor visitor = Crew::visitor();
  visitor.session = half->outcome.session;
  CHECK(sign_in.with_code(totp_code(secret, totp_step(crew.clock.now())), visitor)->state ==
        SignedIn::open);
}

// GitHub, as its documentation of OAuth apps and of GET /user has it.
struct GitHub {
  std::string refused;  // what was not as documented
  std::string verifier_hash;
  std::unique_ptr<HttpServer> server;
  GitHub() {
    auto started = HttpServer::start({.port = 0}, [this](const HttpQuery& q) { return answer(q); });
    REQUIRE(started.has_value());
    server = std::move(*started);
  }
  [[nodiscard]] std::string address() const {
    return fmt::format("http://127.0.0.1:{}", server->port());
  }
  HttpAnswer says(int status, const char* body) {
    return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = body};
  }
  HttpAnswer answer(const HttpQuery& query) {
    if (query.path == "/login/oauth/access_token") {
      const QueryPairs form = parse_query(query.body);
      const bool good =
          query.method == "POST" && query.header("Accept") == "application/json" &&
          rig::value_at(form, "client_id") == "Iv1.tea" &&
          rig::value_at(form, "client_secret") == "what the provider gave us" &&
          rig::value_at(form, "redirect_uri") == "https://example.org/sign-in/with/gh/back" &&
          to_base64url(sha256(rig::value_at(form, "code_verifier"))) == verifier_hash;
      if (!good) refused = std::string(query.body);
      if (rig::value_at(form, "code") != "good")
        return says(200, R"({"error":"bad_verification_code"})");
      return says(200, R"({"access_token":"gho_x","token_type":"bearer","scope":""})");
    }
    if (query.path == "/api/v3/user" && query.header("Authorization") == "Bearer gho_x" &&
        query.header("Accept") == "application/vnd.github+json" &&
        query.header("X-GitHub-Api-Version") == "2022-11-28")
      return says(200, R"({"id":583231,"login":"octocat"})");
    refused = std::string(query.path);
    return says(404, R"({"message":"Not Found"})");
  }
};

TEST_CASE("GitHub is asked in its own way, and knows people by a number") {
  Office crew;
  GitHub github;
  crew.config = {"gh", "GitHub", ProviderKind::github, github.address(), "Iv1.tea"};
  crew.enters(crew.config);
  const ProviderErrand errand{.errand = Errand::add, .person = "nobody"};
  const auto answer = [&](const ProviderErrand& what, const char* code) {
    const auto url = parse_url(crew.goes(what));
    CHECK(url->path == "/login/oauth/authorize");
    const QueryPairs asked = parse_query(url->query.value_or(""));
    CHECK(rig::value_at(asked, "scope").empty());  // who it is, and nothing else
    github.verifier_hash = rig::value_at(asked, "code_challenge");
    return QueryPairs{{"code", code}, {"state", rig::value_at(asked, "state")}};
  };
  crew.joins("Ana", Role::admin);
  CHECK(crew.wrong(crew.returns(answer({}, "bad"))) ==
        "signing in with GitHub failed: bad_verification_code");
  CHECK(crew.returns(answer({}, "good"))->outcome.state == SignedIn::wrong);
  CHECK(crew.wrong(crew.returns(answer(errand, "good"))) == "you are no member any more");
  const ProviderErrand adds{.errand = Errand::add, .person = crew.people.named("Ana")->id};
  CHECK(crew.wrong(crew.returns(answer(adds, "good"))) == "good");
  const auto in = crew.returns(answer({}, "good"));
  CHECK(in->outcome.state == SignedIn::open);
  CHECK(in->subject.id == "583231");
  CHECK(list_identities(*crew.store, "")->front().name == "octocat");
  CHECK_MESSAGE(github.refused.empty(), github.refused);
  const auto named = with(answer({}, "good"), "iss", github.address() + "/login/oauth");
  CHECK(crew.returns(named)->outcome.state == SignedIn::open);
}

TEST_CASE("the last way in stays, and what is no longer set up is no way") {
  Office crew;
  crew.joins("Ana", Role::admin);
  const auto link = crew.people.invite("zoe@example.org", Role::author, "Ana");
  REQUIRE(crew.walks({.errand = Errand::link, .link = link->token.reveal(), .name = "Zoe"}));
  const std::string id = list_identities(*crew.store, "")->front().id;
  const WaysOpen here{"example.org", {crew.provider.issuer}};
  CHECK(remove_identity(*crew.store, id, here).error().fault == Fault::conflict);
  crew.provider.who = "subject-9";
  REQUIRE(crew.walks({.errand = Errand::add, .person = crew.people.named("Zoe")->id}));
  CHECK(remove_identity(*crew.store, id, WaysOpen{"example.org", {"https://gone.example"}})
            .error()
            .fault == Fault::conflict);
  CHECK(remove_identity(*crew.store, id, here).has_value());
  CHECK(remove_identity(*crew.store, id, here).error().fault == Fault::not_found);
}

TEST_CASE("no secret of a sign-in lies readable in the database") {
  Office crew;
  crew.goes({.errand = Errand::add, .next = "/a-place-to-look-for", .person = "p"});
  const auto rows = crew.store->read([](Db& db) {
    return db.all<SecretEntry>(
        "select purpose as channel, about as field, expires as updated from challenge");
  });
  REQUIRE(rows->size() == 1);
  CHECK(rows->front().field.find("a-place-to-look-for") == std::string::npos);
  CHECK(rows->front().field.find("verifier") == std::string::npos);
}
