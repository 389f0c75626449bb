#include "federation/followers.hpp"

#include <fmt/format.h>

#include <map>
#include <set>
#include <utility>

#include "base/bytes.hpp"
#include "federation/finding.hpp"
#include "federation/limits.hpp"
#include "net/url.hpp"

namespace carillon {

namespace {

constexpr std::string_view column = "Account address";

struct Named {
  std::string actor;
  std::optional<std::string> name;
  std::optional<std::string> host;
};
BOOST_DESCRIBE_STRUCT(Named, (), (actor, name, host))

// Name and host; empty for an address.
std::pair<std::string, std::string> parts_of(const std::string& account) {
  const std::size_t at = account.find('@');
  if (account.find('/') != std::string::npos || at == std::string::npos) return {};
  return {account.substr(0, at), account.substr(at + 1)};
}

bool is_below(std::string_view host, std::string_view above) {
  return host.size() > above.size() && host.ends_with(above) &&
         host[host.size() - above.size() - 1] == '.';
}

std::string account_in_line(std::string_view line) {
  std::string_view first = line.substr(0, line.find(','));
  if (line.starts_with('"')) first = line.substr(1, line.find('"', 1) - 1);
  first = trim(first);
  if (first.find('"') != std::string_view::npos) return {};
  if (first.starts_with("https://") || first.starts_with("http://"))
    return first.size() <= limits::address_bytes && parse_url(first) ? std::string(first) : "";
  const auto name = read_far_name(first);
  return name ? name->handle().substr(1) : std::string();
}

}  // namespace

ReadAccounts read_account_list(std::string_view csv) {
  ReadAccounts out;
  std::set<std::string> known;
  if (csv.starts_with("\xEF\xBB\xBF")) csv.remove_prefix(3);
  bool first = true;
  for (const std::string& line : split(csv, '\n')) {
    const std::string_view text = trim(line);
    if (text.empty()) continue;
    const bool heads = std::exchange(first, false) && text.substr(0, text.find(',')) == column;
    if (heads) continue;
    std::string account = account_in_line(text);
    if (account.empty()) {
      ++out.unread;
    } else if (known.insert(account).second) {
      out.accounts.push_back(std::move(account));
    }
  }
  return out;
}

std::string write_account_list(const AccountList& accounts) {
  std::string out = fmt::format("{}\n", column);
  for (const std::string& account : accounts) {
    // No server has a comma in a name; an address may.
    const bool quoted = account.find(',') != std::string::npos;
    out += quoted ? fmt::format("\"{}\"\n", account) : account + "\n";
  }
  return out;
}

std::vector<CameOver> compare_accounts(const AccountList& wanted, const AccountList& followers) {
  const std::set<std::string> whole(followers.begin(), followers.end());
  std::map<std::string, std::vector<std::string>> hosts;
  for (const std::string& one : followers) {
    const auto [name, host] = parts_of(one);
    if (!name.empty()) hosts[name].push_back(host);
  }
  std::vector<CameOver> out;
  out.reserve(wanted.size());
  for (const std::string& one : wanted) {
    CameOver came = whole.contains(one) ? CameOver::follows : CameOver::not_yet;
    const auto [name, host] = parts_of(one);
    const auto found = hosts.find(name);
    if (came == CameOver::not_yet && !name.empty() && found != hosts.end()) {
      for (const std::string& other : found->second)
        if (is_below(other, host) || is_below(host, other)) came = CameOver::likely;
    }
    out.push_back(came);
  }
  return out;
}

namespace fedi_rows {

Result<AccountList> follower_names(Db& db) {
  TRY(const auto rows,
      db.all<Named>("select f.actor, a.name, a.host from fedi_follower f left join fedi_actor a "
                    "on a.id = f.actor order by f.since desc, f.actor"));
  AccountList out;
  out.reserve(rows.size());
  for (const Named& row : rows) {
    // Their servers choose the names: one that is none would be a line of the list.
    const auto named = read_far_name(row.name && row.host ? *row.name + "@" + *row.host : "");
    out.push_back(named ? named->handle().substr(1) : row.actor);
  }
  return out;
}

}  // namespace fedi_rows

}  // namespace carillon
