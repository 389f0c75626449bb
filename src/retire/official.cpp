#include "retire/official.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/bytes.hpp"
#include "net/url.hpp"
#include "retire/accounts.hpp"
#include "retire/links.hpp"
#include "text/handle.hpp"
#include "text/html_links.hpp"
#include "text/html_tags.hpp"

namespace carillon {

namespace {

std::string title_of(std::string_view platform) {
  if (platform == "github") return "GitHub";
  const Network* network = find_network(platform);
  return network == nullptr ? std::string(platform) : std::string(network->title);
}

bool begins_with_host(std::string_view rest) {
  if (rest.starts_with("www.")) rest.remove_prefix(4);
  const auto is_at = [&](std::string_view host) {
    return rest.starts_with(host) && rest.size() > host.size() + 1 && rest[host.size()] == '/';
  };
  for (const Network& network : networks()) {
    if (std::any_of(network.hosts.begin(), network.hosts.end(), is_at)) return true;
  }
  return is_at("github.com");
}

struct Known {
  const OfficialChannel* official = nullptr;
  AccountName account;
  std::vector<AccountName> former;
};

std::vector<Known> known_accounts(const std::vector<OfficialChannel>& channels) {
  std::vector<Known> out;
  for (const OfficialChannel& each : channels) {
    if (each.channel.use == Use::home) continue;
    const auto account = account_at(each.channel.url);
    if (!account) continue;
    Known known{&each, *account, {}};
    for (const std::string& other : each.channel.also) {
      if (auto named = other_account(*account, other)) known.former.push_back(std::move(*named));
    }
    out.push_back(std::move(known));
  }
  return out;
}

bool same(const AccountName& a, const AccountName& b) {
  return a.platform == b.platform && a.handle == b.handle;
}

// The addresses that a page tells search engines are the same organisation (schema.org).
void add_same_as(const json::value& value, std::vector<std::string>& out) {
  if (value.is_array()) {
    for (const json::value& each : value.get_array()) add_same_as(each, out);
  }
  if (!value.is_object()) return;
  for (const auto& pair : value.get_object()) {
    if (pair.key() != "sameAs") {
      add_same_as(pair.value(), out);
    } else if (pair.value().is_string()) {
      out.emplace_back(pair.value().get_string());
    } else if (pair.value().is_array()) {
      for (const json::value& each : pair.value().get_array()) {
        if (each.is_string()) out.emplace_back(each.get_string());
      }
    }
  }
}

std::vector<std::string> same_as(std::string_view html) {
  std::vector<std::string> out;
  constexpr std::string_view opens = "<script";
  for (auto at = html.find(opens); at != npos; at = html.find(opens, at)) {
    const std::size_t end = at + tag_end(html.substr(at));
    const auto close = html.find("</script", end);
    if (close == npos) break;
    const auto attributes = attributes_of(html.substr(at, end - at));
    at = close;
    if (value_of(attributes, "type") != "application/ld+json") continue;
    if (const auto data = parse_json(html.substr(end, close - end))) add_same_as(*data, out);
  }
  return out;
}

// One address with the pages that show it.
struct Group {
  std::string address;
  std::set<std::string> pages;
  bool furniture = false;
  bool seen = false;  // not only claimed
};

class Comparison {
 public:
  Comparison(const std::vector<OfficialChannel>& channels, const std::vector<ShownAccount>& shown)
      : known_(known_accounts(channels)) {
    std::map<std::string, Group> groups;
    for (const ShownAccount& each : shown) {
      Group& group = groups[each.address];
      group.address = each.address;
      group.pages.insert(each.page);
      group.furniture = group.furniture || each.furniture;
      group.seen = group.seen || !each.claims;
    }
    for (auto& [address, group] : groups) groups_.push_back(std::move(group));
  }

  std::vector<ChannelFinding> run() {
    for (const Group& group : groups_) judge(group);
    for (const auto& [platform, names] : in_furniture_) find_duplicates(platform, names);
    for (const Known& known : known_) find_missing(known);
    std::stable_sort(out_.begin(), out_.end(), [](const auto& a, const auto& b) {
      return a.wrong < b.wrong || (a.wrong == b.wrong && a.pages > b.pages);
    });
    return std::move(out_);
  }

 private:
  void add(Wrong wrong, const std::string& platform, const OfficialChannel* official,
           const Group* group, std::string message) {
    ChannelFinding finding;
    finding.wrong = wrong;
    finding.platform = official == nullptr ? title_of(platform) : official->title;
    if (official != nullptr) {
      finding.channel = official->channel.name;
      if (wrong != Wrong::retired) finding.expected = official->channel.url;
    }
    if (group != nullptr) {
      finding.shown = group->address;
      finding.pages = static_cast<std::int64_t>(group->pages.size());
      finding.page =
          *std::min_element(group->pages.begin(), group->pages.end(),
                            [](const auto& a, const auto& b) { return a.size() < b.size(); });
    }
    finding.message = std::move(message);
    out_.push_back(std::move(finding));
  }

  const Known* ours(const AccountName& account) const {
    const auto found = std::find_if(known_.begin(), known_.end(),
                                    [&](const Known& each) { return same(each.account, account); });
    return found == known_.end() ? nullptr : &*found;
  }

  void judge(const Group& group) {
    const auto meant = meant_by(group.address);
    const auto account = account_at(meant ? *meant : group.address);
    if (!account) return;
    const Known* own = ours(*account);
    if (own != nullptr) shown_.insert(own->official->channel.name);
    if (meant)
      return add(Wrong::malformed, account->platform, own == nullptr ? nullptr : own->official,
                 &group,
                 fmt::format("this address leads nowhere; {} was meant",
                             own == nullptr ? *meant : own->official->channel.url));
    if (group.furniture && group.seen) in_furniture_[account->platform].insert(account->handle);
    if (own != nullptr) return judge_own(*own, group);
    judge_other(*account, group);
  }

  void judge_own(const Known& own, const Group& group) {
    const Use use = own.official->channel.use;
    if (use == Use::broadcast || !group.furniture) return;
    // A claim proves that the name is held; of a closed account it proves what is no longer true.
    if (!group.seen && use != Use::closed) return;
    add(Wrong::retired, own.account.platform, own.official, &group,
        fmt::format("the channel is {}, but shown as if it were in use", word_of(use)));
  }

  void judge_other(const AccountName& account, const Group& group) {
    const Known* near = nullptr;
    const Known* there = nullptr;
    for (const Known& known : known_) {
      if (known.account.platform != account.platform) continue;
      there = there == nullptr ? &known : there;
      for (const AccountName& former : known.former) {
        if (!same(former, account)) continue;
        shown_.insert(known.official->channel.name);
        return add(Wrong::former, account.platform, known.official, &group,
                   fmt::format("an earlier name of ours, which may be anybody's by now: link to {}",
                               known.official->channel.url));
      }
      if (one_slip(known.account.handle, account.handle)) near = &known;
    }
    // What is shown wrongly is not missing as well.
    if (near != nullptr) shown_.insert(near->official->channel.name);
    if (near != nullptr)
      return add(Wrong::slip, account.platform, near->official, &group,
                 fmt::format("probably a slip: ours is {}", near->official->channel.url));
    if (there == nullptr || !group.furniture) return;
    add(Wrong::foreign, account.platform, there->official, &group,
        fmt::format("this is not our account: ours is {}", there->official->channel.url));
  }

  void find_duplicates(const std::string& platform, const std::set<std::string>& names) {
    const auto strange = std::count_if(names.begin(), names.end(), [&](const std::string& name) {
      return ours({platform, name}) == nullptr;
    });
    if (names.size() < 2 || strange == 0) return;
    add(Wrong::duplicate, platform, nullptr, nullptr,
        fmt::format("the sites show {} accounts: {}", names.size(), fmt::join(names, ", ")));
  }

  void find_missing(const Known& known) {
    const Channel& channel = known.official->channel;
    if (!channel.listed || channel.use != Use::broadcast || shown_.contains(channel.name)) return;
    add(Wrong::missing, known.account.platform, known.official, nullptr,
        "no page that was read links to it");
  }

  std::vector<Known> known_;
  std::vector<Group> groups_;
  std::map<std::string, std::set<std::string>> in_furniture_;
  std::set<std::string> shown_;
  std::vector<ChannelFinding> out_;
};

}  // namespace

std::optional<std::string> meant_by(std::string_view address) {
  address = trim(address);
  if (address.starts_with("https://") || address.starts_with("http://") ||
      address.starts_with("//")) {
    // A scheme twice: https://https://x.com/bells.
    const auto again = address.find("://", 8);
    const auto host = address.find("//") + 2;
    const std::string_view first = address.substr(host, address.find_first_of(":/", host) - host);
    if (again == npos || (first != "http" && first != "https")) return std::nullopt;
    const std::string rest = lower_ascii(address.substr(again + 3));
    return begins_with_host(rest) ? std::optional("https://" + rest) : std::nullopt;
  }
  // What stands before the host is at most a crippled scheme.
  std::string rest = lower_ascii(address);
  const auto first = rest.find_first_not_of("abcdefghijklmnopqrstuvwxyz");
  const bool schemed = first != std::string::npos && first <= 8 &&
                       (rest[first] == ':' || rest[first] == '/' || rest[first] == ';');
  if (schemed) {
    const auto host = rest.find_first_not_of(":/;", first);
    if (host != std::string::npos) rest.erase(0, host);
  } else if (first != std::string::npos && (rest[0] == ':' || rest[0] == '/')) {
    rest.erase(0, rest.find_first_not_of(":/"));
  }
  if (!begins_with_host(rest)) return std::nullopt;
  return "https://" + rest;
}

std::vector<ShownAccount> shown_accounts(std::string_view page, std::string_view html) {
  std::vector<ShownAccount> out;
  for (const std::string& address : same_as(html)) {
    if (account_at(address) || meant_by(address))
      out.push_back({std::string(page), address, true, true});
  }
  for (const HtmlLink& link : outline_of(html).links) {
    const bool claim = link.element == "link";
    if (claim && link.rel != "me") continue;
    if (!claim && link.element != "a" && link.element != "area") continue;
    if (!account_at(link.address) && !meant_by(link.address)) continue;
    out.push_back({std::string(page), link.address, link.furniture, claim});
  }
  return out;
}

std::vector<ChannelFinding> compare(const std::vector<OfficialChannel>& channels,
                                    const std::vector<ShownAccount>& shown) {
  return Comparison(channels, shown).run();
}

bool one_slip(std::string_view a, std::string_view b) {
  constexpr std::size_t telling = 4;  // shorter names are near each other by chance
  if (a == b || a.size() < telling || a.size() + 1 < b.size() || b.size() + 1 < a.size())
    return false;
  std::size_t front = 0;
  while (front < std::min(a.size(), b.size()) && a[front] == b[front]) ++front;
  std::size_t back = 0;
  while (back < std::min(a.size(), b.size()) - front &&
         a[a.size() - 1 - back] == b[b.size() - 1 - back])
    ++back;
  const std::string_view left = a.substr(front, a.size() - front - back);
  const std::string_view right = b.substr(front, b.size() - front - back);
  if (left.size() <= 1 && right.size() <= 1) return true;
  return left.size() == 2 && right.size() == 2 && left[0] == right[1] && left[1] == right[0];
}

}  // namespace carillon
