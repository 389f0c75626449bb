#include "channel/rules.hpp"

#include "text/codepoints.hpp"
#include "text/length.hpp"

namespace carillon {

namespace {

// Threads counts an emoji as its bytes in UTF-8, everything else as characters.
std::int64_t threads_length(std::string_view text) {
  std::int64_t out = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t emoji = emoji_size(text, at);
    out += emoji > 0 ? static_cast<std::int64_t>(emoji) : 1;
    at += emoji > 0 ? emoji : code_point_at(text, at).size;
  }
  return out;
}

std::int64_t units(std::string_view text) {
  return static_cast<std::int64_t>(utf16_length(text));
}

Limits counted(std::int64_t length, std::function<std::int64_t(std::string_view)> count,
               std::function<std::vector<Entity>(std::string_view)> entities) {
  Limits out;
  out.length = length;
  out.count = std::move(count);
  out.entities = std::move(entities);
  return out;
}

Limits bluesky_limits() {
  Limits out = counted(
      300, [](std::string_view text) { return bluesky_length(text).graphemes; }, bluesky_entities);
  out.bytes = 3000;
  return out;
}

Limits counted_as(Rules rules) {
  switch (rules) {
    case Rules::mastodon:
      return counted(
          500, [](std::string_view text) { return mastodon_length(text); }, mastodon_entities);
    case Rules::x:
      return counted(
          280, [](std::string_view text) { return x_weighted_length(text); }, x_entities);
    case Rules::bluesky:
      return bluesky_limits();
    case Rules::threads:
      return counted(500, threads_length, x_entities);
    case Rules::linkedin:
      return counted(3000, units, x_entities);
    case Rules::facebook:
      return counted(63206, units, x_entities);
  }
  return {};
}

ImageLimits pictures_of(Rules rules) {
  switch (rules) {
    case Rules::mastodon:
      return {.count = 4, .bytes = 16'777'216, .pixels = 33'177'600, .side = 0, .alt_length = 1500};
    case Rules::x:
      return {.count = 4, .bytes = 5'000'000, .pixels = 0, .side = 0, .alt_length = 1000};
    case Rules::bluesky:
      return {.count = 4, .bytes = 1'000'000, .pixels = 0, .side = 2000, .alt_length = 0};
    case Rules::threads:
    case Rules::linkedin:
    case Rules::facebook:
      break;
  }
  return {.count = 4, .bytes = 4'000'000, .pixels = 0, .side = 4096, .alt_length = 1000};
}

}  // namespace

Limits limits_by(Rules rules) {
  Limits out = counted_as(rules);
  out.platform = word_of(rules);
  out.image = pictures_of(rules);
  return out;
}

std::string name_of(Rules rules) {
  switch (rules) {
    case Rules::mastodon:
      return "Mastodon";
    case Rules::x:
      return "X";
    case Rules::bluesky:
      return "Bluesky";
    case Rules::threads:
      return "Threads";
    case Rules::linkedin:
      return "LinkedIn";
    case Rules::facebook:
      return "Facebook";
  }
  return {};
}

std::string compose_address(Rules rules) {
  switch (rules) {
    case Rules::x:
      return "https://x.com/compose/post";
    case Rules::bluesky:
      return "https://bsky.app/intent/compose";
    case Rules::threads:
      return "https://www.threads.net/intent/post";
    case Rules::mastodon:
    case Rules::linkedin:
    case Rules::facebook:
      break;
  }
  return {};
}

}  // namespace carillon
