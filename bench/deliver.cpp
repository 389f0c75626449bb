#include <fmt/format.h>
#include <sqlite3.h>

#include <cstdio>
#include <filesystem>

#include "bench.hpp"
#include "publish/outbox.hpp"

namespace carillon::bench {

namespace {

constexpr int rounds = 4;
constexpr int per_round = 500;

// A platform that takes everything at once: what remains is the outbox.
class Instant final : public Adapter {
 public:
  [[nodiscard]] Replay replay() const override { return Replay::look_first; }
  [[nodiscard]] Limits limits(const json::object&) const override { return {}; }
  [[nodiscard]] Result<Account> verify(Access&) const override { return Account{}; }
  [[nodiscard]] Result<std::vector<Step>> prepare(const Job& job, Access&) const override {
    return std::vector<Step>{{job.delivery, job.rendition.parts.at(0).text, 0, 1}};
  }
  [[nodiscard]] Outcome send(const Step& step, std::span<const Receipt>, Access&) const override {
    return Published{{{step.key, "https://example.org/" + step.key, {}}}};
  }
};

const std::string text(280, 'a');

Result<void> plan(Outbox& outbox, const Clock& clock, int round) {
  for (int i = 0; i < per_round; ++i) {
    Draft draft;
    draft.slug = fmt::format("post-{}-{}", round, i);
    draft.body = text;
    Rendition rendition;
    rendition.channel = "bench";
    rendition.platform = "bench";
    rendition.parts.push_back({text, 280, 0, {}, {}});
    CHECK_OK(outbox.plan(draft, "https://example.org/posts/" + draft.slug + "/", {rendition},
                         clock.now(), "bench"));
  }
  return {};
}

Result<double> seconds_delivering(Outbox& outbox) {
  const auto start = Steady::now();
  while (true) {
    TRY(const auto moved, outbox.run_once());
    if (moved == 0) return seconds_since(start);
  }
}

Result<std::int64_t> count_published(Outbox& outbox) {
  TRY(const auto all, outbox.deliveries(""));
  std::int64_t out = 0;
  for (const Delivery& delivery : all) {
    if (delivery.state == DeliveryState::published) ++out;
  }
  return out;
}

// What this disk allows: one small row, one commit, with the pragmas of src/store/sqlite.cpp.
class Bare {
 public:
  explicit Bare(const std::string& file) {
    good_ = sqlite3_open(file.c_str(), &db_) == SQLITE_OK;
    run("pragma journal_mode=wal; pragma synchronous=full; pragma foreign_keys=on; "
        "pragma temp_store=memory; pragma cache_size=-4000; create table bare (text text)");
  }
  ~Bare() { sqlite3_close(db_); }
  Bare(const Bare&) = delete;
  Bare& operator=(const Bare&) = delete;

  double seconds_committing() {
    const auto start = Steady::now();
    for (int i = 0; i < per_round; ++i) {
      run("begin immediate");
      run("insert into bare values ('armed')");
      run("commit");
    }
    return seconds_since(start);
  }
  [[nodiscard]] bool good() const { return good_; }

 private:
  void run(const char* sql) {
    good_ = good_ && sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) == SQLITE_OK;
  }
  sqlite3* db_ = nullptr;
  bool good_ = false;
};

Result<void> measure(const std::string& dir) {
  std::filesystem::remove_all(dir);
  std::filesystem::create_directories(dir);
  TRY(const auto store, Store::open(dir + "/carillon.db"));
  Bare bare(dir + "/bare.db");
  const SystemClock clock;
  Ids ids(clock);
  HttpClient http;
  Channel channel;
  channel.name = channel.platform = "bench";
  Outbox outbox(*store, http, clock, ids,
                {{"bench", Speaker{channel, std::make_shared<Instant>()}}}, {});
  double ours = 0;
  double peer = 0;
  // In turns, because the disk's speed wanders.
  for (int round = 0; round < rounds; ++round) {
    CHECK_OK(plan(outbox, clock, round));
    TRY(const double took, seconds_delivering(outbox));
    ours += took;
    peer += bare.seconds_committing();
  }
  if (!bare.good()) return fail(Fault::unavailable, "the bare transactions failed in " + dir);
  TRY(const auto published, count_published(outbox));
  if (published != std::int64_t{rounds} * per_round)
    return fail(Fault::internal, fmt::format("{} deliveries were published", published));
  const double count = rounds * per_round;
  fmt::print("{{\"deliveries\": {:.1f}, \"transactions\": {:.1f}}}\n", count / ours, count / peer);
  return {};
}

}  // namespace

int deliver(const std::string& dir) {
  const auto done = measure(dir);
  if (done) return 0;
  fmt::print(stderr, "{}\n", done.error().what);
  return 1;
}

}  // namespace carillon::bench
