// The credentials of channels: used, never shown. They lie sealed in the database; the key lies
// outside it.
#pragma once

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "store/db.hpp"

namespace carillon {

// The key that seals the secrets: the credential "carillon-key" that the system's service manager
// hands over (the folder $CREDENTIALS_DIRECTORY, systemd.exec(5)), else the file `data_dir`/key,
// made with mode 0600 where it is missing. Errors: denied when others may read the file, corrupt
// when it is not a key, unavailable. Thread-safe; safe for several processes at once.
[[nodiscard]] Result<Secret> vault_key(const std::string& data_dir);

// The token that opens the HTTP interface to who may read the file `data_dir`/api-token; made with
// mode 0600 where it is missing. Errors: as vault_key. Thread-safe.
[[nodiscard]] Result<Secret> api_token(const std::string& data_dir);

// When a secret was last entered; never the secret.
struct SecretEntry {
  std::string channel;
  std::string field;
  Micros updated = 0;
};
BOOST_DESCRIBE_STRUCT(SecretEntry, (), (channel, field, updated))

// Thread-safe.
class Vault {
 public:
  Vault(Store& store, const Clock& clock, std::string data_dir);

  // Errors: not_found with what to do; corrupt when the key is another one.
  [[nodiscard]] Result<Secret> get(const std::string& channel, const std::string& field);
  // Replaces what was there. Errors: invalid when it is empty; those of the store and the key.
  Result<void> put(const std::string& channel, const std::string& field, const Secret& value);
  [[nodiscard]] Result<std::vector<SecretEntry>> list(const std::string& channel);

  // Seals a value that another table keeps, as text; it opens only in the `place` it was sealed
  // for, so that it cannot be moved to another row. Errors: those of the key.
  [[nodiscard]] Result<std::string> seal_for(const std::string& place, const Secret& value);
  // Errors: corrupt when it was sealed with another key or for another place; those of the key.
  [[nodiscard]] Result<Secret> open_from(const std::string& place, const std::string& sealed);

 private:
  Store& store_;
  const Clock& clock_;
  std::string data_dir_;
};

}  // namespace carillon
