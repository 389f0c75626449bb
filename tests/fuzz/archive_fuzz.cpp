// Files of an archive: cut into records, and each record read as a post, a note and an id.
#include "fuzz.hpp"
#include "retire/archive_mastodon.hpp"
#include "retire/archive_records.hpp"
#include "retire/archive_text.hpp"
#include "retire/archive_x.hpp"

using namespace carillon;

namespace {

void look_at(const Result<std::optional<PastPost>>& read) {
  if (!read) return fuzz::require_sound(read.error());
  if (!*read) return;
  const PastPost& post = **read;
  fuzz::require(!post.original.empty() && post.at != 0, "a post has an id and a time");
  fuzz::require(fuzz::is_utf8(post.text), "a text is UTF-8");
  const auto shown = without_short_addresses(
      post.text, [](std::string_view) -> const std::string* { return nullptr; });
  fuzz::require(shown.text == post.text && shown.replaced == 0, "what is not known stays");
}

void read_all(std::string_view record) {
  static const PastArchive archive = [] {
    PastArchive out;
    out.account.original = "7";
    out.account.handle = "ours";
    out.media_folder = "data/tweets_media/";
    return out;
  }();
  look_at(x_post(record, archive));
  look_at(mastodon_post(record, archive));
  if (const auto note = x_note(record); !note) fuzz::require_sound(note.error());
  if (const auto id = x_id(record); !id) fuzz::require_sound(id.error());
}

// The records of a file that comes in pieces of this size.
std::string cut(std::string_view text, std::size_t step) {
  std::string out;
  ArchiveRecords records([&](std::string_view record) -> Result<void> {
    out += std::to_string(record.size()) + ":";
    out += record;
    if (step > 1) read_all(record);
    return {};
  });
  for (std::size_t at = 0; at < text.size(); at += step) {
    if (const auto fed = records.feed(text.substr(at, step)); !fed) {
      fuzz::require_sound(fed.error());
      return out + "!";
    }
  }
  if (const auto done = records.finish(); !done) {
    fuzz::require_sound(done.error());
    out += "?";
  }
  return out;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  fuzz::require(cut(text, 1) == cut(text, 4096), "records do not depend on how they come");
  static_cast<void>(x_time(text));
  return 0;
}
