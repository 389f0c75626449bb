#include "retire/archive_import.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "retire/archive_bluesky.hpp"
#include "retire/archive_car.hpp"
#include "retire/archive_mastodon.hpp"
#include "retire/archive_media.hpp"
#include "retire/archive_records.hpp"
#include "retire/archive_text.hpp"
#include "retire/archive_x.hpp"

namespace carillon {

namespace {

constexpr std::size_t warnings_max = 20;

// Names the archive by what it holds, so that it may be moved between two runs.
std::string source_of(const PastArchive& archive) {
  const PastAccount& account = archive.account;
  return fmt::format("{} {} {} {} {} {}", account.platform, account.original, account.handle,
                     account.generated, archive.posts.size(), archive.bytes);
}

bool allows(std::string_view name) {
  return x_allows(name) || mastodon_allows(name) || bluesky_allows(name);
}

// Whose archive it is, by what it holds.
Result<PastArchive> archive_in(const ArchiveFiles& files, const ArchiveAsked& asked) {
  if (files.bytes_of(car_commit)) return bluesky_archive(files, asked);
  if (files.bytes_of("outbox.json")) return mastodon_archive(files);
  return x_archive(files);
}

// The database takes no NUL, and no text has use for one.
void without_nul(std::string& text) {
  std::replace(text.begin(), text.end(), '\0', ' ');
}

// Which moments have a long note, to ask the database only for posts that may have one.
class NoteTimes {
 public:
  void add(Micros at) { seconds_.push_back(at / second); }
  void settle() { std::sort(seconds_.begin(), seconds_.end()); }
  [[nodiscard]] bool near(Micros at) const {
    const auto found = std::lower_bound(seconds_.begin(), seconds_.end(), at / second - 1);
    return found != seconds_.end() && *found <= at / second + 2;
  }

 private:
  std::vector<std::int64_t> seconds_;
};

class Importer {
 public:
  Importer(ArchiveStore& store, const ArchiveFiles& files, const PastArchive& archive,
           const ArchiveProgress& progress, ArchiveImported& report)
      : store_(store), files_(files), archive_(archive), progress_(progress), report_(report) {}

  Result<void> run(const ImportRow& import) {
    import_ = import;
    for (const std::string& member : archive_.closed) CHECK_OK(read_closed(member));
    for (const std::string& member : archive_.notes) CHECK_OK(read_notes(member));
    times_.settle();
    const auto first = static_cast<std::size_t>(import_.file);
    for (std::size_t i = 0; i < archive_.posts.size(); ++i) {
      if (i >= first) {
        CHECK_OK(read_posts(archive_.posts[i]));
      } else {
        came_ += files_.bytes_of(archive_.posts[i]).value_or(0);
      }
    }
    return {};
  }

 private:
  Result<void> read_records(const std::string& member, const ArchiveRecords::Sink& sink) {
    ArchiveRecords records(sink, archive_.list);
    CHECK_OK(files_.read(member, [&](std::string_view bytes) -> Result<void> {
      came_ += bytes.size();
      auto fed = records.feed(bytes);
      if (!fed) return tl::unexpected<Error>(within(member, std::move(fed).error()));
      progress_("MB", came_ / 1'000'000, archive_.bytes / 1'000'000);
      return {};
    }));
    auto done = records.finish();
    if (!done) return tl::unexpected<Error>(within(member, std::move(done).error()));
    return {};
  }

  void unreadable(const std::string& member, const Error& error) {
    ++report_.unreadable;
    if (report_.warnings.size() < warnings_max)
      report_.warnings.push_back(fmt::format("{}: {}", member, error.what));
  }

  Result<void> read_closed(const std::string& member) {
    std::vector<std::string> ids;
    const auto read = read_records(member, [&](std::string_view record) -> Result<void> {
      auto id = x_id(record);
      if (!id) {
        unreadable(member, id.error());
        return {};
      }
      ids.push_back(std::move(*id));
      if (ids.size() < limits::archive_batch_posts) return {};
      CHECK_OK(store_.put_closed(import_, ids));
      ids.clear();
      return {};
    });
    CHECK_OK(read);
    return store_.put_closed(import_, ids);
  }

  Result<void> read_notes(const std::string& member) {
    std::vector<PastNoteRow> batch;
    const auto read = read_records(member, [&](std::string_view record) -> Result<void> {
      auto note = x_note(record);
      if (!note) {
        unreadable(member, note.error());
        return {};
      }
      times_.add(note->at);
      PastNoteRow row{first_note(import_) + ++notes_, note->at, std::move(note->post),
                      std::move(note->text),          {},       false};
      for (auto& [from, target] : note->links) row.links.push_back({from, target});
      batch.push_back(std::move(row));
      if (batch.size() < limits::archive_batch_posts) return {};
      CHECK_OK(store_.put_notes(batch));
      batch.clear();
      return {};
    });
    CHECK_OK(read);
    return store_.put_notes(batch);
  }

  Result<void> read_posts(const std::string& member) {
    if (member.ends_with('/')) return read_folder(member);
    std::int64_t at = 0;
    CHECK_OK(read_records(member, [&](std::string_view record) -> Result<void> {
      return at++ < import_.record ? Result<void>() : take(member, record, at);
    }));
    return flush(import_.file + 1, 0);
  }

  Result<void> read_folder(const std::string& folder) {
    const std::vector<std::string> names = files_.names_in(folder);
    for (auto at = static_cast<std::size_t>(import_.record); at < names.size();) {
      TRY(const std::string record, read_member(files_, names[at], limits::archive_record_bytes));
      const std::string& name = names[at];
      CHECK_OK(take(name, record, static_cast<std::int64_t>(++at)));
      progress_("posts", at, names.size());
    }
    return flush(import_.file + 1, 0);
  }

  // Keeps one record, the last of `count` in its member.
  Result<void> take(const std::string& member, std::string_view record, std::int64_t count) {
    auto post = archive_.read(member, record, archive_);
    if (!post) unreadable(member, post.error());
    if (!post || !*post) return {};
    batch_bytes_ += record.size();
    CHECK_OK(complete(**post));
    batch_.push_back(std::move(**post));
    const bool full =
        batch_.size() >= limits::archive_batch_posts || batch_bytes_ >= limits::archive_batch_bytes;
    return full ? flush(import_.file, count) : Result<void>();
  }

  // Its whole text, with the addresses it leads to.
  Result<void> complete(PastPost& post) {
    for (std::string* text : {&post.text, &post.language, &post.reply_to, &post.reply_handle})
      without_nul(*text);
    for (PastMedia& media : post.media)
      for (std::string* text : {&media.member, &media.address, &media.alt}) without_nul(*text);
    if (times_.near(post.at) && post.kind != PastKind::repost) CHECK_OK(join_note(post));
    auto text =
        without_short_addresses(post.text, [&](std::string_view address) -> const std::string* {
          const auto found =
              std::find_if(post.links.begin(), post.links.end(),
                           [&](const PastLink& link) { return link.first == address; });
          return found == post.links.end() ? nullptr : &found->second;
        });
    post.text = std::move(text.text);
    post.resolved = static_cast<std::int64_t>(text.replaced);
    post.unresolved = static_cast<std::int64_t>(text.left);
    return {};
  }

  Result<void> join_note(PastPost& post) {
    TRY(auto notes, store_.notes_near(import_, post));
    for (PastNoteRow& note : notes) {
      const bool taken = std::find(used_.begin(), used_.end(), note.number) != used_.end();
      const bool its = note.post == post.original || note_continues(note.text, post.text);
      if (taken || !its) continue;
      post.text = std::move(note.text);
      post.noted = true;
      for (auto& link : note.links)
        if (link.size() == 2) post.links.emplace_back(link[0], link[1]);
      used_.push_back(note.number);
      return {};
    }
    return {};
  }

  Result<void> flush(std::int64_t file, std::int64_t record) {
    import_.file = file;
    import_.record = record;
    CHECK_OK(store_.put(import_, batch_, used_));
    batch_.clear();
    used_.clear();
    batch_bytes_ = 0;
    return {};
  }

  ArchiveStore& store_;
  const ArchiveFiles& files_;
  const PastArchive& archive_;
  const ArchiveProgress& progress_;
  ArchiveImported& report_;
  ImportRow import_;
  NoteTimes times_;
  std::int64_t notes_ = 0;
  std::vector<PastPost> batch_;
  std::size_t batch_bytes_ = 0;
  std::vector<std::int64_t> used_;  // notes of the batch
  std::uint64_t came_ = 0;
};

}  // namespace

Result<ArchiveImported> import_archive(const std::string& path, const std::string& data_dir,
                                       const ArchiveProgress& progress, const ArchiveAsked& asked) {
  TRY(const auto files, open_archive(path, &allows, data_dir));
  TRY(const PastArchive archive, archive_in(*files, asked));
  TRY(const auto store, ArchiveStore::open(data_dir, true));
  TRY(ImportRow import, store->begin_import(source_of(archive), archive.account));
  ArchiveImported out;
  out.platform = archive.account.platform;
  out.handle = archive.account.handle;
  out.signature = archive.signature;
  out.again = import.done;
  out.resumed = !import.done && (import.file > 0 || import.record > 0);
  if (!import.done) {
    Importer importer(*store, *files, archive, progress, out);
    CHECK_OK(importer.run(import));
    CHECK_OK(keep_media(*store, *files, archive.account, import.account, data_dir, progress,
                        out.warnings));
    TRY(const auto gone, store->finish_import(import, archive.account));
    std::error_code error;
    for (const std::string& file : gone.files)
      std::filesystem::remove(std::filesystem::path(data_dir) / "archive" / file, error);
    out.removed = gone.posts;
  }
  TRY(out.counts, store->counts(import.account));
  return out;
}

}  // namespace carillon
