#include "federation/object_cache.hpp"

#include "federation/limits.hpp"
#include "federation/site.hpp"
#include "net/negotiate.hpp"

namespace carillon {

namespace {

// As the site tells requests apart: an object, a page for people, or what is neither.
std::string key_of(const HttpQuery& query) {
  const std::string_view accept = query.header("Accept");
  const bool object = wants_object(accept);
  const bool page = !object && accept.find("text/html") != std::string_view::npos;
  std::string out = object ? "o" : page ? "p" : "-";
  out += query.path;
  if (!query.query.empty()) out += '?';
  out += query.query;
  return out;
}

}  // namespace

std::optional<HttpAnswer> ObjectCache::answer(const HttpQuery& query, Micros now,
                                              const Make& make) {
  if (query.method != "GET") return make(query);
  const std::string key = key_of(query);
  // Before it is made: what comes meanwhile makes it old.
  const std::uint64_t generation = generation_;
  std::shared_ptr<const Kept> kept;
  {
    const std::lock_guard lock(mutex_);
    const auto at = kept_.find(key);
    if (at != kept_.end()) kept = at->second;
  }
  if (!kept || kept->generation != generation || now - kept->made > limits::object_fresh ||
      now < kept->made) {
    HttpQuery whole = query;
    std::erase_if(whole.headers,
                  [](const auto& line) { return same_ignoring_case(line.first, "If-None-Match"); });
    auto made = make(whole);
    if (!made || made->status != 200 || !made->headers.find("ETag")) return made;
    if (!made->shared) made->shared = std::make_shared<const std::string>(std::move(made->body));
    made->body.clear();
    kept = std::make_shared<const Kept>(Kept{std::move(*made), generation, now});
    const std::lock_guard lock(mutex_);
    if (kept_.size() >= limits::objects_kept) kept_.clear();
    kept_[key] = kept;
  }
  HttpAnswer out = kept->found;
  if (names_tag(query.header("If-None-Match"), out.headers.get("ETag"))) {
    out.status = 304;
    out.shared.reset();
    out.headers.remove("Content-Type");
  }
  return out;
}

void ObjectCache::forget() {
  ++generation_;
}

void ObjectCache::forget_unless(std::uint64_t mark) {
  if (mark_.exchange(mark) != mark) forget();
}

}  // namespace carillon
