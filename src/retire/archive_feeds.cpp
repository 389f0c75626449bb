#include "retire/archive_feeds.hpp"

#include "base/moment.hpp"

namespace carillon {

namespace {

constexpr std::size_t title_bytes = 90;

std::string content_of(const PastPlace& place, const PastShown& shown) {
  Html out = past_text(shown.row.text, [](std::string_view) { return std::nullopt; });
  for (const PastMediaRow& media : shown.media) {
    if (media.file.empty() || media.kind != PastMediaKind::picture) continue;
    out.add(tag("p", tag("img", attr("src", place.absolute(place.at + "media/" + media.file)),
                         attr("alt", media.alt))));
  }
  return std::move(out).str();
}

}  // namespace

std::string past_atom(const PastPlace& place, const PastAccountRow& account,
                      const std::vector<PastShown>& posts) {
  const std::string home = place.absolute(account_path(place, account));
  Xml out = node("id", home);
  out.add(node("title", attr("type", "text"), account_name(account)));
  out.add(node("updated", iso_time(posts.empty() ? 0 : posts.front().row.at)));
  out.add(node("link", attr("rel", "self"), attr("type", "application/atom+xml"),
               attr("href", home + "feed.atom")));
  out.add(node("link", attr("rel", "alternate"), attr("type", "text/html"), attr("href", home)));
  out.add(node("author", node("name", place.organisation)));
  out.add(node("generator", "Carillon"));
  for (const PastShown& shown : posts) {
    const std::string address = place.absolute(post_path_of(place, account, shown.row));
    out.add(node(
        "entry", node("id", original_address(account, shown.row.original)),
        node("title", attr("type", "text"), past_excerpt(shown.row.text, title_bytes)),
        node("published", iso_time(shown.row.at)), node("updated", iso_time(shown.row.at)),
        node("link", attr("rel", "alternate"), attr("type", "text/html"), attr("href", address)),
        node("link", attr("rel", "via"),
             attr("href", original_address(account, shown.row.original))),
        node("content", attr("type", "html"), content_of(place, shown))));
  }
  return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n" +
         node("feed", attr("xmlns", "http://www.w3.org/2005/Atom"), out).str() + "\n";
}

std::string past_json_feed(const PastPlace& place, const PastAccountRow& account,
                           const std::vector<PastShown>& posts) {
  const std::string home = place.absolute(account_path(place, account));
  json::array items;
  for (const PastShown& shown : posts) {
    const std::string original = original_address(account, shown.row.original);
    items.push_back(
        json::object{{"id", json::string(original)},
                     {"url", json::string(place.absolute(post_path_of(place, account, shown.row)))},
                     {"external_url", json::string(original)},
                     {"content_html", json::string(content_of(place, shown))},
                     {"date_published", json::string(iso_time(shown.row.at))}});
  }
  return write_pretty(json::object{
      {"version", "https://jsonfeed.org/version/1.1"},
      {"title", json::string(account_name(account))},
      {"home_page_url", json::string(home)},
      {"feed_url", json::string(home + "feed.json")},
      {"authors", json::array{json::object{{"name", json::string(place.organisation)}}}},
      {"items", std::move(items)}});
}

}  // namespace carillon
