#include "text/length.hpp"

#include <string>

#include "text/codepoints.hpp"
#include "text/entities.hpp"
#include "text/graphemes.hpp"

namespace carillon {

namespace {

constexpr std::int64_t url_weight = 23;

std::int64_t weight(char32_t c) {
  return c <= 4351 || (c >= 8192 && c <= 8205) || (c >= 8208 && c <= 8223) ||
                 (c >= 8242 && c <= 8247)
             ? 1
             : 2;
}

bool is_regional(char32_t c) {
  return c >= 0x1F1E6 && c <= 0x1F1FF;
}
bool is_modifier(char32_t c) {
  return c >= 0x1F3FB && c <= 0x1F3FF;
}

// One element of an emoji sequence from `i`: a pictograph, its presentation selector, its skin
// tone.
std::size_t element_end(const CodePoints& text, std::size_t i, std::size_t end) {
  if (i >= end || !is_pictographic(text.cp[i])) return i;
  const bool needs_selector = text.cp[i] == 0xA9 || text.cp[i] == 0xAE || text.cp[i] == 0x2122;
  std::size_t at = i + 1;
  if (at < end && text.cp[at] == 0xFE0F) return at + 1;
  if (at < end && is_modifier(text.cp[at])) return at + 1;
  return needs_selector ? i : at;
}

// Is the whole cluster one emoji?
bool is_emoji(const CodePoints& text, std::size_t begin, std::size_t end) {
  const char32_t first = text.cp[begin];
  const std::size_t size = end - begin;
  const bool keycap_base = (first >= '0' && first <= '9') || first == '#' || first == '*';
  if (keycap_base) return size >= 2 && text.cp[end - 1] == 0x20E3;
  if (is_regional(first)) return size == 2;
  std::size_t at = element_end(text, begin, end);
  if (at == begin) return is_modifier(first) && size == 1;
  if (first == 0x1F3F4 && at < end && text.cp[at] >= 0xE0020) return text.cp[end - 1] == 0xE007F;
  while (at < end) {
    if (text.cp[at] != 0x200D) return false;
    const std::size_t next = element_end(text, at + 1, end);
    if (next == at + 1) {
      // ♀ and ♂ close a sequence with or without their selector.
      return false;
    }
    at = next;
  }
  return true;
}

std::int64_t weighted(std::string_view raw, bool emoji_whole) {
  const std::string normal = to_nfc(raw);
  const auto urls = x_urls(normal);
  std::int64_t total = 0;
  std::size_t from = 0;
  const auto add = [&](std::string_view piece) {
    if (piece.empty()) return;
    std::size_t start = 0;
    for (const std::size_t stop : grapheme_ends(piece)) {
      if (stop - start == 1) {
        ++total;  // ASCII
      } else {
        const CodePoints cluster = decode(piece.substr(start, stop - start));
        if (emoji_whole && is_emoji(cluster, 0, cluster.size())) {
          total += 2;
        } else {
          for (const char32_t c : cluster.cp) total += weight(c);
        }
      }
      start = stop;
    }
  };
  for (const Entity& url : urls) {
    add(std::string_view(normal).substr(from, url.begin - from));
    total += url_weight;
    from = url.end;
  }
  add(std::string_view(normal).substr(from));
  return total;
}

}  // namespace

std::int64_t x_weighted_length(std::string_view text) {
  return weighted(text, true);
}

std::int64_t x_weighted_length_v2(std::string_view text) {
  return weighted(text, false);
}

std::int64_t mastodon_length(std::string_view text, std::string_view spoiler,
                             std::int64_t url_cost) {
  std::vector<Entity> entities = mastodon_urls(text);
  for (Entity& mention : mastodon_mentions(text)) entities.push_back(std::move(mention));
  drop_overlaps(entities);
  std::string counted(spoiler);
  std::int64_t urls = 0;
  std::size_t from = 0;
  for (const Entity& entity : entities) {
    counted += text.substr(from, entity.begin - from);
    from = entity.end;
    if (entity.kind == EntityKind::url) {
      counted += 'x';  // stands for the URL, so that nothing joins across it
      urls += url_cost - 1;
    } else {
      counted += "@" + entity.value.substr(0, entity.value.find('@'));
    }
  }
  counted += text.substr(from);
  return static_cast<std::int64_t>(count_graphemes(counted)) + urls;
}

}  // namespace carillon
