// An authenticator and the browser in front of it, as far as passkeys need them: it makes keys,
// counts, and signs. What it says can be bent, one thing at a time.
#pragma once

#include <functional>
#include <string>

#include "base/bytes.hpp"
#include "rig/signer.hpp"
#include "team/webauthn.hpp"
#include "text/cbor.hpp"

namespace carillon::rig {

struct Authenticator {
  explicit Authenticator(Signing how = Signing::es256) : signing(how), signer(how) {}
  Signing signing;
  Signer signer;
  std::string credential = random_bytes(32);
  std::uint32_t count = 1;  // 0: it does not count
  unsigned flags = 0x05;    // somebody is there, and is who they are
  std::string user;         // the handle it was told
  std::string party = "example.org";
  std::string origin = "https://example.org";
  // Bends what is said before it is signed.
  std::function<void(json::object&)> client = [](json::object&) {};
  std::function<void(std::string&)> data = [](std::string&) {};
  std::function<void(Cbor&)> cose = [](Cbor&) {};
  std::function<void(Cbor&)> attestation = [](Cbor&) {};

  static Cbor number(std::int64_t value) { return {.kind = Cbor::Kind::number, .number = value}; }
  static Cbor bytes(std::string value) {
    return {.kind = Cbor::Kind::bytes, .bytes = std::move(value)};
  }
  static Cbor text(std::string value) {
    return {.kind = Cbor::Kind::text, .bytes = std::move(value)};
  }

  // Answers the options of a new passkey.
  PasskeyAnswer makes(const json::object& options) {
    user = from_base64(std::string(options.at("user").at("id").get_string())).value();
    return makes(std::string(options.at("challenge").get_string()));
  }
  PasskeyAnswer makes(const std::string& challenge) {
    Cbor key = cose_key();
    cose(key);
    std::string said =
        head(0x40) + std::string(16, '\0') + big(credential.size(), 2) + credential + cbor_of(key);
    data(said);
    Cbor object{.kind = Cbor::Kind::map,
                .items = {text("fmt"),
                          text("none"),
                          text("attStmt"),
                          {.kind = Cbor::Kind::map},
                          text("authData"),
                          bytes(said)}};
    attestation(object);
    return {.type = "public-key",
            .id = to_base64url(credential),
            .client_data = to_base64url(client_text("webauthn.create", challenge)),
            .attestation = to_base64url(cbor_of(object)),
            .authenticator_data = {},
            .signature = {},
            .user = {}};
  }

  // Answers the options of a sign-in.
  PasskeyAnswer signs(const json::object& options) {
    return signs(std::string(options.at("challenge").get_string()));
  }
  PasskeyAnswer signs(const std::string& challenge) {
    if (count != 0) ++count;
    std::string said = head(0);
    data(said);
    const std::string text = client_text("webauthn.get", challenge);
    return {.type = "public-key",
            .id = to_base64url(credential),
            .client_data = to_base64url(text),
            .attestation = {},
            .authenticator_data = to_base64url(said),
            .signature = to_base64url(signer.sign(said + sha256(text), SignatureForm::asn1)),
            .user = to_base64url(user)};
  }

 private:
  static std::string big(std::uint64_t value, int size) {
    std::string out;
    for (int i = size - 1; i >= 0; --i)
      out += static_cast<char>(value >> (8U * unsigned(i)) & 255U);
    return out;
  }
  [[nodiscard]] std::string head(unsigned more) const {
    return sha256(party) + static_cast<char>(flags | more) + big(count, 4);
  }
  std::string client_text(const char* type, const std::string& challenge) {
    json::object out{{"type", json::string(type)},
                     {"challenge", json::string(challenge)},
                     {"origin", json::string(origin)},
                     {"crossOrigin", false}};
    client(out);
    return json::serialize(out);
  }
  [[nodiscard]] Cbor cose_key() const {
    const PublicKey key = signer.key();
    Cbor out{.kind = Cbor::Kind::map};
    if (signing == Signing::es256)
      out.items = {number(1), number(2),  number(3),    number(-7), number(-1),
                   number(1), number(-2), bytes(key.x), number(-3), bytes(key.y)};
    if (signing == Signing::eddsa)
      out.items = {number(1),  number(1), number(3),  number(-8),
                   number(-1), number(6), number(-2), bytes(key.x)};
    if (signing == Signing::rs256)
      out.items = {number(1),  number(3),    number(3),  number(-257),
                   number(-1), bytes(key.x), number(-2), bytes(key.y)};
    return out;
  }
};

}  // namespace carillon::rig
