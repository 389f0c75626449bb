#include "hub/blocking.hpp"

#include <fmt/format.h>

#include "base/moment.hpp"
#include "federation/limits.hpp"
#include "hub/fediverse.hpp"

namespace carillon {

namespace {

HomeBlockView view_of(const FediBlock& block) {
  return {block.target, block.kind, block.person, iso_time(block.made)};
}

HomeReportView view_of(const FediReport& report) {
  return {report.id,     report.host,
          report.actor,  report.words,
          report.about,  iso_time(report.made),
          report.person, report.seen == 0 ? std::string() : iso_time(report.seen)};
}

// How many followers there were more before `change` than after it.
Result<std::int64_t> counted(Db& db, const std::function<Result<void>()>& change) {
  TRY(const std::int64_t before, fedi_rows::followers(db));
  CHECK_OK(change());
  TRY(const std::int64_t after, fedi_rows::followers(db));
  return before - after;
}

Result<std::string> list_of(const Actor& actor, const HomeBlocksImportRequest& request) {
  if (request.file.empty() == request.text.empty())
    return fail(Fault::invalid, "name the list, or send its text", "One of the two.");
  if (request.file.empty()) return request.text;
  if (!actor.local)
    return fail(Fault::denied, "a file can be named only on the machine itself",
                "Send the list's text instead.");
  return read_file(request.file, limits::block_list_bytes);
}

}  // namespace

Result<void> check_account(const Hub& hub) {
  TRY(const auto settings, fediverse_settings(hub));
  if (settings) return {};
  return fail(Fault::conflict, "the home has no account in the fediverse",
              "`carillon channel set home handle=news` gives it one.");
}

Result<HomeBlockChanged> home_block(Hub& hub, const Actor& actor, const HomeBlockRequest& request) {
  CHECK_OK(check_account(hub));
  TRY(FediBlock block, read_block(request.target));
  block.person = actor.name;
  block.made = hub.clock().now();
  return hub.store().write([&](Db& db) -> Result<HomeBlockChanged> {
    HomeBlockChanged out{block.target, false, 0};
    TRY(out.followers_less, counted(db, [&]() -> Result<void> {
          TRY(out.changed, fedi_rows::add(db, block));
          return {};
        }));
    return out;
  });
}

Result<HomeBlockChanged> home_unblock(Hub& hub, const Actor&, const HomeBlockRequest& request) {
  CHECK_OK(check_account(hub));
  TRY(const FediBlock block, read_block(request.target));
  return hub.store().write([&](Db& db) -> Result<HomeBlockChanged> {
    TRY(const bool changed, fedi_rows::remove_block(db, block.target));
    return HomeBlockChanged{block.target, changed, 0};
  });
}

Result<std::vector<HomeBlockView>> home_blocks(Hub& hub, const Actor&, const HomeBlocksRequest&) {
  CHECK_OK(check_account(hub));
  TRY(const auto all, hub.store().read(fedi_rows::blocks));
  std::vector<HomeBlockView> out;
  out.reserve(all.size());
  for (const FediBlock& block : all) out.push_back(view_of(block));
  return out;
}

Result<HomeBlocksImported> home_blocks_import(Hub& hub, const Actor& actor,
                                              const HomeBlocksImportRequest& request) {
  CHECK_OK(check_account(hub));
  TRY(const std::string text, list_of(actor, request));
  BlockList list = read_block_list(text);
  const Micros now = hub.clock().now();
  return hub.store().write([&](Db& db) -> Result<HomeBlocksImported> {
    HomeBlocksImported out{0, 0, list.milder, list.unread, 0};
    TRY(out.followers_less, counted(db, [&]() -> Result<void> {
          for (FediBlock& block : list.blocks) {
            block.person = actor.name;
            block.made = now;
            TRY(const bool added, fedi_rows::add(db, block));
            ++(added ? out.blocked : out.known);
          }
          return {};
        }));
    return out;
  });
}

Result<HomeBlocksExported> home_blocks_export(Hub& hub, const Actor&,
                                              const HomeBlocksExportRequest& request) {
  CHECK_OK(check_account(hub));
  TRY(const auto all, hub.store().read(fedi_rows::blocks));
  return HomeBlocksExported{write_block_list(all, request.kind)};
}

Result<std::vector<HomeReportView>> home_reports(Hub& hub, const Actor&,
                                                 const HomeReportsRequest& request) {
  CHECK_OK(check_account(hub));
  TRY(const auto all,
      hub.store().read([&](Db& db) { return fedi_rows::reports(db, !request.all); }));
  std::vector<HomeReportView> out;
  out.reserve(all.size());
  for (const FediReport& report : all) out.push_back(view_of(report));
  return out;
}

Result<HomeReportView> home_report_seen(Hub& hub, const Actor& actor,
                                        const HomeReportRequest& request) {
  CHECK_OK(check_account(hub));
  TRY(const FediReport report, hub.store().write([&](Db& db) {
    return fedi_rows::mark_seen(db, request.id, actor.name, hub.clock().now());
  }));
  return view_of(report);
}

std::vector<Operation<Hub>> blocking_operations() {
  OperationSpec block{.name = "home block",
                      .method = "POST",
                      .path = "/home/blocks",
                      .needs = Permission::editor,
                      .summary = "have nothing to do with a server or an account of the fediverse",
                      .help =
                          "Who follows from there follows no more, what came from there is "
                          "forgotten, nothing is sent there, and what comes is refused before "
                          "anything of it is read. A server stands for all below its name.",
                      .positional = {"target"}};
  OperationSpec unblock{.name = "home unblock",
                        .method = "DELETE",
                        .path = "/home/blocks",
                        .needs = Permission::editor,
                        .summary = "let a blocked server or account come again",
                        .help = "Who followed from there has to follow anew.",
                        .positional = {"target"}};
  OperationSpec list{.name = "home blocks",
                     .method = "GET",
                     .path = "/home/blocks",
                     .needs = Permission::editor,
                     .summary = "which servers and accounts the home blocks"};
  OperationSpec import{.name = "home import-blocks",
                       .method = "POST",
                       .path = "/home/blocks/import",
                       .needs = Permission::editor,
                       .summary = "block what a list names",
                       .help =
                           "Takes the CSV files that Mastodon exports, of domains and of "
                           "accounts, and lists with one name a line. A line with a severity "
                           "other than \"suspend\" is passed over.",
                       .positional = {"file"},
                       .hidden = {"text"},
                       .local = {"file"}};
  OperationSpec exporting{.name = "home export-blocks",
                          .method = "GET",
                          .path = "/home/blocks/export",
                          .needs = Permission::editor,
                          .summary = "the list of blocks as Mastodon takes it in",
                          .help = "Blocks by the address of an account have no place in it.",
                          .valued = {{"kind", "KIND"}}};
  OperationSpec reports{.name = "home reports",
                        .method = "GET",
                        .path = "/home/reports",
                        .needs = Permission::editor,
                        .summary = "what other servers report of the home's account",
                        .help =
                            "The newest first. `carillon home report ID` notes that you looked "
                            "into one."};
  OperationSpec seen{.name = "home report",
                     .method = "POST",
                     .path = "/home/reports/{id}/seen",
                     .needs = Permission::editor,
                     .summary = "note that you looked into a report",
                     .positional = {"id"}};
  return {operation<Hub>(block, &home_block),
          operation<Hub>(unblock, &home_unblock),
          operation<Hub>(list, &home_blocks),
          operation<Hub>(import, &home_blocks_import),
          operation<Hub>(exporting, &home_blocks_export),
          operation<Hub>(reports, &home_reports),
          operation<Hub>(seen, &home_report_seen)};
}

}  // namespace carillon
