// Names that could be taken for ours: which to look at, what an answer means, how to report one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retire/ask.hpp"

namespace carillon {

// Names that a reader could take for `name`, the likeliest first, at most `count`: letters that
// look alike (l, 1 and i; 0 and o; rn and m; vv and w), doubled and halved letters, separators, and
// what impostors append ("official", "hq", "support"). Only such as the platform allows. Pure.
[[nodiscard]] std::vector<std::string> look_alikes(std::string_view platform, std::string_view name,
                                                   std::size_t count);

// Why a name is watched.
enum class NameKind {
  own,        // an account of ours
  former,     // an earlier name of ours
  named,      // listed under `watch` in carillon.yaml
  suggested,  // a look-alike that was thought of here
};
BOOST_DESCRIBE_ENUM(NameKind, own, former, named, suggested)

// What was seen of a name, as it is kept in the log of events.
struct Sighting {
  NameState state = NameState::unknown;
  std::string id;  // of who has it, where the platform gives one
  std::string by;  // "asked" or "person"
};
BOOST_DESCRIBE_STRUCT(Sighting, (), (state, id, by))

enum class Concern { none, look, alarm };
BOOST_DESCRIBE_ENUM(Concern, none, look, alarm)

struct Meaning {
  Concern concern = Concern::none;
  std::string message;
};

// What it means that a name is so now, and was `before` when it was last seen. The owner's id
// counts, not the name: a name that was let go and taken by another looks the same. Pure.
[[nodiscard]] Meaning meaning_of(NameKind kind, const std::optional<Sighting>& before,
                                 const Sighting& now);

// Where a person looks at the name, and how an impostor is reported there. Rules change: they were
// read in November 2026. Pure.
[[nodiscard]] std::string address_of_name(std::string_view platform, std::string_view handle,
                                          std::string_view server);
[[nodiscard]] std::string how_to_report(std::string_view platform);

}  // namespace carillon
