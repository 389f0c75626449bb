// Leaving a platform: what still points to an account.
#pragma once

#include <string>
#include <vector>

#include "core/operation.hpp"
#include "hub/hub.hpp"
#include "retire/accounts.hpp"
#include "retire/reference.hpp"

namespace carillon {

struct DelistScanRequest {
  std::vector<std::string> path;
  std::vector<std::string> channel;
  std::vector<std::string> handle;
  std::string commit;
  std::string sarif;
  std::string html;
  static constexpr std::array<std::array<std::string_view, 2>, 6> notes{{
      {"path", "folders, files or repositories; default: here"},
      {"channel", "a channel of the workspace whose account is looked for"},
      {"handle", "an account, as x:ProjectJupyter or gplus:+Python; needs no workspace"},
      {"commit", "look at this commit of the repository, not at the files on the disk"},
      {"sarif", "also write what is to do as SARIF 2.1.0, for a code host"},
      {"html", "also write a page for people to read"},
  }};
};
BOOST_DESCRIBE_STRUCT(DelistScanRequest, (), (path, channel, handle, commit, sarif, html))

struct DelistScanned {
  std::int64_t files = 0;
  std::int64_t bytes = 0;
  std::vector<std::string> unread;  // could not be read
  std::vector<Reference> findings;  // by path and line; with several paths, each below its own
};
BOOST_DESCRIBE_STRUCT(DelistScanned, (), (files, bytes, unread, findings))

// The accounts a channel has: that of its address, then its other names. Errors: invalid, where the
// address names none or another name cannot be read. Pure.
[[nodiscard]] Result<std::vector<AccountName>> accounts_of(const Channel& channel);

// Finds every reference to the accounts. Changes nothing but the files it is told to write. Errors:
// denied for an actor elsewhere, since it reads this machine's files; invalid when no account is
// named; and those of the scan.
Result<DelistScanned> delist_scan(Hub& hub, const Actor& actor, const DelistScanRequest& request);

// The same where all accounts are named by --handle: needs no workspace.
Result<DelistScanned> delist_scan_without_workspace(const Actor& actor,
                                                    const DelistScanRequest& request);

// The reply for people, and as one JSON object a line. Pure.
[[nodiscard]] std::string scanned_in_words(const DelistScanned& scanned);
[[nodiscard]] std::string scanned_as_lines(const DelistScanned& scanned);

[[nodiscard]] std::vector<Operation<Hub>> retiring_operations();

}  // namespace carillon
