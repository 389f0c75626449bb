// What anybody may propose that the organisation announces. Pure; thread-safe.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/describe.hpp"

namespace carillon {

// Waiting: nobody has decided. Taken: somebody makes an announcement of it. Published: that
// announcement is out.
enum class ProposalState { waiting, taken, declined, published };
BOOST_DESCRIBE_ENUM(ProposalState, waiting, taken, declined, published)

// What the proposer writes. Wishes are words, not settings: an editor decides.
struct ProposalWords {
  std::string text = {};
  std::string link = {};
  std::string audience = {};  // who should hear it, and where
  std::string date = {};      // when it would be good
  std::string name = {};      // personal, as is the next: for editors, and forgotten
  std::string contact = {};
  [[nodiscard]] bool operator==(const ProposalWords&) const = default;
};
BOOST_DESCRIBE_STRUCT(ProposalWords, (), (text, link, audience, date, name, contact))

struct Proposal {
  std::string id = {};  // a TID
  ProposalState state = ProposalState::waiting;
  ProposalWords words = {};
  std::string slug = {};    // of the announcement that is made of it; empty until it is taken
  std::string reason = {};  // why it was declined, for the proposer to read
  Micros made = 0;
  Micros ended = 0;  // when it was declined or published; 0: it is open
};

// The words as they are kept: line ends as "\n", no blanks around them. Pure.
[[nodiscard]] ProposalWords tidied(ProposalWords words);

// What is wrong with tidied words: the member, and a sentence for the proposer. Texts longer than
// the limits, more links than limits::proposal_links, a link that is none, control characters,
// bytes that are not UTF-8. Pure.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> word_problems(
    const ProposalWords& words);

// The slug of the announcement: the first words and a piece of the id. Pure.
[[nodiscard]] std::string proposal_slug(const Proposal& proposal);

// The post file an editor starts with: the slug, the link, the text as the body, and the wishes as
// comments. It holds nothing personal. Pure.
[[nodiscard]] std::string proposal_post(const Proposal& proposal);

}  // namespace carillon
