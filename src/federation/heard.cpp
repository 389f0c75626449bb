#include "federation/heard.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/crypto.hpp"

namespace carillon {

namespace {

constexpr unsigned own_bits = 10;
constexpr std::uint64_t own_mask = (1U << own_bits) - 1;
// That may have happened in one microsecond.
constexpr std::size_t at_once = 64;

constexpr const char* reactions =
    "select r.kind, r.id, r.actor, coalesce(a.name, '') as name, coalesce(a.host, '') as host, "
    "r.post, r.uri, r.content, r.made, r.warning from fedi_reaction r "
    "left join fedi_actor a on a.id = r.actor";
constexpr const char* follow_rows =
    "select 'follow' as kind, f.actor as id, f.actor, coalesce(a.name, '') as name, f.host, "
    "'' as post, f.follow as uri, '' as content, f.since as made, '' as warning from fedi_follower "
    "f "
    "left join fedi_actor a on a.id = f.actor";

Micros time_in(std::uint64_t number) {
  return static_cast<Micros>(number >> own_bits);
}

// The kinds as a list of SQL; they are words of ours.
std::string words_of(const std::vector<HeardKind>& kinds) {
  std::string out;
  for (const HeardKind kind : kinds) {
    if (kind != HeardKind::follow)
      out += fmt::format("{}'{}'", out.empty() ? "" : ", ", word_of(kind));
  }
  return out;
}

bool holds(const std::vector<HeardKind>& kinds, HeardKind kind) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

}  // namespace

std::uint64_t FediHeard::number() const {
  const std::string hash = sha256(word_of(kind) + "\n" + id);
  const auto own = static_cast<std::uint64_t>(static_cast<unsigned char>(hash[0])) << 8U |
                   static_cast<std::uint64_t>(static_cast<unsigned char>(hash[1]));
  return static_cast<std::uint64_t>(made) << own_bits | (own & own_mask);
}

namespace fedi_rows {

Result<std::vector<FediHeard>> heard(Db& db, const HeardAsked& asked) {
  const char* order = asked.oldest_first ? "" : " desc";
  const Micros from = time_in(asked.above);
  const Micros to = time_in(asked.below);
  const auto most = static_cast<std::int64_t>(asked.count + at_once);
  std::vector<FediHeard> all;
  if (const std::string kinds = words_of(asked.kinds); !kinds.empty()) {
    TRY(auto some,
        db.all<FediHeard>(fmt::format("{} where r.kind in ({}) and r.made between $1 and $2 "
                                      "order by r.made{} limit $3",
                                      reactions, kinds, order),
                          from, to, most));
    all = std::move(some);
  }
  if (holds(asked.kinds, HeardKind::follow)) {
    TRY(auto some,
        db.all<FediHeard>(fmt::format("{} where f.since between $1 and $2 order by f.since{} "
                                      "limit $3",
                                      follow_rows, order),
                          from, to, most));
    for (FediHeard& one : some) all.push_back(std::move(one));
  }
  std::erase_if(all, [&](const FediHeard& one) {
    return one.number() <= asked.above || one.number() >= asked.below;
  });
  std::sort(all.begin(), all.end(), [&](const FediHeard& a, const FediHeard& b) {
    return asked.oldest_first ? a.number() < b.number() : a.number() > b.number();
  });
  if (all.size() > asked.count) all.resize(asked.count);
  return all;
}

Result<std::optional<FediHeard>> heard_one(Db& db, const std::vector<HeardKind>& kinds,
                                           std::uint64_t number) {
  if (number == 0 || number == UINT64_MAX) return std::nullopt;
  TRY(auto found, heard(db, {kinds, number - 1, number + 1, false, 1}));
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

Result<std::optional<FediHeard>> reply_at(Db& db, const std::string& uri) {
  return db.first<FediHeard>(fmt::format("{} where r.kind = 'reply' and r.uri = $1", reactions),
                             uri);
}

Result<std::vector<FediHeard>> replies_to(Db& db, const std::string& post, std::int64_t count) {
  return db.all<FediHeard>(
      fmt::format("{} where r.kind = 'reply' and r.post = $1 order by r.made, r.id limit $2",
                  reactions),
      post, count);
}

}  // namespace fedi_rows

}  // namespace carillon
