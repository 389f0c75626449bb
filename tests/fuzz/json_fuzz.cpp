// JSON of strangers, by itself and as a described type.
#include "core/announcement.hpp"
#include "core/rendition.hpp"
#include "fuzz.hpp"

using namespace carillon;

namespace {

template <class T>
void read_as(const json::value& value, Unknown unknown) {
  const auto read = from_json<T>(value, unknown);
  if (!read) {
    fuzz::require_sound(read.error());
    return;
  }
  const auto again = parse_json_as<T>(write_json(*read));
  fuzz::require(again && write_json(*again) == write_json(*read), "what is written is read");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto value = parse_json(fuzz::text_of(data, size));
  if (!value) {
    fuzz::require_sound(value.error());
    return 0;
  }
  fuzz::require(parse_json(write_pretty(*value)).has_value(), "pretty JSON is JSON");
  for (const Unknown unknown : {Unknown::refuse, Unknown::ignore}) {
    read_as<Announcement>(*value, unknown);
    read_as<Rendition>(*value, unknown);
  }
  return 0;
}
