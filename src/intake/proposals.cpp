#include "intake/proposals.hpp"

#include <fmt/format.h>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "core/announcement.hpp"
#include "store/allowance.hpp"
#include "store/events.hpp"

namespace carillon {

namespace {

// A row of the table proposal. The SQL of that table and of used_form is in this file.
struct Row {
  std::string id;
  std::string status;  // the hash of the token that shows its fate
  ProposalState state = ProposalState::waiting;
  std::string body;
  std::string link;
  std::string audience;
  std::string wished;
  std::string name;
  std::string contact;
  std::string slug;
  std::string reason;
  Micros made = 0;
  Micros ended = 0;
};
BOOST_DESCRIBE_STRUCT(Row, (),
                      (id, status, state, body, link, audience, wished, name, contact, slug, reason,
                       made, ended))

constexpr const char* columns =
    "select id, status, state, body, link, audience, wished, name, contact, slug, reason, made, "
    "ended from proposal";

struct UsedForm {
  std::string hash;
  std::string digest;  // of the words that came with it
  Micros expires = 0;
};
BOOST_DESCRIBE_STRUCT(UsedForm, (), (hash, digest, expires))

struct Count {
  std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(Count, (), (count))

Proposal proposal_of(const Row& row) {
  return {.id = row.id,
          .state = row.state,
          .words = {row.body, row.link, row.audience, row.wished, row.name, row.contact},
          .slug = row.slug,
          .reason = row.reason,
          .made = row.made,
          .ended = row.ended};
}

tl::unexpected<Error> unknown(const std::string& id) {
  return fail(Fault::not_found, fmt::format("there is no proposal {}", id),
              "`carillon proposal list` shows them.");
}

Result<void> check_open(const Proposal& proposal) {
  if (proposal.ended == 0) return {};
  return fail(Fault::conflict,
              fmt::format("the proposal {} is {} already", proposal.id, word_of(proposal.state)));
}

// So many of one network at once, then one in a while.
Allowance allowance_of(const std::string& address) {
  return {"proposal " + network_of(address), limits::proposals_at_once,
          limits::proposal_every_minutes * minute};
}

std::string digest_of(const ProposalWords& words) {
  return to_hex(sha256(write_json(words)));
}

}  // namespace

// Not kept anywhere, and the same for the same form: who sends it twice comes to the same page.
Secret Proposals::status_of(const std::string& form_token) const {
  return Secret(to_base64url(hmac_sha256(key_.reveal(), "status " + form_token)));
}

Result<Taken> Proposals::take_in(const ProposalForm& form) {
  const FormAge age = age_of_form(key_, form.token, clock_.now());
  if (age == FormAge::forged) return Taken{.state = Taking::forged};
  const ProposalWords words = tidied(form.words);
  if (auto problems = word_problems(words); !problems.empty())
    return Taken{.state = Taking::wrong, .problems = std::move(problems)};
  if (!form.trap.empty()) return Taken{.state = Taking::trapped};
  if (age == FormAge::quick) return Taken{.state = Taking::quick};
  if (age == FormAge::old) return Taken{.state = Taking::old};

  const Micros now = clock_.now();
  const Secret status = status_of(form.token);
  const UsedForm use{to_hex(sha256(form.token)), digest_of(words),
                     now + (limits::proposal_form_hours + 1) * hour};
  TRY(const auto known, store_.read([&](Db& db) {
    return db.first<UsedForm>("select hash, digest, expires from used_form where hash = $1",
                              use.hash);
  }));
  if (known)
    return known->digest == use.digest ? Taken{.state = Taking::kept, .status = status}
                                       : Taken{.state = Taking::spent};
  TRY(const Micros wait, take_try(store_, now, {allowance_of(form.address)}));
  if (wait > 0) return Taken{.state = Taking::wait, .wait = wait};
  const std::string id = ids_.next();
  return store_.write([&](Db& db) -> Result<Taken> {
    CHECK_OK(db.run("delete from used_form where expires <= $1", now));
    TRY(const auto open, db.first<Count>("select count(*) as count from proposal where state = $1",
                                         ProposalState::waiting));
    if (open->count >= limits::proposals_waiting) return Taken{.state = Taking::full};
    // Two of the same form at once: one of them takes it, the other finds it.
    TRY(const auto first, db.run("insert into used_form (hash, digest, expires) "
                                 "values ($1, $2, $3) on conflict (hash) do nothing",
                                 use.hash, use.digest, use.expires));
    if (first == 0) return Taken{.state = Taking::kept, .status = status};
    CHECK_OK(db.insert("proposal", Row{.id = id,
                                       .status = token_hash(status),
                                       .state = ProposalState::waiting,
                                       .body = words.text,
                                       .link = words.link,
                                       .audience = words.audience,
                                       .wished = words.date,
                                       .name = words.name,
                                       .contact = words.contact,
                                       .slug = {},
                                       .reason = {},
                                       .made = now,
                                       .ended = 0}));
    CHECK_OK(append_event(db, {ids_.next(), now, "proposal.made", "somebody", id, {}}));
    return Taken{.state = Taking::kept, .status = status};
  });
}

Result<std::vector<Proposal>> Proposals::list() {
  TRY(const auto rows,
      store_.read([](Db& db) { return db.all<Row>(std::string(columns) + " order by id desc"); }));
  std::vector<Proposal> out;
  out.reserve(rows.size());
  for (const Row& row : rows) out.push_back(proposal_of(row));
  return out;
}

Result<Proposal> Proposals::get(const std::string& id) {
  TRY(const auto row, store_.read([&](Db& db) {
    return db.first<Row>(std::string(columns) + " where id = $1", id);
  }));
  if (!row) return unknown(id);
  return proposal_of(*row);
}

Result<Proposal> Proposals::of_status(const Secret& token) {
  TRY(const auto row, store_.read([&](Db& db) {
    return db.first<Row>(std::string(columns) + " where status = $1", token_hash(token));
  }));
  if (row) return proposal_of(*row);
  return fail(Fault::not_found, "there is no proposal at this address",
              "Is it whole? A proposal can also have been removed.");
}

Result<Proposal> Proposals::change(const std::string& id, const std::string& by,
                                   const std::string& kind,
                                   const std::function<Result<void>(Proposal&)>& with) {
  return store_.write([&](Db& db) -> Result<Proposal> {
    TRY(const auto row, db.first<Row>(std::string(columns) + " where id = $1", id));
    if (!row) return unknown(id);
    Proposal out = proposal_of(*row);
    CHECK_OK(with(out));
    CHECK_OK(
        db.run("update proposal set state = $2, slug = $3, reason = $4, ended = $5 where id = $1",
               id, out.state, out.slug, out.reason, out.ended));
    CHECK_OK(append_event(db, {ids_.next(), clock_.now(), kind, by, id, {}}));
    return out;
  });
}

Result<Proposal> Proposals::take(const std::string& id, const std::string& slug,
                                 const std::string& by) {
  if (slug_of(slug) != slug)
    return fail(Fault::invalid, "a slug is made of lower-case letters, digits and single hyphens",
                fmt::format("Try \"{}\".", slug_of(slug)));
  return change(id, by, "proposal.taken", [&](Proposal& proposal) -> Result<void> {
    CHECK_OK(check_open(proposal));
    proposal.state = ProposalState::taken;
    if (!slug.empty()) proposal.slug = slug;
    if (proposal.slug.empty()) proposal.slug = proposal_slug(proposal);
    return {};
  });
}

Result<Proposal> Proposals::decline(const std::string& id, const std::string& reason,
                                    const std::string& by) {
  const std::string_view why = trim(reason);
  if (why.empty())
    return fail(Fault::invalid, "the proposer reads why it is declined", "Say it in a sentence.");
  if (why.size() > limits::proposal_reason_bytes)
    return fail(Fault::invalid, fmt::format("the reason is {} bytes long, more than {}", why.size(),
                                            limits::proposal_reason_bytes));
  return change(id, by, "proposal.declined", [&](Proposal& proposal) -> Result<void> {
    CHECK_OK(check_open(proposal));
    proposal.state = ProposalState::declined;
    proposal.reason = std::string(why);
    proposal.ended = clock_.now();
    return {};
  });
}

Result<void> Proposals::published(const std::string& id, Micros at) {
  TRY(const Proposal now, get(id));
  if (now.state != ProposalState::taken) return {};
  const auto end = [&](Proposal& proposal) -> Result<void> {
    CHECK_OK(check_open(proposal));
    proposal.state = ProposalState::published;
    proposal.ended = at;
    return {};
  };
  CHECK_OK(change(id, "carillon", "proposal.published", end));
  return {};
}

Result<void> Proposals::remove(const std::string& id, const std::string& by) {
  return store_.write([&](Db& db) -> Result<void> {
    TRY(const auto gone, db.run("delete from proposal where id = $1", id));
    if (gone == 0) return unknown(id);
    return append_event(db, {ids_.next(), clock_.now(), "proposal.removed", by, id, {}});
  });
}

Result<std::int64_t> Proposals::forget() {
  const Micros now = clock_.now();
  constexpr const char* due =
      "(name <> '' or contact <> '') and ((ended > 0 and ended <= $1) or (ended = 0 and made <= "
      "$2))";
  const Micros ended = now - limits::proposal_personal_days * day;
  const Micros made = now - limits::proposal_waiting_days * day;
  // Mostly there is nothing, and then no writer is needed.
  TRY(const auto some, store_.read([&](Db& db) {
    return db.first<Count>(std::string("select count(*) as count from proposal where ") + due,
                           ended, made);
  }));
  if (some->count == 0) return std::int64_t{0};
  return store_.write([&](Db& db) -> Result<std::int64_t> {
    return db.run(std::string("update proposal set name = '', contact = '' where ") + due, ended,
                  made);
  });
}

}  // namespace carillon
