#include "net/tls_chains.hpp"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>

#include "base/crypto.hpp"
#include "base/openssl.hpp"
#include "net/tls_library.hpp"

namespace carillon {

namespace {

constexpr std::size_t chains_kept = 65'536;
constexpr std::size_t issuers_kept = 1024;
constexpr std::time_t kept_for = 86'400;

void add_to(Sha256& digest, X509* certificate) {
  unsigned char* bytes = nullptr;
  const int size = i2d_X509(certificate, &bytes);
  if (size > 0) digest.add({reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)});
  OPENSSL_free(bytes);
}

std::string digest_of_chain(STACK_OF(X509) * chain) {
  Sha256 digest;
  for (int i = 0; i < sk_X509_num(chain); ++i) add_to(digest, sk_X509_value(chain, i));
  return digest.finish();
}

std::string digest_of(X509* certificate) {
  Sha256 digest;
  add_to(digest, certificate);
  return digest.finish();
}

bool is_for(X509* leaf, X509_STORE_CTX* context) {
  X509_VERIFY_PARAM* wanted = X509_STORE_CTX_get0_param(context);
  const char* name = X509_VERIFY_PARAM_get0_host(wanted, 0);
  if (name != nullptr)
    return X509_check_host(leaf, name, 0, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, nullptr) == 1;
  char* address = X509_VERIFY_PARAM_get1_ip_asc(wanted);
  const bool fits = address != nullptr && X509_check_ip_asc(leaf, address, 0) == 1;
  OPENSSL_free(address);
  return fits;
}

std::time_t valid_until(X509* certificate, std::time_t most) {
  std::tm end{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end) != 1) return 0;
  return std::min(most, timegm(&end));
}

// Of a chain but for its first.
std::time_t issuers_valid_until(STACK_OF(X509) * chain, std::time_t most) {
  for (int i = 1; i < sk_X509_num(chain); ++i) most = valid_until(sk_X509_value(chain, i), most);
  return most;
}

// Whether an authority above the second says which names are allowed: then each leaf has to be held
// against that, and so against the whole chain.
bool limits_names(STACK_OF(X509) * chain) {
  for (int i = 2; i < sk_X509_num(chain); ++i) {
    if (X509_get_ext_by_NID(sk_X509_value(chain, i), NID_name_constraints, -1) >= 0) return true;
  }
  return false;
}

// The leaf under an issuer whose own chain was good: signature, times, purpose, name and what the
// issuer itself allows are checked as ever; only the way from the issuer to the root is not walked.
bool is_good_under(X509* issuer, X509_STORE_CTX* asked) {
  const Owned<X509_STORE_CTX, X509_STORE_CTX_free> context(
      X509_STORE_CTX_new_ex(tls_library(), nullptr));
  STACK_OF(X509)* trusted = sk_X509_new_null();
  bool good = false;
  if (context && trusted != nullptr && sk_X509_push(trusted, issuer) > 0 &&
      X509_STORE_CTX_init(context.get(), nullptr, X509_STORE_CTX_get0_cert(asked), nullptr) == 1) {
    X509_VERIFY_PARAM* wanted = X509_STORE_CTX_get0_param(context.get());
    X509_STORE_CTX_set0_trusted_stack(context.get(), trusted);
    good = X509_VERIFY_PARAM_set1(wanted, X509_STORE_CTX_get0_param(asked)) == 1 &&
           X509_VERIFY_PARAM_set_flags(wanted, X509_V_FLAG_PARTIAL_CHAIN) == 1 &&
           X509_verify_cert(context.get()) == 1;
  }
  sk_X509_free(trusted);
  if (!good) ERR_clear_error();  // the whole check says what is wrong
  return good;
}

}  // namespace

bool TlsChains::is_remembered(const std::string& digest, X509_STORE_CTX* asked,
                              std::time_t now) const {
  const auto known = good_.find(digest);
  return known != good_.end() && known->second > now &&
         is_for(X509_STORE_CTX_get0_cert(asked), asked);
}

// The certificate that came behind the leaf, if it is one of those that are known.
TlsChains::Issuer TlsChains::issuer_of(X509_STORE_CTX* asked, std::time_t now) const {
  STACK_OF(X509)* sent = X509_STORE_CTX_get0_untrusted(asked);
  if (sk_X509_num(sent) < 2) return {};
  const auto known = issuers_.find(digest_of(sk_X509_value(sent, 1)));
  return known != issuers_.end() && known->second.until > now ? known->second : Issuer{};
}

void TlsChains::keep(const std::string& digest, std::time_t until) {
  if (good_.size() >= chains_kept) good_.clear();
  good_[digest] = until;
}

void TlsChains::remember(const std::string& digest, X509_STORE_CTX* good, std::time_t now) {
  STACK_OF(X509)* chain = X509_STORE_CTX_get0_chain(good);
  const std::time_t until = issuers_valid_until(chain, now + kept_for);
  keep(digest, valid_until(sk_X509_value(chain, 0), until));
  if (sk_X509_num(chain) < 3 || limits_names(chain)) return;
  X509* issuer = sk_X509_value(chain, 1);
  if (issuers_.size() >= issuers_kept) issuers_.clear();
  X509_up_ref(issuer);
  issuers_[digest_of(issuer)] = {std::shared_ptr<X509>(issuer, X509_free), until};
}

int TlsChains::verify(X509_STORE_CTX* asked) {
  // What was sent, the leaf first.
  const std::string digest = digest_of_chain(X509_STORE_CTX_get0_untrusted(asked));
  const std::time_t now = std::time(nullptr);
  Issuer issuer;
  {
    const std::lock_guard lock(mutex_);
    if (is_remembered(digest, asked, now)) {
      ++counts_.remembered;
      X509_STORE_CTX_set_error(asked, X509_V_OK);
      return 1;
    }
    issuer = issuer_of(asked, now);
  }
  if (issuer.certificate && is_good_under(issuer.certificate.get(), asked)) {
    const std::lock_guard lock(mutex_);
    ++counts_.under_issuer;
    keep(digest, valid_until(X509_STORE_CTX_get0_cert(asked), issuer.until));
    X509_STORE_CTX_set_error(asked, X509_V_OK);
    return 1;
  }
  const int fine = X509_verify_cert(asked);
  const std::lock_guard lock(mutex_);
  ++counts_.computed;
  if (fine == 1) remember(digest, asked, now);
  return fine;
}

TlsContext::Counts TlsChains::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

}  // namespace carillon
