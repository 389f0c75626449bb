#include "store/db.hpp"

#include <fmt/format.h>

#include "store/events.hpp"

namespace carillon {

namespace {

// PostgreSQL refuses these; SQLite would keep them, and JSON or a later move would break on them.
Result<void> check_texts(const SqlRow& values, std::string_view sql) {
  for (const SqlValue& value : values) {
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr) continue;
    const bool nul = text->find('\0') != std::string::npos;
    if (!nul && !first_bad_utf8(*text)) continue;
    return fail(Fault::invalid,
                fmt::format("a text for the database {} (in: {})",
                            nul ? "holds a NUL character" : "is not UTF-8", sql.substr(0, 80)),
                "Remove the stray bytes.");
  }
  return {};
}

}  // namespace

Result<void> Db::check_unspoiled() const {
  if (!spoiled_) return {};
  return tl::unexpected<Error>(
      within("an earlier statement of this transaction failed", *spoiled_));
}

Result<Db::Answer> Db::execute(std::string_view sql, const SqlRow& values) {
  CHECK_OK(check_unspoiled());
  CHECK_OK(check_texts(values, sql));
  auto answer = perform(sql, values);
  if (!answer && in_transaction()) spoiled_ = answer.error();
  return answer;
}

Result<std::int64_t> Db::run_many(std::string_view sql, const std::vector<SqlRow>& rows) {
  CHECK_OK(check_unspoiled());
  if (!in_transaction()) return fail(Fault::internal, "run_many stands outside a transaction");
  for (const SqlRow& row : rows) CHECK_OK(check_texts(row, sql));
  if (rows.empty()) return 0;
  auto changed = perform_many(sql, rows);
  if (!changed) spoiled_ = changed.error();
  return changed;
}

Result<std::int64_t> Db::perform_many(std::string_view sql, const std::vector<SqlRow>& rows) {
  std::int64_t changed = 0;
  for (const SqlRow& row : rows) {
    TRY(const Answer answer, perform(sql, row));
    changed += answer.changed;
  }
  return changed;
}

Result<void> Db::script(const std::string& sql) {
  CHECK_OK(check_unspoiled());
  auto done = perform_script(sql);
  if (!done && in_transaction()) spoiled_ = done.error();
  return done;
}

Result<void> Db::tell(Event event) {
  CHECK_OK(check_unspoiled());
  if (!in_transaction()) return fail(Fault::internal, "an event stands outside a transaction");
  told_.push_back(std::move(event));
  return {};
}

Result<void> Db::enter(DbAccess access) {
  if (depth_ > 0) {
    CHECK_OK(script(fmt::format("savepoint s{}", depth_)));
    told_before_.push_back(told_.size());
    ++depth_;
    return {};
  }
  spoiled_.reset();
  told_.clear();
  repeatable_ = false;
  auto begun = begin(access);
  if (!begun && broken()) repeatable_ = true;
  if (begun) depth_ = 1;
  return begun;
}

Result<void> Db::leave_savepoint(bool keep) {
  --depth_;
  const std::size_t before = told_before_.back();
  told_before_.pop_back();
  const std::optional<Error> spoiled = spoiled_;
  if (keep && !spoiled) return script(fmt::format("release savepoint s{}", depth_));
  told_.resize(before);
  // When even this fails (the database has ended the transaction itself) it stays spoiled.
  const auto undone =
      perform_script(fmt::format("rollback to savepoint s{0}; release savepoint s{0}", depth_));
  if (undone) spoiled_.reset();
  if (!undone && !spoiled_) spoiled_ = undone.error();
  if (keep) return tl::unexpected<Error>(*spoiled);
  return {};
}

Result<void> Db::leave(bool keep) {
  if (depth_ > 1) return leave_savepoint(keep);
  if (keep && !spoiled_ && !told_.empty()) {
    const auto chained = store_detail::chain_events(*this, told_);
    if (!chained && !spoiled_) spoiled_ = chained.error();
  }
  --depth_;
  if (keep && !spoiled_) {
    auto done = commit();
    if (!done) rollback();
    return done;
  }
  if (broken()) repeatable_ = true;
  rollback();
  if (keep) return tl::unexpected<Error>(*spoiled_);
  return {};
}

}  // namespace carillon
