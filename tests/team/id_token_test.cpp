// Each check of OpenID Connect Core section 3.1.3.7, broken once.
#include "team/id_token.hpp"

#include <doctest/doctest.h>

#include "rig/provider.hpp"

using namespace carillon;
using rig::Signer;

namespace {

constexpr Micros now = 1'795'515'723'000'000;
const TokenExpected expected{"https://login.example.org", "carillon", Secret("n-1"), now};

const Signer& signer() {
  static const Signer made;
  return made;
}

json::object good_header() {
  return {{"alg", "ES256"}, {"kid", "k1"}, {"typ", "JWT"}};
}

json::object good_claims() {
  return {{"iss", "https://login.example.org"},
          {"sub", "7"},
          {"aud", "carillon"},
          {"exp", now / second + 300},
          {"iat", now / second},
          {"nonce", "n-1"},
          {"name", "Ana"}};
}

std::vector<ProviderKey> keys_of(const json::object& jwk) {
  return provider_keys(json::object{{"keys", json::array{jwk}}});
}

std::string checked(const std::string& token) {
  const auto out = check_id_token(token, keys_of(rig::jwk_of(signer(), "k1")), expected);
  return out ? "good: " + out->id : out.error().what;
}

std::string refused(const char* what) {
  return std::string("the provider's answer cannot be taken: ") + what;
}

std::string with_claim(const char* name, const json::value& value) {
  json::object claims = good_claims();
  if (value.is_null()) {
    claims.erase(name);
  } else {
    claims[name] = value;
  }
  return checked(rig::token_of(signer(), good_header(), claims));
}

std::string with_header(const char* name, const json::value& value) {
  json::object header = good_header();
  header[name] = value;
  return checked(rig::token_of(signer(), header, good_claims()));
}

}  // namespace

TEST_CASE("an ID token by each of the three algorithms") {
  const std::pair<Signing, const char*> all[] = {
      {Signing::es256, "ES256"}, {Signing::eddsa, "EdDSA"}, {Signing::rs256, "RS256"}};
  for (const auto& [how, name] : all) {
    const Signer own(how);
    const std::string token =
        rig::token_of(own, {{"alg", json::string(name)}, {"kid", "k"}}, good_claims());
    const auto out = check_id_token(token, keys_of(rig::jwk_of(own, "k")), expected);
    REQUIRE_MESSAGE(out.has_value(), out.error().what);
    CHECK(out->id == "7");
    CHECK(out->name == "Ana");
  }
}

TEST_CASE("who made it, for whom, when, and in answer to what") {
  CHECK(with_claim("iss", "https://evil.example") == refused("it is by another provider"));
  CHECK(with_claim("iss", "https://login.example.org/") == refused("it is by another provider"));
  CHECK(with_claim("iss", nullptr) == refused("it is by another provider"));
  CHECK(with_claim("aud", "somebody") == refused("it is for another program"));
  CHECK(with_claim("aud", nullptr) == refused("it is for another program"));
  CHECK(with_claim("aud", json::array{"somebody", "else"}) == refused("it is for another program"));
  CHECK(with_claim("aud", json::array{"carillon"}) == "good: 7");
  CHECK(with_claim("aud", json::array{"carillon", "else"}) == refused("it is for another program"));
  CHECK(with_claim("azp", "somebody") == refused("it was made for another program"));
  CHECK(with_claim("azp", "carillon") == "good: 7");
  CHECK(with_claim("exp", now / second - 61) == refused("it has expired"));
  CHECK(with_claim("exp", now / second - 30) == "good: 7");  // clocks differ
  const char* times = "it does not say when it was made and when it ends";
  CHECK(with_claim("exp", nullptr) == refused(times));
  CHECK(with_claim("exp", "tomorrow") == refused(times));
  CHECK(with_claim("iat", nullptr) == refused(times));
  const char* future = "it is from the future; is the clock of this machine right?";
  CHECK(with_claim("iat", now / second + 120) == refused(future));
  CHECK(with_claim("nbf", now / second + 120) == refused(future));
  CHECK(with_claim("iat", now / second - 3600) ==
        refused("it is of long ago; is the clock of this machine right?"));
  CHECK(with_claim("nonce", "n-2") == refused("it answers another sign-in"));
  CHECK(with_claim("nonce", nullptr) == refused("it answers another sign-in"));
  CHECK(with_claim("sub", nullptr) == refused("it does not say who signed in"));
  CHECK(with_claim("sub", "") == refused("it does not say who signed in"));
  CHECK(with_claim("sub", 7) == refused("it does not say who signed in"));
  CHECK(with_claim("sub", std::string(256, 's').c_str()) ==
        refused("it does not say who signed in"));
}

TEST_CASE("several programs, and it was made for us") {
  json::object claims = good_claims();
  claims["aud"] = json::array{"else", "carillon"};
  claims["azp"] = "carillon";
  CHECK(checked(rig::token_of(signer(), good_header(), claims)) == "good: 7");
}

TEST_CASE("by which key, and by no other way") {
  CHECK(with_header("alg", "none") == refused("it is signed by \"none\""));
  CHECK(with_header("alg", "HS256") == refused("it is signed by \"HS256\""));
  CHECK(with_header("alg", "RS256") == refused("the provider has no such key"));
  CHECK(with_header("kid", "k2") == refused("the provider has no such key"));
  CHECK(with_header("crit", json::array{"b64"}) == refused("it asks for more than we know"));
  // The trick with the public key as a shared secret.
  const std::string said = to_base64url(R"({"alg":"HS256","kid":"k1"})") + "." +
                           to_base64url(json::serialize(good_claims()));
  CHECK(checked(said + "." + to_base64url(hmac_sha256(signer().key().x, said))) ==
        refused("it is signed by \"HS256\""));
  const Signer other;
  CHECK(checked(rig::token_of(other, good_header(), good_claims())) ==
        refused("the signature is not by the provider"));
  json::object bare = good_header();
  bare.erase("kid");
  CHECK(checked(rig::token_of(signer(), bare, good_claims())) == "good: 7");
  const auto both = provider_keys(
      json::object{{"keys", {rig::jwk_of(signer(), "k1"), rig::jwk_of(other, "k2")}}});
  const auto unsaid = check_id_token(rig::token_of(signer(), bare, good_claims()), both, expected);
  CHECK(unsaid.error().what == refused("it does not say by which key"));
}

TEST_CASE("what is no token") {
  const std::string good = rig::token_of(signer(), good_header(), good_claims());
  for (const std::string& bad :
       {std::string(), std::string("a.b"), good + ".x", good.substr(0, good.find('.')),
        std::string("..") + good, std::string(20'000, 'a') + ".a.a"})
    CHECK(check_id_token(bad, {}, expected).error().fault == Fault::denied);
  for (std::size_t size = 0; size < good.size(); size += 3)
    CHECK(checked(good.substr(0, size)) != "good: 7");
  std::string altered = good;
  altered[good.find('.') + 5] ^= 1;
  CHECK(checked(altered) != "good: 7");
}

TEST_CASE("keys for other purposes are left out, and so is what is no key") {
  json::object encryption = rig::jwk_of(signer(), "e");
  encryption["use"] = "enc";
  json::object curve = rig::jwk_of(signer(), "c");
  curve["crv"] = "P-384";
  json::object broken = rig::jwk_of(signer(), "b");
  broken["x"] = "AAAA";
  json::object other = rig::jwk_of(signer(), "o");
  other["alg"] = "RS256";
  const auto keys = provider_keys(json::object{
      {"keys", {encryption, curve, broken, other, "text", rig::jwk_of(signer(), "good")}}});
  REQUIRE(keys.size() == 1);
  CHECK(keys[0].id == "good");
  CHECK(provider_keys(json::object{}).empty());
  CHECK(provider_keys(json::array{}).empty());
}
