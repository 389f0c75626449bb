// The memory of OpenSSL.
#pragma once

#include <cstddef>

namespace carillon {

// OpenSSL 3.0 asks for thousands of small pieces of memory in one handshake and gives them back at
// once, more than the C library keeps at hand for a thread. From now on each thread keeps what
// OpenSSL gave back, up to half a megabyte, for what it asks for next. To be called before the
// first use of OpenSSL, once, by the program itself; later it does nothing. Nothing changes where a
// sanitizer watches over the memory. Never fails.
void keep_crypto_memory();

// What OpenSSL calls then, as malloc, realloc and free; thread-safe, and what one thread took
// another may give back. Null where there is no memory, and for nothing.
namespace crypto_memory {

[[nodiscard]] void* take(std::size_t bytes);
[[nodiscard]] void* resize(void* piece, std::size_t bytes);
void give_back(void* piece);

// Bytes that this thread keeps for the next time.
[[nodiscard]] std::size_t kept_bytes();
constexpr std::size_t kept_most = std::size_t{512} * 1024;

}  // namespace crypto_memory

}  // namespace carillon
