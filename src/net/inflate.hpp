// Decompression piece by piece, with no more in memory than a piece.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "base/result.hpp"

namespace carillon {

// Takes the next bytes of something; an error ends what feeds it.
using ByteSink = std::function<Result<void>(std::string_view)>;

// One deflate stream (RFC 1951), bare as in a zip, or as gzip (RFC 1952), also of several members.
// Not thread-safe.
class Inflate {
 public:
  enum class Form { bare, gzip };
  explicit Inflate(Form form);
  Inflate(const Inflate&) = delete;
  Inflate& operator=(const Inflate&) = delete;
  ~Inflate();

  // Hands what `in` holds to `out`, at most 64 KB at a time. Bytes after the end are left out.
  // Errors: corrupt for bytes that are no such stream, and those of `out`.
  Result<void> feed(std::string_view in, const ByteSink& out);
  // Whether the stream came to its own end: if not, it was cut.
  [[nodiscard]] bool ended() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The checksum of zip and gzip of what came before and `bytes`; starts at 0. Pure.
[[nodiscard]] std::uint32_t crc32_of(std::uint32_t before, std::string_view bytes);

}  // namespace carillon
