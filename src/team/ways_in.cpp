#include "team/ways_in.hpp"

#include <algorithm>

namespace carillon {

namespace {

struct Kept {
  std::string kind;  // a password: empty; a passkey: its domain; else the provider
};
BOOST_DESCRIBE_STRUCT(Kept, (), (kind))

}  // namespace

Result<void> check_way_left(Db& db, const std::string& person, const WaysOpen& open) {
  TRY(const auto password,
      db.first<Kept>("select '' as kind from password where person = $1", person));
  if (password) return {};
  TRY(const auto passkey, db.first<Kept>("select party as kind from passkey "
                                         "where person = $1 and party = $2",
                                         person, open.party));
  if (passkey) return {};
  TRY(const auto identities,
      db.all<Kept>("select provider as kind from identity where person = $1", person));
  const bool some = std::any_of(identities.begin(), identities.end(), [&](const Kept& one) {
    return std::find(open.providers.begin(), open.providers.end(), one.kind) !=
           open.providers.end();
  });
  if (some) return {};
  return fail(Fault::conflict, "this is the only way in which you can sign in",
              "Add another one first: a passkey, or a password.");
}

}  // namespace carillon
