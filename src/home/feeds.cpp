#include "home/feeds.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "base/html.hpp"
#include "base/limits.hpp"
#include "base/moment.hpp"
#include "home/body.hpp"
#include "home/layout.hpp"
#include "home/words.hpp"
#include "text/handle.hpp"

namespace carillon {

namespace {

constexpr std::string_view xml_head = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";

Page xml_page(std::string path, std::string type, const Xml& root, Micros modified) {
  return Page{std::move(path), std::move(type), std::string(xml_head) + root.str() + "\n", modified,
              false};
}

std::vector<const IndexedPost*> feed_posts(const SiteIndex& index) {
  return newest(index, static_cast<std::size_t>(limits::feed_items));
}

// With its content warning first, where it has one.
std::string title_of(const IndexedPost& post) {
  const std::string& warning = post.post.announcement.draft.warning;
  return warning.empty() || !post.titled ? post.title : fmt::format("{}: {}", warning, post.title);
}

// The text, the pictures and the link, with absolute addresses: all a reader sees of a post.
std::string content_of(const SiteIndex& index, const IndexedPost& post) {
  const BodyOptions options{
      .origin = index.origin, .page = index.absolute(post.path), .resolve = true, .bare = true};
  Html out = body_html(post.post.text, options);
  for (const SitePicture& picture : post.post.pictures) {
    out.add(tag("p", tag("img", attr("src", index.absolute(picture.path)), attr("alt", picture.alt),
                         picture.width > 0 ? attr("width", picture.width) : Attribute(),
                         picture.height > 0 ? attr("height", picture.height) : Attribute())));
  }
  const auto& poll = post.post.announcement.draft.poll;
  if (poll && !index.view.account.empty()) {
    Html options;
    for (const std::string& option : poll->options) options.add(tag("li", option));
    out.add(tag("ul", options));
  }
  const std::string& link = post.post.announcement.draft.link;
  if (!link.empty() && is_safe_url(link)) out.add(tag("p", tag("a", attr("href", link), link)));
  return behind_warning(post, out).str();
}

Xml atom_entry(const SiteIndex& index, const IndexedPost& post) {
  const Draft& draft = post.post.announcement.draft;
  Xml out = node("id", post.id);
  out.add(node("title", attr("type", "text"), title_of(post)));
  out.add(node("published", iso_time(post.post.published)));
  out.add(node("updated", iso_time(post.post.updated)));
  out.add(node("link", attr("rel", "alternate"), attr("type", "text/html"),
               attr("hreflang", post.language), attr("href", index.absolute(post.path))));
  if (!draft.link.empty() && is_safe_url(draft.link))
    out.add(node("link", attr("rel", "related"), attr("href", draft.link)));
  for (const SitePicture& picture : shown_at_once(post))
    out.add(node("link", attr("rel", "enclosure"), attr("type", picture.mime),
                 picture.bytes > 0 ? attr("length", picture.bytes) : Attribute(),
                 attr_some("title", picture.alt), attr("href", index.absolute(picture.path))));
  for (const std::string& name : draft.tags) out.add(node("category", attr("term", name)));
  if (post.shortened) out.add(node("summary", attr("type", "text"), post.excerpt));
  out.add(node("content", attr("type", "html"), content_of(index, post)));
  return node("entry", attr("xml:lang", post.language), out);
}

Xml rss_media(const SiteIndex& index, const SitePicture& picture) {
  return node(
      "media:content", attr("url", index.absolute(picture.path)), attr("type", picture.mime),
      attr("medium", "image"), picture.bytes > 0 ? attr("fileSize", picture.bytes) : Attribute(),
      picture.width > 0 ? attr("width", picture.width) : Attribute(),
      picture.height > 0 ? attr("height", picture.height) : Attribute(),
      picture.alt.empty() ? Xml() : node("media:description", attr("type", "plain"), picture.alt));
}

Xml rss_item(const SiteIndex& index, const IndexedPost& post) {
  const std::string address = index.absolute(post.path);
  Xml out = node("title", title_of(post));
  out.add(node("link", address));
  // The id outlives a move of the site; then it is no address any more.
  out.add(node("guid", attr("isPermaLink", post.id == address ? "true" : "false"), post.id));
  out.add(node("pubDate", http_time(post.post.published)));
  out.add(node("dc:creator", index.view.organisation.name));
  for (const std::string& name : post.post.announcement.draft.tags) out.add(node("category", name));
  out.add(node("description", post.excerpt));
  out.add(node("content:encoded", content_of(index, post)));
  const auto& pictures = shown_at_once(post);
  if (!pictures.empty()) {
    const SitePicture& first = pictures.front();
    out.add(node("enclosure", attr("url", index.absolute(first.path)), attr("length", first.bytes),
                 attr("type", first.mime)));
  }
  for (const SitePicture& picture : pictures) out.add(rss_media(index, picture));
  return node("item", out);
}

json::value json_item(const SiteIndex& index, const IndexedPost& post) {
  const Draft& draft = post.post.announcement.draft;
  json::object out{{"id", json::string(post.id)},
                   {"url", json::string(index.absolute(post.path))},
                   {"title", json::string(title_of(post))},
                   {"content_html", json::string(content_of(index, post))},
                   {"summary", json::string(post.excerpt)},
                   {"date_published", json::string(iso_time(post.post.published))},
                   {"date_modified", json::string(iso_time(post.post.updated))},
                   {"language", json::string(post.language)}};
  if (!draft.link.empty() && is_safe_url(draft.link))
    out["external_url"] = json::string(draft.link);
  if (!draft.tags.empty()) out["tags"] = to_json(draft.tags);
  json::array attachments;
  for (const SitePicture& picture : shown_at_once(post)) {
    json::object one{{"url", json::string(index.absolute(picture.path))},
                     {"mime_type", json::string(picture.mime)}};
    if (!picture.alt.empty()) one["title"] = json::string(picture.alt);
    if (picture.bytes > 0) one["size_in_bytes"] = picture.bytes;
    attachments.push_back(one);
  }
  if (!attachments.empty()) {
    out["image"] = attachments[0].at("url");
    out["attachments"] = attachments;
  }
  return out;
}

std::string language_of_site(const SiteIndex& index) {
  const std::string& language = index.view.organisation.language;
  return language.empty() ? "en" : language;
}

// What posts there is our affair: an account that is posted to by hand is on its own platform.
std::string platform_of(const SiteChannel& each) {
  return each.channel.platform == "manual" ? lower_ascii(each.platform) : each.channel.platform;
}

}  // namespace

Page atom_feed(const SiteIndex& index) {
  const Organisation& organisation = index.view.organisation;
  const std::string home = index.absolute("/");
  Xml out = node("id", home);
  out.add(node("title", attr("type", "text"), organisation.name));
  if (!organisation.description.empty())
    out.add(node("subtitle", attr("type", "text"), organisation.description));
  out.add(node("updated", iso_time(index.modified)));
  out.add(node("link", attr("rel", "self"), attr("type", "application/atom+xml"),
               attr("href", index.absolute("/feed.atom"))));
  out.add(node("link", attr("rel", "alternate"), attr("type", "text/html"), attr("href", home)));
  if (!index.view.hub.empty())
    out.add(node("link", attr("rel", "hub"), attr("href", index.absolute(index.view.hub))));
  out.add(node("author", node("name", organisation.name), node("uri", home)));
  out.add(node("icon", index.absolute("/favicon.svg")));
  if (!index.view.logo.empty()) out.add(node("logo", index.absolute(index.view.logo)));
  out.add(node("generator", "Carillon"));
  for (const IndexedPost* post : feed_posts(index)) out.add(atom_entry(index, *post));
  return xml_page("/feed.atom", "application/atom+xml; charset=utf-8",
                  node("feed", attr("xmlns", "http://www.w3.org/2005/Atom"),
                       attr("xml:lang", language_of_site(index)), out),
                  index.modified);
}

Page rss_feed(const SiteIndex& index) {
  const Organisation& organisation = index.view.organisation;
  const std::string home = index.absolute("/");
  Xml out = node("title", organisation.name);
  out.add(node("link", home));
  out.add(node("description",
               organisation.description.empty() ? organisation.name : organisation.description));
  out.add(node("language", language_of_site(index)));
  if (index.modified > 0) out.add(node("lastBuildDate", http_time(index.modified)));
  out.add(node("generator", "Carillon"));
  out.add(node("atom:link", attr("rel", "self"), attr("type", "application/rss+xml"),
               attr("href", index.absolute("/feed.rss"))));
  if (!index.view.hub.empty())
    out.add(node("atom:link", attr("rel", "hub"), attr("href", index.absolute(index.view.hub))));
  for (const IndexedPost* post : feed_posts(index)) out.add(rss_item(index, *post));
  return xml_page(
      "/feed.rss", "application/rss+xml; charset=utf-8",
      node("rss", attr("version", "2.0"), attr("xmlns:atom", "http://www.w3.org/2005/Atom"),
           attr("xmlns:content", "http://purl.org/rss/1.0/modules/content/"),
           attr("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
           attr("xmlns:media", "http://search.yahoo.com/mrss/"), node("channel", out)),
      index.modified);
}

Page json_feed(const SiteIndex& index) {
  const Organisation& organisation = index.view.organisation;
  json::object out{
      {"version", "https://jsonfeed.org/version/1.1"},
      {"title", json::string(organisation.name)},
      {"home_page_url", json::string(index.absolute("/"))},
      {"feed_url", json::string(index.absolute("/feed.json"))},
      {"language", json::string(language_of_site(index))},
      {"favicon", json::string(index.absolute("/favicon.svg"))},
      {"authors", json::array{json::object{{"name", json::string(organisation.name)},
                                           {"url", json::string(index.absolute("/"))}}}}};
  if (!organisation.description.empty())
    out["description"] = json::string(organisation.description);
  if (!index.view.logo.empty()) out["icon"] = json::string(index.absolute(index.view.logo));
  if (!index.view.hub.empty())
    out["hubs"] = json::array{
        json::object{{"type", "WebSub"}, {"url", json::string(index.absolute(index.view.hub))}}};
  json::array items;
  for (const IndexedPost* post : feed_posts(index)) items.push_back(json_item(index, *post));
  out["items"] = items;
  return Page{"/feed.json", "application/feed+json; charset=utf-8", write_pretty(out),
              index.modified, false};
}

Page channels_json(const SiteIndex& index) {
  const Organisation& organisation = index.view.organisation;
  json::array channels;
  for (const SiteChannel& each : index.view.channels) {
    if (!each.channel.listed) continue;
    const bool home = each.channel.use == Use::home;
    json::object one{{"name", json::string(each.channel.name)},
                     {"platform", json::string(platform_of(each))},
                     {"title", json::string(each.platform)},
                     {"use", json::string(word_of(each.channel.use))}};
    const std::string url = home ? index.absolute("/") : each.channel.url;
    const bool in_use = home || each.channel.use == Use::broadcast;
    one["in_use"] = in_use;
    one["url"] = url.empty() ? json::value(nullptr) : json::value(json::string(url));
    if (const std::string handle = handle_in(url); !handle.empty())
      one["handle"] = json::string(handle);
    if (!each.channel.since.empty()) one["since"] = json::string(each.channel.since);
    if (!in_use)
      one["note"] =
          json::string(fmt::format("No longer used. {}", words::use_sentence(each.channel.use)));
    channels.push_back(one);
  }
  json::object out{
      {"version", 1},
      {"organisation", json::object{{"name", json::string(organisation.name)},
                                    {"url", json::string(index.absolute("/"))},
                                    {"description", json::string(organisation.description)},
                                    {"language", json::string(language_of_site(index))}}},
      {"feeds", json::object{{"atom", json::string(index.absolute("/feed.atom"))},
                             {"rss", json::string(index.absolute("/feed.rss"))},
                             {"json", json::string(index.absolute("/feed.json"))}}},
      {"channels", channels}};
  if (index.view.listed > 0) out["updated"] = json::string(iso_time(index.view.listed));
  return Page{"/channels.json", "application/json; charset=utf-8", write_pretty(out), 0, false};
}

Page sitemap(const SiteIndex& index, const std::vector<std::string>& paths) {
  Xml urls;
  for (const std::string& path : paths) {
    if (!path.ends_with('/')) continue;
    const std::string slug = path.starts_with("/posts/") ? path.substr(7, path.size() - 8) : "";
    const auto post = index.by_slug.find(slug);
    urls.add(node("url", node("loc", index.absolute(path)),
                  post == index.by_slug.end()
                      ? Xml()
                      : node("lastmod", iso_time(post->second->post.updated))));
  }
  return xml_page(
      "/sitemap.xml", "application/xml; charset=utf-8",
      node("urlset", attr("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9"), urls),
      index.modified);
}

Page robots(const SiteIndex& index) {
  return Page{"/robots.txt", "text/plain; charset=utf-8",
              "User-agent: *\nAllow: /\n\nSitemap: " + index.absolute("/sitemap.xml") + "\n", 0,
              false};
}

}  // namespace carillon
