// Brings a database to the schema this binary knows, or refuses it and leaves it alone.
#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "store/db.hpp"
#include "store/events.hpp"

namespace carillon {

store_detail::MigrationStep store_detail::step_of(std::string_view migration) {
  return migration == "0013_chained_log" ? &chain_old_events : nullptr;
}

namespace {

struct Applied {
  std::int64_t number = 0;
  std::string name;
  std::string digest;  // SHA-256 of the file, in hex
};
BOOST_DESCRIBE_STRUCT(Applied, (), (number, name, digest))

struct Table {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Table, (), (name))

std::string digest_of(const store_detail::Migration& migration) {
  return to_hex(sha256(migration.sql));
}

// What was applied; nothing when the database is empty.
Result<std::vector<Applied>> applied_in(Db& db, const char* table_list) {
  TRY(const auto tables, db.all<Table>(table_list));
  const bool ours = std::any_of(tables.begin(), tables.end(),
                                [](const Table& table) { return table.name == "migration"; });
  if (ours) return db.all<Applied>("select number, name, digest from migration order by number");
  if (tables.empty()) return std::vector<Applied>{};
  return fail(Fault::invalid,
              fmt::format("this is the database of another program (it holds a table \"{}\")",
                          tables.front().name),
              "Point store.url to a new file, or to an empty PostgreSQL database.");
}

Result<void> check_known(const std::vector<Applied>& applied,
                         const std::vector<store_detail::Migration>& known) {
  if (applied.size() > known.size())
    return fail(Fault::conflict,
                fmt::format("this workspace was written by a newer Carillon (its data is of "
                            "version {}, this program knows {})",
                            applied.size(), known.size()),
                "Install the newer Carillon; nothing was changed.");
  for (std::size_t i = 0; i < applied.size(); ++i) {
    if (applied[i].digest == digest_of(known[i])) continue;
    return fail(Fault::conflict,
                fmt::format("the migration {} differs from the one this database was made with",
                            known[i].name),
                "Install the Carillon that made this database, or restore a backup.");
  }
  return {};
}

}  // namespace

std::int64_t Store::schema_version() {
  return static_cast<std::int64_t>(store_detail::migrations().size());
}

Result<void> Store::migrate(std::int64_t version) {
  // Most starts find nothing to do, and must not wait for a writer or need write permission.
  TRY(const bool done, read([&](Db& db) -> Result<bool> {
        TRY(const auto applied, applied_in(db, db.table_list()));
        CHECK_OK(check_known(applied, *options_.migrations));
        return std::cmp_greater_equal(applied.size(), version);
      }));
  if (done) return {};
  return write([&](Db& db) { return apply(db, version); });
}

Result<void> Store::apply(Db& db, std::int64_t version) {
  CHECK_OK(db.lock_schema());
  TRY(const auto applied, applied_in(db, db.table_list()));  // another process may have been faster
  CHECK_OK(check_known(applied, *options_.migrations));
  CHECK_OK(
      db.script("create table if not exists migration (number bigint primary key, "
                "name text not null, digest text not null)"));
  const auto& known = *options_.migrations;
  for (std::size_t i = applied.size(); std::cmp_less(i, version); ++i) {
    auto done = db.script(known[i].sql);
    if (const auto step = store_detail::step_of(known[i].name); done && step != nullptr)
      done = step(db);
    if (!done)
      return tl::unexpected<Error>(
          within(fmt::format("migration {}", known[i].name), done.error()));
    CHECK_OK(db.insert("migration", Applied{static_cast<std::int64_t>(i) + 1, known[i].name,
                                            digest_of(known[i])}));
  }
  return {};
}

}  // namespace carillon
