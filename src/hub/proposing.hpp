// Proposals of anybody, as operations for those who decide and as a page for who proposes.
#pragma once

#include <string>
#include <vector>

#include "core/operation.hpp"
#include "core/proposal.hpp"
#include "hub/hub.hpp"
#include "intake/proposals.hpp"

namespace carillon {

struct ProposalListRequest {
  std::string state = {};
  static constexpr std::array<std::array<std::string_view, 2>, 1> notes{{
      {"state", "waiting, taken, declined or published; default: all"},
  }};
};
BOOST_DESCRIBE_STRUCT(ProposalListRequest, (), (state))

struct ProposalRequest {
  static constexpr std::array<std::string_view, 1> required{"id"};
  std::string id;
  static constexpr std::array<std::array<std::string_view, 2>, 1> notes{{
      {"id", "the proposal's id"},
  }};
};
BOOST_DESCRIBE_STRUCT(ProposalRequest, (), (id))

struct ProposalTakeRequest {
  static constexpr std::array<std::string_view, 1> required{"id"};
  std::string id;
  std::string slug = {};
  static constexpr std::array<std::array<std::string_view, 2>, 2> notes{{
      {"id", "the proposal's id"},
      {"slug",
       "the slug of the announcement it becomes, also one that is out already; default: made of "
       "its first words"},
  }};
};
BOOST_DESCRIBE_STRUCT(ProposalTakeRequest, (), (id, slug))

struct ProposalDeclineRequest {
  static constexpr std::array<std::string_view, 2> required{"id", "reason"};
  std::string id;
  std::string reason;
  static constexpr std::array<std::array<std::string_view, 2>, 2> notes{{
      {"id", "the proposal's id"},
      {"reason", "why, for the proposer to read"},
  }};
};
BOOST_DESCRIBE_STRUCT(ProposalDeclineRequest, (), (id, reason))

// Where the announcement stands that was made of a proposal.
struct ProposalLink {
  std::string name;  // of the network, or of the home
  std::string url;
};
BOOST_DESCRIBE_STRUCT(ProposalLink, (), (name, url))

struct ProposalView {
  std::string id;
  ProposalState state = ProposalState::waiting;
  std::string text;
  std::string link;
  std::string audience;
  std::string date;
  std::string name;     // for editors only, and forgotten after a while
  std::string contact;  // the same
  std::string made;     // RFC 3339 in UTC
  std::string ended;    // the same; empty: it is open
  std::string slug;
  std::string reason;
  std::vector<ProposalLink> links;
};
BOOST_DESCRIBE_STRUCT(ProposalView, (),
                      (id, state, text, link, audience, date, name, contact, made, ended, slug,
                       reason, links))

struct ProposalTaken {
  std::string id;
  std::string post;  // the post file to begin with
  Draft draft;       // what it holds
};
BOOST_DESCRIBE_STRUCT(ProposalTaken, (), (id, post, draft))

struct ProposalRemoved {
  std::string id;
};
BOOST_DESCRIBE_STRUCT(ProposalRemoved, (), (id))

// The path of the form, and what the addresses of the pages that show a fate begin with: what
// follows is a secret.
inline constexpr std::string_view propose_path = "/propose";
inline constexpr std::string_view fate_path = "/propose/status/";

// Errors: those of the key.
[[nodiscard]] Result<Proposals> proposals_of(Hub& hub);

// What the proposer may see of their own, with the links where it is published. Errors: not_found.
[[nodiscard]] Result<ProposalView> fate_of(Hub& hub, const Secret& token);

// Notes which taken proposals are published now, and forgets the personal words of those that ended
// long ago. To be called now and then.
Result<void> settle_proposals(Hub& hub);

// Name and contact are left out unless the actor is an editor. Errors of all: those of Proposals.
Result<std::vector<ProposalView>> proposal_list(Hub& hub, const Actor& actor,
                                                const ProposalListRequest& request);
Result<ProposalView> proposal_show(Hub& hub, const Actor& actor, const ProposalRequest& request);
Result<ProposalTaken> proposal_take(Hub& hub, const Actor& actor,
                                    const ProposalTakeRequest& request);
Result<ProposalView> proposal_decline(Hub& hub, const Actor& actor,
                                      const ProposalDeclineRequest& request);
Result<ProposalRemoved> proposal_remove(Hub& hub, const Actor& actor,
                                        const ProposalRequest& request);

// The replies for people. Pure.
[[nodiscard]] std::string proposal_in_words(const ProposalView& view, const std::string& zone);
[[nodiscard]] std::string proposals_in_words(const std::vector<ProposalView>& all);

[[nodiscard]] std::vector<Operation<Hub>> proposal_operations();

}  // namespace carillon
