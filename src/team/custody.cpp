#include "team/custody.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "base/moment.hpp"

namespace carillon {

namespace {

Result<std::string> name_of(const std::string& said, std::string_view what) {
  const std::string name(trim(said));
  if (!name.empty() && name.size() <= 200) return name;
  return fail(Fault::invalid,
              fmt::format("{}: the name is {}", what, name.empty() ? "empty" : "too long"),
              "Give a name of at most 200 bytes that others recognise.");
}

Result<void> check_proof(const std::string& proof) {
  if (!trim(proof).empty()) return {};
  return fail(Fault::invalid, "a proof is missing",
              "Say how others can see it: --proof \"posted the keep-alive, minutes of May 3\".");
}

Result<std::vector<Custodian>> custodians_in(Db& db, const std::string& channel) {
  return db.all<Custodian>(
      "select person, since, proven, proof from custodian where channel = $1 order by person",
      channel);
}

// What one change did not find.
tl::unexpected<Error> unknown(std::string_view what, const std::string& name,
                              const std::vector<std::string>& known, const std::string& command) {
  return fail(Fault::not_found, fmt::format("{} is no {} of this channel", name, what),
              known.empty() ? fmt::format("There is none yet: `{}`.", command)
                            : fmt::format("There are: {}.", fmt::join(known, ", ")));
}

}  // namespace

Result<Custody> CustodyRegister::of(const std::string& channel) {
  return store_.read([&](Db& db) -> Result<Custody> {
    Custody out;
    TRY(out.custodians, custodians_in(db, channel));
    TRY(out.dependents,
        db.all<Dependent>("select what, since, moved, proof from dependent where channel = $1 "
                          "order by what",
                          channel));
    return out;
  });
}

Result<void> CustodyRegister::add_custodian(const std::string& channel, const std::string& person) {
  TRY(const std::string name, name_of(person, "custodian"));
  return store_.write([&](Db& db) -> Result<void> {
    CHECK_OK(
        db.run("insert into custodian (channel, person, since, proven, proof) "
               "values ($1, $2, $3, 0, '') on conflict (channel, person) do nothing",
               channel, name, clock_.now()));
    return {};
  });
}

Result<void> CustodyRegister::remove_custodian(const std::string& channel,
                                               const std::string& person) {
  return store_.write([&](Db& db) -> Result<void> {
    TRY(const auto removed,
        db.run("delete from custodian where channel = $1 and person = $2", channel, person));
    if (removed > 0) return {};
    TRY(const auto all, custodians_in(db, channel));
    std::vector<std::string> known;
    for (const Custodian& one : all) known.push_back(one.person);
    return unknown("custodian", person, known, "carillon channel custodian " + channel + " NAME");
  });
}

Result<void> CustodyRegister::prove(const std::string& channel, const std::string& person,
                                    const std::string& proof, Micros at) {
  CHECK_OK(check_proof(proof));
  if (at > clock_.now())
    return fail(Fault::invalid, fmt::format("{} has not come yet", day_of(at)),
                "Give the day of the log-in.");
  return store_.write([&](Db& db) -> Result<void> {
    TRY(const auto changed,
        db.run("update custodian set proof = case when proven <= $3 then $4 else proof end, "
               "proven = case when proven <= $3 then $3 else proven end "
               "where channel = $1 and person = $2",
               channel, person, at, std::string(trim(proof))));
    if (changed > 0) return {};
    TRY(const auto all, custodians_in(db, channel));
    std::vector<std::string> known;
    for (const Custodian& one : all) known.push_back(one.person);
    return unknown("custodian", person, known, "carillon channel custodian " + channel + " NAME");
  });
}

Result<void> CustodyRegister::add_dependent(const std::string& channel, const std::string& what) {
  TRY(const std::string name, name_of(what, "what needs the account"));
  return store_.write([&](Db& db) -> Result<void> {
    CHECK_OK(
        db.run("insert into dependent (channel, what, since, moved, proof) "
               "values ($1, $2, $3, 0, '') on conflict (channel, what) do nothing",
               channel, name, clock_.now()));
    return {};
  });
}

Result<void> CustodyRegister::move_dependent(const std::string& channel, const std::string& what,
                                             const std::string& proof) {
  CHECK_OK(check_proof(proof));
  return store_.write([&](Db& db) -> Result<void> {
    TRY(const auto changed, db.run("update dependent set moved = $3, proof = $4 "
                                   "where channel = $1 and what = $2",
                                   channel, what, clock_.now(), std::string(trim(proof))));
    if (changed > 0) return {};
    TRY(const auto all,
        db.all<Dependent>("select what from dependent where channel = $1 order by what", channel));
    std::vector<std::string> known;
    for (const Dependent& one : all) known.push_back(one.what);
    return unknown("dependent", what, known, "carillon channel dependent " + channel + " WHAT");
  });
}

Micros last_proven(const Custody& custody) {
  Micros out = 0;
  for (const Custodian& one : custody.custodians) out = std::max(out, one.proven);
  return out;
}

Micros next_keep_alive(const Custody& custody, const PlatformRules& rules) {
  const Micros last = last_proven(custody);
  return rules.keep_alive_days == 0 || last == 0 ? 0 : last + rules.keep_alive_days * day;
}

std::size_t proven_custodians(const Custody& custody, Micros now) {
  return static_cast<std::size_t>(
      std::count_if(custody.custodians.begin(), custody.custodians.end(),
                    [&](const Custodian& one) { return one.proven + proof_lasts > now; }));
}

std::vector<std::string> custody_warnings(const std::string& channel, const Custody& custody,
                                          const PlatformRules& rules, Micros now) {
  std::vector<std::string> out;
  const std::size_t people = custody.custodians.size();
  if (people < custodians_wanted)
    out.push_back(fmt::format(
        "{} can get in: {} should, so that no account hangs on one person. `carillon channel "
        "custodian {} NAME` adds one.",
        people == 0   ? "nobody is known who"
        : people == 1 ? "one person"
                      : fmt::format("{} persons", people),
        custodians_wanted, channel));
  for (const Custodian& one : custody.custodians) {
    if (one.proven + proof_lasts > now) continue;
    out.push_back(
        fmt::format("{} {}: let them log in, then `carillon channel proof {} \"{}\" "
                    "--proof …`.",
                    one.person,
                    one.proven == 0 ? "never showed that they can get in"
                                    : "last logged in on " + day_of(one.proven),
                    channel, one.person));
  }
  if (rules.keep_alive_days > 0) {
    const Micros next = next_keep_alive(custody, rules);
    if (next == 0)
      out.push_back(fmt::format("no log-in is known, and {} wants one every {} days.", rules.title,
                                rules.keep_alive_days));
    else if (next < now)
      out.push_back(fmt::format("a log-in is overdue since {}: {} wants one every {} days.",
                                day_of(next), rules.title, rules.keep_alive_days));
  }
  return out;
}

}  // namespace carillon
