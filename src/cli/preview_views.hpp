// What each channel will show of a post, as the terminal shows it.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "hub/publishing.hpp"

namespace carillon {

inline std::string indented(std::string_view text) {
  std::string out;
  for (const std::string& line : split(text, '\n')) out += "    " + line + "\n";
  return out;
}

inline std::string words_of(const Media& media) {
  return fmt::format("[picture {}{}]\n", media.file,
                     media.alt.empty() ? ", without alt text" : ": " + media.alt);
}

inline std::string words_of(const Poll& poll) {
  std::string out = fmt::format("  poll, open for {} hours, {} to choose\n", poll.hours,
                                poll.several ? "several" : "one");
  for (const std::string& option : poll.options) out += fmt::format("    ( ) {}\n", option);
  return out;
}

inline std::string words_of(const CardShown& card) {
  if (card.url.empty()) return {};
  std::string out = fmt::format("  card {}, {}\n", card.url,
                                card.sent ? "sent with the post" : "made by the platform");
  for (const std::string& line : {card.title, card.description}) {
    if (!line.empty()) out += indented(line);
  }
  return out;
}

inline std::string words_of(const std::vector<Shown>& all, const std::string&) {
  std::string out;
  for (const Shown& shown : all) {
    for (std::size_t i = 0; i < shown.parts.size(); ++i) {
      const Part& part = shown.parts[i];
      const std::string count = part.limit > 0 ? fmt::format("{} of {}", part.length, part.limit)
                                               : std::to_string(part.length);
      const std::string which =
          shown.parts.size() > 1 ? fmt::format(", part {} of {}", i + 1, shown.parts.size()) : "";
      out += fmt::format("── {} ({}){}: {} characters, {} text\n{}", shown.channel, shown.platform,
                         which, count, word_of(shown.used), indented(part.text));
      if (!shown.warning.empty()) out += fmt::format("  behind the warning: {}\n", shown.warning);
      for (const std::int64_t at : part.media)
        out += "    " + words_of(shown.media.at(static_cast<std::size_t>(at)));
    }
    if (shown.poll) out += words_of(*shown.poll);
    out += words_of(shown.card);
    for (const auto& warning : shown.warnings) out += fmt::format("  ! {}\n", warning);
    if (shown.blocked) out += "  ! This cannot be sent as it is.\n";
    out += "\n";
  }
  return out;
}

}  // namespace carillon
