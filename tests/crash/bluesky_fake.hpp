// A PDS that holds one account, as the reference server behaves.
// https://docs.bsky.app/docs/category/http-reference
#pragma once

#include <functional>
#include <map>

#include "fake.hpp"

namespace carillon::soak {

class BlueskyFake final : public Fake {
 public:
  explicit BlueskyFake(const SharedClock& clock) : Fake(clock) {}

  [[nodiscard]] Sort sort_of(const Request& request) const override;
  Reply perform(const Request& request) override;
  [[nodiscard]] std::string key_of(const Request& request) const override;
  // A record under the same key is made once.
  [[nodiscard]] bool knows_repeats() const override { return true; }
  [[nodiscard]] Reply unauthorised() override;
  [[nodiscard]] Reply refusal() const override;
  [[nodiscard]] std::vector<Held> held() const override;

  static constexpr const char* did = "did:plc:ewvi7nxzyoun6zhxrhs64oiz";
  static constexpr const char* handle = "project.example.org";
  static constexpr const char* password = "abcd-efgh-ijkl-mnop";

 private:
  struct Record {
    std::string rkey;
    json::object value;
    std::string cid;
    Micros at = 0;
  };

  Reply log_in(const Request& request);
  Reply refresh(const Request& request);
  Reply open_session();
  Reply apply_writes(const Request& request, const json::object& form);
  Reply get_record(const Request& request);
  Reply upload(const Request& request);
  // Why a server would not take the record; empty when it would.
  [[nodiscard]] std::string flaw_of(const std::string& rkey, const json::object& record) const;
  [[nodiscard]] std::string flaw_of_reply(const json::value& reply) const;
  [[nodiscard]] const Record* find(const std::string& rkey) const;
  const Record& add(const std::string& rkey, const json::object& value);
  [[nodiscard]] json::object commit() const;

  std::vector<Record> records_;
  std::map<std::string, Micros> access_;   // token -> until when, by the server's clock
  std::map<std::string, Micros> refresh_;  // likewise; used once
  std::map<std::string, std::string> blobs_;
  std::int64_t sessions_ = 0;
};

}  // namespace carillon::soak
