#include "base/ids.hpp"

#include <algorithm>

#include "base/crypto.hpp"

namespace carillon {

namespace {
constexpr std::string_view alphabet = "234567abcdefghijklmnopqrstuvwxyz";
}

std::string tid(Micros micros, unsigned clock_id) {
  auto bits =
      (static_cast<std::uint64_t>(micros) & 0x1FFFFFFFFFFFFFULL) << 10U | (clock_id & 1023U);
  std::string out(13, '2');
  for (std::size_t i = out.size(); i-- > 0; bits >>= 5U) out[i] = alphabet[bits & 31U];
  return out;
}

bool is_tid(std::string_view text) {
  return text.size() == 13 && text.find_first_not_of(alphabet) == std::string_view::npos &&
         alphabet.find(text[0]) < 16;
}

Ids::Ids(const Clock& clock) : clock_(clock) {
  const std::string random = random_bytes(2);
  clock_id_ =
      (static_cast<unsigned char>(random[0]) * 256U + static_cast<unsigned char>(random[1])) &
      1023U;
}

std::string Ids::next() {
  const std::lock_guard lock(mutex_);
  last_ = std::max(last_ + 1, clock_.now());
  return tid(last_, clock_id_);
}

}  // namespace carillon
