#include "federation/blocks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "federation/activity.hpp"
#include "federation/limits.hpp"
#include "net/url.hpp"

namespace carillon {

namespace {

constexpr const char* domain_columns =
    "#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate";
constexpr const char* account_columns = "Account address";
constexpr std::size_t name_bytes = 255;

tl::unexpected<Error> unclear(std::string_view text) {
  return fail(Fault::invalid,
              fmt::format("\"{}\" names no server and no account", text.substr(0, 100)),
              "Write example.org, @name@example.org, or the address of an account.");
}

// Host and port of a bare "example.org" or "example.org:8443"; empty for anything else.
std::string domain_of(std::string_view text) {
  if (text.empty() || text.size() > name_bytes || text.find('/') != std::string_view::npos ||
      text.find('@') != std::string_view::npos)
    return {};
  const std::string host = host_of(fmt::format("https://{}/", text));
  const bool whole = host.find('.') != std::string::npos || host.find(':') != std::string::npos;
  return whole ? host : std::string();
}

bool is_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
  });
}

// The fields of one line (RFC 4180, without line breaks inside a field).
std::vector<std::string> fields_of(std::string_view line) {
  std::vector<std::string> out(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') {
      out.back() += line[++i];
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      out.emplace_back();
    } else {
      out.back() += c;
    }
  }
  return out;
}

// The names by which a host can be blocked: with its port, without, and all above it.
std::vector<std::string> names_of(const std::string& host) {
  std::vector<std::string> out{host};
  std::string_view name = std::string_view(host).substr(0, host.rfind(':'));
  while (name.find('.') != std::string_view::npos) {
    if (name != host) out.emplace_back(name);
    name.remove_prefix(name.find('.') + 1);
  }
  return out;
}

}  // namespace

Result<FediBlock> read_block(std::string_view text) {
  text = trim(text);
  if (text.starts_with("https://") || text.starts_with("http://")) {
    const auto url = parse_url(text);
    if (!url || text.size() > limits::address_bytes || url->path == "/") return unclear(text);
    return FediBlock{std::string(text), BlockKind::account, {}, 0};
  }
  if (text.starts_with('@')) text.remove_prefix(1);
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos) {
    std::string domain = domain_of(text);
    if (domain.empty()) return unclear(text);
    return FediBlock{std::move(domain), BlockKind::domain, {}, 0};
  }
  const std::string name = lower_ascii(text.substr(0, at));
  const std::string domain = domain_of(text.substr(at + 1));
  if (!is_name(name) || domain.empty()) return unclear(text);
  return FediBlock{fmt::format("{}@{}", name, domain), BlockKind::account, {}, 0};
}

BlockList read_block_list(std::string_view csv) {
  BlockList out;
  std::size_t severity = 0;  // its column; 0: there is none
  for (const std::string& line : split(csv, '\n')) {
    const std::vector<std::string> fields = fields_of(trim(line));
    const std::string_view first = trim(fields.front());
    if (first.empty()) continue;
    if (first == "#domain" || first == account_columns) {
      const auto column = std::find(fields.begin(), fields.end(), "#severity");
      severity = column == fields.end() ? 0 : static_cast<std::size_t>(column - fields.begin());
      continue;
    }
    if (severity > 0 && severity < fields.size() && trim(fields[severity]) != "suspend") {
      ++out.milder;
      continue;
    }
    auto block = read_block(first);
    if (block)
      out.blocks.push_back(std::move(*block));
    else
      ++out.unread;
  }
  return out;
}

std::string write_block_list(const std::vector<FediBlock>& blocks, BlockKind kind) {
  const bool domains = kind == BlockKind::domain;
  std::string out = fmt::format("{}\n", domains ? domain_columns : account_columns);
  for (const FediBlock& block : blocks) {
    if (block.kind != kind || block.target.find('/') != std::string::npos) continue;
    out += fmt::format("{}{}\n", block.target, domains ? ",suspend,false,false,,false" : "");
  }
  return out;
}

namespace fedi_rows {

namespace {

struct Found {
  std::string target;
};
BOOST_DESCRIBE_STRUCT(Found, (), (target))

Result<bool> has(Db& db, const std::string& target) {
  TRY(const auto row, db.first<Found>("select target from fedi_block where target = $1", target));
  return row.has_value();
}

Result<void> drop_account(Db& db, const std::string& address) {
  TRY(const auto known, actor(db, address));
  if (known) CHECK_OK(db.run("delete from fedi_delivery where inbox = $1", known->inbox));
  CHECK_OK(remove_follower(db, address));
  CHECK_OK(db.run("delete from fedi_reaction where actor = $1", address));
  return {};
}

// A host and all below it, with any port.
Result<void> drop_domain(Db& db, const std::string& domain) {
  const std::string below =
      "(host = $1 or host like '%.' || $1 or host like $1 || ':%' "
      "or host like '%.' || $1 || ':%')";
  CHECK_OK(
      db.run("delete from fedi_reaction where actor in "
             "(select id from fedi_actor where " +
                 below + ")",
             domain));
  CHECK_OK(db.run("delete from fedi_follower where " + below, domain));
  CHECK_OK(db.run("delete from fedi_delivery where " + below, domain));
  CHECK_OK(db.run("delete from fedi_actor where " + below, domain));
  return {};
}

}  // namespace

Result<bool> is_blocked(Db& db, const std::string& address) {
  const std::string host = host_of(address);
  for (const std::string& name : names_of(host)) {
    TRY(const bool found, has(db, name));
    if (found) return true;
  }
  TRY(const bool found, has(db, address));
  if (found) return true;
  TRY(const auto known, actor(db, address));
  if (!known || known->name.empty()) return false;
  return has(db, fmt::format("{}@{}", lower_ascii(known->name), known->host));
}

Result<bool> add(Db& db, const FediBlock& block) {
  TRY(const std::int64_t added,
      db.run("insert into fedi_block (target, kind, person, made) values ($1, $2, $3, $4) "
             "on conflict (target) do nothing",
             block.target, block.kind, block.person, block.made));
  if (added == 0) return false;
  if (block.kind == BlockKind::domain) {
    CHECK_OK(drop_domain(db, block.target));
    return true;
  }
  const std::size_t at = block.target.find('@');
  if (block.target.find('/') != std::string::npos) {
    CHECK_OK(drop_account(db, block.target));
    return true;
  }
  TRY(const auto all,
      db.all<Found>("select id as target from fedi_actor where host = $1 and lower(name) = $2",
                    block.target.substr(at + 1), block.target.substr(0, at)));
  for (const Found& one : all) CHECK_OK(drop_account(db, one.target));
  return true;
}

Result<bool> remove_block(Db& db, const std::string& target) {
  TRY(const std::int64_t removed, db.run("delete from fedi_block where target = $1", target));
  return removed == 1;
}

Result<std::vector<FediBlock>> blocks(Db& db) {
  return db.all<FediBlock>("select target, kind, person, made from fedi_block order by target");
}

}  // namespace fedi_rows

}  // namespace carillon
