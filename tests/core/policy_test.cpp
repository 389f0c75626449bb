#include "core/policy.hpp"

#include <doctest/doctest.h>

#include "core/config.hpp"
#include "core/post_text.hpp"

using namespace carillon;

namespace {

const Signature ana{"1", "Ana", Role::author};
const Signature ben{"2", "Ben", Role::editor};
const Signature cleo{"3", "Cleo", Role::admin};
const Signature dan{"4", "Dan", Role::author};
const Reviewed text{.revision = 3, .digest = "d3"};

Review review(const Signature& by, Opinion opinion = Opinion::approved) {
  return {by, opinion, 3, "d3", opinion == Opinion::approved ? "" : "shorter, please"};
}

}  // namespace

TEST_CASE("without a policy an author needs an editor, and editors publish their own") {
  const ApprovalRule rule = rule_for({}, Kind::release);
  const Clearance none = clearance_of(rule, text, {}, {ana});
  CHECK_FALSE(none.cleared);
  CHECK(none.missing ==
        "it needs 1 approval of an editor or admin who did not write it, and has none");
  CHECK(clearance_of(rule, text, {review(ben)}, {ana}).cleared);
  CHECK(clearance_of(rule, text, {review(cleo)}, {ana}).cleared);
  CHECK_FALSE(clearance_of(rule, text, {review(dan)}, {ana}).cleared);
  CHECK(clearance_of(rule, text, {}, {ben}).cleared);
  // Who wrote the same text as an author lends it no role.
  CHECK_FALSE(clearance_of(rule, text, {}, {ana, ben}).cleared);
}

TEST_CASE("the first rule that names the kind counts") {
  const std::vector<ApprovalRule> rules{
      {.kinds = {Kind::security}, .approvals = 0},
      {.kinds = {Kind::release, Kind::blog}, .approvals = 2, .from = Role::author},
      {.approvals = 1, .from = Role::admin}};
  CHECK(clearance_of(rule_for(rules, Kind::security), text, {}, {ana}).cleared);
  const ApprovalRule release = rule_for(rules, Kind::release);
  const Clearance one = clearance_of(release, text, {review(dan)}, {ana});
  CHECK_FALSE(one.cleared);
  CHECK(one.given == 1);
  CHECK(one.missing ==
        "it needs 2 approvals of an author or above who did not write it, and has 1");
  CHECK_FALSE(clearance_of(release, text, {review(dan), review(dan)}, {ana}).cleared);
  CHECK(clearance_of(release, text, {review(dan), review(ben)}, {ana}).cleared);
  const ApprovalRule other = rule_for(rules, Kind::event);
  CHECK_FALSE(clearance_of(other, text, {review(ben)}, {ana}).cleared);
  CHECK_FALSE(clearance_of(other, text, {}, {cleo}).cleared);
  CHECK(clearance_of(other, text, {review(cleo)}, {ana}).cleared);
}

TEST_CASE("nobody's word counts for their own text, nor for another revision or another text") {
  const ApprovalRule rule = rule_for({}, Kind::general);
  CHECK_FALSE(clearance_of({}, text, {review(ben)}, {ben}).cleared);
  CHECK_FALSE(clearance_of(rule, text, {review(ben)}, {ana, ben}).cleared);
  Review old = review(ben);
  old.revision = 2;
  CHECK_FALSE(clearance_of(rule, text, {old}, {ana}).cleared);
  Review other = review(ben);
  other.digest = "d2";
  CHECK_FALSE(clearance_of(rule, text, {other}, {ana}).cleared);
  const auto own = check_reviewer(rule, ben, {ana, ben});
  REQUIRE_FALSE(own.has_value());
  CHECK(own.error().what == "Ben wrote this text");
  CHECK_FALSE(check_reviewer(rule, dan, {ana}).has_value());
  // Two owners of the machine are told apart by nothing but their name.
  CHECK(is_same({"", "admin", Role::admin}, {"", "admin", Role::admin}));
  CHECK_FALSE(is_same({"", "admin", Role::admin}, {"5", "admin", Role::admin}));
}

TEST_CASE("who asks for changes holds the text back, until they approve it") {
  const ApprovalRule rule = rule_for({}, Kind::general);
  const Clearance returned =
      clearance_of(rule, text, {review(cleo), review(ben, Opinion::returned)}, {ana});
  CHECK_FALSE(returned.cleared);
  CHECK(returned.missing == "Ben asks for changes: shorter, please");
  CHECK(clearance_of(rule, text, {review(ben, Opinion::returned), review(ben)}, {ana}).cleared);
  CHECK_FALSE(
      clearance_of(rule, text, {review(ben), review(ben, Opinion::returned)}, {ana}).cleared);
  CHECK_FALSE(clearance_of(rule, text, {review(ben, Opinion::returned)}, {cleo}).cleared);
}

TEST_CASE("the policy stands in carillon.yaml, and an error names its line") {
  const std::string begin = "organisation:\n  name: Test\npolicy:\n  approval:\n";
  const auto good =
      parse_config(begin + "    - {kinds: [security], approvals: 0}\n    - {exempt: admin}\n");
  REQUIRE_MESSAGE(good.has_value(), good.error().what);
  CHECK(good->policy.approval.at(0).kinds.at(0) == Kind::security);
  CHECK(good->policy.approval.at(1).exempt == Role::admin);
  CHECK(good->policy.approval.at(1).approvals == 1);
  const auto role = parse_config(begin + "    - {approvals: 0}\n    - {from: member}\n");
  REQUIRE_FALSE(role.has_value());
  CHECK(role.error().what.find("line 6") != std::string::npos);
  const auto number = parse_config(begin + "    - {approvals: -1}\n");
  REQUIRE_FALSE(number.has_value());
  CHECK(number.error().what.find("-1 is not from 0") != std::string::npos);
  CHECK_FALSE(parse_config(begin + "    - {kinds: [sekurity]}\n").has_value());
}

TEST_CASE("the post file of a draft reads back as the same draft") {
  Draft draft;
  draft.title = "Yes: \"no\" # --- \\ <b>";
  draft.slug = "yes";
  draft.summary = "two\nlines";
  draft.link = "https://example.org/?a=b#c";
  draft.kind = Kind::security;
  draft.channels = {"home", "true"};
  draft.at = "2026-12-01 15:00 Europe/Paris";
  draft.language = "no";
  draft.tags = {"1e3", "null"};
  draft.media = {{"a b.png", "{curly}", "abc"}};
  draft.texts = {{"x", "first\n---\nlast "}, {"yes", "~"}};
  draft.mentions = {{"q", {{"mastodon", "@q@example.org"}}}};
  draft.body = "---\nnot the end\n---\n\n  text  ";
  const auto again = parse_post(post_text(draft), "the post");
  REQUIRE_MESSAGE(again.has_value(), again.error().what);
  CHECK(write_json(*again) == write_json(draft));
  CHECK(digest_of(*again) == digest_of(draft));
  draft.body += " ";
  CHECK(digest_of(*again) != digest_of(draft));
}
