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

// All that is known of a platform.
struct Known {
  std::string name;     // for the public
  std::string compose;  // where a post is written; empty: on the account's own page
  Limits limits;
  ImageLimits image;
};

// What people upload by hand where no closer bound is known.
ImageLimits common_pictures() {
  return {.count = 4, .bytes = 4'000'000, .pixels = 0, .side = 4096, .alt_length = 1000};
}

Known known(Rules rules) {
  switch (rules) {
    case Rules::mastodon:
      return {
          "Mastodon",
          "",
          counted(
              500, [](std::string_view text) { return mastodon_length(text); }, mastodon_entities),
          {.count = 4, .bytes = 16'777'216, .pixels = 33'177'600, .side = 0, .alt_length = 1500}};
    case Rules::x:
      return {"X",
              "https://x.com/compose/post",
              counted(
                  280, [](std::string_view text) { return x_weighted_length(text); }, x_entities),
              {.count = 4, .bytes = 5'000'000, .pixels = 0, .side = 0, .alt_length = 1000}};
    case Rules::bluesky: {
      Limits limits = counted(
          300, [](std::string_view text) { return bluesky_length(text).graphemes; },
          bluesky_entities);
      limits.bytes = 3000;
      return {"Bluesky",
              "https://bsky.app/intent/compose",
              std::move(limits),
              {.count = 4, .bytes = 1'000'000, .pixels = 0, .side = 2000, .alt_length = 0}};
    }
    case Rules::threads:
      return {"Threads", "https://www.threads.net/intent/post",
              counted(500, threads_length, x_entities), common_pictures()};
    case Rules::linkedin:
      return {"LinkedIn", "", counted(3000, units, x_entities), common_pictures()};
    case Rules::facebook:
      return {"Facebook", "", counted(63206, units, x_entities), common_pictures()};
  }
  return {};
}

}  // namespace

Limits limits_by(Rules rules) {
  Known all = known(rules);
  all.limits.platform = word_of(rules);
  all.limits.image = std::move(all.image);
  return std::move(all.limits);
}

std::string name_of(Rules rules) {
  return known(rules).name;
}

std::string compose_address(Rules rules) {
  return known(rules).compose;
}

}  // namespace carillon
