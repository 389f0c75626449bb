#include "home/site.hpp"

#include <charconv>

#include "home/feeds.hpp"
#include "home/index.hpp"
#include "home/layout.hpp"
#include "home/pages.hpp"

namespace carillon {

namespace {

std::vector<std::string> paths_of(const SiteIndex& index) {
  std::vector<std::string> out{"/", "/archive/", "/channels/"};
  for (const auto* posts : {&index.posts, &index.answers}) {
    for (const IndexedPost& post : *posts) out.push_back(post.path);
  }
  if (archive_is_paged(index)) {
    for (const auto& [year, posts] : index.by_year)
      out.push_back("/archive/" + std::to_string(year) + "/");
  }
  for (const auto& [segment, page] : index.by_tag) out.push_back("/tags/" + segment + "/");
  for (const char* path : {"/feed.atom", "/feed.rss", "/feed.json", "/channels.json",
                           "/sitemap.xml", "/robots.txt", "/favicon.svg", "/404.html"})
    out.emplace_back(path);
  out.push_back(style_path());
  return out;
}

// "/tags/tea/" below "/tags/" is "tea".
std::optional<std::string_view> inside(std::string_view path, std::string_view folder) {
  if (!path.starts_with(folder) || !path.ends_with('/') || path.size() <= folder.size() + 1)
    return std::nullopt;
  return path.substr(folder.size(), path.size() - folder.size() - 1);
}

std::optional<Page> special(const SiteIndex& index, std::string_view path) {
  if (path == "/") return front_page(index);
  if (path == "/archive/") return archive_page(index, 0);
  if (path == "/channels/") return channels_page(index);
  if (path == "/feed.atom") return atom_feed(index);
  if (path == "/feed.rss") return rss_feed(index);
  if (path == "/feed.json") return json_feed(index);
  if (path == "/channels.json") return channels_json(index);
  if (path == "/robots.txt") return robots(index);
  if (path == "/404.html") return missing_page(index);
  if (path == "/favicon.svg")
    return Page{"/favicon.svg", "image/svg+xml", favicon(index), 0, false};
  if (path == style_path())
    return Page{style_path(), "text/css; charset=utf-8", std::string(style_sheet()), 0, true};
  return std::nullopt;
}

}  // namespace

Site::Site(SiteView view) : index_(index_of(std::move(view))), paths_(paths_of(*index_)) {}

Site::~Site() = default;

const std::string& Site::prefix() const {
  return index_->prefix;
}

std::optional<Page> Site::render(std::string_view path) const {
  if (auto page = special(*index_, path)) return page;
  if (path == "/sitemap.xml") return sitemap(*index_, paths_);
  if (const auto slug = inside(path, "/posts/")) {
    const auto post = index_->by_slug.find(*slug);
    if (post != index_->by_slug.end()) return post_page(*index_, *post->second);
  }
  if (const auto segment = inside(path, "/tags/")) {
    const auto found = index_->by_tag.find(*segment);
    if (found != index_->by_tag.end()) return tag_page(*index_, found->first);
  }
  if (const auto year = inside(path, "/archive/"); year && archive_is_paged(*index_)) {
    int number = 0;
    const auto [end, error] = std::from_chars(year->data(), year->data() + year->size(), number);
    if (error == std::errc{} && end == year->data() + year->size() &&
        index_->by_year.contains(number))
      return archive_page(*index_, number);
  }
  return std::nullopt;
}

std::vector<Page> render_all(const SiteView& view) {
  const Site site(view);
  std::vector<Page> out;
  for (const std::string& path : site.paths()) {
    if (auto page = site.render(path)) out.push_back(std::move(*page));
  }
  return out;
}

}  // namespace carillon
