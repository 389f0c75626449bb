#include "base/crypto.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>

#include <cstdlib>

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

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  std::string out(32, '\0');
  unsigned length = 32;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), raw(bytes), bytes.size(), raw(out),
       &length);
  return out;
}

bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
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
