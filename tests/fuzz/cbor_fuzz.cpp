// What authenticators write.
#include "fuzz.hpp"
#include "text/cbor.hpp"

using namespace carillon;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const auto read = read_cbor(text);
  if (!read) {
    fuzz::require_sound(read.error());
    return 0;
  }
  fuzz::require(read->size <= size, "no byte behind the end is read");
  fuzz::require(cbor_of(read->value) == text.substr(0, read->size), "the form is canonical");
  return 0;
}
