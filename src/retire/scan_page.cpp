#include "retire/scan_page.hpp"

#include <algorithm>

#include "base/bytes.hpp"

namespace carillon {

namespace {

constexpr std::size_t page_head_bytes = 6000;

bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && lower_ascii(a) == lower_ascii(b);
}

}  // namespace

ScanPage::ScanPage(std::string_view path, std::string_view text, Held held)
    : path_(path), text_(text), place_(place_of(path, text.substr(0, page_head_bytes), held)) {
  std::size_t at = 0;
  while (at < text.size()) {
    starts_.push_back(at);
    const auto end = text.find('\n', at);
    if (end == std::string_view::npos) break;
    at = end + 1;
  }
}

std::string_view ScanPage::raw(std::size_t line) const {
  if (line >= starts_.size()) return {};
  const std::size_t end = line + 1 < starts_.size() ? starts_[line + 1] : text_.size();
  std::string_view out = text_.substr(starts_[line], end - starts_[line]);
  while (out.ends_with("\n") || out.ends_with("\r")) out.remove_suffix(1);
  return out;
}

const std::string& ScanPage::plain(std::size_t line) const {
  const auto found = plain_.find(line);
  if (found != plain_.end()) return found->second;
  return plain_.emplace(line, plain_line(raw(line))).first->second;
}

std::size_t ScanPage::line_of(std::size_t offset) const {
  const auto after = std::upper_bound(starts_.begin(), starts_.end(), offset);
  return static_cast<std::size_t>(after - starts_.begin()) - 1;
}

std::size_t ScanPage::indent(std::size_t line) const {
  return raw(line).find_first_not_of(" \t");
}

bool ScanPage::holds(std::string_view word) const {
  const auto found = held_.find(word);
  if (found != held_.end()) return found->second;
  const auto there = std::search(
      text_.begin(), text_.end(), word.begin(), word.end(),
      [](char a, char b) { return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b; });
  return held_.emplace(std::string(word), there != text_.end()).first->second;
}

const std::string* WatchedNetwork::own(std::string_view name) const {
  // bells@fosstodon.org
  const auto at = name.find('@');
  if (at != std::string_view::npos && !network->hosts.empty() &&
      same(name.substr(at + 1), network->hosts.front()))
    name = name.substr(0, at);
  for (const AccountName& account : accounts) {
    if (same(account.handle, name)) return &account.handle;
  }
  return nullptr;
}

const std::string* WatchedNetwork::named_in(std::string_view plain) const {
  for (const AccountName& account : accounts) {
    const std::string name = lower_ascii(account.handle);
    for (auto at = find_word(plain, name); at != std::string_view::npos;
         at = find_word(plain, name, at + 1)) {
      const std::string_view behind = plain.substr(at + name.size());
      const bool domain = behind.size() > 1 && behind[0] == '.' && is_name_char(behind[1]);
      const bool longer = behind.starts_with("-") || (at > 0 && plain[at - 1] == '-');
      const bool site = name.find('.') != std::string::npos && !name.ends_with(".bsky.social") &&
                        (at == 0 || plain[at - 1] != '@');
      if (!domain && !longer && !site) return &account.handle;
    }
  }
  return nullptr;
}

}  // namespace carillon
