#include <algorithm>
#include <filesystem>

#include "store/db.hpp"

namespace carillon {

namespace {

bool is_postgres_url(const std::string& url) {
  return url.starts_with("postgres://") || url.starts_with("postgresql://");
}

bool is_sqlite_url(const std::string& url) {
  return url.starts_with("sqlite:") || url.starts_with("file:");
}

// "mysql" of mysql://…, "postgres" of a mistyped postgres:/…; empty for a path.
std::string scheme_of(const std::string& url) {
  const auto colon = url.find(':');
  if (colon == std::string::npos || colon < 2) return {};
  const std::string scheme = url.substr(0, colon);
  const bool word = std::all_of(scheme.begin(), scheme.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' || c == '-';
  });
  const bool slashes = url.find("://") != std::string::npos;
  return word && (slashes || scheme.starts_with("postgre")) ? scheme : std::string{};
}

}  // namespace

namespace {

struct Soundness {
  std::string quick_check;
};
BOOST_DESCRIBE_STRUCT(Soundness, (), (quick_check))

}  // namespace

Result<void> Store::check() {
  return read([this](Db& db) -> Result<void> {
    const char* ask = postgres_ ? "select 'ok' as quick_check" : "pragma quick_check(1)";
    TRY(const auto said, db.first<Soundness>(ask));
    if (said && said->quick_check == "ok") return {};
    return fail(Fault::corrupt,
                "the database is damaged" + (said ? ": " + said->quick_check : std::string{}),
                "Stop the server and restore your last backup.");
  });
}

std::string store_url(const std::string& url, const std::string& workspace) {
  if (is_postgres_url(url) || url.starts_with("file:") || !scheme_of(url).empty()) return url;
  const std::filesystem::path path(url.starts_with("sqlite:") ? url.substr(7) : url);
  return (std::filesystem::path(workspace) / (path.empty() ? "data/carillon.db" : path)).string();
}

Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::open(const std::string& url, Options options) {
  return open_at(url, options, static_cast<std::int64_t>(options.migrations->size()));
}

Result<std::unique_ptr<Store>> Store::open_at(const std::string& url, Options options,
                                              std::int64_t version) {
  // What an unknown URL holds is not repeated: it may be a password.
  if (!is_postgres_url(url) && !is_sqlite_url(url) && !scheme_of(url).empty())
    return fail(Fault::invalid,
                "store.url starts with \"" + scheme_of(url) + ":\", which is no database here",
                "Use a file path, or postgres://USER@HOST/DATABASE.");
  std::unique_ptr<Store> store(new Store);
  store->postgres_ = is_postgres_url(url);
  store->url_ = url.starts_with("sqlite:") ? url.substr(7) : url;
  store->options_ = options;
  if (store->url_.empty())
    return fail(Fault::invalid, "the address of the database is empty",
                "Name a file, or postgres://USER@HOST/DATABASE.");
  CHECK_OK(store->migrate(version));
  return store;
}

Result<std::unique_ptr<Db>> Store::connect(DbAccess access) const {
  if (postgres_) return store_detail::open_postgres(url_, options_);
  return store_detail::open_sqlite(url_, options_, access);
}

Result<Store::Lease> Store::take(DbAccess access) {
  std::unique_lock lock(mutex_);
  // SQLite has one writer: queueing here is fair and cheap, its own busy loop is neither.
  const bool single = access == DbAccess::write && !postgres_;
  if (single) {
    if (writer_taken_ && writing_thread_ == std::this_thread::get_id())
      return fail(Fault::internal, "Store::write was called inside Store::write",
                  "Pass the Db on, or use Db::transaction.");
    free_writer_.wait(lock, [&] { return !writer_taken_; });
    writer_taken_ = true;
    writing_thread_ = std::this_thread::get_id();
    if (writer_) return Lease(this, access, std::move(writer_));
  } else if (!idle_.empty()) {
    Lease lease(this, access, std::move(idle_.back()));
    idle_.pop_back();
    return lease;
  }
  lock.unlock();
  auto db = connect(access);
  if (db) return Lease(this, access, std::move(*db));
  if (single) {
    lock.lock();
    release_writer();
  }
  return tl::unexpected<Error>(std::move(db).error());
}

void Store::release_writer() {
  writer_taken_ = false;
  writing_thread_ = {};
  free_writer_.notify_one();
}

void Store::give_back(DbAccess access, std::unique_ptr<Db> db) {
  const std::lock_guard lock(mutex_);
  const bool broken = db->broken();
  if (access == DbAccess::write && !postgres_) {
    if (!broken) writer_ = std::move(db);
    release_writer();
  } else if (broken) {
    idle_.clear();  // what broke one, a restart of the server, broke them all
  } else if (idle_.size() < options_.idle) {
    idle_.push_back(std::move(db));
  }
}

}  // namespace carillon
