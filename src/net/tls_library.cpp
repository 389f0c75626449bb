#include "net/tls_library.hpp"

#include <openssl/core_dispatch.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/provider.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace carillon {

namespace {

// What TLS 1.2 and 1.3 and the certificates of servers use, by the names that OpenSSL gives first.
struct Wanted {
  int operation;
  std::vector<std::string_view> names;
};

const std::vector<Wanted>& all_wanted() {
  static const std::vector<Wanted> wanted = {
      {OSSL_OP_DIGEST, {"SHA1", "SHA2-224", "SHA2-256", "SHA2-384", "SHA2-512"}},
      {OSSL_OP_CIPHER,
       {"AES-128-GCM", "AES-256-GCM", "ChaCha20-Poly1305", "AES-128-CBC", "AES-256-CBC",
        "AES-128-CBC-HMAC-SHA1", "AES-256-CBC-HMAC-SHA1", "AES-128-CBC-HMAC-SHA256",
        "AES-256-CBC-HMAC-SHA256"}},
      {OSSL_OP_MAC, {"HMAC"}},
      {OSSL_OP_KDF, {"TLS13-KDF", "TLS1-PRF"}},
      {OSSL_OP_KEYMGMT,
       {"RSA", "RSA-PSS", "EC", "ED25519", "ED448", "X25519", "X448", "DH", "HMAC", "TLS1-PRF"}},
      {OSSL_OP_KEYEXCH, {"ECDH", "X25519", "X448", "DH", "TLS1-PRF"}},
      {OSSL_OP_SIGNATURE, {"RSA", "ECDSA", "ED25519", "ED448", "HMAC"}},
      {OSSL_OP_DECODER, {"RSA", "RSA-PSS", "EC", "ED25519", "ED448"}},
  };
  return wanted;
}

// The default provider, as loaded into OpenSSL's own context, and what we take of it.
struct Behind {
  OSSL_PROVIDER* provider = nullptr;
  std::vector<std::pair<int, std::vector<OSSL_ALGORITHM>>> taken;
};

Behind& behind() {
  static Behind& made = *new Behind;  // threads may still use it while the program ends
  return made;
}

bool is_wanted(const OSSL_ALGORITHM& algorithm, const Wanted& wanted) {
  const std::string_view names = algorithm.algorithm_names;
  const std::string_view properties = algorithm.property_definition;
  if (wanted.operation == OSSL_OP_DECODER &&
      !properties.ends_with("input=der,structure=SubjectPublicKeyInfo"))
    return false;
  return std::ranges::find(wanted.names, names.substr(0, names.find(':'))) != wanted.names.end();
}

std::vector<OSSL_ALGORITHM> taken_of(const Wanted& wanted) {
  int no_cache = 0;
  std::vector<OSSL_ALGORITHM> taken;
  const OSSL_ALGORITHM* each =
      OSSL_PROVIDER_query_operation(behind().provider, wanted.operation, &no_cache);
  for (; each != nullptr && each->algorithm_names != nullptr; ++each)
    if (is_wanted(*each, wanted)) taken.push_back(*each);
  taken.push_back({});
  return taken;
}

const OSSL_ALGORITHM* query(void* /*context*/, int operation, int* no_cache) {
  for (const auto& [its, taken] : behind().taken) {
    if (its != operation) continue;
    *no_cache = 0;
    return taken.data();
  }
  return OSSL_PROVIDER_query_operation(behind().provider, operation, no_cache);
}

int capabilities(void* /*context*/, const char* name, OSSL_CALLBACK* tell, void* to) {
  return OSSL_PROVIDER_get_capabilities(behind().provider, name, tell, to);
}

int begin(const OSSL_CORE_HANDLE* /*handle*/, const OSSL_DISPATCH* /*core*/,
          const OSSL_DISPATCH** functions, void** context) {
  static const OSSL_DISPATCH ours[] = {
      {OSSL_FUNC_PROVIDER_QUERY_OPERATION, reinterpret_cast<void (*)()>(query)},
      {OSSL_FUNC_PROVIDER_GET_CAPABILITIES, reinterpret_cast<void (*)()>(capabilities)},
      {0, nullptr}};
  *functions = ours;
  *context = OSSL_PROVIDER_get0_provider_ctx(behind().provider);
  return 1;
}

OSSL_LIB_CTX* make() {
  // OpenSSL 3.2 keeps what it found, and who asks for FIPS gets what was asked for.
  if (OPENSSL_version_major() > 3 || OPENSSL_version_minor() >= 2 ||
      EVP_default_properties_is_fips_enabled(nullptr) == 1)
    return nullptr;
  behind().provider = OSSL_PROVIDER_load(nullptr, "default");
  if (behind().provider == nullptr) return nullptr;
  for (const Wanted& wanted : all_wanted())
    behind().taken.emplace_back(wanted.operation, taken_of(wanted));
  OSSL_LIB_CTX* library = OSSL_LIB_CTX_new();
  if (library != nullptr && OSSL_PROVIDER_add_builtin(library, "connections", begin) == 1 &&
      OSSL_PROVIDER_load(library, "connections") != nullptr)
    return library;
  OSSL_LIB_CTX_free(library);
  return nullptr;
}

}  // namespace

OSSL_LIB_CTX* tls_library() {
  static OSSL_LIB_CTX* const library = make();
  return library;
}

}  // namespace carillon
