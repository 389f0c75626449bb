// The register of accounts, as operations: who can get in, what hangs on the account, when somebody
// must log in next.
#pragma once

#include <string>
#include <vector>

#include "core/operation.hpp"
#include "hub/hub.hpp"
#include "team/custody.hpp"

namespace carillon {

struct RegisterRequest {
  std::vector<std::string> name;
  static constexpr std::array<std::array<std::string_view, 2>, 1> notes{{
      {"name", "a channel's name; default: all"},
  }};
};
BOOST_DESCRIBE_STRUCT(RegisterRequest, (), (name))

struct CustodianRequest {
  static constexpr std::array<std::string_view, 2> required{"name", "person"};
  std::string name;
  std::string person;
  bool remove = false;
  static constexpr std::array<std::array<std::string_view, 2>, 3> notes{{
      {"name", "the channel's name"},
      {"person", "who can get into the account"},
      {"remove", "they no longer can"},
  }};
};
BOOST_DESCRIBE_STRUCT(CustodianRequest, (), (name, person, remove))

struct ProofRequest {
  static constexpr std::array<std::string_view, 3> required{"name", "person", "proof"};
  std::string name;
  std::string person;
  std::string proof;
  std::string on = {};
  static constexpr std::array<std::array<std::string_view, 2>, 4> notes{{
      {"name", "the channel's name"},
      {"person", "the custodian who logged in"},
      {"proof", "how others can see it"},
      {"on", "the day of the log-in; default: today"},
  }};
};
BOOST_DESCRIBE_STRUCT(ProofRequest, (), (name, person, proof, on))

struct DependentRequest {
  static constexpr std::array<std::string_view, 2> required{"name", "what"};
  std::string name;
  std::string what;
  std::string moved = {};
  static constexpr std::array<std::array<std::string_view, 2>, 3> notes{{
      {"name", "the channel's name"},
      {"what", "what needs the account: a service that logs in with it, a page that shows it"},
      {"moved", "it needs the account no longer: how others can see that"},
  }};
};
BOOST_DESCRIBE_STRUCT(DependentRequest, (), (name, what, moved))

struct CustodianView {
  std::string person;
  std::string proven;  // the day of the last proven log-in; empty: never
  std::string proof;
};
BOOST_DESCRIBE_STRUCT(CustodianView, (), (person, proven, proof))

struct DependentView {
  std::string what;
  std::string moved;  // the day; empty: it still needs the account
  std::string proof;
};
BOOST_DESCRIBE_STRUCT(DependentView, (), (what, moved, proof))

// One account as the register shows it.
struct RegisterEntry {
  std::string channel;
  std::string network;  // "X"
  Use use = Use::broadcast;
  bool listed = true;
  std::string url;
  std::vector<std::string> also;
  std::vector<CustodianView> custodians;
  std::vector<DependentView> dependents;
  std::string rule;       // what the platform does with unused accounts
  std::string rule_from;  // where that is written
  std::string
      next_log_in;  // the day by which somebody must log in; empty: no rule, or never proven
  std::vector<std::string> warnings;
};
BOOST_DESCRIBE_STRUCT(RegisterEntry, (),
                      (channel, network, use, listed, url, also, custodians, dependents, rule,
                       rule_from, next_log_in, warnings))

// What the platform of a channel does with accounts. Errors: not_found for the channel.
[[nodiscard]] Result<PlatformRules> rules_of(const Hub& hub, const std::string& channel);

// Whether somebody has to be able to log in there: not on our own home, and not what is closed.
[[nodiscard]] bool has_custody(const Channel& channel);

// Errors of all: not_found for a channel, and those of CustodyRegister.
Result<std::vector<RegisterEntry>> channel_register(Hub& hub, const Actor& actor,
                                                    const RegisterRequest& request);
Result<std::vector<RegisterEntry>> channel_custodian(Hub& hub, const Actor& actor,
                                                     const CustodianRequest& request);
Result<std::vector<RegisterEntry>> channel_proof(Hub& hub, const Actor& actor,
                                                 const ProofRequest& request);
Result<std::vector<RegisterEntry>> channel_dependent(Hub& hub, const Actor& actor,
                                                     const DependentRequest& request);

// The reply for people. Pure.
[[nodiscard]] std::string register_in_words(const std::vector<RegisterEntry>& all);

[[nodiscard]] std::vector<Operation<Hub>> custody_operations();

}  // namespace carillon
