// The posts of the past, in a SQLite file of their own (data/archive.db), whatever the workspace's
// database is: written by an import, read by everything else. SQL of these tables stands here only.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "retire/archive_post.hpp"
#include "store/db.hpp"

namespace carillon {

// What an import found and did, counted in the file itself, so that it is true after a resumed one.
struct ArchiveCounts {
  std::int64_t posts = 0;
  std::int64_t threads = 0;  // of two posts and more
  std::int64_t longest_thread = 0;
  std::int64_t follow_ups = 0;  // posts of an account that answer its own
  std::int64_t replies = 0;
  std::int64_t reposts = 0;
  std::int64_t quotes = 0;
  std::int64_t pictures = 0;
  std::int64_t videos = 0;
  std::int64_t animations = 0;
  std::int64_t missing_media = 0;
  std::int64_t refused_media = 0;
  std::int64_t alt_texts = 0;
  std::int64_t long_texts = 0;       // long texts that found their post
  std::int64_t long_texts_left = 0;  // that did not
  std::int64_t edited = 0;
  std::int64_t short_links = 0;       // that now show their target
  std::int64_t short_links_left = 0;  // whose target the archive does not say
};
BOOST_DESCRIBE_STRUCT(ArchiveCounts, (),
                      (posts, threads, longest_thread, follow_ups, replies, reposts, quotes,
                       pictures, videos, animations, missing_media, refused_media, alt_texts,
                       long_texts, long_texts_left, edited, short_links, short_links_left))

// A row as readers see it. `number` grows with time; `thread` is the number of its first post.
struct PastRow {
  std::int64_t number = 0;
  std::int64_t thread = 0;
  std::int64_t place = 0;  // in its thread, 0 for the first
  std::string original;
  Micros at = 0;
  std::string text;
  std::string language;
  PastKind kind = PastKind::post;
  std::string reply_to;
  std::string reply_handle;
  std::int64_t media = 0;
  bool edited = false;
};
BOOST_DESCRIBE_STRUCT(PastRow, (),
                      (number, thread, place, original, at, text, language, kind, reply_to,
                       reply_handle, media, edited))

struct PastMediaRow {
  std::int64_t post = 0;
  std::int64_t place = 0;
  PastMediaKind kind = PastMediaKind::picture;
  PastMediaState state = PastMediaState::wanted;
  std::string member;  // names it may have in the archive, one a line, the likeliest first
  std::string file;    // where it is kept, below data/archive/; empty: it is not
  std::string address;
  std::string alt;
};
BOOST_DESCRIBE_STRUCT(PastMediaRow, (), (post, place, kind, state, member, file, address, alt))

struct PastAccountRow {
  std::int64_t number = 0;
  std::string platform;
  std::string original;
  std::string handle;
  std::string name;
  Micros generated = 0;
};
BOOST_DESCRIBE_STRUCT(PastAccountRow, (), (number, platform, original, handle, name, generated))

// How far an import came: all records before this one are in the file.
struct ImportRow {
  std::int64_t number = 0;
  std::string source;  // which archive: path, size and time of making
  std::int64_t account = 0;
  std::int64_t file = 0;    // index among the members to read
  std::int64_t record = 0;  // within it
  std::int64_t notes_left = 0;
  bool done = false;
};
BOOST_DESCRIBE_STRUCT(ImportRow, (), (number, source, account, file, record, notes_left, done))

// A long text that waits for its post.
struct PastNoteRow {
  std::int64_t number = 0;  // between first_note of its import and that of the next
  Micros at = 0;
  std::string post;  // the id of its post, where the archive says it
  std::string text;
  std::vector<std::vector<std::string>> links;  // pairs: a short address and its target
  bool used = false;
};
BOOST_DESCRIBE_STRUCT(PastNoteRow, (), (number, at, post, text, links, used))

// What an import took out again.
struct PastGone {
  std::int64_t posts = 0;
  std::vector<std::string> files;  // of their media, below data/archive/
};

// A post that a search found.
struct PastHit {
  std::int64_t number = 0;
  std::int64_t thread = 0;
  std::int64_t account = 0;
  std::string original;
  Micros at = 0;
  std::string shown;  // what stands around the words; each of them between \x01 and \x02
};
BOOST_DESCRIBE_STRUCT(PastHit, (), (number, thread, account, original, at, shown))

struct PastEdition {
  std::string original;  // the id of an older edition
  std::int64_t thread = 0;
  std::string latest;
};
BOOST_DESCRIBE_STRUCT(PastEdition, (), (original, thread, latest))

// Errors of everything here are those of Store; not_found where it is said. Thread-safe as Store.
class ArchiveStore {
 public:
  // Opens the file, making it when `make` is set. Errors: not_found when it is not there.
  static Result<std::unique_ptr<ArchiveStore>> open(const std::string& data_dir, bool make);

  // ---- importing

  // The import of this source: a new one, or the one that was not finished. The account is found by
  // its platform and id (or handle, where the archive has no id), else made.
  Result<ImportRow> begin_import(const std::string& source, const PastAccount& account);
  Result<void> put_notes(const std::vector<PastNoteRow>& notes);
  // Those of that post, or made within a second of it.
  Result<std::vector<PastNoteRow>> notes_near(const ImportRow& import, const PastPost& post);
  // Writes posts, old and new, which long texts they took (by number), and how far the import came,
  // in one transaction.
  Result<void> put(const ImportRow& import, const std::vector<PastPost>& posts,
                   const std::vector<std::int64_t>& notes);
  // Ids that shall not be shown, whatever archive holds them.
  Result<void> put_closed(const ImportRow& import, const std::vector<std::string>& ids);
  Result<std::vector<PastMediaRow>> wanted_media(std::int64_t account, std::size_t count);
  Result<std::int64_t> count_wanted(std::int64_t account);
  Result<void> settle_media(const std::vector<PastMediaRow>& media);
  // Takes out what was deleted, closed or replaced by a later edition, resolves short addresses by
  // what other posts say of them, joins threads, and indexes the words. Where the archive is whole,
  // and newer than the last one, a post that it no longer holds was deleted. What it took out.
  Result<PastGone> finish_import(const ImportRow& import, const PastAccount& account);

  // ---- reading

  Result<ArchiveCounts> counts(std::int64_t account);
  Result<std::vector<PastAccountRow>> accounts();
  // Whether an archive of the account was read to its end.
  Result<bool> whole(std::int64_t account);
  // Posts in the order of pages: threads by their first post, each thread whole. From behind
  // (`thread`, `place`).
  Result<std::vector<PastRow>> in_order(std::int64_t account, std::int64_t thread,
                                        std::int64_t place, std::size_t count);
  // The newest first posts of threads.
  Result<std::vector<PastRow>> newest(std::int64_t account, std::size_t count);
  // Threads that began in [from, to), whole.
  Result<std::vector<PastRow>> threads_between(std::int64_t account, Micros from, Micros to);
  // The first posts of those threads, and how many there are.
  Result<std::vector<PastRow>> first_between(std::int64_t account, Micros from, Micros to);
  Result<std::int64_t> count_between(std::int64_t account, Micros from, Micros to);
  // When the first and the last thread began; 0 and 0 when there is none.
  Result<std::pair<Micros, Micros>> span(std::int64_t account);
  // Grows with each import that came to its end.
  Result<std::int64_t> version();
  Result<std::vector<PastMediaRow>> media_between(std::int64_t first, std::int64_t last);
  // The media of what in_order gave: behind (`thread`, `place`), up to `last`; by post.
  Result<std::vector<PastMediaRow>> media_in_order(std::int64_t account, std::int64_t thread,
                                                   std::int64_t place, const PastRow& last);
  Result<std::optional<PastRow>> post(std::int64_t account, const std::string& original);
  Result<std::vector<PastEdition>> editions(std::int64_t account);
  // Posts that hold every word, in their text or alt texts, newest first. A word that ends with *
  // stands for all that begin so; words in "quotes" stand side by side. Errors: invalid.
  Result<std::vector<PastRow>> search(const std::string& words, std::size_t count);
  // The same for readers, from behind post `before` (0: from the newest).
  Result<std::vector<PastHit>> hits(const std::string& words, std::int64_t before,
                                    std::size_t count);
  Result<std::int64_t> account_of(std::int64_t number);

 private:
  explicit ArchiveStore(std::unique_ptr<Store> store) : store_(std::move(store)) {}
  std::unique_ptr<Store> store_;
};

// The numbers of an import's long texts start behind this. Pure.
[[nodiscard]] std::int64_t first_note(const ImportRow& import);

// The second that a post's number says. Pure.
[[nodiscard]] Micros past_time(std::int64_t number);

}  // namespace carillon
