#include "team/desk.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "base/zone.hpp"
#include "core/post_text.hpp"
#include "store/events.hpp"

namespace carillon {

namespace {

constexpr std::size_t words_bytes = 4000;  // of a note or a reason
constexpr Micros copy_kept = 30 * day;

struct DraftRow {
  std::string id;
  Micros made = 0;
  std::int64_t revision = 0;
  std::string announcement;
  std::string slug;
};
BOOST_DESCRIBE_STRUCT(DraftRow, (), (id, made, revision, announcement, slug))

struct RevisionRow {
  std::string draft;
  std::int64_t revision = 0;
  std::string digest;
  Draft content;
  std::string person;
  std::string name;
  Role role = Role::contributor;
  Micros at = 0;
};
BOOST_DESCRIBE_STRUCT(RevisionRow, (), (draft, revision, digest, content, person, name, role, at))

struct ActRow {
  std::string id;
  std::string draft;
  std::int64_t revision = 0;
  std::string digest;
  DeskAct act = DeskAct::noted;
  std::string words;
  std::string person;
  std::string name;
  Role role = Role::contributor;
  Micros at = 0;
};
BOOST_DESCRIBE_STRUCT(ActRow, (), (id, draft, revision, digest, act, words, person, name, role, at))

Revision revision_of(RevisionRow& row) {
  return {row.revision, row.digest, std::move(row.content), row.person, row.name, row.role, row.at};
}

DeskEntry entry_of(ActRow& row) {
  return {row.id,     row.revision, row.digest, row.act, row.words,
          row.person, row.name,     row.role,   row.at};
}

tl::unexpected<Error> unknown(const std::string& id) {
  return fail(Fault::not_found, fmt::format("there is no draft {}", id),
              "`carillon draft list` shows those there are.");
}

enum class Lock { no, yes };

Result<WorkingText> read(Db& db, const std::string& id, Lock lock) {
  TRY(auto row, db.first<DraftRow>(std::string("select * from draft where id = $1") +
                                       (lock == Lock::yes ? db.for_update() : ""),
                                   id));
  if (!row) return unknown(id);
  WorkingText out{row->id, row->made, row->announcement, row->slug, {}, {}};
  TRY(auto revisions,
      db.all<RevisionRow>("select * from draft_revision where draft = $1 order by revision", id));
  for (RevisionRow& one : revisions) out.revisions.push_back(revision_of(one));
  TRY(auto acts, db.all<ActRow>("select * from draft_act where draft = $1 order by at, id", id));
  for (ActRow& one : acts) out.entries.push_back(entry_of(one));
  if (out.revisions.empty())
    return fail(Fault::corrupt, fmt::format("the draft {} has no revision", id));
  return out;
}

// A person's own, or an editor's business.
Result<void> check_may_change(const WorkingText& text, const Signature& by) {
  if (by.role >= Role::editor) return {};
  const Signature owner = text.owner();
  if (by.role >= Role::author && is_same(owner, by)) return {};
  return fail(Fault::denied, fmt::format("this draft is {}'s", owner.name),
              "An editor may change it; you may leave a note: `carillon draft note`.");
}

// Errors: conflict, that says who and when.
Result<void> check_last(const WorkingText& text, std::int64_t revision) {
  const Revision& last = text.last();
  if (last.revision == revision) return {};
  return fail(
      Fault::conflict,
      fmt::format("{} saved revision {} on {}, and this is about revision {}", last.name,
                  last.revision, in_zone(last.at, "UTC"), revision),
      fmt::format("Nothing was changed. Look at it first: `carillon draft show {}`.", text.id));
}

Result<std::string> check_words(DeskAct act, const std::string& words) {
  const std::string text(trim(words));
  const bool wanted =
      act == DeskAct::returned || act == DeskAct::noted || act == DeskAct::overridden;
  if (wanted && text.empty())
    return fail(Fault::invalid,
                act == DeskAct::noted ? "the note is empty" : "the reason is missing",
                act == DeskAct::returned ? "Say what must be changed." : "Say it in a sentence.");
  if (text.size() > words_bytes)
    return fail(Fault::too_large,
                fmt::format("this is {} bytes long, more than {}", text.size(), words_bytes),
                "Say it shorter.");
  if (first_bad_utf8(text)) return fail(Fault::invalid, "this is not UTF-8 text");
  return text;
}

// What is published keeps its address.
Result<void> check_slug(const WorkingText& text, const Draft& draft) {
  if (text.slug.empty() || text.slug == draft.slug) return {};
  return fail(Fault::invalid,
              fmt::format("this is published under the slug \"{}\", and the text says \"{}\"",
                          text.slug, draft.slug),
              fmt::format("Put \"slug: {}\" into it, or start a new draft.", text.slug));
}

Role role_now(const Signature& who, const Team& team) {
  if (who.person.empty()) return who.role;
  for (const Person& person : team.people) {
    if (person.id != who.person) continue;
    const Standing standing = standing_of(team.people, person, team.rules, team.now);
    return is_open(standing) ? std::min(who.role, person.role) : Role::contributor;
  }
  return Role::contributor;
}

Result<void> drop_copy(Db& db, const std::string& id, const Signature& by) {
  CHECK_OK(db.run("delete from draft_copy where draft = $1 and person = $2 and name = $3", id,
                  by.person, by.name));
  return {};
}

}  // namespace

std::vector<Signature> authors_of(const WorkingText& text, const std::string& digest) {
  std::vector<Signature> out;
  for (const Revision& one : text.revisions) {
    if (one.digest == digest) out.push_back(one.by());
  }
  return out;
}

Clearance clearance_of(const WorkingText& text, const Revision& revision,
                       const std::vector<ApprovalRule>& rules, const Team& team) {
  std::vector<Review> reviews;
  for (const DeskEntry& entry : text.entries) {
    if (entry.act != DeskAct::approved && entry.act != DeskAct::returned) continue;
    Signature by = entry.by();
    by.role = role_now(by, team);
    const Opinion opinion = entry.act == DeskAct::approved ? Opinion::approved : Opinion::returned;
    reviews.push_back({by, opinion, entry.revision, entry.digest, entry.words});
  }
  return clearance_of(rule_for(rules, revision.content.kind), {revision.revision, revision.digest},
                      reviews, authors_of(text, revision.digest));
}

DraftState state_of(const WorkingText& text, const Clearance& clearance) {
  bool asked = false;
  bool returned = false;
  bool published = false;
  for (const DeskEntry& entry : text.entries) {
    if (entry.revision != text.last().revision) continue;
    asked = asked || entry.act == DeskAct::asked || entry.act == DeskAct::approved;
    returned = returned || entry.act == DeskAct::returned;
    published = published || entry.act == DeskAct::published;
  }
  if (published) return DraftState::published;
  if (returned && !clearance.cleared) return DraftState::returned;
  if (!asked) return DraftState::writing;
  return clearance.cleared ? DraftState::cleared : DraftState::asked;
}

const DeskEntry* open_override(const WorkingText& text) {
  const DeskEntry* out = nullptr;
  for (const DeskEntry& entry : text.entries) {
    if (entry.act == DeskAct::overridden) out = &entry;
    const bool seen = out != nullptr && entry.act == DeskAct::approved &&
                      entry.revision >= out->revision && !is_same(entry.by(), out->by());
    if (seen) out = nullptr;
  }
  return out;
}

Result<std::set<std::string>> pictures_on_desk(Db& db) {
  TRY(const auto rows, db.all<RevisionRow>("select r.content from draft_revision r join draft d "
                                           "on d.id = r.draft and d.revision = r.revision"));
  std::set<std::string> out;
  for (const RevisionRow& row : rows) {
    for (const Media& media : row.content.media) out.insert(media.digest);
  }
  return out;
}

Result<std::vector<WorkingText>> Desk::list(OnDesk which) {
  const std::string wanted =
      which == OnDesk::all
          ? "(select * from draft)"
          : "(select * from draft d where not exists (select 1 from draft_act a where "
            "a.draft = d.id and a.act = 'published' and a.revision = d.revision) or exists "
            "(select 1 from draft_act a where a.draft = d.id and a.act = 'overridden'))";
  return store_.read([&](Db& db) -> Result<std::vector<WorkingText>> {
    TRY(const auto rows, db.all<DraftRow>("select d.* from " + wanted + " d"));
    TRY(auto revisions,
        db.all<RevisionRow>(
            "select r.draft, r.revision, r.digest, "
            "case when r.revision = d.revision then r.content else '{}' end as content, "
            "r.person, r.name, r.role, r.at from draft_revision r join " +
            wanted + " d on d.id = r.draft order by r.draft, r.revision"));
    TRY(auto acts, db.all<ActRow>("select a.* from draft_act a join " + wanted +
                                  " d on d.id = a.draft order by a.at, a.id"));
    std::map<std::string, WorkingText> all;
    for (const DraftRow& row : rows)
      all[row.id] = {row.id, row.made, row.announcement, row.slug, {}, {}};
    for (RevisionRow& one : revisions) all[one.draft].revisions.push_back(revision_of(one));
    for (ActRow& one : acts) all[one.draft].entries.push_back(entry_of(one));
    std::vector<WorkingText> out;
    for (auto& [id, text] : all) out.push_back(std::move(text));
    std::sort(out.begin(), out.end(), [](const WorkingText& a, const WorkingText& b) {
      return std::pair(a.last().at, a.id) > std::pair(b.last().at, b.id);
    });
    return out;
  });
}

Result<WorkingText> Desk::get(const std::string& id) {
  return store_.read([&](Db& db) { return read(db, id, Lock::no); });
}

Result<std::string> Desk::published_as(const std::string& announcement) {
  TRY(const auto row, store_.read([&](Db& db) {
    return db.first<DraftRow>(
        "select id from draft where announcement = $1 order by id desc limit 1", announcement);
  }));
  return row ? row->id : std::string();
}

Result<std::vector<WorkingText>> Desk::holding(const std::string& digest) {
  return store_.read([&](Db& db) -> Result<std::vector<WorkingText>> {
    TRY(const auto rows, db.all<RevisionRow>("select distinct draft from draft_revision "
                                             "where digest = $1 order by draft",
                                             digest));
    std::vector<WorkingText> out;
    for (const RevisionRow& row : rows) {
      TRY(out.emplace_back(), read(db, row.draft, Lock::no));
    }
    return out;
  });
}

Result<void> Desk::write(Db& db, const WorkingText& text, std::int64_t revision, const Draft& draft,
                         const Signature& by) {
  CHECK_OK(db.insert("draft_revision", RevisionRow{text.id, revision, digest_of(draft), draft,
                                                   by.person, by.name, by.role, clock_.now()}));
  return append_event(
      db, {ids_.next(), clock_.now(), "draft.saved", by.name, text.id, {{"revision", revision}}});
}

Result<void> Desk::enter(Db& db, const WorkingText& text, const Revision& revision, DeskAct act,
                         const std::string& words, const Signature& by) {
  CHECK_OK(db.insert("draft_act", ActRow{ids_.next(), text.id, revision.revision, revision.digest,
                                         act, words, by.person, by.name, by.role, clock_.now()}));
  return append_event(
      db, {ids_.next(),
           clock_.now(),
           "draft." + word_of(act),
           by.name,
           text.id,
           {{"revision", revision.revision},
            {"digest", json::string(revision.digest)},
            {"words", json::string(act == DeskAct::published ? std::string() : words)}}});
}

Result<WorkingText> Desk::begin(const Draft& draft, const Signature& by) {
  return store_.write([&](Db& db) -> Result<WorkingText> {
    const DraftRow row{ids_.next(), clock_.now(), 1, {}, {}};
    CHECK_OK(db.insert("draft", row));
    CHECK_OK(write(db, {row.id, row.made, {}, {}, {}, {}}, 1, draft, by));
    return read(db, row.id, Lock::no);
  });
}

Result<WorkingText> Desk::save(const std::string& id, std::int64_t based_on, const Draft& draft,
                               const Signature& by) {
  return store_.write([&](Db& db) -> Result<WorkingText> {
    TRY(WorkingText text, read(db, id, Lock::yes));
    CHECK_OK(check_may_change(text, by));
    if (text.last().digest == digest_of(draft)) return text;
    CHECK_OK(check_last(text, based_on));
    CHECK_OK(check_slug(text, draft));
    const std::int64_t revision = based_on + 1;
    CHECK_OK(db.run("update draft set revision = $2 where id = $1", id, revision));
    CHECK_OK(write(db, text, revision, draft, by));
    CHECK_OK(drop_copy(db, id, by));
    return read(db, id, Lock::no);
  });
}

Result<void> Desk::keep_copy(const std::string& id, std::int64_t based_on, const std::string& words,
                             const Signature& by) {
  if (words.size() > limits::post_file_bytes)
    return fail(Fault::too_large,
                fmt::format("the text is {} bytes long, more than {}", words.size(),
                            limits::post_file_bytes),
                "Shorten it; what you see is still in your browser.");
  if (first_bad_utf8(words)) return fail(Fault::invalid, "this is not UTF-8 text");
  return store_.write([&](Db& db) -> Result<void> {
    TRY(const WorkingText text, read(db, id, Lock::yes));
    CHECK_OK(check_may_change(text, by));
    CHECK_OK(drop_copy(db, id, by));
    CHECK_OK(db.run("delete from draft_copy where at < $1", clock_.now() - copy_kept));
    if (words.empty()) return {};
    CHECK_OK(db.insert("draft_copy",
                       WorkingCopy{id, by.person, by.name, based_on, words, clock_.now()}));
    return {};
  });
}

Result<std::vector<WorkingCopy>> Desk::copies(const std::string& id) {
  return store_.read([&](Db& db) {
    return db.all<WorkingCopy>("select * from draft_copy where draft = $1 order by at desc, name",
                               id);
  });
}

Result<std::set<std::string>> Desk::typed_since(Micros at) {
  TRY(const auto rows, store_.read([&](Db& db) {
    return db.all<WorkingCopy>("select draft from draft_copy where at > $1", at);
  }));
  std::set<std::string> out;
  for (const WorkingCopy& row : rows) out.insert(row.draft);
  return out;
}

Result<WorkingText> Desk::add(const std::string& id, std::int64_t revision, DeskAct act,
                              const std::string& words, const Signature& by) {
  TRY(const std::string said, check_words(act, words));
  return store_.write([&](Db& db) -> Result<WorkingText> {
    TRY(const WorkingText text, read(db, id, Lock::yes));
    if (act != DeskAct::noted) CHECK_OK(check_last(text, revision));
    const Revision& last = text.last();
    if (act == DeskAct::asked) CHECK_OK(check_may_change(text, by));
    if (act == DeskAct::approved || act == DeskAct::returned)
      CHECK_OK(
          check_reviewer(rule_for(rules_, last.content.kind), by, authors_of(text, last.digest)));
    CHECK_OK(enter(db, text, last, act, said, by));
    return read(db, id, Lock::no);
  });
}

Result<WorkingText> Desk::published(const std::string& id, std::int64_t revision,
                                    const std::string& announcement, const std::string& slug,
                                    const Signature& by) {
  return store_.write([&](Db& db) -> Result<WorkingText> {
    TRY(const WorkingText text, read(db, id, Lock::yes));
    const auto which = std::find_if(text.revisions.begin(), text.revisions.end(),
                                    [&](const Revision& one) { return one.revision == revision; });
    if (which == text.revisions.end())
      return unknown(fmt::format("{} of revision {}", id, revision));
    const bool known = std::any_of(text.entries.begin(), text.entries.end(), [&](const auto& one) {
      return one.act == DeskAct::published && one.revision == revision;
    });
    if (known) return text;
    CHECK_OK(db.run("update draft set announcement = $2, slug = $3 where id = $1", id, announcement,
                    slug));
    CHECK_OK(enter(db, text, *which, DeskAct::published, announcement, by));
    return read(db, id, Lock::no);
  });
}

Result<void> Desk::withdrawn(Db& db, const std::string& announcement, Micros since, bool gone,
                             const Signature& by) {
  TRY(const auto said,
      db.all<ActRow>("select * from draft_act where act = 'published' and words = $1 and at >= $2",
                     announcement, since));
  for (const ActRow& one : said) {
    CHECK_OK(db.run("delete from draft_act where id = $1", one.id));
    CHECK_OK(
        db.run("delete from draft_act where draft = $1 and revision = $2 and "
               "act = 'overridden'",
               one.draft, one.revision));
    if (gone)
      CHECK_OK(db.run("update draft set announcement = '', slug = '' where id = $1", one.draft));
    CHECK_OK(append_event(db, {ids_.next(),
                               clock_.now(),
                               "draft.withdrawn",
                               by.name,
                               one.draft,
                               {{"revision", one.revision}}}));
  }
  return {};
}

Result<void> Desk::remove(const std::string& id, const Signature& by) {
  return store_.write([&](Db& db) -> Result<void> {
    TRY(const WorkingText text, read(db, id, Lock::yes));
    CHECK_OK(check_may_change(text, by));
    if (!text.announcement.empty())
      return fail(Fault::conflict, "this draft is published, and shows who approved it",
                  "It stays. An edit of it is a new revision.");
    CHECK_OK(db.run("delete from draft_copy where draft = $1", id));
    CHECK_OK(db.run("delete from draft_act where draft = $1", id));
    CHECK_OK(db.run("delete from draft_revision where draft = $1", id));
    CHECK_OK(db.run("delete from draft where id = $1", id));
    return append_event(db, {ids_.next(),
                             clock_.now(),
                             "draft.removed",
                             by.name,
                             id,
                             {{"title", json::string(text.last().content.title)}}});
  });
}

}  // namespace carillon
