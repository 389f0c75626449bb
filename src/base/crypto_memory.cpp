#include "base/crypto_memory.hpp"

#include <malloc.h>
#include <openssl/crypto.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <utility>

namespace carillon {

namespace {

constexpr std::size_t step = 16;      // by which the sizes of the C library's pieces grow
constexpr std::size_t smallest = 24;  // of them
constexpr std::size_t sizes = 64;     // kept: up to 1032 bytes

struct Piece {
  Piece* next;
};

// Has no destructor of its own: OpenSSL frees until the very end of a thread.
struct Kept {
  std::array<Piece*, sizes> first{};
  std::size_t bytes = 0;
  bool ended = false;
};
thread_local constinit Kept kept;

constexpr std::size_t bytes_of(std::size_t number) {
  return smallest + number * step;
}

struct End {
  End() = default;
  End(const End&) = delete;
  End& operator=(const End&) = delete;
  ~End() {
    kept.ended = true;
    kept.bytes = 0;
    for (Piece*& first : kept.first) {
      while (first != nullptr) std::free(std::exchange(first, first->next));
    }
  }
  // Makes sure that it is there.
  void stand() const {}
};
thread_local const End end_of_thread;

}  // namespace

namespace crypto_memory {

void* take(std::size_t bytes) {
  if (bytes == 0) return nullptr;
  const std::size_t number = bytes <= smallest ? 0 : (bytes - smallest + step - 1) / step;
  if (number >= sizes) return std::malloc(bytes);
  Piece*& first = kept.first[number];
  if (first == nullptr) return std::malloc(bytes_of(number));
  kept.bytes -= bytes_of(number);
  return std::exchange(first, first->next);
}

void give_back(void* piece) {
  if (piece == nullptr) return;
  const std::size_t size = malloc_usable_size(piece);
  const std::size_t number = (size - smallest) / step;
  if (size < smallest || number >= sizes || kept.ended || kept.bytes + size > kept_most)
    return std::free(piece);
  end_of_thread.stand();
  auto* one = static_cast<Piece*>(piece);
  one->next = std::exchange(kept.first[number], one);
  kept.bytes += bytes_of(number);
}

void* resize(void* piece, std::size_t bytes) {
  if (piece != nullptr && bytes != 0) return std::realloc(piece, bytes);
  give_back(piece);
  return take(bytes);
}

std::size_t kept_bytes() {
  return kept.bytes;
}

}  // namespace crypto_memory

void keep_crypto_memory() {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  CRYPTO_set_mem_functions(
      [](std::size_t bytes, const char*, int) { return crypto_memory::take(bytes); },
      [](void* piece, std::size_t bytes, const char*, int) {
        return crypto_memory::resize(piece, bytes);
      },
      [](void* piece, const char*, int) { crypto_memory::give_back(piece); });
#endif
}

}  // namespace carillon
