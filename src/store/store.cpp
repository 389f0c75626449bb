#include <fmt/format.h>

#include "base/crypto.hpp"
#include "base/moment.hpp"
#include "store/db.hpp"

namespace carillon {

namespace {

struct Applied {
  std::int64_t number = 0;
  std::string name;
  std::string digest;
};
BOOST_DESCRIBE_STRUCT(Applied, (), (number, name, digest))

bool is_postgres_url(const std::string& url) {
  return url.starts_with("postgres://") || url.starts_with("postgresql://");
}

}  // namespace

Store::~Store() = default;

std::int64_t Store::schema_version() {
  return static_cast<std::int64_t>(store_detail::migrations().size());
}

Result<std::unique_ptr<Store>> Store::open(const std::string& url, Options options) {
  return open_at(url, options, schema_version());
}

Result<std::unique_ptr<Store>> Store::open_at(const std::string& url, Options options,
                                              std::int64_t version) {
  std::unique_ptr<Store> store(new Store);
  store->postgres_ = is_postgres_url(url);
  store->url_ = url.starts_with("sqlite:") ? url.substr(7) : url;
  store->options_ = options;
  CHECK_OK(store->migrate(version));
  return store;
}

Result<std::unique_ptr<Db>> Store::connect() const {
  if (postgres_) return store_detail::open_postgres(url_);
  return store_detail::open_sqlite(url_, options_);
}

Result<std::unique_ptr<Db>> Store::take(bool write) {
  std::unique_lock lock(mutex_);
  // SQLite has one writer: queueing here is fair and cheap, its own busy loop is neither.
  const bool single = write && !postgres_;
  if (single) {
    free_writer_.wait(lock, [&] { return !writer_taken_; });
    writer_taken_ = true;
    if (writer_) return std::move(writer_);
  } else if (!idle_.empty()) {
    auto db = std::move(idle_.back());
    idle_.pop_back();
    return db;
  }
  lock.unlock();
  auto db = connect();
  if (!db && single) {
    lock.lock();
    writer_taken_ = false;
    free_writer_.notify_one();
  }
  return db;
}

void Store::give_back(bool write, std::unique_ptr<Db> db) {
  const std::lock_guard lock(mutex_);
  if (write && !postgres_) {
    writer_taken_ = false;
    if (!db->broken()) writer_ = std::move(db);
    free_writer_.notify_one();
  } else if (!db->broken() && idle_.size() < options_.readers) {
    idle_.push_back(std::move(db));
  }
}

bool Store::worth_repeating(const Error& error) {
  return error.what == store_detail::again;
}

Result<void> Store::migrate(std::int64_t version) {
  const auto& known = store_detail::migrations();
  return write([&](Db& db) -> Result<void> {
    CHECK_OK(db.lock_schema());
    CHECK_OK(
        db.script("create table if not exists migration (number bigint primary key, "
                  "name text not null, digest text not null)"));
    TRY(const auto applied, db.all<Applied>("select number, name, digest from migration "
                                            "order by number"));
    if (applied.size() > known.size())
      return fail(Fault::conflict,
                  fmt::format("this workspace was written by a newer Carillon (its data is of "
                              "version {}, this program knows {})",
                              applied.size(), known.size()),
                  "Install the newer Carillon; nothing was changed.");
    for (std::size_t i = 0; i < known.size() && std::int64_t(i) < version; ++i) {
      const std::string digest = to_hex(sha256(known[i].sql));
      if (i < applied.size()) {
        if (applied[i].digest == digest) continue;
        return fail(Fault::conflict,
                    fmt::format("the migration {} differs from the one this database was made with",
                                known[i].name),
                    "Install the Carillon that made this database, or restore a backup.");
      }
      CHECK_OK(db.script(known[i].sql));
      CHECK_OK(db.insert("migration", Applied{std::int64_t(i) + 1, known[i].name, digest}));
    }
    return {};
  });
}

}  // namespace carillon
