#include <algorithm>

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "core/announcement.hpp"

namespace carillon {

namespace {

// What U+00C0 to U+017F and U+0400 to U+045F become, in order; "-": nothing.
constexpr std::string_view latin =
    "a a a a a a ae c e e e e i i i i d n o o o o o - o u u u u y th ss a a a a a a "
    "ae c e e e e i i i i d n o o o o o - o u u u u y th y a a a a a a c c c c c c c "
    "c d d d d e e e e e e e e e e g g g g g g g g h h h h i i i i i i i i i i ij ij "
    "j j k k k l l l l l l l l l l n n n n n n n n n o o o o o o oe oe r r r r r r s "
    "s s s s s s s t t t t t t u u u u u u u u u u u u w w y y y z z z z z z s";
constexpr std::string_view cyrillic =
    "e e dj g ye dz i i j lj nj c k i u dz a b v g d e zh z i i k l m n o p r s t u f "
    "kh ts ch sh shch - y - e yu ya a b v g d e zh z i i k l m n o p r s t u f kh ts "
    "ch sh shch - y - e yu ya e e dj g ye dz i i j lj nj c k i u dz";

constexpr unsigned first_latin = 0xC0;
constexpr unsigned last_latin = 0x17F;
constexpr unsigned first_cyrillic = 0x400;
constexpr unsigned last_cyrillic = 0x45F;

std::string_view word_at(std::string_view words, std::size_t index) {
  for (; index > 0; --index) words.remove_prefix(words.find(' ') + 1);
  const std::string_view word = words.substr(0, words.find(' '));
  return word == "-" ? std::string_view{} : word;
}

// Letters that ASCII does not have, as people write them where it is all there is; other bytes
// stay.
std::string plain_letters(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const auto tail = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
    const unsigned point = (lead & 0x1FU) << 6U | (tail & 0x3FU);
    const bool pair = (lead & 0xE0U) == 0xC0U && (tail & 0xC0U) == 0x80U;
    if (pair && point >= first_latin && point <= last_latin && point != 0xD7 && point != 0xF7) {
      out += word_at(latin, point - first_latin);
      ++i;
    } else if (pair && point >= first_cyrillic && point <= last_cyrillic) {
      out += word_at(cyrillic, point - first_cyrillic);
      ++i;
    } else if (pair && lead == 0xCC) {
      ++i;  // a combining accent behind its letter
    } else {
      out += text[i];
    }
  }
  return out;
}

// "posts/tea/index.md" is called tea: every folder of a site has an index.
std::string_view name_of(std::string_view path) {
  const auto cut = [&](std::string_view& rest) {
    const auto slash = rest.rfind('/');
    const std::string_view last = slash == std::string_view::npos ? rest : rest.substr(slash + 1);
    rest = slash == std::string_view::npos ? std::string_view{} : rest.substr(0, slash);
    return last;
  };
  std::string_view rest = path;
  std::string_view name = cut(rest);
  if (const auto dot = name.rfind('.'); dot != std::string_view::npos && dot > 0)
    name = name.substr(0, dot);
  const std::string low = lower_ascii(name);
  const bool index = low == "index" || low == "_index" || low == "readme";
  const std::string_view folder = cut(rest);
  const bool named = !folder.empty() && folder != "." && folder != "..";
  return index && named ? folder : name;
}

}  // namespace

std::string slug_of(std::string_view text) {
  std::string out;
  for (const char c : lower_ascii(plain_letters(text))) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (plain) out += c;
    if (!plain && !out.empty() && out.back() != '-') out += '-';
  }
  if (out.size() > 80) out.resize(80);
  while (!out.empty() && out.back() == '-') out.pop_back();
  return out;
}

std::string slug_for(std::string_view path, std::string_view title, std::string_view text) {
  const std::string_view name = name_of(path);
  for (const std::string_view words : {name, title}) {
    if (std::string slug = slug_of(words); !slug.empty()) return slug;
  }
  // It must stay when the text is mended.
  const std::string_view lasting = !trim(name).empty() ? name : !title.empty() ? title : text;
  return "post-" + to_hex(sha256(lasting)).substr(0, 8);
}

}  // namespace carillon
