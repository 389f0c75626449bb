// A Mastodon that holds one account. https://docs.joinmastodon.org/methods/statuses/
#pragma once

#include <map>
#include <set>

#include "dice.hpp"
#include "fake.hpp"

namespace carillon::soak {

struct MastodonTraits {
  bool honours_keys = true;  // Idempotency-Key, for an hour
  bool has_source = true;    // GET /api/v1/statuses/:id/source
  bool may_read = true;      // the token's scopes
  Micros lag_most = 0;       // how long a post may be missing from the listing
};

class MastodonFake final : public Fake {
 public:
  MastodonFake(const SharedClock& clock, MastodonTraits traits, std::uint64_t seed);

  [[nodiscard]] Sort sort_of(const Request& request) const override;
  Reply perform(const Request& request) override;
  [[nodiscard]] std::string key_of(const Request& request) const override;
  [[nodiscard]] bool knows_repeats() const override { return traits_.honours_keys; }
  [[nodiscard]] Reply unauthorised() override;
  [[nodiscard]] Reply refusal() const override;
  [[nodiscard]] std::vector<Held> held() const override;

  // Somebody posts by hand; with `reblog`, passes on another account's post.
  void post_by_hand(const std::string& text, bool reblog);

  static constexpr const char* token = "good-token";

 private:
  struct Status {
    Held held;
    Micros created = 0;  // by the server's clock
    Micros listed = 0;   // by ours: from then on it stands in the listing
    bool reblog = false;
    json::array pictures;
  };

  Reply publish(const Request& request);
  Reply list(const Request& request);
  Reply upload(const Request& request);
  Reply source(const Request& request, const std::string& id);
  Status& add(std::string text);
  [[nodiscard]] json::object shown(const Status& status) const;
  [[nodiscard]] const Status* find(const std::string& id) const;

  MastodonTraits traits_;
  Dice dice_;
  std::vector<Status> statuses_;  // oldest first
  struct Known {
    std::string id;
    Micros at = 0;
  };
  std::map<std::string, Known> keys_;
  std::set<std::string> pictures_;  // uploaded and not used yet
  std::int64_t last_id_ = 117'000'000'000'000'000;
};

}  // namespace carillon::soak
