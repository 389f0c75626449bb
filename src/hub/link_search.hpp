// Looking for what still points to a channel that is left, at a place on the network: a repository
// or a web site; with the patch that the decision allows.
#pragma once

#include <string>
#include <vector>

#include "hub/patching.hpp"
#include "hub/retiring.hpp"

namespace carillon {

enum class LinkPlace { repository, web_site };
BOOST_DESCRIBE_ENUM(LinkPlace, repository, web_site)

struct LinkSearchRequest {
  static constexpr std::array<std::string_view, 2> required{"channel", "address"};
  std::string channel;
  std::string address;
  LinkPlace place = LinkPlace::repository;
  static constexpr std::array<std::array<std::string_view, 2>, 3> notes{{
      {"channel", "the channel that is left"},
      {"address", "what `git clone` takes (https), or where the web site begins"},
      {"place", "what is there: repository or web_site"},
  }};
};
BOOST_DESCRIBE_STRUCT(LinkSearchRequest, (), (channel, address, place))

// What the decision lets be taken away; of a web site there is none.
struct PatchOffer {
  std::string refused;  // why there is none
  std::string hint;     // what to do about it
  std::string decision;
  std::string record;
  std::vector<PatchedFile> files;
  std::vector<PatchTask> tasks;
  std::vector<BeyondScope> beyond;
  std::string diff;  // in the unified format, for `git apply`
};
BOOST_DESCRIBE_STRUCT(PatchOffer, (), (refused, hint, decision, record, files, tasks, beyond, diff))

struct LinkSearch {
  std::string channel;
  std::string address;
  LinkPlace place = LinkPlace::repository;
  std::int64_t files = 0;
  std::int64_t pages = 0;
  std::vector<Reference> findings;  // what is to be done first; at most 5000
  std::int64_t more = 0;            // further ones
  std::vector<std::string> unread;
  std::vector<LeftOut> left;
  PatchOffer patch;
};
BOOST_DESCRIBE_STRUCT(LinkSearch, (),
                      (channel, address, place, files, pages, findings, more, unread, left, patch))

// Searches and waits for the end, of which there is always one: a repository may take a minute and
// 512 MB to be copied, a site is read for a minute and 300 pages at most, and only one search runs
// at a time. Changes nothing. Errors: conflict while another one runs; those of Checkout, of
// delist_scan and of the channel. What a patch is refused for is no error: the reply says it.
Result<LinkSearch> link_search(Hub& hub, const Actor& actor, const LinkSearchRequest& request);

[[nodiscard]] std::vector<Operation<Hub>> link_search_operations();

}  // namespace carillon
