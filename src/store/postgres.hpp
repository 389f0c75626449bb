// One PostgreSQL connection; only src/store/postgres*.cpp include this.
#pragma once

#include <libpq-fe.h>

#include <memory>
#include <span>
#include <string>
#include <unordered_map>

#include "store/db.hpp"

namespace carillon::store_detail {

using Connection = std::unique_ptr<PGconn, decltype(&PQfinish)>;
using Reply = std::unique_ptr<PGresult, decltype(&PQclear)>;

// libpq's messages have several lines and tabs.
[[nodiscard]] std::string one_line(std::string_view message);

class PostgresDb final : public Db {
 public:
  // `place` is what errors may say about where the server is.
  PostgresDb(Connection connection, std::string place)
      : connection_(std::move(connection)), place_(std::move(place)) {}

  [[nodiscard]] const char* skip_locked() const override { return " for update skip locked"; }
  [[nodiscard]] const char* for_update() const override { return " for update"; }

 protected:
  Result<Answer> perform(std::string_view sql, const SqlRow& values) override;
  Result<std::int64_t> perform_many(std::string_view sql, const std::vector<SqlRow>& rows) override;
  Result<void> perform_script(const std::string& sql) override;
  Result<void> begin(DbAccess access) override;
  Result<void> commit() override;
  void rollback() override;
  Result<void> lock_schema() override {
    return perform_script("select pg_advisory_xact_lock(7236547316852)");
  }
  [[nodiscard]] const char* table_list() const override {
    return "select tablename as name from pg_catalog.pg_tables "
           "where schemaname = current_schema() order by tablename";
  }
  [[nodiscard]] bool broken() const override {
    return PQstatus(connection_.get()) != CONNECTION_OK;
  }

 private:
  Result<void> check(const PGresult* reply, std::string_view doing);
  Result<std::string> prepared(std::string_view sql);
  Result<std::int64_t> pipeline(const std::string& name, std::string_view sql,
                                std::span<const SqlRow> rows);

  Connection connection_;
  std::string place_;
  DbAccess access_ = DbAccess::write;
  std::unordered_map<std::string, std::string> statements_;  // SQL -> its name on the server
};

}  // namespace carillon::store_detail
