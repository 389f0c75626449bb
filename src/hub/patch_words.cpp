#include "hub/patch_words.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/limits.hpp"
#include "net/url.hpp"

namespace carillon {

std::string platforms_of(const std::vector<AccountName>& accounts, bool titles) {
  std::vector<std::string> out;
  for (const AccountName& account : accounts) {
    std::string name =
        titles ? std::string(find_network(account.platform)->title) : account.platform;
    if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(std::move(name));
  }
  return fmt::format("{}", fmt::join(out, titles ? ", " : "-"));
}

std::map<std::string, std::size_t> by_owner(const std::vector<PatchTask>& tasks) {
  std::map<std::string, std::size_t> out;
  for (const PatchTask& task : tasks) ++out[task.owner];
  return out;
}

std::size_t lines_of(const DelistPatched& patched) {
  std::size_t out = 0;
  for (const PatchedFile& file : patched.files) out += file.lines.size();
  return out;
}

std::string plural(std::size_t count, std::string_view thing) {
  return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

std::string message_of(const Mandate& mandate, const DelistPatched& patched) {
  std::vector<std::string> accounts;
  accounts.reserve(mandate.accounts.size());
  for (const AccountName& account : mandate.accounts)
    accounts.push_back(
        fmt::format("{} ({})", account.handle, find_network(account.platform)->title));
  const Decision& decision = mandate.decision;
  std::string out = fmt::format("Remove links to {}\n\n", platforms_of(mandate.accounts, true));
  out += fmt::format("Takes away what pointed readers to {}.\n", fmt::join(accounts, ", "));
  if (!decision.id.empty())
    out += fmt::format("Decision {}: {} ({}, {})\n", decision.id, decision.title, decision.body,
                       decision.decided);
  if (!decision.record.empty()) out += fmt::format("{}\n", decision.record);
  out += fmt::format("\nRemoved or changed {} in {}:\n", plural(lines_of(patched), "line"),
                     plural(patched.files.size(), "file"));
  for (const PatchedFile& file : patched.files)
    out += fmt::format("- {} ({})\n", file.path, file.lines.size());
  if (patched.tasks.empty()) return out;
  out += "\nLeft for people:\n";
  for (const auto& [owner, count] : by_owner(patched.tasks))
    out += fmt::format("- {}: {} line{}\n", owner, count, count == 1 ? "" : "s");
  return out;
}

namespace {

constexpr std::size_t most_accounts = 20;
constexpr std::size_t most_files = 100;
constexpr std::size_t most_tasks = 200;

// As code of Markdown, in one line, whatever stands in it. https://spec.commonmark.org/#code-spans
std::string code(std::string text) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  const bool apart = text.starts_with('`') || text.ends_with('`');
  return apart ? fmt::format("{} {} {}", fence, text, fence) : fence + text + fence;
}

// Words that Markdown takes as they are, and others as code.
std::string said(const std::string& words) {
  return words.find_first_of("@#!<>[]()`*_\\&|~") == std::string::npos ? words : code(words);
}

// A list that ends before the text is longer than that, and then says how many it left out.
class CutList {
 public:
  CutList(std::string& out, std::size_t bytes, std::size_t entries)
      : out_(out), bytes_(bytes), entries_(entries) {}
  void add(const std::string& lead, const std::string& entry) {
    const bool fits = out_.size() + lead.size() + entry.size() <= bytes_;
    if (left_out_ > 0 || entries_ == 0 || !fits) {
      ++left_out_;
      return;
    }
    --entries_;
    out_ += lead + entry;
  }
  void end(std::string_view thing) {
    if (left_out_ > 0) out_ += fmt::format("\n… and {}\n", plural(left_out_, thing));
  }

 private:
  std::string& out_;
  std::size_t bytes_;
  std::size_t entries_;
  std::size_t left_out_ = 0;
};

std::string ground_of(const Decision& decision) {
  std::string out = decision.id.empty()
                        ? std::string("The decision")
                        : fmt::format("Decision {}, {}, by {} on {}", decision.id,
                                      code(decision.title), code(decision.body), decision.decided);
  const auto record = parse_url(decision.record);
  if (record) out += fmt::format(": <{}>", record->str());
  if (!record && !decision.record.empty()) out += ": " + code(decision.record);
  return out + "\n";
}

void add_tasks(const DelistPatched& patched, std::string& out) {
  if (patched.tasks.empty()) return;
  out += fmt::format("\n**Left for people: {}**\n", plural(patched.tasks.size(), "line"));
  // Room for the words that say how many were left out.
  CutList list(out, limits::pull_text_bytes - 100, most_tasks);
  for (const auto& [owner, count] : by_owner(patched.tasks)) {
    std::string lead = fmt::format("\nFor {} ({}):\n\n", said(owner), plural(count, "line"));
    std::map<std::string_view, std::vector<const PatchTask*>> reasons;
    for (const PatchTask& task : patched.tasks)
      if (task.owner == owner) reasons[task.reason].push_back(&task);
    for (const auto& [reason, tasks] : reasons) {
      lead += fmt::format("- {}\n", said(std::string(reason)));
      for (const PatchTask* task : tasks) {
        list.add(lead, fmt::format("  - {}\n", code(fmt::format("{}:{}", task->path, task->line))));
        lead.clear();
      }
    }
  }
  list.end("more line");
}

}  // namespace

std::string pull_text(const Mandate& mandate, const DelistPatched& patched) {
  std::vector<std::string> accounts;
  for (const AccountName& account : mandate.accounts) {
    if (accounts.size() == most_accounts) break;
    accounts.push_back(
        fmt::format("{} ({})", code(account.handle), find_network(account.platform)->title));
  }
  if (mandate.accounts.size() > most_accounts)
    accounts.push_back(fmt::format("{} more", mandate.accounts.size() - most_accounts));
  std::string out =
      fmt::format("Takes away what pointed readers to {}.\n\n", fmt::join(accounts, ", "));
  out += ground_of(mandate.decision);
  if (!patched.beyond.empty()) out += "\n";
  for (const BeyondScope& beyond : patched.beyond)
    out +=
        fmt::format("Not touched, because the decision does not reach there: {} in {}.\n",
                    plural(static_cast<std::size_t>(beyond.lines), "line"), word_of(beyond.scope));
  out += fmt::format("\n**Removed or changed: {} in {}**\n\n", plural(lines_of(patched), "line"),
                     plural(patched.files.size(), "file"));
  CutList files(out, limits::pull_text_bytes / 2, most_files);
  for (const PatchedFile& file : patched.files)
    files.add({}, fmt::format("- {}: {}\n", code(file.path), plural(file.lines.size(), "line")));
  files.end("more file");
  add_tasks(patched, out);
  return out;
}

}  // namespace carillon
