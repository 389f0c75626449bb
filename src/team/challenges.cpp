#include "team/challenges.hpp"

namespace carillon {

namespace {

struct ChallengeRow {
  std::string hash;
  Purpose purpose = Purpose::passkey_sign_in;
  std::string browser;
  std::string about;
  Micros expires = 0;
};
BOOST_DESCRIBE_STRUCT(ChallengeRow, (), (hash, purpose, browser, about, expires))

std::string place_of(const std::string& hash) {
  return "challenge\n" + hash + "\n";
}

}  // namespace

Result<Secret> Challenges::make(Purpose purpose, const Secret& browser, const json::value& about,
                                std::int64_t minutes) {
  const Secret token = new_token();
  const Micros now = clock_.now();
  ChallengeRow row{token_hash(token), purpose, token_hash(browser), {}, now};
  row.expires += minutes * minute;
  TRY(row.about, vault_.seal_for(place_of(row.hash), Secret(json::serialize(about))));
  return store_.write([&](Db& db) -> Result<Secret> {
    CHECK_OK(db.run("delete from challenge where expires <= $1", now));
    CHECK_OK(db.insert("challenge", row));
    return token;
  });
}

Result<json::value> Challenges::take(const Secret& token, Purpose purpose, const Secret& browser) {
  const Micros now = clock_.now();
  TRY(const auto row, store_.write([&](Db& db) {
    return db.first<ChallengeRow>(
        "delete from challenge where hash = $1 and purpose = $2 and browser = $3 and "
        "expires > $4 returning hash, about",
        token_hash(token), purpose, token_hash(browser), now);
  }));
  if (!row || browser.empty())
    return fail(Fault::denied, "this took too long, or was done already", "Start again.");
  TRY(const Secret about, vault_.open_from(place_of(row->hash), row->about));
  return parse_json(about.reveal());
}

Result<json::value> Challenges::take_first(const Secret& token, Purpose purpose,
                                           const Secret& browser, Purpose later,
                                           std::int64_t minutes) {
  const Micros now = clock_.now();
  const std::string hash = token_hash(token);
  TRY(const std::string nothing, vault_.seal_for(place_of(hash), Secret("null")));
  TRY(const auto row, store_.write([&](Db& db) -> Result<std::optional<ChallengeRow>> {
    TRY(auto found, db.first<ChallengeRow>(
                        "delete from challenge where hash = $1 and purpose = $2 and browser = $3 "
                        "and expires > $4 returning *",
                        hash, purpose, token_hash(browser), now));
    if (!found) return std::nullopt;
    CHECK_OK(db.insert("challenge",
                       ChallengeRow{hash, later, found->browser, nothing, now + minutes * minute}));
    return found;
  }));
  if (!row || browser.empty())
    return fail(Fault::denied, "this took too long, or was done already", "Start again.");
  TRY(const Secret about, vault_.open_from(place_of(row->hash), row->about));
  return parse_json(about.reveal());
}

Result<bool> Challenges::note(const Secret& token, Purpose later, const json::value& about) {
  const std::string hash = token_hash(token);
  TRY(const std::string sealed, vault_.seal_for(place_of(hash), Secret(json::serialize(about))));
  TRY(const std::int64_t changed, store_.write([&](Db& db) {
    return db.run("update challenge set about = $3 where hash = $1 and purpose = $2", hash, later,
                  sealed);
  }));
  return changed == 1;
}

}  // namespace carillon
