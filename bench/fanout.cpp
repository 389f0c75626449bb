#include <fmt/format.h>
#include <sys/resource.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "bench.hpp"
#include "federation/courier.hpp"
#include "federation/rows.hpp"
#include "federation/telling.hpp"

namespace carillon::bench {

namespace {

constexpr std::size_t body_bytes = 2600;

double peak_mb() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

fedi_rows::FediActivity activity(int round) {
  const std::string id = fmt::format("https://example.org/posts/{}/#create", round);
  std::string body = "{\"id\":\"" + id + "\",\"type\":\"Create\",\"content\":\"";
  body.append(body_bytes - body.size() - 2, 'a');
  return {id, fmt::format("https://example.org/posts/{}/", round), body + "\"}",
          SystemClock().now()};
}

Result<void> follow(Store& store, const FanoutBench& options) {
  return store.write([&](Db& db) -> Result<void> {
    TRY(const std::int64_t before, fedi_rows::followers(db));
    if (before > 0) return {};
    std::vector<fedi_rows::FediFollower> followers;
    for (std::uint32_t i = 0; i < options.hosts; ++i) {
      const std::string host = fmt::format("{}:{}", address_of(i), options.port);
      const std::string origin = fmt::format("{}://{}", options.scheme, host);
      followers.push_back({origin + "/u", origin + "/u/inbox", origin + "/inbox", host, "f", 0});
    }
    CHECK_OK(db.insert_many("fedi_follower", followers));
    return {};
  });
}

// The key stays, so that the other side can check it.
Result<PrivateKey> key_in(const std::string& file) {
  if (std::filesystem::exists(file)) {
    std::ifstream in(file);
    std::string pem{std::istreambuf_iterator<char>(in), {}};
    return PrivateKey::from_pem(Secret(std::move(pem)));
  }
  TRY(PrivateKey key, PrivateKey::make(Signing::rs256));
  std::ofstream(file) << key.pem().reveal();
  std::ofstream(file + ".pub") << key.public_pem();
  return key;
}

Result<std::int64_t> settled(Store& store, const std::string& id) {
  TRY(const auto counts, store.read([&](Db& db) { return fedi_rows::queue_counts(db, id); }));
  std::int64_t out = 0;
  for (const auto& one : counts) {
    if (one.state == fedi_rows::FediState::delivered) out += one.count;
  }
  return out;
}

Result<void> enqueue(Store& store, const fedi_rows::FediActivity& made) {
  return store.write([&](Db& db) -> Result<void> {
    TRY(const bool fresh, fedi_rows::add(db, made));
    return fresh ? fedi_rows::spread(db, made.id) : Result<void>{};
  });
}

Result<void> deliver_all(const FanoutBench& options) {
  std::filesystem::create_directories(options.dir);
  TRY(const PrivateKey key, key_in(options.dir + "/key.pem"));
  TRY(const auto store, Store::open(options.dir + "/carillon.db"));
  CHECK_OK(follow(*store, options));
  const SystemClock clock;
  CHECK_OK(take_back(*store));
  CourierOptions settings;
  settings.fanout.trust = Trust::admin;
  settings.fanout.ca_file = options.ca_file;
  TRY(const auto courier, Courier::start(*store, clock, {"https://example.org/actor#main-key", key},
                                         std::move(settings)));
  for (int round = options.first; round < options.first + options.rounds; ++round) {
    const auto made = activity(round);
    const auto before = Steady::now();
    CHECK_OK(enqueue(*store, made));
    const double enqueued = seconds_since(before);
    const double cpu = cpu_seconds();
    const auto start = Steady::now();
    double reached = 0;
    while (true) {
      TRY(const std::size_t moved, courier->run_once());
      if (options.enough > 0 && reached == 0) {
        TRY(const std::int64_t now, settled(*store, made.id));
        if (now >= options.enough) reached = seconds_since(start);
      }
      if (moved == 0) break;
    }
    TRY(const std::int64_t count, settled(*store, made.id));
    fmt::print(
        "{{\"delivered\": {}, \"wall\": {:.3f}, \"cpu\": {:.3f}, \"mb\": {:.1f}, "
        "\"enqueue_ms\": {:.3f}, \"enough\": {:.3f}}}\n",
        count, seconds_since(start), cpu_seconds() - cpu, peak_mb(), enqueued * 1000, reached);
    std::fflush(stdout);
  }
  return {};
}

}  // namespace

int fanout(const FanoutBench& options) {
  const auto done = deliver_all(options);
  if (done) return 0;
  fmt::print(stderr, "{}\n", done.error().what);
  return 1;
}

}  // namespace carillon::bench
