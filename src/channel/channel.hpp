// The contract of a platform: what an adapter tells and does. It knows its platform and nothing of
// the store; only publish/ decides when to call it.
//
// The order of calls for one delivery: learn (sometimes) -> limits -> render -> prepare (uploads,
// look-ups: nothing the public can see) -> [the steps are stored: armed] -> send each step in turn
// -> after a doubt find -> send again only when find says absent.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "base/result.hpp"
#include "core/announcement.hpp"
#include "core/channel.hpp"
#include "core/rendition.hpp"
#include "net/client.hpp"
#include "text/limits.hpp"

namespace carillon {

// What may be done after a doubt. safe: the same step may be sent again, the platform recognises
// its key (while `Step::key_until` has not passed); look_first: our post can be found again, or its
// absence proved; ask: neither, a person decides.
enum class Replay { safe, look_first, ask };
BOOST_DESCRIBE_ENUM(Replay, safe, look_first, ask)

// An image ready for one platform: within its limits, without metadata.
struct Image {
  std::string bytes;
  std::string mime;
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::string alt;
};

// What an adapter may use. Lives as long as one call.
struct Access {
  HttpClient& http;
  const Clock& clock;
  // The secret of this channel by its field name; not_found where none is stored.
  std::function<Result<Secret>(const std::string& field)> secret;
  // Stores a refreshed secret (a session). Seals it; never logged.
  std::function<Result<void>(const std::string& field, const Secret& value)> keep_secret;
  // Imported media, re-encoded to the limits (and scaled until `bytes` fits).
  std::function<Result<Image>(const Media&, const ImageLimits&)> image;
  std::string data_dir;  // for adapters that write files (echo)
  // Waits that long, for a server that is still working on an upload; false: the process stops, or
  // nobody waits here. Not set: nobody waits.
  std::function<bool(Micros)> wait = {};
  HttpLimits limits = {};  // of each request
  // A stranger's picture, decoded and re-encoded to the limits apart from this process. Not set:
  // no stranger's picture is used.
  std::function<Result<Image>(std::string_view bytes, const std::string& alt, const ImageLimits&)>
      reencode = {};
  // Set by an adapter while it prepares: when the platform asked us to come back, by our clock; 0:
  // no time was named.
  Micros retry_at = 0;
};

// One request that makes one or several parts visible at once. Frozen before it is sent.
struct Step {
  std::string key;         // idempotency key: stable for announcement, channel, revision, part
  std::string request;     // the exact body, opaque to everyone but the adapter
  std::int64_t first = 0;  // index of the first part it carries
  std::int64_t count = 1;  // how many parts
};
BOOST_DESCRIBE_STRUCT(Step, (), (key, request, first, count))

// The platform's word that a part is there.
struct Receipt {
  std::string id;
  std::string url;
  json::object extra;  // what later parts need (a CID)
};
BOOST_DESCRIBE_STRUCT(Receipt, (), (id, url, extra))

struct Published {
  std::vector<Receipt> receipts;
};  // one a part of the step
struct Refused {
  std::string reason;
  std::string hint;
};  // final; a person reads why
struct Later {
  std::string reason;
  Micros not_before = 0;  // by our clock; 0: the platform named no time
};                        // certainly not performed
struct Unsure {
  std::string reason;
};  // it may have been performed
using Outcome = std::variant<Published, Refused, Later, Unsure>;

struct Absent {};  // proved not to be there
struct CannotTell {
  std::string reason;
  Micros ask_again = 0;  // by our clock; 0: asking again will not help, or nobody knows when
};
using Finding = std::variant<Published, Absent, CannotTell>;

// What a delivery is about, as `prepare` needs it.
struct Job {
  const Announcement& announcement;
  const Rendition& rendition;
  std::string delivery;       // its id
  Micros due = 0;             // when it was planned for
  json::object learned = {};  // what learn() answered last; empty: not yet
};

// What `verify` learned about the credentials.
struct Account {
  std::string handle;
  std::string url;
  std::string detail;                 // one line for a person
  std::vector<std::string> warnings;  // missing permissions, expiry
};
BOOST_DESCRIBE_STRUCT(Account, (), (handle, url, detail, warnings))

// What an account shows of itself.
struct Profile {
  std::string text;                 // of the account, with the values of its fields, as plain text
  std::vector<std::string> pinned;  // the addresses of pinned posts
  std::string moved_to;             // the account that followers were sent to; empty: none
};
BOOST_DESCRIBE_STRUCT(Profile, (), (text, pinned, moved_to))

// One channel's adapter: the platform with this channel's settings. Thread-safe after construction.
class Adapter {
 public:
  Adapter() = default;
  Adapter(const Adapter&) = delete;
  Adapter& operator=(const Adapter&) = delete;
  virtual ~Adapter() = default;

  [[nodiscard]] virtual Replay replay() const = 0;

  // How long the platform remembers a step's key, from the arming; 0: for ever. Only for `safe`.
  [[nodiscard]] virtual Micros key_lifetime() const { return 0; }

  // Reads from the server what limits() needs (text length, media). The answer is stored by the
  // caller and handed to limits(). Default: nothing to learn.
  [[nodiscard]] virtual Result<json::object> learn(Access&) const { return json::object{}; }

  // Pure. `learned` may be empty: then the platform's documented defaults.
  [[nodiscard]] virtual Limits limits(const json::object& learned) const = 0;

  // The rendition of an announcement. Pure. Default: adapt() of text/adapt.hpp.
  [[nodiscard]] virtual Rendition render(const Announcement& announcement, const Channel& channel,
                                         const Limits& limits) const;

  // Uploads and look-ups, then the frozen steps. May be repeated freely until the first step is
  // sent: nothing it does is public. Called shortly before the arming, because it may note where
  // the account stands (what `find` then compares with) and uploads do not live for ever. Errors:
  // unavailable and timeout are tried later, the others refuse the delivery.
  [[nodiscard]] virtual Result<std::vector<Step>> prepare(const Job& job, Access& access) const = 0;

  // Performs a step once. `before` holds the receipts of all earlier parts.
  [[nodiscard]] virtual Outcome send(const Step& step, std::span<const Receipt> before,
                                     Access& access) const = 0;

  // Looks for what `send` may have done. `armed`: the last moment at which this very step can have
  // left (each step of a thread has its own); a request may still be running at the server for a
  // while after.
  // Default: cannot tell.
  [[nodiscard]] virtual Finding find(const Step& step, std::span<const Receipt> before,
                                     Micros armed, Access& access) const;

  // False where the platform offers no way to look; a `safe` step is then simply sent again.
  [[nodiscard]] virtual bool can_find() const { return true; }

  // True where no interface posts for us: a due delivery then waits for a person, with its exact
  // texts (state manual); prepare and send are never called.
  [[nodiscard]] virtual bool by_hand() const { return false; }
  // The network's name for the public, where the platform's title is not it.
  [[nodiscard]] virtual std::string network() const { return {}; }
  // Where that person writes the post; empty: not known.
  [[nodiscard]] virtual std::string compose() const { return {}; }

  // True where the platform tells us what the account shows of itself.
  [[nodiscard]] virtual bool tells_profile() const { return false; }
  // What it shows. Errors: conflict where the platform does not tell; those of the server.
  [[nodiscard]] virtual Result<Profile> profile(Access& access) const;

  // Are the credentials valid, sufficient, and really this account's?
  [[nodiscard]] virtual Result<Account> verify(Access& access) const = 0;
};

// A secret a channel needs, entered at a prompt.
struct SecretField {
  std::string name;
  std::string prompt;
};
BOOST_DESCRIBE_STRUCT(SecretField, (), (name, prompt))

// What a platform's source file registers about itself.
struct Platform {
  std::string name;   // "mastodon"
  std::string title;  // "Mastodon"
  std::string about;  // a sentence for whoever chooses it
  // What somebody does on the platform itself before the channel works, in order: sentences.
  std::vector<std::string> there = {};
  std::vector<SecretField> secrets;
  json::value settings_schema;  // JSON Schema made from the described settings
  // Checks the settings and builds the adapter. Errors: invalid with the key's path.
  std::function<Result<std::unique_ptr<Adapter>>(const Channel&)> make;
};

}  // namespace carillon
