// What an import does once all records are in the file: see ArchiveStore::finish_import.
#include <algorithm>

#include "retire/archive_store.hpp"
#include "retire/archive_text.hpp"

namespace carillon {

namespace {

constexpr std::size_t page = 20'000;

struct Edge {
  std::int64_t child = 0;
  std::int64_t parent = 0;
};
BOOST_DESCRIBE_STRUCT(Edge, (), (child, parent))

struct Text {
  std::int64_t number = 0;
  std::string text;
  std::int64_t resolved = 0;
  std::int64_t unresolved = 0;
};
BOOST_DESCRIBE_STRUCT(Text, (), (number, text, resolved, unresolved))

struct Target {
  std::string target;
};
BOOST_DESCRIBE_STRUCT(Target, (), (target))

struct File {
  std::string file;
};
BOOST_DESCRIBE_STRUCT(File, (), (file))

Result<void> take_out(Db& db, std::int64_t account, std::int64_t seen, Micros until,
                      PastGone& out) {
  CHECK_OK(db.script("create temp table if not exists gone (number integer primary key)"));
  CHECK_OK(db.run("delete from gone"));
  CHECK_OK(
      db.run("insert or ignore into gone select p.number from post p join closed c on "
             "c.account = p.account and c.original = p.original where p.account = $1",
             account));
  CHECK_OK(
      db.run("insert or ignore into gone select p.number from post p join edition e on "
             "e.account = p.account and e.original = p.original join post l on "
             "l.account = e.account and l.original = e.latest where p.account = $1 and "
             "l.number <> p.number",
             account));
  CHECK_OK(
      db.run("insert or ignore into gone select number from post where account = $1 and "
             "seen < $2 and at <= $3",
             account, seen, until));
  TRY(const auto kept, db.all<File>("select file from media where file <> '' and post in "
                                    "(select number from gone)"));
  for (const File& each : kept) out.files.push_back(each.file);
  CHECK_OK(db.run("delete from media where post in (select number from gone)"));
  TRY(out.posts, db.run("delete from post where number in (select number from gone)"));
  return {};
}

// Short addresses that their own post does not explain, but another one does.
Result<void> resolve(Db& db, std::int64_t account) {
  CHECK_OK(db.script("create index short_by_address on short (address)"));
  for (std::int64_t last = 0;;) {
    TRY(const auto texts,
        db.all<Text>("select number, text, resolved, unresolved from post where account = $1 and "
                     "unresolved > 0 and number > $2 order by number limit $3",
                     account, last, page));
    if (texts.empty()) return {};
    for (const Text& each : texts) {
      std::optional<Error> failed;
      std::string found;
      const auto done =
          without_short_addresses(each.text, [&](std::string_view address) -> const std::string* {
            auto row =
                db.first<Target>("select target from short where address = $1 limit 1", address);
            if (!row) failed = row.error();
            if (!row || !*row) return nullptr;
            found = (*row)->target;
            return &found;
          });
      if (failed) return tl::unexpected<Error>(*failed);
      last = each.number;
      if (done.replaced == 0) continue;
      CHECK_OK(db.run("update post set text = $2, resolved = $3, unresolved = $4 where number = $1",
                      each.number, done.text,
                      each.resolved + static_cast<std::int64_t>(done.replaced), done.left));
    }
  }
}

// The + keeps SQLite from an index that would sort all of them for each page.
Result<std::vector<Edge>> edges(Db& db, std::int64_t account) {
  std::vector<Edge> out;
  while (out.size() <= limits::archive_thread_posts) {
    TRY(const auto some,
        db.all<Edge>("select c.number as child, p.number as parent from post c join post p on "
                     "p.account = c.account and p.original = c.reply_to where +c.account = $1 and "
                     "c.kind = 'follow_up' and c.number > $2 order by c.number limit $3",
                     account, out.empty() ? 0 : out.back().child, page));
    if (some.empty()) return out;
    out.insert(out.end(), some.begin(), some.end());
  }
  return fail(Fault::too_large, "more posts in threads than any account has");
}

// A thread's posts in the order to read them: each post, then what answers it, the oldest answer
// first. Their places do not follow their ids, for those of one second may be in any order.
Result<void> join_threads(Db& db, std::int64_t account) {
  // An archive that does not say who was answered still holds the post that was.
  CHECK_OK(
      db.run("update post set kind = 'follow_up' where account = $1 and kind = 'reply' and "
             "reply_to <> '' and exists (select 1 from post p where p.account = $1 and "
             "p.original = post.reply_to)",
             account));
  CHECK_OK(db.run("update post set thread = number, place = 0 where account = $1 and place > 0",
                  account));
  TRY(auto all, edges(db, account));
  std::vector<std::int64_t> children;  // sorted, for they came so
  children.reserve(all.size());
  for (const Edge& edge : all) children.push_back(edge.child);
  std::sort(all.begin(), all.end(), [](const Edge& a, const Edge& b) {
    return a.parent != b.parent ? a.parent < b.parent : a.child > b.child;
  });
  std::vector<std::int64_t> waiting;
  const auto push_answers = [&](std::int64_t number) {
    auto at = std::lower_bound(all.begin(), all.end(), number,
                               [](const Edge& e, std::int64_t n) { return e.parent < n; });
    for (; at != all.end() && at->parent == number; ++at) waiting.push_back(at->child);
  };
  std::int64_t before = -1;
  for (const Edge& edge : all) {
    const bool starts =
        edge.parent != before && !std::binary_search(children.begin(), children.end(), edge.parent);
    before = edge.parent;
    if (!starts) continue;
    push_answers(edge.parent);
    for (std::int64_t place = 1; !waiting.empty(); ++place) {
      const std::int64_t number = waiting.back();
      waiting.pop_back();
      CHECK_OK(db.run("update post set thread = $2, place = $3 where number = $1", number,
                      edge.parent, place));
      push_answers(number);
    }
  }
  return {};
}

}  // namespace

Result<PastGone> ArchiveStore::finish_import(const ImportRow& import, const PastAccount& account) {
  return store_->write([&](Db& db) -> Result<PastGone> {
    PastGone gone;
    TRY(const auto known,
        db.first<PastAccountRow>("select * from account where number = $1", import.account));
    const bool newest = known && account.generated > known->generated;
    const Micros until = newest && account.complete ? account.generated : 0;
    CHECK_OK(take_out(db, import.account, import.number, until, gone));
    CHECK_OK(resolve(db, import.account));
    CHECK_OK(join_threads(db, import.account));
    ImportRow next = import;
    ++next.number;
    CHECK_OK(
        db.run("update import set done = true, notes_left = (select count(*) from note where "
               "not used and number >= $2 and number < $3) where number = $1",
               import.number, first_note(import), first_note(next)));
    CHECK_OK(db.script("drop index short_by_address; delete from short"));
    CHECK_OK(db.run("delete from note where number >= $1 and number < $2", first_note(import),
                    first_note(next)));
    CHECK_OK(db.run("insert into words (words) values ('rebuild')"));
    CHECK_OK(db.run("insert into words (words) values ('optimize')"));
    CHECK_OK(db.script("delete from term; insert into term select term from vocabulary"));
    if (known && account.generated >= known->generated)
      CHECK_OK(db.run(
          "update account set handle = $2, name = $3, generated = $4, original = case "
          "when $5 = '' then original else $5 end where number = $1",
          import.account, account.handle, account.name, account.generated, account.original));
    return gone;
  });
}

}  // namespace carillon
