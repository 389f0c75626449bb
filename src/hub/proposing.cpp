#include "hub/proposing.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "base/moment.hpp"
#include "base/zone.hpp"
#include "core/announcement.hpp"

namespace carillon {

namespace {

// The deliveries of the announcement that was made of it, as far as they are out.
Result<std::vector<Delivery>> out_of(Hub& hub, const Proposal& proposal) {
  std::vector<Delivery> out;
  if (proposal.slug.empty()) return out;
  TRY(const auto all, hub.outbox().deliveries(proposal.slug));
  for (const Delivery& delivery : all) {
    if (delivery.state == DeliveryState::published) out.push_back(delivery);
  }
  return out;
}

ProposalView view_of(const Proposal& proposal, bool personal) {
  return {.id = proposal.id,
          .state = proposal.state,
          .text = proposal.words.text,
          .link = proposal.words.link,
          .audience = proposal.words.audience,
          .date = proposal.words.date,
          .name = personal ? proposal.words.name : "",
          .contact = personal ? proposal.words.contact : "",
          .made = iso_time(proposal.made),
          .ended = proposal.ended == 0 ? "" : iso_time(proposal.ended),
          .slug = proposal.slug,
          .reason = proposal.reason,
          .links = {}};
}

Result<ProposalView> whole_view(Hub& hub, const Proposal& proposal, bool personal) {
  ProposalView out = view_of(proposal, personal);
  TRY(const auto deliveries, out_of(hub, proposal));
  for (const Delivery& delivery : deliveries) {
    const std::string url = delivery.receipts.empty() ? "" : delivery.receipts.front().url;
    if (url.starts_with("https://") || url.starts_with("http://"))
      out.links.push_back({hub.network_of(delivery.channel, delivery.platform), url});
  }
  return out;
}

bool sees_personal(const Actor& actor) {
  return actor.holds >= Permission::editor;
}

Result<void> settle(Hub& hub, Proposals& proposals, const std::vector<Proposal>& all) {
  for (const Proposal& one : all) {
    if (one.state != ProposalState::taken) continue;
    TRY(const auto deliveries, out_of(hub, one));
    if (deliveries.empty()) continue;
    const auto first = std::min_element(
        deliveries.begin(), deliveries.end(),
        [](const Delivery& a, const Delivery& b) { return a.updated < b.updated; });
    CHECK_OK(proposals.published(one.id, first->updated));
  }
  return {};
}

}  // namespace

Result<Proposals> proposals_of(Hub& hub) {
  TRY(const Secret key, vault_key(hub.workspace().data_dir()));
  Secret own(hmac_sha256(key.reveal(), "proposals"));
  return Proposals(hub.store(), hub.clock(), hub.ids(), std::move(own));
}

Result<ProposalView> fate_of(Hub& hub, const Secret& token) {
  TRY(Proposals proposals, proposals_of(hub));
  TRY(const Proposal before, proposals.of_status(token));
  CHECK_OK(settle(hub, proposals, {before}));
  TRY(const Proposal now, proposals.get(before.id));
  return whole_view(hub, now, false);
}

Result<void> settle_proposals(Hub& hub) {
  TRY(Proposals proposals, proposals_of(hub));
  TRY(const auto all, proposals.list());
  CHECK_OK(settle(hub, proposals, all));
  CHECK_OK(proposals.forget());
  return {};
}

Result<std::vector<ProposalView>> proposal_list(Hub& hub, const Actor& actor,
                                                const ProposalListRequest& request) {
  std::optional<ProposalState> wanted;
  if (!request.state.empty()) {
    wanted = from_word<ProposalState>(request.state);
    if (!wanted)
      return fail(Fault::invalid, fmt::format("there is no state \"{}\"", request.state),
                  "One of waiting, taken, declined and published.");
  }
  CHECK_OK(settle_proposals(hub));
  TRY(Proposals proposals, proposals_of(hub));
  TRY(const auto all, proposals.list());
  std::vector<ProposalView> out;
  for (const Proposal& one : all) {
    if (!wanted || one.state == *wanted) out.push_back(view_of(one, sees_personal(actor)));
  }
  return out;
}

Result<ProposalView> proposal_show(Hub& hub, const Actor& actor, const ProposalRequest& request) {
  CHECK_OK(settle_proposals(hub));
  TRY(Proposals proposals, proposals_of(hub));
  TRY(const Proposal one, proposals.get(request.id));
  return whole_view(hub, one, sees_personal(actor));
}

Result<ProposalTaken> proposal_take(Hub& hub, const Actor& actor,
                                    const ProposalTakeRequest& request) {
  TRY(Proposals proposals, proposals_of(hub));
  TRY(const Proposal one, proposals.take(request.id, request.slug, actor.name));
  ProposalTaken out{one.id, proposal_post(one), {}};
  TRY(out.draft, parse_post(out.post, "the proposal"));
  return out;
}

Result<ProposalView> proposal_decline(Hub& hub, const Actor& actor,
                                      const ProposalDeclineRequest& request) {
  TRY(Proposals proposals, proposals_of(hub));
  TRY(const Proposal one, proposals.decline(request.id, request.reason, actor.name));
  return whole_view(hub, one, sees_personal(actor));
}

Result<ProposalRemoved> proposal_remove(Hub& hub, const Actor& actor,
                                        const ProposalRequest& request) {
  TRY(Proposals proposals, proposals_of(hub));
  CHECK_OK(proposals.remove(request.id, actor.name));
  return ProposalRemoved{request.id};
}

std::string proposal_in_words(const ProposalView& view, const std::string& zone) {
  std::string out = fmt::format("{}  {}\n", view.id, word_of(view.state));
  const auto line = [&](std::string_view what, const std::string& text) {
    if (!text.empty()) out += fmt::format("  {:<10} {}\n", what, text);
  };
  line("made", in_zone(parse_time(view.made).value_or(0), zone));
  line("by", view.name);
  line("reached", view.contact);
  line("for", view.audience);
  line("when", view.date);
  line("link", view.link);
  line("slug", view.slug);
  line("reason", view.reason);
  for (const ProposalLink& one : view.links) line("published", one.url);
  out += "\n";
  for (const std::string& text : split(view.text, '\n')) out += "    " + text + "\n";
  return out;
}

std::string proposals_in_words(const std::vector<ProposalView>& all) {
  constexpr std::size_t most = 70;
  std::string out;
  for (const ProposalView& view : all) {
    std::string first = view.text.substr(0, view.text.find('\n'));
    if (first.size() > most) {
      first.resize(most);
      while (first_bad_utf8(first)) first.pop_back();
      first += "…";
    }
    out += fmt::format("{}  {:<9}  {}  {}\n", view.id, word_of(view.state), view.made.substr(0, 10),
                       first);
  }
  return out.empty() ? "Nobody has proposed anything.\n" : out;
}

std::vector<Operation<Hub>> proposal_operations() {
  return {
      operation<Hub>({.name = "proposal list",
                      .method = "GET",
                      .path = "/proposals",
                      .needs = Permission::author,
                      .summary = "what was proposed at /propose, the newest first"},
                     &proposal_list),
      operation<Hub>({.name = "proposal show",
                      .method = "GET",
                      .path = "/proposals/{id}",
                      .needs = Permission::author,
                      .summary = "one proposal, whole",
                      .positional = {"id"}},
                     &proposal_show),
      operation<Hub>({.name = "proposal take",
                      .method = "POST",
                      .path = "/proposals/{id}/take",
                      .needs = Permission::editor,
                      .summary = "make an announcement of it: prints a post file to begin with",
                      .help = "The proposer reads that it is taken up. Once an announcement with "
                              "the slug of that post file is published, they find its links.",
                      .positional = {"id"}},
                     &proposal_take),
      operation<Hub>({.name = "proposal decline",
                      .method = "POST",
                      .path = "/proposals/{id}/decline",
                      .needs = Permission::editor,
                      .summary = "do not announce it, with a reason that the proposer reads",
                      .positional = {"id"}},
                     &proposal_decline),
      operation<Hub>({.name = "proposal remove",
                      .method = "DELETE",
                      .path = "/proposals/{id}",
                      .needs = Permission::editor,
                      .summary = "delete a proposal with all its words, as spam",
                      .positional = {"id"}},
                     &proposal_remove),
  };
}

}  // namespace carillon
