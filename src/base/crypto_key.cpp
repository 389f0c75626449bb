#include "base/crypto_key.hpp"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "base/openssl.hpp"

namespace carillon {

namespace {

using HeldKey = Owned<EVP_PKEY, EVP_PKEY_free>;
using Bio = Owned<BIO, BIO_free_all>;

constexpr std::size_t pem_bytes = 16UL * 1024;

Bio bio_of(std::string_view text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string text_of(BIO* bio) {
  const char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

// No pass phrase is ever asked for on the terminal.
int no_phrase(char*, int, int, void*) {
  return 0;
}

std::string number(const EVP_PKEY* key, const char* name) {
  BIGNUM* read = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &read) != 1) return {};
  const Owned<BIGNUM, BN_free> owned(read);
  std::string out(static_cast<std::size_t>(BN_num_bytes(read)), '\0');
  BN_bn2bin(read, reinterpret_cast<unsigned char*>(out.data()));
  return out;
}

PublicKey parts_of(const EVP_PKEY* key) {
  if (EVP_PKEY_is_a(key, "RSA") == 1)
    return {Signing::rs256, number(key, OSSL_PKEY_PARAM_RSA_N), number(key, OSSL_PKEY_PARAM_RSA_E)};
  std::string x(32, '\0');
  std::size_t size = x.size();
  if (EVP_PKEY_is_a(key, "ED25519") != 1 ||
      EVP_PKEY_get_raw_public_key(key, reinterpret_cast<unsigned char*>(x.data()), &size) != 1)
    return {Signing::eddsa, "", ""};
  return {Signing::eddsa, x, ""};
}

HeldKey read_public(std::string_view pem) {
  const auto decoded = [&](bool rsa) -> EVP_PKEY* {
    const Bio bio = bio_of(pem);
    if (!rsa) return PEM_read_bio_PUBKEY(bio.get(), nullptr, no_phrase, nullptr);
    const Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context(
        EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
    unsigned char* der = nullptr;
    long size = 0;
    char* name = nullptr;
    char* header = nullptr;
    if (PEM_read_bio(bio.get(), &name, &header, &der, &size) != 1) return nullptr;
    const Owned<unsigned char, [](unsigned char* it) { OPENSSL_free(it); }> bytes(der);
    const bool fits = std::string_view(name) == "RSA PUBLIC KEY";
    OPENSSL_free(name);
    OPENSSL_free(header);
    const unsigned char* at = der;
    return fits ? d2i_PublicKey(EVP_PKEY_RSA, nullptr, &at, size) : nullptr;
  };
  HeldKey key(decoded(false));
  if (!key) key.reset(decoded(true));
  ERR_clear_error();
  return key;
}

}  // namespace

struct PrivateKey::State {
  HeldKey key;
};

Result<PrivateKey> PrivateKey::make(Signing signing) {
  HeldKey key;
  if (signing == Signing::rs256) key.reset(EVP_RSA_gen(2048));
  if (signing == Signing::eddsa) key.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  if (signing == Signing::es256) return fail(Fault::invalid, "a key of our own is RSA or Ed25519");
  if (!key) return fail(Fault::unavailable, "no key could be made", "Try again.");
  return PrivateKey(std::make_shared<const State>(State{std::move(key)}));
}

Result<PrivateKey> PrivateKey::from_pem(const Secret& pem) {
  const auto refused = [] {
    ERR_clear_error();
    return fail(Fault::invalid, "this is no private key of RSA or Ed25519 in PEM");
  };
  if (pem.reveal().size() > pem_bytes) return refused();
  const Bio bio = bio_of(pem.reveal());
  HeldKey key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_phrase, nullptr));
  if (!key || (EVP_PKEY_is_a(key.get(), "RSA") != 1 && EVP_PKEY_is_a(key.get(), "ED25519") != 1))
    return refused();
  return PrivateKey(std::make_shared<const State>(State{std::move(key)}));
}

Signing PrivateKey::signing() const {
  return EVP_PKEY_is_a(state_->key.get(), "RSA") == 1 ? Signing::rs256 : Signing::eddsa;
}

Secret PrivateKey::pem() const {
  const Bio bio(BIO_new(BIO_s_secmem()));
  PEM_write_bio_PKCS8PrivateKey(bio.get(), state_->key.get(), nullptr, nullptr, 0, nullptr,
                                nullptr);
  return Secret(text_of(bio.get()));
}

std::string PrivateKey::public_pem() const {
  const Bio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PUBKEY(bio.get(), state_->key.get());
  return text_of(bio.get());
}

Result<std::string> PrivateKey::sign(std::string_view message) const {
  const Owned<EVP_MD_CTX, EVP_MD_CTX_free> context(EVP_MD_CTX_new());
  const EVP_MD* digest = signing() == Signing::rs256 ? EVP_sha256() : nullptr;
  const auto* bytes = reinterpret_cast<const unsigned char*>(message.data());
  std::string out(static_cast<std::size_t>(EVP_PKEY_get_size(state_->key.get())), '\0');
  std::size_t size = out.size();
  if (!context ||
      EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, state_->key.get()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size, bytes,
                     message.size()) != 1)
    return fail(Fault::unavailable, "the signature could not be made", "Try again.");
  out.resize(size);
  return out;
}

Result<PublicKey> public_key_of(std::string_view pem) {
  const HeldKey key = pem.size() > pem_bytes ? nullptr : read_public(pem);
  if (!key) return fail(Fault::invalid, "this is no public key in PEM");
  PublicKey out = parts_of(key.get());
  if (!is_key(out))
    return fail(Fault::invalid, "the key is neither RSA of 2048 to 8192 bits nor Ed25519");
  return out;
}

}  // namespace carillon
