#include "text/handle.hpp"

#include <algorithm>
#include <array>

#include "base/bytes.hpp"

namespace carillon {

namespace {

bool is_plain_handle(std::string_view name) {
  return !name.empty() && name.size() <= 100 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
  });
}

// What stands before the name in the path, by host; "" where it is the first part.
struct Place {
  std::string_view host;
  std::string_view before;
};
constexpr std::array<Place, 17> places{{{"x.com", ""},
                                        {"twitter.com", ""},
                                        {"github.com", ""},
                                        {"instagram.com", ""},
                                        {"threads.net", "@"},
                                        {"threads.com", "@"},
                                        {"tiktok.com", "@"},
                                        {"youtube.com", "@"},
                                        {"medium.com", "@"},
                                        {"t.me", ""},
                                        {"facebook.com", ""},
                                        {"bsky.app", "profile/"},
                                        {"linkedin.com", "company/"},
                                        {"reddit.com", "r/"},
                                        {"gitlab.com", ""},
                                        {"codeberg.org", ""},
                                        {"twitch.tv", ""}}};

}  // namespace

std::string handle_in(std::string_view address) {
  const auto scheme = address.find("://");
  if (scheme == npos) return {};
  address.remove_prefix(scheme + 3);
  const auto slash = address.find('/');
  if (slash == npos) return {};
  std::string host = lower_ascii(address.substr(0, slash));
  if (host.starts_with("www.")) host.erase(0, 4);
  std::string_view path = address.substr(slash + 1);
  path = path.substr(0, path.find_first_of("?#"));
  while (path.ends_with('/')) path.remove_suffix(1);
  for (const Place& place : places) {
    if (host != place.host) continue;
    if (!path.starts_with(place.before)) return {};
    path.remove_prefix(place.before.size());
    if (!is_plain_handle(path)) return {};
    return (host == "linkedin.com" ? "" : host == "reddit.com" ? "r/" : "@") + std::string(path);
  }
  if (!path.starts_with('@') || !is_plain_handle(path.substr(1))) return {};
  return std::string(path) + "@" + host;
}

}  // namespace carillon
