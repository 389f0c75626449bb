// Addresses, references, query strings and percent signs.
#include "base/limits.hpp"
#include "fuzz.hpp"
#include "net/url.hpp"

using namespace carillon;

namespace {

void require_normal(const Result<Url>& url) {
  if (!url) {
    fuzz::require_sound(url.error());
    return;
  }
  fuzz::require(url->scheme == "http" || url->scheme == "https", "only the web");
  fuzz::require(url->port != 0 && !url->host.empty() && url->path.starts_with("/"), "complete");
  for (const char c : url->str()) fuzz::require(c > ' ' && c < '\x7f', "only visible ASCII");
  const auto again = parse_url(url->str());
  // Encoding may lengthen an address beyond what is read.
  fuzz::require(
      again ? *again == *url
            : again.error().fault == Fault::too_large || url->str().size() > limits::url_bytes,
      "an address in normal form stays itself");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  require_normal(parse_url(text));
  static const Url base = *parse_url("https://example.org/a/b/c?d=e#f");
  require_normal(join_url(base, text));
  const auto decoded = percent_decode(percent_encode(text));
  fuzz::require(decoded && *decoded == text, "percent signs come back");
  const QueryPairs pairs = parse_query(text);
  fuzz::require(parse_query(build_query(pairs)) == pairs, "pairs come back");
  return 0;
}
