#include "store/answered.hpp"

#include <fmt/format.h>

#include "base/limits.hpp"

namespace carillon {

namespace {

struct Row {
  std::string key;
  std::string sealed;
  bool done = false;
  Micros began = 0;
};
BOOST_DESCRIBE_STRUCT(Row, (), (key, sealed, done, began))

struct Count {
  std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(Count, (), (count))

}  // namespace

Result<std::optional<KeptAnswer>> claim_request(Store& store, const std::string& key,
                                                const std::string& sealed, Micros now) {
  return store.write([&](Db& db) -> Result<std::optional<KeptAnswer>> {
    CHECK_OK(db.run("delete from answered_request where began <= $1",
                    now - limits::answer_hours * hour));
    TRY(const auto kept, db.first<Count>("select count(*) as count from answered_request"));
    if (kept->count < limits::answers_kept) {
      TRY(const auto first, db.run("insert into answered_request (key, sealed, done, began) values "
                                   "($1, $2, $3, $4) on conflict (key) do nothing",
                                   key, sealed, false, now));
      if (first == 1) return std::nullopt;
    }
    TRY(const auto row, db.first<Row>("select * from answered_request where key = $1", key));
    if (row) return KeptAnswer{row->sealed, row->done, row->began};
    return fail(Fault::unavailable,
                fmt::format("the answers of {} requests with a key are kept, which is all there is "
                            "room for",
                            limits::answers_kept),
                "Send it without Idempotency-Key, or wait: each is kept for a day.");
  });
}

Result<void> keep_answer(Store& store, const std::string& key, const std::string& sealed) {
  return store.write([&](Db& db) -> Result<void> {
    CHECK_OK(db.run("update answered_request set sealed = $2, done = $3 where key = $1", key,
                    sealed, true));
    return {};
  });
}

Result<void> free_request(Store& store, const std::string& key) {
  return store.write([&](Db& db) -> Result<void> {
    CHECK_OK(db.run("delete from answered_request where key = $1 and done = $2", key, false));
    return {};
  });
}

}  // namespace carillon
