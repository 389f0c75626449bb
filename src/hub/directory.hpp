// The official channels as sites show them: pieces for the sites, and whether the sites are right.
#pragma once

#include <string>
#include <vector>

#include "core/operation.hpp"
#include "home/snippet.hpp"
#include "hub/hub.hpp"
#include "retire/crawl.hpp"
#include "retire/official.hpp"

namespace carillon {

struct ChannelSnippetRequest {
  Generator generator = Generator::html;
  static constexpr std::array<std::array<std::string_view, 2>, 1> notes{{
      {"generator", "html (default), json_ld, markdown, hugo, jekyll, eleventy, mkdocs or sphinx"},
  }};
};
BOOST_DESCRIBE_STRUCT(ChannelSnippetRequest, (), (generator))

struct ChannelVerifyRequest {
  std::vector<std::string> site;
  bool all = false;
  static constexpr std::array<std::array<std::string_view, 2>, 2> notes{{
      {"site", "a site's address; default: those of carillon.yaml"},
      {"all", "read whole sites, not only the pages that usually name accounts"},
  }};
};
BOOST_DESCRIBE_STRUCT(ChannelVerifyRequest, (), (site, all))

struct ChannelVerified {
  std::vector<std::string> sites;
  std::int64_t pages = 0;
  std::vector<ChannelFinding> findings;
  std::vector<std::string> unread;  // pages and accounts that did not answer
  std::vector<LeftOut> left;
};
BOOST_DESCRIBE_STRUCT(ChannelVerified, (), (sites, pages, findings, unread, left))

Result<std::vector<SnippetPiece>> channel_snippet(Hub& hub, const Actor& actor,
                                                  const ChannelSnippetRequest& request);

// Reads the sites and compares; asks the servers of Mastodon and Bluesky whether the accounts prove
// that they are ours. Changes nothing. Errors: invalid when no site is known, and those of crawl
// when none can be read.
Result<ChannelVerified> channel_verify(Hub& hub, const Actor& actor,
                                       const ChannelVerifyRequest& request);

// The same with another clock and way to wait.
Result<ChannelVerified> verify_channels(Hub& hub, const Actor& actor,
                                        const ChannelVerifyRequest& request,
                                        const CrawlTools& tools);

[[nodiscard]] std::vector<Operation<Hub>> directory_operations();

}  // namespace carillon
