#include "net/negotiate.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "net/http.hpp"

namespace carillon {

namespace {

// "gzip;q=0" names a coding only to refuse it.
bool refused(std::string_view parameters) {
  const auto q = parameters.find("q=");
  if (q == std::string_view::npos) return false;
  const std::string_view value = trim(parameters.substr(q + 2));
  return value.starts_with('0') && value.find_first_not_of("0.") == std::string_view::npos;
}

}  // namespace

Coding coding_for(std::string_view accept) {
  Coding out = Coding::identity;
  while (!accept.empty()) {
    const auto comma = std::min(accept.find(','), accept.size());
    const std::string_view item = trim(accept.substr(0, comma));
    accept.remove_prefix(std::min(comma + 1, accept.size()));
    const auto semicolon = std::min(item.find(';'), item.size());
    const std::string_view name = trim(item.substr(0, semicolon));
    const bool brotli_named = same_ignoring_case(name, "br");
    if (!brotli_named && !same_ignoring_case(name, "gzip")) continue;
    if (refused(item.substr(semicolon))) continue;
    out = std::max(out, brotli_named ? Coding::brotli : Coding::gzip);
  }
  return out;
}

bool names_tag(std::string_view list, std::string_view etag) {
  if (trim(list) == "*") return true;
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    std::string_view item = trim(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
    if (item.starts_with("W/")) item.remove_prefix(2);
    if (item == etag) return true;
  }
  return false;
}

}  // namespace carillon
