// Foreign HTML and times, as answers of servers hold them.
#include "base/moment.hpp"
#include "base/zone.hpp"
#include "channel/html_scan.hpp"
#include "fuzz.hpp"
#include "text/html_text.hpp"

using namespace carillon;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const std::string plain = html_to_text(text);
  if (fuzz::is_utf8(text)) fuzz::require(fuzz::is_utf8(plain), "UTF-8 stays UTF-8");
  static_cast<void>(meta_content(text, "og:title"));
  if (const auto at = parse_time(text))
    fuzz::require(parse_time(iso_time_millis(*at)).has_value(), "a time is written readably");
  if (const auto when = parse_when(text, "Europe/Paris"); !when) fuzz::require_sound(when.error());
  return 0;
}
