#include "retire/scan_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/html.hpp"

namespace carillon {

namespace {

std::vector<const Reference*> with(const std::vector<Reference>& findings, Action action) {
  std::vector<const Reference*> out;
  for (const Reference& finding : findings) {
    if (finding.action == action) out.push_back(&finding);
  }
  return out;
}

std::string counted(std::size_t count, std::string_view thing) {
  return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

bool on_site(const Reference& finding) {
  return finding.path.starts_with("https://") || finding.path.starts_with("http://");
}

// "3 lines in 2 files"
std::string lines_in_places(const std::vector<const Reference*>& findings) {
  std::set<std::string_view> files;
  std::set<std::string_view> pages;
  for (const Reference* finding : findings)
    (on_site(*finding) ? pages : files).insert(finding->path);
  return fmt::format("{} in {}", counted(findings.size(), "line"),
                     files_and_pages(static_cast<std::int64_t>(files.size()),
                                     static_cast<std::int64_t>(pages.size())));
}

// The furniture of a site that many of its pages show: one thing to change in one place.
struct Repeated {
  const Reference* first = nullptr;
  std::set<std::string_view> pages;
};
struct Gathered {
  std::vector<Repeated> repeated;
  std::vector<const Reference*> single;
};

std::string furniture_key(const Reference& finding) {
  const auto scheme = finding.path.find("://");
  const auto host = finding.path.substr(0, finding.path.find('/', scheme + 3));
  return fmt::format("{}\n{}\n{}\n{}\n{}", host, finding.platform, finding.handle,
                     word_of(finding.form), finding.reason);
}

Gathered gather(const std::vector<const Reference*>& findings) {
  std::map<std::string, std::set<std::string_view>> pages;
  const auto may_repeat = [](const Reference* finding) {
    return on_site(*finding) && finding->scope == Scope::page_furniture;
  };
  for (const Reference* finding : findings) {
    if (may_repeat(finding)) pages[furniture_key(*finding)].insert(finding->path);
  }
  Gathered out;
  std::set<std::string> done;
  for (const Reference* finding : findings) {
    const std::string key = may_repeat(finding) ? furniture_key(*finding) : "";
    if (key.empty() || pages[key].size() < 2)
      out.single.push_back(finding);
    else if (done.insert(key).second)
      out.repeated.push_back({finding, pages[key]});
  }
  return out;
}

std::string_view shortest(const std::set<std::string_view>& pages) {
  return *std::min_element(pages.begin(), pages.end(), [](auto a, auto b) {
    return a.size() < b.size() || (a.size() == b.size() && a < b);
  });
}

// page_furniture -> "page furniture"
template <class Word>
std::string spoken(Word word) {
  std::string out = word_of(word);
  std::replace(out.begin(), out.end(), '_', ' ');
  return out;
}

std::string by_file(const std::vector<const Reference*>& findings) {
  std::string out;
  std::string_view path;
  const Gathered gathered = gather(findings);
  for (const Repeated& each : gathered.repeated)
    out += fmt::format("  on {} pages, such as {}\n           {}\n", each.pages.size(),
                       shortest(each.pages), each.first->reason);
  for (const Reference* finding : gathered.single) {
    if (finding->path != path) out += fmt::format("  {}\n", finding->path);
    path = finding->path;
    out += fmt::format("  {:>7}  {}\n", finding->line, finding->reason);
  }
  return out;
}

// What has one reason is one decision.
std::string by_reason(const std::vector<const Reference*>& findings) {
  std::map<std::string_view, std::vector<const Reference*>> reasons;
  for (const Reference* finding : findings) reasons[finding->reason].push_back(finding);
  std::string out;
  for (const auto& [reason, lines] : reasons) {
    out += fmt::format("  {}\n", reason);
    const Gathered gathered = gather(lines);
    for (const Repeated& each : gathered.repeated)
      out += fmt::format("    on {} pages, such as {}\n", each.pages.size(), shortest(each.pages));
    for (const Reference* finding : gathered.single)
      out += fmt::format("    {}:{}\n", finding->path, finding->line);
  }
  return out;
}

std::string counts_by_reason(const std::vector<const Reference*>& findings) {
  std::map<std::string, std::size_t> reasons;
  for (const Reference* finding : findings)
    ++reasons[fmt::format("{}: {}", spoken(finding->scope), finding->reason)];
  std::vector<std::pair<std::size_t, std::string>> sorted;
  for (const auto& [reason, count] : reasons) sorted.emplace_back(count, reason);
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    return a.first > b.first || (a.first == b.first && a.second < b.second);
  });
  std::string out;
  for (const auto& [count, reason] : sorted) out += fmt::format("  {:>7}  {}\n", count, reason);
  return out;
}

std::string_view explained(Form form) {
  switch (form) {
    case Form::link:
      return "An address of an account.";
    case Form::status_link:
      return "An address of one post.";
    case Form::short_link:
      return "A shortened address.";
    case Form::badge:
      return "A picture that counts followers.";
    case Form::widget:
      return "A timeline, a follow button, or their script.";
    case Form::config_item:
      return "An address as a value of configuration or data.";
    case Form::username_key:
      return "An account's name as a value.";
    case Form::template_link:
      return "An address that a template puts together.";
    case Form::meta_card:
      return "A card's name in the head of a page.";
    case Form::json_ld:
      return "An address among those that are said to be the same organisation.";
    case Form::rel_me:
      return "An account that is claimed with rel.";
    case Form::share_intent:
      return "A button that shares the page.";
    case Form::i18n_string:
      return "A string of a catalogue of translations.";
    case Form::perk:
      return "A promise, or a step of a process, that uses the account.";
    case Form::prose:
      return "Words that speak of the account.";
    case Form::auto_poster:
      return "A program that posts, or its keys.";
    case Form::rule:
      return "A rule of a link checker or a content security policy.";
    case Form::companion:
      return "An icon, label or use that belongs to a reference beside it.";
    case Form::icon_file:
      return "A picture file of the platform's logo.";
    case Form::login:
    case Form::style:
    case Form::other_network:
      break;
  }
  return "Something else that names the platform.";
}

// The path as a URI reference: RFC 3986 section 3.3.
std::string as_uri(std::string_view path) {
  std::string out;
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~/+@,=").find(c) != std::string_view::npos;
    if (plain)
      out += c;
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

json::object artifact_of(const Reference& finding) {
  if (on_site(finding)) return {{"uri", json::string(finding.path)}};
  return {{"uri", json::string(as_uri(finding.path))}, {"uriBaseId", "%SRCROOT%"}};
}

Html row_of(const Reference& finding, const std::string& where) {
  return tag("tr", tag("td", where), tag("td", spoken(finding.form)),
             tag("td", spoken(finding.scope)), tag("td", finding.handle),
             tag("td", finding.reason));
}

Html table_of(const std::vector<const Reference*>& findings) {
  Html rows;
  const Gathered gathered = gather(findings);
  for (const Repeated& each : gathered.repeated)
    rows.add(row_of(*each.first, fmt::format("on {} pages, such as {}", each.pages.size(),
                                             shortest(each.pages))));
  for (const Reference* finding : gathered.single)
    rows.add(row_of(*finding, fmt::format("{}:{}", finding->path, finding->line)));
  return tag("table",
             tag("thead", tag("tr", tag("th", attr("scope", "col"), "Where"),
                              tag("th", attr("scope", "col"), "What it is"),
                              tag("th", attr("scope", "col"), "Kind of place"),
                              tag("th", attr("scope", "col"), "Account"),
                              tag("th", attr("scope", "col"), "Why"))),
             tag("tbody", rows));
}

Html section(std::string_view title, std::string_view meaning,
             const std::vector<const Reference*>& findings) {
  Html out = tag("h2", fmt::format("{} ({})", title, findings.size()));
  out.add(tag("p", meaning));
  if (!findings.empty()) out.add(table_of(findings));
  return tag("section", out);
}

// On a phone the cells of a row stand below each other.
constexpr std::string_view style_sheet =
    ":root{color-scheme:light dark}"
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;"
    "color:CanvasText;background:Canvas}table{border-collapse:collapse;width:100%}"
    "tr{border-bottom:1px solid #8888}"
    "th,td{text-align:left;vertical-align:top;padding:.3rem .6rem .3rem 0}"
    "td:first-child{overflow-wrap:anywhere;min-width:14rem}"
    "@media(max-width:40rem){th{display:none}tr{display:block;padding:.5rem 0}"
    "td{display:block;padding:0}td:first-child{font-weight:600}}";

}  // namespace

std::string files_and_pages(std::int64_t files, std::int64_t pages) {
  const std::string kept = counted(static_cast<std::size_t>(files), "file");
  const std::string read = counted(static_cast<std::size_t>(pages), "page");
  return pages == 0 ? kept : files == 0 ? read : kept + " and " + read;
}

std::string findings_in_words(const std::vector<Reference>& findings, std::int64_t files,
                              std::int64_t pages) {
  const auto remove = with(findings, Action::delist);
  const auto decide = with(findings, Action::review);
  const auto leave = with(findings, Action::leave);
  std::string out;
  if (!remove.empty())
    out += fmt::format("Remove ({})\n{}\n", lines_in_places(remove), by_file(remove));
  if (!decide.empty())
    out += fmt::format("Decide ({})\n{}\n", lines_in_places(decide), by_reason(decide));
  if (!leave.empty())
    out += fmt::format("Leave ({})\n{}\n", counted(leave.size(), "line"), counts_by_reason(leave));
  out += fmt::format("{} read: {} to remove, {} to decide, {} to leave.\n",
                     files_and_pages(files, pages), remove.size(), decide.size(), leave.size());
  if (!remove.empty())
    out += "Next: take out what stands under Remove, whole items at a time, and scan again.\n";
  else if (!decide.empty())
    out += "Next: decide what stands under Decide; each reason is one decision.\n";
  else
    out += "Nothing is left to do here.\n";
  return out;
}

std::string findings_as_lines(const std::vector<Reference>& findings) {
  std::string out;
  for (const Reference& finding : findings) out += json::serialize(to_json(finding)) + "\n";
  return out;
}

json::value findings_as_sarif(const std::vector<Reference>& findings) {
  json::array rules;
  json::array results;
  std::set<Form> known;
  for (const Reference& finding : findings) {
    if (finding.action == Action::leave) continue;
    const std::string id = word_of(finding.form);
    if (known.insert(finding.form).second)
      rules.push_back(
          json::object{{"id", json::string(id)},
                       {"shortDescription", {{"text", json::string(explained(finding.form))}}}});
    const bool remove = finding.action == Action::delist;
    results.push_back(json::object{
        {"ruleId", json::string(id)},
        {"level", remove ? "warning" : "note"},
        {"message",
         {{"text",
           json::string(fmt::format("{}: {}", remove ? "Remove" : "Decide", finding.reason))}}},
        {"locations", json::array{json::object{{"physicalLocation",
                                                {{"artifactLocation", artifact_of(finding)},
                                                 {"region", {{"startLine", finding.line}}}}}}}},
        {"properties",
         {{"platform", json::string(finding.platform)},
          {"handle", json::string(finding.handle)},
          {"scope", json::string(word_of(finding.scope))}}}});
  }
  return json::object{
      {"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
      {"version", "2.1.0"},
      {"runs", json::array{json::object{
                   {"tool", {{"driver", {{"name", "carillon"}, {"rules", std::move(rules)}}}}},
                   {"columnKind", "unicodeCodePoints"},
                   {"results", std::move(results)}}}}};
}

std::string findings_as_page(const std::vector<Reference>& findings, const std::string& about) {
  const auto remove = with(findings, Action::delist);
  const auto decide = with(findings, Action::review);
  const auto leave = with(findings, Action::leave);
  const Html head =
      together(tag("meta", attr("charset", "utf-8")),
               tag("meta", attr("name", "viewport"), attr("content", "width=device-width")),
               tag("title", "References to accounts"),
               tag("style", Html::trusted(std::string(style_sheet))));
  const Html body =
      tag("main", tag("h1", "References to accounts"), tag("p", about),
          tag("p", fmt::format("{} to remove, {} to decide, {} to leave as they are.",
                               counted(remove.size(), "line"), counted(decide.size(), "line"),
                               counted(leave.size(), "line"))),
          section("To remove", "These point readers to the accounts. Whole items go at a time.",
                  remove),
          section("To decide",
                  "Each needs a person: what stands in for it, who owns it, who was "
                  "promised what.",
                  decide),
          section("To leave", "History, tests, code of others, and accounts that are not yours.",
                  leave));
  return "<!DOCTYPE html>\n" +
         tag("html", attr("lang", "en"), tag("head", head), tag("body", body)).str() + "\n";
}

}  // namespace carillon
