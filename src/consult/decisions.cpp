#include "consult/decisions.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace carillon {

namespace {

struct Count {
  std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(Count, (), (count))

// The order in which they were entered breaks a tie of days.
constexpr const char* in_order =
    "select id, title, body, record, decided, \"from\", channel, \"to\", scopes from decision "
    "order by decided, year, number";

}  // namespace

bool ends_a_channel(Use use) {
  return use == Use::inactive || use == Use::reserved || use == Use::closed;
}

Result<Decision> Decisions::add(Decision decision) {
  CHECK_OK(check_decision(decision));
  const std::string year = decision.decided.substr(0, 4);
  return store_.write([&](Db& db) -> Result<Decision> {
    TRY(const auto counted,
        db.first<Count>("select count(*) as count from decision where year = $1", year));
    const std::int64_t number = counted->count + 1;
    Decision kept = decision;
    kept.id = fmt::format("{}-{}", year, number);
    CHECK_OK(
        db.run("insert into decision (id, year, number, title, body, record, decided, "
               "\"from\", channel, \"to\", scopes) "
               "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
               kept.id, year, number, kept.title, kept.body, kept.record, kept.decided, kept.from,
               kept.channel, kept.to, kept.scopes));
    return kept;
  });
}

Result<std::vector<Decision>> Decisions::list() {
  return store_.read([](Db& db) { return db.all<Decision>(in_order); });
}

Result<Decision> Decisions::get(const std::string& id) {
  TRY(const auto all, list());
  std::vector<std::string> ids;
  for (const Decision& one : all) {
    if (one.id == id) return one;
    ids.push_back(one.id);
  }
  return fail(Fault::not_found, fmt::format("there is no decision {}", id),
              ids.empty() ? "None was entered yet: `carillon decision add`."
                          : fmt::format("There are {}.", fmt::join(ids, ", ")));
}

Result<Decision> Decisions::latest(const std::string& channel, Use to) {
  TRY(const auto all, list());
  for (auto one = all.rbegin(); one != all.rend(); ++one) {
    if (one->channel == channel && one->to == to) return *one;
  }
  return fail(Fault::not_found,
              fmt::format("no decision says that the channel {} becomes {}", channel, word_of(to)),
              fmt::format("Enter it with `carillon decision add --channel {} --to {}`: consent is "
                          "never assumed.",
                          channel, word_of(to)));
}

}  // namespace carillon
