// What a fuzz target demands of a result, beyond not crashing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace carillon::fuzz {

// Stops the program where `good` is false, so that the input is kept as a crash.
inline void require(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "broken promise: %s\n", what);
  std::abort();
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {static_cast<const char*>(static_cast<const void*>(data)), size};
}

inline bool is_utf8(std::string_view text) {
  return !first_bad_utf8(text);
}

// Every error has a sentence, and a parser of foreign bytes never blames a bug of ours.
inline void require_sound(const Error& error) {
  require(!error.what.empty(), "an error says what failed");
  require(error.fault != Fault::internal, "bad input is not an internal error");
}

}  // namespace carillon::fuzz
