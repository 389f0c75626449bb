// A database connection behind one small interface; the SQL is one text for SQLite and PostgreSQL,
// with `$1` placeholders. SQL of a table stands in the feature that owns it.
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
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "base/describe.hpp"

namespace carillon {

// Bytes that are not text.
struct Blob {
  std::string bytes;
};

using SqlValue = std::variant<std::monostate, std::int64_t, double, std::string, Blob>;

namespace db_detail {

template <class T>
[[nodiscard]] SqlValue to_sql(const T& in) {
  using namespace describe_detail;
  if constexpr (std::is_same_v<T, bool>) {
    return std::int64_t{in ? 1 : 0};
  } else if constexpr (std::is_enum_v<T>) {
    return word_of(in);
  } else if constexpr (std::is_integral_v<T>) {
    return static_cast<std::int64_t>(in);
  } else if constexpr (std::is_floating_point_v<T>) {
    return static_cast<double>(in);
  } else if constexpr (std::is_same_v<T, Blob>) {
    return in;
  } else if constexpr (std::is_convertible_v<T, std::string_view>) {
    return std::string(std::string_view(in));
  } else if constexpr (is_a<T, std::optional>) {
    return in ? to_sql(*in) : SqlValue{};
  } else {
    return write_json(in);  // structures are opaque text to the database
  }
}

template <class T>
[[nodiscard]] bool from_sql(SqlValue& in, T& out) {
  using namespace describe_detail;
  if constexpr (is_a<T, std::optional>) {
    if (std::holds_alternative<std::monostate>(in)) return true;
    return from_sql(in, out.emplace());
  } else if constexpr (std::is_same_v<T, bool>) {
    const auto* number = std::get_if<std::int64_t>(&in);
    if (number != nullptr) out = *number != 0;
    return number != nullptr;
  } else if constexpr (std::is_enum_v<T>) {
    const auto* text = std::get_if<std::string>(&in);
    const auto value = text != nullptr ? from_word<T>(*text) : std::nullopt;
    if (value) out = *value;
    return value.has_value();
  } else if constexpr (std::is_integral_v<T>) {
    const auto* number = std::get_if<std::int64_t>(&in);
    if (number != nullptr) out = static_cast<T>(*number);
    return number != nullptr;
  } else if constexpr (std::is_floating_point_v<T>) {
    if (const auto* real = std::get_if<double>(&in)) out = static_cast<T>(*real);
    if (const auto* number = std::get_if<std::int64_t>(&in)) out = static_cast<T>(*number);
    return std::holds_alternative<double>(in) || std::holds_alternative<std::int64_t>(in);
  } else if constexpr (std::is_same_v<T, Blob>) {
    auto* blob = std::get_if<Blob>(&in);
    if (blob != nullptr) out = std::move(*blob);
    return blob != nullptr;
  } else if constexpr (std::is_same_v<T, std::string>) {
    auto* text = std::get_if<std::string>(&in);
    if (text != nullptr) out = std::move(*text);
    return text != nullptr;
  } else {
    const auto* text = std::get_if<std::string>(&in);
    if (text == nullptr) return false;
    auto value = parse_json_as<T>(*text, Unknown::ignore);
    if (value) out = std::move(*value);
    return value.has_value();
  }
}

}  // namespace db_detail

using SqlRow = std::vector<SqlValue>;

// One connection. Not thread-safe: Store hands it to one thread at a time.
class Db {
 public:
  Db() = default;
  Db(const Db&) = delete;
  Db& operator=(const Db&) = delete;
  virtual ~Db() = default;

  // Executes one statement; how many rows it changed.
  template <class... A>
  Result<std::int64_t> run(std::string_view sql, const A&... args) {
    TRY(const Answer answer, execute(sql, {db_detail::to_sql(args)...}));
    return answer.changed;
  }

  // The rows as described structures, columns matched by name; a column nobody described is an
  // error, so that a query and its structure cannot drift apart.
  template <class T, class... A>
  Result<std::vector<T>> all(std::string_view sql, const A&... args) {
    TRY(Answer answer, execute(sql, {db_detail::to_sql(args)...}));
    std::vector<T> out;
    out.reserve(answer.rows.size());
    for (SqlRow& row : answer.rows) {
      T item{};
      for (std::size_t i = 0; i < row.size(); ++i)
        CHECK_OK(fill(answer.columns[i], row[i], item, sql));
      out.push_back(std::move(item));
    }
    return out;
  }

  template <class T, class... A>
  Result<std::optional<T>> first(std::string_view sql, const A&... args) {
    TRY(auto rows, all<T>(sql, args...));
    if (rows.empty()) return std::nullopt;
    return std::move(rows.front());
  }

  // Inserts a described structure; its members are the columns.
  template <class T>
  Result<std::int64_t> insert(const std::string& table, const T& item) {
    std::string columns;
    std::string places;
    std::vector<SqlValue> values;
    boost::mp11::mp_for_each<describe_detail::Members<T>>([&](auto member) {
      values.push_back(db_detail::to_sql(item.*member.pointer));
      columns += (columns.empty() ? "" : ", ") + std::string(member.name);
      places += (places.empty() ? "$" : ", $") + std::to_string(values.size());
    });
    TRY(const Answer answer,
        execute("insert into " + table + " (" + columns + ") values (" + places + ")",
                std::move(values)));
    return answer.changed;
  }

  // Several statements without parameters, as a migration holds them.
  virtual Result<void> script(const std::string& sql) = 0;

  // " for update skip locked" where the database has it, else nothing: SQLite has one writer.
  [[nodiscard]] virtual const char* skip_locked() const = 0;

 protected:
  friend class Store;
  struct Answer {
    std::vector<std::string> columns;
    std::vector<SqlRow> rows;
    std::int64_t changed = 0;
  };
  virtual Result<Answer> execute(std::string_view sql, std::vector<SqlValue> values) = 0;
  virtual Result<void> begin(bool write) = 0;
  virtual Result<void> commit() = 0;
  virtual void rollback() = 0;
  // Waits until this transaction is the only one that migrates.
  virtual Result<void> lock_schema() = 0;
  // The connection is beyond use and must be opened anew.
  [[nodiscard]] virtual bool broken() const = 0;

 private:
  template <class T>
  Result<void> fill(const std::string& column, SqlValue& value, T& item, std::string_view sql) {
    bool known = false;
    bool good = false;
    boost::mp11::mp_for_each<describe_detail::Members<T>>([&](auto member) {
      if (known || column != member.name) return;
      known = true;
      good = db_detail::from_sql(value, item.*member.pointer);
    });
    if (good) return {};
    return fail(Fault::internal, "the column \"" + column + "\" " +
                                     (known ? "holds another type" : "is not described") +
                                     " in: " + std::string(sql.substr(0, 80)));
  }
};

// The database of a workspace. Thread-safe.
class Store {
 public:
  struct Options {
    int busy_ms = 5000;          // how long to wait for another process's lock
    std::size_t readers = 4;     // idle connections kept
    std::int64_t max_pages = 0;  // SQLite only, 0: none; lets a test fill the database
  };

  // `url`: a path or sqlite:PATH, or postgres://… . Opens, migrates. Errors: unavailable (locked,
  // read-only, unreachable), corrupt (not a database), conflict (of a newer version). No error
  // holds a password.
  static Result<std::unique_ptr<Store>> open(const std::string& url, Options options);
  static Result<std::unique_ptr<Store>> open(const std::string& url) {
    return open(url, Options{});
  }
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // Runs `work` in a write transaction and commits when it returns a value. It may run again after
  // a serialization failure, so it must not do anything but database work.
  template <class F>
  auto write(F&& work) -> decltype(work(std::declval<Db&>())) {
    return in_transaction(true, std::forward<F>(work));
  }

  // The same for reading, on a snapshot.
  template <class F>
  auto read(F&& work) -> decltype(work(std::declval<Db&>())) {
    return in_transaction(false, std::forward<F>(work));
  }

  [[nodiscard]] bool is_postgres() const { return postgres_; }
  // The number of migrations this binary knows.
  static std::int64_t schema_version();
  // Brings an empty or older database to `version`; for tests of upgrades.
  static Result<std::unique_ptr<Store>> open_at(const std::string& url, Options options,
                                                std::int64_t version);

 private:
  Store() = default;
  Result<std::unique_ptr<Db>> connect() const;
  Result<std::unique_ptr<Db>> take(bool write);
  void give_back(bool write, std::unique_ptr<Db> db);
  Result<void> migrate(std::int64_t version);
  static bool worth_repeating(const Error& error);

  template <class F>
  auto in_transaction(bool write, F&& work) -> decltype(work(std::declval<Db&>())) {
    for (int attempt = 0;; ++attempt) {
      TRY(std::unique_ptr<Db> db, take(write));
      auto outcome = attempt_once(*db, write, work);
      give_back(write, std::move(db));
      if (outcome || attempt == 5 || !worth_repeating(outcome.error())) return outcome;
    }
  }

  template <class F>
  static auto attempt_once(Db& db, bool write, F& work) -> decltype(work(db)) {
    CHECK_OK(db.begin(write));
    auto outcome = work(db);
    if (!outcome) {
      db.rollback();
      return outcome;
    }
    if (auto done = db.commit(); !done) {
      db.rollback();
      return tl::unexpected<Error>(std::move(done).error());
    }
    return outcome;
  }

  std::string url_;
  Options options_;
  bool postgres_ = false;
  std::mutex mutex_;
  std::condition_variable free_writer_;
  bool writer_taken_ = false;
  std::unique_ptr<Db> writer_;
  std::vector<std::unique_ptr<Db>> idle_;
};

namespace store_detail {
Result<std::unique_ptr<Db>> open_sqlite(const std::string& path, const Store::Options& options);
Result<std::unique_ptr<Db>> open_postgres(const std::string& url);
inline constexpr const char* again = "the transaction met another one";  // repeated by Store
struct Migration {
  const char* name;
  const char* sql;
};
const std::vector<Migration>& migrations();  // generated from migrations/*.sql
}  // namespace store_detail

}  // namespace carillon
