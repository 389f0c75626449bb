#include "retire/archive_store.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <limits>

#include "base/bytes.hpp"
#include "retire/archive_schema.hpp"
#include "text/codepoints.hpp"

namespace carillon {

namespace {

// A number holds the second since 1970, then ten bits for its thousandth and twelve for those that
// share it.
constexpr unsigned second_bits = 22;
constexpr unsigned milli_bits = 12;
constexpr unsigned note_bits = 32;

// Written once, in large pieces, and then read: a quarter of the calls that 4 KB would need.
constexpr std::int64_t page_bytes = 16384;

// A beginning of more words than this is left to words.
constexpr std::size_t beginning_terms = 400;

struct Number {
  std::int64_t number = 0;
};
BOOST_DESCRIBE_STRUCT(Number, (), (number))

constexpr std::string_view row_columns =
    "number, thread, place, original, at, text, language, kind, reply_to, reply_handle, media, "
    "edited";

std::string select_rows(std::string_view rest) {
  return fmt::format("select {} from post {}", row_columns, rest);
}

struct Term {
  std::string term;
};
BOOST_DESCRIBE_STRUCT(Term, (), (term))

// The words that begin so, or none where words must say it itself: the beginning is cut and folded
// by rules of its own, or too many begin so.
Result<std::vector<std::string>> terms_of(Db& db, std::string_view beginning) {
  if (!std::all_of(beginning.begin(), beginning.end(), [](char c) { return is_ascii_alnum(c); }))
    return std::vector<std::string>{};
  const std::string from = lower_ascii(beginning);
  std::string end = from;
  ++end.back();
  TRY(auto rows, db.all<Term>("select term from term where term >= $1 and term < $2 limit $3", from,
                              end, beginning_terms + 1));
  std::vector<std::string> out;
  if (rows.size() > beginning_terms) return out;
  for (Term& row : rows) out.push_back(std::move(row.term));
  return out;
}

// The query as FTS5 takes it, every word quoted.
Result<std::string> query_of(Db& db, std::string_view words) {
  std::string out;
  std::size_t count = 0;
  while (!trim(words).empty()) {
    words = trim(words);
    const bool phrase = words.front() == '"';
    const auto end = phrase ? words.find('"', 1) : words.find_first_of(" \t\r\n\"");
    std::string_view word = words.substr(phrase ? 1 : 0, phrase ? end - 1 : end);
    words = end == std::string_view::npos ? "" : words.substr(end + (phrase ? 1 : 0));
    const bool begins = !phrase && word.ends_with('*');
    if (begins) word.remove_suffix(1);
    if (trim(word).empty()) continue;
    if (++count > limits::archive_query_words)
      return fail(Fault::invalid,
                  fmt::format("a search takes at most {} words", limits::archive_query_words));
    if (!out.empty()) out += " AND ";
    std::vector<std::string> terms;
    if (begins) {
      TRY(terms, terms_of(db, word));
    }
    if (terms.empty())
      out += fmt::format("\"{}\"{}", word, begins ? "*" : "");
    else
      out += fmt::format("(\"{}\")", fmt::join(terms, "\" OR \""));
  }
  if (out.empty()) return fail(Fault::invalid, "a search needs a word");
  return out;
}

std::int64_t first_number(Micros at) {
  return (at / second) << second_bits | (at % second / 1000) << milli_bits;
}

Result<std::int64_t> insert_post(Db& db, std::int64_t number, const ImportRow& import,
                                 const PastPost& post, const std::string& alt) {
  return db.run(
      "insert into post (number, account, original, thread, place, at, text, alt, language, kind, "
      "reply_to, reply_handle, media, quotes, noted, edited, resolved, unresolved, seen) values "
      "($1, $2, $3, $1, 0, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) "
      "on conflict do nothing",
      number, import.account, post.original, post.at, post.text, alt, post.language, post.kind,
      post.reply_to, post.reply_handle, static_cast<std::int64_t>(post.media.size()), post.quotes,
      post.noted, !post.editions.empty(), post.resolved, post.unresolved, import.number);
}

// Inserts behind all that share its second, or brings the row of an earlier import up to date; its
// number.
Result<std::int64_t> place_post(Db& db, std::int64_t number, const ImportRow& import,
                                const PastPost& post, const std::string& alt) {
  TRY(const auto known,
      db.first<Number>("select number from post where account = $1 and original = $2",
                       import.account, post.original));
  if (known) {
    CHECK_OK(db.run(
        "update post set text = $2, alt = $3, language = $4, kind = $5, reply_to = $6, "
        "reply_handle = $7, media = $8, quotes = $9, noted = $10, edited = $11, resolved = $12, "
        "unresolved = $13, seen = $14 where number = $1",
        known->number, post.text, alt, post.language, post.kind, post.reply_to, post.reply_handle,
        static_cast<std::int64_t>(post.media.size()), post.quotes, post.noted,
        !post.editions.empty(), post.resolved, post.unresolved, import.number));
    return known->number;
  }
  for (const unsigned bits : {milli_bits, second_bits}) {
    const std::int64_t end = ((number >> bits) + 1) << bits;
    TRY(const auto last,
        db.first<Number>("select coalesce(max(number), 0) as number from post where number >= $1 "
                         "and number < $2",
                         number, end));
    if (!last || last->number + 1 >= end) continue;
    TRY(const std::int64_t inserted, insert_post(db, last->number + 1, import, post, alt));
    if (inserted == 1) return last->number + 1;
  }
  return fail(Fault::too_large, "more posts of one second than any account has");
}

Result<void> put_media(Db& db, std::int64_t post, const std::vector<PastMedia>& media) {
  std::int64_t place = 0;
  for (const PastMedia& each : media) {
    const PastMediaState state =
        each.member.empty() ? PastMediaState::missing : PastMediaState::wanted;
    CHECK_OK(
        db.run("insert into media (post, place, kind, state, member, file, address, alt) "
               "values ($1, $2, $3, $4, $5, '', $6, $7) on conflict (post, place) do update set "
               "state = case when media.state = 'kept' then 'kept' else excluded.state end, "
               "member = excluded.member, alt = excluded.alt",
               post, place++, each.kind, state, each.member, each.address, each.alt));
  }
  return {};
}

Result<void> put_post(Db& db, const ImportRow& import, const PastPost& post) {
  std::string alt;
  for (const PastMedia& each : post.media)
    if (!each.alt.empty()) alt += (alt.empty() ? "" : "\n") + each.alt;
  std::int64_t number = first_number(post.at);
  TRY(const std::int64_t inserted, insert_post(db, number, import, post, alt));
  if (inserted == 0) {
    TRY(number, place_post(db, number, import, post, alt));
  }
  CHECK_OK(put_media(db, number, post.media));
  for (const auto& [address, target] : post.links) {
    if (target.empty()) continue;
    CHECK_OK(db.run("insert into short (address, target) values ($1, $2)", address, target));
  }
  for (std::size_t i = 0; i + 1 < post.editions.size(); ++i)
    CHECK_OK(
        db.run("insert into edition (account, original, latest) values ($1, $2, $3) "
               "on conflict (account, original) do update set latest = excluded.latest",
               import.account, post.editions[i], post.editions.back()));
  return {};
}

}  // namespace

Result<std::unique_ptr<ArchiveStore>> ArchiveStore::open(const std::string& data_dir, bool make) {
  const std::filesystem::path path = std::filesystem::path(data_dir) / "archive.db";
  std::error_code error;
  if (!make && !std::filesystem::exists(path, error))
    return fail(Fault::not_found, "no archive has been imported yet",
                "`carillon archive import FILE` takes the zip that the platform gave you.");
  Store::Options options;
  options.migrations = &past::schema();
  options.page_bytes = page_bytes;
  TRY(auto store, Store::open(path.string(), options));
  return std::unique_ptr<ArchiveStore>(new ArchiveStore(std::move(store)));
}

Result<ImportRow> ArchiveStore::begin_import(const std::string& source,
                                             const PastAccount& account) {
  return store_->write([&](Db& db) -> Result<ImportRow> {
    // Only this connection writes, and its pages are visited in no order.
    CHECK_OK(db.script("pragma cache_size=-49152"));
    TRY(auto known, db.first<ImportRow>("select * from import where source = $1", source));
    if (known) return std::move(*known);
    TRY(const auto owner,
        db.first<Number>("select number from account where platform = $1 and "
                         "((original = $2 and original <> '') or lower(handle) = lower($3))",
                         account.platform, account.original, account.handle));
    ImportRow out;
    out.source = source;
    if (owner) {
      out.account = owner->number;
    } else {
      TRY(const auto made,
          db.first<Number>("insert into account (platform, original, handle, name, generated) "
                           "values ($1, $2, $3, $4, 0) returning number",
                           account.platform, account.original, account.handle, account.name));
      out.account = made->number;
    }
    TRY(const auto made,
        db.first<Number>("insert into import (source, account, file, record, notes_left, done) "
                         "values ($1, $2, 0, 0, 0, 0) returning number",
                         source, out.account));
    out.number = made->number;
    return out;
  });
}

Result<void> ArchiveStore::put_notes(const std::vector<PastNoteRow>& notes) {
  return store_->write([&](Db& db) -> Result<void> {
    for (const PastNoteRow& note : notes)
      CHECK_OK(
          db.run("insert into note (number, at, post, text, links, used) values ($1, $2, $3, "
                 "$4, $5, 0) on conflict do nothing",
                 note.number, note.at, note.post, note.text, note.links));
    return {};
  });
}

Result<std::vector<PastNoteRow>> ArchiveStore::notes_near(const ImportRow& import,
                                                          const PastPost& post) {
  return store_->read([&](Db& db) {
    return db.all<PastNoteRow>(
        // By its time, says the +: the other way reads all notes each time.
        "select * from note where at >= $1 and at <= $2 and post in ('', $3) and +number >= $4 and "
        "+number < $5 order by used, at",
        post.at - second, post.at + 2 * second, post.original, first_note(import),
        first_note(import) + (std::int64_t{1} << note_bits));
  });
}

Result<void> ArchiveStore::put(const ImportRow& import, const std::vector<PastPost>& posts,
                               const std::vector<std::int64_t>& notes) {
  return store_->write([&](Db& db) -> Result<void> {
    for (const PastPost& post : posts) CHECK_OK(put_post(db, import, post));
    for (const std::int64_t number : notes)
      CHECK_OK(db.run("update note set used = true where number = $1", number));
    CHECK_OK(db.run("update import set file = $2, record = $3 where number = $1", import.number,
                    import.file, import.record));
    return {};
  });
}

Result<void> ArchiveStore::put_closed(const ImportRow& import,
                                      const std::vector<std::string>& ids) {
  return store_->write([&](Db& db) -> Result<void> {
    for (const std::string& id : ids)
      CHECK_OK(
          db.run("insert into closed (account, original) values ($1, $2) "
                 "on conflict do nothing",
                 import.account, id));
    return {};
  });
}

Result<std::vector<PastMediaRow>> ArchiveStore::wanted_media(std::int64_t account,
                                                             std::size_t count) {
  return store_->read([&](Db& db) {
    return db.all<PastMediaRow>(
        "select m.* from media m join post p on p.number = m.post where m.state = 'wanted' and "
        "p.account = $1 order by m.post, m.place limit $2",
        account, count);
  });
}

Result<std::int64_t> ArchiveStore::count_wanted(std::int64_t account) {
  TRY(const auto found, store_->read([&](Db& db) {
    return db.first<Number>(
        "select count(*) as number from media m join post p on p.number = m.post "
        "where m.state = 'wanted' and p.account = $1",
        account);
  }));
  return found->number;
}

Result<void> ArchiveStore::settle_media(const std::vector<PastMediaRow>& media) {
  return store_->write([&](Db& db) -> Result<void> {
    for (const PastMediaRow& each : media)
      CHECK_OK(db.run("update media set state = $3, file = $4 where post = $1 and place = $2",
                      each.post, each.place, each.state, each.file));
    return {};
  });
}

Result<ArchiveCounts> ArchiveStore::counts(std::int64_t account) {
  return store_->read([&](Db& db) -> Result<ArchiveCounts> {
    TRY(const auto posts,
        db.first<ArchiveCounts>(
            "select count(*) as posts, count(*) filter (where place = 1) as threads, "
            "coalesce(max(place) filter (where place > 0), -1) + 1 as longest_thread, "
            "count(*) filter (where kind = 'follow_up') as follow_ups, "
            "count(*) filter (where kind = 'reply') as replies, "
            "count(*) filter (where kind = 'repost') as reposts, "
            "count(*) filter (where quotes) as quotes, count(*) filter (where noted) as "
            "long_texts, "
            "count(*) filter (where edited) as edited, coalesce(sum(resolved), 0) as short_links, "
            "coalesce(sum(unresolved), 0) as short_links_left, "
            "(select coalesce(sum(notes_left), 0) from import where account = $1) as "
            "long_texts_left "
            "from post where account = $1",
            account));
    TRY(const auto media, db.first<ArchiveCounts>(
                              "select count(*) filter (where m.kind = 'picture') as pictures, "
                              "count(*) filter (where m.kind = 'video') as videos, "
                              "count(*) filter (where m.kind = 'animation') as animations, "
                              "count(*) filter (where m.state = 'missing') as missing_media, "
                              "count(*) filter (where m.state = 'refused') as refused_media, "
                              "count(*) filter (where m.alt <> '') as alt_texts "
                              "from media m join post p on p.number = m.post where p.account = $1",
                              account));
    ArchiveCounts out = *posts;
    out.pictures = media->pictures;
    out.videos = media->videos;
    out.animations = media->animations;
    out.missing_media = media->missing_media;
    out.refused_media = media->refused_media;
    out.alt_texts = media->alt_texts;
    return out;
  });
}

Result<std::vector<PastAccountRow>> ArchiveStore::accounts() {
  return store_->read([](Db& db) {
    return db.all<PastAccountRow>("select * from account order by platform, handle");
  });
}

Result<bool> ArchiveStore::whole(std::int64_t account) {
  return store_->read([&](Db& db) -> Result<bool> {
    TRY(const auto done,
        db.all<ImportRow>("select * from import where account = $1 and done", account));
    return !done.empty();
  });
}

Result<std::vector<PastRow>> ArchiveStore::in_order(std::int64_t account, std::int64_t thread,
                                                    std::int64_t place, std::size_t count) {
  static const std::string sql = select_rows(
      "where account = $1 and (thread, place) > ($2, $3) order by thread, place limit $4");
  return store_->read([&](Db& db) { return db.all<PastRow>(sql, account, thread, place, count); });
}

Result<std::vector<PastRow>> ArchiveStore::newest(std::int64_t account, std::size_t count) {
  static const std::string sql =
      select_rows("where account = $1 and place = 0 order by thread desc limit $2");
  return store_->read([&](Db& db) { return db.all<PastRow>(sql, account, count); });
}

Result<std::vector<PastRow>> ArchiveStore::threads_between(std::int64_t account, Micros from,
                                                           Micros to) {
  static const std::string sql =
      select_rows("where account = $1 and thread >= $2 and thread < $3 order by thread, place");
  return store_->read(
      [&](Db& db) { return db.all<PastRow>(sql, account, first_number(from), first_number(to)); });
}

Result<std::vector<PastRow>> ArchiveStore::first_between(std::int64_t account, Micros from,
                                                         Micros to) {
  static const std::string sql = select_rows(
      "where account = $1 and thread >= $2 and thread < $3 and place = 0 order by thread");
  return store_->read(
      [&](Db& db) { return db.all<PastRow>(sql, account, first_number(from), first_number(to)); });
}

Result<std::int64_t> ArchiveStore::count_between(std::int64_t account, Micros from, Micros to) {
  TRY(const auto found, store_->read([&](Db& db) {
    return db.first<Number>(
        "select count(*) as number from post where account = $1 and thread >= $2 and "
        "thread < $3 and place = 0",
        account, first_number(from), first_number(to));
  }));
  return found->number;
}

Result<std::pair<Micros, Micros>> ArchiveStore::span(std::int64_t account) {
  return store_->read([&](Db& db) -> Result<std::pair<Micros, Micros>> {
    TRY(const auto first,
        db.first<Number>("select coalesce(min(thread), 0) as number from post where account = $1",
                         account));
    TRY(const auto last,
        db.first<Number>("select coalesce(max(thread), 0) as number from post where account = $1",
                         account));
    return std::pair{past_time(first->number), past_time(last->number)};
  });
}

Result<std::int64_t> ArchiveStore::version() {
  TRY(const auto found, store_->read([&](Db& db) {
    return db.first<Number>("select coalesce(max(number), 0) as number from import where done");
  }));
  return found->number;
}

Result<std::vector<PastMediaRow>> ArchiveStore::media_between(std::int64_t first,
                                                              std::int64_t last) {
  return store_->read([&](Db& db) {
    return db.all<PastMediaRow>(
        "select * from media where post >= $1 and post <= $2 order by post, place", first, last);
  });
}

Result<std::vector<PastMediaRow>> ArchiveStore::media_in_order(std::int64_t account,
                                                               std::int64_t thread,
                                                               std::int64_t place,
                                                               const PastRow& last) {
  return store_->read([&](Db& db) {
    return db.all<PastMediaRow>(
        "select m.* from post p join media m on m.post = p.number where p.account = $1 and "
        "(p.thread, p.place) > ($2, $3) and (p.thread, p.place) <= ($4, $5) and p.media > 0 "
        "order by m.post, m.place",
        account, thread, place, last.thread, last.place);
  });
}

Result<std::optional<PastRow>> ArchiveStore::post(std::int64_t account,
                                                  const std::string& original) {
  static const std::string sql = select_rows("where account = $1 and original = $2");
  return store_->read([&](Db& db) { return db.first<PastRow>(sql, account, original); });
}

Result<std::vector<PastEdition>> ArchiveStore::editions(std::int64_t account) {
  return store_->read([&](Db& db) {
    return db.all<PastEdition>(
        "select e.original, p.thread, e.latest from edition e join post p on "
        "p.account = e.account and p.original = e.latest where e.account = $1 "
        "order by e.original",
        account);
  });
}

Result<std::vector<PastRow>> ArchiveStore::search(const std::string& words, std::size_t count) {
  static const std::string sql = fmt::format(
      "select {} from words join post p on p.number = words.rowid where words match $1 "
      "order by words.rowid desc limit $2",
      "p.number, thread, place, original, at, p.text, language, kind, reply_to, reply_handle, "
      "media, edited");
  return store_->read([&](Db& db) -> Result<std::vector<PastRow>> {
    TRY(const std::string query, query_of(db, words));
    return db.all<PastRow>(sql, query, count);
  });
}

Result<std::vector<PastHit>> ArchiveStore::hits(const std::string& words, std::int64_t before,
                                                std::size_t count) {
  const std::int64_t end = before > 0 ? before : std::numeric_limits<std::int64_t>::max();
  return store_->read([&](Db& db) -> Result<std::vector<PastHit>> {
    TRY(const std::string query, query_of(db, words));
    return db.all<PastHit>(
        "select p.number, thread, account, original, at, "
        "snippet(words, -1, char(1), char(2), '…', 40) as shown from words join post p on "
        "p.number = words.rowid where words match $1 and words.rowid < $2 "
        "order by words.rowid desc limit $3",
        query, end, count);
  });
}

Result<std::int64_t> ArchiveStore::account_of(std::int64_t number) {
  TRY(const auto found, store_->read([&](Db& db) {
    return db.first<Number>("select account as number from post where number = $1", number);
  }));
  if (!found) return fail(Fault::not_found, "there is no such post");
  return found->number;
}

std::int64_t first_note(const ImportRow& import) {
  return import.number << note_bits;
}

Micros past_time(std::int64_t number) {
  return (number >> second_bits) * second;
}

}  // namespace carillon
