// carillon-soak: publishes through thousands of made-up faults and kills, and counts what is there
// twice, what is lost and what nobody can know. See docs/guide/soak.md.
//
//   carillon-soak FAULTS [--seed S] [--jobs J]            the run of `make soak`; without a seed a
//                                                         new one, which it prints
//   carillon-soak --episode SEED [--faults F] [--trace]   one episode of it again, told step by
//   step
//
// The database is a SQLite file in a folder that goes away; with CARILLON_TEST_DB a schema of its
// own in that PostgreSQL. Exit code 0: nothing twice, nothing lost, every unresolved one is
// unprovable.
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "base/crypto.hpp"
#include "base/log.hpp"
#include "episode.hpp"
#include "pipe.hpp"
#include "store/db.hpp"

namespace carillon::soak {
namespace {

// About so many faults befall one episode; the last one of a lane takes what is left.
constexpr std::int64_t episode_faults = 40;

struct Wishes {
  std::int64_t faults = 0;
  std::optional<std::uint64_t> seed;
  int jobs = 2;
  std::optional<std::uint64_t> episode;
  bool trace = false;
};

std::string folder() {
  const bool fast = std::filesystem::is_directory("/dev/shm");
  const char* told = std::getenv("TMPDIR");
  std::string pattern = std::string(told != nullptr ? told
                                    : fast          ? "/dev/shm"
                                                    : "/tmp") +
                        "/carillon-soak-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr) std::abort();
  return pattern;
}

// A database for one episode; goes away with it.
class Place {
 public:
  Place() : dir_(folder()) {
    const char* base = std::getenv("CARILLON_TEST_DB");
    if (base == nullptr || *base == 0) return;
    schema_ = "soak" + to_hex(random_bytes(6));
    const std::string join = std::string(base).find('?') == std::string::npos ? "?" : "&";
    administer("create schema " + schema_);
    url_ =
        fmt::format("{0}{1}options=-csearch_path%3D{2}&application_name={2}", base, join, schema_);
  }
  ~Place() {
    if (!schema_.empty()) administer("drop schema " + schema_ + " cascade");
    std::error_code ignored;
    std::filesystem::remove_all(dir_, ignored);
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  [[nodiscard]] const std::string& dir() const { return dir_; }
  [[nodiscard]] const std::string& url() const { return url_; }

 private:
  static void administer(const std::string& sql) {
    const auto db = store_detail::open_postgres(std::getenv("CARILLON_TEST_DB"), {});
    if (!db || !(*db)->script("set client_min_messages = warning; " + sql)) std::abort();
  }
  std::string dir_;
  std::string schema_;
  std::string url_;
};

void add(Verdict& sum, const Verdict& one) {
  sum.episodes += one.episodes;
  sum.deliveries += one.deliveries;
  sum.faults += one.faults;
  sum.duplicates += one.duplicates;
  sum.lost += one.lost;
  const auto append = [](auto& to, const auto& from) {
    to.insert(to.end(), from.begin(), from.end());
  };
  append(sum.unresolved, one.unresolved);
  append(sum.findings, one.findings);
  for (const auto& [name, count] : one.troubles) sum.troubles[name] += count;
  for (const auto& [name, count] : one.ends) sum.ends[name] += count;
}

Verdict one_episode(Gate& gate, std::uint64_t seed, std::int64_t budget, bool trace) {
  const Place place;
  Verdict verdict = play_episode(gate, seed, budget, place.dir(), place.url(), trace);
  if (verdict.findings.empty()) return verdict;
  std::string told;
  for (const std::string& finding : verdict.findings) told += "  " + finding + "\n";
  fmt::print(
      "episode {0:#x} went wrong:\n{1}  again: carillon-soak --episode {0:#x} --faults {2} "
      "--trace\n",
      seed, told, budget);
  std::fflush(stdout);
  return verdict;
}

// Episodes one after the other until their faults are spent; lane `lane` of `lanes`.
Verdict run_lane(const Wishes& wishes, std::uint64_t seed, int lane) {
  Gate gate(fakes_needed);
  Verdict sum;
  Dice seeds(seed * 1000 + static_cast<std::uint64_t>(lane));
  std::int64_t left = wishes.faults / wishes.jobs + (lane < wishes.faults % wishes.jobs ? 1 : 0);
  while (left > 0) {
    const Verdict one = one_episode(gate, seeds.next(), std::min(left, episode_faults), false);
    left -= one.faults;
    add(sum, one);
  }
  return sum;
}

Verdict run_lanes(const Wishes& wishes, std::uint64_t seed) {
  std::vector<int> ends;
  for (int lane = 0; lane < wishes.jobs; ++lane) {
    int pair[2] = {};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) std::abort();
    std::fflush(stdout);
    if (::fork() == 0) {
      const Verdict verdict = run_lane(wishes, seed, lane);
      (void)put(pair[1], to_json(verdict).get_object());
      std::fflush(stdout);
      ::_exit(0);
    }
    ::close(pair[1]);
    ends.push_back(pair[0]);
  }
  Verdict sum;
  for (const int end : ends) {
    const auto words = take(end);
    auto verdict = words ? from_json<Verdict>(*words) : fail(Fault::internal, "a lane broke off");
    if (!verdict) {
      ++sum.lost;
      fmt::print("{}\n", verdict.error().what);
      continue;
    }
    add(sum, *verdict);
  }
  while (::waitpid(-1, nullptr, 0) > 0) {
  }
  return sum;
}

int report(const Verdict& sum) {
  for (const std::string& line : sum.unresolved) fmt::print("unresolved: {}\n", line);
  std::vector<std::string> words;
  for (const auto& [name, count] : sum.troubles) words.push_back(fmt::format("{} {}", name, count));
  fmt::print("faults: {}\n", fmt::join(words, ", "));
  words.clear();
  for (const auto& [name, count] : sum.ends) words.push_back(fmt::format("{} {}", name, count));
  fmt::print("{} episodes, {} deliveries: {}\n", sum.episodes, sum.deliveries,
             fmt::join(words, ", "));
  fmt::print("soak: faults={} duplicates={} lost={} unresolved={}\n", sum.faults, sum.duplicates,
             sum.lost, sum.unresolved.size());
  return sum.duplicates == 0 && sum.lost == 0 ? 0 : 1;
}

std::optional<std::uint64_t> number(std::string_view text) {
  const bool hex = text.starts_with("0x");
  if (hex) text.remove_prefix(2);
  std::uint64_t out = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), out, hex ? 16 : 10);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return out;
}

std::optional<Wishes> read_wishes(const std::vector<std::string>& words) {
  Wishes out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "--trace") {
      out.trace = true;
      continue;
    }
    const bool named = word.starts_with("--");
    if (named && i + 1 == words.size()) return std::nullopt;
    const auto value = number(named ? words[++i] : word);
    if (!value) return std::nullopt;
    if (word == "--seed") {
      out.seed = *value;
    } else if (word == "--jobs" && *value > 0 && *value < 65) {
      out.jobs = static_cast<int>(*value);
    } else if (word == "--episode") {
      out.episode = *value;
    } else if (word == "--faults" || !named) {
      out.faults = static_cast<std::int64_t>(*value);
    } else {
      return std::nullopt;
    }
  }
  if (out.episode && out.faults == 0) out.faults = episode_faults;
  if (out.faults <= 0) return std::nullopt;
  return out;
}

int run(const std::vector<std::string>& words) {
  ::signal(SIGPIPE, SIG_IGN);
  set_log_level(Level::error);
  const auto wishes = read_wishes(words);
  if (!wishes) {
    std::fputs(
        "usage: carillon-soak FAULTS [--seed S] [--jobs J]\n"
        "       carillon-soak --episode SEED [--faults F] [--trace]\n",
        stderr);
    return 2;
  }
  if (wishes->episode) {
    Gate gate(fakes_needed);
    return report(one_episode(gate, *wishes->episode, wishes->faults, wishes->trace));
  }
  const std::string bytes = random_bytes(3);
  std::uint64_t seed = 0;
  for (const char c : bytes) seed = seed * 256 + static_cast<unsigned char>(c);
  if (wishes->seed) seed = *wishes->seed;
  fmt::print("seed {}\n", seed);
  return report(run_lanes(*wishes, seed));
}

}  // namespace
}  // namespace carillon::soak

int main(int argc, char** argv) {
  return carillon::soak::run({argv + 1, argv + argc});
}
