#include "federation/gone.hpp"

#include <fmt/format.h>

#include "federation/answering.hpp"
#include "publish/removal.hpp"

namespace carillon {

std::optional<HttpAnswer> answer_gone(const FediSite& site, Store& store, const HttpQuery& query) {
  if (query.method != "GET" || !wants_object(query.header("Accept")) ||
      !site.object_at(query.path).empty())
    return std::nullopt;
  const std::string address = site.address_of(query.path);
  const auto removal = store.read([&](Db& db) { return removal_at(db, address); });
  if (!removal) return say(503, removal.error().what);
  if (!*removal) return std::nullopt;
  HttpAnswer out{.status = 410};
  out.headers.add("Content-Type", fmt::format("{}; charset=utf-8", activity_type));
  out.headers.add("Cache-Control", "public, max-age=180");
  out.headers.add("Vary", "Accept");
  out.headers.add("X-Content-Type-Options", "nosniff");
  out.body = json::serialize(tombstone_of(address, (*removal)->published, (*removal)->removed));
  return out;
}

}  // namespace carillon
