// The stage of one episode: its players, and every act that the dice may choose.
#pragma once

#include <fmt/format.h>

#include "episode.hpp"
#include "player.hpp"
#include "plot.hpp"

namespace carillon::soak {

class MastodonFake;

class Stage {
 public:
  Stage(Gate& gate, std::uint64_t seed, std::int64_t budget, const std::string& dir,
        const std::string& url, bool trace);
  ~Stage();
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  // From the first announcement until nothing moves any more; then the verdict.
  [[nodiscard]] Verdict play();

 private:
  enum class Phase { waiting, held, idle };  // idle: its last run found nothing to do
  struct Worker {
    Player player;
    Phase phase = Phase::waiting;
    std::string at;  // the crash point it waits at; empty between runs
    std::int64_t requests = 0;
    bool tight = false;  // its disk is full
    std::string name;
  };

  void set_the_scene(std::uint64_t seed);
  // Acts, each an entry of a table with its weight.
  void act();
  void go_on();
  void start_another();
  void pass_time();
  void jump();
  void announce();
  void decide();
  void edit();
  void post_by_hand();
  void kill_one();
  void refuse_connections();
  void trouble_database();
  // The end: no faults any more.
  void come_to_rest();
  [[nodiscard]] bool is_over();

  void begin(Temper temper, bool tight);
  // Lets a worker go on until it must be asked again.
  void resume(Worker& worker);
  void listen(Worker& worker);
  void heard(Worker& worker, const json::object& words);
  void bury(Worker& worker);
  Worker* somebody();  // who can go on; nothing when nobody lives
  void advance(Micros by);
  json::value announce_at(Micros wait);
  json::value plan(const Told& told);

  std::optional<json::value> ask(const json::object& words);
  [[nodiscard]] std::vector<Seen> look();
  // Whatever is under way just now may or may not have been performed.
  void doubt();
  void doubt(const std::vector<int>& fakes);
  void decide_on(const Seen& seen);
  [[nodiscard]] MastodonFake& mastodon(int fake);

  template <class... A>
  void tell(fmt::format_string<A...> text, A&&... args) const {
    if (!trace_) return;
    fmt::print(stderr, "{:>12.3f} s  {}\n",
               static_cast<double>(clock_.peek() - start_) / static_cast<double>(second),
               fmt::format(text, std::forward<A>(args)...));
  }
  void find(std::string what);

  SharedClock clock_;
  Micros start_ = 0;
  Gate& gate_;
  Dice dice_;
  Chaos chaos_;
  Plot plot_;
  bool postgres_;
  bool trace_;
  bool locked_ = false;     // the person holds the database: it can tell nothing
  std::vector<int> later_;  // the fakes in doubt meanwhile
  int wanted_ = 0;          // how many announcements there will be
  int born_ = 0;            // workers so far
  Micros lag_ = 0;          // of the listings
  bool quiet_ = false;      // the last run found nothing to do
  Player person_;
  std::list<Worker> workers_;
  Verdict verdict_;
};

}  // namespace carillon::soak
