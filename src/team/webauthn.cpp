#include "team/webauthn.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "net/url.hpp"
#include "team/limits.hpp"
#include "text/cbor.hpp"

namespace carillon {

namespace {

// Section 6.1, the byte of flags.
enum Flag : unsigned {
  user_present = 0x01,
  user_verified = 0x04,
  backup_eligible = 0x08,
  backed_up = 0x10,
  has_credential = 0x40,
  has_extensions = 0x80
};

// Section 5.8.1.
struct ClientData {
  std::string type;
  std::string challenge;
  std::string origin;
  bool crossOrigin = false;
  std::optional<std::string> topOrigin;
};
BOOST_DESCRIBE_STRUCT(ClientData, (), (type, challenge, origin, crossOrigin, topOrigin))

struct AuthenticatorData {
  std::string party_hash;
  unsigned flags = 0;
  std::int64_t count = 0;
  std::optional<Credential> credential;
  [[nodiscard]] bool has(Flag flag) const { return (flags & flag) != 0; }
};

tl::unexpected<Error> wrong_passkey(const std::string& what) {
  return fail(Fault::denied, "the passkey's answer cannot be taken: " + what,
              "Try again; if it fails again, sign in another way and tell an admin.");
}

// Bytes from the front, one field after the other.
class Fields {
 public:
  explicit Fields(std::string_view bytes) : rest_(bytes) {}
  Result<std::string_view> take(std::size_t count) {
    if (count > rest_.size()) return wrong_passkey("the authenticator's data end too early");
    const std::string_view out = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return out;
  }
  // A number in network order.
  Result<std::int64_t> number(std::size_t bytes) {
    TRY(const std::string_view taken, take(bytes));
    std::int64_t out = 0;
    for (const char c : taken) out = out << 8U | static_cast<unsigned char>(c);
    return out;
  }
  Result<Cbor> cbor() {
    auto read = read_cbor(rest_);
    if (!read) return wrong_passkey("the authenticator's data, " + read.error().what);
    rest_.remove_prefix(read->size);
    return std::move(read->value);
  }
  [[nodiscard]] bool empty() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

bool is_number(const Cbor* value, std::int64_t wanted) {
  return value != nullptr && value->kind == Cbor::Kind::number && value->number == wanted;
}

std::string bytes_at(const Cbor& map, std::int64_t key) {
  const Cbor* value = map.at(key);
  return value != nullptr && value->kind == Cbor::Kind::bytes ? value->bytes : std::string();
}

// RFC 9053 sections 2 and 7, RFC 8230 section 4: the three that we ask for.
Result<PublicKey> public_key_of(const Cbor& cose) {
  constexpr std::int64_t type = 1;
  constexpr std::int64_t algorithm = 3;
  PublicKey out;
  if (is_number(cose.at(type), 2) && is_number(cose.at(algorithm), -7) &&
      is_number(cose.at(-1), 1)) {
    out = {Signing::es256, bytes_at(cose, -2), bytes_at(cose, -3)};
  } else if (is_number(cose.at(type), 1) && is_number(cose.at(algorithm), -8) &&
             is_number(cose.at(-1), 6)) {
    out = {Signing::eddsa, bytes_at(cose, -2), {}};
  } else if (is_number(cose.at(type), 3) && is_number(cose.at(algorithm), -257)) {
    out = {Signing::rs256, bytes_at(cose, -1), bytes_at(cose, -2)};
  } else {
    return wrong_passkey("its algorithm is none of those that were asked for");
  }
  if (!is_key(out)) return wrong_passkey("its public key is no key");
  return out;
}

// Section 6.1.
Result<AuthenticatorData> authenticator_data(std::string_view bytes) {
  Fields fields(bytes);
  AuthenticatorData out;
  TRY(const std::string_view hash, fields.take(32));
  out.party_hash = std::string(hash);
  TRY(const std::int64_t flags, fields.number(1));
  out.flags = static_cast<unsigned>(flags);
  TRY(out.count, fields.number(4));
  if (out.has(has_credential)) {
    CHECK_OK(fields.take(16));  // the authenticator's model
    TRY(const std::int64_t size, fields.number(2));
    if (size > std::int64_t(limits::credential_id_bytes))
      return wrong_passkey("its id is too long");
    TRY(const std::string_view id, fields.take(static_cast<std::size_t>(size)));
    TRY(const Cbor key, fields.cbor());
    Credential credential{.id = to_base64url(id),
                          .key = {},
                          .count = out.count,
                          .eligible = out.has(backup_eligible),
                          .backed_up = out.has(backed_up)};
    TRY(credential.key, public_key_of(key));
    out.credential = std::move(credential);
  }
  if (out.has(has_extensions)) {
    TRY(const Cbor extensions, fields.cbor());
    if (extensions.kind != Cbor::Kind::map) return wrong_passkey("its extensions are no map");
  }
  if (!fields.empty()) return wrong_passkey("the authenticator's data go on behind their end");
  return out;
}

Result<std::string> decoded(const std::string& base64url, const char* what) {
  const auto out = from_base64(base64url);
  if (!out || out->empty())
    return wrong_passkey(fmt::format("{} is missing, or is not base64", what));
  return *out;
}

Result<ClientData> client_data(const PasskeyAnswer& answer) {
  TRY(std::string text, decoded(answer.client_data, "the client data"));
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  auto read = parse_json_as<ClientData>(text, Unknown::ignore);
  if (!read) return wrong_passkey("the client data, " + read.error().what);
  return std::move(*read);
}

// The steps that making a passkey and signing in by one share.
Result<void> check_client(const RelyingParty& party, const Secret& challenge, const char* type,
                          const PasskeyAnswer& answer) {
  if (answer.type != "public-key") return wrong_passkey("it is of another type");
  TRY(const ClientData client, client_data(answer));
  if (client.type != type) return wrong_passkey("it was made for something else");
  if (challenge.empty() || !same_secret(client.challenge, challenge.reveal()))
    return wrong_passkey("it answers another challenge");
  if (client.origin != party.origin)
    return wrong_passkey(fmt::format("it was made on another page than one of {}", party.origin));
  if (client.crossOrigin || client.topOrigin)
    return wrong_passkey("it was made inside another page");
  return {};
}

Result<void> check_data(const RelyingParty& party, const AuthenticatorData& data) {
  if (!same_secret(data.party_hash, sha256(party.id)))
    return wrong_passkey(fmt::format("it is not for {}", party.id));
  if (!data.has(user_present)) return wrong_passkey("nobody was there");
  if (!data.has(user_verified))
    return wrong_passkey(
        "the device did not look who is there: set a PIN, a face or a finger on it");
  if (data.has(backed_up) && !data.has(backup_eligible))
    return wrong_passkey("it was copied although it cannot be");
  return {};
}

bool is_name(std::string_view host) {
  const auto last = host.rfind('.');
  const std::string_view end = host.substr(last == std::string_view::npos ? 0 : last + 1);
  return !host.starts_with('[') && end.find_first_not_of("0123456789") != std::string_view::npos;
}

}  // namespace

std::optional<RelyingParty> relying_party(const std::string& url) {
  const auto home = parse_url(url);
  if (!home || !is_name(home->host)) return std::nullopt;
  const bool here = home->host == "localhost" || home->host.ends_with(".localhost");
  if (home->scheme != "https" && !here) return std::nullopt;
  return RelyingParty{home->host, home->origin()};
}

Result<Secret> challenge_of(const PasskeyAnswer& answer) {
  TRY(const ClientData client, client_data(answer));
  return Secret(client.challenge);
}

Result<Credential> check_new_passkey(const RelyingParty& party, const Secret& challenge,
                                     const PasskeyAnswer& answer) {
  CHECK_OK(check_client(party, challenge, "webauthn.create", answer));
  TRY(const std::string bytes, decoded(answer.attestation, "the attestation object"));
  const auto read = read_cbor(bytes);
  if (!read) return wrong_passkey("the attestation object, " + read.error().what);
  const Cbor* format = read->value.at("fmt");
  const Cbor* statement = read->value.at("attStmt");
  const Cbor* authenticator = read->value.at("authData");
  const bool whole = format != nullptr && format->kind == Cbor::Kind::text &&
                     statement != nullptr && statement->kind == Cbor::Kind::map &&
                     authenticator != nullptr && authenticator->kind == Cbor::Kind::bytes;
  if (!whole || read->size != bytes.size())
    return wrong_passkey("the attestation object is another one");
  if (format->bytes == "none" && !statement->items.empty())
    return wrong_passkey("an attestation of nothing that says something");
  TRY(AuthenticatorData data, authenticator_data(authenticator->bytes));
  CHECK_OK(check_data(party, data));
  if (!data.credential || data.credential->id.empty())
    return wrong_passkey("there is no passkey in it");
  TRY(const std::string said, decoded(answer.id, "the id"));
  if (to_base64url(said) != data.credential->id) return wrong_passkey("it has two ids");
  return std::move(*data.credential);
}

Result<Credential> check_passkey(const RelyingParty& party, const Secret& challenge,
                                 const PasskeyAnswer& answer, const Credential& known) {
  TRY(const std::string id, decoded(answer.id, "the id"));
  if (to_base64url(id) != known.id) return wrong_passkey("it is another passkey");
  CHECK_OK(check_client(party, challenge, "webauthn.get", answer));
  TRY(const std::string bytes, decoded(answer.authenticator_data, "the authenticator's data"));
  TRY(const AuthenticatorData data, authenticator_data(bytes));
  CHECK_OK(check_data(party, data));
  if (data.has(backup_eligible) != known.eligible)
    return wrong_passkey("whether it may be copied has changed");
  TRY(const std::string client, decoded(answer.client_data, "the client data"));
  TRY(const std::string signature, decoded(answer.signature, "the signature"));
  if (!is_signed_by(known.key, bytes + sha256(client), signature, SignatureForm::asn1))
    return wrong_passkey("the signature is not by this passkey");
  if ((data.count != 0 || known.count != 0) && data.count <= known.count)
    return fail(Fault::conflict, "the passkey has signed less often than we know: there may be two",
                "Sign in another way, remove this passkey under /account, and make a new one.");
  Credential out = known;
  out.count = data.count;
  out.backed_up = data.has(backed_up);
  return out;
}

}  // namespace carillon
