// How the stage speaks with its players, what the person decides, and how an episode ends.
#include <algorithm>

#include "stage.hpp"

namespace carillon::soak {

void Stage::resume(Worker& worker) {
  if (worker.phase == Phase::held) {
    tell("{} gets its reply", worker.name);
    gate_.release(worker.player.socket);
  } else if (!put(worker.player.socket, {{"do", "go"}})) {
    find(worker.name + " died by itself");
    return bury(worker);
  }
  listen(worker);
}

void Stage::listen(Worker& worker) {
  const Stop stop = gate_.serve(worker.player.socket, worker.player.temper.total_ms);
  const std::vector<int> doubts = gate_.take_doubts();
  switch (stop) {
    case Stop::held:
      tell("{} waits for a reply", worker.name);
      worker.phase = Phase::held;
      break;
    case Stop::kill:
      tell("{} is killed while it waits for a reply", worker.name);
      doubt();
      return bury(worker);
    case Stop::stuck:
      find(worker.name + " hangs");
      return bury(worker);
    case Stop::words: {
      const auto words = take(worker.player.socket);
      if (!words) {
        find(worker.name + " died by itself");
        return bury(worker);
      }
      doubt(doubts);
      return heard(worker, *words);
    }
  }
  doubt(doubts);
}

void Stage::heard(Worker& worker, const json::object& words) {
  const auto text = [&](const char* name) { return std::string(words.at(name).as_string()); };
  worker.requests = words.at("requests").to_number<std::int64_t>();
  worker.phase = Phase::waiting;
  worker.at.clear();
  if (words.contains("at")) {
    worker.at = text("at");
    tell("{} {}", worker.name, worker.at);
  } else if (words.contains("ran")) {
    const auto count = words.at("ran").to_number<std::int64_t>();
    tell("{} ran: {}", worker.name, count);
    quiet_ = count == 0;
    if (count == 0) worker.phase = Phase::idle;
  } else if (words.contains("failed") || words.contains("unbuilt")) {
    const bool built = words.contains("failed");
    const std::string why = text(built ? "failed" : "unbuilt");
    tell("{} failed: {}", worker.name, why);
    doubt();
    const bool expected = why.find("is full") != std::string::npos ||
                          why.find("is locked") != std::string::npos ||
                          (postgres_ && built && text("fault") != "internal");
    if (!expected) find(worker.name + " failed: " + why);
    if (!postgres_) chaos_.count(Trouble::database);
    if (!built || worker.tight) bury(worker);
  }
}

void Stage::bury(Worker& worker) {
  gate_.forget_times();
  kill_player(worker.player);
  workers_.remove_if([&](const Worker& one) { return &one == &worker; });
}

std::optional<json::value> Stage::ask(const json::object& words) {
  if (!put(person_.socket, words)) return std::nullopt;
  const auto reply = take(person_.socket);
  if (!reply) return std::nullopt;
  if (const json::value* good = reply->if_contains("ok")) return *good;
  tell("  no: {}", std::string(reply->at("no").as_string()));
  return std::nullopt;
}

std::vector<Seen> Stage::look() {
  const auto listed = ask({{"do", "list"}});
  auto all = listed ? from_json<std::vector<Seen>>(*listed) : fail(Fault::internal, "no list");
  if (!all) {
    find("the deliveries cannot be read: " + all.error().what);
    return {};
  }
  return std::move(*all);
}

void Stage::doubt() {
  gate_.forget_times();
  if (locked_) return;
  for (const Seen& seen : look()) {
    if (seen.delivery.state == DeliveryState::armed) plot_.doubted.insert(seen.delivery.id);
  }
}

void Stage::doubt(const std::vector<int>& fakes) {
  if (locked_) later_ = fakes;
  if (locked_ || fakes.empty()) return;
  for (const Seen& seen : look()) {
    const DeliveryState state = seen.delivery.state;
    const int fake = plot_.outlet(seen.delivery.channel).fake;
    if (state != DeliveryState::armed && state != DeliveryState::unconfirmed) continue;
    if (std::find(fakes.begin(), fakes.end(), fake) != fakes.end())
      plot_.doubted.insert(seen.delivery.id);
  }
}

void Stage::decide() {
  std::vector<Seen> open;
  for (Seen& seen : look()) {
    const Delivery& delivery = seen.delivery;
    const bool asks = delivery.state == DeliveryState::unconfirmed &&
                      delivery.not_before == INT64_MAX && !gate_.is_pending();
    const bool over =
        delivery.state == DeliveryState::refused || delivery.state == DeliveryState::missed;
    const bool fresh = delivery.state == DeliveryState::planned ||
                       delivery.state == DeliveryState::due ||
                       delivery.state == DeliveryState::unconfirmed;
    if (asks || (over && dice_.chance(50)) || (fresh && dice_.chance(2)))
      open.push_back(std::move(seen));
  }
  if (!open.empty()) decide_on(dice_.pick(open));
}

// A person looks at the account and says what is true, or has had enough.
void Stage::decide_on(const Seen& seen) {
  const Delivery& delivery = seen.delivery;
  const json::string id(delivery.id);
  const bool in_doubt = delivery.state == DeliveryState::unconfirmed;
  const bool asked = in_doubt && delivery.not_before == INT64_MAX;
  const bool over =
      delivery.state == DeliveryState::refused || delivery.state == DeliveryState::missed;
  plot_.touched.insert(delivery.id);
  if ((!asked && !over) || dice_.chance(25)) {
    tell("a person cancels {} on {}, which is {}", seen.slug, delivery.channel,
         word_of(delivery.state));
    const auto done = ask({{"do", "cancel"}, {"id", id}});
    if (done && in_doubt) plot_.abandoned.insert(delivery.id);
    return;
  }
  json::string url;
  if (asked) {
    const std::string wanted = mark(seen.slug, static_cast<std::int64_t>(delivery.receipts.size()));
    for (const Held& held : public_on(plot_, gate_, delivery.channel)) {
      if (!held.foreign && held.text.find(wanted) != std::string::npos) url = held.url;
    }
  }
  tell("a person says of {} on {}: {}", seen.slug, delivery.channel,
       url.empty() ? "not there, send it" : "it is at " + std::string(url));
  (void)ask({{"do", "resolve"}, {"id", id}, {"url", url}});
}

// No fault any more: whoever lives finishes, and one worker runs until nothing moves.
void Stage::come_to_rest() {
  tell("the faults are over");
  chaos_.end();
  while (static_cast<int>(plot_.told.size()) < wanted_) announce();
  for (int i = 0; i < 400 && !workers_.empty(); ++i) {
    Worker& worker = workers_.front();
    if (worker.phase != Phase::held && worker.at.empty()) {
      bury(worker);
    } else {
      resume(worker);
    }
  }
  while (!workers_.empty()) {
    find(workers_.front().name + " does not come to an end");
    bury(workers_.front());
  }
  begin({}, false);
  for (int quiet = 0, i = 0; quiet < 4 && i < 3000 && !workers_.empty(); ++i) {
    Worker& worker = workers_.front();
    resume(worker);
    if (workers_.empty() || !worker.at.empty()) continue;
    const bool idle = worker.phase == Phase::idle;
    quiet = idle ? quiet + 1 : 0;
    advance(idle ? 90 * minute : 3 * minute);
  }
  while (!workers_.empty()) bury(workers_.front());
}

}  // namespace carillon::soak
