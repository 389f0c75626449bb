// Leaving a platform: what still points to an account.
#pragma once

#include <string>
#include <vector>

#include "core/operation.hpp"
#include "hub/hub.hpp"
#include "retire/accounts.hpp"
#include "retire/crawl.hpp"
#include "retire/reference.hpp"

namespace carillon {

struct DelistScanRequest {
  std::vector<std::string> path;
  std::vector<std::string> channel;
  std::vector<std::string> handle;
  std::string commit;
  std::string sarif;
  std::string html;
  std::vector<std::string> host;
  std::string pages;
  std::string depth;
  std::string delay;
  std::string minutes;
  static constexpr std::array<std::array<std::string_view, 2>, 11> notes{{
      {"path", "folders, files, repositories or addresses of web sites; default: here"},
      {"channel", "a channel of the workspace whose account is looked for"},
      {"handle", "an account, as x:ProjectJupyter or gplus:+Python; needs no workspace"},
      {"commit", "look at this commit of the repository, not at the files on the disk"},
      {"sarif", "also write what is to do as SARIF 2.1.0, for a code host"},
      {"html", "also write a page for people to read"},
      {"host", "a further host that a site's links may lead to, as docs.example.org"},
      {"pages", "read at most so many pages of each site; default: 2000"},
      {"depth", "follow at most so many links from where it begins; default: 20"},
      {"delay", "milliseconds between two requests to a host; default: 200, or what it asks for"},
      {"minutes", "stop reading a site after so many minutes; default: 30"},
  }};
};
BOOST_DESCRIBE_STRUCT(DelistScanRequest, (),
                      (path, channel, handle, commit, sarif, html, host, pages, depth, delay,
                       minutes))

struct DelistScanned {
  std::int64_t files = 0;
  std::int64_t pages = 0;  // of web sites
  std::int64_t bytes = 0;
  std::vector<std::string> unread;  // could not be read
  std::vector<LeftOut> left;        // of web sites: what was not read, and why
  // By path and line; with several paths, each below its own. Of a web site the path is the page's
  // address.
  std::vector<Reference> findings;
};
BOOST_DESCRIBE_STRUCT(DelistScanned, (), (files, pages, bytes, unread, left, findings))

// The accounts that --handle names. Errors: those of parse_account. Pure.
[[nodiscard]] Result<std::vector<AccountName>> named_accounts(
    const std::vector<std::string>& handles);

// The accounts a channel has: that of its address, then its other names. Errors: invalid, where the
// address names none or another name cannot be read. Pure.
[[nodiscard]] Result<std::vector<AccountName>> accounts_of(const Channel& channel);

// Finds every reference to the accounts. Changes nothing but the files it is told to write. Errors:
// denied for an actor elsewhere, since it reads this machine's files; invalid when no account is
// named; and those of the scan.
Result<DelistScanned> delist_scan(Hub& hub, const Actor& actor, const DelistScanRequest& request);

// The same where all accounts are named by --handle: needs no workspace. `contact`: the address in
// the user agent when web sites are read; may be empty.
Result<DelistScanned> delist_scan_without_workspace(const Actor& actor,
                                                    const DelistScanRequest& request,
                                                    const std::string& contact = {});

// What of the reply was not read, in words. Pure.
[[nodiscard]] std::string unread_in_words(const DelistScanned& scanned);

// The reply for people, and as one JSON object a line. Pure.
[[nodiscard]] std::string scanned_in_words(const DelistScanned& scanned);
[[nodiscard]] std::string scanned_as_lines(const DelistScanned& scanned);

[[nodiscard]] std::vector<Operation<Hub>> retiring_operations();

}  // namespace carillon
