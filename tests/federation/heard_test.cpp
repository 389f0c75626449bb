#include "federation/heard.hpp"

#include <doctest/doctest.h>

#include "federation/rows.hpp"
#include "rig/test_db.hpp"

using namespace carillon;

namespace {

const std::vector<HeardKind> all_kinds{HeardKind::follow, HeardKind::like, HeardKind::boost,
                                       HeardKind::reply};

struct Ears {
  rig::TestDatabase database;
  std::unique_ptr<Store> store = database.open();

  void react(const std::string& id, fedi_rows::ReactionKind kind, Micros made) const {
    REQUIRE(store->write([&](Db& db) {
      return fedi_rows::save(db, fedi_rows::FediReaction{id, kind, "https://a.example/u/bo",
                                                         "https://example.org/posts/tea/",
                                                         "https://a.example/" + id, "", made});
    }));
  }
  void follow(Micros since) const {
    REQUIRE(store->write([&](Db& db) {
      return fedi_rows::save(
          db, fedi_rows::FediFollower{"https://a.example/u/bo", "https://a.example/in",
                                      "https://a.example/in", "a.example", "f", since});
    }));
  }
  [[nodiscard]] std::vector<FediHeard> heard(const HeardAsked& asked) const {
    auto out = store->read([&](Db& db) { return fedi_rows::heard(db, asked); });
    REQUIRE_MESSAGE(out.has_value(), out.error().what);
    return std::move(*out);
  }
  [[nodiscard]] std::string ids(const HeardAsked& asked) const {
    std::string out;
    for (const FediHeard& one : heard(asked))
      out += one.kind == HeardKind::follow ? "follow " : one.id + " ";
    return out;
  }
};

}  // namespace

TEST_CASE("what was heard comes by time, of the kinds that are asked for") {
  const Ears ears;
  ears.react("l", fedi_rows::ReactionKind::like, 100);
  ears.follow(200);
  ears.react("b", fedi_rows::ReactionKind::boost, 300);
  ears.react("r", fedi_rows::ReactionKind::reply, 400);
  CHECK(ears.ids({all_kinds}) == "r b follow l ");
  CHECK(ears.ids({{HeardKind::reply, HeardKind::like}}) == "r l ");
  CHECK(ears.ids({{HeardKind::follow}}) == "follow ");
  CHECK(ears.ids({{}}).empty());
  CHECK(ears.heard({{HeardKind::follow}}).front().host == "a.example");
}

TEST_CASE("pages meet without a gap and without a repeat, also within one microsecond") {
  const Ears ears;
  for (int i = 0; i < 6; ++i)
    ears.react("x" + std::to_string(i), fedi_rows::ReactionKind::like, 100 + i / 3);
  const auto whole = ears.heard({all_kinds});
  REQUIRE(whole.size() == 6);
  for (std::size_t i = 1; i < 6; ++i) CHECK(whole[i].number() < whole[i - 1].number());
  std::string down;
  for (HeardAsked asked{all_kinds, 0, UINT64_MAX, false, 2};;) {
    const auto page = ears.heard(asked);
    if (page.empty()) break;
    for (const FediHeard& one : page) down += one.id + " ";
    asked.below = page.back().number();
  }
  std::string up;
  for (HeardAsked asked{all_kinds, 0, UINT64_MAX, true, 2};;) {
    const auto page = ears.heard(asked);
    if (page.empty()) break;
    for (const FediHeard& one : page) up = one.id + " " + up;
    asked.above = page.back().number();
  }
  CHECK(down == ears.ids({all_kinds}));
  CHECK(up == down);
  const auto one = ears.store->read(
      [&](Db& db) { return fedi_rows::heard_one(db, {HeardKind::like}, whole[3].number()); });
  REQUIRE((one.has_value() && one->has_value()));
  CHECK((*one)->id == whole[3].id);
  const auto other = ears.store->read(
      [&](Db& db) { return fedi_rows::heard_one(db, {HeardKind::reply}, whole[3].number()); });
  CHECK_FALSE(other->has_value());
}
