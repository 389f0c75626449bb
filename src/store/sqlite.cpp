#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>
#include <unordered_map>

#include "store/db.hpp"

namespace carillon {

namespace {

Error full(const std::string& path) {
  return {Fault::unavailable, fmt::format("the disk that holds {} is full", path),
          "Free some space; nothing was lost."};
}

Error read_only(const std::string& path) {
  return {Fault::unavailable, fmt::format("the database {} is read-only", path),
          "Give this user write permission to the file and its folder."};
}

// sqlite.org/rescode.html, read together with the system's own error where SQLite is vague.
Error explain(sqlite3* db, const std::string& path, std::string_view doing) {
  const int code = db != nullptr ? sqlite3_extended_errcode(db) : SQLITE_NOMEM;
  const std::string said = db != nullptr ? sqlite3_errmsg(db) : "out of memory";
  const int system = db != nullptr ? sqlite3_system_errno(db) : 0;
  switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {Fault::unavailable, fmt::format("the database {} is locked by another program", path),
              "Wait until it ends, or stop it."};
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return read_only(path);
    case SQLITE_FULL:
      return full(path);
    case SQLITE_IOERR:
      if (system == ENOSPC || system == EDQUOT) return full(path);
      return {Fault::unavailable, fmt::format("the disk that holds {} failed: {}", path, said),
              "Check the disk and its free space."};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {Fault::corrupt, fmt::format("{} is not a sound database: {}", path, said),
              "Restore the file from a backup."};
    case SQLITE_CANTOPEN:
      if (system == EROFS) return read_only(path);
      if (system == ENOSPC || system == EDQUOT) return full(path);
      return {Fault::unavailable, fmt::format("the database {} cannot be opened", path),
              "Check that its folder exists and that this user may write there."};
    case SQLITE_CONSTRAINT:
      return {Fault::conflict, fmt::format("{} ({})", said, doing), {}};
    default:
      return {Fault::internal, fmt::format("{} while executing: {}", said, doing), {}};
  }
}

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};

struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
struct Statement {
  std::unique_ptr<sqlite3_stmt, Finalize> handle;
  std::vector<int> places;  // of $1, $2, …; SQLite counts by first appearance
};

// Makes a statement ready for the next use, whatever happens; SQLite keeps its locks until then.
struct Reset {
  sqlite3_stmt* statement;
  ~Reset() {
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
  }
};

// The values outlive the step, so SQLite need not copy them.
int bind(sqlite3_stmt* statement, int place, const SqlValue& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value))
    return sqlite3_bind_int64(statement, place, *number);
  if (const auto* real = std::get_if<double>(&value))
    return sqlite3_bind_double(statement, place, *real);
  if (const auto* text = std::get_if<std::string>(&value))
    return sqlite3_bind_text64(statement, place, text->data(), text->size(), nullptr, SQLITE_UTF8);
  if (const auto* blob = std::get_if<Blob>(&value))
    return sqlite3_bind_blob64(statement, place, blob->bytes.data(), blob->bytes.size(), nullptr);
  return sqlite3_bind_null(statement, place);
}

SqlValue column(sqlite3_stmt* statement, int c) {
  const int type = sqlite3_column_type(statement, c);
  if (type == SQLITE_INTEGER) return std::int64_t{sqlite3_column_int64(statement, c)};
  if (type == SQLITE_FLOAT) return sqlite3_column_double(statement, c);
  if (type == SQLITE_NULL) return std::monostate{};
  const void* data = sqlite3_column_blob(statement, c);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, c));
  std::string bytes = size == 0 ? std::string() : std::string(static_cast<const char*>(data), size);
  if (type == SQLITE_BLOB) return Blob{std::move(bytes)};
  return bytes;
}

class SqliteDb final : public Db {
 public:
  SqliteDb(sqlite3* db, std::string path, DbAccess access)
      : db_(db), path_(std::move(path)), access_(access) {}
  ~SqliteDb() override {
    statements_.clear();
    sqlite3_close(db_);
  }

  [[nodiscard]] const char* skip_locked() const override { return ""; }
  [[nodiscard]] const char* for_update() const override { return ""; }

 protected:
  Result<Answer> perform(std::string_view sql, const SqlRow& values) override {
    TRY(const Statement* prepared, prepare(sql));
    sqlite3_stmt* const statement = prepared->handle.get();
    const Reset reset{statement};
    CHECK_OK(bind_all(*prepared, values, sql));
    Answer out;
    const std::int64_t before = sqlite3_total_changes64(db_);
    int code = sqlite3_step(statement);
    // Only now: the first step prepares anew when the schema has changed.
    const int columns = sqlite3_column_count(statement);
    for (int c = 0; c < columns; ++c) out.columns.emplace_back(sqlite3_column_name(statement, c));
    for (; code == SQLITE_ROW; code = sqlite3_step(statement)) {
      SqlRow& row = out.rows.emplace_back();
      row.reserve(static_cast<std::size_t>(columns));
      for (int c = 0; c < columns; ++c) row.push_back(column(statement, c));
    }
    if (code != SQLITE_DONE) return tl::unexpected<Error>(explain_here(sql.substr(0, 80)));
    // sqlite3_changes64 still holds an earlier statement's number after one that changes no row.
    if (sqlite3_total_changes64(db_) != before) out.changed = sqlite3_changes64(db_);
    return out;
  }

  Result<void> perform_script(const std::string& sql) override {
    if (sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return {};
    return tl::unexpected<Error>(explain_here(sql.substr(0, 80)));
  }

  // A deferred transaction that reads and then writes fails at once when another writer came
  // between, whatever busy_timeout says; so writers take the lock first.
  Result<void> begin(DbAccess access) override {
    return perform_script(access == DbAccess::write ? "begin immediate" : "begin");
  }
  Result<void> commit() override { return perform_script("commit"); }
  void rollback() override {
    // After a full disk or an I/O error SQLite has rolled back already.
    if (sqlite3_get_autocommit(db_) == 0) sqlite3_exec(db_, "rollback", nullptr, nullptr, nullptr);
  }
  // `begin immediate` has locked more than the schema.
  Result<void> lock_schema() override { return {}; }
  [[nodiscard]] const char* table_list() const override {
    return "select name from sqlite_master where type = 'table' and name not like 'sqlite%' "
           "order by name";
  }
  // After a rollback that failed nothing can be said about the connection.
  [[nodiscard]] bool broken() const override {
    return !in_transaction() && sqlite3_get_autocommit(db_) == 0;
  }

 private:
  [[nodiscard]] Error explain_here(std::string_view doing) const {
    const bool ours = access_ == DbAccess::read && sqlite3_extended_errcode(db_) == SQLITE_READONLY;
    if (ours) return {Fault::internal, fmt::format("a write in Store::read: {}", doing), {}};
    return explain(db_, path_, doing);
  }

  Result<const Statement*> prepare(std::string_view sql) {
    if (const auto found = statements_.find(sql); found != statements_.end()) return &found->second;
    if (statements_.size() >= limits::store_statements) statements_.clear();
    sqlite3_stmt* raw = nullptr;
    const char* tail = nullptr;
    const int code = sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &raw, &tail);
    Statement statement{std::unique_ptr<sqlite3_stmt, Finalize>(raw), {}};
    if (code != SQLITE_OK) return tl::unexpected<Error>(explain_here(sql.substr(0, 80)));
    const auto rest = sql.substr(static_cast<std::size_t>(tail - sql.data()));
    if (raw == nullptr || !trim(rest).empty())
      return fail(Fault::internal, fmt::format("not one statement: {}", sql.substr(0, 80)));
    const int count = sqlite3_bind_parameter_count(raw);
    for (int i = 1; i <= count; ++i)
      statement.places.push_back(
          sqlite3_bind_parameter_index(raw, ("$" + std::to_string(i)).c_str()));
    return &statements_.emplace(std::string(sql), std::move(statement)).first->second;
  }

  // SQLite takes a placeholder without a value for null, and PostgreSQL refuses it; so do we.
  Result<void> bind_all(const Statement& statement, const SqlRow& values,
                        std::string_view sql) const {
    bool good = statement.places.size() == values.size();
    for (std::size_t i = 0; good && i < values.size(); ++i) {
      const int place = statement.places[i];
      good = place > 0;
      if (good && bind(statement.handle.get(), place, values[i]) != SQLITE_OK)
        return tl::unexpected<Error>(explain_here(sql.substr(0, 80)));
    }
    if (good) return {};
    return fail(Fault::internal,
                fmt::format("{} values for the {} placeholders of: {}", values.size(),
                            statement.places.size(), sql.substr(0, 80)));
  }

  sqlite3* db_;
  std::string path_;
  DbAccess access_;
  std::unordered_map<std::string, Statement, TextHash, std::equal_to<>> statements_;
};

}  // namespace

namespace store_detail {

Result<std::unique_ptr<Db>> open_sqlite(const std::string& path, const Store::Options& options,
                                        DbAccess access) {
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(
      path.c_str(), &raw,
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI, nullptr);
  auto db = std::make_unique<SqliteDb>(raw, path, access);
  if (code != SQLITE_OK) return tl::unexpected<Error>(explain(raw, path, "open"));
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_busy_timeout(raw, options.busy_ms);
  // synchronous=full: a delivery must be armed on the disk before its first byte leaves, or a power
  // cut could make us post it again.
  std::string pragmas =
      options.page_bytes > 0 ? fmt::format("pragma page_size={};", options.page_bytes) : "";
  pragmas +=
      "pragma journal_mode=wal; pragma synchronous=full; pragma foreign_keys=on; "
      "pragma temp_store=memory; pragma cache_size=-4000;";
  if (options.max_pages > 0) pragmas += fmt::format("pragma max_page_count={};", options.max_pages);
  if (access == DbAccess::read) pragmas += "pragma query_only=on;";
  CHECK_OK(db->script(pragmas));
  return db;
}

}  // namespace store_detail

}  // namespace carillon
