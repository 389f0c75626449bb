#include "web/app.hpp"

#include <fmt/format.h>

#include <map>

#include "net/negotiate.hpp"
#include "web/app_assets.hpp"
#include "web/workplace.hpp"

namespace carillon {

namespace {

constexpr std::string_view app_root = "/app";
constexpr std::string_view assets = "/app/assets/";

struct Variant {
  std::shared_ptr<const SharedBody> bytes;
  std::string_view coding;  // empty: none
  std::string etag;
};

// A file with its copies, each made into a string once.
struct Ready {
  std::string_view type;
  std::map<Coding, Variant> variants;
};

Ready ready_of(const AppAsset& asset) {
  const auto variant = [&](const Embedded& bytes, std::string_view coding) {
    return Variant{std::make_shared<const SharedBody>(bytes.str()), coding,
                   fmt::format("\"{}{}{}\"", asset.digest, coding.empty() ? "" : "-", coding)};
  };
  return {asset.type,
          {{Coding::identity, variant(asset.plain, "")},
           {Coding::gzip, variant(asset.gzip, "gzip")},
           {Coding::brotli, variant(asset.brotli, "br")}}};
}

const std::map<std::string_view, Ready>& all_ready() {
  static const auto all = [] {
    std::map<std::string_view, Ready> out;
    for (const AppAsset& asset : app_assets()) out.emplace(asset.name, ready_of(asset));
    return out;
  }();
  return all;
}

// No script, style, picture or connection but ours, and no text that becomes markup
// (https://www.w3.org/TR/trusted-types/). A picture somebody has just chosen is a blob.
const std::string& policy() {
  static const std::string all = fmt::format(
      "default-src 'none'; script-src 'self' 'sha256-{}'; style-src 'self'; img-src 'self' blob:; "
      "connect-src 'self'; font-src 'self'; frame-src 'self'; form-action 'self'; "
      "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
      "trusted-types 'none'",
      app_first_script());
  return all;
}

Headers app_headers(std::string_view cache) {
  return {
      {"Cache-Control", std::string(cache)},          {"Content-Security-Policy", policy()},
      {"X-Content-Type-Options", "nosniff"},          {"X-Frame-Options", "DENY"},
      {"Referrer-Policy", "strict-origin"},           {"Cross-Origin-Opener-Policy", "same-origin"},
      {"Cross-Origin-Resource-Policy", "same-origin"}};
}

HttpAnswer answer_file(const HttpQuery& query, const Ready& file, std::string_view cache) {
  HttpAnswer out{.status = 200, .headers = app_headers(cache)};
  const Variant& variant = file.variants.at(coding_for(query.header("Accept-Encoding")));
  out.headers.add("ETag", variant.etag);
  out.headers.add("Vary", "Accept-Encoding");
  if (names_tag(query.header("If-None-Match"), variant.etag)) {
    out.status = 304;
    return out;
  }
  out.headers.add("Content-Type", std::string(file.type));
  if (!variant.coding.empty()) out.headers.add("Content-Encoding", std::string(variant.coding));
  out.shared = variant.bytes;
  return out;
}

bool fits(std::string_view pattern, std::string_view path) {
  while (!pattern.empty() && !path.empty()) {
    const std::string_view wanted = pattern.substr(0, pattern.find('/', 1));
    const std::string_view part = path.substr(0, path.find('/', 1));
    if (wanted != part && !(wanted.starts_with("/:") && part.size() > 1)) return false;
    pattern.remove_prefix(wanted.size());
    path.remove_prefix(part.size());
  }
  return pattern.empty() && (path.empty() || path == "/");
}

// Names the script of the address's screen, so that a browser need not read ours to know of it
// (https://html.spec.whatwg.org/#link-type-modulepreload).
void add_preloads(std::string_view path, HttpAnswer& answer) {
  for (const AppScreen& screen : app_screens()) {
    if (!fits(screen.path, path)) continue;
    for (const std::string_view file : screen.files)
      answer.headers.add("Link", fmt::format("<{}{}>; rel=modulepreload", assets, file));
    return;
  }
}

// A page of an older program asks for files that are gone: it must hear so, and not get a page.
HttpAnswer answer_asset(const HttpQuery& query) {
  const auto found = all_ready().find(query.path.substr(assets.size()));
  if (found != all_ready().end() && found->first != "index.html")
    return answer_file(query, found->second, "public, max-age=31536000, immutable");
  HttpAnswer out{.status = 404, .headers = app_headers("no-store")};
  out.headers.add("Content-Type", "text/plain; charset=utf-8");
  out.body = "There is no such file.\n";
  return out;
}

}  // namespace

std::optional<HttpAnswer> answer_app(Service& service, const HttpQuery& query) {
  if (query.path != app_root && !query.path.starts_with("/app/")) return std::nullopt;
  if (query.method != "GET") return wrong_method(service, std::string(app_root), "GET, HEAD");
  if (query.path.starts_with(assets)) return answer_asset(query);
  auto place = enter(service, query);
  if (auto* answer = std::get_if<HttpAnswer>(&place)) return std::move(*answer);
  HttpAnswer out = answer_file(query, all_ready().at("index.html"), "no-cache");
  add_preloads(query.path, out);
  return out;
}

}  // namespace carillon
