// A private key, for tests that have to sign as authenticators and providers do.
#pragma once

#include <doctest/doctest.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <memory>
#include <string>

#include "base/crypto.hpp"
#include "base/signature.hpp"

namespace carillon::rig {

class Signer {
 public:
  explicit Signer(Signing how = Signing::es256) : how_(how) {
    EVP_PKEY* made = how == Signing::es256   ? EVP_EC_gen("P-256")
                     : how == Signing::eddsa ? EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")
                                             : EVP_RSA_gen(2048);
    REQUIRE(made != nullptr);
    key_ = {made, &EVP_PKEY_free};
  }

  [[nodiscard]] PublicKey key() const {
    if (how_ == Signing::rs256)
      return {how_, number(OSSL_PKEY_PARAM_RSA_N), number(OSSL_PKEY_PARAM_RSA_E)};
    std::string bytes(200, '\0');
    std::size_t size = bytes.size();
    if (how_ == Signing::eddsa) {
      REQUIRE(EVP_PKEY_get_raw_public_key(key_.get(), raw(bytes), &size) == 1);
      return {how_, bytes.substr(0, size), {}};
    }
    REQUIRE(EVP_PKEY_get_octet_string_param(key_.get(), OSSL_PKEY_PARAM_PUB_KEY, raw(bytes),
                                            bytes.size(), &size) == 1);
    REQUIRE(size == 65);
    return {how_, bytes.substr(1, 32), bytes.substr(33, 32)};
  }

  [[nodiscard]] std::string sign(const std::string& message, SignatureForm form) const {
    const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(),
                                                                     &EVP_MD_CTX_free);
    const EVP_MD* digest = how_ == Signing::eddsa ? nullptr : EVP_sha256();
    REQUIRE(EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, key_.get()) == 1);
    std::string out(512, '\0');
    std::size_t size = out.size();
    std::string copy = message;
    REQUIRE(EVP_DigestSign(context.get(), raw(out), &size, raw(copy), copy.size()) == 1);
    out.resize(size);
    return how_ == Signing::es256 && form == SignatureForm::joined ? joined(out) : out;
  }

 private:
  static unsigned char* raw(std::string& bytes) {
    return reinterpret_cast<unsigned char*>(bytes.data());
  }
  [[nodiscard]] std::string number(const char* name) const {
    BIGNUM* found = nullptr;
    REQUIRE(EVP_PKEY_get_bn_param(key_.get(), name, &found) == 1);
    std::string out(static_cast<std::size_t>(BN_num_bytes(found)), '\0');
    BN_bn2bin(found, raw(out));
    BN_free(found);
    return out;
  }
  static std::string joined(std::string asn1) {
    const unsigned char* at = raw(asn1);
    ECDSA_SIG* both = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(asn1.size()));
    REQUIRE(both != nullptr);
    std::string out(64, '\0');
    BN_bn2binpad(ECDSA_SIG_get0_r(both), raw(out), 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(both), raw(out) + 32, 32);
    ECDSA_SIG_free(both);
    return out;
  }

  Signing how_;
  std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key_{nullptr, &EVP_PKEY_free};
};

}  // namespace carillon::rig
