// Structured fields: what is read can be written, and is read as the same again.
#include "federation/structured_fields.hpp"
#include "fuzz.hpp"

using namespace carillon;

namespace {

template <class Value>
void round(std::string_view text, Result<Value> (*read)(std::string_view)) {
  const auto value = read(text);
  if (!value) return fuzz::require_sound(value.error());
  const auto written = write_field(*value);
  fuzz::require(written.has_value(), "what was read can be written");
  const auto again = read(*written);
  // Escapes may make it longer than what is read.
  if (!again) return fuzz::require(again.error().fault == Fault::too_large, "it is read again");
  fuzz::require(*again == *value, "it means the same");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  round<FieldItem>(text, read_field_item);
  round<FieldList>(text, read_field_list);
  round<FieldDictionary>(text, read_field_dictionary);
  return 0;
}
