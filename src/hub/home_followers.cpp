#include "hub/home_followers.hpp"

#include <fmt/format.h>

#include "federation/limits.hpp"
#include "hub/blocking.hpp"

namespace carillon {

namespace {

Result<std::string> list_of(const Actor& actor, const HomeFollowersCompareRequest& request) {
  if (request.file.empty() == request.text.empty())
    return fail(Fault::invalid, "name the list, or send its text", "One of the two.");
  if (request.file.empty()) return request.text;
  if (!actor.local)
    return fail(Fault::denied, "a file can be named only on the machine itself",
                "Send the list's text instead.");
  return read_file(request.file, limits::block_list_bytes);
}

std::string shown(const std::string& account) {
  return account.find('/') == std::string::npos ? "@" + account : account;
}

}  // namespace

Result<HomeFollowersExported> home_followers_export(Hub& hub, const Actor&,
                                                    const HomeFollowersExportRequest&) {
  CHECK_OK(check_account(hub));
  TRY(const AccountList all, hub.store().read(fedi_rows::follower_names));
  return HomeFollowersExported{write_account_list(all)};
}

Result<HomeFollowersCompared> home_followers_compare(Hub& hub, const Actor& actor,
                                                     const HomeFollowersCompareRequest& request) {
  CHECK_OK(check_account(hub));
  TRY(const std::string text, list_of(actor, request));
  const ReadAccounts list = read_account_list(text);
  TRY(const AccountList all, hub.store().read(fedi_rows::follower_names));
  const auto states = compare_accounts(list.accounts, all);
  HomeFollowersCompared out;
  out.unread = list.unread;
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (states[i] == CameOver::follows) ++out.follows;
    if (states[i] == CameOver::likely) ++out.likely;
    if (states[i] == CameOver::not_yet) ++out.not_yet;
    out.accounts.push_back({shown(list.accounts[i]), states[i]});
  }
  return out;
}

std::string compared_in_words(const HomeFollowersCompared& compared) {
  std::string out =
      fmt::format("{} of {} follow the home", compared.follows, compared.accounts.size());
  if (compared.likely > 0) out += fmt::format(", {} more likely do", compared.likely);
  out += ".\n";
  for (const ComparedAccount& one : compared.accounts) {
    if (one.state == CameOver::not_yet) out += fmt::format("  not yet  {}\n", one.account);
    if (one.state == CameOver::likely) out += fmt::format("  likely   {}\n", one.account);
  }
  if (compared.unread > 0) out += fmt::format("{} lines name no account.\n", compared.unread);
  if (compared.not_yet > 0)
    out += "Nobody can be made to follow: their servers do it at a move, or they do it.\n";
  return out;
}

std::vector<Operation<Hub>> follower_operations() {
  OperationSpec exporting{.name = "home export-followers",
                          .method = "GET",
                          .path = "/home/followers/export",
                          .needs = Permission::admin,
                          .summary = "who follows the home, as a list that Mastodon has too",
                          .help =
                              "One column, \"Account address\", the newest first. An account whose "
                              "name is not known at the moment is written by its address. These "
                              "are data of people: keep the list as such."};
  OperationSpec comparing{.name = "home compare-followers",
                          .method = "POST",
                          .path = "/home/followers/compare",
                          .needs = Permission::admin,
                          .summary = "who of a list follows the home already, and who not yet",
                          .help =
                              "Takes a CSV file of accounts as Mastodon exports it. Changes "
                              "nothing: a list cannot make anybody follow.",
                          .positional = {"file"},
                          .hidden = {"text"},
                          .local = {"file"},
                          .quiet = true};
  return {operation<Hub>(exporting, &home_followers_export),
          operation<Hub>(comparing, &home_followers_compare)};
}

}  // namespace carillon
