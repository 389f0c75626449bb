// Talking to a Mastodon server as one account, and finding our own post there again. Used by the
// Mastodon adapter alone. https://docs.joinmastodon.org/methods/statuses/
#pragma once

#include "channel/exchange.hpp"

namespace carillon {

// A post as it is frozen before it is sent: the form of POST /api/v1/statuses but for
// in_reply_to_id, and where the account stood when it was frozen.
struct MastodonPost {
  std::string status;
  std::string visibility;
  std::string spoiler_text;
  std::string language;
  std::vector<std::string> media_ids;
  std::string account;             // its id; empty: it could not be read
  std::vector<std::string> known;  // ids of its newest posts, newest first
  std::string known_at;            // when the newest was made, by the server's clock
  std::optional<Poll> poll = {};
};
BOOST_DESCRIBE_STRUCT(MastodonPost, (),
                      (status, visibility, spoiler_text, language, media_ids, account, known,
                       known_at, poll))

// One server, one token. Lives as long as one call of the adapter.
class MastodonApi {
 public:
  // Errors: those of access.secret("token").
  [[nodiscard]] static Result<MastodonApi> open(const std::string& origin, Access& access);

  [[nodiscard]] HttpResult get(const std::string& target) const;
  // GET of a JSON value; see json_of.
  [[nodiscard]] Result<json::value> read(const std::string& target) const;
  [[nodiscard]] HttpResult post(const std::string& path, std::string content_type,
                                std::string body) const;
  // POST /api/v1/statuses, over a connection of its own: at most once.
  [[nodiscard]] HttpResult publish(const std::string& key, const json::object& form) const;
  // The account's own posts, newest first, no reblogs. `max_id` empty: from the newest.
  [[nodiscard]] HttpResult statuses(const std::string& account, int limit,
                                    const std::string& max_id = {}) const;

  [[nodiscard]] const Advice& advice() const { return advice_; }
  [[nodiscard]] Access& access() const { return *access_; }

 private:
  MastodonApi(std::string origin, Secret token, Access& access);
  [[nodiscard]] HttpRequest request(std::string method, const std::string& target) const;

  std::string origin_;
  Secret token_;
  Access* access_;
  Advice advice_;
};

[[nodiscard]] Advice mastodon_advice(const std::string& origin);

// What became of a post, judged by the account's own listing alone, so that it is right also for
// servers that ignore Idempotency-Key. Posts that stood there when the post was frozen are never
// taken for it, however equal. Absent only when the listing was read back to those, and a request
// sent at `armed` cannot be running any more.
[[nodiscard]] Finding find_on_mastodon(const MastodonApi& api, const MastodonPost& post,
                                       const std::string& in_reply_to, Micros armed);

// The receipt of a Status entity; nothing when it has no id.
[[nodiscard]] std::optional<Receipt> mastodon_receipt(const json::value& status);

}  // namespace carillon
