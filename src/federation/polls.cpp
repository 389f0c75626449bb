#include "federation/polls.hpp"

#include <algorithm>

#include "federation/limits.hpp"

namespace carillon {

namespace {

struct ChoiceCount {
  std::string choice;
  std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(ChoiceCount, (), (choice, count))

struct VoteCount {
  std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(VoteCount, (), (count))

struct VotedPost {
  std::string post;
};
BOOST_DESCRIBE_STRUCT(VotedPost, (), (post))

// A poll that somebody was told of.
struct PollRow {
  std::string post;
  std::int64_t told = 0;  // votes
  Micros told_at = 0;
  bool ended = false;
  std::int64_t voters = 0;
  std::string votes;  // JSON: by option
};
BOOST_DESCRIBE_STRUCT(PollRow, (), (post, told, told_at, ended, voters, votes))

std::string choice_of(const ActivityPart& part) {
  const json::value& name = member_of(part.whole, "name");
  return name.is_string() ? std::string(trim(std::string_view(name.get_string()))) : std::string();
}

Result<std::optional<PollRow>> row_of(Db& db, const std::string& post) {
  return db.first<PollRow>(
      "select post, told, told_at, ended, voters, votes from fedi_poll where post = $1", post);
}

Result<FediTally> tally_in(const PollRow& row) {
  TRY(auto votes, (parse_json_as<std::map<std::string, std::int64_t>>(row.votes)));
  return FediTally{std::move(votes), row.voters, row.ended};
}

Result<FediTally> counted(Db& db, const std::string& post) {
  FediTally out;
  TRY(const auto choices,
      db.all<ChoiceCount>("select choice, count(*) as count from fedi_vote where post = $1 "
                          "group by choice",
                          post));
  for (const ChoiceCount& one : choices) out.votes[one.choice] = one.count;
  TRY(const auto voters,
      db.first<VoteCount>("select count(distinct actor) as count from fedi_vote where post = $1",
                          post));
  out.voters = voters->count;
  return out;
}

std::int64_t votes_of(const FediTally& tally) {
  std::int64_t out = 0;
  for (const auto& [choice, count] : tally.votes) out += count;
  return out;
}

}  // namespace

bool is_vote(const ActivityPart& part) {
  return (part.type == "Note" || part.type == "Answer") && part.content.empty() &&
         !choice_of(part).empty() && !part.in_reply_to.empty();
}

Result<void> take_vote(Db& db, const FediPost& post, const ActivityPart& vote, Micros now) {
  if (!post.poll || now >= post.poll->closes) return {};
  const std::string choice = choice_of(vote);
  const auto& options = post.poll->options;
  if (std::find(options.begin(), options.end(), choice) == options.end()) return {};
  TRY(const auto row, row_of(db, post.url));
  if (row && row->ended) return {};
  if (!post.poll->several) {
    TRY(const auto before,
        db.first<VoteCount>(
            "select count(*) as count from fedi_vote where post = $1 and actor = $2", post.url,
            vote.actor));
    if (before->count > 0) return {};
  }
  CHECK_OK(
      db.run("insert into fedi_vote (post, actor, choice, made) values ($1, $2, $3, $4) "
             "on conflict (post, actor, choice) do nothing",
             post.url, vote.actor, choice, now));
  return {};
}

namespace fedi_rows {

Result<FediTally> tally(Db& db, const std::string& post) {
  TRY(const auto row, row_of(db, post));
  if (row && row->ended) return tally_in(*row);
  return counted(db, post);
}

Result<FediTally> told_tally(Db& db, const std::string& post) {
  TRY(const auto row, row_of(db, post));
  return row ? tally_in(*row) : FediTally{};
}

Result<void> forget_poll(Db& db, const std::string& post) {
  CHECK_OK(db.run("delete from fedi_vote where post = $1", post));
  CHECK_OK(db.run("delete from fedi_poll where post = $1", post));
  return {};
}

Result<std::vector<std::string>> posts_with_votes(Db& db) {
  TRY(const auto rows, db.all<VotedPost>("select distinct post from fedi_vote"));
  std::vector<std::string> out;
  for (const VotedPost& row : rows) out.push_back(row.post);
  return out;
}

Result<std::optional<FediTally>> tally_to_tell(Db& db, const FediPost& post, Micros now) {
  if (!post.poll) return std::nullopt;
  TRY(const auto row, row_of(db, post.url));
  if (row && row->ended) return std::nullopt;
  const bool over = now >= post.poll->closes;
  if (!over && row && now < row->told_at + limits::tally_rest) return std::nullopt;
  TRY(FediTally out, counted(db, post.url));
  if (!over && votes_of(out) == (row ? row->told : 0)) return std::nullopt;
  out.ended = over;
  return std::optional(std::move(out));
}

Result<void> note_tally(Db& db, const std::string& post, const FediTally& tally, Micros now) {
  CHECK_OK(db.run(
      "insert into fedi_poll (post, told, told_at, ended, voters, votes) "
      "values ($1, $2, $3, $4, $5, $6) on conflict (post) do update set told = excluded.told, "
      "told_at = excluded.told_at, ended = excluded.ended, voters = excluded.voters, "
      "votes = excluded.votes",
      post, votes_of(tally), now, tally.ended, tally.voters, write_json(tally.votes)));
  if (tally.ended) CHECK_OK(db.run("delete from fedi_vote where post = $1", post));
  return {};
}

Result<std::int64_t> polls_told(Db& db) {
  TRY(const auto row,
      db.first<VoteCount>("select coalesce(max(told_at), 0) as count from fedi_poll"));
  return row->count;
}

}  // namespace fedi_rows

}  // namespace carillon
