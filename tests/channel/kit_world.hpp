// One workspace that speaks to one target: what a scenario of the kit plays in.
#pragma once

#include "kit.hpp"
#include "net/url.hpp"

namespace carillon::kit {

// A moment no other scenario shares, so that keys and texts differ.
[[nodiscard]] Micros next_start();

// A small picture that no other text has, and its alt text.
[[nodiscard]] Image picture_of(const std::string& token);

// A folder in memory where there is one: a killed process leaves its pages to the kernel, so no
// disk is needed to find them again.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// What is planned: `parts` texts that only this token has, or the one `text`.
struct Plan {
  int parts = 1;
  bool picture = false;
  std::string text = {};
  std::string warning = {};  // a content warning
  std::optional<Poll> poll = {};
  bool force = false;  // also when the adapter says that it does not fit
};

class World {
 public:
  // `path`: of the database. A start that lies later than the last one's end is a successor.
  World(const Target& target, const std::string& path, Micros start);

  // Plans it; what the outbox says.
  Result<AnnouncementRow> plan(const std::string& token, const Plan& plan = {});
  // The text of a part.
  [[nodiscard]] static std::string text_of(const std::string& token, int part);
  // Runs until nothing moves any more.
  Delivery finish();
  [[nodiscard]] Delivery delivery();

  // The heart of the kit: what the platform holds against what the delivery says. What is in doubt
  // is then resolved as a person would do it, and judged again.
  void judge(const std::string& token, const Plan& plan);

  const Target& target;
  ManualClock clock;
  Ids ids;
  HttpClient http;
  std::unique_ptr<Store> store;
  std::shared_ptr<const Adapter> adapter;
  std::unique_ptr<Outbox> outbox;
  std::map<std::string, std::string> secrets;
  int kill_at = -1;
  int crash_points = 0;

 private:
  std::int64_t count_held(const std::string& token, int parts);
  void judge_picture(const std::string& token);
  void resolve(const std::string& token, const Plan& plan, const Delivery& delivery,
               std::int64_t there);
};

// A control of the target's fault proxy: "/__hits".
[[nodiscard]] std::string control(HttpClient& http, const Target& target, const std::string& path,
                                  const QueryPairs& query = {});

}  // namespace carillon::kit
