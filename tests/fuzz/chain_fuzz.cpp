// An exported audit log: reading and judging it.
#include "core/chain.hpp"
#include "fuzz.hpp"

using namespace carillon;

namespace {

ChainReport report_of(std::string_view text, std::size_t piece) {
  ChainFile file;
  for (std::size_t at = 0; at < text.size(); at += piece) file.feed(text.substr(at, piece));
  return file.finish();
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const ChainReport whole = report_of(text, text.size() + 1);
  const ChainReport pieces = report_of(text, 7);
  fuzz::require(whole.broken == pieces.broken && whole.count == pieces.count,
                "how it is cut into pieces does not matter");
  fuzz::require(whole.broken.empty() == (whole.broken_at == 0), "what is broken has a place");
  fuzz::require(!first_bad_utf8(whole.broken), "what is said is text");
  const auto event = read_chain_line(text.substr(0, text.find('\n')));
  if (!event) {
    fuzz::require_sound(event.error());
    return 0;
  }
  const auto again = read_chain_line(chain_line(*event));
  fuzz::require(again.has_value(), "what was read can be written and read");
  fuzz::require(chain_hash(*again) == chain_hash(*event), "and is the same event");
  ChainedEvent sealed = *event;
  seal_event(sealed);
  ChainCheck check;
  check.add(sealed);
  const bool starts = sealed.seq != 1 || sealed.previous == chain_start();
  const bool fits = check.finish().broken.empty();
  fuzz::require(fits || !starts || sealed.salt.empty() || sealed.seq < 1, "a sealed event fits");
  return 0;
}
