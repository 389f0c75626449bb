#include "store/allowance.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "base/bytes.hpp"
#include "base/crypto.hpp"

namespace carillon {

namespace {

struct AllowanceRow {
  std::string key;
  Micros spent_until = 0;
};
BOOST_DESCRIBE_STRUCT(AllowanceRow, (), (key, spent_until))

std::string hidden(const std::string& key) {
  return to_hex(sha256(key));
}

}  // namespace

std::string network_of(const std::string& address) {
  std::array<char, 16> bytes{};
  if (::inet_pton(AF_INET6, address.c_str(), bytes.data()) != 1) return address;
  constexpr std::string_view mapped("\0\0\0\0\0\0\0\0\0\0\xFF\xFF", 12);
  const std::string_view all(bytes.data(), bytes.size());
  return to_hex(all.starts_with(mapped) ? all : all.substr(0, 8));
}

// One moment says it all (GCRA, the leaky bucket as a meter): until when what was spent is not
// back.
Result<Micros> take_try(Store& store, Micros now, const std::vector<Allowance>& all) {
  return store.write([&](Db& db) -> Result<Micros> {
    CHECK_OK(db.run("delete from allowance where spent_until <= $1", now));
    Micros wait = 0;
    std::vector<AllowanceRow> after;
    for (const Allowance& one : all) {
      TRY(const auto row,
          db.first<AllowanceRow>("select * from allowance where key = $1", hidden(one.key)));
      const Micros until = (row ? row->spent_until : now) + one.every;
      wait = std::max(wait, until - now - one.burst * one.every);
      after.push_back({hidden(one.key), until});
    }
    if (wait > 0) return wait;
    for (const AllowanceRow& row : after)
      CHECK_OK(
          db.run("insert into allowance (key, spent_until) values ($1, $2) "
                 "on conflict (key) do update set spent_until = excluded.spent_until",
                 row.key, row.spent_until));
    return Micros{0};
  });
}

Result<void> give_back(Store& store, const std::vector<Allowance>& all) {
  return store.write([&](Db& db) -> Result<void> {
    for (const Allowance& one : all)
      CHECK_OK(db.run("update allowance set spent_until = spent_until - $2 where key = $1",
                      hidden(one.key), one.every));
    return {};
  });
}

}  // namespace carillon
