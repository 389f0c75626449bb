// A receiver of signed announcements.
#pragma once

#include <map>

#include "fake.hpp"

namespace carillon::soak {

class WebhookFake final : public Fake {
 public:
  // `knows_keys`: a key seen before changes nothing.
  WebhookFake(const SharedClock& clock, bool knows_keys) : Fake(clock), knows_keys_(knows_keys) {}

  [[nodiscard]] Sort sort_of(const Request&) const override { return Sort::write; }
  Reply perform(const Request& request) override;
  [[nodiscard]] std::string key_of(const Request& request) const override;
  [[nodiscard]] bool knows_repeats() const override { return knows_keys_; }
  [[nodiscard]] Reply unauthorised() override;
  [[nodiscard]] Reply refusal() const override;
  [[nodiscard]] std::vector<Held> held() const override { return held_; }

  static constexpr const char* path = "/hook";
  static constexpr const char* secret = "hook-secret";

 private:
  bool knows_keys_;
  std::vector<Held> held_;
  std::map<std::string, std::string> urls_;  // by key
};

}  // namespace carillon::soak
