// How often somebody may try: a few times at once, then one time in a while. Nobody is locked out
// for good.
#pragma once

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "store/db.hpp"

namespace carillon {

// `burst` tries at once; one comes back `every` so often. The key is hashed before it is kept: what
// people type into a wrong field is not for others.
struct Allowance {
  std::string key;
  int burst = 1;
  Micros every = minute;
};

// Of a network address: an IPv6 address counts with its whole /64, which one customer has. Pure.
[[nodiscard]] std::string network_of(const std::string& address);

// Takes one try of each, before it is known whether it is a wrong one, so that many at a time get
// no more. Returns 0, or how long to wait, and then nothing was taken.
Result<Micros> take_try(Store& store, Micros now, const std::vector<Allowance>& all);

// The try was a right one: gives it back.
Result<void> give_back(Store& store, const std::vector<Allowance>& all);

}  // namespace carillon
