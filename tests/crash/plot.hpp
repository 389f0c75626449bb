// What the stage knows of an episode beyond what the database says: what was announced, and which
// deliveries it has brought into doubt.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "gate.hpp"
#include "setup.hpp"

namespace carillon::soak {

struct Told {
  std::string slug;
  int parts = 1;
  int edition = 1;  // counts the edits
  std::vector<std::string> channels;
  bool mentions = false;
  bool picture = false;
  bool title = false;
  Micros due = 0;
};

struct Plot {
  Setup setup;
  std::vector<Told> told;
  std::set<std::string> doubted;    // deliveries whose outcome nobody may know
  std::set<std::string> touched;    // a person has decided something about them
  std::set<std::string> abandoned;  // cancelled by a person while in doubt

  [[nodiscard]] const Outlet& outlet(const std::string& channel) const;
  [[nodiscard]] const Told& announcement(const std::string& slug) const;
};

// How the text of a part begins, in every edition.
[[nodiscard]] std::string mark(const std::string& slug, std::int64_t part);

// What stands in public on a channel: of its fake, or the lines of the echo file.
[[nodiscard]] std::vector<Held> public_on(const Plot& plot, Gate& gate, const std::string& channel);

}  // namespace carillon::soak
