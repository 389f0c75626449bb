#include "retire/page.hpp"

#include <algorithm>

#include "base/bytes.hpp"

namespace carillon {

namespace {

constexpr std::size_t head_bytes = 6000;

bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && lower_ascii(a) == lower_ascii(b);
}

}  // namespace

Page::Page(std::string_view path, std::string_view text)
    : path_(path), text_(text), place_(place_of(path, text.substr(0, head_bytes))) {
  std::size_t at = 0;
  while (at < text.size()) {
    starts_.push_back(at);
    const auto end = text.find('\n', at);
    if (end == std::string_view::npos) break;
    at = end + 1;
  }
}

std::string_view Page::raw(std::size_t line) const {
  if (line >= starts_.size()) return {};
  const std::size_t end = line + 1 < starts_.size() ? starts_[line + 1] : text_.size();
  std::string_view out = text_.substr(starts_[line], end - starts_[line]);
  while (out.ends_with("\n") || out.ends_with("\r")) out.remove_suffix(1);
  return out;
}

const std::string& Page::plain(std::size_t line) const {
  const auto found = plain_.find(line);
  if (found != plain_.end()) return found->second;
  return plain_.emplace(line, plain_line(raw(line))).first->second;
}

std::size_t Page::line_of(std::size_t offset) const {
  const auto after = std::upper_bound(starts_.begin(), starts_.end(), offset);
  return static_cast<std::size_t>(after - starts_.begin()) - 1;
}

std::size_t Page::indent(std::size_t line) const {
  return raw(line).find_first_not_of(" \t");
}

bool Page::holds(std::string_view word) const {
  const auto found = held_.find(word);
  if (found != held_.end()) return found->second;
  const auto there = std::search(
      text_.begin(), text_.end(), word.begin(), word.end(),
      [](char a, char b) { return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b; });
  return held_.emplace(std::string(word), there != text_.end()).first->second;
}

const std::string* Watched::own(std::string_view name) const {
  for (const Account& account : accounts) {
    if (same(account.handle, name)) return &account.handle;
  }
  return nullptr;
}

const std::string* Watched::named_in(std::string_view plain) const {
  for (const Account& account : accounts) {
    if (has_word(plain, lower_ascii(account.handle))) return &account.handle;
  }
  return nullptr;
}

}  // namespace carillon
