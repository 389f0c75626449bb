// What an app sees of the home's account: posts, replies, notifications, by pages.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hub/client_shape.hpp"
#include "hub/fediverse.hpp"

namespace carillon {

// https://docs.joinmastodon.org/api/guidelines/#pagination
struct ClientPage {
  std::uint64_t max = UINT64_MAX;  // older than this
  std::uint64_t since = 0;         // newer than this, the newest of them
  std::uint64_t min = 0;           // newer than this, the oldest of them
  std::size_t count = 20;
};

// The newest first, each with its number.
struct ClientItem {
  std::uint64_t number = 0;
  json::object shape;
};
using ClientItems = std::vector<ClientItem>;

// One request's view. Errors of all: those of the store.
class ClientHome {
 public:
  // `team`: whoever asks works here and sees what strangers said.
  ClientHome(Hub& hub, const Fediverse& fediverse, bool team)
      : hub_(hub), site_(fediverse.site), team_(team) {}

  [[nodiscard]] Result<json::object> account() const;
  [[nodiscard]] Result<json::object> own_account(const ClientCaller& caller) const;
  // Nothing: nobody of that id, or not for who asks.
  [[nodiscard]] Result<std::optional<json::object>> account_of(const std::string& id) const;
  // By "news", "news@example.org" or an address; nothing: nobody of that name.
  [[nodiscard]] Result<std::optional<json::object>> named(const std::string& name) const;
  [[nodiscard]] Result<json::object> instance(bool first_version) const;

  // The home's posts, those with `tag` where one is named; for the team with replies between them
  // where `replies` says so.
  [[nodiscard]] Result<ClientItems> posts(const ClientPage& page, bool replies, bool only_media,
                                          const std::string& tag = {}) const;
  // A post, or for the team a reply; nothing: none.
  [[nodiscard]] Result<std::optional<json::object>> status(std::uint64_t number) const;
  // What is before and behind it.
  [[nodiscard]] Result<std::optional<json::object>> context(std::uint64_t number) const;
  [[nodiscard]] Result<ClientItems> notifications(const ClientPage& page,
                                                  const std::vector<HeardKind>& kinds) const;
  [[nodiscard]] Result<std::optional<json::object>> notification(std::uint64_t number) const;
  // What the home and an account have to do with each other.
  [[nodiscard]] Result<json::object> relationship(const std::string& id) const;

  // Says in a Status which reply (its address) it answers, and whom; nothing where that is empty.
  [[nodiscard]] Result<void> add_answered(const std::string& reply, json::object& status) const;

  [[nodiscard]] const FediSite& site() const { return site_; }

 private:
  [[nodiscard]] const FediPost* post_at(const std::string& url) const;
  [[nodiscard]] const FediPost* post_of(std::uint64_t number) const;
  [[nodiscard]] Result<json::object> shape_of(const FediPost& post,
                                              const json::object& account) const;
  [[nodiscard]] Result<json::object> shape_of(const FediHeard& heard,
                                              const json::object& account) const;
  [[nodiscard]] Result<void> add_below(const std::string& url, int depth, ClientItems& out) const;
  [[nodiscard]] Result<void> add_answers(const std::string& reply, int depth,
                                         ClientItems& out) const;
  [[nodiscard]] Result<void> add_above(const FediPost& post, int depth, ClientItems& out) const;
  [[nodiscard]] Result<ClientNumbers> numbers() const;
  Hub& hub_;
  const FediSite& site_;
  bool team_;
};

}  // namespace carillon
