#include <fmt/format.h>
#include <sqlite3.h>

#include <unordered_map>

#include "store/db.hpp"

namespace carillon {

namespace {

Error explain(sqlite3* db, const std::string& path, std::string_view doing) {
  const int code = db != nullptr ? sqlite3_extended_errcode(db) : SQLITE_NOMEM;
  const std::string said = db != nullptr ? sqlite3_errmsg(db) : "out of memory";
  switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {Fault::unavailable, fmt::format("the database {} is locked by another program", path),
              "Wait until it ends, or stop it."};
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return {Fault::unavailable, fmt::format("the database {} is read-only", path),
              "Give this user write permission to the file and its folder."};
    case SQLITE_FULL:
      return {Fault::unavailable, fmt::format("the disk that holds {} is full", path),
              "Free some space; nothing was lost."};
    case SQLITE_IOERR:
      return {Fault::unavailable, fmt::format("the disk that holds {} failed: {}", path, said),
              "Check the disk and its free space."};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {Fault::corrupt, fmt::format("{} is not a sound database: {}", path, said),
              "Restore the file from a backup."};
    case SQLITE_CANTOPEN:
      return {Fault::unavailable, fmt::format("the database {} cannot be opened", path),
              "Check that its folder exists and that this user may write there."};
    case SQLITE_CONSTRAINT:
      return {Fault::conflict, fmt::format("{} ({})", said, doing), {}};
    default:
      return {Fault::internal, fmt::format("{} while executing: {}", said, doing), {}};
  }
}

class SqliteDb final : public Db {
 public:
  SqliteDb(sqlite3* db, std::string path) : db_(db), path_(std::move(path)) {}
  ~SqliteDb() override {
    for (auto& [sql, statement] : statements_) sqlite3_finalize(statement);
    sqlite3_close(db_);
  }

  Result<void> script(const std::string& sql) override {
    if (sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return {};
    return tl::unexpected<Error>(explain(db_, path_, sql.substr(0, 80)));
  }

  [[nodiscard]] const char* skip_locked() const override { return ""; }

 protected:
  Result<Answer> execute(std::string_view sql, std::vector<SqlValue> values) override {
    TRY(sqlite3_stmt * statement, prepared(sql));
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::string name = "$" + std::to_string(i + 1);
      const int place = sqlite3_bind_parameter_index(statement, name.c_str());
      if (place > 0) bind(statement, place, values[i]);
    }
    Answer out;
    const int columns = sqlite3_column_count(statement);
    for (int c = 0; c < columns; ++c) out.columns.emplace_back(sqlite3_column_name(statement, c));
    int code = SQLITE_ROW;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
      SqlRow row;
      for (int c = 0; c < columns; ++c) row.push_back(column(statement, c));
      out.rows.push_back(std::move(row));
    }
    if (code != SQLITE_DONE) {
      const Error error = explain(db_, path_, sql.substr(0, 80));
      sqlite3_reset(statement);
      return tl::unexpected<Error>(error);
    }
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    out.changed = sqlite3_changes(db_);
    return out;
  }

  // A deferred transaction that reads and then writes fails at once when another writer came
  // between, whatever busy_timeout says; so writers take the lock first.
  Result<void> begin(bool write) override { return script(write ? "begin immediate" : "begin"); }
  Result<void> commit() override { return script("commit"); }
  void rollback() override {
    if (sqlite3_get_autocommit(db_) == 0) sqlite3_exec(db_, "rollback", nullptr, nullptr, nullptr);
  }
  Result<void> lock_schema() override { return {}; }
  [[nodiscard]] bool broken() const override { return false; }

 private:
  Result<sqlite3_stmt*> prepared(std::string_view sql) {
    const std::string key(sql);
    if (const auto found = statements_.find(key); found != statements_.end()) return found->second;
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v3(db_, key.c_str(), static_cast<int>(key.size()),
                           SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK)
      return tl::unexpected<Error>(explain(db_, path_, sql.substr(0, 80)));
    statements_.emplace(key, statement);
    return statement;
  }

  static void bind(sqlite3_stmt* statement, int place, const SqlValue& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      sqlite3_bind_int64(statement, place, *number);
    } else if (const auto* real = std::get_if<double>(&value)) {
      sqlite3_bind_double(statement, place, *real);
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      sqlite3_bind_text64(statement, place, text->data(), text->size(), nullptr, SQLITE_UTF8);
    } else if (const auto* blob = std::get_if<Blob>(&value)) {
      sqlite3_bind_blob64(statement, place, blob->bytes.data(), blob->bytes.size(), nullptr);
    } else {
      sqlite3_bind_null(statement, place);
    }
  }

  static SqlValue column(sqlite3_stmt* statement, int c) {
    switch (sqlite3_column_type(statement, c)) {
      case SQLITE_INTEGER:
        return std::int64_t{sqlite3_column_int64(statement, c)};
      case SQLITE_FLOAT:
        return sqlite3_column_double(statement, c);
      case SQLITE_NULL:
        return std::monostate{};
      default:
        break;
    }
    const bool blob = sqlite3_column_type(statement, c) == SQLITE_BLOB;
    const void* data = sqlite3_column_blob(statement, c);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, c));
    std::string bytes =
        size == 0 ? std::string() : std::string(static_cast<const char*>(data), size);
    if (blob) return Blob{std::move(bytes)};
    return bytes;
  }

  sqlite3* db_;
  std::string path_;
  std::unordered_map<std::string, sqlite3_stmt*> statements_;
};

}  // namespace

namespace store_detail {

Result<std::unique_ptr<Db>> open_sqlite(const std::string& path, const Store::Options& options) {
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(
      path.c_str(), &raw,
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI, nullptr);
  auto db = std::make_unique<SqliteDb>(raw, path);
  if (code != SQLITE_OK) return tl::unexpected<Error>(explain(raw, path, "open"));
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_busy_timeout(raw, options.busy_ms);
  // synchronous=full: a delivery must be armed on the disk before its first byte leaves, or a power
  // cut could make us post it again.
  std::string pragmas =
      "pragma journal_mode=wal; pragma synchronous=full; pragma foreign_keys=on; "
      "pragma temp_store=memory; pragma cache_size=-4000;";
  if (options.max_pages > 0) pragmas += fmt::format("pragma max_page_count={};", options.max_pages);
  CHECK_OK(db->script(pragmas));
  return db;
}

}  // namespace store_detail

}  // namespace carillon
