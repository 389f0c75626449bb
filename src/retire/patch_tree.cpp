#include "retire/patch_tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/bytes.hpp"

namespace carillon {

namespace {

bool is_language(std::string_view part) {
  if (part.size() < 2 || part.size() > 8) return false;
  std::size_t letters = 0;
  while (letters < part.size() && part[letters] != '-' && part[letters] != '_') ++letters;
  return (letters == 2 || letters == 3) &&
         std::all_of(part.begin(), part.end(), [](char c) { return is_name_char(c) || c == '-'; });
}

// Whether the path fits: `*` and placeholders are any part of one name, those of a language only
// such as languages have, `**` is any path.
bool fits(std::string_view pattern, std::string_view path) {
  if (pattern.empty()) return path.empty();
  if (pattern.starts_with("**")) {
    for (std::size_t skip = 0; skip <= path.size(); ++skip)
      if (fits(pattern.substr(2), path.substr(skip))) return true;
    return false;
  }
  const bool percent = pattern[0] == '%' && pattern.find('%', 1) != npos;
  const bool angle = pattern.starts_with("<lang>");
  if (pattern[0] == '*' || percent || angle) {
    const std::size_t size = angle ? 6 : percent ? pattern.find('%', 1) + 1 : 1;
    const std::string_view name = pattern.substr(0, size);
    const bool language = angle || name.find("code") != npos || name.find("locale") != npos ||
                          name.find("language") != npos;
    for (std::size_t take = language ? 2 : 0; take <= path.size(); ++take) {
      if (path.substr(0, take).find('/') != npos) return false;
      if (language && !is_language(path.substr(0, take))) continue;
      if (fits(pattern.substr(size), path.substr(take))) return true;
    }
    return false;
  }
  return !path.empty() && pattern[0] == path[0] && fits(pattern.substr(1), path.substr(1));
}

bool reached(const PatchOptions& options, Scope scope) {
  return std::find(options.scopes.begin(), options.scopes.end(), scope) != options.scopes.end();
}

bool is_card(const Reference& finding) {
  return finding.form == Form::meta_card && finding.action == Action::review &&
         !finding.handle.empty();
}

PatchTask task_of(const Reference& finding) {
  return {finding.path, finding.line, owner_of_task(finding), finding.reason};
}

}  // namespace

void TranslatedPaths::learn(std::string_view settings) {
  for (const std::string& row : split(settings, '\n')) {
    std::string_view line = trim(row);
    if (line.starts_with("- ")) line = trim(line.substr(2));
    const auto mark = line.find_first_of(":=");
    if (mark == npos) continue;
    std::string_view key = trim(line.substr(0, mark));
    std::string_view value = trim(line.substr(mark + 1));
    while (!key.empty() && key.back() == '"') key.remove_suffix(1);
    while (!key.empty() && key.front() == '"') key.remove_prefix(1);
    while (!value.empty() && std::string_view("\"',").find(value.back()) != npos)
      value.remove_suffix(1);
    while (!value.empty() && std::string_view("\"'/").find(value.front()) != npos)
      value.remove_prefix(1);
    if (value.empty() || value.size() > 300 || std::count(value.begin(), value.end(), '*') > 6)
      continue;
    if (key == "source" || key == "source_file") sources_.emplace_back(value);
    if (key == "translation" || key == "file_filter") translations_.emplace_back(value);
  }
}

bool TranslatedPaths::hold(std::string_view path) const {
  const auto in = [&](const std::vector<std::string>& patterns) {
    return std::any_of(patterns.begin(), patterns.end(),
                       [&](const std::string& one) { return fits(one, path); });
  };
  return in(translations_) && !in(sources_);
}

Result<TreePatch> patch_scanned(const Scanner& scanner, const Scanned& scanned,
                                const PatchOptions& options, const ReadText& read) {
  TreePatch out;
  out.files = scanned.files;
  out.unread = scanned.unread;
  TranslatedPaths translated;
  for (const char* name : {"crowdin.yml", "crowdin.yaml", ".crowdin.yml", ".tx/config"}) {
    if (const auto settings = read(name)) translated.learn(*settings);
  }
  std::map<Scope, std::int64_t> beyond;
  std::set<std::string> paths;
  for (const Reference& finding : scanned.findings) {
    const bool edits = finding.action == Action::delist || is_card(finding);
    if (finding.action == Action::delist && !reached(options, finding.scope))
      ++beyond[finding.scope];
    if (!reached(options, finding.scope) && finding.scope != Scope::generated) continue;
    if (edits && translated.hold(finding.path)) {
      if (finding.form == Form::companion) continue;
      out.tasks.push_back({finding.path, finding.line, "translators",
                           "a translation: it follows its source, or is changed by their way"});
      if (finding.action == Action::delist) out.remaining.push_back(finding);
    } else if (edits) {
      paths.insert(finding.path);
    } else if (finding.action == Action::review && finding.form != Form::companion) {
      out.tasks.push_back(task_of(finding));
    }
  }
  for (const std::string& path : paths) {
    TRY(std::string before, read(path));
    Patched patched = patch_text(scanner, path, before, options);
    std::move(patched.tasks.begin(), patched.tasks.end(), std::back_inserter(out.tasks));
    for (Reference& finding : scanner.scan_text(path, patched.text))
      if (finding.action == Action::delist && reached(options, finding.scope))
        out.remaining.push_back(std::move(finding));
    if (patched.text != before)
      out.patches.push_back(
          {path, std::move(before), std::move(patched.text), std::move(patched.changed)});
  }
  std::stable_sort(out.tasks.begin(), out.tasks.end(), [](const PatchTask& a, const PatchTask& b) {
    return a.path < b.path || (a.path == b.path && a.line < b.line);
  });
  for (const auto& [scope, lines] : beyond) out.beyond.push_back({scope, lines});
  return out;
}

}  // namespace carillon
