// What comes to an inbox.
#include "federation/activity.hpp"
#include "fuzz.hpp"

using namespace carillon;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const auto read = read_activity(text);
  if (!read) {
    fuzz::require_sound(read.error());
    return 0;
  }
  fuzz::require(!read->outer.type.empty(), "an activity has a type");
  fuzz::require(!host_of(read->outer.actor).empty(), "an activity has an actor");
  return 0;
}
