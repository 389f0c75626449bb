#include "core/policy.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace carillon {

namespace {

constexpr std::int64_t most_approvals = 20;

bool holds(const std::vector<Signature>& all, const Signature& who) {
  return std::any_of(all.begin(), all.end(),
                     [&](const Signature& one) { return is_same(one, who); });
}

bool is_exempt(const ApprovalRule& rule, const std::vector<Signature>& authors) {
  return rule.exempt && !authors.empty() &&
         std::all_of(authors.begin(), authors.end(),
                     [&](const Signature& one) { return one.role >= *rule.exempt; });
}

// The last word of each who has a say, in the order in which they first spoke.
std::vector<const Review*> last_words(const ApprovalRule& rule, const Reviewed& text,
                                      const std::vector<Review>& reviews,
                                      const std::vector<Signature>& authors) {
  std::vector<const Review*> out;
  for (const Review& review : reviews) {
    if (review.revision != text.revision || review.digest != text.digest) continue;
    if (!check_reviewer(rule, review.by, authors)) continue;
    const auto before = std::find_if(
        out.begin(), out.end(), [&](const Review* one) { return is_same(one->by, review.by); });
    if (before == out.end())
      out.push_back(&review);
    else
      *before = &review;
  }
  return out;
}

}  // namespace

bool is_same(const Signature& a, const Signature& b) {
  return a.person.empty() && b.person.empty() ? a.name == b.name : a.person == b.person;
}

std::string in_words(Role least) {
  if (least == Role::admin) return "an admin";
  return fmt::format("an {} or {}", least == Role::editor ? "editor" : word_of(least),
                     least == Role::editor ? "admin" : "above");
}

ApprovalRule rule_for(const std::vector<ApprovalRule>& rules, Kind kind) {
  for (const ApprovalRule& rule : rules) {
    if (rule.kinds.empty() ||
        std::find(rule.kinds.begin(), rule.kinds.end(), kind) != rule.kinds.end())
      return rule;
  }
  return {.exempt = Role::editor};
}

Result<void> check_rules(const std::vector<ApprovalRule>& rules) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const ApprovalRule& rule = rules[i];
    const std::string where = fmt::format("/policy/approval/{}", i);
    if (rule.approvals < 0 || rule.approvals > most_approvals)
      return fail(Fault::invalid,
                  fmt::format("{}/approvals: {} is not from 0 to {}", where, rule.approvals,
                              most_approvals),
                  "0: it may go out without one.");
    if (rule.from < Role::author || (rule.exempt && *rule.exempt < Role::author))
      return fail(Fault::invalid, fmt::format("{}: this role does not see drafts", where),
                  "One of author, editor and admin.");
  }
  return {};
}

Result<void> check_reviewer(const ApprovalRule& rule, const Signature& who,
                            const std::vector<Signature>& authors) {
  if (holds(authors, who))
    return fail(Fault::denied, fmt::format("{} wrote this text", who.name),
                "Nobody has a say on their own: somebody else must look at it.");
  if (who.role < rule.from)
    return fail(Fault::denied,
                fmt::format("this needs the approval of {}, and {} is {}", in_words(rule.from),
                            who.name, word_of(who.role)),
                "A note says what you think of it: `carillon draft note`.");
  return {};
}

Clearance clearance_of(const ApprovalRule& rule, const Reviewed& text,
                       const std::vector<Review>& reviews, const std::vector<Signature>& authors) {
  Clearance out;
  out.needed = is_exempt(rule, authors) ? 0 : rule.approvals;
  const Review* returned = nullptr;
  for (const Review* review : last_words(rule, text, reviews, authors)) {
    if (review->opinion == Opinion::approved)
      out.given += 1;
    else
      returned = review;
  }
  if (returned != nullptr) {
    out.missing = fmt::format("{} asks for changes: {}", returned->by.name, returned->words);
  } else if (out.given < out.needed) {
    out.missing = fmt::format("it needs {} approval{} of {} who did not write it, and has {}",
                              out.needed, out.needed == 1 ? "" : "s", in_words(rule.from),
                              out.given == 0 ? std::string("none") : std::to_string(out.given));
  }
  out.cleared = out.missing.empty();
  return out;
}

}  // namespace carillon
