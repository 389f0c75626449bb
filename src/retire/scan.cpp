#include "retire/scan.hpp"

#include <algorithm>
#include <array>

#include "base/bytes.hpp"
#include "retire/rules.hpp"
#include "retire/units.hpp"

namespace carillon {

namespace {

std::vector<WatchedNetwork> watched_of(const std::vector<AccountName>& accounts) {
  std::vector<WatchedNetwork> out;
  // In the order of the table, whatever the order of the names; of mastodon a network each server.
  for (const Network& network : networks()) {
    const std::size_t first = out.size();
    for (const AccountName& account : accounts) {
      if (account.platform != network.name) continue;
      auto own = network_of(account);
      const auto known =
          std::find_if(out.begin() + static_cast<std::ptrdiff_t>(first), out.end(),
                       [&](const WatchedNetwork& one) { return one.network->hosts == own->hosts; });
      WatchedNetwork& one =
          known == out.end() ? out.emplace_back(WatchedNetwork{std::move(own), {}}) : *known;
      const bool with_server = network.name == "mastodon";
      one.accounts.push_back(
          {account.platform,
           with_server ? account.handle.substr(0, account.handle.find('@')) : account.handle});
    }
    // What is dead is looked for in any case: nobody loses by its removal.
    if (network.dead && out.size() == first)
      out.push_back({network_of({std::string(network.name), {}}), {}});
  }
  return out;
}

std::vector<Literal> literals_of(const std::vector<WatchedNetwork>& watched) {
  std::vector<Literal> out;
  for (const WatchedNetwork& one : watched) {
    for (const std::string_view host : one.network->hosts)
      out.push_back({std::string(host), true, false});
    for (const std::string_view word : one.network->words)
      out.push_back({std::string(word), false, false});
    for (const std::string_view trace : one.network->traces)
      out.push_back({std::string(trace), false, false});
    for (const AccountName& account : one.accounts) {
      const std::string name = lower_ascii(account.handle);
      // A name that is a domain stands on every page of its site.
      const bool brief = name.size() < LiteralSet::least + 1 || name.find('.') != std::string::npos;
      out.push_back({brief ? "@" + name : name, !brief, true});
    }
  }
  return out;
}

Reference finding_of(std::string_view path, std::int64_t line, const Network& network,
                     const ScanPage& page, Verdict verdict) {
  return {std::string(path),
          line,
          std::string(network.name),
          std::move(verdict.handle),
          verdict.form,
          page.place().scope,
          verdict.action,
          std::move(verdict.reason)};
}

bool is_logo(std::string_view stem, const Network& network) {
  for (const std::string_view word : network.words) {
    const auto at = stem.find(word);
    if (at == std::string_view::npos) continue;
    for (const std::string_view other :
         {"card", "share", "dark-large", "banner", "cover", "header", "preview", "screenshot"}) {
      if (stem.find(other) != std::string_view::npos) return false;
    }
    return stem.size() <= word.size() + 12;
  }
  return false;
}

}  // namespace

Scanner::Scanner(const std::vector<AccountName>& accounts, bool with_history)
    : watched_(watched_of(accounts)),
      literals_(literals_of(watched_)),
      with_history_(with_history) {}

const WatchedNetwork* Scanner::watched(std::string_view platform) const {
  for (const WatchedNetwork& one : watched_) {
    if (one.network->name == platform) return &one;
  }
  return nullptr;
}

std::vector<Reference> Scanner::scan_text(std::string_view path, std::string_view text,
                                          std::int64_t first_line, Held held) const {
  std::size_t at = literals_.next(text, 0);
  if (at == LiteralSet::npos) return {};
  const ScanPage page(path, text, held);
  std::map<std::size_t, std::pair<const Network*, Verdict>> best;
  std::vector<std::map<std::size_t, Verdict>> verdicts(watched_.size());
  while (at != LiteralSet::npos) {
    const std::size_t line = page.line_of(at);
    for (std::size_t i = 0; i < watched_.size(); ++i) {
      if (auto verdict = judge_line(page, line, watched_[i]))
        verdicts[i][line] = std::move(*verdict);
    }
    const auto end = text.find('\n', at);
    at = end == std::string_view::npos ? LiteralSet::npos : literals_.next(text, end + 1);
  }
  for (std::size_t i = 0; i < watched_.size(); ++i) {
    add_companions(page, watched_[i], verdicts[i]);
    for (auto& [line, verdict] : verdicts[i]) {
      verdict = within_scope(std::move(verdict), page, with_history_);
      const auto known = best.find(line);
      if (known == best.end() || verdict.action < known->second.second.action)
        best[line] = {watched_[i].network.get(), verdict};
    }
  }
  std::vector<Reference> out;
  for (auto& [line, found] : best)
    out.push_back(finding_of(path, first_line + static_cast<std::int64_t>(line), *found.first, page,
                             std::move(found.second)));
  return out;
}

std::vector<Reference> Scanner::scan_name(std::string_view path) const {
  static constexpr std::array<std::string_view, 7> pictures{".svg",  ".png", ".gif", ".jpg",
                                                            ".jpeg", ".ico", ".webp"};
  const std::string low = lower_ascii(path.substr(path.rfind('/') + 1));
  const auto picture = std::find_if(pictures.begin(), pictures.end(),
                                    [&](std::string_view one) { return low.ends_with(one); });
  if (picture == pictures.end()) return {};
  const std::string_view stem = std::string_view(low).substr(0, low.size() - picture->size());
  for (const WatchedNetwork& one : watched_) {
    if (!is_logo(stem, *one.network)) continue;
    const ScanPage page(path, {});
    Verdict verdict{Action::review, Form::icon_file,
                    "a picture of the platform's logo: delete it once nothing uses it", ""};
    return {finding_of(path, 1, *one.network, page,
                       within_scope(std::move(verdict), page, with_history_))};
  }
  return {};
}

void add_findings(const Scanner& scanner, std::string_view path, std::vector<Reference> found,
                  std::vector<Reference>& all) {
  for (Reference& named : scanner.scan_name(path)) {
    const bool taken = std::any_of(found.begin(), found.end(), [](const Reference& one) {
      return one.line == 1 && one.action != Action::leave;
    });
    if (taken) continue;
    std::erase_if(found, [](const Reference& one) { return one.line == 1; });
    all.push_back(std::move(named));
  }
  std::move(found.begin(), found.end(), std::back_inserter(all));
}

}  // namespace carillon
