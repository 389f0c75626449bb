#include "hub/mailing.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "base/moment.hpp"
#include "hub/channels.hpp"
#include "hub/installation.hpp"
#include "hub/notices.hpp"
#include "hub/people.hpp"
#include "hub/project.hpp"
#include "hub/proposing.hpp"
#include "rig/smtp.hpp"

using namespace carillon;

namespace {

const Actor owner{.name = "admin", .holds = Permission::admin, .local = true};

struct Office {
  explicit Office(const std::string& more = {}) {
    project.append(fmt::format("mail:\n  server: smtp://127.0.0.1:{}\n  from: news@tea.example\n{}",
                               server.port(), more));
    hub = project.open();
  }
  rig::SmtpServer server{"plain"};
  rig::Project project;
  std::unique_ptr<Hub> hub;

  // Sends all that is due; the newest mail, its lines joined as they were written.
  std::string brought() {
    for (auto more = Result<bool>(true); more.value_or(false); more = deliver_mail(*hub, {})) {
    }
    const auto all = server.mails();
    REQUIRE_FALSE(all.empty());
    std::string out = all.back();
    for (auto at = out.find("=\r\n"); at != std::string::npos; at = out.find("=\r\n"))
      out.erase(at, 3);
    return out;
  }
  std::size_t count() { return server.mails().size(); }
  Person joins(const std::string& email, Role role) {
    const auto link = people_of(*hub).invite(email, role, "admin");
    REQUIRE_MESSAGE(link.has_value(), link.error().what);
    const auto person = people_of(*hub).accept(link->token, {.name = email.substr(0, 3)},
                                               by_password("x", hub->clock().now()));
    REQUIRE_MESSAGE(person.has_value(), person.error().what);
    return *person;
  }
  static std::string behind(const std::string& text, const std::string& mark) {
    const auto at = text.find(mark);
    REQUIRE_MESSAGE(at != std::string::npos, text);
    const auto from = at + mark.size();
    return text.substr(from, text.find_first_of("\r\n>", from) - from);
  }
  void reads(const Person& person) {
    const auto set = notice_set(*hub, owner, {{"address=reader@tea.example"}, person.name});
    REQUIRE_MESSAGE(set.has_value(), set.error().what);
    CHECK_FALSE(set->proven);
    const std::string token = behind(brought(), "/mail/proof/");
    REQUIRE(mail_book_of(*hub).prove(Secret(token)).has_value());
  }
  void write() {
    const auto done = write_notices(*hub);
    REQUIRE_MESSAGE(done.has_value(), done.error().what);
  }
  void secret_ends(const std::string& channel, Micros from_now) {
    const auto done =
        channel_set(*hub, owner, {channel, {}, {}, {}, day_of(hub->clock().now() + from_now)});
    REQUIRE_MESSAGE(done.has_value(), done.error().what);
  }
};

}  // namespace

TEST_CASE("without a server, and in a rehearsal, no mail is written") {
  const rig::Project project;
  const auto hub = project.open();
  CHECK(mail_test(*hub, owner, {"a@b.example"}).error().what == "no mail server is set");
  CHECK(queue_mail(*hub, {"a@b.example", "s", "t"}).error().fault == Fault::conflict);
  const auto invited = person_invite(*hub, owner, {"a@b.example", Role::author, true});
  CHECK(invited.error().fault == Fault::conflict);
  CHECK(person_list(*hub, owner, {})->empty());
  if (!rig::has_smtp()) return;
  const Office office("rehearsal: true\n");
  CHECK(mail_test(*office.hub, owner, {"a@b.example"}).error().what.find("rehearsal") !=
        std::string::npos);
}

TEST_CASE("a test says in words what the server said") {
  if (!rig::has_smtp()) return;
  Office office;
  const auto good = mail_test(*office.hub, owner, {"a@b.example"});
  REQUIRE_MESSAGE(good.has_value(), good.error().what);
  CHECK(good->taken);
  CHECK(office.count() == 1);
  const auto refused = mail_test(*office.hub, owner, {"refuse@b.example"});
  REQUIRE(refused.has_value());
  CHECK_FALSE(refused->taken);
  CHECK(refused->message.find("550 5.1.1 no such user") != std::string::npos);
  CHECK(mail_test(*office.hub, owner, {"nobody"}).error().fault == Fault::invalid);
  CHECK_FALSE(mail_secret(*office.hub, owner, {"x"}).has_value());
}

TEST_CASE("doctor names a server that does not answer, and a password that is missing") {
  const auto mail_of = [](Hub& hub) {
    const auto all = doctor(hub, owner, {});
    REQUIRE(all.has_value());
    const auto found = std::find_if(all->begin(), all->end(),
                                    [](const Diagnosis& one) { return one.part == "mail"; });
    return found == all->end() ? Diagnosis{} : *found;
  };
  const rig::Project none;
  CHECK(mail_of(*none.open()).part.empty());
  const rig::Project dead;
  dead.append("mail:\n  server: smtp://127.0.0.1:1\n  from: a@b.example\n");
  CHECK(mail_of(*dead.open()).health == Health::bad);
  CHECK(mail_of(*dead.open()).message == "127.0.0.1 does not accept connections");
  const rig::Project locked;
  locked.append("mail:\n  server: smtps://mail.example\n  from: a@b.example\n  user: hub\n");
  CHECK(mail_of(*locked.open()).message.find("was never entered") != std::string::npos);
  if (!rig::has_smtp()) return;
  const Office office;
  CHECK(mail_of(*office.hub).health == Health::good);
}

TEST_CASE("an invitation goes by mail, and its link lets in") {
  if (!rig::has_smtp()) return;
  Office office;
  const auto link = person_invite(*office.hub, owner, {"ben@tea.example", Role::editor, true});
  REQUIRE_MESSAGE(link.has_value(), link.error().what);
  CHECK(link->mailed == "ben@tea.example");
  CHECK(office.count() == 1);  // a command sends it itself
  CHECK(link->link.ends_with(Office::behind(office.brought(), "/welcome/")));
  CHECK(mail_list(*office.hub, owner, {})->at(0).state == MailState::sent);
}

TEST_CASE("what needs a person is told once, together, and never twice in a quarter of an hour") {
  if (!rig::has_smtp()) return;
  Office office;
  const Person ana = office.joins("ana@tea.example", Role::admin);
  for (const char* name : {"hook", "other", "third"})
    REQUIRE(channel_add(*office.hub, owner,
                        {"webhook", name, {"target=https://tea.example/"}, {{"secret", "s"}}, {}})
                .has_value());
  office.hub = office.project.open();
  office.secret_ends("hook", 5 * day);
  office.write();
  CHECK(office.count() == 0);  // nobody asked for mail
  office.reads(ana);
  office.secret_ends("other", 6 * day);
  office.write();
  const std::string first = office.brought();
  CHECK(office.count() == 2);
  CHECK(first.find("Subject: 2 things need you at ") != std::string::npos);
  CHECK(first.find("To: <reader@tea.example>") != std::string::npos);
  CHECK(first.find("The credential of hook works until ") != std::string::npos);
  office.write();
  office.secret_ends("third", 7 * day);
  office.write();
  office.brought();
  CHECK(office.count() == 2);  // that is news, but it waits
  REQUIRE(office.hub->store()
              .write([](Db& db) { return db.run("update mail_address set written = 1"); })
              .has_value());
  office.write();
  const std::string later = office.brought();
  CHECK(office.count() == 3);
  CHECK(later.find("Subject: The credential of third works until ") != std::string::npos);
  CHECK(later.find("hook") == std::string::npos);
  CHECK(later.find("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n") != std::string::npos);

  const auto off =
      read_turn_off(*office.hub, Office::behind(later, "<http://127.0.0.1:8080/mail/off/"));
  REQUIRE_MESSAGE(off.has_value(), off.error().what);
  CHECK(off->person == ana.id);
  CHECK(off->notices == std::vector{Notice::credential});
}

TEST_CASE("nobody makes a link that turns something off for others") {
  const rig::Project project;
  const auto hub = project.open();
  const auto token = turn_off_token(*hub, {"3abc", {Notice::trouble}});
  REQUIRE(token.has_value());
  CHECK(read_turn_off(*hub, *token)->person == "3abc");
  const auto other = turn_off_token(*hub, {"3abd", {Notice::trouble}});
  const std::string mixed = other->substr(0, other->find('.')) + token->substr(token->find('.'));
  for (const std::string& bad :
       {mixed, token->substr(1), *token + "x", std::string(), std::string(".")})
    CHECK(read_turn_off(*hub, bad).error().fault == Fault::denied);
}

TEST_CASE("where others are written to is not shown, and not theirs to choose") {
  if (!rig::has_smtp()) return;
  Office office;
  const Person ana = office.joins("ana@tea.example", Role::admin);
  const Person ben = office.joins("ben@tea.example", Role::editor);
  const Actor as_ana{.name = ana.name, .holds = Permission::admin, .person = ana.id};
  CHECK(notice_show(*office.hub, as_ana, {ben.name}).error().fault == Fault::denied);
  CHECK(notice_set(*office.hub, as_ana, {{"trouble=off"}, ben.name}).error().fault ==
        Fault::denied);
  CHECK(notice_set(*office.hub, as_ana, {{"trouble=off"}, ""})->notices.size() == 4);
  CHECK(notice_set(*office.hub, as_ana, {{"trouble=maybe"}, ""}).error().fault == Fault::invalid);
  CHECK(notice_show(*office.hub, as_ana, {""})->address.empty());
  for (int i = 0; i < 5; ++i)
    CHECK(notice_set(*office.hub, as_ana, {{"address=reader@tea.example"}, ""}).has_value());
  CHECK(notice_set(*office.hub, as_ana, {{"address=reader@tea.example"}, ""}).error().fault ==
        Fault::unavailable);
}

TEST_CASE("a proposer who gave an address hears what becomes of it, without their own words") {
  if (!rig::has_smtp()) return;
  Office office;
  const Micros made = office.hub->clock().now();
  const auto propose = [&](const std::string& id, const std::string& contact, Micros at) {
    REQUIRE(office.hub->store()
                .write([&](Db& db) {
                  return db.run(
                      "insert into proposal (id, status, state, body, link, audience, wished, "
                      "name, contact, slug, reason, made, ended) values ($1, $1, 'waiting', "
                      "'Buy planted pills', '', '', '', '', $2, '', '', $3, 0)",
                      id, contact, at);
                })
                .has_value());
  };
  const auto tell = [&] {
    const auto done = tell_proposers(*office.hub);
    REQUIRE_MESSAGE(done.has_value(), done.error().what);
  };
  propose("3mine", "eve@tea.example", made);
  propose("3old", "old@tea.example", made - 2 * day);
  propose("3phone", "call me", made);
  tell();
  tell();
  const std::string first = office.brought();
  CHECK(office.count() == 1);
  CHECK(first.find("To: <eve@tea.example>") != std::string::npos);
  CHECK(first.find("planted") == std::string::npos);
  REQUIRE(proposal_decline(*office.hub, owner, {"3mine", "Too early for us."}).has_value());
  tell();
  CHECK(office.brought().find("Too early for us.") != std::string::npos);
  CHECK(office.count() == 2);
}
