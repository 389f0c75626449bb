// Which addresses are one page, and which cannot be one.
#include <algorithm>
#include <array>
#include <map>

#include "base/bytes.hpp"
#include "retire/crawl_address.hpp"

namespace carillon {

namespace {

// Parameters that count visits and change nothing.
bool is_tracking(std::string_view name) {
  static constexpr std::array<std::string_view, 12> names{
      "fbclid", "gclid", "msclkid", "mc_cid", "mc_eid",     "igshid",
      "yclid",  "_ga",   "_gl",     "spm",    "replytocom", "phpsessid"};
  const std::string low = lower_ascii(name);
  return low.starts_with("utm_") || low.starts_with("pk_") ||
         std::find(names.begin(), names.end(), low) != names.end();
}

std::string kept_query(std::string_view query) {
  std::string out;
  for (const std::string& pair : split(query, '&')) {
    if (pair.empty() || is_tracking(pair.substr(0, pair.find('=')))) continue;
    out += (out.empty() ? "" : "&") + pair;
  }
  return out;
}

std::string_view without_www(std::string_view host) {
  return host.starts_with("www.") ? host.substr(4) : host;
}

}  // namespace

std::string host_key(const Url& url) {
  std::string out(without_www(url.host));
  if (url.port != (url.scheme == "https" ? 443 : 80)) out += ":" + std::to_string(url.port);
  return out;
}

std::string page_key(const Url& url) {
  std::string path = url.path;
  for (const std::string_view name : {"index.html", "index.htm", "index.php"}) {
    if (path.ends_with("/" + std::string(name))) path.resize(path.size() - name.size());
  }
  // A session's id, as Java servers write it.
  if (const auto at = path.find(";jsessionid="); at != std::string::npos) path.resize(at);
  const std::string query = kept_query(url.query.value_or(""));
  return host_key(url) + path + (query.empty() ? "" : "?" + query);
}

bool looks_binary(std::string_view path) {
  static constexpr std::array<std::string_view, 62> endings{
      "png",  "jpg", "jpeg", "gif", "svg",  "webp", "avif", "ico", "bmp",  "tif",  "tiff",
      "pdf",  "ps",  "epub", "doc", "docx", "odt",  "ods",  "odp", "xls",  "xlsx", "ppt",
      "pptx", "zip", "gz",   "tgz", "bz2",  "xz",   "zst",  "7z",  "rar",  "tar",  "jar",
      "whl",  "deb", "rpm",  "dmg", "exe",  "msi",  "apk",  "iso", "bin",  "so",   "mp3",
      "mp4",  "m4a", "ogg",  "ogv", "webm", "mov",  "avi",  "wav", "flac", "woff", "woff2",
      "ttf",  "otf", "css",  "js",  "mjs",  "rss",  "atom"};
  const auto slash = path.rfind('/');
  const auto dot = path.rfind('.');
  if (dot == std::string_view::npos || (slash != std::string_view::npos && dot < slash))
    return false;
  const std::string ending = lower_ascii(path.substr(dot + 1));
  return std::find(endings.begin(), endings.end(), ending) != endings.end();
}

bool is_trap(const Url& url) {
  constexpr std::size_t longest = 1500;
  constexpr std::size_t most_segments = 24;
  constexpr int most_repeats = 3;
  if (url.str().size() > longest) return true;
  const auto segments = split(url.path, '/');
  if (segments.size() > most_segments) return true;
  std::map<std::string_view, int> repeats;
  for (const std::string& segment : segments) {
    if (!segment.empty() && ++repeats[segment] > most_repeats) return true;
  }
  return false;
}

}  // namespace carillon
