// The texts of old posts: escapes undone, short addresses replaced. All pure.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace carillon {

// "&amp;" and the other escapes of X become the characters they stand for, once.
[[nodiscard]] std::string unescaped(std::string_view text);

// Replaces each https://t.co/… by what `target` says of it, normalised to https: an address; an
// empty one takes it out (a picture that stands below the text); nullptr leaves it. Counts both.
struct ShortAddresses {
  std::string text;
  std::size_t replaced = 0;
  std::size_t left = 0;
};
[[nodiscard]] ShortAddresses without_short_addresses(
    std::string_view text, const std::function<const std::string*(std::string_view)>& target);

// The part of a cut text that a long note begins with: what stands before the last "…".
[[nodiscard]] std::string_view before_ellipsis(std::string_view text);

// Whether the long note belongs to the post that shows only this beginning.
[[nodiscard]] bool note_continues(std::string_view note, std::string_view shown);

}  // namespace carillon
