// What other servers read of the account, as answers to their requests.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "federation/account.hpp"
#include "net/server.hpp"

namespace carillon {

// Whether a request with this Accept header wants the object and not the page for people: it names
// a type of ActivityStreams at least as gladly as HTML (RFC 9110 section 12.5.1). Pure.
[[nodiscard]] bool wants_object(std::string_view accept);

// What changes without the posts changing. All thread-safe.
struct FediNumbers {
  std::function<Result<std::int64_t>()> followers;
  std::function<Result<FediCounts>(const std::string& url)> of_post;
  std::function<Result<FediTies>()> ties = {};  // not set: there are none
  // The addresses of what stands first, in their order; not set: nothing does.
  std::function<Result<std::vector<std::string>>()> pinned = {};
  // Of a post that has a poll; not set: nobody voted.
  std::function<Result<FediTally>(const std::string& url)> tally = {};
};

// One version of the account and its posts. Thread-safe; an object is made at its first request.
class FediSite {
 public:
  // `posts` newest first.
  FediSite(FediAccount account, std::vector<FediPost> posts, FediNumbers numbers);

  // Answers GET for what belongs to the account; nothing for every other request, also for the page
  // of a post.
  [[nodiscard]] std::optional<HttpAnswer> answer(const HttpQuery& query) const;
  // The address of the object whose page stands at this path; empty where there is none.
  [[nodiscard]] std::string object_at(std::string_view path) const;

  // The post of that address; nothing: there is none.
  [[nodiscard]] const FediPost* at(std::string_view url) const;
  [[nodiscard]] bool has(std::string_view url) const { return at(url) != nullptr; }

  [[nodiscard]] const FediAccount& account() const { return account_; }
  [[nodiscard]] const std::vector<FediPost>& posts() const { return posts_; }
  // The path below organisation.url of a request, also where a proxy left the prefix in place.
  [[nodiscard]] std::string_view below(std::string_view path) const;
  // The whole address that a request went to.
  [[nodiscard]] std::string address_of(std::string_view target) const;
  // Scheme and host of it, "https://example.org".
  [[nodiscard]] const std::string& origin() const { return origin_; }

  // What was chosen in its poll so far.
  [[nodiscard]] Result<FediTally> tally_of(const FediPost& post) const;

 private:
  [[nodiscard]] HttpAnswer object(const HttpQuery& query, const json::value& document,
                                  std::string_view type = activity_type) const;
  [[nodiscard]] HttpAnswer webfinger(const HttpQuery& query) const;
  [[nodiscard]] std::optional<HttpAnswer> well_known(const HttpQuery& query,
                                                     std::string_view path) const;
  [[nodiscard]] std::optional<HttpAnswer> actor(const HttpQuery& query,
                                                std::string_view rest) const;
  [[nodiscard]] HttpAnswer outbox(const HttpQuery& query) const;
  [[nodiscard]] HttpAnswer featured(const HttpQuery& query) const;
  [[nodiscard]] std::optional<HttpAnswer> post(const HttpQuery& query, std::string_view path) const;

  FediAccount account_;
  std::string origin_;
  std::string prefix_;
  std::vector<FediPost> posts_;
  std::map<std::string, const FediPost*, std::less<>> by_path_;
  FediNumbers numbers_;
};

}  // namespace carillon
