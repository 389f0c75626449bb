// The programs that people use instead of our pages: which there are, and how each proves that it
// is itself (RFC 6749). What one may do in a person's name is an ApiToken.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "store/db.hpp"
#include "team/client_scopes.hpp"

namespace carillon {

namespace limits {
inline constexpr std::size_t client_redirects = 20;  // of one app
inline constexpr std::size_t client_text_bytes = 2000;
inline constexpr std::int64_t client_unused_hours = 24;  // that one is kept which nobody let in
inline constexpr std::int64_t client_unused = 1000;      // of these at most
inline constexpr int clients_at_once = 20;               // registered from one network
inline constexpr std::int64_t client_code_minutes = 10;  // RFC 6749 section 4.1.2
}  // namespace limits

// Where an app has no address to be sent back to: the code is shown, and typed into it.
inline constexpr std::string_view shown_code = "urn:ietf:wg:oauth:2.0:oob";

struct ClientApp {
  std::string id = {};
  std::string name = {};
  std::string website = {};    // http or https, or empty
  std::string redirects = {};  // one a line
  std::string scopes = {};     // the most it may ask for
  Micros made = 0;
  Micros used = 0;  // 0: nobody has let it in
  [[nodiscard]] std::vector<std::string> redirect_list() const;
};
BOOST_DESCRIBE_STRUCT(ClientApp, (), (id, name, website, redirects, scopes, made, used))

struct NewClientApp {
  ClientApp app;
  Secret secret;  // told this once
};

// An address that an app may be sent back to: shown_code, https, http on this machine, or a scheme
// of the app's own; without a fragment (RFC 6749 section 3.1.2, RFC 8252 section 7). Errors:
// invalid. Pure.
[[nodiscard]] Result<void> check_redirect(std::string_view address);

// What an app proves by having kept a secret: the SHA-256 of `verifier` (RFC 7636 section 4.6).
[[nodiscard]] bool proves(std::string_view verifier, std::string_view challenge);

// Thread-safe: holds nothing but what it is given. Errors of all: those of the store.
class ClientApps {
 public:
  ClientApps(Store& store, const Clock& clock, Ids& ids)
      : store_(store), clock_(clock), ids_(ids) {}

  // Anybody may: `network` is counted. Forgets those that nobody let in. Errors: invalid for a name
  // or an address that is none; too_large for too many of a network (in a while it may again);
  // unavailable while too many wait to be let in.
  Result<NewClientApp> add(const std::string& name, const std::string& website,
                           const std::vector<std::string>& redirects, const ClientScopes& scopes,
                           const std::string& network);
  Result<std::optional<ClientApp>> find(const std::string& id);
  // The same where the secret is right; nothing: no such app, or not its secret.
  Result<std::optional<ClientApp>> prove(const std::string& id, const Secret& secret);
  // Somebody let it in.
  Result<void> note_use(const ClientApp& app);
  // By which it comes in as itself and nobody else; the one before works no more.
  Result<Secret> own_token(const ClientApp& app);
  Result<std::optional<ClientApp>> by_own_token(const Secret& token);
  // Takes that token away.
  Result<void> end_own_token(const ClientApp& app);

 private:
  Result<void> check_room(const std::string& network);
  Store& store_;
  const Clock& clock_;
  Ids& ids_;
};

}  // namespace carillon
