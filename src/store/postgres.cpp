#include <fmt/format.h>
#include <libpq-fe.h>

#include <charconv>
#include <unordered_map>

#include "store/db.hpp"

namespace carillon {

namespace {

// pg_type.h's object ids of the types the common SQL uses.
constexpr Oid oid_bool = 16;
constexpr Oid oid_bytea = 17;
constexpr Oid oid_int8 = 20;
constexpr Oid oid_int4 = 23;
constexpr Oid oid_float8 = 701;
constexpr Oid oid_numeric = 1700;

using Reply = std::unique_ptr<PGresult, decltype(&PQclear)>;

std::string one_line(const char* message) {
  std::string out(trim(message));
  for (char& c : out) {
    if (c == '\n') c = ' ';
  }
  return out;
}

// Where the server is, without user name and password.
std::string place_of(const std::string& url) {
  std::string rest = url.substr(url.find("://") + 3);
  if (const auto at = rest.rfind('@'); at != std::string::npos) rest.erase(0, at + 1);
  return rest.substr(0, rest.find('?'));
}

class PostgresDb final : public Db {
 public:
  PostgresDb(PGconn* connection, std::string place)
      : connection_(connection), place_(std::move(place)) {}
  ~PostgresDb() override { PQfinish(connection_); }

  Result<void> script(const std::string& sql) override {
    const Reply reply(PQexec(connection_, sql.c_str()), &PQclear);
    return check(reply.get(), sql.substr(0, 80));
  }

  [[nodiscard]] const char* skip_locked() const override { return " for update skip locked"; }

 protected:
  Result<Answer> execute(std::string_view sql, std::vector<SqlValue> values) override {
    TRY(const std::string name, prepared(sql));
    std::vector<std::string> texts(values.size());
    std::vector<const char*> pointers(values.size(), nullptr);
    std::vector<int> lengths(values.size(), 0);
    std::vector<int> formats(values.size(), 0);
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (std::holds_alternative<std::monostate>(values[i])) continue;
      formats[i] = text_of(values[i], texts[i]);
      pointers[i] = texts[i].c_str();
      lengths[i] = static_cast<int>(texts[i].size());
    }
    const Reply reply(PQexecPrepared(connection_, name.c_str(), static_cast<int>(values.size()),
                                     pointers.data(), lengths.data(), formats.data(), 0),
                      &PQclear);
    CHECK_OK(check(reply.get(), sql.substr(0, 80)));
    Answer out;
    const int columns = PQnfields(reply.get());
    for (int c = 0; c < columns; ++c) out.columns.emplace_back(PQfname(reply.get(), c));
    for (int r = 0; r < PQntuples(reply.get()); ++r) {
      SqlRow row;
      for (int c = 0; c < columns; ++c) row.push_back(value_of(reply.get(), r, c));
      out.rows.push_back(std::move(row));
    }
    const std::string_view changed = PQcmdTuples(reply.get());
    std::from_chars(changed.data(), changed.data() + changed.size(), out.changed);
    return out;
  }

  Result<void> begin(bool write) override {
    return script(write ? "begin" : "begin transaction isolation level repeatable read read only");
  }
  Result<void> commit() override { return script("commit"); }
  void rollback() override { const Reply reply(PQexec(connection_, "rollback"), &PQclear); }
  Result<void> lock_schema() override {
    return script("select pg_advisory_xact_lock(7236547316852)");
  }
  [[nodiscard]] bool broken() const override { return PQstatus(connection_) != CONNECTION_OK; }

 private:
  Result<void> check(const PGresult* reply, std::string_view doing) const {
    const ExecStatusType status = PQresultStatus(reply);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return {};
    const char* found = reply != nullptr ? PQresultErrorField(reply, PG_DIAG_SQLSTATE) : nullptr;
    const std::string_view state = found != nullptr ? found : "";
    const std::string said = one_line(PQerrorMessage(connection_));
    if (state == "40001" || state == "40P01") return fail(Fault::unavailable, store_detail::again);
    if (state.starts_with("23")) return fail(Fault::conflict, fmt::format("{} ({})", said, doing));
    if (state == "53100")
      return fail(Fault::unavailable, "the disk of the database server is full",
                  "Free some space; nothing was lost.");
    if (state == "25006")
      return fail(Fault::unavailable, fmt::format("the database at {} is read-only", place_),
                  "Point store.url to the primary server.");
    if (state.empty() || state.starts_with("57") || state.starts_with("08"))
      return fail(Fault::unavailable, fmt::format("the database at {} went away: {}", place_, said),
                  "Check that PostgreSQL runs; the work goes on when it is back.");
    return fail(Fault::internal, fmt::format("{} while executing: {}", said, doing));
  }

  Result<std::string> prepared(std::string_view sql) {
    const std::string key(sql);
    if (const auto found = statements_.find(key); found != statements_.end()) return found->second;
    const std::string name = fmt::format("s{}", statements_.size());
    const Reply reply(PQprepare(connection_, name.c_str(), key.c_str(), 0, nullptr), &PQclear);
    CHECK_OK(check(reply.get(), sql.substr(0, 80)));
    statements_.emplace(key, name);
    return name;
  }

  static int text_of(const SqlValue& value, std::string& out) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) out = std::to_string(*number);
    if (const auto* real = std::get_if<double>(&value)) out = fmt::format("{}", *real);
    if (const auto* text = std::get_if<std::string>(&value)) out = *text;
    const auto* blob = std::get_if<Blob>(&value);
    if (blob != nullptr) out = blob->bytes;
    return blob != nullptr ? 1 : 0;
  }

  static SqlValue value_of(const PGresult* reply, int row, int column) {
    if (PQgetisnull(reply, row, column) != 0) return std::monostate{};
    const char* raw = PQgetvalue(reply, row, column);
    const auto size = static_cast<std::size_t>(PQgetlength(reply, row, column));
    const std::string_view text(raw, size);
    switch (PQftype(reply, column)) {
      case oid_bool:
        return std::int64_t{text == "t" ? 1 : 0};
      case oid_int4:
      case oid_int8:
      case oid_numeric: {
        std::int64_t number = 0;
        std::from_chars(text.data(), text.data() + text.size(), number);
        return number;
      }
      case oid_float8: {
        double real = 0;
        std::from_chars(text.data(), text.data() + text.size(), real);
        return real;
      }
      case oid_bytea: {
        const auto bytes = from_hex(text.size() >= 2 ? text.substr(2) : text);
        return Blob{bytes.value_or("")};
      }
      default:
        return std::string(text);
    }
  }

  PGconn* connection_;
  std::string place_;
  std::unordered_map<std::string, std::string> statements_;
};

}  // namespace

namespace store_detail {

Result<std::unique_ptr<Db>> open_postgres(const std::string& url) {
  PGconn* connection = PQconnectdb(url.c_str());
  const std::string place = place_of(url);
  auto db = std::make_unique<PostgresDb>(connection, place);
  if (PQstatus(connection) != CONNECTION_OK) {
    // libpq's own sentence may quote the connection string, and so the password.
    return fail(Fault::unavailable, fmt::format("the database at {} does not answer", place),
                "Check that PostgreSQL runs there and that store.url in carillon.yaml is right.");
  }
  PQsetNoticeProcessor(
      connection, [](void*, const char*) {}, nullptr);
  CHECK_OK(db->script("set client_min_messages = warning; set lock_timeout = '10s'"));
  return db;
}

}  // namespace store_detail

}  // namespace carillon
