#include "home/cache.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <unordered_map>

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/limits.hpp"
#include "base/moment.hpp"
#include "home/index.hpp"
#include "net/compress.hpp"
#include "net/negotiate.hpp"
#include "text/home_image.hpp"

namespace carillon {

namespace {

constexpr std::size_t worth_compressing = 256;
constexpr std::string_view keep_forever = "public, max-age=31536000, immutable";

// One set of bytes of a page with the header lines that go with it.
struct Variant {
  std::once_flag made;
  std::shared_ptr<const SharedBody> bytes;  // null: this coding is not smaller
  std::string etag;
  Headers headers;
};

struct Entry {
  std::once_flag rendered;
  Page page;
  Micros modified = 0;
  std::string modified_line;
  Variant identity;
  Variant gzip;
  Variant brotli;
};

struct PathHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view path) const {
    return std::hash<std::string_view>{}(path);
  }
};

std::string_view cache_control(const Page& page) {
  if (page.immutable) return keep_forever;
  return page.type.starts_with("text/html") ? "public, max-age=60" : "public, max-age=300";
}

Headers headers_of(const Entry& entry, std::string_view etag, std::string_view coding) {
  Headers out = security_headers();
  out.add("Content-Type", entry.page.type);
  out.add("ETag", std::string(etag));
  if (!entry.modified_line.empty()) out.add("Last-Modified", entry.modified_line);
  out.add("Cache-Control", std::string(cache_control(entry.page)));
  out.add("Vary", "Accept-Encoding");
  if (!coding.empty()) out.add("Content-Encoding", std::string(coding));
  // Readers that live in a browser fetch feeds and lists across origins.
  if (!entry.page.type.starts_with("text/html")) out.add("Access-Control-Allow-Origin", "*");
  return out;
}

void fill_entry(Entry& entry, Page page, Micros changed) {
  entry.page = std::move(page);
  // A page that names nothing dated still changed when the site did.
  entry.modified = entry.page.immutable ? 0 : std::max(entry.page.modified, changed);
  if (entry.modified > 0) entry.modified_line = http_time(entry.modified);
  Variant& plain = entry.identity;
  plain.bytes = std::make_shared<const SharedBody>(std::move(entry.page.body));
  plain.etag = "\"" + to_hex(sha256(plain.bytes->bytes())) + "\"";
  plain.headers = headers_of(entry, plain.etag, {});
}

void compress_entry(Entry& entry, Variant& variant, Coding coding) {
  const std::string& bytes = entry.identity.bytes->bytes();
  if (bytes.size() < worth_compressing) return;
  const bool best = coding == Coding::brotli;
  std::string packed = best ? brotli(bytes) : gzip(bytes);
  if (packed.size() >= bytes.size()) return;
  const std::string_view etag = entry.identity.etag;
  variant.etag = fmt::format("{}-{}\"", etag.substr(0, etag.size() - 1), best ? "br" : "gz");
  variant.bytes = std::make_shared<const SharedBody>(std::move(packed));
  variant.headers = headers_of(entry, variant.etag, best ? "br" : "gzip");
}

bool is_fresh(const HttpQuery& query, std::string_view etag, Micros modified) {
  const std::string_view tags = query.header("If-None-Match");
  if (!tags.empty()) return names_tag(tags, etag);
  const std::string_view since = query.header("If-Modified-Since");
  if (since.empty() || modified <= 0) return false;
  const auto at = parse_time(since);
  return at && modified / second <= *at / second;
}

HttpAnswer say(int status, std::string_view text) {
  HttpAnswer out{.status = status, .headers = security_headers()};
  out.headers.add("Content-Type", "text/plain; charset=utf-8");
  out.headers.add("Cache-Control", "no-store");
  out.body = std::string(text);
  return out;
}

HttpAnswer answer_entry(const HttpQuery& query, const Entry& entry, const Variant& variant) {
  HttpAnswer out{.status = 200, .headers = variant.headers};
  if (is_fresh(query, variant.etag, entry.modified)) {
    out.status = 304;
    out.headers.remove("Content-Type");
    out.headers.remove("Content-Encoding");
    return out;
  }
  out.shared = variant.bytes;
  return out;
}

HttpAnswer redirect(std::string location, std::string_view query) {
  if (!query.empty()) location += "?" + std::string(query);
  HttpAnswer out = say(301, "This page is at " + location + "\n");
  out.headers.set("Cache-Control", "public, max-age=3600");
  out.headers.add("Location", std::move(location));
  return out;
}

}  // namespace

struct SiteCache::Version {
  Version(SiteView view, OtherPages beside, Micros when)
      : pictures(media_of(view)), site(std::move(view)), others(std::move(beside)), changed(when) {
    for (const std::string& path : site.paths()) entries.try_emplace(path);
  }

  // The path below the organisation's url.
  [[nodiscard]] std::string_view below(std::string_view path) const {
    const std::string& prefix = site.prefix();
    const bool inside =
        !prefix.empty() && path.starts_with(prefix) && path.substr(prefix.size()).starts_with('/');
    return inside ? path.substr(prefix.size()) : path;
  }

  // The ready entry of a path, or null.
  Entry* find(std::string_view path) {
    const auto found = entries.find(path);
    if (found == entries.end()) return nullptr;
    Entry& entry = found->second;
    std::call_once(entry.rendered, [&] {
      if (auto page = site.render(found->first)) fill_entry(entry, std::move(*page), changed);
    });
    return entry.identity.bytes ? &entry : nullptr;
  }

  static const Variant& variant(Entry& entry, Coding coding) {
    if (coding == Coding::identity) return entry.identity;
    Variant& out = coding == Coding::brotli ? entry.brotli : entry.gzip;
    std::call_once(out.made, [&] { compress_entry(entry, out, coding); });
    return out.bytes ? out : entry.identity;
  }

  std::set<std::string> pictures;  // names in /media/ that this version shows
  Site site;
  OtherPages others;
  Micros changed;  // 0 for the first version this process shows
  std::unordered_map<std::string, Entry, PathHash, std::equal_to<>> entries;
};

SiteCache::SiteCache(const Clock& clock, std::string media_dir)
    : clock_(clock), media_dir_(std::move(media_dir)) {}

SiteCache::~SiteCache() = default;

void SiteCache::show(SiteView view, OtherPages others) {
  const bool first = current() == nullptr;
  auto version =
      std::make_shared<Version>(std::move(view), std::move(others), first ? 0 : clock_.now());
  const std::lock_guard lock(mutex_);
  version_.swap(version);
}

std::shared_ptr<SiteCache::Version> SiteCache::current() const {
  const std::lock_guard lock(mutex_);
  return version_;
}

namespace {

struct Range {
  std::uint64_t first = 0;
  std::uint64_t count = 0;
};

// RFC 9110 14.1.2: "bytes=0-99", "bytes=100-", "bytes=-100". Nothing for others and for several at
// once, which a server may answer with the whole; a count of 0: there are no such bytes.
std::optional<Range> range_of(std::string_view said, std::uint64_t size) {
  constexpr std::string_view unit = "bytes=";
  const auto dash = said.find('-');
  if (!said.starts_with(unit) || dash == std::string_view::npos) return std::nullopt;
  const auto number = [](std::string_view text, std::uint64_t otherwise) {
    std::uint64_t out = otherwise;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    return text.empty() ? std::optional(otherwise) : whole ? std::optional(out) : std::nullopt;
  };
  const std::string_view from = said.substr(unit.size(), dash - unit.size());
  const std::string_view to = said.substr(dash + 1);
  auto first = number(from, 0);
  auto last = number(to, size);
  if (!first || !last || (from.empty() && to.empty())) return std::nullopt;
  if (from.empty()) {
    first = size - std::min(size, *last);
    last = size;
  }
  if (*first >= size || *last < *first) return Range{};
  return Range{*first, std::min({*last - *first + 1, size - *first, limits::range_bytes})};
}

struct File {
  std::string path;
  std::string_view type;
  std::string etag;
  std::string_view cache;
};

HttpAnswer answer_file(const HttpQuery& query, const File& file) {
  HttpAnswer out{.status = 200, .headers = security_headers()};
  out.headers.add("Content-Type", std::string(file.type));
  out.headers.add("ETag", file.etag);
  out.headers.add("Cache-Control", std::string(file.cache));
  out.headers.add("Cross-Origin-Resource-Policy", "cross-origin");
  out.headers.add("Accept-Ranges", "bytes");
  std::error_code error;
  if (!std::filesystem::is_regular_file(std::filesystem::symlink_status(file.path, error)))
    return say(404, "There is no such file.\n");
  if (is_fresh(query, file.etag, 0)) {
    out.status = 304;
    return out;
  }
  const std::uint64_t size = std::filesystem::file_size(file.path, error);
  const std::string_view condition = query.header("If-Range");
  const bool same = condition.empty() || condition == file.etag;
  const auto range = same ? range_of(query.header("Range"), size) : std::nullopt;
  if (range && range->count == 0) {
    HttpAnswer none = say(416, "The file has no such bytes.\n");
    none.headers.add("Content-Range", fmt::format("bytes */{}", size));
    return none;
  }
  const Range wanted = range.value_or(Range{0, size});
  if (wanted.count > limits::whole_file_bytes)
    return say(403, "This file is too large to be sent at once: ask for a range of it.\n");
  std::ifstream in(file.path, std::ios::binary);
  std::string bytes(wanted.count, '\0');
  in.seekg(static_cast<std::streamoff>(wanted.first));
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (error || !in) return say(500, "The file cannot be read.\n");
  if (range) {
    out.status = 206;
    out.headers.add("Content-Range", fmt::format("bytes {}-{}/{}", range->first,
                                                 range->first + range->count - 1, size));
  }
  out.body = std::move(bytes);
  return out;
}

// The name holds the digest of the content, so the name is the validator.
HttpAnswer answer_media(const HttpQuery& query, const std::string& media_dir,
                        std::string_view name) {
  return answer_file(query, {(std::filesystem::path(media_dir) / std::string(name)).string(),
                             media_type(name), fmt::format("\"{}\"", name), keep_forever});
}

HttpAnswer answer_other(const HttpQuery& query, Page page) {
  if (!page.file.empty()) {
    std::error_code error;
    const auto size = std::filesystem::file_size(page.file, error);
    const auto at = std::filesystem::last_write_time(page.file, error).time_since_epoch().count();
    return answer_file(
        query, {page.file, page.type, fmt::format("\"{:x}-{:x}\"", size, at), cache_control(page)});
  }
  Entry entry;
  fill_entry(entry, std::move(page), 0);
  // The best compression is only for what is kept.
  const Coding coding = coding_for(query.header("Accept-Encoding"));
  if (coding != Coding::identity) compress_entry(entry, entry.gzip, Coding::gzip);
  const Variant& variant = entry.gzip.bytes ? entry.gzip : entry.identity;
  return answer_entry(query, entry, variant);
}

}  // namespace

HttpAnswer SiteCache::answer(const HttpQuery& query) const {
  if (query.method != "GET" && query.method != "HEAD") {
    HttpAnswer out = say(405, "This address only answers GET and HEAD.\n");
    out.headers.add("Allow", "GET, HEAD");
    return out;
  }
  const auto version = current();
  if (!version) return say(503, "The site is not ready yet.\n");
  const std::string_view path = version->below(query.path);
  const std::string& prefix = version->site.prefix();
  Entry* entry = version->find(path);
  std::string decoded;
  if (entry == nullptr) {
    decoded = decode_path(path).value_or("");
    const std::string name = decoded.starts_with("/media/") ? decoded.substr(7) : "";
    // Of announcements only what they show now: a picture that was replaced is gone.
    const bool gone = is_home_image_name(name) && !version->pictures.contains(name);
    if (is_media_name(name) && !gone)
      return answer_media(query, media_dir_, std::string_view(decoded).substr(7));
    if (path.find('%') != std::string_view::npos) entry = version->find(decoded);
    if (entry == nullptr && !decoded.empty() && !decoded.ends_with('/') &&
        version->entries.contains(decoded + "/"))
      return redirect(prefix + encode_path(decoded) + "/", query.query);
    if (entry == nullptr && version->others) {
      if (auto page = version->others(decoded, query.query))
        return page->path == decoded ? answer_other(query, std::move(*page))
                                     : redirect(prefix + encode_path(page->path), query.query);
    }
  }
  const bool missing = entry == nullptr || decoded == "/404.html" || path == "/404.html";
  if (missing) entry = version->find("/404.html");
  if (entry == nullptr) return say(404, "This page does not exist.\n");
  const Variant& variant = Version::variant(*entry, coding_for(query.header("Accept-Encoding")));
  if (!missing) return answer_entry(query, *entry, variant);
  HttpAnswer out{.status = 404, .headers = variant.headers};
  out.headers.remove("ETag");
  out.headers.remove("Last-Modified");
  // What is not there yet may be in a moment.
  out.headers.set("Cache-Control", "no-cache");
  out.shared = variant.bytes;
  return out;
}

bool SiteCache::shows(std::string_view path) const {
  const auto version = current();
  return version && version->entries.contains(version->below(path));
}

const Headers& security_headers() {
  static const Headers headers{
      {"Content-Security-Policy",
       "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; base-uri 'none'; "
       "form-action 'self'; frame-ancestors 'none'"},
      {"X-Content-Type-Options", "nosniff"},
      {"Referrer-Policy", "strict-origin-when-cross-origin"},
      {"Cross-Origin-Opener-Policy", "same-origin"}};
  return headers;
}

std::set<std::string> media_of(const SiteView& view) {
  std::set<std::string> out;
  const auto add = [&](const std::string& path) {
    if (path.starts_with("/media/") && is_media_name(path.substr(7))) out.insert(path.substr(7));
  };
  add(view.logo);
  for (const SitePost& post : view.posts) {
    for (const SitePicture& picture : post.pictures) add(picture.path);
  }
  return out;
}

bool is_media_name(std::string_view name) {
  if (name.empty() || name.size() > 200 || name.front() == '.') return false;
  return std::all_of(name.begin(), name.end(),
                     [](char c) {
                       return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                              (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
                     }) &&
         !media_type(name).empty();
}

std::string_view media_type(std::string_view name) {
  if (name.ends_with(".jpg") || name.ends_with(".jpeg")) return "image/jpeg";
  if (name.ends_with(".png")) return "image/png";
  if (name.ends_with(".webp")) return "image/webp";
  if (name.ends_with(".gif")) return "image/gif";
  if (name.ends_with(".avif")) return "image/avif";
  return {};
}

}  // namespace carillon
