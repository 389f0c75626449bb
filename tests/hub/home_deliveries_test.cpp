#include "hub/home_deliveries.hpp"

#include <doctest/doctest.h>

#include "federation/rows.hpp"
#include "federation/spread.hpp"
#include "hub/operations.hpp"
#include "hub/project.hpp"

using namespace carillon;

namespace {

const Actor mo{.name = "mo", .holds = Permission::author};

struct House {
  rig::Project project;
  std::unique_ptr<Hub> hub;
  House() {
    project.append("    handle: news\n", "    use: home\n");
    hub = project.open();
  }
  void write(const std::function<Result<void>(Db&)>& change) const {
    const auto done = hub->store().write(change);
    REQUIRE_MESSAGE(done.has_value(), done.error().what);
  }
  [[nodiscard]] HomeDeliveries ask() const {
    const auto reply = perform(*hub, *find_operation("home deliveries"), mo, json::object{});
    REQUIRE_MESSAGE(reply.has_value(), reply.error().what);
    return *from_json<HomeDeliveries>(*reply);
  }
};

}  // namespace

TEST_CASE("how far a fan-out is, how fast, and when it is through, is said in words and numbers") {
  const House house;
  CHECK(deliveries_in_words(house.ask(), "UTC").find("Nothing was sent") == 0);
  const Micros now = house.hub->clock().now();
  const fedi_rows::FediActivity activity{
      "https://example.org/posts/tea/#create", "https://example.org/posts/tea/",
      R"({"type": "Create", "object": {"id": "https://example.org/posts/tea/"}})",
      now - 100 * second};
  house.write([&](Db& db) -> Result<void> {
    for (const char* host : {"a", "b", "c", "d"}) {
      const std::string inbox = fmt::format("https://{}.example/inbox", host);
      CHECK_OK(fedi_rows::save(
          db,
          fedi_rows::FediFollower{host, inbox, inbox, fmt::format("{}.example", host), "f", 1}));
    }
    CHECK_OK(fedi_rows::add(db, activity));
    CHECK_OK(fedi_rows::spread(db, activity.id));
    return fedi_rows::advance(db, activity.id, "https://b.example/inbox", 50, 0, now + minute);
  });
  const HomeDelivery half = house.ask().deliveries.at(0);
  CHECK(half.type == "Create");
  CHECK(half.about == "https://example.org/posts/tea/");
  CHECK(half.told == 50);
  CHECK(half.left == 2);
  CHECK_FALSE(half.done);
  CHECK_FALSE(half.idle);
  REQUIRE(half.per_second.has_value());
  CHECK(*half.per_second == doctest::Approx(0.5));
  REQUIRE(half.seconds_left.has_value());
  CHECK(*half.seconds_left >= 4);
  CHECK(*half.seconds_left <= 8);
  const std::string words = deliveries_in_words(house.ask(), "UTC");
  CHECK(words.find("told 50, not asked yet 2\n") != std::string::npos);
  CHECK(words.find("0.5 a second") != std::string::npos);

  // Who sent it was ended.
  house.write([&](Db& db) { return fedi_rows::leave_spread(db, activity.id); });
  CHECK(house.ask().deliveries.at(0).idle);
  CHECK(deliveries_in_words(house.ask(), "UTC").find("is `carillon serve` running?") !=
        std::string::npos);
  house.write([&](Db& db) { return fedi_rows::end_spread(db, activity.id); });
  CHECK(house.ask().deliveries.at(0).done);
  CHECK(deliveries_in_words(house.ask(), "UTC").find(": done\n") != std::string::npos);
}
