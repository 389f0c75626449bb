// What the audit log tells people.
#include <doctest/doctest.h>

#include "hub/audit.hpp"
#include "hub/operations.hpp"
#include "hub/people.hpp"
#include "hub/project.hpp"
#include "hub/record.hpp"
#include "store/events.hpp"

using namespace carillon;

namespace {

const Actor owner{
    .name = "admin", .holds = Permission::admin, .local = true, .via = "command line"};
const Actor ana{
    .name = "Ana", .holds = Permission::editor, .person = "3kana", .via = "session 3ks"};

void tell(Hub& hub, const std::string& kind, const std::string& actor, const std::string& subject,
          const json::object& data) {
  REQUIRE(hub.audit(kind, actor, subject, data).has_value());
}

LogPage page(Hub& hub, const Actor& who, const LogRequest& request) {
  const auto out = log_page(hub, who, request);
  REQUIRE_MESSAGE(out.has_value(), out.error().what);
  return *out;
}

}  // namespace

TEST_CASE("a sentence says who did what; what is erased is said to be") {
  const Event event{"1", 5, "draft.approved", "Kim", "3kx", {{"revision", 2}}};
  CHECK(said_of(event, "\"Tea\"") == "Kim approved revision 2 of the draft \"Tea\"");
  CHECK(said_of(event, "") == "Kim approved revision 2 of the draft 3kx");
  CHECK(said_of({"1", 5, "draft.returned", "Kim", "3kx", {{"revision", 2}, {"words", "No."}}},
                "T") == "Kim returned revision 2 of the draft T: No.");
  CHECK(said_of({"1", 5, "draft.returned", "Kim", "3kx", {{"revision", 2}, {"words", ""}}}, "T") ==
        "Kim returned revision 2 of the draft T");
  CHECK(said_of({"1", 5, "person.invited", "Kim", "x", {}}, "") == "Kim invited x as (erased)");
  CHECK(said_of({"1", 5, "channel set", "Kim", "toots", {}}, "") == "Kim: channel set toots");
}

TEST_CASE("an act stands once in the log, with the way it came by") {
  const rig::Project project;
  const auto hub = project.open();
  const json::object text{{"text", "---\ntitle: Tea\n---\nTea.\n"}, {"name", "tea.md"}};
  REQUIRE(perform(*hub, *find_operation("draft save"), ana, json::object{{"text", text.at("text")}})
              .has_value());
  REQUIRE(
      perform(
          *hub, *find_operation("decision add"), owner,
          json::object{
              {"title", "We leave"}, {"by", "Council"}, {"channel", "echo"}, {"to", "inactive"}})
          .has_value());
  const LogPage all = page(*hub, ana, {});
  REQUIRE(all.events.size() == 2);
  CHECK(all.events[0].said == "admin: decision add We leave");
  CHECK(all.events[0].via == "command line");
  CHECK(all.events[1].said == "Ana saved revision 1 of the draft \"Tea\"");
  CHECK(all.events[1].via == "session 3ks");
  CHECK(all.events[1].number == 1);
  CHECK(all.next == 0);
}

TEST_CASE("the log is filtered and read page by page") {
  const rig::Project project;
  const auto hub = project.open();
  for (int i = 0; i < 7; ++i) tell(*hub, i % 2 == 0 ? "draft.saved" : "drafty", "Kim", "s", {});
  tell(*hub, "draft.overridden", "Lee", "t", {{"revision", 1}, {"words", "Fire."}});
  CHECK(page(*hub, ana, {.kind = "draft"}).events.size() == 5);
  CHECK(page(*hub, ana, {.kind = "draft.saved"}).events.size() == 4);
  CHECK(page(*hub, ana, {.person = "Lee"}).events.size() == 1);
  CHECK(page(*hub, ana, {.subject = "s"}).events.size() == 7);
  CHECK(page(*hub, ana, {.since = "2000-01-01", .until = "2001-01-01"}).events.empty());
  CHECK(page(*hub, ana, {}).events[0].override);
  std::vector<std::int64_t> seen;
  for (std::int64_t before = 0;;) {
    const LogPage part = page(*hub, ana, {.before = before, .count = 3});
    for (const LogEntry& one : part.events) seen.push_back(one.number);
    before = part.next;
    if (before == 0) break;
  }
  CHECK(seen == std::vector<std::int64_t>{8, 7, 6, 5, 4, 3, 2, 1});
  CHECK(log_page(*hub, ana, {.count = 501}).error().fault == Fault::invalid);
  CHECK(log_page(*hub, ana, {.since = "soon"}).error().what.starts_with("--since soon"));
}

TEST_CASE("from where others sign in is for admins") {
  const rig::Project project;
  const auto hub = project.open();
  tell(*hub, "session.started", "Ben", "3kben", {{"address", "192.0.2.9"}, {"browser", "Firefox"}});
  tell(*hub, "person.invited", "admin", "3kx", {{"email", "x@example.org"}, {"role", "author"}});
  CHECK(write_json(page(*hub, ana, {})).find("192.0.2.9") == std::string::npos);
  CHECK(write_json(page(*hub, ana, {})).find("x@example.org") == std::string::npos);
  CHECK(write_json(page(*hub, owner, {})).find("192.0.2.9") != std::string::npos);
  const Actor ben{.name = "Ben", .holds = Permission::editor};
  CHECK(write_json(page(*hub, ben, {})).find("192.0.2.9") != std::string::npos);
}

TEST_CASE("the log needs an editor, and a file only this machine's owner may name") {
  const rig::Project project;
  const auto hub = project.open();
  const Actor author{.name = "Al", .holds = Permission::author};
  CHECK(perform(*hub, *find_operation("log"), author, json::object{}).error().fault ==
        Fault::denied);
  CHECK(record_verify(*hub, ana, {.file = "/etc/passwd"}).error().fault == Fault::denied);
  const auto whole = record_verify(*hub, ana, {});
  REQUIRE(whole.has_value());
  CHECK(whole->whole);
  CHECK(record_verify(*hub, ana, {.head = std::string(64, '0')})->whole == false);
}
