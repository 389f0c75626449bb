// When the credentials of channels run out: a token that ends unnoticed is a post that does not go
// out.
#pragma once

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "store/db.hpp"

namespace carillon {

// So long before it runs out a credential is told of.
inline constexpr Micros expiry_told = 10 * day;

struct SecretExpiry {
  std::string channel;
  std::string field;
  Micros expires = 0;  // when it works no more
};
BOOST_DESCRIBE_STRUCT(SecretExpiry, (), (channel, field, expires))

// Thread-safe: holds nothing but the store.
class SecretExpiries {
 public:
  explicit SecretExpiries(Store& store) : store_(store) {}
  // Those that are known, the first to run out first.
  Result<std::vector<SecretExpiry>> list();
  // 0: it is not known to run out.
  Result<void> set(const std::string& channel, const std::string& field, Micros expires);

 private:
  Store& store_;
};

// What is wrong with a credential at `now`, in a sentence; empty: nothing yet. `what` names it.
// Pure.
[[nodiscard]] std::string expiry_warning(const SecretExpiry& one, const std::string& what,
                                         Micros now);

}  // namespace carillon
