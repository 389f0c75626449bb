#include "team/expiry.hpp"

#include <fmt/format.h>

#include "base/moment.hpp"

namespace carillon {

Result<std::vector<SecretExpiry>> SecretExpiries::list() {
  return store_.read([](Db& db) {
    return db.all<SecretExpiry>("select * from secret_expiry order by expires, channel, field");
  });
}

Result<void> SecretExpiries::set(const std::string& channel, const std::string& field,
                                 Micros expires) {
  return store_.write([&](Db& db) -> Result<void> {
    CHECK_OK(db.run("delete from secret_expiry where channel = $1 and field = $2", channel, field));
    if (expires != 0) CHECK_OK(db.insert("secret_expiry", SecretExpiry{channel, field, expires}));
    return {};
  });
}

std::string expiry_warning(const SecretExpiry& one, const std::string& what, Micros now) {
  if (one.expires - now > expiry_told) return {};
  // It works to the end of its last day.
  const std::string last = day_of(one.expires - 1);
  if (one.expires <= now)
    return fmt::format("the credential of {} ran out on {}: {}", one.channel, last, what);
  return fmt::format("the credential of {} works until {}: {}", one.channel, last, what);
}

}  // namespace carillon
