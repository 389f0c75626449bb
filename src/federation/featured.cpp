#include "federation/featured.hpp"

#include <fmt/format.h>

#include "federation/answering.hpp"
#include "publish/pins.hpp"

namespace carillon {

std::optional<HttpAnswer> answer_featured(const FediSite& site, Store& store,
                                          const HttpQuery& query) {
  const std::string id = site.account().id() + "/featured";
  if (query.method != "GET" || site.address_of(query.path) != id) return std::nullopt;
  const auto all = store.read(pinned);
  if (!all) return say(503, all.error().what);
  json::array items;
  for (const std::string& one : *all) {
    // What the home does not show yet is nobody's to read.
    if (site.has(one)) items.push_back(json::string(one));
  }
  json::object collection = counted_collection(id, static_cast<std::int64_t>(items.size()));
  collection["orderedItems"] = std::move(items);
  HttpAnswer out{.status = 200, .body = json::serialize(collection)};
  out.headers.add("Content-Type", fmt::format("{}; charset=utf-8", activity_type));
  out.headers.add("Cache-Control", "public, max-age=180");
  out.headers.add("Vary", "Accept");
  out.headers.add("Access-Control-Allow-Origin", "*");
  out.headers.add("X-Content-Type-Options", "nosniff");
  return out;
}

}  // namespace carillon
