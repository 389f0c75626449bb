// Whom the home has nothing to do with in the fediverse, and what others report of it, as
// operations.
#pragma once

#include <string>
#include <vector>

#include "core/operation.hpp"
#include "federation/blocks.hpp"
#include "federation/reports.hpp"
#include "hub/hub.hpp"

namespace carillon {

struct HomeBlockRequest {
  static constexpr std::array<std::string_view, 1> required{"target"};
  std::string target;
  static constexpr std::array<std::array<std::string_view, 2>, 1> notes{{
      {"target", "a server, as example.org; or an account, as @name@example.org, or its address"},
  }};
};
BOOST_DESCRIBE_STRUCT(HomeBlockRequest, (), (target))

struct HomeBlockView {
  std::string target;
  BlockKind kind = BlockKind::domain;
  std::string person;  // who blocked it
  std::string made;    // RFC 3339 in UTC
};
BOOST_DESCRIBE_STRUCT(HomeBlockView, (), (target, kind, person, made))

struct HomeBlockChanged {
  std::string target;
  bool changed = false;             // false: it was so before
  std::int64_t followers_less = 0;  // who followed from there
};
BOOST_DESCRIBE_STRUCT(HomeBlockChanged, (), (target, changed, followers_less))

struct HomeBlocksRequest {};
BOOST_DESCRIBE_STRUCT(HomeBlocksRequest, (), ())

struct HomeBlocksImportRequest {
  std::string file = {};
  std::string text = {};
  static constexpr std::array<std::array<std::string_view, 2>, 2> notes{{
      {"file", "the list, a CSV file as Mastodon exports it"},
      {"text", "the list itself"},
  }};
};
BOOST_DESCRIBE_STRUCT(HomeBlocksImportRequest, (), (file, text))

struct HomeBlocksImported {
  std::int64_t blocked = 0;
  std::int64_t known = 0;   // blocked before
  std::int64_t milder = 0;  // lines that ask for less than a block: passed over
  std::int64_t unread = 0;  // lines that name nothing
  std::int64_t followers_less = 0;
};
BOOST_DESCRIBE_STRUCT(HomeBlocksImported, (), (blocked, known, milder, unread, followers_less))

struct HomeBlocksExportRequest {
  BlockKind kind = BlockKind::domain;
  static constexpr std::array<std::array<std::string_view, 2>, 1> notes{{
      {"kind", "domain or account: Mastodon has a list for each"},
  }};
};
BOOST_DESCRIBE_STRUCT(HomeBlocksExportRequest, (), (kind))

struct HomeBlocksExported {
  std::string csv;
};
BOOST_DESCRIBE_STRUCT(HomeBlocksExported, (), (csv))

struct HomeReportsRequest {
  bool all = false;
  static constexpr std::array<std::array<std::string_view, 2>, 1> notes{{
      {"all", "also those that somebody looked into"},
  }};
};
BOOST_DESCRIBE_STRUCT(HomeReportsRequest, (), (all))

struct HomeReportRequest {
  static constexpr std::array<std::string_view, 1> required{"id"};
  std::string id;
  static constexpr std::array<std::array<std::string_view, 2>, 1> notes{{
      {"id", "the report's id"},
  }};
};
BOOST_DESCRIBE_STRUCT(HomeReportRequest, (), (id))

struct HomeReportView {
  std::string id;
  std::string host;    // of the server that sent it
  std::string actor;   // who: mostly the server itself
  std::string words;   // plain text, of a stranger
  std::string about;   // the address of the announcement, or of the account
  std::string made;    // RFC 3339 in UTC
  std::string person;  // who looked into it; empty: nobody yet
  std::string seen;    // the same
};
BOOST_DESCRIBE_STRUCT(HomeReportView, (), (id, host, actor, words, about, made, person, seen))

// Errors: conflict where the home has no account in the fediverse.
[[nodiscard]] Result<void> check_account(const Hub& hub);

// Errors of all: conflict where the home has no account in the fediverse; invalid for what names
// nothing; not_found.
Result<HomeBlockChanged> home_block(Hub& hub, const Actor& actor, const HomeBlockRequest& request);
Result<HomeBlockChanged> home_unblock(Hub& hub, const Actor& actor,
                                      const HomeBlockRequest& request);
Result<std::vector<HomeBlockView>> home_blocks(Hub& hub, const Actor& actor,
                                               const HomeBlocksRequest& request);
Result<HomeBlocksImported> home_blocks_import(Hub& hub, const Actor& actor,
                                              const HomeBlocksImportRequest& request);
Result<HomeBlocksExported> home_blocks_export(Hub& hub, const Actor& actor,
                                              const HomeBlocksExportRequest& request);
Result<std::vector<HomeReportView>> home_reports(Hub& hub, const Actor& actor,
                                                 const HomeReportsRequest& request);
Result<HomeReportView> home_report_seen(Hub& hub, const Actor& actor,
                                        const HomeReportRequest& request);

[[nodiscard]] std::vector<Operation<Hub>> blocking_operations();

}  // namespace carillon
