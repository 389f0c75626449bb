// A database connection behind one small interface; the SQL is one text for SQLite and PostgreSQL,
// with `$1` placeholders. SQL of a table stands in the feature that owns it.
//
// What both understand: bigint, double precision, text, boolean, bytea; check, partial and unique
// indexes; returning; on conflict … do update with excluded; CTE, window functions, filter, row
// values, is distinct from, nulls last. What they do not share: JSON operators, now(), ilike,
// string_agg, greatest, alter column. `like` ignores ASCII case on SQLite only.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "base/describe.hpp"
#include "base/limits.hpp"
#include "core/event.hpp"
#include "store/value.hpp"

namespace carillon {

enum class DbAccess { read, write };

// One connection. Not thread-safe: Store hands it to one thread at a time.
//
// Errors of every statement: conflict (a constraint), unavailable (locked, full, read-only, the
// server went away), corrupt (the file is damaged), invalid (text that is not UTF-8 or holds a
// NUL), internal (wrong SQL). A statement that failed spoils its transaction on both databases:
// later statements fail too and nothing is committed, even when the caller ignored the error. What
// may fail stands in its own `transaction`.
class Db {
 public:
  Db() = default;
  Db(const Db&) = delete;
  Db& operator=(const Db&) = delete;
  virtual ~Db() = default;

  // Executes one statement, prepared once a connection; how many rows it inserted, updated or
  // deleted.
  template <class... A>
  Result<std::int64_t> run(std::string_view sql, const A&... args) {
    TRY(const Answer answer, execute(sql, sql_row(args...)));
    return answer.changed;
  }

  // The same statement once for each row of values, in one round trip on PostgreSQL; how many rows
  // it changed in all. Stops at the first failure. Inside a transaction only.
  Result<std::int64_t> run_many(std::string_view sql, const std::vector<SqlRow>& rows);

  // The rows as described structures (std::int64_t, int, bool, double, std::string, Blob, described
  // enums, std::optional for what may be null, anything else as JSON text), columns matched by
  // name; a column nobody described is an error, so that a query and its structure cannot drift
  // apart. A member without a column keeps its default.
  template <class T, class... A>
  Result<std::vector<T>> all(std::string_view sql, const A&... args) {
    TRY(Answer answer, execute(sql, sql_row(args...)));
    std::vector<T> out;
    out.reserve(answer.rows.size());
    std::vector<Fill<T>> fills;  // of each column, looked for once
    for (SqlRow& row : answer.rows) {
      T& item = out.emplace_back();
      for (std::size_t i = 0; i < row.size(); ++i) {
        if (fills.size() == i) fills.push_back(fill_of<T>(answer.columns[i]));
        if (fills[i] == nullptr) return misfit(answer.columns[i], "is not described", sql);
        if (!fills[i](row[i], item)) return misfit(answer.columns[i], "holds another type", sql);
      }
    }
    return out;
  }

  // The first of those rows, or nothing.
  template <class T, class... A>
  Result<std::optional<T>> first(std::string_view sql, const A&... args) {
    TRY(auto rows, all<T>(sql, args...));
    if (rows.empty()) return std::nullopt;
    return std::move(rows.front());
  }

  // Inserts a described structure; its members are the columns. `table` comes from the program.
  template <class T>
  Result<std::int64_t> insert(const std::string& table, const T& item) {
    TRY(const Answer answer, execute("insert into " + table + db_detail::columns_and_places<T>(),
                                     db_detail::row_of(item)));
    return answer.changed;
  }

  // Inserts many, as run_many does.
  template <class T>
  Result<std::int64_t> insert_many(const std::string& table, const std::vector<T>& items) {
    std::vector<SqlRow> rows;
    rows.reserve(items.size());
    for (const T& item : items) rows.push_back(db_detail::row_of(item));
    return run_many("insert into " + table + db_detail::columns_and_places<T>(), rows);
  }

  // Runs `work(Db&)`, which returns a Result; commits when it holds a value, rolls back when it
  // holds an error. Inside another transaction it is a savepoint: an error undoes this part alone.
  template <class F>
  auto transaction(F&& work) -> decltype(work(std::declval<Db&>())) {
    return within_transaction(DbAccess::write, work);
  }

  // Keeps an event until the transaction commits, and then writes it (append_event); a savepoint
  // that is undone takes its events along. Errors: internal outside of a transaction.
  Result<void> tell(Event event);

  // Several statements without parameters, as a migration holds them.
  Result<void> script(const std::string& sql);

  // " for update skip locked" where the database has it, else nothing: SQLite has one writer.
  // Stands at the end of the select that claims.
  [[nodiscard]] virtual const char* skip_locked() const = 0;
  // As skip_locked, but waits for whoever holds a row: for a select of what is known to be ours.
  [[nodiscard]] virtual const char* for_update() const = 0;

 protected:
  friend class Store;
  struct Answer {
    std::vector<std::string> columns;
    std::vector<SqlRow> rows;
    std::int64_t changed = 0;
  };
  virtual Result<Answer> perform(std::string_view sql, const SqlRow& values) = 0;
  virtual Result<std::int64_t> perform_many(std::string_view sql, const std::vector<SqlRow>& rows);
  virtual Result<void> perform_script(const std::string& sql) = 0;
  virtual Result<void> begin(DbAccess access) = 0;
  // A timeout means: nobody knows whether it was committed.
  virtual Result<void> commit() = 0;
  virtual void rollback() = 0;
  // Waits until this transaction is the only one that migrates.
  virtual Result<void> lock_schema() = 0;
  // A query whose rows are {name}: the tables of this database or schema.
  [[nodiscard]] virtual const char* table_list() const = 0;
  // The connection is beyond use and must be opened anew.
  [[nodiscard]] virtual bool broken() const = 0;

  [[nodiscard]] bool in_transaction() const { return depth_ > 0; }
  // The transaction failed for a reason that goes away when it runs again.
  bool repeatable_ = false;

 private:
  // Ends what `work` left open when it threw.
  struct Scope {
    Db& db;
    bool open = true;
    ~Scope() {
      if (open) static_cast<void>(db.leave(false));
    }
  };

  template <class F>
  auto within_transaction(DbAccess access, F& work) -> decltype(work(std::declval<Db&>())) {
    CHECK_OK(enter(access));
    Scope scope{*this};
    auto outcome = work(*this);
    scope.open = false;
    auto left = leave(outcome.has_value());
    if (!left) return tl::unexpected<Error>(std::move(left).error());
    return outcome;
  }

  // Moves a column into its member; false when it holds another type.
  template <class T>
  using Fill = bool (*)(SqlValue&, T&);

  // Null when nobody described that column.
  template <class T>
  static Fill<T> fill_of(std::string_view column) {
    Fill<T> out = nullptr;
    boost::mp11::mp_for_each<describe_detail::Members<T>>([&]<class Member>(Member member) {
      if (column != member.name) return;
      out = [](SqlValue& value, T& item) {
        return db_detail::from_sql(value, item.*Member::pointer);
      };
    });
    return out;
  }

  static tl::unexpected<Error> misfit(const std::string& column, const char* how,
                                      std::string_view sql) {
    return fail(Fault::internal,
                "the column \"" + column + "\" " + how + " in: " + std::string(sql.substr(0, 80)));
  }

  Result<Answer> execute(std::string_view sql, const SqlRow& values);
  Result<void> enter(DbAccess access);
  Result<void> leave(bool keep);
  Result<void> leave_savepoint(bool keep);
  Result<void> check_unspoiled() const;

  int depth_ = 0;                 // 1: a transaction, more: savepoints
  std::optional<Error> spoiled_;  // what failed first in this transaction
  std::vector<Event> told_;
  std::vector<std::size_t> told_before_;  // how many, when each open savepoint began
};

namespace store_detail {
struct Migration {
  const char* name;
  const char* sql;
};
// What a migration does after its SQL and that SQL cannot say; null where there is nothing.
using MigrationStep = Result<void> (*)(Db&);
[[nodiscard]] MigrationStep step_of(std::string_view migration);
const std::vector<Migration>& migrations();  // of a workspace; generated from migrations/*.sql
}  // namespace store_detail

// The database of a workspace. Thread-safe; one connection a thread that is inside it.
class Store {
 public:
  struct Options {
    int busy_ms = 5000;          // how long to wait for another process's lock
    int connect_ms = 10'000;     // how long a PostgreSQL server may take to answer at first
    std::size_t idle = 8;        // idle connections kept, besides the writer of SQLite
    std::int64_t max_pages = 0;  // SQLite only, 0: none; lets a test fill the database
    // SQLite only, of a file that is made now; 0: SQLite's own. A power of two up to 65,536.
    std::int64_t page_bytes = 0;
    // The tables it holds; of a file beside the workspace's own these are others.
    const std::vector<store_detail::Migration>* migrations = &store_detail::migrations();
  };

  // `url`: a path, sqlite:PATH or file:PATH?mode=ro, or postgres://… (see store_url). Opens,
  // migrates; takes no write lock when there is nothing to migrate. Errors: invalid (not such a
  // URL, another program's database), denied (password), not_found (no such database),
  // unavailable (locked, read-only, full, unreachable), corrupt (not a sound database), conflict
  // (of a newer version; a migration altered after its release). No error holds a password.
  static Result<std::unique_ptr<Store>> open(const std::string& url, Options options);
  static Result<std::unique_ptr<Store>> open(const std::string& url) {
    return open(url, Options{});
  }
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // Runs `work(Db&)` in a write transaction and commits when it returns a value; what it returns.
  // When this returns a value, the data is on the disk. It may run `work` again (at most
  // limits::store_attempts times) after a serialization failure or on a new connection when the
  // old one broke before the commit, so `work` must do nothing but database work. Fault timeout:
  // the connection broke during the commit, and whether it took place is unknown. SQLite has one
  // writer at a time: never wait for anything else inside, nor call `write` again.
  template <class F>
  auto write(F&& work) -> decltype(work(std::declval<Db&>())) {
    return in_transaction(DbAccess::write, work);
  }

  // The same for reading, on a snapshot. Does not wait for writers. A write inside is refused.
  template <class F>
  auto read(F&& work) -> decltype(work(std::declval<Db&>())) {
    return in_transaction(DbAccess::read, work);
  }

  // Whether the database answers and, where it is a file, is sound. Errors: corrupt, unavailable.
  Result<void> check();

  [[nodiscard]] bool is_postgres() const { return postgres_; }
  // The number of migrations this binary knows.
  static std::int64_t schema_version();
  // Brings an empty or older database to `version`; for tests of upgrades.
  static Result<std::unique_ptr<Store>> open_at(const std::string& url, Options options,
                                                std::int64_t version);

 private:
  // A connection on loan; goes back when it goes.
  struct Lease {
    Store* store;
    DbAccess access;
    std::unique_ptr<Db> db;
    Lease(Store* from, DbAccess how, std::unique_ptr<Db> what)
        : store(from), access(how), db(std::move(what)) {}
    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (db) store->give_back(access, std::move(db));
    }
  };

  Store() = default;
  Result<std::unique_ptr<Db>> connect(DbAccess access) const;
  Result<Lease> take(DbAccess access);
  void give_back(DbAccess access, std::unique_ptr<Db> db);
  void release_writer();
  Result<void> migrate(std::int64_t version);
  Result<void> apply(Db& db, std::int64_t version);

  template <class F>
  auto in_transaction(DbAccess access, F& work) -> decltype(work(std::declval<Db&>())) {
    for (int attempt = 1;; ++attempt) {
      TRY(const Lease lease, take(access));
      auto outcome = lease.db->within_transaction(access, work);
      if (outcome || !lease.db->repeatable_ || attempt == limits::store_attempts) return outcome;
    }
  }

  std::string url_;
  Options options_;
  bool postgres_ = false;
  std::mutex mutex_;
  std::condition_variable free_writer_;
  bool writer_taken_ = false;
  std::thread::id writing_thread_;
  std::unique_ptr<Db> writer_;
  std::vector<std::unique_ptr<Db>> idle_;
};

// The database that `url` of carillon.yaml names: the file data/carillon.db of the workspace folder
// when it is empty; a relative path starts at the workspace. Pure.
[[nodiscard]] std::string store_url(const std::string& url, const std::string& workspace);

namespace store_detail {
Result<std::unique_ptr<Db>> open_sqlite(const std::string& path, const Store::Options& options,
                                        DbAccess access);
Result<std::unique_ptr<Db>> open_postgres(const std::string& url, const Store::Options& options);
}  // namespace store_detail

}  // namespace carillon
