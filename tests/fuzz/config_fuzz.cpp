// carillon.yaml: reading it, its channels, and changing one key of it.
#include "core/config.hpp"
#include "fuzz.hpp"

using namespace carillon;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const auto config = parse_config(text);
  if (!config) {
    fuzz::require_sound(config.error());
    return 0;
  }
  const auto channels = channels_of(*config);
  if (!channels) fuzz::require_sound(channels.error());
  const auto changed = with_channel_key(text, "news", "listed", json::value(false));
  if (!changed) {
    fuzz::require_sound(changed.error());
    return 0;
  }
  const auto after = parse_config(*changed);
  fuzz::require(after.has_value(), "a changed configuration is read again");
  const auto news = after->channels.find("news");
  fuzz::require(news != after->channels.end(), "the channel is there");
  const json::value* listed = news->second.if_contains("listed");
  fuzz::require(listed != nullptr && *listed == json::value(false), "the key has the value");
  for (const auto& [name, settings] : config->channels) {
    const auto kept = after->channels.find(name);
    fuzz::require(kept != after->channels.end(), "no channel is lost");
    fuzz::require(name == "news" || kept->second == settings, "no other channel changes");
  }
  return 0;
}
