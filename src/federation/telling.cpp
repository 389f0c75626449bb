#include "federation/telling.hpp"

#include <algorithm>
#include <cstdint>
#include <map>

#include "federation/answered.hpp"
#include "federation/polls.hpp"
#include "federation/spread.hpp"
#include "federation/ties.hpp"
#include "publish/pins.hpp"
#include "publish/removal.hpp"
#include "publish/rows.hpp"

namespace carillon {

namespace {

constexpr const char* beginning = "";  // stands for the moment when the account began
constexpr std::int64_t removed_revision = INT64_MAX;  // told: it is no more

struct Told {
  std::string announcement;
  std::int64_t revision = 0;
};
BOOST_DESCRIBE_STRUCT(Told, (), (announcement, revision))

// False when somebody else was faster.
Result<bool> note(Db& db, const Told& told) {
  TRY(const std::int64_t changed,
      db.run("insert into fedi_post (announcement, revision) values ($1, $2) "
             "on conflict (announcement) do update set revision = excluded.revision "
             "where fedi_post.revision < excluded.revision",
             told.announcement, told.revision));
  return changed == 1;
}

Result<void> begin(Store& store, const FediSite& site) {
  return store.write([&](Db& db) -> Result<void> {
    TRY(const bool first, note(db, {beginning, 1}));
    if (!first) return {};
    for (const FediPost& post : site.posts())
      CHECK_OK(note(db, {post.announcement, post.revision}));
    return {};
  });
}

// For every follower, and for who wrote the reply that it answers; false when it was queued before.
Result<bool> queue(Db& db, const std::string& url, const std::string& reply,
                   const json::object& activity, Micros now) {
  const fedi_rows::FediActivity row{std::string(activity.at("id").as_string()), url,
                                    json::serialize(activity), now};
  TRY(const bool added, fedi_rows::add(db, row));
  if (!added) return false;
  CHECK_OK(fedi_rows::tell_answered(db, reply, row));
  CHECK_OK(fedi_rows::spread(db, row.id));
  return true;
}

// Queues the activity once, with the note that it was told.
Result<bool> tell(Store& store, const Told& told, const std::string& url, const std::string& reply,
                  const json::object& activity, Micros now) {
  return store.write([&](Db& db) -> Result<bool> {
    TRY(const bool first, note(db, told));
    return first ? queue(db, url, reply, activity, now) : Result<bool>(false);
  });
}

// A new post, and behind it that it stands first.
Result<bool> tell_new(Store& store, const FediAccount& account, const FediPost& post, Micros now) {
  return store.write([&](Db& db) -> Result<bool> {
    TRY(const bool first, note(db, {post.announcement, post.revision}));
    if (!first) return false;
    TRY(const bool queued, queue(db, post.url, post.answers.reply, create_of(account, post), now));
    TRY(const auto pins, pinned(db));
    if (std::find(pins.begin(), pins.end(), post.url) != pins.end())
      CHECK_OK(queue(db, post.url, {}, pin_of(account, post.url, true, now + 1), now + 1));
    return queued;
  });
}

// Its followers follow another account by now, which tells them itself.
Result<void> pass_over(Store& store, const Told& told) {
  return store.write([&](Db& db) -> Result<void> {
    CHECK_OK(note(db, told));
    return {};
  });
}

// Whether it was told of and not taken back.
Result<bool> was_told(Db& db, const std::string& announcement) {
  TRY(const auto told,
      db.first<Told>("select announcement, revision from fedi_post where announcement = $1",
                     announcement));
  return told && told->revision != removed_revision;
}

// Only of those that were told before: of the others nobody has anything.
Result<std::int64_t> tell_removals(Store& store, const Clock& clock, const FediAccount& account,
                                   const std::map<std::string, std::int64_t>& told) {
  TRY(const auto all, store.read([](Db& db) { return removals(db); }));
  std::int64_t out = 0;
  for (const Removal& one : all) {
    const auto before = told.find(one.announcement);
    if (before == told.end() || before->second == removed_revision) continue;
    const json::object gone = delete_of(account, one.permalink, one.published, one.removed);
    TRY(const auto row,
        store.read([&](Db& db) { return rows::announcement(db, one.announcement); }));
    const std::string reply = row ? row->draft.answers : std::string();
    TRY(const bool queued,
        tell(store, {one.announcement, removed_revision}, one.permalink, reply, gone, clock.now()));
    if (queued) ++out;
  }
  return out;
}

}  // namespace

Result<std::int64_t> tell_posts(Store& store, const Clock& clock, const FediSite& site) {
  TRY(const auto rows, store.read([](Db& db) {
    return db.all<Told>("select announcement, revision from fedi_post");
  }));
  std::map<std::string, std::int64_t> told;
  for (const Told& row : rows) told[row.announcement] = row.revision;
  if (!told.contains(beginning)) {
    CHECK_OK(begin(store, site));
    return 0;
  }
  TRY(const FediTies ties, store.read(fedi_rows::ties));
  std::int64_t out = 0;
  // The oldest first, as they happened.
  for (auto post = site.posts().rbegin(); post != site.posts().rend(); ++post) {
    const auto before = told.find(post->announcement);
    if (before != told.end() && before->second >= post->revision) continue;
    if (before == told.end() && !ties.moved_to.empty()) {
      CHECK_OK(pass_over(store, {post->announcement, post->revision}));
      continue;
    }
    if (before == told.end()) {
      TRY(const bool queued, tell_new(store, site.account(), *post, clock.now()));
      out += queued ? 1 : 0;
      continue;
    }
    TRY(const FediTally tally, store.read([&](Db& db) { return fedi_rows::tally(db, post->url); }));
    TRY(const bool queued,
        tell(store, {post->announcement, post->revision}, post->url, post->answers.reply,
             update_of(site.account(), *post, tally), clock.now()));
    out += queued ? 1 : 0;
  }
  TRY(const std::int64_t ended, tell_removals(store, clock, site.account(), told));
  return out + ended;
}

Result<std::int64_t> tell_polls(Store& store, const Clock& clock, const FediSite& site) {
  const Micros now = clock.now();
  TRY(const auto voted, store.read(fedi_rows::posts_with_votes));
  for (const std::string& url : voted) {
    const FediPost* const post = site.at(url);
    if (post != nullptr && post->poll) continue;
    CHECK_OK(store.write([&](Db& db) { return fedi_rows::forget_poll(db, url); }));
  }
  std::int64_t out = 0;
  for (const FediPost& post : site.posts()) {
    if (!post.poll) continue;
    const auto due = [&](Db& db) { return fedi_rows::tally_to_tell(db, post, now); };
    TRY(const auto waits, store.read(due));
    if (!waits) continue;
    TRY(const bool queued, store.write([&](Db& db) -> Result<bool> {
      TRY(const auto tally, due(db));
      if (!tally) return false;
      CHECK_OK(fedi_rows::note_tally(db, post.url, *tally, now));
      TRY(const bool told, was_told(db, post.announcement));
      if (!told) return false;
      return queue(db, post.url, post.answers.reply, tally_of(site.account(), post, *tally, now),
                   now);
    }));
    if (queued) ++out;
  }
  return out;
}

Result<void> tell_pin(Db& db, const FediAccount& account, const std::string& announcement,
                      const std::string& url, bool on, Micros now) {
  TRY(const bool told, was_told(db, announcement));
  TRY(const FediTies ties, fedi_rows::ties(db));
  if (!told || !ties.moved_to.empty()) return {};
  CHECK_OK(queue(db, url, {}, pin_of(account, url, on, now), now));
  return {};
}

Result<void> take_back(Store& store) {
  if (store.is_postgres()) return {};
  return store.write([](Db& db) -> Result<void> {
    CHECK_OK(db.run("update fedi_delivery set lease = 0 where state = 'waiting' and lease > 0"));
    CHECK_OK(db.run("update fedi_activity set lease = 0 where spreading"));
    return {};
  });
}

}  // namespace carillon
