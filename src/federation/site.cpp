#include "federation/site.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "federation/answering.hpp"
#include "federation/limits.hpp"
#include "net/negotiate.hpp"
#include "net/url.hpp"

namespace carillon {

namespace {

// One element of an Accept header.
struct Wanted {
  std::string type;
  int weight = 1000;  // thousandths
};

int weight_of(std::string_view text) {
  double value = 1;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  return read.ec == std::errc() && value >= 0 && value <= 1 ? static_cast<int>(value * 1000) : 1000;
}

std::vector<Wanted> accepted_types(std::string_view accept) {
  std::vector<Wanted> out;
  for (const std::string& one : split(accept, ',')) {
    const auto parts = split(one, ';');
    Wanted wanted{lower_ascii(trim(parts.front())), 1000};
    for (const std::string& part : parts) {
      const std::string_view parameter = trim(part);
      if (parameter.starts_with("q=")) wanted.weight = weight_of(parameter.substr(2));
    }
    out.push_back(std::move(wanted));
  }
  return out;
}

HttpAnswer failed(const Error& error) {
  return say(503, error.what);
}

std::string query_value(const HttpQuery& query, std::string_view name) {
  for (const auto& [key, value] : parse_query(query.query)) {
    if (key == name) return value;
  }
  return {};
}

}  // namespace

bool wants_object(std::string_view accept) {
  int object = 0;
  int page = 0;
  for (const Wanted& wanted : accepted_types(accept)) {
    if (wanted.type == activity_type || wanted.type == "application/ld+json")
      object = std::max(object, wanted.weight);
    if (wanted.type == "text/html" || wanted.type == "application/xhtml+xml")
      page = std::max(page, wanted.weight);
  }
  return object > 0 && object >= page;
}

FediSite::FediSite(FediAccount account, std::vector<FediPost> posts, FediNumbers numbers)
    : account_(std::move(account)), posts_(std::move(posts)), numbers_(std::move(numbers)) {
  const std::size_t host = account_.home.find("://");
  const std::size_t path = host == std::string::npos ? host : account_.home.find('/', host + 3);
  origin_ = account_.home.substr(0, path);
  if (path != std::string::npos) prefix_ = account_.home.substr(path);
  for (const FediPost& post : posts_) {
    if (post.url.starts_with(account_.home))
      by_path_[post.url.substr(account_.home.size())] = &post;
  }
}

std::string_view FediSite::below(std::string_view path) const {
  if (!prefix_.empty() && path.starts_with(prefix_) && path.substr(prefix_.size()).starts_with('/'))
    return path.substr(prefix_.size());
  return path;
}

std::string FediSite::address_of(std::string_view target) const {
  return fmt::format("{}{}", account_.home, below(target));
}

std::string FediSite::object_at(std::string_view path) const {
  const auto found = by_path_.find(below(path));
  return found == by_path_.end() ? std::string() : found->second->url;
}

const FediPost* FediSite::at(std::string_view url) const {
  if (!url.starts_with(account_.home)) return nullptr;
  const auto found = by_path_.find(url.substr(account_.home.size()));
  return found == by_path_.end() ? nullptr : found->second;
}

Result<FediTally> FediSite::tally_of(const FediPost& post) const {
  return post.poll && numbers_.tally ? numbers_.tally(post.url) : FediTally{};
}

HttpAnswer FediSite::object(const HttpQuery& query, const json::value& document,
                            std::string_view type) const {
  HttpAnswer out{.status = 200, .body = json::serialize(document)};
  const std::string etag = "\"" + to_hex(sha256(out.body)).substr(0, 32) + "\"";
  out.headers.add("Content-Type", fmt::format("{}; charset=utf-8", type));
  out.headers.add("ETag", etag);
  out.headers.add("Cache-Control", "public, max-age=180");
  out.headers.add("Vary", "Accept");
  out.headers.add("Access-Control-Allow-Origin", "*");
  out.headers.add("X-Content-Type-Options", "nosniff");
  if (names_tag(query.header("If-None-Match"), etag)) {
    out.status = 304;
    out.body.clear();
    out.headers.remove("Content-Type");
  }
  return out;
}

HttpAnswer FediSite::webfinger(const HttpQuery& query) const {
  const std::string resource = query_value(query, "resource");
  if (resource.empty()) return say(400, "WebFinger needs a resource, as acct:name@example.org.");
  const std::string local = origin_.substr(origin_.find("://") + 3);
  std::string wanted = lower_ascii(resource);
  if (wanted.starts_with("acct:@")) wanted.erase(5, 1);
  const bool ours =
      wanted == "acct:" + account_.address() || wanted == "acct:" + account_.handle + "@" + local ||
      resource == account_.id() || resource == account_.home || resource == account_.home + "/";
  if (!ours) return say(404, "There is no such account here.");
  return object(query, webfinger_document(account_), "application/jrd+json");
}

std::optional<HttpAnswer> FediSite::well_known(const HttpQuery& query,
                                               std::string_view path) const {
  if (path == "/.well-known/webfinger") return webfinger(query);
  if (path == "/.well-known/nodeinfo")
    return object(query, nodeinfo_links(account_), "application/json");
  if (path == "/nodeinfo/2.1") {
    return object(query, nodeinfo_document(account_, static_cast<std::int64_t>(posts_.size())),
                  "application/json; profile=\"http://nodeinfo.diaspora.software/ns/schema/2.1#\"");
  }
  if (path != "/.well-known/host-meta") return std::nullopt;
  HttpAnswer out = object(query, json::object{}, "application/xrd+xml");
  out.headers.remove("ETag");
  out.body = host_meta_document(account_);
  out.status = 200;
  out.headers.set("Content-Type", "application/xrd+xml; charset=utf-8");
  return out;
}

HttpAnswer FediSite::outbox(const HttpQuery& query) const {
  const auto count = static_cast<std::int64_t>(posts_.size());
  const std::string asked = query_value(query, "page");
  if (asked.empty())
    return object(query, paged_collection(account_.outbox(), count,
                                          count == 0 ? "" : account_.outbox() + "?page=1"));
  std::size_t page = 0;
  const auto read = std::from_chars(asked.data(), asked.data() + asked.size(), page);
  const std::size_t pages = (posts_.size() + limits::outbox_page - 1) / limits::outbox_page;
  if (read.ec != std::errc() || read.ptr != asked.data() + asked.size() || page == 0 ||
      page > std::max<std::size_t>(pages, 1))
    return say(404, "There is no such page.");
  json::array items;
  const std::size_t begin = (page - 1) * limits::outbox_page;
  for (std::size_t i = begin; i < std::min(posts_.size(), begin + limits::outbox_page); ++i) {
    const auto tally = tally_of(posts_[i]);
    if (!tally) return failed(tally.error());
    json::object create = create_of(account_, posts_[i], *tally);
    create.stable_erase("@context");
    items.push_back(std::move(create));
  }
  const auto at = [&](std::size_t number) {
    return fmt::format("{}?page={}", account_.outbox(), number);
  };
  return object(query, collection_page(account_.outbox(), at(page),
                                       page < pages ? at(page + 1) : "", std::move(items)));
}

HttpAnswer FediSite::featured(const HttpQuery& query) const {
  const auto all = numbers_.pinned ? numbers_.pinned() : Result<std::vector<std::string>>{};
  if (!all) return failed(all.error());
  json::array items;
  for (const std::string& one : *all) {
    // What the home does not show yet is nobody's to read.
    if (has(one)) items.push_back(json::string(one));
  }
  json::object out =
      counted_collection(account_.featured(), static_cast<std::int64_t>(items.size()));
  out["orderedItems"] = std::move(items);
  return object(query, out);
}

// `rest` is what stands behind "/actors/NAME".
std::optional<HttpAnswer> FediSite::actor(const HttpQuery& query, std::string_view rest) const {
  if (rest.empty() || rest == "/") {
    const std::string_view accept = query.header("Accept");
    const bool person = !wants_object(accept) && accept.find("text/html") != std::string_view::npos;
    if (!person) {
      const auto ties = numbers_.ties ? numbers_.ties() : FediTies{};
      return ties ? object(query, actor_document(account_, *ties)) : failed(ties.error());
    }
    HttpAnswer out = say(302, "The home of this account is at " + account_.home + "/");
    out.headers.add("Location", account_.home + "/");
    out.headers.add("Vary", "Accept");
    return out;
  }
  if (rest == "/outbox") return outbox(query);
  if (rest == "/followers") {
    const auto count = numbers_.followers();
    return count ? object(query, counted_collection(account_.followers(), *count))
                 : failed(count.error());
  }
  if (rest == "/featured") return featured(query);
  if (rest == "/following")
    return object(query, paged_collection(fmt::format("{}{}", account_.id(), rest), 0, ""));
  if (rest == "/inbox") {
    HttpAnswer out = say(405, "An inbox takes POST only.");
    out.headers.add("Allow", "POST");
    return out;
  }
  return std::nullopt;
}

std::optional<HttpAnswer> FediSite::post(const HttpQuery& query, std::string_view path) const {
  const bool replies = path.ends_with("/replies");
  const auto found = by_path_.find(replies ? path.substr(0, path.size() - 7) : path);
  if (found == by_path_.end() || (!replies && !wants_object(query.header("Accept"))))
    return std::nullopt;
  const auto counts = numbers_.of_post(found->second->url);
  if (!counts) return failed(counts.error());
  const auto tally = tally_of(*found->second);
  if (!tally) return failed(tally.error());
  if (!replies)
    return object(query, with_context(note_of(account_, *found->second, *counts, *tally)));
  json::object out = paged_collection(found->second->url + "replies", counts->replies, "");
  out["type"] = "Collection";
  out.erase("orderedItems");
  out["items"] = json::array();
  return object(query, out);
}

std::optional<HttpAnswer> FediSite::answer(const HttpQuery& query) const {
  if (query.method != "GET") return std::nullopt;
  const std::string_view path = below(query.path);
  if (auto out = well_known(query, path)) return out;
  const std::string own = "/actors/" + account_.handle;
  if (path.starts_with(own) && (path.size() == own.size() || path[own.size()] == '/'))
    return actor(query, path.substr(own.size()));
  if (path == "/@" + account_.handle) {
    HttpAnswer out = say(302, "This account is at " + account_.id());
    out.headers.add("Location", account_.id());
    return out;
  }
  return post(query, path);
}

}  // namespace carillon
