#include "chaos.hpp"

#include <algorithm>

namespace carillon::soak {

namespace {

using T = Trouble;
using Weights = std::vector<std::pair<Trouble, std::int64_t>>;

const Weights writes{{T::reset_unperformed, 8},
                     {T::reset_performed, 8},
                     {T::error_unperformed, 8},
                     {T::error_performed, 8},
                     {T::page_unperformed, 5},
                     {T::page_performed, 5},
                     {T::cut, 8},
                     {T::silence_unperformed, 5},
                     {T::silence_performed, 5},
                     {T::silence_late, 5},
                     {T::held, 8},
                     {T::limit, 8},
                     {T::unauthorised, 2},
                     {T::refusal, 2},
                     {T::twice, 4},
                     {T::kill, 5},
                     {T::kill_performed, 5},
                     {T::kill_late, 5}};
const Weights reads{{T::reset_unperformed, 6},
                    {T::error_unperformed, 8},
                    {T::page_unperformed, 5},
                    {T::cut, 5},
                    {T::silence_unperformed, 3},
                    {T::held, 4},
                    {T::limit, 4},
                    {T::unauthorised, 1},
                    {T::twice, 4},
                    {T::kill, 4}};

bool fits(Trouble trouble, bool knows_repeats, bool patient) {
  switch (trouble) {
    case T::silence_unperformed:
    case T::silence_performed:
    case T::silence_late:
      return !patient;
    case T::held:
      return patient;
    case T::twice:
      return knows_repeats;
    default:
      return true;
  }
}

}  // namespace

bool is_doubtful(Trouble trouble) {
  switch (trouble) {
    case T::none:
    case T::refused_connection:
    case T::limit:
    case T::unauthorised:
    case T::refusal:
    case T::twice:
    case T::stale:
    case T::held:
      return false;
    default:
      return true;
  }
}

Trouble Chaos::befalls(Sort sort, bool knows_repeats, bool patient) {
  if (!strikes(sort == Sort::write ? percent_ : percent_ / 3)) return T::none;
  const Weights& weights = sort == Sort::write ? writes : reads;
  const bool repeats = knows_repeats || sort != Sort::write;
  std::int64_t sum = 0;
  for (const auto& [trouble, weight] : weights) sum += fits(trouble, repeats, patient) ? weight : 0;
  std::int64_t at = dice_.below(sum);
  for (const auto& [trouble, weight] : weights) {
    if (!fits(trouble, repeats, patient)) continue;
    if (at < weight) return trouble;
    at -= weight;
  }
  return T::none;
}

bool Chaos::count(Trouble trouble, std::int64_t times) {
  times = std::min(times, left_);
  left_ -= times;
  if (times > 0) counts_[trouble] += times;
  return times > 0;
}

}  // namespace carillon::soak
