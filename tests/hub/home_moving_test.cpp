#include "hub/home_moving.hpp"

#include <doctest/doctest.h>

#include "federation/peer.hpp"
#include "federation/queue.hpp"
#include "federation/rows.hpp"
#include "hub/home_followers.hpp"
#include "hub/operations.hpp"
#include "hub/project.hpp"
#include "hub/service.hpp"

using namespace carillon;
using rig::Peer;

namespace {

const Actor kim{.name = "kim", .holds = Permission::admin, .local = true};

struct House {
  rig::Project project;
  std::unique_ptr<Hub> hub;
  std::string us;
  House() {
    project.append("    handle: news\n    loopback_peers: true\n", "    use: home\n");
    hub = project.open();
    us = hub->workspace().config.organisation.url + "/actors/news";
  }
  [[nodiscard]] Result<HomeMove> ask(std::string_view row, const json::object& request) const {
    TRY(const json::value reply, perform(*hub, *find_operation(row), kim, request));
    return from_json<HomeMove>(reply);
  }
  [[nodiscard]] Result<HomeMove> from(const std::string& account, bool undo = false) const {
    return ask("home move-from", {{"account", json::string(account)}, {"undo", undo}});
  }
  [[nodiscard]] Result<HomeMove> to(const std::string& account, const char* flag = "") const {
    json::object request{{"account", json::string(account)}};
    if (*flag != 0) request[flag] = true;
    return ask("home move-to", request);
  }
  void follower(const std::string& id) const {
    const fedi_rows::FediFollower one{id,          id + "/inbox", id + "/inbox",
                                      "a.example", "f",           hub->clock().now()};
    REQUIRE(hub->store().write([&](Db& db) { return fedi_rows::save(db, one); }));
  }
  struct Row {
    std::string body;
    bool spreading = false;
  };
  // The types of what is on its way, the earlier first; those for all followers with a "+".
  [[nodiscard]] std::vector<std::string> queued() const;
  [[nodiscard]] std::int64_t told(const std::string& kind) const {
    const auto all = hub->store().read([](Db& db) { return events_after(db, "", 1000); });
    return std::count_if(all->begin(), all->end(),
                         [&](const Event& event) { return event.kind == kind; });
  }
};
BOOST_DESCRIBE_STRUCT(House::Row, (), (body, spreading))

std::vector<std::string> House::queued() const {
  const auto rows = hub->store().read([](Db& db) {
    return db.all<Row>("select body, spreading from fedi_activity order by made");
  });
  REQUIRE_MESSAGE(rows.has_value(), rows.error().what);
  std::vector<std::string> out;
  for (const Row& row : *rows)
    out.push_back(std::string(parse_json(row.body)->at("type").as_string()) +
                  (row.spreading ? "+" : ""));
  return out;
}

}  // namespace

TEST_CASE("an older account is named, its server told, and what is left to do there is said") {
  const House house;
  Peer peer;
  std::string leads_to;
  peer.bend = [&](json::object& out) {
    out["followers"] = json::string(peer.actor("old") + "/followers");
    out["totalItems"] = 40;
    if (!leads_to.empty()) out["movedTo"] = json::string(leads_to);
  };
  const std::string old = "@old@" + peer.host();
  const auto first = house.from(old);
  REQUIRE_MESSAGE(first.has_value(), first.error().what);
  CHECK_FALSE(first->moved);
  CHECK(first->followers_there == 40);
  CHECK(first->steps.front().done);
  const std::string words = move_in_words(*first);
  CHECK(words.find("Move to a different account") != std::string::npos);
  CHECK(words.find("once in 30 days") != std::string::npos);
  CHECK(house.queued() == std::vector<std::string>{"Update"});
  CHECK(house.told("home.alias") == 1);

  // Whoever moved elsewhere has to take that back first.
  leads_to = "https://c.example/u";
  CHECK(move_in_words(*house.from(old)).find("leads to https://c.example/u now") !=
        std::string::npos);
  leads_to = house.us;
  house.follower("https://a.example/ann");
  const auto after = house.from(old);
  CHECK(after->moved);
  CHECK(after->followers_since == 1);
  CHECK(after->since == first->since);
  CHECK(std::all_of(after->steps.begin(), after->steps.end() - 1,
                    [](const MoveStep& step) { return step.done; }));
  CHECK(house.queued().size() == 1);
  CHECK(house.told("home.alias") == 1);

  REQUIRE(house.from(old, true));
  CHECK(house.from(old, true).error().fault == Fault::not_found);
  CHECK(house.from("@nobody@" + peer.host()).error().fault == Fault::not_found);
  const auto list = home_moves(*house.hub, kim, {});
  REQUIRE(list->size() == 1);
  CHECK_FALSE(list->at(0).ended.empty());
}

TEST_CASE("the home moves only with --confirm, to an account that names it, once in a week") {
  const House house;
  Peer peer;
  std::string known_as;
  peer.bend = [&](json::object& out) {
    if (!known_as.empty()) out["alsoKnownAs"] = json::array{json::string(known_as)};
  };
  house.follower("https://a.example/ann");
  const std::string target = "@new@" + peer.host();
  const auto unready = house.to(target);
  REQUIRE_MESSAGE(unready.has_value(), unready.error().what);
  CHECK(move_in_words(*unready).find("does not name") != std::string::npos);
  CHECK(house.to(target, "confirm").error().fault == Fault::conflict);
  known_as = house.us;
  const auto asked = house.to(target);
  CHECK_FALSE(asked->moved);
  CHECK(move_in_words(*asked).find("servers of 1 follower are told") != std::string::npos);
  CHECK(house.queued().empty());
  CHECK(house.told("home.moved") == 0);

  const auto done = house.to(target, "confirm");
  REQUIRE_MESSAGE(done.has_value(), done.error().what);
  CHECK(done->moved);
  CHECK(house.queued() == std::vector<std::string>{"Update+", "Move+"});
  CHECK(house.told("home.moved") == 1);
  CHECK(house.to(target, "confirm")->since == done->since);
  CHECK(house.queued().size() == 2);
  CHECK(house.to("@other@" + peer.host()).error().fault == Fault::conflict);

  const auto back = house.to(target, "undo");
  REQUIRE_MESSAGE(back.has_value(), back.error().what);
  CHECK(house.queued() == std::vector<std::string>{"Update+", "Move+", "Update+"});
  CHECK(house.told("home.move_ended") == 1);
  CHECK(house.to(target, "undo").error().fault == Fault::not_found);
  CHECK(house.to("@other@" + peer.host()).error().what.find("less than 7 days") !=
        std::string::npos);
}

TEST_CASE("a list is compared with who follows, and makes nobody follow") {
  const House house;
  house.follower("https://a.example/ann");
  const auto csv = home_followers_export(*house.hub, kim, {});
  REQUIRE_MESSAGE(csv.has_value(), csv.error().what);
  CHECK(csv->csv == "Account address\nhttps://a.example/ann\n");
  const json::object list{{"text", json::string(csv->csv + "bob@b.example\nnobody\n")}};
  const auto reply = perform(*house.hub, *find_operation("home compare-followers"), kim, list);
  REQUIRE_MESSAGE(reply.has_value(), reply.error().what);
  const auto compared = *from_json<HomeFollowersCompared>(*reply);
  CHECK(compared.follows == 1);
  CHECK(compared.not_yet == 1);
  CHECK(compared.unread == 1);
  CHECK(compared_in_words(compared).find("1 of 2 follow the home.\n  not yet  @bob@b.example\n") ==
        0);
  CHECK(home_followers(*house.hub, kim, {})->servers == 1);
  const Actor far{.name = "lee", .holds = Permission::admin};
  CHECK(home_followers_compare(*house.hub, far, {.file = "/etc/passwd"}).error().fault ==
        Fault::denied);
  CHECK(home_followers_compare(*house.hub, kim, {}).error().fault == Fault::invalid);
}

TEST_CASE("the running server shows at once what was said of its account") {
  const House house;
  Peer peer;
  auto service = Service::start(house.project.dir());
  REQUIRE_MESSAGE(service.has_value(), service.error().what);
  const auto aliases = [&] {
    HttpQuery query{.method = "GET", .target = "/actors/news", .path = "/actors/news"};
    query.headers = {{"Accept", activity_type}};
    const HttpAnswer answer = (*service)->answer(query);
    const auto actor = parse_json(answer.bytes());
    REQUIRE(actor.has_value());
    const json::value* all = actor->as_object().if_contains("alsoKnownAs");
    return all == nullptr ? std::size_t{0} : all->as_array().size();
  };
  CHECK(aliases() == 0);
  REQUIRE(house.from("@old@" + peer.host()));
  CHECK(aliases() == 1);
}
