#include "stage.hpp"

#include <sys/stat.h>

#include <algorithm>

#include "bluesky_fake.hpp"
#include "judge.hpp"
#include "mastodon_fake.hpp"
#include "webhook_fake.hpp"

namespace carillon::soak {

namespace {

// The fakes behind the gate.
enum : int { toots_fake, old_toots_fake, sky_fake, hook_fake, plain_hook_fake };

constexpr Micros first_moment = 1'795'515'723'000'000;
constexpr int most_steps = 600;
constexpr int most_workers = 3;

Outlet outlet(const std::string& name, const std::string& platform, json::object settings,
              std::map<std::string, std::string> secrets, int fake) {
  Outlet out;
  out.channel.name = name;
  out.channel.platform = platform;
  out.channel.settings = std::move(settings);
  out.secrets = std::move(secrets);
  out.fake = fake;
  return out;
}

json::string address(const Gate& gate, int fake, const std::string& path = {}) {
  return json::string(fmt::format("http://127.0.0.1:{}{}", gate.port(fake), path));
}

}  // namespace

Stage::Stage(Gate& gate, std::uint64_t seed, std::int64_t budget, const std::string& dir,
             const std::string& url, bool trace)
    : gate_(gate),
      dice_(seed),
      chaos_(dice_, budget, 20 + dice_.below(55)),
      postgres_(!url.empty()),
      trace_(trace) {
  plot_.setup.dir = dir;
  plot_.setup.database = postgres_ ? url : dir + "/soak.db";
  set_the_scene(seed);
}

Stage::~Stage() {
  for (Worker& worker : workers_) kill_player(worker.player);
  kill_player(person_);
}

void Stage::set_the_scene(std::uint64_t seed) {
  start_ = first_moment + dice_.below(1000) * minute;
  clock_.set(start_);
  lag_ = dice_.chance(50) ? 20 * second : 0;
  plot_.setup.window = dice_.chance(30) ? hour : 1000 * day;
  wanted_ = static_cast<int>(dice_.between(3, 7));
  const bool may_read = !dice_.chance(5);
  std::vector<std::unique_ptr<Fake>> fakes;
  for (const bool honours : {true, false}) {
    const MastodonTraits traits{.honours_keys = honours,
                                .has_source = !dice_.chance(25),
                                .may_read = may_read || honours,
                                .lag_most = lag_};
    fakes.push_back(std::make_unique<MastodonFake>(clock_, traits, dice_.next()));
  }
  fakes.push_back(std::make_unique<BlueskyFake>(clock_));
  fakes.push_back(std::make_unique<WebhookFake>(clock_, true));
  fakes.push_back(std::make_unique<WebhookFake>(clock_, false));
  for (const auto& fake : fakes) {
    if (dice_.chance(30)) fake->skew = dice_.between(-3600, 3600) * second;
  }
  gate_.stage(std::move(fakes), chaos_, clock_);
  gate_.on_request = [this](const std::string& what) { tell("  server {}", what); };
  auto& outlets = plot_.setup.outlets;
  const std::map<std::string, std::string> token{{"token", MastodonFake::token}};
  const std::map<std::string, std::string> secret{{"secret", WebhookFake::secret}};
  outlets.push_back(
      outlet("toots", "mastodon", {{"server", address(gate_, toots_fake)}}, token, toots_fake));
  outlets.push_back(outlet("old-toots", "mastodon", {{"server", address(gate_, old_toots_fake)}},
                           token, old_toots_fake));
  outlets.back().can_tell = may_read;
  outlets.push_back(outlet("sky", "bluesky",
                           {{"server", address(gate_, sky_fake)}, {"handle", BlueskyFake::handle}},
                           {{"app_password", BlueskyFake::password}}, sky_fake));
  outlets.push_back(
      outlet("hook", "webhook",
             {{"target", address(gate_, hook_fake, WebhookFake::path)}, {"deduplicates", true}},
             secret, hook_fake));
  outlets.push_back(outlet("plain-hook", "webhook",
                           {{"target", address(gate_, plain_hook_fake, WebhookFake::path)}}, secret,
                           plain_hook_fake));
  outlets.back().can_tell = false;
  outlets.push_back(outlet("echo", "echo", {}, {}, -1));
  outlets.push_back(outlet("home", "home", {}, {}, -1));
  tell("episode {:#x}: {} faults at most, window {} min, {} announcements", seed, chaos_.left(),
       plot_.setup.window / minute, wanted_);
}

Verdict Stage::play() {
  person_ = start_person(plot_.setup, clock_);
  const auto ready = take(person_.socket);
  if (!ready || !ready->contains("ok")) {
    find("the workspace does not open");
    return verdict_;
  }
  announce();
  for (int step = 0; step < most_steps && !is_over(); ++step) act();
  come_to_rest();
  judge(plot_, gate_, look(), verdict_);
  verdict_.episodes = 1;
  for (const auto& [trouble, count] : chaos_.counts()) {
    verdict_.troubles[word_of(trouble)] += count;
    verdict_.faults += count;
  }
  return std::move(verdict_);
}

void Stage::find(std::string what) {
  tell("FOUND: {}", what);
  ++verdict_.lost;
  verdict_.findings.push_back(std::move(what));
}

// Everything was said and nothing can be expected to happen, or no fault is left to be seen.
bool Stage::is_over() {
  if (static_cast<int>(plot_.told.size()) < wanted_) return false;
  if (chaos_.left() == 0) return true;
  if (!quiet_ || !dice_.chance(20)) return false;
  const auto all = look();
  return std::none_of(all.begin(), all.end(), [](const Seen& seen) {
    return !is_settled(seen.delivery.state) && seen.delivery.not_before != INT64_MAX;
  });
}

void Stage::act() {
  using Act = void (Stage::*)();
  static const std::vector<std::pair<Act, std::int64_t>> acts{{&Stage::go_on, 700},
                                                              {&Stage::start_another, 50},
                                                              {&Stage::pass_time, 90},
                                                              {&Stage::jump, 8},
                                                              {&Stage::announce, 60},
                                                              {&Stage::decide, 50},
                                                              {&Stage::edit, 12},
                                                              {&Stage::post_by_hand, 20},
                                                              {&Stage::kill_one, 15},
                                                              {&Stage::refuse_connections, 40},
                                                              {&Stage::trouble_database, 10}};
  std::int64_t sum = 0;
  for (const auto& [act, weight] : acts) sum += weight;
  std::int64_t at = dice_.below(sum);
  for (const auto& [act, weight] : acts) {
    if (at < weight) return (this->*act)();
    at -= weight;
  }
}

Stage::Worker* Stage::somebody() {
  if (workers_.empty()) return nullptr;
  auto at = dice_.below(static_cast<std::int64_t>(workers_.size()));
  return &*std::next(workers_.begin(), static_cast<std::ptrdiff_t>(at));
}

void Stage::go_on() {
  Worker* worker = somebody();
  if (worker == nullptr) return start_another();
  if (worker->phase == Phase::idle) {
    const bool all = std::all_of(workers_.begin(), workers_.end(),
                                 [](const Worker& one) { return one.phase == Phase::idle; });
    if (all) advance(dice_.between(30, 600) * second);
  }
  resume(*worker);
}

void Stage::start_another() {
  if (workers_.size() >= most_workers) return;
  begin({.total_ms = dice_.chance(50) ? impatient_ms : patient_ms, .max_pages = 0}, false);
}

void Stage::begin(Temper temper, bool tight) {
  Worker& worker = workers_.emplace_back();
  worker.name = fmt::format("w{}", ++born_);
  worker.tight = tight;
  worker.player = start_worker(plot_.setup, clock_, temper);
  tell("{} starts{}{}", worker.name, temper.total_ms < patient_ms ? ", impatient" : "",
       tight ? ", with a full disk" : "");
  listen(worker);
}

void Stage::pass_time() {
  advance(dice_.between(1, 45) * second);
}

// A laptop that slept, a machine that was suspended: hours between two instructions.
void Stage::jump() {
  const bool midway = std::any_of(workers_.begin(), workers_.end(), [](const Worker& one) {
    return one.phase == Phase::held || !one.at.empty();
  });
  if (!midway || chaos_.left() == 0) return;
  chaos_.count(Trouble::jump);
  const Micros by = dice_.pick(std::vector<Micros>{70 * second, 3 * minute, 40 * minute, 3 * hour});
  tell("the clock jumps by {} s", by / second);
  doubt();
  advance(by);
}

void Stage::announce() {
  if (static_cast<int>(plot_.told.size()) >= wanted_) return;
  (void)announce_at(dice_.chance(30) ? dice_.between(30, 3600) * second : 0);
}

json::value Stage::announce_at(Micros wait) {
  Told told;
  told.slug = fmt::format("t{}x{:08x}", plot_.told.size(), dice_.next() & 0xFFFFFFFFU);
  told.parts = dice_.chance(45) ? 3 : 1;
  told.mentions = dice_.chance(25);
  told.picture = dice_.chance(20);
  told.title = dice_.chance(30);
  for (const Outlet& one : plot_.setup.outlets) {
    if (dice_.chance(one.channel.platform == "home" ? 25 : 70))
      told.channels.push_back(one.channel.name);
  }
  if (told.channels.empty()) told.channels.push_back("plain-hook");
  told.due = clock_.peek() + wait;
  plot_.told.push_back(told);
  return plan(told);
}

// The texts of each channel.
json::value Stage::plan(const Told& told) {
  Draft draft;
  draft.slug = told.slug;
  draft.language = "en";
  if (told.title) draft.title = "Tea at " + told.slug;
  if (told.picture) draft.media.push_back({"cup.png", "A cup of tea", {}});
  for (int part = 0; part < told.parts; ++part) {
    draft.body += fmt::format("{}{}r{}, see https://example.org/{} & #tea{}\n",
                              part > 0 ? "---\n" : "", mark(told.slug, part), told.edition,
                              told.slug, told.mentions ? " with @quansight, @nobody" : "");
  }
  if (told.mentions)
    draft.mentions = {
        {"quansight", {{"mastodon", "@quansight@fosstodon.org"}, {"bluesky", "quansight.com"}}},
        {"nobody", {{"bluesky", "nobody.example.org"}}}};
  tell("announced: {} r{} in {} parts on {}", told.slug, told.edition, told.parts,
       fmt::join(told.channels, ", "));
  auto texts = ask({{"do", "plan"},
                    {"draft", to_json(draft)},
                    {"channels", to_json(told.channels)},
                    {"due", told.due}});
  if (!texts) find("an announcement could not be planned");
  return texts ? std::move(*texts) : json::value(json::object{});
}

// Somebody edits the file and publishes it again.
void Stage::edit() {
  Told& told = plot_.told[static_cast<std::size_t>(
      dice_.below(static_cast<std::int64_t>(plot_.told.size())))];
  ++told.edition;
  told.due = clock_.peek();
  for (const Seen& seen : look()) {
    if (seen.slug == told.slug) plot_.touched.insert(seen.delivery.id);
  }
  (void)plan(told);
}

void Stage::post_by_hand() {
  const int fake = dice_.chance(50) ? toots_fake : old_toots_fake;
  MastodonFake& server = mastodon(fake);
  const bool many = dice_.chance(10);
  for (int i = many ? 50 : 1; i > 0; --i)
    server.post_by_hand(fmt::format("By hand {}", dice_.below(1'000'000)), dice_.chance(30));
  // The very words of what is about to be announced, before it is.
  if (static_cast<int>(plot_.told.size()) >= wanted_ || !dice_.chance(50)) return;
  const json::value texts = announce_at(dice_.between(60, 600) * second);
  const auto* parts = texts.as_object().if_contains(fake == toots_fake ? "toots" : "old-toots");
  if (parts == nullptr) return;
  for (const json::value& part : parts->as_array())
    server.post_by_hand(std::string(part.as_string()), false);
}

MastodonFake& Stage::mastodon(int fake) {
  return dynamic_cast<MastodonFake&>(gate_.fake(fake));
}

void Stage::kill_one() {
  Worker* worker = somebody();
  if (worker == nullptr || worker->phase == Phase::idle || chaos_.left() == 0) return;
  chaos_.count(Trouble::kill);
  tell("{} is killed {}", worker->name, worker->at.empty() ? "between runs" : worker->at);
  doubt();
  bury(*worker);
}

void Stage::refuse_connections() {
  Worker* worker = somebody();
  if (worker == nullptr || worker->phase == Phase::held || chaos_.left() == 0) return;
  const int fake = static_cast<int>(dice_.below(gate_.size()));
  const std::int64_t sent = worker->requests - gate_.requests();
  tell("server {} refuses connections", fake);
  gate_.shut(fake);
  resume(*worker);
  gate_.reopen(fake);
  const auto alive = std::any_of(workers_.begin(), workers_.end(),
                                 [&](const Worker& one) { return &one == worker; });
  if (!alive) return;
  const std::int64_t refused = worker->requests - gate_.requests() - sent;
  if (refused > 0) chaos_.count(Trouble::refused_connection, refused);
}

void Stage::trouble_database() {
  Worker* worker = somebody();
  if (chaos_.left() == 0) return;
  if (postgres_) {
    chaos_.count(Trouble::database);
    tell("every connection to the database is cut");
    if (!ask({{"do", "cut"}})) find("the connections could not be cut");
    return;
  }
  if (dice_.chance(40) && workers_.size() < most_workers) {
    struct stat file {};
    ::stat(plot_.setup.database.c_str(), &file);
    const std::int64_t pages = file.st_size / 4096;
    begin({.total_ms = patient_ms, .max_pages = pages + dice_.below(3)}, true);
    return;
  }
  if (worker == nullptr || worker->phase == Phase::held) return;
  tell("the database is locked");
  if (!put(person_.socket, {{"do", "lock"}}) || !take(person_.socket)) return;
  locked_ = true;
  resume(*worker);
  locked_ = false;
  (void)put(person_.socket, {{"do", "unlock"}});
  (void)take(person_.socket);
  doubt(std::exchange(later_, {}));
  doubt();
}

void Stage::advance(Micros by) {
  const Micros until = clock_.peek() + by;
  for (Micros next = gate_.next_late(); next != 0 && next <= until; next = gate_.next_late()) {
    clock_.set(std::max(next, clock_.peek()));
    gate_.settle();
  }
  clock_.set(std::max(until, clock_.peek()));
}

Verdict play_episode(Gate& gate, std::uint64_t seed, std::int64_t budget, const std::string& dir,
                     const std::string& url, bool trace) {
  Stage stage(gate, seed, budget, dir, url, trace);
  return stage.play();
}

}  // namespace carillon::soak
