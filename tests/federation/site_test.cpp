#include "federation/site.hpp"

#include <doctest/doctest.h>

#include "base/moment.hpp"
#include "federation/limits.hpp"

using namespace carillon;

namespace {

FediAccount account(const std::string& home = "https://example.org") {
  return {.home = home,
          .handle = "news",
          .host = "example.org",
          .name = "Bells & Co",
          .about = "We <ring>",
          .language = "en",
          .icon = home + "/media/logo.png",
          .public_key = "PEM",
          .links = {{"Bluesky", "https://bsky.app/profile/bells.example.org"}}};
}

FediPost post(int number, const std::string& home = "https://example.org") {
  FediPost out;
  out.announcement = std::to_string(number);
  out.url = home + "/posts/p" + std::to_string(number) + "/";
  out.title = "Tea & <cake>";
  out.html = "<p>Hallo</p>";
  out.language = "de";
  out.tags = {{"release notes", home + "/tags/release-notes/"}, {"!!", home + "/tags/x/"}};
  out.pictures = {{home + "/media/a-1.jpg", "image/jpeg", "A bell", 640, 480}};
  out.published = *parse_time("2026-11-24T10:22:03Z") - number * hour;
  out.updated = out.published;
  return out;
}

FediSite site(int posts = 1, const std::string& home = "https://example.org") {
  std::vector<FediPost> all;
  for (int i = 1; i <= posts; ++i) all.push_back(post(i, home));
  return FediSite(account(home), std::move(all),
                  {.followers = [] { return Result<std::int64_t>(7); },
                   .of_post =
                       [](const std::string&) {
                         return Result<FediCounts>(FediCounts{1, 2, 3});
                       }});
}

struct Read {
  int status = 0;
  std::string type;
  json::value body;
};

Read get(const FediSite& from, std::string_view target,
         std::string_view accept = "application/activity+json") {
  HttpQuery query{.method = "GET", .target = target};
  const std::size_t mark = target.find('?');
  query.path = target.substr(0, mark);
  if (mark != std::string_view::npos) query.query = target.substr(mark + 1);
  query.headers = {{"Accept", accept}};
  const auto answer = from.answer(query);
  if (!answer) return {};
  const auto body = parse_json(answer->body);
  return {answer->status, std::string(answer->headers.get("Content-Type")),
          body ? *body : json::value(answer->body)};
}

}  // namespace

TEST_CASE("RFC 9110 12.5.1: who gets the object and who the page") {
  CHECK(wants_object("application/activity+json"));
  CHECK(wants_object("application/activity+json, application/ld+json"));
  CHECK(wants_object(
      R"(application/ld+json; profile="https://www.w3.org/ns/activitystreams", text/html;q=0.1)"));
  CHECK_FALSE(wants_object("text/html,application/xhtml+xml,*/*;q=0.8"));
  CHECK_FALSE(wants_object("text/html, application/activity+json;q=0.5"));
  CHECK_FALSE(wants_object("application/activity+json;q=0"));
  CHECK_FALSE(wants_object("*/*"));
  CHECK_FALSE(wants_object(""));
}

TEST_CASE("docs.joinmastodon.org/spec/webfinger: handle, actor and back") {
  const FediSite here = site();
  for (const char* resource : {"acct:news@example.org", "acct%3ANews%40Example.org",
                               "https://example.org/actors/news", "acct:@news@example.org"}) {
    CAPTURE(resource);
    const Read read = get(here, std::string("/.well-known/webfinger?resource=") + resource, "");
    CHECK(read.status == 200);
    CHECK(read.type.starts_with("application/jrd+json"));
    CHECK(read.body.at("subject") == "acct:news@example.org");
    CHECK(read.body.at("links").at(0).at("rel") == "self");
    CHECK(read.body.at("links").at(0).at("href") == "https://example.org/actors/news");
    CHECK(read.body.at("links").at(0).at("type") == "application/activity+json");
  }
  CHECK(get(here, "/.well-known/webfinger?resource=acct:other@example.org").status == 404);
  CHECK(get(here, "/.well-known/webfinger").status == 400);
  const json::value actor = get(here, "/actors/news").body;
  CHECK(actor.at("preferredUsername") == "news");
  CHECK(actor.at("webfinger") == "news@example.org");
}

TEST_CASE("a handle on another host than the home's is found at both") {
  FediAccount elsewhere = account("https://hub.example.org");
  const FediSite here(elsewhere, {}, {});
  const json::value wanted = "acct:news@example.org";
  CHECK(get(here, "/.well-known/webfinger?resource=acct:news@example.org").body.at("subject") ==
        wanted);
  CHECK(get(here, "/.well-known/webfinger?resource=acct:news@hub.example.org").body.at("subject") ==
        wanted);
}

TEST_CASE("docs.joinmastodon.org/spec/activitypub: what an actor must have") {
  const Read read = get(site(), "/actors/news", "");
  CHECK(read.type == "application/activity+json; charset=utf-8");
  CHECK(read.body.at("id") == "https://example.org/actors/news");
  CHECK(read.body.at("inbox") == "https://example.org/actors/news/inbox");
  CHECK(read.body.at("endpoints").at("sharedInbox") == "https://example.org/inbox");
  CHECK(read.body.at("summary") == "<p>We &lt;ring&gt;</p>");
  CHECK(read.body.at("publicKey").at("owner") == read.body.at("id"));
  CHECK(read.body.at("publicKey").at("id") == "https://example.org/actors/news#main-key");
  CHECK(read.body.at("manuallyApprovesFollowers") == false);
  const std::string value(read.body.at("attachment").at(0).at("value").as_string());
  CHECK(value.find("rel=\"me nofollow noopener\"") != std::string::npos);
  for (const char* collection : {"outbox", "followers", "following", "featured"}) {
    CAPTURE(collection);
    const std::string address(read.body.at(collection).as_string());
    const Read one = get(site(), address.substr(std::string("https://example.org").size()));
    CHECK(one.status == 200);
    CHECK(one.body.at("id") == json::value(address));
    CHECK(one.body.at("type") == "OrderedCollection");
  }
  CHECK(get(site(), "/actors/news", "text/html,*/*").status == 302);
  CHECK(get(site(), "/actors/newsletter").status == 0);
}

TEST_CASE("of followers only the number is told") {
  const json::value read = get(site(), "/actors/news/followers").body;
  CHECK(read.at("totalItems") == 7);
  CHECK_FALSE(read.as_object().contains("first"));
  CHECK_FALSE(read.as_object().contains("orderedItems"));
}

TEST_CASE("one address is a page for people and a Note for servers") {
  const FediSite here = site();
  CHECK(get(here, "/posts/p1/", "text/html").status == 0);
  CHECK(get(here, "/posts/p2/").status == 0);
  CHECK(here.object_at("/posts/p1/") == "https://example.org/posts/p1/");
  const json::value note = get(here, "/posts/p1/").body;
  CHECK(note.at("id") == "https://example.org/posts/p1/");
  CHECK(note.at("type") == "Note");
  CHECK(note.at("published") == "2026-11-24T09:22:03Z");
  CHECK_FALSE(note.as_object().contains("updated"));
  CHECK(note.at("content") ==
        "<p><strong>Tea &amp; &lt;cake&gt;</strong></p><p>Hallo</p>"
        "<p><a href=\"https://example.org/posts/p1/\" rel=\"nofollow noopener\">"
        "https://example.org/posts/p1/</a></p>"
        "<p><a href=\"https://example.org/tags/release-notes/\" class=\"mention hashtag\" "
        "rel=\"tag\">#<span>releasenotes</span></a></p>");
  CHECK(note.at("contentMap").as_object().size() == 1);
  CHECK(note.at("contentMap").at("de") == note.at("content"));
  CHECK(note.at("tag").as_array().size() == 1);
  CHECK(note.at("tag").at(0).at("name") == "#releasenotes");
  CHECK(note.at("attachment").at(0).at("name") == "A bell");
  CHECK(note.at("attachment").at(0).at("summary") == "A bell");
  CHECK(note.at("replies").at("totalItems") == 1);
  CHECK(note.at("replies").at("first").at("items").as_array().empty());
  CHECK(note.at("likes").at("totalItems") == 2);
  CHECK(note.at("shares").at("totalItems") == 3);
  CHECK(note.at("interactionPolicy").at("canQuote").at("automaticApproval").at(0) ==
        json::value(public_audience));
  CHECK(get(here, "/posts/p1/replies").body.at("totalItems") == 1);
}

TEST_CASE("the outbox is read page by page, the newest first") {
  const auto many = static_cast<int>(limits::outbox_page) * 2 + 1;
  const FediSite here = site(many);
  json::value page = get(here, "/actors/news/outbox").body;
  CHECK(page.at("totalItems") == many);
  std::string next(page.at("first").as_string());
  int number = 0;
  while (!next.empty()) {
    page = get(here, next.substr(std::string("https://example.org").size())).body;
    CHECK(page.at("id") == json::value(next));
    for (const json::value& item : page.at("orderedItems").as_array()) {
      CHECK(item.at("type") == "Create");
      CHECK(item.at("object").at("id") ==
            json::value("https://example.org/posts/p" + std::to_string(++number) + "/"));
    }
    const auto* link = page.as_object().if_contains("next");
    next = link == nullptr ? "" : std::string(link->as_string());
  }
  CHECK(number == many);
  CHECK(get(here, "/actors/news/outbox?page=4").status == 404);
  CHECK(get(here, "/actors/news/outbox?page=0").status == 404);
  CHECK(get(here, "/actors/news/outbox?page=x").status == 404);
  CHECK(get(site(0), "/actors/news/outbox").body.at("totalItems") == 0);
}

TEST_CASE("a home below a path answers with and without it") {
  const FediSite here = site(1, "https://example.org/news");
  for (const char* path : {"/news/posts/p1/", "/posts/p1/"})
    CHECK(get(here, path).body.at("id") == "https://example.org/news/posts/p1/");
  CHECK(here.address_of("/inbox") == "https://example.org/news/inbox");
  CHECK(here.address_of("/news/inbox?a") == "https://example.org/news/inbox?a");
  CHECK(here.origin() == "https://example.org");
}

TEST_CASE("NodeInfo says what this is") {
  const json::value links = get(site(), "/.well-known/nodeinfo").body;
  CHECK(links.at("links").at(0).at("href") == "https://example.org/nodeinfo/2.1");
  const Read read = get(site(3), "/nodeinfo/2.1");
  CHECK(read.type.find("nodeinfo.diaspora.software/ns/schema/2.1#") != std::string::npos);
  CHECK(read.body.at("software").at("name") == "carillon");
  CHECK(read.body.at("usage").at("localPosts") == 3);
  const Read meta = get(site(), "/.well-known/host-meta");
  CHECK(meta.body.as_string().find("webfinger?resource={uri}") != json::string::npos);
}

TEST_CASE("who has an object already gets no second copy") {
  HttpQuery query{.method = "GET", .target = "/actors/news", .path = "/actors/news"};
  const FediSite here = site();
  const auto first = here.answer(query);
  REQUIRE(first);
  const std::string etag(first->headers.get("ETag"));
  query.headers = {{"If-None-Match", etag}};
  const auto again = here.answer(query);
  REQUIRE(again);
  CHECK(again->status == 304);
  CHECK(again->body.empty());
  query.method = "POST";
  CHECK_FALSE(here.answer(query));
}

TEST_CASE(
    "docs.joinmastodon.org/spec/activitypub/#status: what a post must have, whoever carries it") {
  FediPost edited = post(1);
  edited.revision = 2;
  edited.updated = edited.published + hour;
  const json::object note = get(site(), "/posts/p1/").body.as_object();
  const json::object create = create_of(account(), post(1));
  const json::object update = update_of(account(), edited);
  for (const json::object& one :
       {note, create.at("object").as_object(), update.at("object").as_object()}) {
    CHECK(one.at("type") == "Note");
    CHECK(one.at("attributedTo") == "https://example.org/actors/news");
    CHECK(one.at("published") == "2026-11-24T09:22:03Z");
    CHECK(one.at("to").at(0) == json::value(public_audience));
    CHECK(one.at("cc").at(0) == "https://example.org/actors/news/followers");
    CHECK_FALSE(one.at("content").as_string().empty());
    CHECK(one.at("url") == one.at("id"));
    CHECK(one.at("sensitive") == false);
    CHECK(one.at("attachment").at(0).at("mediaType") == "image/jpeg");
    CHECK(one.at("tag").at(0).at("type") == "Hashtag");
  }
  // Some servers drop what has no time; an actor is named by its address alone, for Threads.
  const json::object gone = delete_of(account(), post(1).url, post(1).published, edited.updated);
  for (const json::object& one : {create, update, gone}) {
    CHECK_FALSE(one.at("published").as_string().empty());
    CHECK(one.at("actor") == "https://example.org/actors/news");
    CHECK(one.at("to").at(0) == json::value(public_audience));
    CHECK(one.at("@context").at(0) == "https://www.w3.org/ns/activitystreams");
  }
  CHECK(gone.at("object").at("type") == "Tombstone");
}

TEST_CASE(
    "docs.joinmastodon.org/spec/activitypub/#payloads: both names of the type get the object") {
  for (const char* accept :
       {"application/activity+json",
        "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"",
        "application/activity+json, application/ld+json"}) {
    CAPTURE(accept);
    const Read read = get(site(), "/posts/p1/", accept);
    CHECK(read.status == 200);
    CHECK(read.type.starts_with("application/activity+json"));
    CHECK(read.body.at("id") == "https://example.org/posts/p1/");
  }
}

TEST_CASE(
    "docs.joinmastodon.org/spec/activitypub/#Mention: an answer names, copies and mentions who is "
    "answered") {
  FediPost one = post(1);
  one.title.clear();
  one.answers = {"https://a.example/n/1", "https://a.example/u/ann", "@ann@a.example"};
  const json::object create = create_of(account(), one);
  const json::object note = create.at("object").as_object();
  CHECK(note.at("inReplyTo") == "https://a.example/n/1");
  CHECK(note.at("to") == json::array{json::string(public_audience)});
  const json::array copies{"https://example.org/actors/news/followers", "https://a.example/u/ann"};
  CHECK(note.at("cc") == copies);
  CHECK(create.at("cc") == copies);
  CHECK(note.at("tag").at(0).at("type") == "Mention");
  CHECK(note.at("tag").at(0).at("href") == "https://a.example/u/ann");
  CHECK(note.at("tag").at(0).at("name") == "@ann@a.example");
  const std::string content(note.at("content").as_string());
  CHECK(
      content.starts_with("<p><span class=\"h-card\"><a href=\"https://a.example/u/ann\" "
                          "class=\"u-url mention\">@<span>ann</span></a></span> Hallo</p>"));
  // An answer is read where it is read: no link to its page.
  CHECK(content.find(one.url) == std::string::npos);
  one.html = "<ul><li>a</li></ul>";
  CHECK(note_of(account(), one, {}).at("content").as_string().find("</span></p><ul>") !=
        json::string::npos);
}

TEST_CASE("an edit is an Update with the time of the edit") {
  FediPost edited = post(1);
  edited.revision = 3;
  edited.updated = edited.published + hour;
  const json::object update = update_of(account(), edited);
  CHECK(update.at("type") == "Update");
  CHECK(update.at("id") == "https://example.org/posts/p1/#update-3");
  CHECK(update.at("object").at("updated") == "2026-11-24T10:22:03Z");
  CHECK(create_of(account(), post(1)).at("id") == "https://example.org/posts/p1/#create");
}

TEST_CASE("docs.joinmastodon.org/spec/activitypub/#sensitive: a warning is the summary of a Note") {
  FediPost one = post(1);
  CHECK_FALSE(note_of(account(), one, {}).contains("summary"));
  one.warning = "Spoilers & <b>";
  const json::object note = create_of(account(), one).at("object").as_object();
  CHECK(note.at("summary") == "Spoilers & <b>");
  CHECK(note.at("sensitive") == true);
}
