#include <doctest/doctest.h>

#include <fstream>

#include "home/cache.hpp"
#include "home/site.hpp"
#include "home/static_site.hpp"
#include "rig/test_db.hpp"

using namespace carillon;

namespace {

constexpr Micros start = 1'795'515'723'000'000;

SiteView view() {
  SiteView out;
  out.organisation.name = "Tea <Society>";
  out.organisation.url = "https://tea-house.org";
  SitePost post;
  post.announcement.id = "3mabcdefghijk";
  post.announcement.permalink = "https://tea-house.org/posts/pot/";
  post.announcement.draft.title = "The <b>new</b> pot";
  post.announcement.draft.slug = "pot";
  post.announcement.draft.body = "It *pours*. <script>alert(1)</script>";
  post.published = post.updated = start;
  out.posts.push_back(post);
  return out;
}

}  // namespace

TEST_CASE("every page is there, the same each time, and no field carries markup in") {
  const auto pages = render_all(view());
  const auto again = render_all(view());
  REQUIRE(pages.size() == again.size());
  std::size_t seen = 0;
  for (std::size_t i = 0; i < pages.size(); ++i) {
    CHECK(pages[i].body == again[i].body);
    CHECK(pages[i].body.find("<script>alert") == std::string::npos);
    if (pages[i].type.find("json") == std::string::npos)
      CHECK_MESSAGE(pages[i].body.find("<b>new</b> pot") == std::string::npos, pages[i].path);
    for (const char* path : {"/", "/posts/pot/", "/feed.atom", "/feed.rss", "/feed.json",
                             "/channels.json", "/channels/", "/sitemap.xml"})
      if (pages[i].path == path) ++seen;
  }
  CHECK(seen == 8);
}

TEST_CASE("a page is answered, and not sent again to who has it") {
  const ManualClock clock(start);
  SiteCache cache(clock, "/nonexistent");
  HttpQuery query;
  query.method = "GET";
  query.target = query.path = "/posts/pot/";
  CHECK(cache.answer(query).status == 503);
  cache.show(view());
  const HttpAnswer first = cache.answer(query);
  CHECK(first.status == 200);
  CHECK(first.bytes().find("pours") != std::string_view::npos);
  std::string tag;
  for (const auto& [name, value] : first.headers)
    if (lower_ascii(name) == "etag") tag = value;
  REQUIRE(!tag.empty());
  query.headers = {{"If-None-Match", tag}};
  CHECK(cache.answer(query).status == 304);
  query.headers.clear();
  query.target = query.path = "/no/such/";
  const HttpAnswer missing = cache.answer(query);
  CHECK(missing.status == 404);
  CHECK(missing.headers.get("Cache-Control") == "no-cache");
}

TEST_CASE("the static site holds the same bytes, and knows its own files") {
  const rig::TempDir dir;
  const auto report = write_static_site(view(), dir.file("out"), dir.file("media"));
  REQUIRE_MESSAGE(report.has_value(), report.error().what);
  CHECK(report->written > 8);
  const auto again = write_static_site(view(), dir.file("out"), dir.file("media"));
  CHECK(again->written == 0);
  CHECK(std::filesystem::exists(dir.path() / "out/posts/pot/index.html"));
  SiteView empty = view();
  empty.posts.clear();
  CHECK(write_static_site(empty, dir.file("out"), dir.file("media"))->removed > 0);
  CHECK(!std::filesystem::exists(dir.path() / "out/posts/pot/index.html"));
}

TEST_CASE("a picture is served while a page shows it, and no longer") {
  const rig::TempDir dir;
  const std::string name = std::string(64, 'a') + "-1600.png";
  std::ofstream(dir.file(name)) << "picture";
  std::ofstream(dir.file("logo.png")) << "logo";  // put there by a person
  const ManualClock clock(start);
  SiteCache cache(clock, dir.path());
  const auto status = [&](const std::string& path) {
    HttpQuery query;
    query.method = "GET";
    query.target = query.path = path;
    return cache.answer(query).status;
  };
  SiteView shown = view();
  shown.posts[0].pictures = {{"/media/" + name, "image/png", "A pot", 90, 60, 7}};
  cache.show(shown);
  CHECK(status("/media/" + name) == 200);
  CHECK(status("/media/logo.png") == 200);
  cache.show(view());
  CHECK(status("/media/" + name) == 404);
  CHECK(status("/media/%61" + name.substr(1)) == 404);
  CHECK(status("/media/%%" + name) == 404);
  CHECK(status("/media/logo.png") == 200);
}

TEST_CASE("pages of another part of the house stand beside the site's, and files in ranges") {
  const rig::TempDir dir;
  std::ofstream(dir.file("film.mp4")) << "0123456789";
  const ManualClock clock(start);
  SiteCache cache(clock, dir.path());
  SiteView shown = view();
  shown.past = "/past/";
  cache.show(shown, [&](const std::string& path, std::string_view asked) -> std::optional<Page> {
    if (path == "/past") return Page{.path = "/past/", .type = {}, .body = {}};
    if (path == "/past/")
      return Page{path, "text/html", std::string(2000, 'x') + "?" + std::string(asked)};
    if (path == "/past/film.mp4")
      return Page{.path = path, .type = "video/mp4", .body = {}, .file = dir.file("film.mp4")};
    return std::nullopt;
  });
  const auto ask = [&](const std::string& path, const std::string& range = {},
                       const std::string& tag = {}) {
    HttpQuery query;
    query.method = "GET";
    const auto mark = path.find('?');
    query.target = path;
    query.path = std::string_view(path).substr(0, mark);
    if (mark != std::string::npos) query.query = std::string_view(path).substr(mark + 1);
    if (!range.empty()) query.headers.emplace_back("Range", range);
    if (!tag.empty()) query.headers.emplace_back("If-None-Match", tag);
    return cache.answer(query);
  };
  const auto header = [](const HttpAnswer& answer, const std::string& wanted) {
    for (const auto& [name, value] : answer.headers)
      if (lower_ascii(name) == wanted) return value;
    return std::string();
  };
  CHECK(ask("/past").status == 301);
  CHECK(header(ask("/past"), "location") == "/past/");
  const HttpAnswer page = ask("/past/?q=tea");
  CHECK(page.status == 200);
  CHECK(page.bytes().ends_with("?q=tea"));
  CHECK(ask("/past/?q=tea", {}, header(page, "etag")).status == 304);
  CHECK(ask("/past/other").status == 404);
  CHECK(ask("/").bytes().find("href=\"/past/\"") != std::string_view::npos);
  CHECK(ask("/archive/").bytes().find("href=\"/past/\"") != std::string_view::npos);

  CHECK(ask("/past/film.mp4").bytes() == "0123456789");
  struct Example {
    const char* range;
    int status;
    const char* bytes;
  };
  for (const Example& each :
       {Example{"bytes=0-", 206, "0123456789"}, Example{"bytes=2-4", 206, "234"},
        Example{"bytes=8-99", 206, "89"}, Example{"bytes=-3", 206, "789"},
        Example{"bytes=-99", 206, "0123456789"}, Example{"bytes=0-1,4-5", 200, "0123456789"},
        Example{"bytes=x-", 200, "0123456789"}, Example{"bytes=-", 200, "0123456789"}}) {
    const HttpAnswer part = ask("/past/film.mp4", each.range);
    CHECK_MESSAGE(part.status == each.status, each.range);
    CHECK_MESSAGE(part.bytes() == each.bytes, each.range);
  }
  CHECK(header(ask("/past/film.mp4", "bytes=2-4"), "content-range") == "bytes 2-4/10");
  CHECK(ask("/past/film.mp4", "bytes=10-").status == 416);
  CHECK(ask("/past/film.mp4", "bytes=4-2").status == 416);
}

TEST_CASE("a poll shows what can be chosen, by how many it was, until when, and how to vote") {
  SiteView asked = view();
  asked.account = "@news@example.org";
  SitePost& post = asked.posts[0];
  post.announcement.draft.poll = Poll{{"Lisbon", "<Kyiv>"}, 24, true};
  post.tally = {{1, 3}, 3, 1'790'000'000 * second, false};
  const auto page = [&](const char* path) { return Site(asked).render(path)->body; };
  const auto has = [&](std::string_view text) {
    return page("/posts/pot/").find(text) != std::string::npos;
  };
  CHECK(has("<span class=\"option\">&lt;Kyiv&gt;</span>"));
  CHECK(has(">1 vote, 33 %</span><progress max=\"3\" value=\"1\""));
  CHECK(has(">3 votes, 100 %</span>"));
  CHECK(has("Open until 21 September 2026, 14:13 UTC. 3 people voted so far. Several options"));
  CHECK(has("follow @news@example.org,"));
  CHECK(page("/feed.atom").find("&lt;li&gt;Lisbon&lt;/li&gt;") != std::string::npos);
  post.tally.ended = true;
  CHECK(has("Closed on 21 September 2026, 14:13 UTC. 3 people voted."));
  CHECK_FALSE(has("@news@example.org"));
  post.tally = {{0, 0}, 0, 1'790'000'000 * second, false};
  CHECK(has("Nobody voted so far."));
  CHECK_FALSE(has("0 votes"));
  asked.account.clear();
  CHECK_FALSE(has("Lisbon"));
  CHECK(page("/feed.atom").find("Lisbon") == std::string::npos);
}

TEST_CASE("behind a content warning nothing is shown by itself: no text, picture or summary") {
  SiteView warned = view();
  Draft& draft = warned.posts[0].announcement.draft;
  draft.warning = "Spoilers <of> it";
  draft.summary = "He dies";
  draft.body = "Hooked on *tea*.";
  warned.posts[0].pictures = {{"/media/a-1.jpg", "image/jpeg", "A grave", 640, 480, 9}};
  const auto page = [&](const char* path) { return Site(warned).render(path)->body; };

  const std::string post = page("/posts/pot/");
  const auto open = post.find("<details><summary>Spoilers &lt;of&gt; it</summary>");
  REQUIRE(open != std::string::npos);
  const std::string behind = post.substr(open, post.find("</details>") - open);
  for (const char* hidden : {"He dies", "Hooked on", "/media/a-1.jpg"}) {
    CHECK(behind.find(hidden) != std::string::npos);
    CHECK(post.find(hidden) > open);
    CHECK(post.find(hidden, open + behind.size()) == std::string::npos);
    CHECK(page("/").find(hidden) == std::string::npos);
  }
  CHECK(page("/").find("Spoilers &lt;of&gt; it") != std::string::npos);

  const std::string atom = page("/feed.atom");
  CHECK(atom.find("\">Spoilers &lt;of&gt; it: The ") != std::string::npos);
  CHECK(atom.find("&lt;details&gt;&lt;summary&gt;Spoilers") != std::string::npos);
  CHECK(atom.find("enclosure") == std::string::npos);
  CHECK(page("/feed.rss").find("media:content url") == std::string::npos);
  const json::value items = parse_json(page("/feed.json"))->at("items");
  CHECK(items.at(0).at("summary") == "Spoilers <of> it");
  CHECK_FALSE(items.at(0).as_object().contains("image"));
  CHECK(page_preview(draft).description == "Spoilers <of> it");

  draft.title.clear();
  CHECK(parse_json(page("/feed.json"))->at("items").at(0).at("title") == "Spoilers <of> it");
  CHECK(page_preview(draft).title == "Spoilers <of> it");
}

TEST_CASE("an answer has its page and stands under the post that all began with, in no list") {
  SiteView answered = view();
  const auto answer = [&](const std::string& slug, const std::string& below, Micros made) {
    SitePost out;
    out.announcement.id = "3m" + slug;
    out.announcement.permalink = "https://tea-house.org/posts/" + slug + "/";
    out.announcement.draft.slug = slug;
    out.announcement.draft.body = "Said " + slug;
    out.announcement.draft.answers = "https://a.example/n/" + slug;
    out.announcement.draft.tags = {"tea"};
    out.answers = {"https://a.example/u/bo", "@bo@a.example",
                   "https://tea-house.org/posts/" + below + "/"};
    out.published = out.updated = made;
    answered.posts.push_back(out);
  };
  answer("second", "first", start + 2 * day);
  answer("first", "pot", start + day);
  const Site site(answered);
  const auto page = [&](const char* path) { return site.render(path)->body; };
  const std::string post = page("/posts/pot/");
  const auto first = post.find("Said first");
  const auto second = post.find("Said second");
  REQUIRE(first != std::string::npos);
  REQUIRE(second != std::string::npos);
  CHECK(first < second);
  CHECK(post.find("What we answered") < first);
  CHECK(post.find("href=\"https://a.example/n/first\"") != std::string::npos);
  CHECK(site.render("/posts/pot/")->modified == start + 2 * day);
  CHECK(page("/posts/second/").find("href=\"/posts/pot/\"") != std::string::npos);
  CHECK(page("/posts/second/").find("@bo@a.example") != std::string::npos);
  for (const char* list : {"/", "/archive/", "/feed.atom", "/feed.rss", "/feed.json"})
    CHECK_MESSAGE(page(list).find("Said ") == std::string::npos, list);
  CHECK_FALSE(site.render("/tags/tea/"));
}
