#include <doctest/doctest.h>

#include "publish/progress.hpp"
#include "team/crew.hpp"
#include "team/mail_settings.hpp"

using namespace carillon;

namespace {

const Letter letter{"ana@tea.example", "Come in", "https://tea.example/welcome/planted-4711\n", ""};

struct Post : rig::Crew {
  MailQueue queue{*store, clock, ids, vault};
  MailBook book{*store, clock, ids};

  MailRow row(const Letter& what = letter) {
    auto out = queue.row_of(what);
    REQUIRE_MESSAGE(out.has_value(), out.error().what);
    return *out;
  }
  std::string put(const Letter& what = letter) {
    const MailRow one = row(what);
    clock.advance(second);
    const auto done = store->write([&](Db& db) { return MailQueue::add(db, one); });
    REQUIRE_MESSAGE(done.has_value(), done.error().what);
    return one.id;
  }
  std::optional<TakenMail> take() {
    auto out = queue.take();
    REQUIRE_MESSAGE(out.has_value(), out.error().what);
    return std::move(*out);
  }
  MailRow only() {
    const auto all = queue.list();
    REQUIRE_MESSAGE(all.has_value(), all.error().what);
    REQUIRE(all->size() == 1);
    return all->front();
  }
  std::string person(const std::string& name, Role role = Role::editor) {
    return present(joins(name, role)).person.id;
  }
};

}  // namespace

TEST_CASE("a letter is taken once, and again by its id where nobody noted what came of it") {
  Post post;
  const std::string id = post.put();
  CHECK(post.row().sealed.find("planted-4711") == std::string::npos);
  const auto first = post.take();
  REQUIRE(first.has_value());
  CHECK(first->row.id == id);
  CHECK(first->letter.text == letter.text);
  CHECK_FALSE(post.take().has_value());  // somebody has it
  post.clock.advance(limits::mail_lease + 1);
  const auto second_try = post.take();
  REQUIRE(second_try.has_value());
  CHECK(second_try->row.id == id);
  CHECK(second_try->row.made == first->row.made);
  // The first was only slow: what it says now counts no more.
  REQUIRE(post.queue.refused(first->row, "late").has_value());
  CHECK(post.only().state == MailState::waiting);
  REQUIRE(post.queue.sent(second_try->row).has_value());
  CHECK(post.only().state == MailState::sent);
  CHECK_FALSE(post.take().has_value());
  const auto sealed =
      post.store->read([](Db& db) { return db.first<MailRow>("select id, sealed from mail"); });
  CHECK((*sealed)->sealed.empty());
  post.clock.advance(limits::mail_kept + day);
  REQUIRE(post.queue.prune().has_value());
  CHECK(post.queue.list()->empty());
}

TEST_CASE("a letter waits on the curve of all deliveries, and for three days at most") {
  Post post;
  post.put();
  const Micros began = post.clock.now();
  std::int64_t tries = 0;
  while (post.only().state == MailState::waiting) {
    post.clock.set(std::max(post.clock.now(), post.only().not_before));
    const auto taken = post.take();
    REQUIRE(taken.has_value());
    ++tries;
    REQUIRE(post.queue.put_off(taken->row, "no room", false).has_value());
    if (post.only().state != MailState::waiting) break;
    CHECK(post.only().attempts == tries);
    CHECK(post.only().not_before == post.clock.now() + backoff(tries));
    CHECK_FALSE(post.take().has_value());
  }
  CHECK(post.only().reason == "no room");
  CHECK(post.clock.now() - began >= limits::mail_tried_for - second);
  CHECK(post.clock.now() - began < limits::mail_tried_for + 2 * hour);
}

TEST_CASE("where nobody is let in, the others are not tried either") {
  Post post;
  post.put();
  post.put();
  const auto taken = post.take();
  REQUIRE(taken.has_value());
  REQUIRE(post.queue.put_off(taken->row, "wrong password", true).has_value());
  CHECK_FALSE(post.take().has_value());
  post.clock.advance(backoff(1));
  CHECK(post.take().has_value());
  CHECK(post.take().has_value());
}

TEST_CASE("an address counts once its link was opened, and only the newest link does") {
  Post post;
  const std::string ana = post.person("Ana");
  const auto give = [&](const Secret& token) {
    REQUIRE(post.book.give(ana, "ana@tea.example", token, post.row()).has_value());
  };
  const Secret first = new_token();
  const Secret next = new_token();
  give(first);
  CHECK(post.book.readers()->empty());
  CHECK(post.queue.list()->size() == 1);
  give(next);
  CHECK_FALSE(post.book.prove(first));
  CHECK_FALSE(post.book.prove(Secret{}));
  REQUIRE(post.book.prove(next).has_value());
  CHECK_FALSE(post.book.prove(next));
  REQUIRE(post.book.readers()->size() == 1);
  CHECK(post.book.readers()->front().notices == all_notices());

  // What is turned off by a link stays off, and another address must be proved anew.
  REQUIRE(post.book.turn_off(ana, {Notice::trouble, Notice::approval}).has_value());
  CHECK(post.book.of(ana)->notices ==
        std::vector{Notice::emergency, Notice::credential, Notice::membership});
  const Secret late = new_token();
  give(late);
  CHECK(post.book.readers()->empty());
  CHECK(post.book.of(ana)->notices.size() == 3);
  post.clock.advance(2 * day);
  CHECK_FALSE(post.book.prove(late));
}

TEST_CASE("a digest and what it tells are written together, and by one of two") {
  Post post;
  const std::string ana = post.person("Ana");
  const Secret token = new_token();
  REQUIRE(post.book.give(ana, "ana@tea.example", token, post.row()).has_value());
  REQUIRE(post.book.prove(token).has_value());
  const MailSettings seen = post.book.readers()->front();
  CHECK(*post.book.tell(seen, {"a", "b"}, {post.row()}));
  CHECK_FALSE(*post.book.tell(seen, {"a", "c"}, {post.row()}));
  CHECK(*post.book.told(ana) == std::vector<std::string>{"a", "b"});
  CHECK(post.queue.list()->size() == 2);  // the link, and one digest
  CHECK(*post.book.tell_once("proposal 1", "waiting", {post.row()}));
  CHECK_FALSE(*post.book.tell_once("proposal 1", "waiting", {post.row()}));
  CHECK(post.queue.list()->size() == 3);
}

TEST_CASE("with a person goes where they were written to") {
  Post post;
  post.person("Ana", Role::admin);
  const std::string ben = post.person("Ben");
  REQUIRE(post.book.give(ben, "ben@tea.example", new_token(), post.row()).has_value());
  const auto removed = post.people.remove("Ben", "Ana");
  REQUIRE_MESSAGE(removed.has_value(), removed.error().what);
  CHECK(post.book.of(ben)->address.empty());
}
