#include "hub/reply_answers.hpp"

#include <doctest/doctest.h>

#include "core/post_text.hpp"
#include "federation/answered.hpp"
#include "hub/announcements.hpp"
#include "hub/blocking.hpp"
#include "hub/desk.hpp"
#include "hub/operations.hpp"
#include "hub/project.hpp"
#include "hub/publishing.hpp"
#include "hub/today.hpp"

using namespace carillon;

namespace {

const Actor kim{.name = "kim", .holds = Permission::editor, .local = true};
const Actor owner{.name = "owner", .holds = Permission::admin, .local = true};
const Actor mo{.name = "mo", .holds = Permission::author};

struct House {
  rig::Project project;
  std::unique_ptr<Hub> hub;
  House() {
    project.append("    handle: news\n", "    use: home\n");
    hub = project.open();
  }
  void reply(const std::string& id, Micros made) const {
    REQUIRE(hub->store().write([&](Db& db) {
      return fedi_rows::save_reply(
          db, {id, fedi_rows::ReactionKind::reply, "https://a.example/u/" + id,
               "https://example.org/posts/tea/", "https://a.example/n/" + id, "Nice", made,
               "Spoilers"});
    }));
  }
  // Its author's account, as their server showed it.
  void known(const std::string& id) const {
    const std::string actor = "https://a.example/u/" + id;
    REQUIRE(hub->store().write([&](Db& db) {
      return fedi_rows::save(db,
                             fedi_rows::FediActor{actor, actor + "#key", "PEM", actor + "/inbox",
                                                  "https://a.example/inbox", "a.example", 1, id});
    }));
  }
  void report(const std::string& id) const {
    REQUIRE(hub->store().write([&](Db& db) {
      return db.insert("fedi_report", FediReport{id,
                                                 "https://a.example/actor",
                                                 "a.example",
                                                 "Rude",
                                                 "https://example.org/",
                                                 5,
                                                 {},
                                                 0});
    }));
  }
  template <class Reply>
  Result<Reply> ask(const Actor& who, std::string_view row, const json::object& request) const {
    TRY(const json::value reply, perform(*hub, *find_operation(row), who, request));
    return from_json<Reply>(reply);
  }
  [[nodiscard]] std::string needs(const Actor& who) const {
    std::string out;
    const auto all = today(*hub, who, {});
    REQUIRE_MESSAGE(all.has_value(), all.error().what);
    for (const TodayItem& item : *all) out += word_of(item.need) + " ";
    return out;
  }
};

}  // namespace

TEST_CASE("a team works through replies: who said what became of one, and when") {
  const House house;
  house.reply("one", 1);
  house.reply("two", 2);
  using All = std::vector<HomeReplyView>;
  const auto all = house.ask<All>(mo, "home replies", {});
  REQUIRE_MESSAGE(all.has_value(), all.error().what);
  REQUIRE(all->size() == 2);
  CHECK(all->at(0).id == "two");
  CHECK(all->at(0).author == "https://a.example/u/two");
  CHECK(all->at(0).state == ReplyState::unseen);
  CHECK(all->at(0).warning == "Spoilers");
  CHECK(replies_in_words(*all, "UTC").find(" [Spoilers]\n") != std::string::npos);
  CHECK(house.needs(mo) == "reply ");
  const auto said = house.ask<HomeReplyView>(mo, "home reply", {{"id", "two"}, {"answered", true}});
  REQUIRE_MESSAGE(said.has_value(), said.error().what);
  CHECK(said->state == ReplyState::answered);
  CHECK(said->person == "mo");
  CHECK_FALSE(said->changed.empty());
  CHECK(house.ask<All>(mo, "home replies", {{"state", "unseen"}})->size() == 1);
  REQUIRE(house.ask<HomeReplyView>(mo, "home reply", {{"id", "one"}, {"leave", true}}));
  CHECK(house.ask<All>(mo, "home replies", {{"state", "left_alone"}})->size() == 1);
  CHECK(house.needs(mo).empty());
  CHECK(replies_in_words(*house.ask<All>(mo, "home replies", {}), "UTC").find("so said mo") !=
        std::string::npos);

  CHECK(house.ask<All>(mo, "home replies", {{"state", "new"}}).error().fault == Fault::invalid);
  CHECK(house.ask<HomeReplyView>(mo, "home reply", {{"id", "one"}}).error().fault ==
        Fault::invalid);
  CHECK(house.ask<HomeReplyView>(mo, "home reply", {{"id", "one"}, {"seen", true}, {"leave", true}})
            .error()
            .fault == Fault::invalid);
  CHECK(house.ask<HomeReplyView>(mo, "home reply", {{"id", "x"}, {"seen", true}}).error().fault ==
        Fault::not_found);
}

TEST_CASE("an editor answers a reply at once, and it is answered by them") {
  const House house;
  house.reply("one", 1);
  house.known("one");
  const auto sent =
      house.ask<HomeAnswered>(kim, "home answer", {{"id", "one"}, {"text", "Gladly, *do*"}});
  REQUIRE_MESSAGE(sent.has_value(), sent.error().what);
  CHECK(sent->missing.empty());
  CHECK(sent->reply.state == ReplyState::answered);
  CHECK(sent->reply.person == "kim");
  const SiteView view = *house.hub->view();
  REQUIRE(view.posts.size() == 1);
  const SitePost& post = view.posts[0];
  CHECK(post.announcement.draft.answers == "https://a.example/n/one");
  CHECK(post.announcement.draft.slug.starts_with("gladly-do-"));
  CHECK(post.answers.author == "@one@a.example");
  CHECK(post.answers.post == "https://example.org/posts/tea/");
  const auto row = house.hub->store().read(
      [](Db& db) { return fedi_rows::answered(db, "https://a.example/n/one"); });
  REQUIRE((row.has_value() && row->has_value()));
  CHECK((*row)->inbox == "https://a.example/inbox");
  // The author takes the reply back; the answer stays, and can be mended.
  REQUIRE(house.hub->store().write([](Db& db) {
    return fedi_rows::remove_reaction(db, "https://a.example/u/one", "https://a.example/n/one");
  }));
  Draft mended = post.announcement.draft;
  mended.body = "Gladly, do!";
  const auto again = house.ask<std::vector<DeliveryView>>(
      kim, "publish", {{"text", json::string(post_text(mended))}});
  REQUIRE_MESSAGE(again.has_value(), again.error().what);
  CHECK(house.hub->view()->posts[0].announcement.revision == 2);
}

TEST_CASE("an author's answer waits on the desk, and the reply with it") {
  const House house;
  house.reply("one", 1);
  house.known("one");
  const auto asked = house.ask<HomeAnswered>(mo, "home answer",
                                             {{"id", "one"}, {"text", "Yes"}, {"warning", "Tea"}});
  REQUIRE_MESSAGE(asked.has_value(), asked.error().what);
  CHECK_FALSE(asked->missing.empty());
  CHECK(asked->reply.state == ReplyState::unseen);
  CHECK(answered_in_words(*asked, "UTC").find("The answer is the draft " + asked->draft) !=
        std::string::npos);
  const auto draft = house.ask<DraftView>(mo, "draft show", {{"id", json::string(asked->draft)}});
  REQUIRE_MESSAGE(draft.has_value(), draft.error().what);
  CHECK(draft->content.warning == "Tea");
  CHECK(draft->state == DraftState::asked);
  CHECK(house.hub->view()->posts.empty());
  REQUIRE(house.ask<std::vector<DeliveryView>>(
      owner, "draft publish", {{"id", json::string(asked->draft)}, {"at", "now"}}));
  CHECK(house.hub->view()->posts.size() == 1);
  CHECK(house.ask<std::vector<HomeReplyView>>(mo, "home replies", {})->at(0).state ==
        ReplyState::answered);
}

TEST_CASE("what cannot be answered is said, and leaves nothing on the desk") {
  const House house;
  const auto answer = [&](const std::string& id) {
    return house.ask<HomeAnswered>(kim, "home answer", {{"id", json::string(id)}, {"text", "Yes"}})
        .error()
        .fault;
  };
  CHECK(answer("none") == Fault::not_found);
  // A web page, by Webmention.
  const std::string page = "https://a.example/blog";
  REQUIRE(house.hub->store().write([&](Db& db) {
    return fedi_rows::save_reply(db, {"page", fedi_rows::ReactionKind::reply, page,
                                      "https://example.org/posts/tea/", page, "Nice", 1});
  }));
  CHECK(answer("page") == Fault::conflict);
  CHECK(house.ask<std::vector<DraftLine>>(kim, "draft list", {})->empty());
  const auto stray = house.ask<std::vector<DeliveryView>>(
      kim, "publish", {{"text", "---\nanswers: https://a.example/n/9\n---\nYes\n"}});
  CHECK(stray.error().fault == Fault::not_found);
  house.reply("one", 1);
  house.known("one");
  const auto elsewhere = house.ask<std::vector<DeliveryView>>(
      kim, "publish",
      {{"text", "---\nanswers: https://a.example/n/one\nchannels: [home, echo]\n---\nYes\n"}});
  CHECK(elsewhere.error().what.find("an answer stands on the home only") != std::string::npos);
}

TEST_CASE("a report waits for an editor until somebody looked into it") {
  const House house;
  house.report("r1");
  CHECK(house.needs(kim) == "report ");
  CHECK(house.needs(mo).empty());
  using All = std::vector<HomeReportView>;
  CHECK(house.ask<All>(mo, "home reports", {}).error().fault == Fault::denied);
  CHECK(house.ask<All>(kim, "home reports", {})->size() == 1);
  CHECK(house.ask<HomeReportView>(kim, "home report", {{"id", "r1"}})->person == "kim");
  CHECK(house.ask<All>(kim, "home reports", {})->empty());
  CHECK(house.ask<All>(kim, "home reports", {{"all", true}})->size() == 1);
  CHECK(house.needs(kim).empty());
}

TEST_CASE("blocks are made, listed, carried over in Mastodon's lists, and lifted") {
  const House house;
  const auto block = [&](const std::string& target) {
    return house.ask<HomeBlockChanged>(kim, "home block", {{"target", json::string(target)}});
  };
  CHECK(block("spam.example")->changed);
  CHECK_FALSE(block("spam.example")->changed);
  CHECK(block("nobody").error().fault == Fault::invalid);
  const auto taken = house.ask<HomeBlocksImported>(
      kim, "home import-blocks",
      {{"text",
        "#domain,#severity\nspam.example,suspend\nbad.example,suspend\nmild.example,silence\n"}});
  REQUIRE_MESSAGE(taken.has_value(), taken.error().what);
  CHECK(taken->blocked == 1);
  CHECK(taken->known == 1);
  CHECK(taken->milder == 1);
  const auto list = house.ask<std::vector<HomeBlockView>>(kim, "home blocks", {});
  REQUIRE(list->size() == 2);
  CHECK(list->at(0).target == "bad.example");
  CHECK(list->at(0).person == "kim");
  const auto csv = house.ask<HomeBlocksExported>(kim, "home export-blocks", {{"kind", "domain"}});
  CHECK(csv->csv.find("\nspam.example,suspend,") != std::string::npos);
  CHECK(house.ask<HomeBlockChanged>(kim, "home unblock", {{"target", "spam.example"}})->changed);
  CHECK_FALSE(
      house.ask<HomeBlockChanged>(kim, "home unblock", {{"target", "spam.example"}})->changed);
  CHECK(house
            .ask<HomeBlocksImported>(Actor{.name = "lee", .holds = Permission::editor},
                                     "home import-blocks", {{"file", "/etc/passwd"}})
            .error()
            .fault == Fault::denied);
  const rig::Project plain;
  CHECK(home_blocks(*plain.open(), kim, {}).error().fault == Fault::conflict);
}
