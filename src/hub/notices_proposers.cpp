// What those hear who proposed something and gave an address of mail.
#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "hub/mailing.hpp"
#include "hub/notices.hpp"
#include "hub/proposing.hpp"
#include "store/allowance.hpp"

namespace carillon {

namespace {

// To one address, whoever gave it: the form must not become a way to flood somebody.
constexpr int answers_at_once = 5;
constexpr Micros answer_every = 4 * hour;
// What is older is no news when mail is set up.
constexpr Micros told_from = day;

// None of the proposer's own words stand in it: the form must not become a way to write to others.
Result<std::string> text_of(Hub& hub, const Proposal& one) {
  const std::string& name = hub.workspace().config.organisation.name;
  const std::string end =
      "\nThe page that you were shown when you sent it always says how far it is.\n";
  switch (one.state) {
    case ProposalState::waiting:
      return fmt::format(
          "Somebody proposed an announcement to {} and gave this address. If that "
          "was you: thank you. It is with our editors, and you hear from us once "
          "they have decided. If it was not, there is nothing to do.\n{}",
          name, end);
    case ProposalState::taken:
      return fmt::format("Your proposal is taken up: {} makes an announcement of it.\n{}", name,
                         end);
    case ProposalState::declined:
      return fmt::format(
          "{} will not announce what you proposed. Thank you all the same. Why:\n\n"
          "{}\n{}",
          name, one.reason, end);
    case ProposalState::published:
      break;
  }
  const Actor editor{.name = "carillon", .holds = Permission::editor};
  TRY(const ProposalView view, proposal_show(hub, editor, {one.id}));
  std::string out = "What you proposed is published. Thank you. It stands here:\n";
  for (const ProposalLink& link : view.links) out += fmt::format("{}: {}\n", link.name, link.url);
  return out;
}

std::string subject_of(const Hub& hub, ProposalState state) {
  const std::string& name = hub.workspace().config.organisation.name;
  switch (state) {
    case ProposalState::waiting:
      return fmt::format("Your proposal is with {}", name);
    case ProposalState::taken:
      return fmt::format("Your proposal to {} is taken up", name);
    case ProposalState::declined:
      return fmt::format("Your proposal to {}", name);
    case ProposalState::published:
      break;
  }
  return fmt::format("{} published your proposal", name);
}

Result<void> tell(Hub& hub, const Proposal& one, const MailAddress& to) {
  MailBook book = mail_book_of(hub);
  const std::string whom = "proposal " + one.id;
  const std::string what = word_of(one.state);
  TRY(const auto before, book.told(whom));
  if (std::find(before.begin(), before.end(), what) != before.end()) return {};
  if (before.empty() && one.made < hub.clock().now() - told_from) return {};
  TRY(const std::string text, text_of(hub, one));
  TRY(const MailRow row, mail_row(hub, {to.str(), subject_of(hub, one.state), text}));
  TRY(const Micros wait,
      take_try(hub.store(), hub.clock().now(),
               {{"mail to proposer " + lower_ascii(to.str()), answers_at_once, answer_every}}));
  CHECK_OK(book.tell_once(whom, what, wait > 0 ? std::vector<MailRow>{} : std::vector{row}));
  return {};
}

}  // namespace

Result<void> tell_proposers(Hub& hub) {
  TRY(Proposals proposals, proposals_of(hub));
  TRY(const auto all, proposals.list());
  for (const Proposal& one : all) {
    if (one.words.contact.empty()) continue;
    if (const auto to = MailAddress::parse(one.words.contact)) CHECK_OK(tell(hub, one, *to));
  }
  return {};
}

}  // namespace carillon
