// Chains of certificates that were found good; internal to TlsContext.
#pragma once

#include <openssl/x509_vfy.h>

#include <ctime>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "net/tls.hpp"

namespace carillon {

// Thread-safe.
class TlsChains {
 public:
  // In the place of X509_verify_cert: 1 where the chain is good and for the wanted name. The error
  // of what is not is that of the whole check (X509_STORE_CTX_get_error).
  int verify(X509_STORE_CTX* asked);
  [[nodiscard]] TlsContext::Counts counts() const;

 private:
  struct Issuer {
    std::shared_ptr<X509> certificate;
    std::time_t until = 0;
  };
  // All under mutex_.
  [[nodiscard]] bool is_remembered(const std::string& digest, X509_STORE_CTX* asked,
                                   std::time_t now) const;
  [[nodiscard]] Issuer issuer_of(X509_STORE_CTX* asked, std::time_t now) const;
  void keep(const std::string& digest, std::time_t until);
  void remember(const std::string& digest, X509_STORE_CTX* good, std::time_t now);

  mutable std::mutex mutex_;
  std::map<std::string, std::time_t> good_;  // digest of a chain -> until when
  std::map<std::string, Issuer> issuers_;    // by the digest of their certificate
  TlsContext::Counts counts_;
};

}  // namespace carillon
