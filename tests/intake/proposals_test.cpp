#include "intake/proposals.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <thread>

#include "base/limits.hpp"
#include "rig/test_db.hpp"
#include "store/events.hpp"

using namespace carillon;

namespace {

struct Desk {
  rig::TestDatabase database;
  std::unique_ptr<Store> store = database.open();
  ManualClock clock{1'795'515'723'000'000};
  Ids ids{clock};
  Proposals proposals{*store, clock, ids, Secret("the key")};

  // A form that lay open for a minute.
  std::string form() {
    const std::string out = proposals.form_token();
    clock.advance(minute);
    return out;
  }
  Taken sends(const ProposalForm& form) {
    auto out = proposals.take_in(form);
    REQUIRE_MESSAGE(out.has_value(), out.error().what);
    return std::move(*out);
  }
  // One from a network that sent nothing yet.
  Proposal proposes(const ProposalWords& words) {
    const Taken taken = sends({words, "", form(), fmt::format("198.51.100.{}", ++senders)});
    REQUIRE(taken.state == Taking::kept);
    const auto out = proposals.of_status(taken.status);
    REQUIRE(out.has_value());
    return *out;
  }
  std::size_t count() { return proposals.list()->size(); }
  std::vector<Event> events() {
    return *store->read([](Db& db) { return events_after(db, "", 100'000); });
  }
  int senders = 0;
};

}  // namespace

TEST_CASE("a form is signed, and neither quick nor old") {
  const Secret key("k");
  const std::string token = new_form_token(key, hour);
  CHECK(token != new_form_token(key, hour));
  const Micros quick = limits::proposal_form_seconds * second;
  CHECK(age_of_form(key, token, hour + quick - 1) == FormAge::quick);
  CHECK(age_of_form(key, token, hour + quick) == FormAge::good);
  CHECK(age_of_form(key, token, hour + limits::proposal_form_hours * hour) == FormAge::old);
  CHECK(age_of_form(Secret("other"), token, hour + minute) == FormAge::forged);
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string forged = token;
    forged[i] = forged[i] == '1' ? '2' : '1';
    if (age_of_form(key, forged, hour + minute) != FormAge::forged) FAIL(forged);
  }
  for (const char* none : {"", ".", "..", "1.2.3", "99999999999999999999999.a.b"})
    CHECK(age_of_form(key, none, hour) == FormAge::forged);
  CHECK(age_of_form(key, std::string(100'000, '.'), hour) == FormAge::forged);
}

TEST_CASE("a proposal is kept whole and found by its status alone") {
  Desk desk;
  const ProposalWords words{.text = "Tea\r\nat four ",
                            .link = "https://example.org",
                            .audience = "all",
                            .date = "soon",
                            .name = "Ana",
                            .contact = "ana@example.org"};
  const Proposal kept = desk.proposes(words);
  CHECK(kept.words == tidied(words));
  CHECK(kept.state == ProposalState::waiting);
  CHECK(desk.proposals.get(kept.id)->made == desk.clock.now());
  CHECK(desk.proposals.of_status(Secret("guessed")).error().fault == Fault::not_found);
  CHECK(desk.proposals.get("none").error().fault == Fault::not_found);
}

TEST_CASE("a form counts once: twice the same is one proposal, with other words it is refused") {
  Desk desk;
  ProposalForm form{{.text = "Tea"}, "", desk.form(), "192.0.2.1"};
  const Taken first = desk.sends(form);
  const Taken again = desk.sends(form);
  CHECK(again.state == Taking::kept);
  CHECK(again.status.reveal() == first.status.reveal());
  form.words.text = "Spam";
  CHECK(desk.sends(form).state == Taking::spent);
  CHECK(desk.count() == 1);
  // Beyond the time that its use is remembered it is too old.
  desk.clock.advance((limits::proposal_form_hours + 2) * hour);
  CHECK(desk.sends(form).state == Taking::old);
}

TEST_CASE("the same form sent by many at the same moment is one proposal") {
  Desk desk;
  const ProposalForm form{{.text = "Tea"}, "", desk.form(), "192.0.2.1"};
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] { static_cast<void>(desk.proposals.take_in(form)); });
  for (std::thread& thread : threads) thread.join();
  CHECK(desk.count() == 1);
}

TEST_CASE("what programs send is refused, and why is said") {
  Desk desk;
  const ProposalWords tea{.text = "Tea"};
  CHECK(desk.sends({tea, "x", desk.form(), "192.0.2.1"}).state == Taking::trapped);
  CHECK(desk.sends({tea, "", desk.proposals.form_token(), "192.0.2.1"}).state == Taking::quick);
  CHECK(desk.sends({tea, "", "forged", "192.0.2.1"}).state == Taking::forged);
  const Taken wrong = desk.sends({{.text = "", .link = "x"}, "", desk.form(), "192.0.2.1"});
  CHECK(wrong.state == Taking::wrong);
  CHECK(wrong.problems.size() == 2);
  CHECK(desk.count() == 0);
}

TEST_CASE("a thousand from one network are a handful, and others are not kept out") {
  Desk desk;
  std::vector<std::string> forms;
  for (int i = 0; i < 1000; ++i) forms.push_back(desk.proposals.form_token());
  desk.clock.advance(minute);
  int kept = 0;
  int network = 0;
  for (const std::string& form : forms) {
    const Taken taken =
        desk.sends({{.text = "Spam"}, "", form, fmt::format("2001:db8::{:x}", ++network)});
    kept += taken.state == Taking::kept ? 1 : 0;
    if (taken.state == Taking::wait) CHECK(taken.wait > 0);
  }
  CHECK(kept == limits::proposals_at_once);
  CHECK(desk.sends({{.text = "Tea"}, "", desk.form(), "192.0.2.1"}).state == Taking::kept);
  desk.clock.advance(limits::proposal_every_minutes * minute);
  CHECK(desk.sends({{.text = "Tea"}, "", desk.form(), "2001:db8::1"}).state == Taking::kept);
}

TEST_CASE("no more wait than somebody can read") {
  Desk desk;
  for (std::int64_t i = 0; i < limits::proposals_waiting; ++i)
    desk.sends({{.text = "Spam"}, "", desk.form(), fmt::format("10.0.{}.{}", i / 250, i % 250)});
  CHECK(desk.count() == static_cast<std::size_t>(limits::proposals_waiting));
  CHECK(desk.sends({{.text = "Tea"}, "", desk.form(), "192.0.2.1"}).state == Taking::full);
  CHECK(desk.proposals.remove(desk.proposals.list()->front().id, "Eve").has_value());
  CHECK(desk.sends({{.text = "Tea"}, "", desk.form(), "192.0.2.2"}).state == Taking::kept);
}

TEST_CASE("an editor takes it up, and it is published once the announcement is out") {
  Desk desk;
  const Proposal one = desk.proposes({.text = "Tea at four"});
  const auto taken = desk.proposals.take(one.id, "", "Eve");
  REQUIRE(taken.has_value());
  CHECK(taken->state == ProposalState::taken);
  CHECK(taken->slug == proposal_slug(one));
  CHECK(desk.proposals.take(one.id, "other", "Eve")->slug == "other");
  CHECK(desk.proposals.take(one.id, "", "Eve")->slug == "other");
  CHECK(desk.proposals.take(one.id, "Not A Slug", "Eve").error().fault == Fault::invalid);
  REQUIRE(desk.proposals.published(one.id, desk.clock.now()).has_value());
  CHECK(desk.proposals.get(one.id)->state == ProposalState::published);
  CHECK(desk.proposals.take(one.id, "", "Eve").error().fault == Fault::conflict);
  CHECK(desk.proposals.decline(one.id, "no", "Eve").error().fault == Fault::conflict);
  const Proposal waiting = desk.proposes({.text = "Cake"});
  REQUIRE(desk.proposals.published(waiting.id, desk.clock.now()).has_value());
  CHECK(desk.proposals.get(waiting.id)->state == ProposalState::waiting);
}

TEST_CASE("it is declined with a reason, or removed with all its words") {
  Desk desk;
  const Proposal one = desk.proposes({.text = "Tea"});
  CHECK(desk.proposals.decline(one.id, " \n", "Eve").error().fault == Fault::invalid);
  CHECK(desk.proposals.decline(one.id, std::string(limits::proposal_reason_bytes + 1, 'a'), "Eve")
            .error()
            .fault == Fault::invalid);
  const auto declined = desk.proposals.decline(one.id, "We said so last week.", "Eve");
  REQUIRE(declined.has_value());
  CHECK(declined->reason == "We said so last week.");
  CHECK(declined->ended == desk.clock.now());
  REQUIRE(desk.proposals.remove(one.id, "Eve").has_value());
  CHECK(desk.proposals.remove(one.id, "Eve").error().fault == Fault::not_found);
  CHECK(desk.count() == 0);
}

TEST_CASE("what is personal is forgotten after its time, and stands in no event") {
  Desk desk;
  const ProposalWords words{
      .text = "Tea", .name = "Planted Name", .contact = "planted@example.org"};
  const Proposal ended = desk.proposes(words);
  const Proposal open = desk.proposes(words);
  REQUIRE(desk.proposals.decline(ended.id, "no", "Eve").has_value());
  desk.clock.advance(limits::proposal_personal_days * day - 1);
  CHECK(*desk.proposals.forget() == 0);
  desk.clock.advance(1);
  CHECK(*desk.proposals.forget() == 1);
  CHECK(desk.proposals.get(ended.id)->words == ProposalWords{.text = "Tea"});
  CHECK(desk.proposals.get(open.id)->words == words);
  desk.clock.advance(limits::proposal_waiting_days * day);
  CHECK(*desk.proposals.forget() == 1);
  CHECK(desk.proposals.get(open.id)->words == ProposalWords{.text = "Tea"});
  const auto events = desk.events();
  CHECK(events.size() == 3);
  for (const Event& event : events) {
    const std::string whole = write_json(event);
    CHECK(whole.find("lanted") == std::string::npos);
    CHECK(whole.find("Tea") == std::string::npos);
  }
}
