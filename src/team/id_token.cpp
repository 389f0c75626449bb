#include "team/id_token.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/bytes.hpp"
#include "net/reply.hpp"
#include "team/limits.hpp"

namespace carillon {

namespace {

constexpr Micros clock_skew = minute;  // that two good clocks may be apart

tl::unexpected<Error> wrong(const std::string& what) {
  return fail(Fault::denied, "the provider's answer cannot be taken: " + what,
              "Try again; if it fails again, sign in another way and tell an admin.");
}

std::optional<Signing> signing_of(std::string_view algorithm) {
  if (algorithm == "RS256") return Signing::rs256;
  if (algorithm == "ES256") return Signing::es256;
  if (algorithm == "EdDSA") return Signing::eddsa;
  return std::nullopt;
}

std::string member(const json::value& key, std::string_view name) {
  return from_base64(text_at(key, name)).value_or("");
}

// RFC 7518 section 6, RFC 8037 section 2.
std::optional<PublicKey> public_key_of(const json::value& key) {
  const std::string type = text_at(key, "kty");
  const std::string curve = text_at(key, "crv");
  PublicKey out;
  if (type == "RSA") {
    out = {Signing::rs256, member(key, "n"), member(key, "e")};
  } else if (type == "EC" && curve == "P-256") {
    out = {Signing::es256, member(key, "x"), member(key, "y")};
  } else if (type == "OKP" && curve == "Ed25519") {
    out = {Signing::eddsa, member(key, "x"), {}};
  } else {
    return std::nullopt;
  }
  const std::string algorithm = text_at(key, "alg");
  if (!algorithm.empty() && signing_of(algorithm) != out.signing) return std::nullopt;
  return is_key(out) ? std::optional(out) : std::nullopt;
}

Result<json::value> part(std::string_view base64url, const char* what) {
  const auto bytes = from_base64(base64url);
  if (!bytes || base64url.find_first_of("+/=") != std::string_view::npos)
    return wrong(fmt::format("the {} is not base64", what));
  auto out = parse_json(*bytes);
  if (!out || !out->is_object()) return wrong(fmt::format("the {} is no JSON object", what));
  return out;
}

Result<PublicKey> key_for(const json::value& header, const std::vector<ProviderKey>& keys) {
  const auto signing = signing_of(text_at(header, "alg"));
  if (!signing)
    return wrong(fmt::format("it is signed by \"{}\"", text_at(header, "alg").substr(0, 20)));
  // What it lists must be understood, and we understand none (RFC 7515 section 4.1.11).
  if (header.get_object().contains("crit")) return wrong("it asks for more than we know");
  const std::string id = text_at(header, "kid");
  std::vector<const ProviderKey*> fit;
  for (const ProviderKey& one : keys) {
    if (one.key.signing == *signing && (id.empty() || one.id == id)) fit.push_back(&one);
  }
  if (fit.size() == 1) return fit.front()->key;
  return wrong(fit.empty() ? "the provider has no such key" : "it does not say by which key");
}

bool is_for(const json::value& claims, const std::string& client) {
  const json::value& audience = value_at(claims, "/aud");
  if (audience.is_string()) return audience.get_string() == client;
  if (!audience.is_array()) return false;
  const auto& all = audience.get_array();
  const std::string party = text_at(claims, "azp");
  // With others beside us it must say that it was made for us.
  if (all.size() != 1 && party.empty()) return false;
  return std::any_of(all.begin(), all.end(), [&](const json::value& one) {
    return one.is_string() && one.get_string() == client;
  });
}

// Seconds since 1970 as a number; a fraction is allowed (RFC 7519 section 2).
std::optional<Micros> time_at(const json::value& claims, const char* name) {
  const json::value* found = claims.get_object().if_contains(name);
  if (found == nullptr || !found->is_number()) return std::nullopt;
  const double seconds = found->to_number<double>();
  if (seconds < 0 || seconds > 1e11) return std::nullopt;
  return static_cast<Micros>(seconds * 1e6);
}

Result<void> check_times(const json::value& claims, Micros now) {
  const auto expires = time_at(claims, "exp");
  const auto issued = time_at(claims, "iat");
  const auto begins = time_at(claims, "nbf");
  if (!expires || !issued) return wrong("it does not say when it was made and when it ends");
  if (*expires + clock_skew <= now) return wrong("it has expired");
  if (*issued > now + clock_skew || (begins && *begins > now + clock_skew))
    return wrong("it is from the future; is the clock of this machine right?");
  if (*issued + limits::provider_minutes * minute + clock_skew <= now)
    return wrong("it is of long ago; is the clock of this machine right?");
  return {};
}

std::string name_in(const json::value& claims) {
  for (const char* name : {"preferred_username", "nickname", "email", "name"}) {
    if (std::string out = text_at(claims, name); !out.empty()) return out;
  }
  return {};
}

}  // namespace

std::vector<ProviderKey> provider_keys(const json::value& set) {
  std::vector<ProviderKey> out;
  const json::value& keys = value_at(set, "/keys");
  if (!keys.is_array()) return out;
  for (const json::value& one : keys.get_array()) {
    if (!one.is_object()) continue;
    const std::string use = text_at(one, "use");
    if (!use.empty() && use != "sig") continue;
    if (auto key = public_key_of(one)) out.push_back({text_at(one, "kid"), std::move(*key)});
    if (out.size() == limits::provider_keys) break;
  }
  return out;
}

Result<Subject> check_id_token(const std::string& token, const std::vector<ProviderKey>& keys,
                               const TokenExpected& expected) {
  const auto parts = split(token, '.');
  if (parts.size() != 3 || token.size() > limits::id_token_bytes) return wrong("it is no ID token");
  TRY(const json::value header, part(parts[0], "header"));
  TRY(const PublicKey key, key_for(header, keys));
  const auto signature = from_base64(parts[2]);
  if (!signature ||
      !is_signed_by(key, parts[0] + "." + parts[1], *signature, SignatureForm::joined))
    return wrong("the signature is not by the provider");
  TRY(const json::value claims, part(parts[1], "claims"));
  if (text_at(claims, "iss") != expected.issuer) return wrong("it is by another provider");
  if (!is_for(claims, expected.client_id)) return wrong("it is for another program");
  const std::string party = text_at(claims, "azp");
  if (!party.empty() && party != expected.client_id)
    return wrong("it was made for another program");
  CHECK_OK(check_times(claims, expected.now));
  if (expected.nonce.empty() || !same_secret(text_at(claims, "nonce"), expected.nonce.reveal()))
    return wrong("it answers another sign-in");
  const json::value* subject = claims.get_object().if_contains("sub");
  if (subject == nullptr || !subject->is_string() || subject->get_string().empty() ||
      subject->get_string().size() > 255)
    return wrong("it does not say who signed in");
  return Subject{std::string(subject->get_string()), name_in(claims)};
}

}  // namespace carillon
