#include "base/crypto.hpp"

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>
#include <sodium.h>

#include <cstdlib>
#include <semaphore>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "base/openssl.hpp"
#include "base/signature.hpp"

namespace carillon {

namespace {

const unsigned char* raw(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

unsigned char* raw(std::string& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

void start_sodium() {
  static const bool ready = sodium_init() >= 0;
  if (!ready) std::abort();
}

using Key = Owned<EVP_PKEY, EVP_PKEY_free>;
using Number = Owned<BIGNUM, BN_free>;

// Half of the curve's order: of a signature and its mirror only one is taken.
constexpr const char* half_p256 =
    "7FFFFFFF800000007FFFFFFFFFFFFFFFDE737D56D38BCF4279DCE5617E3192A8";
constexpr const char* half_k256 =
    "7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0";

using Parts = Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;

// Null when the parts make no key of that type.
Key key_of(const char* type, const Parts& parts) {
  const Owned<OSSL_PARAM, OSSL_PARAM_free> all(OSSL_PARAM_BLD_to_param(parts.get()));
  const Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context(
      EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* out = nullptr;
  if (!all || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &out, EVP_PKEY_PUBLIC_KEY, all.get()) != 1)
    return nullptr;
  return Key(out);
}

// Null when the bytes are no point of the curve.
Key public_key(Curve curve, std::string_view point) {
  const std::string group = curve == Curve::p256 ? "P-256" : "secp256k1";
  const Parts parts(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_utf8_string(parts.get(), OSSL_PKEY_PARAM_GROUP_NAME, group.c_str(), 0);
  OSSL_PARAM_BLD_push_octet_string(parts.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                   point.size());
  return key_of("EC", parts);
}

Number number_of(std::string_view bytes) {
  return Number(BN_bin2bn(raw(bytes), static_cast<int>(bytes.size()), nullptr));
}

// Null for a modulus that is too short to hold, or so long that only the checking is work.
Key rsa_key(std::string_view modulus, std::string_view exponent) {
  if (modulus.size() > 1024 || exponent.empty() || exponent.size() > 8) return nullptr;
  const Number n = number_of(modulus);
  const Number e = number_of(exponent);
  if (!n || !e || BN_num_bits(n.get()) < 2048 || !BN_is_odd(e.get()) || BN_is_one(e.get()))
    return nullptr;
  const Parts parts(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_BN(parts.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
  OSSL_PARAM_BLD_push_BN(parts.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
  return key_of("RSA", parts);
}

Key public_key(const PublicKey& key) {
  switch (key.signing) {
    case Signing::es256:
      if (key.x.size() != 32 || key.y.size() != 32) return nullptr;
      return public_key(Curve::p256, "\x04" + key.x + key.y);
    case Signing::eddsa:
      if (key.x.size() != 32) return nullptr;
      return Key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, raw(key.x), 32));
    case Signing::rs256:
      return rsa_key(key.x, key.y);
  }
  return nullptr;
}

// The ASN.1 of two numbers of 32 bytes; empty when there is none.
std::string asn1_of(std::string_view joined) {
  if (joined.size() != 64) return {};
  Number r = number_of(joined.substr(0, 32));
  Number s = number_of(joined.substr(32));
  const Owned<ECDSA_SIG, ECDSA_SIG_free> both(ECDSA_SIG_new());
  if (!r || !s || !both) return {};
  ECDSA_SIG_set0(both.get(), r.release(), s.release());
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(both.get(), &der);
  std::string out(static_cast<std::size_t>(size > 0 ? size : 0), '\0');
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<char>(der[i]);
  OPENSSL_free(der);
  return out;
}

// Null digest: the algorithm has its own.
bool verifies(EVP_PKEY* key, const EVP_MD* digest, std::string_view message,
              std::string_view signature) {
  const Owned<EVP_MD_CTX, EVP_MD_CTX_free> context(EVP_MD_CTX_new());
  return context && EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), raw(signature), signature.size(), raw(message),
                          message.size()) == 1;
}

// All of its memory: a short string that was moved from keeps its bytes, a shortened one its tail.
void wipe(std::string& text) {
  text.resize(text.capacity());
  sodium_memzero(text.data(), text.size());
  text.clear();
}

}  // namespace

Secret::Secret(std::string value) {
  value_.swap(value);
  wipe(value);
}

Secret::Secret(Secret&& other) noexcept {
  value_.swap(other.value_);
  wipe(other.value_);
}

Secret& Secret::operator=(const Secret& other) {
  if (this != &other) *this = Secret(other);
  return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this == &other) return *this;
  value_.swap(other.value_);
  wipe(other.value_);
  return *this;
}

Secret::~Secret() {
  wipe(value_);
}

std::string random_bytes(std::size_t count) {
  start_sodium();
  std::string out(count, '\0');
  randombytes_buf(out.data(), count);
  return out;
}

std::string sha256(std::string_view bytes) {
  std::string out(32, '\0');
  EVP_Digest(bytes.data(), bytes.size(), raw(out), nullptr, EVP_sha256(), nullptr);
  return out;
}

struct Sha256::State {
  Owned<EVP_MD_CTX, EVP_MD_CTX_free> context{EVP_MD_CTX_new()};
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  EVP_DigestInit_ex(state_->context.get(), EVP_sha256(), nullptr);
}
Sha256::~Sha256() = default;

void Sha256::add(std::string_view bytes) {
  EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size());
}

std::string Sha256::finish() {
  std::string out(32, '\0');
  EVP_DigestFinal_ex(state_->context.get(), raw(out), nullptr);
  return out;
}

bool is_signed_by(Curve curve, std::string_view key, std::string_view message,
                  std::string_view signature) {
  if (key.size() != 33 || signature.size() != 64) return false;
  const Key point = public_key(curve, key);
  BIGNUM* half = nullptr;
  BN_hex2bn(&half, curve == Curve::p256 ? half_p256 : half_k256);
  const Number highest(half);
  const Number s = number_of(signature.substr(32));
  if (!point || !s || BN_cmp(s.get(), highest.get()) > 0) return false;
  const std::string der = asn1_of(signature);
  return !der.empty() && verifies(point.get(), EVP_sha256(), message, der);
}

bool is_key(const PublicKey& key) {
  return public_key(key) != nullptr;
}

bool is_signed_by(const PublicKey& key, std::string_view message, std::string_view signature,
                  SignatureForm form) {
  const Key usable = public_key(key);
  if (!usable) return false;
  if (key.signing == Signing::eddsa) return verifies(usable.get(), nullptr, message, signature);
  if (key.signing == Signing::rs256 || form == SignatureForm::asn1)
    return verifies(usable.get(), EVP_sha256(), message, signature);
  const std::string der = asn1_of(signature);
  return !der.empty() && verifies(usable.get(), EVP_sha256(), message, der);
}

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  std::string out(32, '\0');
  unsigned length = 32;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), raw(bytes), bytes.size(), raw(out),
       &length);
  return out;
}

std::string hmac_sha1(std::string_view key, std::string_view bytes) {
  std::string out(20, '\0');
  unsigned length = 20;
  HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), raw(bytes), bytes.size(), raw(out),
       &length);
  return out;
}

namespace {

// Each hash takes its memory for itself: who sends many passwords must not take all there is.
class HashTurn {
 public:
  HashTurn() { turns().acquire(); }
  HashTurn(const HashTurn&) = delete;
  HashTurn& operator=(const HashTurn&) = delete;
  ~HashTurn() { turns().release(); }

 private:
  static std::counting_semaphore<>& turns() {
    static std::counting_semaphore<> all(limits::passwords_at_once);
    return all;
  }
};

}  // namespace

Result<std::string> hash_password(const Secret& password) {
  start_sodium();
  const HashTurn turn;
  std::string out(crypto_pwhash_STRBYTES, '\0');
  if (crypto_pwhash_str(out.data(), password.reveal().data(), password.reveal().size(),
                        limits::password_passes, limits::password_memory) != 0)
    return fail(Fault::unavailable, "there is not enough memory to hash a password",
                "Try again in a moment.");
  out.resize(out.find('\0'));
  return out;
}

bool is_password(const std::string& hash, const Secret& password) {
  start_sodium();
  const HashTurn turn;
  return crypto_pwhash_str_verify(hash.c_str(), password.reveal().data(),
                                  password.reveal().size()) == 0;
}

bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

Secret new_token() {
  return Secret(to_base64url(random_bytes(32)));
}

std::string token_hash(const Secret& token) {
  return to_hex(sha256(token.reveal()));
}

std::string seal(const Secret& key, std::string_view plain) {
  std::string out = random_bytes(crypto_secretbox_NONCEBYTES);
  out.resize(crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + plain.size());
  crypto_secretbox_easy(raw(out) + crypto_secretbox_NONCEBYTES, raw(plain), plain.size(), raw(out),
                        raw(key.reveal()));
  return out;
}

Result<Secret> unseal(const Secret& key, std::string_view sealed) {
  start_sodium();
  constexpr std::size_t overhead = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
  std::string plain(sealed.size() < overhead ? 0 : sealed.size() - overhead, '\0');
  if (sealed.size() < overhead || key.reveal().size() != seal_key_bytes ||
      crypto_secretbox_open_easy(raw(plain), raw(sealed) + crypto_secretbox_NONCEBYTES,
                                 sealed.size() - crypto_secretbox_NONCEBYTES, raw(sealed),
                                 raw(key.reveal())) != 0) {
    return fail(Fault::corrupt, "a stored secret cannot be opened with this key",
                "Restore the key file that belongs to this data, or enter the secret again.");
  }
  return Secret(std::move(plain));
}

}  // namespace carillon
