// Servers and accounts of the fediverse with which the home has nothing to do, and the lists of
// them that people exchange.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "federation/rows.hpp"
#include "store/db.hpp"

namespace carillon {

// Domain: that server and all below its name.
enum class BlockKind { domain, account };
BOOST_DESCRIBE_ENUM(BlockKind, domain, account)

struct FediBlock {
  // "example.org"; "name@example.org", of the server that has the account; or the address of the
  // account, where its handle has another host than it lives on.
  std::string target;
  BlockKind kind = BlockKind::domain;
  std::string person;  // who blocked it
  Micros made = 0;
};
BOOST_DESCRIBE_STRUCT(FediBlock, (), (target, kind, person, made))

// Reads what a person writes: a domain, "@name@domain", or an address of an account. Errors:
// invalid for anything else. Pure.
[[nodiscard]] Result<FediBlock> read_block(std::string_view text);

// A list as Mastodon exports it, of accounts or of domains, with or without its first line.
struct BlockList {
  std::vector<FediBlock> blocks;
  // Lines that ask for less than a block (docs.joinmastodon.org/admin/moderation: a severity other
  // than "suspend"), and lines that name nothing.
  std::int64_t milder = 0;
  std::int64_t unread = 0;
};
// Pure; total over any bytes.
[[nodiscard]] BlockList read_block_list(std::string_view csv);
// The list of one kind, as Mastodon takes it in. Blocks by the address of an account have no place
// in it. Pure.
[[nodiscard]] std::string write_block_list(const std::vector<FediBlock>& blocks, BlockKind kind);

namespace fedi_rows {

// Whether an account (its address) or its server is blocked. An account that is blocked by its name
// is known by it once it was read.
Result<bool> is_blocked(Db& db, const std::string& actor);
// False when it is there already. Whoever it names follows no more, what came from them is
// forgotten, and nothing waits for them any longer.
Result<bool> add(Db& db, const FediBlock& block);
// False when there is none.
Result<bool> remove_block(Db& db, const std::string& target);
// By target.
Result<std::vector<FediBlock>> blocks(Db& db);

}  // namespace fedi_rows

}  // namespace carillon
