#include "hub/record.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

#include "base/moment.hpp"
#include "store/events.hpp"

namespace carillon {

namespace {

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using LogFile = std::unique_ptr<std::FILE, Close>;

tl::unexpected<Error> unreadable(const std::string& file, int why) {
  return fail(why == ENOENT ? Fault::not_found : Fault::unavailable,
              fmt::format("{} cannot be read: {}", file, std::strerror(why)),
              "Name a file that `carillon record export` wrote.");
}

tl::unexpected<Error> unwritable(const std::string& file, int why) {
  return fail(Fault::unavailable, fmt::format("{} cannot be written: {}", file, std::strerror(why)),
              "Check the folder, its permissions and the disk.");
}

Result<std::string> head_of(const std::string& said) {
  if (said.empty()) return std::string();
  auto bytes = from_hex(said);
  if (bytes && bytes->size() == 32) return std::move(*bytes);
  return fail(Fault::invalid, fmt::format("\"{}\" is no head", said),
              "It is the 64 characters that `carillon record verify` prints.");
}

RecordVerified view_of(const ChainReport& report, const std::string& asked) {
  const bool any = report.count > 0;
  return {.whole = report.broken.empty() && (asked.empty() || report.pinned_at > 0),
          .events = report.count,
          .first = report.first,
          .last = report.last,
          .from = any ? iso_time(report.first_at) : std::string(),
          .to = any ? iso_time(report.last_at) : std::string(),
          .erased = report.erased,
          .head = to_hex(report.head),
          .broken_at = report.broken_at,
          .broken = report.broken,
          .head_at = report.pinned_at,
          .asked = asked};
}

}  // namespace

Result<Micros> moment_of(const std::string& flag, const std::string& said) {
  if (said.empty()) return Micros{0};
  if (const auto start = parse_day(said)) return *start;
  if (const auto moment = parse_time(said)) return *moment;
  return fail(Fault::invalid, fmt::format("{} {}: this is neither a day nor a moment", flag, said),
              "Write it as 2026-11-26 or 2026-11-26T10:00:00Z.");
}

Result<RecordVerified> verify_file(const RecordVerifyRequest& request) {
  TRY(const std::string pinned, head_of(request.head));
  const LogFile file(std::fopen(request.file.c_str(), "rbe"));
  if (!file) return unreadable(request.file, errno);
  ChainFile chain(pinned);
  std::string piece(64 * 1024, '\0');
  while (const std::size_t got = std::fread(piece.data(), 1, piece.size(), file.get()))
    chain.feed(std::string_view(piece).substr(0, got));
  if (std::ferror(file.get()) != 0) return unreadable(request.file, errno);
  return view_of(chain.finish(), request.head);
}

Result<RecordVerified> record_verify(Hub& hub, const Actor& actor,
                                     const RecordVerifyRequest& request) {
  if (!request.file.empty() && !actor.local)
    return fail(Fault::denied, "only this machine's owner may name a file");
  if (!request.file.empty()) return verify_file(request);
  TRY(const std::string pinned, head_of(request.head));
  TRY(const ChainReport report, hub.store().read([&](Db& db) { return check_chain(db, pinned); }));
  return view_of(report, request.head);
}

int verified_code(const RecordVerified& verified) {
  return verified.whole ? 0 : 1;
}

Result<RecordExported> export_lines(Hub& hub, const std::string& since,
                                    const std::function<Result<void>(std::string_view)>& each) {
  TRY(const Micros from, moment_of("--since", since));
  return hub.store().read([&](Db& db) -> Result<RecordExported> {
    RecordExported out;
    std::string head;
    CHECK_OK(read_chain(db, from, [&](const ChainedEvent& event) -> Result<void> {
      ++out.events;
      head = event.hash;
      return each(chain_line(event) + "\n");
    }));
    out.head = to_hex(head);
    return out;
  });
}

Result<RecordExported> record_export(Hub& hub, const Actor&, const RecordExportRequest& request) {
  if (request.out.empty())
    return fail(Fault::invalid, "it is not said which file to write", "Add --out FILE.");
  const std::string beside = request.out + ".new";
  LogFile file(std::fopen(beside.c_str(), "wbe"));
  if (!file) return unwritable(beside, errno);
  auto out = export_lines(hub, request.since, [&](std::string_view line) -> Result<void> {
    if (std::fwrite(line.data(), 1, line.size(), file.get()) == line.size()) return {};
    return unwritable(beside, errno);
  });
  const bool closed = std::fclose(file.release()) == 0;
  std::error_code error;
  if (out && closed) std::filesystem::rename(beside, request.out, error);
  if (out && closed && !error) {
    out->out = request.out;
    return out;
  }
  const int why = error ? error.value() : errno;
  std::filesystem::remove(beside, error);
  if (out) return unwritable(request.out, why);
  return out;
}

std::string verified_in_words(const RecordVerified& verified) {
  std::string out;
  if (verified.events == 0) {
    out = "There is no event.\n";
  } else {
    out = fmt::format("{} events, from {} ({}) to {} ({})\n", verified.events, verified.first,
                      verified.from, verified.last, verified.to);
    if (verified.erased > 0)
      out += fmt::format("the details of {} are erased, as is told in the log\n", verified.erased);
    out += fmt::format("head {}\n", verified.head);
  }
  if (!verified.broken.empty()) return out + fmt::format("BROKEN: {}.\n", verified.broken);
  if (verified.whole && !verified.asked.empty())
    return out + fmt::format("The chain holds, and that head is the hash of event {} in it.\n",
                             verified.head_at);
  if (verified.whole) return out + "The chain holds.\n";
  return out +
         "BROKEN: the head that was asked for is not in this chain: the log was cut off before it, "
         "written anew, or is another one.\n";
}

std::string exported_in_words(const RecordExported& exported) {
  return fmt::format("{} events in {}\nhead {}\n", exported.events, exported.out, exported.head);
}

std::vector<Operation<Hub>> record_operations() {
  return {
      operation<Hub>(
          {.name = "record verify",
           .method = "GET",
           .path = "/record-verification",
           .needs = Permission::editor,
           .summary = "whether the audit log is whole, or where it was changed",
           .help = "Checks the chain of hashes over all events, in the workspace's database or in "
                   "an exported file, for which no workspace is needed. Prints how many events "
                   "there are and the head; or the first event that does not fit, and what was "
                   "changed there. A head that you wrote down earlier shows whether the log was "
                   "cut off or written anew since. Exits with 1 when something is wrong.",
           .positional = {"file"},
           .local = {"file"},
           .valued = {{"file", "FILE"}, {"head", "HASH"}}},
          &record_verify, &verified_code),
      operation<Hub>({.name = "record export",
                      .method = "",
                      .path = "",
                      .summary = "the audit log as a file that anybody can check",
                      .help = "Writes one event a line, as JSON, with everything that is needed to "
                              "check the chain. The file holds names and addresses: give it only "
                              "to whom they may be shown.",
                      .valued = {{"out", "FILE"}, {"since", "DAY"}}},
                     &record_export),
  };
}

}  // namespace carillon
