// OpenSSL for connections, without what reading a certificate would search and never use.
#pragma once

#include <openssl/types.h>

namespace carillon {

// The library context of the TLS of a fan-out: OpenSSL's default algorithms, but only
// those that TLS 1.2 and 1.3 and the certificates of servers use. For each key that it reads,
// OpenSSL 3.0 copies the list of all it has and sets up a search through every decoder, some
// eighty, which costs more than checking a signature does. Made at the first call and kept; null
// where OpenSSL cannot or need not, which every call of it takes for its own default context.
// Thread-safe. Follows provider(7) and OSSL_PROVIDER_add_builtin(3).
[[nodiscard]] OSSL_LIB_CTX* tls_library();

}  // namespace carillon
