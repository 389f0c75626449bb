#include "store/postgres.hpp"

#include <fmt/format.h>

#include <charconv>

namespace carillon::store_detail {

namespace {

// pg_type.h's object ids of the types the common SQL uses.
constexpr Oid oid_bool = 16;
constexpr Oid oid_bytea = 17;
constexpr Oid oid_int8 = 20;
constexpr Oid oid_int2 = 21;
constexpr Oid oid_int4 = 23;
constexpr Oid oid_float4 = 700;
constexpr Oid oid_float8 = 701;
constexpr Oid oid_numeric = 1700;

// Arguments as libpq takes them: numbers and text as text, bytes as they are.
struct Arguments {
  explicit Arguments(const SqlRow& values)
      : texts(values.size()),
        pointers(values.size()),
        lengths(values.size()),
        formats(values.size()) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (std::holds_alternative<std::monostate>(values[i])) continue;
      const std::string* bytes = &texts[i];
      if (const auto* number = std::get_if<std::int64_t>(&values[i]))
        texts[i] = std::to_string(*number);
      else if (const auto* real = std::get_if<double>(&values[i]))
        texts[i] = fmt::format("{}", *real);
      else if (const auto* text = std::get_if<std::string>(&values[i]))
        bytes = text;
      else
        bytes = &std::get<Blob>(values[i]).bytes;
      formats[i] = std::holds_alternative<Blob>(values[i]) ? 1 : 0;
      pointers[i] = bytes->c_str();
      lengths[i] = static_cast<int>(bytes->size());
    }
  }
  [[nodiscard]] int count() const { return static_cast<int>(pointers.size()); }
  std::vector<std::string> texts;
  std::vector<const char*> pointers;
  std::vector<int> lengths;
  std::vector<int> formats;
};

template <class T>
SqlValue number_of(std::string_view text) {
  T number{};
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

SqlValue value_of(const PGresult* reply, int row, int column) {
  if (PQgetisnull(reply, row, column) != 0) return std::monostate{};
  const auto size = static_cast<std::size_t>(PQgetlength(reply, row, column));
  const std::string_view text(PQgetvalue(reply, row, column), size);
  switch (PQftype(reply, column)) {
    case oid_bool:
      return std::int64_t{text == "t" ? 1 : 0};
    case oid_numeric:  // what sum() of bigint and avg() give
      if (text.find('.') != std::string_view::npos) return number_of<double>(text);
      return number_of<std::int64_t>(text);
    case oid_int2:
    case oid_int4:
    case oid_int8:
      return number_of<std::int64_t>(text);
    case oid_float4:
    case oid_float8:
      return number_of<double>(text);
    case oid_bytea:  // \x…
      return Blob{from_hex(text.substr(std::min<std::size_t>(2, text.size()))).value_or("")};
    default:
      return std::string(text);
  }
}

std::int64_t changed_by(PGresult* reply) {
  const std::string_view text = PQcmdTuples(reply);
  std::int64_t changed = 0;
  std::from_chars(text.data(), text.data() + text.size(), changed);
  return changed;
}

}  // namespace

std::string one_line(std::string_view message) {
  std::string out;
  for (const char c : trim(message)) {
    const bool space = c == '\n' || c == '\t' || c == ' ';
    if (!space || !out.ends_with(' ')) out += space ? ' ' : c;
  }
  return out;
}

Result<Db::Answer> PostgresDb::perform(std::string_view sql, const SqlRow& values) {
  TRY(const std::string name, prepared(sql));
  const Arguments given(values);
  const Reply reply(
      PQexecPrepared(connection_.get(), name.c_str(), given.count(), given.pointers.data(),
                     given.lengths.data(), given.formats.data(), 0),
      &PQclear);
  CHECK_OK(check(reply.get(), sql.substr(0, 80)));
  Answer out;
  const int columns = PQnfields(reply.get());
  for (int c = 0; c < columns; ++c) out.columns.emplace_back(PQfname(reply.get(), c));
  out.rows.reserve(static_cast<std::size_t>(PQntuples(reply.get())));
  for (int r = 0; r < PQntuples(reply.get()); ++r) {
    SqlRow& row = out.rows.emplace_back();
    row.reserve(static_cast<std::size_t>(columns));
    for (int c = 0; c < columns; ++c) row.push_back(value_of(reply.get(), r, c));
  }
  // PQcmdTuples counts the rows of a select too.
  const std::string_view tag = PQcmdStatus(reply.get());
  if (!tag.starts_with("SELECT")) out.changed = changed_by(reply.get());
  return out;
}

Result<std::int64_t> PostgresDb::perform_many(std::string_view sql,
                                              const std::vector<SqlRow>& rows) {
  TRY(const std::string name, prepared(sql));
  std::int64_t changed = 0;
  for (std::size_t from = 0; from < rows.size(); from += limits::store_pipeline_rows) {
    const std::size_t to = std::min(rows.size(), from + limits::store_pipeline_rows);
    TRY(const std::int64_t some, pipeline(name, sql, {rows.data() + from, to - from}));
    changed += some;
  }
  return changed;
}

// postgresql.org/docs/15/libpq-pipeline-mode.html. A blocking connection reads while it cannot
// write, so a long batch does not lock itself up.
Result<std::int64_t> PostgresDb::pipeline(const std::string& name, std::string_view sql,
                                          std::span<const SqlRow> rows) {
  PGconn* connection = connection_.get();
  Result<void> outcome;
  if (PQenterPipelineMode(connection) == 0) outcome = check(nullptr, sql.substr(0, 80));
  for (std::size_t i = 0; outcome && i < rows.size(); ++i) {
    const Arguments given(rows[i]);
    if (PQsendQueryPrepared(connection, name.c_str(), given.count(), given.pointers.data(),
                            given.lengths.data(), given.formats.data(), 0) == 0)
      outcome = check(nullptr, sql.substr(0, 80));
  }
  if (PQpipelineSync(connection) == 0 && outcome) outcome = check(nullptr, sql.substr(0, 80));
  std::int64_t changed = 0;
  // A null stands between the results of two statements; two in a row mean there is no more.
  for (int nulls = 0; nulls < 2 && !broken();) {
    const Reply reply(PQgetResult(connection), &PQclear);
    nulls = reply ? 0 : nulls + 1;
    if (!reply) continue;
    const ExecStatusType status = PQresultStatus(reply.get());
    if (status == PGRES_PIPELINE_SYNC) break;
    if (status == PGRES_PIPELINE_ABORTED) continue;  // after the statement that failed
    if (auto good = check(reply.get(), sql.substr(0, 80)); !good && outcome) outcome = good;
    changed += changed_by(reply.get());
  }
  if (broken() && outcome) outcome = check(nullptr, sql.substr(0, 80));
  PQexitPipelineMode(connection);
  CHECK_OK(outcome);
  return changed;
}

Result<void> PostgresDb::perform_script(const std::string& sql) {
  const Reply reply(PQexec(connection_.get(), sql.c_str()), &PQclear);
  return check(reply.get(), std::string_view(sql).substr(0, 80));
}

Result<void> PostgresDb::begin(DbAccess access) {
  access_ = access;
  return perform_script(access == DbAccess::write
                            ? "begin"
                            : "begin transaction isolation level repeatable read read only");
}

Result<void> PostgresDb::commit() {
  const Reply reply(PQexec(connection_.get(), "commit"), &PQclear);
  if (broken())
    return fail(Fault::timeout,
                fmt::format("the database at {} went away during a commit, so that nobody knows "
                            "whether it was done",
                            place_),
                "Look at the data before doing it again.");
  CHECK_OK(check(reply.get(), "commit"));
  if (std::string_view(PQcmdStatus(reply.get())) == "COMMIT") return {};
  return fail(Fault::internal, "PostgreSQL rolled a transaction back instead of committing it");
}

void PostgresDb::rollback() {
  const Reply reply(PQexec(connection_.get(), "rollback"), &PQclear);
}

Result<void> PostgresDb::check(const PGresult* reply, std::string_view doing) {
  const ExecStatusType status = reply != nullptr ? PQresultStatus(reply) : PGRES_FATAL_ERROR;
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return {};
  const char* found = reply != nullptr ? PQresultErrorField(reply, PG_DIAG_SQLSTATE) : nullptr;
  const std::string_view state = found != nullptr ? found : "";
  const std::string said =
      one_line(reply != nullptr ? PQresultErrorMessage(reply) : PQerrorMessage(connection_.get()));
  if (state == "40001" || state == "40P01") {
    repeatable_ = true;
    return fail(Fault::unavailable,
                fmt::format("other writers of the database at {} kept coming between", place_),
                "Try again.");
  }
  if (state.starts_with("23")) return fail(Fault::conflict, fmt::format("{} ({})", said, doing));
  if (state == "55P03")
    return fail(Fault::unavailable,
                fmt::format("the database at {} is locked by another program", place_),
                "Wait until it ends, or stop it.");
  if (state == "53100")
    return fail(Fault::unavailable, fmt::format("the disk of the database at {} is full", place_),
                "Free some space there; nothing was lost.");
  if (state == "25006" && access_ == DbAccess::read)
    return fail(Fault::internal, fmt::format("a write in Store::read: {}", doing));
  if (state == "25006")
    return fail(Fault::unavailable, fmt::format("the database at {} is read-only", place_),
                "Point store.url to the primary server.");
  if (state == "42501")
    return fail(Fault::denied, fmt::format("the database at {} forbids it: {}", place_, said),
                "Grant this user the right to create and change tables there.");
  if (state.starts_with("XX"))
    return fail(Fault::corrupt, fmt::format("the database at {} is damaged: {}", place_, said),
                "Restore it from a backup.");
  if (broken() || state.starts_with("57") || state.starts_with("08") || state.starts_with("53"))
    return fail(Fault::unavailable, fmt::format("the database at {} went away: {}", place_, said),
                "Check that PostgreSQL runs; the work goes on when it is back.");
  return fail(Fault::internal, fmt::format("{} while executing: {}", said, doing));
}

Result<std::string> PostgresDb::prepared(std::string_view sql) {
  std::string key(sql);
  if (const auto found = statements_.find(key); found != statements_.end()) return found->second;
  if (statements_.size() >= limits::store_statements) {
    statements_.clear();
    CHECK_OK(perform_script("deallocate all"));
  }
  const std::string name = fmt::format("s{}", statements_.size());
  const Reply reply(PQprepare(connection_.get(), name.c_str(), key.c_str(), 0, nullptr), &PQclear);
  CHECK_OK(check(reply.get(), sql.substr(0, 80)));
  statements_.emplace(std::move(key), name);
  return name;
}

}  // namespace carillon::store_detail
