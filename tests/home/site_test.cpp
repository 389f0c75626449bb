#include "home/site.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "base/describe.hpp"
#include "home/sample.hpp"

using namespace carillon;

namespace {

std::map<std::string, Page> by_path(const SiteView& view) {
  std::map<std::string, Page> out;
  for (Page& page : render_all(view)) out[page.path] = std::move(page);
  return out;
}

std::size_t count(std::string_view text, std::string_view what) {
  std::size_t out = 0;
  for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) ++out;
  return out;
}

bool has(std::string_view text, std::string_view what) {
  return text.find(what) != std::string_view::npos;
}

}  // namespace

TEST_CASE("the same view gives the same bytes, in whatever order it was read") {
  const auto once = by_path(sample::view());
  SiteView view = sample::view();
  std::reverse(view.posts.begin(), view.posts.end());
  std::reverse(view.channels.begin(), view.channels.end());
  const auto again = by_path(view);
  REQUIRE(once.size() == again.size());
  for (const auto& [path, page] : once) {
    CAPTURE(path);
    CHECK(page.body == again.at(path).body);
  }
  CHECK(once.size() >= 24);
}

TEST_CASE("every path renders and no other does") {
  const Site site(sample::view());
  for (const std::string& path : site.paths()) {
    CAPTURE(path);
    const auto page = site.render(path);
    REQUIRE(page.has_value());
    CHECK(page->path == path);
    CHECK(!page->body.empty());
  }
  for (const char* path : {"", "/posts/", "/posts/none/", "/posts/election", "/tags//", "/tags/x/",
                           "/archive/2026/", "/feed", "//", "/posts/../"})
    CHECK_FALSE(site.render(path).has_value());
}

TEST_CASE("markup in any field stays text") {
  const std::string evil = "<script>\"'&</script><img src=x onerror=alert(1)>";
  SiteView view = sample::view();
  view.organisation.name = evil;
  view.organisation.description = evil;
  view.organisation.language = "en\"><script>";
  for (SiteChannel& each : view.channels) {
    each.platform = evil;
    each.channel.name = evil;
    each.channel.url = "javascript:alert(1)";
  }
  for (SitePost& post : view.posts) {
    Draft& draft = post.announcement.draft;
    draft.title = evil;
    draft.summary = evil;
    draft.link = "javascript:alert(1)";
    draft.language = evil;
    draft.tags = {evil};
    draft.body = evil + "\n\n[x](javascript:alert(1)) ![" + evil + "](javascript:alert(1))\n\n" +
                 "![a](data:text/html,x) <https://e.org/\"onx=1>";
    post.announcement.permalink = evil;
    post.announcement.id = evil;
    for (SitePicture& picture : post.pictures) picture = {evil, evil, evil, 1, 1, 1};
    for (SiteCopy& copy : post.copies) copy = {evil, evil, "javascript:alert(1)"};
  }
  for (const Page& page : render_all(view)) {
    CAPTURE(page.path);
    if (page.type.find("json") != std::string::npos) continue;  // text there, not markup
    CHECK_FALSE(has(page.body, "<script>"));
    CHECK_FALSE(has(page.body, "<img src=x"));
    CHECK_FALSE(has(page.body, "href=\"javascript:"));
    CHECK_FALSE(has(page.body, "src=\"javascript:"));
    if (page.type.starts_with("text/html")) {
      CHECK(count(page.body, "<script") ==
            count(page.body, "<script type=\"application/ld+json\">"));
      CHECK(count(page.body, "</script") == count(page.body, "<script"));
    }
  }
}

TEST_CASE("a post's page says all there is about it") {
  const auto pages = by_path(sample::view());
  const std::string& html = pages.at("/posts/lumen-4-1/").body;
  for (const char* piece :
       {"<h1>Lumen 4.1 is out, with a notebook that reads itself aloud</h1>",
        "<time datetime=\"2026-10-31T14:13:20Z\" dir=\"auto\">31 October 2026</time>",
        ">Release</span>", "<strong>read aloud</strong>", "<code>pip install lumen</code>",
        "<img src=\"/media/lumen-1200.png\"", "width=\"1200\" height=\"630\"",
        "<link rel=\"canonical\" href=\"https://news.example.org/posts/lumen-4-1/\">",
        "property=\"og:image\" content=\"https://news.example.org/media/lumen-1200.png\"",
        "name=\"twitter:card\" content=\"summary_large_image\"", "\"@type\":\"NewsArticle\"",
        "href=\"https://docs.example.org/releases/4.1\"", "href=\"/tags/release-notes/\"",
        "rel=\"syndication\" href=\"https://fosstodon.example/@lumen/1135\"",
        "type=\"application/feed+json\""})
    CHECK_MESSAGE(has(html, piece), piece);
  CHECK_FALSE(has(html, "style=\""));
  CHECK(count(html, "<h1") == 1);
  CHECK(has(pages.at("/posts/how-we-moved-the-forum/").body, "\"@type\":\"BlogPosting\""));
}

TEST_CASE("a long text keeps its structure, and nothing is fetched from other hosts") {
  const auto pages = by_path(sample::view());
  const std::string& html = pages.at("/posts/how-we-moved-the-forum/").body;
  CHECK(has(html, "<h2>What we measured</h2>"));
  CHECK(has(html, "<td class=\"align-right\">41,302</td>"));
  CHECK(has(html, "<pre tabindex=\"0\"><code class=\"language-python\">"));
  CHECK(has(html, "<a href=\"https://img.example.net/plan.png\">A diagram on another host</a>"));
  CHECK_FALSE(has(html, "<img src=\"https://img.example.net"));
  const std::string& front = pages.at("/").body;
  CHECK(has(front, "Eleven years of answers"));
  CHECK_FALSE(has(front, "41,302"));
}

TEST_CASE("the parts of a thread are one text") {
  const auto pages = by_path(sample::view());
  const std::string& html = pages.at("/posts/election/").body;
  CHECK(has(html, "<p>Five people stand for three seats. Voting ends on 14 October.</p>"));
  CHECK(has(html, "<p>Everyone who merged"));
  CHECK_FALSE(has(html, "<hr"));
  CHECK(has(html, "pictures several"));
}

TEST_CASE("a text without a title is its own page all the same") {
  const auto pages = by_path(sample::view());
  const std::string& html = pages.at("/posts/3mnote00000002/").body;
  CHECK(has(html, "<title>The download server is slow this morning"));
  CHECK(has(html, "<h1 class=\"hidden\">The download server"));
  CHECK(count(html, "a disk is being replaced. Mirrors are fine: <a") == 1);
}

TEST_CASE("other languages carry their language and direction") {
  const auto pages = by_path(sample::view());
  CHECK(has(pages.at("/posts/sana-jadida/").body, "lang=\"ar\" dir=\"rtl\""));
  CHECK(has(pages.at("/posts/docs-sprint-ja/").body, "lang=\"ja\""));
  CHECK(has(pages.at("/").body, "<html lang=\"en\" dir=\"ltr\">"));
  SiteView arabic = sample::view();
  arabic.organisation.language = "ar";
  const auto turned = by_path(arabic);
  CHECK(has(turned.at("/").body, "<html lang=\"ar\" dir=\"rtl\">"));
  CHECK(has(turned.at("/").body,
            "<time datetime=\"2026-10-31T14:13:20Z\" lang=\"en\" dir=\"auto\">"));
}

TEST_CASE("the channels page lists what is official and hides what is not listed") {
  const auto pages = by_path(sample::view());
  const std::string& html = pages.at("/channels/").body;
  CHECK(has(html, "rel=\"me\">fosstodon.example/@lumen</a>"));
  CHECK(has(html, "rel=\"me\">threads.net/@lumenproject</a>"));
  CHECK(has(html, ">facebook.com/lumenproject</span>"));
  CHECK(has(html, "Closed. A message from this account is not from us."));
  for (const auto& [path, page] : pages) CHECK_FALSE(has(page.body, "hidden.example.org"));
  CHECK(has(pages.at("/").body, "<link rel=\"me\" href=\"https://fosstodon.example/@lumen\">"));
  const json::value list = parse_json(pages.at("/channels.json").body).value();
  CHECK(list.at("version").as_int64() == 1);
  CHECK(list.at("channels").as_array().size() == 7);
  CHECK(list.at("channels").at(0).at("use").as_string() == "home");
  CHECK(list.at("channels").at(0).at("url").as_string() == "https://news.example.org/");
  bool quiet = false;
  for (const json::value& each : list.at("channels").as_array()) {
    const bool used =
        each.at("use").as_string() == "home" || each.at("use").as_string() == "broadcast";
    CHECK(each.at("in_use").as_bool() == used);
    CHECK(each.as_object().contains("note") != used);
    if (each.as_object().contains("note"))
      CHECK(has(std::string(each.at("note").as_string()), "No longer used."));
    quiet = quiet || !used;
  }
  CHECK(quiet);
  CHECK(has(html, "No longer used"));
  CHECK_FALSE(list.as_object().contains("updated"));
  SiteView dated = sample::view();
  dated.listed = sample::first_day;
  dated.channels[1].channel.since = "2023-05-01";
  dated.channels.push_back(sample::channel("hand", "manual", "LinkedIn", Use::broadcast,
                                           "https://linkedin.com/company/a"));
  const auto later = by_path(dated);
  const json::value now = parse_json(later.at("/channels.json").body).value();
  CHECK(now.at("updated").as_string() == "2026-09-21T14:13:20Z");
  CHECK(has(later.at("/channels.json").body, "\"since\": \"2023-05-01\""));
  CHECK(has(later.at("/channels/").body, "1 May 2023"));
  CHECK(has(later.at("/channels.json").body, "\"platform\": \"linkedin\""));
  CHECK(list.at("feeds").at("atom").as_string() == "https://news.example.org/feed.atom");
}

TEST_CASE("a home below a path keeps the path in every address") {
  SiteView view = sample::view();
  view.organisation.url = "https://example.org/news";
  const auto pages = by_path(view);
  const std::string& html = pages.at("/posts/election/").body;
  CHECK(has(html, "href=\"/news/archive/\""));
  CHECK(has(html, "href=\"https://example.org/news/posts/election/\""));
  CHECK(has(html, "src=\"/news/media/a-800.png\""));
  CHECK_FALSE(has(html, "href=\"/archive/\""));
}

TEST_CASE("two announcements never share an address") {
  SiteView view = sample::view();
  SitePost twin = sample::post("3mtwin00000002", "election", sample::first_day + 50 * day);
  twin.announcement.draft.body = "Again.";
  view.posts.push_back(twin);
  SitePost odd = sample::post("3modd000000002", "../../etc", sample::first_day);
  odd.announcement.draft.body = "Odd.";
  view.posts.push_back(odd);
  const auto pages = by_path(view);
  CHECK(has(pages.at("/posts/election/").body, "Five people"));
  CHECK(has(pages.at("/posts/election-3mtwin00000002/").body, "Again."));
  CHECK(has(pages.at("/posts/3modd000000002/").body, "Odd."));
}

TEST_CASE("many announcements get an archive page a year") {
  SiteView view = sample::view();
  for (int i = 0; i < 120; ++i) {
    SitePost post = sample::post("3m" + std::to_string(i), "p-" + std::to_string(i),
                                 sample::first_day - i * 10 * day);
    post.announcement.draft.body = "Text.";
    view.posts.push_back(post);
  }
  const auto pages = by_path(view);
  CHECK(pages.contains("/archive/2024/"));
  CHECK(has(pages.at("/archive/2024/").body, "/posts/p-80/"));
  CHECK_FALSE(has(pages.at("/archive/").body, "/posts/p-80/"));
  CHECK(count(pages.at("/").body, "<article") == 20);
}

TEST_CASE("a tag's address is stable, readable and safe") {
  CHECK(tag_segment("Release Notes") == "release-notes");
  CHECK(tag_segment("翻訳") == "翻訳");
  CHECK(tag_segment("C++") != tag_segment("C#"));
  CHECK(tag_segment("C++").starts_with("c-"));
  for (const char* bad : {"..", ".", "/", "a/b", "../x"}) {
    CHECK(tag_segment(bad).find_first_of("./") == std::string::npos);
    CHECK_FALSE(tag_segment(bad).empty());
  }
  CHECK(tag_segment(std::string(400, 'a')).size() < 100);
  CHECK(file_of("/posts/a/") == "posts/a/index.html");
  CHECK(file_of("/feed.atom") == "feed.atom");
}

TEST_CASE("an empty site has all its pages too") {
  SiteView view;
  view.organisation.name = "日本";
  view.organisation.url = "http://127.0.0.1:8080";
  const auto pages = by_path(view);
  CHECK(has(pages.at("/").body, "Nothing has been announced yet."));
  CHECK(has(pages.at("/favicon.svg").body, ">日</text>"));
  CHECK(has(pages.at("/feed.atom").body, "<updated>1970-01-01T00:00:00Z</updated>"));
}

TEST_CASE("www.w3.org/TR/websub section 4: feeds name their hub where there is one") {
  SiteView view = sample::view();
  const auto name_it = [](const std::map<std::string, Page>& pages) {
    std::size_t out = count(pages.at("/feed.atom").body, "rel=\"hub\"") +
                      count(pages.at("/feed.rss").body, "rel=\"hub\"");
    return out + count(pages.at("/feed.json").body, "\"hubs\"");
  };
  CHECK(name_it(by_path(view)) == 0);
  view.organisation.url = "https://news.example.org/x";
  view.hub = "/websub";
  const auto pages = by_path(view);
  CHECK(name_it(pages) == 3);
  const std::string hub = "https://news.example.org/x/websub";
  CHECK(has(pages.at("/feed.atom").body, "<link rel=\"hub\" href=\"" + hub + "\""));
  CHECK(has(pages.at("/feed.rss").body, "<atom:link rel=\"hub\" href=\"" + hub + "\""));
  CHECK(parse_json(pages.at("/feed.json").body)->at("hubs").at(0).at("url") ==
        json::value(json::string(hub)));
}
