// Post files: front matter and body.
#include "base/limits.hpp"
#include "core/announcement.hpp"
#include "fuzz.hpp"

using namespace carillon;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const auto draft = parse_post(text, "posts/some-post.md");
  if (!draft) {
    fuzz::require_sound(draft.error());
    return 0;
  }
  fuzz::require(fuzz::is_utf8(text), "only UTF-8 is read");
  fuzz::require(!draft->slug.empty() && slug_of(draft->slug) == draft->slug, "the slug is one");
  fuzz::require(draft->media.size() <= limits::media_count, "not too many pictures");
  const auto again = from_json<Draft>(to_json(*draft));
  fuzz::require(again && write_json(*again) == write_json(*draft), "a draft survives JSON");
  return 0;
}
