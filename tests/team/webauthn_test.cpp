// Each check of the two lists of WebAuthn Level 3 (sections 7.1 and 7.2), broken once.
#include "team/webauthn.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <map>

#include "rig/authenticator.hpp"

using namespace carillon;
using rig::Authenticator;

namespace {

const RelyingParty party{"example.org", "https://example.org"};
const Secret challenge{"c2V2ZW4gbGFudGVybnMgYmVsb3cgdGhlIG1pbGwhISE"};

std::string made(const PasskeyAnswer& answer) {
  const auto out = check_new_passkey(party, challenge, answer);
  return out ? "good" : out.error().what;
}

// What is wrong with a new passkey of an authenticator that `bend` has bent.
std::string made_by(const std::function<void(Authenticator&)>& bend) {
  Authenticator bent;
  bend(bent);
  return made(bent.makes(challenge.reveal()));
}

// The same of a sign-in, by a passkey that was made well.
std::string signed_by(const std::function<void(Authenticator&)>& bend) {
  Authenticator bent;
  const auto known = check_new_passkey(party, challenge, bent.makes(challenge.reveal()));
  REQUIRE(known.has_value());
  bend(bent);
  const auto out = check_passkey(party, challenge, bent.signs(challenge.reveal()), *known);
  return out ? "good" : out.error().what;
}

std::string refused(const char* what) {
  return std::string("the passkey's answer cannot be taken: ") + what;
}

Cbor& value_of(Cbor& map, std::int64_t key) {
  for (std::size_t i = 0; i < map.items.size(); i += 2) {
    if (map.items[i] == Authenticator::number(key)) return map.items[i + 1];
  }
  FAIL("no such key");
  return map;
}

void set(json::object& client, const char* key, const json::value& value) {
  client[key] = value;
}

}  // namespace

TEST_CASE("a passkey is made and signs, by each of the three algorithms") {
  for (const Signing how : {Signing::es256, Signing::eddsa, Signing::rs256}) {
    Authenticator device(how);
    const auto known = check_new_passkey(party, challenge, device.makes(challenge.reveal()));
    REQUIRE_MESSAGE(known.has_value(), known.error().what);
    CHECK(known->id == to_base64url(device.credential));
    CHECK(known->key.x == device.signer.key().x);
    CHECK(known->key.y == device.signer.key().y);
    CHECK(known->count == 1);
    const auto now = check_passkey(party, challenge, device.signs(challenge.reveal()), *known);
    REQUIRE_MESSAGE(now.has_value(), now.error().what);
    CHECK(now->count == 2);
  }
}

TEST_CASE("what the browser says is looked at, in both") {
  const auto both = [](const std::function<void(Authenticator&)>& bend, const char* what) {
    CHECK(made_by(bend) == refused(what));
    CHECK(signed_by(bend) == refused(what));
  };
  const auto client = [](const char* key, const json::value& value) {
    return [key, value](Authenticator& a) {
      a.client = [key, value](json::object& said) { set(said, key, value); };
    };
  };
  both(client("type", "webauthn.other"), "it was made for something else");
  CHECK(made_by(client("type", "webauthn.get")) == refused("it was made for something else"));
  CHECK(signed_by(client("type", "webauthn.create")) == refused("it was made for something else"));
  both(client("challenge", "b3RoZXI"), "it answers another challenge");
  both(client("challenge", ""), "it answers another challenge");
  const char* elsewhere = "it was made on another page than one of https://example.org";
  both(client("origin", "https://evil.example"), elsewhere);
  both(client("origin", "http://example.org"), elsewhere);
  both(client("origin", "https://www.example.org"), elsewhere);
  both(client("origin", "https://example.org:8443"), elsewhere);
  both(client("crossOrigin", true), "it was made inside another page");
  both(client("topOrigin", "https://example.com"), "it was made inside another page");
  CHECK(made_by(client("new in Level 4", json::array{1})) == "good");
  CHECK(signed_by(client("new in Level 4", json::array{1})) == "good");
}

TEST_CASE("what the authenticator says is looked at, in both") {
  const auto both = [](const std::function<void(Authenticator&)>& bend, const char* what) {
    CHECK(made_by(bend) == refused(what));
    CHECK(signed_by(bend) == refused(what));
  };
  both([](Authenticator& a) { a.party = "evil.example"; }, "it is not for example.org");
  both([](Authenticator& a) { a.flags = 0x04; }, "nobody was there");
  both([](Authenticator& a) { a.flags = 0x01; },
       "the device did not look who is there: set a PIN, a face or a finger on it");
  both([](Authenticator& a) { a.flags = 0x15; }, "it was copied although it cannot be");
  both([](Authenticator& a) { a.data = [](std::string& said) { said += 'x'; }; },
       "the authenticator's data go on behind their end");
  both([](Authenticator& a) { a.data = [](std::string& said) { said.resize(36); }; },
       "the authenticator's data end too early");
  both(
      [](Authenticator& a) {
        a.flags = 0x85;
        a.data = [](std::string& said) { said += '\x80'; };
      },
      "its extensions are no map");
  const auto extended = [](Authenticator& a) {
    a.flags = 0x85;
    a.data = [](std::string& said) { said += '\xa0'; };
  };
  CHECK(made_by(extended) == "good");
  CHECK(signed_by(extended) == "good");
}

TEST_CASE("a new passkey has a key of an algorithm that was asked for, and one id") {
  const auto cose = [](std::int64_t key, const Cbor& value) {
    return made_by([&](Authenticator& a) {
      a.cose = [key, value](Cbor& map) { value_of(map, key) = value; };
    });
  };
  const std::string other = refused("its algorithm is none of those that were asked for");
  CHECK(cose(3, Authenticator::number(-35)) == other);   // ES384
  CHECK(cose(3, Authenticator::number(-257)) == other);  // not with this type of key
  CHECK(cose(1, Authenticator::number(3)) == other);
  CHECK(cose(-1, Authenticator::number(2)) == other);
  CHECK(cose(3, Authenticator::text("-7")) == other);
  const std::string none = refused("its public key is no key");
  CHECK(cose(-2, Authenticator::bytes(std::string(32, 'x'))) == none);
  CHECK(cose(-2, Authenticator::bytes("")) == none);
  CHECK(cose(-3, Authenticator::text(std::string(32, 'x'))) == none);
  CHECK(made_by([](Authenticator& a) { a.credential.clear(); }) ==
        refused("there is no passkey in it"));
  CHECK(made_by([](Authenticator& a) { a.credential = std::string(1023, 'c'); }) == "good");
  CHECK(made_by([](Authenticator& a) { a.credential = std::string(1024, 'c'); }) ==
        refused("its id is too long"));
  Authenticator device;
  PasskeyAnswer answer = device.makes(challenge.reveal());
  answer.id = to_base64url("another");
  CHECK(made(answer) == refused("it has two ids"));
  answer = device.makes(challenge.reveal());
  answer.type = "password";
  CHECK(made(answer) == refused("it is of another type"));
}

TEST_CASE(
    "no attestation is asked for; one that is sent is not trusted, and one of nothing is empty") {
  const auto attested = [](const std::function<void(Cbor&)>& bend) {
    return made_by([&](Authenticator& a) { a.attestation = bend; });
  };
  CHECK(attested([](Cbor& object) {
          object.items[1] = Authenticator::text("packed");
          object.items[3].items = {Authenticator::text("alg"), Authenticator::number(-7)};
        }) == "good");
  CHECK(attested([](Cbor& object) {
          object.items[3].items = {Authenticator::text("alg"), Authenticator::number(-7)};
        }) == refused("an attestation of nothing that says something"));
  const std::string other = refused("the attestation object is another one");
  CHECK(attested([](Cbor& object) { object.items.resize(4); }) == other);
  CHECK(attested([](Cbor& object) { object.items[1] = Authenticator::bytes("none"); }) == other);
  CHECK(attested([](Cbor& object) { object.items[3] = Authenticator::text(""); }) == other);
  CHECK(attested([](Cbor& object) { object.items[5].kind = Cbor::Kind::text; }) != "good");
  CHECK(attested([](Cbor& object) { object = Authenticator::number(1); }) == other);
}

TEST_CASE("a new passkey that is cut anywhere is none") {
  Authenticator device;
  const PasskeyAnswer whole = device.makes(challenge.reveal());
  const std::string bytes = from_base64(whole.attestation).value();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    PasskeyAnswer cut = whole;
    cut.attestation = to_base64url(bytes.substr(0, size));
    CHECK(made(cut) != "good");
  }
  PasskeyAnswer more = whole;
  more.attestation = to_base64url(bytes + "x");
  CHECK(made(more) == refused("the attestation object is another one"));
}

TEST_CASE("a signature counts for its own passkey, its own words and once more than the last") {
  Authenticator device;
  Authenticator other;
  const auto known = check_new_passkey(party, challenge, device.makes(challenge.reveal()));
  REQUIRE(known.has_value());
  const auto tried = [&](const PasskeyAnswer& answer) {
    const auto out = check_passkey(party, challenge, answer, *known);
    return out ? "good" : out.error().what;
  };
  const PasskeyAnswer good = device.signs(challenge.reveal());
  CHECK(tried(good) == "good");
  CHECK(tried(other.signs(challenge.reveal())) == refused("it is another passkey"));
  PasskeyAnswer mixed = other.signs(challenge.reveal());
  mixed.id = good.id;
  CHECK(tried(mixed) == refused("the signature is not by this passkey"));
  for (std::size_t at = 0; at < 37; ++at) {
    std::string data = from_base64(good.authenticator_data).value();
    data[at] = static_cast<char>(data[at] ^ 0x02);  // a flag without a meaning, among others
    mixed = good;
    mixed.authenticator_data = to_base64url(data);
    CHECK(tried(mixed) != "good");
  }
  mixed = good;
  mixed.client_data = to_base64url(from_base64(good.client_data).value() + " ");
  CHECK(tried(mixed) == refused("the signature is not by this passkey"));
  mixed = good;
  mixed.signature.clear();
  CHECK(tried(mixed) == refused("the signature is missing, or is not base64"));
  CHECK(tried({}) == refused("the id is missing, or is not base64"));
}

TEST_CASE("a counter that goes back or stands still is seen, and one that does not count is none") {
  const char* copied = "the passkey has signed less often than we know: there may be two";
  CHECK(signed_by([](Authenticator& a) { a.count = 100; }) == "good");
  CHECK(signed_by([](Authenticator& a) {
          a.data = [](std::string& said) { said[36] = '\x01'; };
        }) == copied);
  CHECK(signed_by([](Authenticator& a) { a.count = 0; }) == copied);
  Authenticator still;
  still.count = 0;
  const auto known = check_new_passkey(party, challenge, still.makes(challenge.reveal()));
  REQUIRE(known.has_value());
  CHECK(check_passkey(party, challenge, still.signs(challenge.reveal()), *known).has_value());
  CHECK(signed_by([](Authenticator& a) { a.flags = 0x0D; }) ==
        refused("whether it may be copied has changed"));
}

TEST_CASE("what may be backed up says whether it is") {
  Authenticator device;
  device.flags = 0x0D;
  const auto known = check_new_passkey(party, challenge, device.makes(challenge.reveal()));
  REQUIRE(known.has_value());
  CHECK(known->eligible);
  CHECK_FALSE(known->backed_up);
  device.flags = 0x1D;
  CHECK(check_passkey(party, challenge, device.signs(challenge.reveal()), *known)->backed_up);
}

TEST_CASE("no question, no answer") {
  Authenticator device;
  const Secret nothing;
  CHECK_FALSE(check_new_passkey(party, nothing, device.makes("")).has_value());
  CHECK(challenge_of(device.makes("abc"))->reveal() == "abc");
  PasskeyAnswer answer = device.makes("abc");
  for (const char* text : {"", "[]", "{\"challenge\": 1}", "{", "\xFF"}) {
    answer.client_data = to_base64url(text);
    CHECK_FALSE(challenge_of(answer).has_value());
  }
}

TEST_CASE("passkeys are for a name over https, and for localhost while one tries") {
  CHECK(relying_party("https://example.org")->id == "example.org");
  CHECK(relying_party("https://news.example.org:8443/a/")->id == "news.example.org");
  CHECK(relying_party("https://news.example.org:8443/a/")->origin ==
        "https://news.example.org:8443");
  CHECK(relying_party("http://localhost:8080")->origin == "http://localhost:8080");
  for (const char* none : {"", "http://example.org", "http://127.0.0.1:8080", "https://192.0.2.1",
                           "https://[2001:db8::1]", "http://localhost.example.org"})
    CHECK_MESSAGE(!relying_party(none).has_value(), none);
}

// https://www.w3.org/TR/webauthn-3/#sctn-test-vectors. Where the device did not look who is there,
// that is what we say; the specification's own page would take it.
TEST_CASE("the vectors of the specification") {
  std::ifstream in(CARILLON_SOURCE_DIR "/tests/team/webauthn_vectors.json");
  const auto all = parse_json(std::string(std::istreambuf_iterator<char>(in), {}));
  REQUIRE(all.has_value());
  std::map<std::string, int> outcomes;
  for (const json::value& vector : all->get_array()) {
    const auto from_hex_at = [&](const char* part, const char* key) {
      return from_hex(std::string_view(vector.at(part).at(key).get_string())).value();
    };
    const auto url = [&](const char* part, const char* key) {
      return to_base64url(from_hex_at(part, key));
    };
    const std::string object = from_hex_at("new", "attestation");
    const auto at = object.find(sha256("example.org"));
    REQUIRE(at != std::string::npos);
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(object[at + i]); };
    const std::size_t size = std::size_t{byte(53)} * 256 + byte(54);
    PasskeyAnswer fresh{.type = "public-key",
                        .id = to_base64url(object.substr(at + 55, size)),
                        .client_data = url("new", "client_data"),
                        .attestation = to_base64url(object),
                        .authenticator_data = {},
                        .signature = {},
                        .user = {}};
    const auto known = check_new_passkey(party, Secret(url("new", "challenge")), fresh);
    if (!known) {
      ++outcomes[known.error().what];
      continue;
    }
    const PasskeyAnswer answer{.type = "public-key",
                               .id = fresh.id,
                               .client_data = url("get", "client_data"),
                               .attestation = {},
                               .authenticator_data = url("get", "authenticator_data"),
                               .signature = url("get", "signature"),
                               .user = {}};
    const auto used = check_passkey(party, Secret(url("get", "challenge")), answer, *known);
    ++outcomes[used ? "good" : "made, then: " + used.error().what];
  }
  const std::string unseen =
      refused("the device did not look who is there: set a PIN, a face or a finger on it");
  const std::map<std::string, int> wanted{
      {"good", 2},
      {"made, then: " + unseen, 3},
      {unseen, 5},
      {refused("it was made inside another page"), 2},
      {refused("its algorithm is none of those that were asked for"), 3}};
  CHECK(outcomes == wanted);
}
