// Answers the public's requests from memory: each page is rendered once per version of the site,
// on its first request, and kept with its validators and compressed copies.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "base/clock.hpp"
#include "home/site.hpp"
#include "net/server.hpp"

namespace carillon {

// Makes, at each request, a page that another part of the house has where the site has none: by its
// path, decoded and below the organisation's url, and the query as it was sent. Thread-safe.
using OtherPages =
    std::function<std::optional<Page>(const std::string& path, std::string_view query)>;

class SiteCache {
 public:
  // `media_dir` holds the files of /media/. `clock` must outlive the cache.
  SiteCache(const Clock& clock, std::string media_dir);
  SiteCache(const SiteCache&) = delete;
  SiteCache& operator=(const SiteCache&) = delete;
  ~SiteCache();

  // Replaces the whole site at once; requests in flight end on the old one. Thread-safe.
  void show(SiteView view, OtherPages others = {});

  // Answers any request: pages, feeds, media, a redirect to the address with its slash, 304 to a
  // conditional request (RFC 9110 section 13), a range of a file (section 14, one at a time, at
  // most limits::range_bytes), 405, 404 with a page. Before the first show: 503. Thread-safe; the
  // body of a page is shared, never copied.
  [[nodiscard]] HttpAnswer answer(const HttpQuery& query) const;

  // Whether the site has a page at that path, as it was sent: its answers are the same until the
  // next show, but for the conditions of a request. Thread-safe.
  [[nodiscard]] bool shows(std::string_view path) const;

 private:
  struct Version;
  [[nodiscard]] std::shared_ptr<Version> current() const;

  const Clock& clock_;
  const std::string media_dir_;
  mutable std::mutex mutex_;
  std::shared_ptr<Version> version_;
};

// The header lines that keep a page of this site from loading or running anything foreign.
[[nodiscard]] const Headers& security_headers();

// The files of /media/ that the view shows, by name. Pure.
[[nodiscard]] std::set<std::string> media_of(const SiteView& view);

// A name in /media/: letters, digits, "-", "_" and ".", not starting with a dot. Pure.
[[nodiscard]] bool is_media_name(std::string_view name);

// The Content-Type of a media file by its extension; empty when the home serves no such files.
[[nodiscard]] std::string_view media_type(std::string_view name);

}  // namespace carillon
