// Code hosts: where a repository lies, and the pull requests of a branch there. GitLab calls them
// merge requests.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "base/describe.hpp"
#include "net/client.hpp"

namespace carillon {

// What a host speaks. https://docs.github.com/en/rest/pulls/pulls ·
// https://docs.gitlab.com/api/merge_requests/ · https://codeberg.org/api/swagger (Gitea alike)
enum class ForgeKind { github, gitlab, forgejo };
BOOST_DESCRIBE_ENUM(ForgeKind, github, gitlab, forgejo)

struct ForgePlace {
  ForgeKind kind = ForgeKind::github;
  std::string host;        // "github.com": what it is called in sentences
  std::string api;         // "https://api.github.com"
  std::string repository;  // "bells/site"; at GitLab also "group/part/site"
  Trust trust = Trust::foreign;
};

// The place that a remote's address names: https, ssh or "git@github.com:bells/site.git"; what
// stands before an "@" is dropped. github.com, gitlab.com and codeberg.org are known; for another
// host `kind` says what it speaks, and `api` where, unless that is its usual address. Errors:
// invalid for a folder, a path that is no repository, a host that is not known, or an address over
// which a token would go unencrypted to another machine. No error shows more of the remote than its
// host. Pure.
[[nodiscard]] Result<ForgePlace> forge_place(std::string_view remote, std::optional<ForgeKind> kind,
                                             const std::string& api);

// Which rights a token needs there, as a sentence. Pure.
[[nodiscard]] std::string_view token_rights(ForgeKind kind);

struct ForgeRepository {
  std::string name;            // as the host writes it today: "bells/site"
  std::string id;              // GitLab's number of it
  std::string default_branch;  // "main"
  std::string push_url;        // over https
  bool may_push = true;        // false where the host says that the token may not
};

struct PullRequest {
  std::string url;     // for people
  std::string commit;  // what its branch held when it was read
  bool found = false;  // it was there before
};

struct PullWish {
  std::string branch;
  std::string base;
  std::string title;
  std::string text;  // Markdown
};

// The API of one host with one token. Every error is a sentence for people that shows nothing of
// the token: denied without the rights; not_found; conflict and invalid with the host's words;
// unavailable, with the time where the host asks to wait. Thread-safe.
class Forge {
 public:
  Forge(HttpClient& http, const Clock& clock, ForgePlace place, Secret token);

  [[nodiscard]] Result<ForgeRepository> repository();

  // The open pull request of that branch of the repository itself, not of a fork's.
  [[nodiscard]] Result<std::optional<PullRequest>> find(const ForgeRepository& repository,
                                                        const std::string& branch);

  // Opens it, at most once: where nobody knows whether the host took the request, and where it says
  // that there is one, it is looked for. Errors: also timeout, when even then nobody knows.
  [[nodiscard]] Result<PullRequest> open(const ForgeRepository& repository, const PullWish& wish);

 private:
  [[nodiscard]] HttpRequest request(const std::string& path) const;
  [[nodiscard]] Result<json::value> read(const std::string& path);
  [[nodiscard]] Error error_of(const HttpReply& reply) const;
  [[nodiscard]] Result<std::optional<PullRequest>> find_page(const ForgeRepository& repository,
                                                             const std::string& branch,
                                                             const std::string& path, bool& last);
  ForgePlace place_;
  HttpClient& http_;
  const Clock& clock_;
  Secret token_;
};

}  // namespace carillon
