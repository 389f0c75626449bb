// Reads one commit of a repository through git, whose arguments are a list and never a shell's
// text.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "retire/git_process.hpp"
#include "retire/scan.hpp"

namespace carillon {

namespace {

struct TreeBlob {
  std::string id;
  std::string path;
};

// The regular files of the commit. An entry is `MODE TYPE ID<tab>PATH`.
Result<std::vector<TreeBlob>> blobs_of(const std::string& root, const std::string& commit) {
  Git git;
  CHECK_OK(git.start(root, {"ls-tree", "-r", "-z", "--end-of-options", commit}));
  std::vector<TreeBlob> out;
  std::string entry;
  while (git.read_until('\0', entry)) {
    const auto tab = entry.find('\t');
    const auto words = split(std::string_view(entry).substr(0, tab), ' ');
    if (tab == std::string::npos || words.size() < 3) continue;
    if (words[1] == "blob" && words[0] != "120000")
      out.push_back({words[2], entry.substr(tab + 1)});
  }
  if (git.wait() != 0)
    return fail(Fault::not_found, fmt::format("{} at {}: {}", root, commit, git.said()),
                "Name a repository, and a commit, branch or tag that is in it.");
  return out;
}

void take_blob(const Scanner& scanner, const std::string& path, const std::string& text,
               Scanned& all) {
  ++all.files;
  all.bytes += static_cast<std::int64_t>(text.size());
  std::vector<Reference> found;
  if (std::string_view(text).substr(0, 1024).find('\0') == std::string_view::npos)
    found = scanner.scan_text(path, text);
  add_findings(scanner, path, std::move(found), all.findings);
}

}  // namespace

Result<Scanned> scan_commit(const Scanner& scanner, const std::string& root,
                            const std::string& commit) {
  if (commit.empty() || commit.starts_with("-"))
    return fail(Fault::invalid, fmt::format("\"{}\" is no commit", commit));
  TRY(const auto blobs, blobs_of(root, commit));
  Git git;
  CHECK_OK(git.start(root, {"cat-file", "--batch"}));
  Scanned all;
  std::string head;
  std::string text;
  for (const TreeBlob& blob : blobs) {
    // A reply is `ID blob SIZE`, the bytes, and a line break; or `ID missing`.
    if (!git.write(blob.id + "\n") || !git.read_until('\n', head)) {
      git.wait();
      return fail(Fault::unavailable, fmt::format("{}: git ended early: {}", root, git.said()));
    }
    const auto words = split(head, ' ');
    if (words.size() < 3) {
      all.unread.push_back(blob.path);
      continue;
    }
    const std::size_t size = std::strtoull(words[2].c_str(), nullptr, 10);
    if (size > limits::scan_blob_bytes)
      return fail(Fault::too_large,
                  fmt::format("{}: {} MB in one file", blob.path, size / 1'000'000),
                  "Scan a checkout without --commit: it is read in pieces.");
    if (!git.read_exactly(size, text) || !git.read_exactly(1, head)) {
      all.unread.push_back(blob.path);
      break;
    }
    take_blob(scanner, blob.path, text, all);
  }
  std::sort(all.findings.begin(), all.findings.end(), [](const Reference& a, const Reference& b) {
    return a.path < b.path || (a.path == b.path && a.line < b.line);
  });
  return all;
}

}  // namespace carillon
