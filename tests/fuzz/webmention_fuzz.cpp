// A notification of a web site (the first line), and the page that it names (the rest).
#include "federation/webmention.hpp"
#include "fuzz.hpp"

using namespace carillon;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const std::size_t line = text.find('\n');
  const auto read = read_webmention(text.substr(0, line));
  if (!read) fuzz::require_sound(read.error());
  if (read) fuzz::require(!read->source.host.empty(), "a source has a host");
  const Url source = read ? read->source : *parse_url("https://blog.example/2026/tea");
  const std::string_view page = line == std::string_view::npos ? "" : text.substr(line + 1);
  const auto words = mention_in(page, source, "https://example.org/posts/tea/");
  if (!words) return 0;
  fuzz::require(fuzz::is_utf8(*words), "what is kept is text");
  fuzz::require(words->find('\0') == std::string::npos, "what is kept has no NUL");
  fuzz::require(words->size() <= mention_bytes, "what is kept is short");
  return 0;
}
