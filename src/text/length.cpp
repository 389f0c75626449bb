#include "text/length.hpp"

#include <string>
#include <vector>

#include "text/codepoints.hpp"
#include "text/entities.hpp"
#include "text/graphemes.hpp"

namespace carillon {

namespace {

constexpr std::int64_t default_weight = 2;
constexpr std::int64_t url_weight = 23;
constexpr std::int64_t limit_today = 280;
constexpr std::int64_t limit_before_2017 = 140;

std::int64_t weight_of(char32_t point, XRules rules) {
  if (rules == XRules::v1) return 1;
  const bool light = point <= 4351 || (point >= 8192 && point <= 8205) ||
                     (point >= 8208 && point <= 8223) || (point >= 8242 && point <= 8247);
  return light ? 1 : default_weight;
}

}  // namespace

XLength x_length(std::string_view text, XRules rules) {
  const std::string nfc = to_nfc(text);
  const std::vector<Entity> urls = x_urls(nfc);
  XLength out;
  out.limit = rules == XRules::v1 ? limit_before_2017 : limit_today;
  std::size_t at = 0;
  std::size_t fits = 0;
  auto url = urls.begin();
  while (at < nfc.size()) {
    const CodePoint point = code_point_at(nfc, at);
    const std::size_t emoji = rules == XRules::v3 ? emoji_size(nfc, at) : 0;
    if (url != urls.end() && url->begin == at) {
      out.weight += url_weight;
      at = url->end;
      ++url;
    } else if (emoji != 0) {
      out.weight += default_weight;
      at += emoji;
    } else {
      out.weight += weight_of(point.value, rules);
      out.allowed = out.allowed && !is_refused(point.value);
      at += point.size;
    }
    while (url != urls.end() && url->begin < at) ++url;
    if (out.allowed && out.weight <= out.limit) fits = at;
  }
  out.fits = utf16_length(std::string_view(nfc).substr(0, fits));
  return out;
}

std::int64_t x_weighted_length(std::string_view text) {
  return x_length(text).weight;
}

std::int64_t x_weighted_length_v2(std::string_view text) {
  return x_length(text, XRules::v2).weight;
}

std::int64_t mastodon_length(std::string_view text, std::string_view spoiler,
                             std::int64_t url_cost) {
  std::vector<Entity> entities = mastodon_urls(text);
  for (Entity& mention : mastodon_mentions(text)) entities.push_back(std::move(mention));
  drop_overlaps(entities);
  std::string counted(spoiler);
  std::int64_t urls = 0;
  std::size_t at = 0;
  for (const Entity& entity : entities) {
    counted += text.substr(at, entity.begin - at);
    at = entity.end;
    if (entity.kind == EntityKind::url) {
      counted += 'x';  // stands for the URL: a mark after it still joins it
      urls += url_cost - 1;
    } else {
      counted += '@';
      counted += std::string_view(entity.value).substr(0, entity.value.find('@'));
    }
  }
  counted += text.substr(at);
  return static_cast<std::int64_t>(count_graphemes(counted)) + urls;
}

BlueskyLength bluesky_length(std::string_view text) {
  return {static_cast<std::int64_t>(count_graphemes(text)), static_cast<std::int64_t>(text.size())};
}

}  // namespace carillon
