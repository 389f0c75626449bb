// From an archive to the file: what is kept, joined, resolved and left out.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>
#include <sstream>

#include "retire/archive_build.hpp"
#include "retire/archive_import.hpp"
#include "rig/test_db.hpp"
#include "small_archive.hpp"

using namespace carillon;
using rig::SmallArchive;
namespace fs = std::filesystem;

namespace {

void quiet(std::string_view, std::uint64_t, std::uint64_t) {}

ArchiveImported imported(const SmallArchive& archive, const rig::TempDir& dir) {
  fs::create_directories(dir.path() / "data");
  const auto done = import_archive(archive.path(), dir.file("data"), &quiet);
  REQUIRE_MESSAGE(done.has_value(), (done ? "" : done.error().what));
  return *done;
}

std::vector<PastRow> rows_of(const rig::TempDir& dir) {
  const auto store = ArchiveStore::open(dir.file("data"), false);
  REQUIRE(store.has_value());
  const auto rows = (*store)->in_order(1, 0, 0, 10'000);
  REQUIRE(rows.has_value());
  return *rows;
}

PastRow row_of(const rig::TempDir& dir, const std::string& id) {
  for (PastRow& row : rows_of(dir))
    if (row.original == id) return row;
  FAIL("there is no post " << id);
  return {};
}

bool is_there(const rig::TempDir& dir, const std::string& id) {
  const auto rows = rows_of(dir);
  return std::any_of(rows.begin(), rows.end(), [&](const auto& row) { return row.original == id; });
}

std::size_t found(const rig::TempDir& dir, const std::string& words) {
  const auto store = ArchiveStore::open(dir.file("data"), false);
  const auto rows = (*store)->search(words, 50);
  REQUIRE_MESSAGE(rows.has_value(), (rows ? "" : rows.error().what));
  return rows->size();
}

std::string read_all(const fs::path& path) {
  std::ifstream in(path);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

// Everything below a folder, as one text.
std::string all_bytes(const fs::path& dir) {
  std::string out;
  for (const auto& entry : fs::recursive_directory_iterator(dir))
    if (entry.is_regular_file()) out += entry.path().string() + "\n" + read_all(entry.path());
  return out;
}

void write_all_kinds(const SmallArchive& archive) {
  archive.manifest("2023-09-01T00:00:00.000Z");
  archive.list(
      "tweets",
      {SmallArchive::post("105", 5, "third", SmallArchive::answers("106", "7")),
       SmallArchive::post("106", 5, "second", SmallArchive::answers("104", "7")),
       SmallArchive::post("104", 4, "first &amp; &lt;last&gt; https://t.co/aaa",
                          SmallArchive::link("https://t.co/aaa", "https://example.org/page")),
       SmallArchive::post("110", 10, "RT @peer: gone by https://t.co/aaa"),
       SmallArchive::post("111", 11, "@peer hello", SmallArchive::answers("9", "8")),
       SmallArchive::post("112", 12, "look https://t.co/pic",
                          SmallArchive::picture("https://t.co/pic", "Abc.jpg", "A grey cat")),
       SmallArchive::post("113", 13, "lost https://t.co/pix",
                          SmallArchive::picture("https://t.co/pix", "Gone.jpg", "A lost hat")),
       SmallArchive::post("114", 14, "A long text that is cut here…"),
       SmallArchive::post("115", 15, "wrng",
                          R"("edit_info" : {"initial" : {"editTweetIds" : )"
                          R"(["115", "116"]}})"),
       SmallArchive::post("116", 16, "right",
                          R"("edit_info" : {"edit" : {"initialTweetId" : )"
                          R"("115", "editControlInitial" : {"editTweetIds" : )"
                          R"(["115", "116"]}}})"),
       SmallArchive::post("117", 17, "SECRET-CIRCLE"), SmallArchive::post("118", 18, "SECRET-GONE"),
       SmallArchive::post("119", 19, "what https://t.co/unknown is"),
       R"({"tweet" : {"id" : []}})"});
  archive.list("note-tweet",
               {R"({"noteTweet" : {"createdAt" : "2023-08-12T16:00:14.700Z", "core" :)"
                R"( {"text" : "A long text that is cut here and goes on"}}})",
                R"({"noteTweet" : {"createdAt" : "2023-08-12T16:00:12.000Z", "core" :)"
                R"( {"text" : "A note of nothing"}}})"});
  archive.list("twitter-circle-tweet", {SmallArchive::post("117", 17, "SECRET-CIRCLE")});
  archive.list("deleted-tweets", {SmallArchive::post("118", 18, "SECRET-GONE")});
  archive.list("direct-messages", {R"({"dmConversation" : {"text" : "SECRET-DM"}})"});
  archive.file("data/tweets_media/112-Abc.jpg", "picture bytes");
  archive.file("data/deleted_tweets_media/118-Abc.jpg", "SECRET-PICTURE");
}

}  // namespace

TEST_CASE("an archive is taken in as it was meant") {
  const rig::TempDir dir;
  const SmallArchive archive(dir.path() / "in");
  write_all_kinds(archive);
  const ArchiveImported done = imported(archive, dir);
  const ArchiveCounts& c = done.counts;
  CHECK(done.handle == "Ours");
  CHECK(done.unreadable == 1);
  CHECK(done.removed == 3);
  CHECK(c.posts == 10);
  CHECK(c.threads == 1);
  CHECK(c.longest_thread == 3);
  CHECK(c.follow_ups == 2);
  CHECK(c.replies == 1);
  CHECK(c.reposts == 1);
  CHECK(c.pictures == 2);
  CHECK(c.missing_media == 1);
  CHECK(c.alt_texts == 2);
  CHECK(c.long_texts == 1);
  CHECK(c.long_texts_left == 1);
  CHECK(c.edited == 1);
  CHECK(c.short_links == 4);
  CHECK(c.short_links_left == 1);
  CHECK(row_of(dir, "104").text == "first & <last> https://example.org/page");
  CHECK(row_of(dir, "110").text == "RT @peer: gone by https://example.org/page");
  CHECK(row_of(dir, "114").text == "A long text that is cut here and goes on");
  CHECK(row_of(dir, "112").text == "look");
  CHECK_FALSE(is_there(dir, "115"));
  CHECK(row_of(dir, "116").text == "right");
  CHECK(row_of(dir, "116").edited);
  // The chain of answers is the order of a thread, not its ids.
  CHECK(row_of(dir, "104").place == 0);
  CHECK(row_of(dir, "106").place == 1);
  CHECK(row_of(dir, "105").place == 2);
  CHECK(row_of(dir, "105").thread == row_of(dir, "104").number);
  CHECK(all_bytes(dir.path() / "data").find("SECRET") == std::string::npos);
  // Pages of 16 KB (section 1.3 of SQLite's file format).
  CHECK(read_all(dir.path() / "data/archive.db").substr(16, 2) == std::string("\x40\0", 2));
  CHECK(found(dir, "goes on") == 1);
  CHECK(found(dir, "GREY cat") == 1);
  CHECK(found(dir, "\"cat grey\"") == 0);
  CHECK(found(dir, "exam*") == 2);
  CHECK(found(dir, "SECRET*") == 0);
}

TEST_CASE("a search finds all words that begin so, however many there are") {
  const rig::TempDir dir;
  const SmallArchive archive(dir.path() / "in");
  archive.manifest("2023-09-01T00:00:00.000Z");
  std::vector<std::string> posts;
  for (int i = 0; i < 45; ++i) {
    std::string text = i == 7 ? "Œuvre façade" : "plain";
    for (int word = 0; word < 10; ++word) text += fmt::format(" many{}", 100 + i * 10 + word);
    posts.push_back(SmallArchive::post(std::to_string(200 + i), i, text));
  }
  archive.list("tweets", posts);
  imported(archive, dir);
  CHECK(found(dir, "many*") == 45);   // 450 words
  CHECK(found(dir, "MANY10*") == 1);  // 10 words, of one post
  CHECK(found(dir, "many1*") == 10);
  CHECK(found(dir, "many1* plain") == 9);
  CHECK(found(dir, "pla* many11*") == 1);
  CHECK(found(dir, "\"plain many10\"*") == 0);
  CHECK(found(dir, "faça*") == 1);
  CHECK(found(dir, "faca*") == 1);
  CHECK(found(dir, "œuv*") == 1);
  CHECK(found(dir, "nothing*") == 0);
}

TEST_CASE("the same archive again changes nothing; a newer one brings it up to date") {
  const rig::TempDir dir;
  const SmallArchive archive(dir.path() / "in");
  write_all_kinds(archive);
  imported(archive, dir);
  const ArchiveImported again = imported(archive, dir);
  CHECK(again.again);
  CHECK(again.counts.posts == 10);
  CHECK(found(dir, "hello") == 1);
  // Without post 111, which was deleted, and 112 with its picture; with a new one.
  const SmallArchive newer(dir.path() / "newer");
  newer.manifest("2023-10-01T00:00:00.000Z");
  newer.list("tweets",
             {SmallArchive::post("104", 4, "first"), SmallArchive::post("120", 20, "new")});
  const ArchiveImported later = imported(newer, dir);
  CHECK(later.removed == 9);
  CHECK(later.counts.posts == 2);
  CHECK(found(dir, "hello") == 0);
  CHECK(found(dir, "new") == 1);
  CHECK(all_bytes(dir.path() / "data/archive").find("picture bytes") == std::string::npos);
}

TEST_CASE("an older or a partial archive takes nothing away") {
  const rig::TempDir dir;
  const SmallArchive archive(dir.path() / "in");
  archive.manifest("2023-09-01T00:00:00.000Z");
  archive.list("tweets", {SmallArchive::post("104", 4, "first")});
  imported(archive, dir);
  const SmallArchive older(dir.path() / "older");
  older.manifest("2023-08-20T00:00:00.000Z");
  older.list("tweets", {SmallArchive::post("103", 3, "zeroth")});
  CHECK(imported(older, dir).counts.posts == 2);
  const SmallArchive partial(dir.path() / "partial");
  partial.manifest("2023-10-01T00:00:00.000Z", true);
  partial.list("tweets", {SmallArchive::post("105", 5, "second")});
  CHECK(imported(partial, dir).counts.posts == 3);
}

TEST_CASE("an import that stopped goes on, and ends as if it never had") {
  const auto fill = [](const SmallArchive& archive, bool whole) {
    archive.manifest("2023-09-01T00:00:00.000Z");
    std::vector<std::string> posts;
    for (int i = 0; i < 2500; ++i)
      posts.push_back(SmallArchive::post(
          std::to_string(1000 + i), i % 3600 / 2, "post",
          i % 5 == 0 ? "" : SmallArchive::answers(std::to_string(999 + i), "7")));
    archive.list("tweets", posts);
    archive.list("tweets-part1", {SmallArchive::post("5000", 5, "last"),
                                  SmallArchive::post("5001", 6, "very last")});
    const fs::path part = fs::path(archive.path()) / "data/tweets-part1.js";
    // The same size, so that it is the same archive, with its end overwritten.
    std::string text = read_all(part);
    if (!whole) std::fill(text.end() - 20, text.end(), ' ');
    std::ofstream(part, std::ios::binary) << text;
  };
  const rig::TempDir straight;
  const SmallArchive whole(straight.path() / "in");
  fill(whole, true);
  const ArchiveImported expected = imported(whole, straight);
  CHECK_FALSE(expected.resumed);
  CHECK(expected.counts.threads == 500);

  const rig::TempDir stopped;
  fs::create_directories(stopped.path() / "data");
  const SmallArchive archive(stopped.path() / "in");
  fill(archive, false);
  const auto failed = import_archive(archive.path(), stopped.file("data"), &quiet);
  REQUIRE_FALSE(failed.has_value());
  CHECK(failed.error().fault == Fault::corrupt);
  CHECK(failed.error().what.find("tweets-part1.js") != std::string::npos);
  fill(archive, true);
  const ArchiveImported resumed = imported(archive, stopped);
  CHECK(resumed.resumed);
  CHECK(to_json(resumed.counts) == to_json(expected.counts));
  CHECK(to_json(rows_of(stopped)) == to_json(rows_of(straight)));
}

TEST_CASE("older eras: the monthly files of 2012 to 2018, and files at the top") {
  const rig::TempDir dir;
  const SmallArchive archive(dir.path() / "in");
  archive.file("data/js/user_details.js",
               R"(var user_details = {"screen_name" : "ours", "id" : "7", "full_name" : "Us"})");
  archive.file("data/js/tweets/2014_02.js",
               "Grailbird.data.tweets_2014_02 = \n [ {\"id_str\" : \"200\", \"text\" : \"old\", "
               "\"created_at\" : \"2014-02-03 16:59:15 +0000\", \"id\" : 200 }, {\"id\" : 201, "
               "\"text\" : \"RT @peer: cut\", \"created_at\" : \"2014-02-03 16:59:16 +0000\", "
               "\"retweeted_status\" : {\"text\" : \"whole\", \"user\" : {\"screen_name\" : "
               "\"peer\"}}} ]");
  const ArchiveImported done = imported(archive, dir);
  CHECK(done.counts.posts == 2);
  CHECK(row_of(dir, "200").text == "old");
  CHECK(row_of(dir, "201").text == "RT @peer: whole");
  const rig::TempDir top;
  const SmallArchive flat(top.path() / "in");
  flat.file("account.js", R"(window.YTD.account.part0 = [ {"account" : {"email" : "SECRET", )"
                          R"("username" : "ours", "accountId" : "7"}} ])");
  flat.file("tweet.js", "window.YTD.tweet.part0 = [ " + SmallArchive::post("300", 3, "flat") + "]");
  CHECK(imported(flat, top).counts.posts == 1);
  CHECK(all_bytes(top.path() / "data").find("SECRET") == std::string::npos);
}

TEST_CASE("an archive of Mastodon gives what everybody could read, and nothing else") {
  const rig::TempDir dir;
  const SmallArchive archive(dir.path() / "in");
  archive.file("actor.json", R"({"id" : "https://toots.example/users/ours", "name" : "Us",)"
                             R"("preferredUsername" : "ours", "privateKey" : "SECRET-KEY"})");
  const auto activity = [](const std::string& id, const std::string& to, const std::string& more) {
    return R"({"id" : "https://toots.example/users/ours/statuses/)" + id +
           R"(/activity", "type" : "Create", "published" : "2023-08-12T16:00:0)" + id.back() +
           R"(Z", "to" : [")" + to +
           R"("], "cc" : [], "object" : {"id" : )"
           R"("https://toots.example/users/ours/statuses/)" +
           id + R"(", "to" : [")" + to + R"("], "cc" : [])" + more + "}}";
  };
  const std::string all = "https://www.w3.org/ns/activitystreams#Public";
  const std::string followers = "https://toots.example/users/ours/followers";
  archive.file(
      "outbox.json",
      R"({"@context" : ["x", {"a" : []}], "type" : "OrderedCollection", "orderedItems" : [)" +
          activity("11", all,
                   R"(, "content" : "<p>Hello &lt;b&gt; <a href=\"https://e.org/\">)"
                   R"(<span>https://</span>e.org/</a></p><p>more</p>", "attachment" : )"
                   R"([{"mediaType" : "image/png", "url" : )"
                   R"("/media_attachments/files/1/original/abc.png", "name" : "A hat"}])") +
          "," +
          activity("12", all,
                   R"(, "content" : "<p>and<br>on</p>", "inReplyTo" : )"
                   R"("https://toots.example/users/ours/statuses/11")") +
          "," + activity("13", followers, R"(, "content" : "SECRET-FOLLOWERS")") + "," +
          activity("14", "https://other.example/users/kim", R"(, "content" : "SECRET-DM")") + "]}");
  archive.file("likes.json", "SECRET-LIKES");
  archive.file("media_attachments/files/1/original/abc.png", "png bytes");
  const ArchiveImported done = imported(archive, dir);
  CHECK(done.handle == "ours@toots.example");
  CHECK(done.counts.posts == 2);
  CHECK(done.counts.threads == 1);
  CHECK(done.counts.alt_texts == 1);
  CHECK(done.counts.missing_media == 0);
  CHECK(done.unreadable == 0);
  CHECK(row_of(dir, "11").text == "Hello <b> https://e.org/\n\nmore");
  CHECK(row_of(dir, "12").text == "and\non");
  CHECK(row_of(dir, "12").place == 1);
  CHECK(all_bytes(dir.path() / "data").find("SECRET") == std::string::npos);
}

TEST_CASE("what is no archive says so") {
  const rig::TempDir dir;
  const SmallArchive nothing(dir.path() / "in");
  const auto done = import_archive(nothing.path(), dir.file("data"), &quiet);
  REQUIRE_FALSE(done.has_value());
  CHECK(done.error().fault == Fault::not_found);
  CHECK_FALSE(done.error().hint.empty());
  CHECK(ArchiveStore::open(dir.file("data"), false).error().fault == Fault::not_found);
}

TEST_CASE("pages show each post with its old address; redirects name its new one") {
  const rig::TempDir dir;
  const SmallArchive archive(dir.path() / "in");
  write_all_kinds(archive);
  archive.list("tweets-part1",
               {SmallArchive::post(
                   "130", 30, "see https://t.co/own <script>alert(1)</script>",
                   SmallArchive::link("https://t.co/own", "https://twitter.com/ours/status/105"))});
  imported(archive, dir);
  PastPlace place{"https://example.org", "/news", "/past/", "Our Org"};
  const PastFrame frame = [](const PastPage& page) { return page.title + page.main; };
  const auto build = [&] {
    const auto built = build_archive(dir.file("data"), dir.file("out"), place, frame, &quiet);
    REQUIRE_MESSAGE(built.has_value(), (built ? "" : built.error().what));
    return *built;
  };
  const ArchiveBuilt first = build();
  CHECK(first.posts == 11);
  CHECK(first.media == 1);
  const std::string day = read_all(dir.path() / "out/x/Ours/2023/08/12/index.html");
  for (const char* piece :
       {"https://x.com/Ours/status/104", "id=\"p104\"", "alt=\"A grey cat\"", "A lost hat",
        "/news/past/media/x/Ours/2023/08/112-Abc.jpg", "first &amp; &lt;last&gt;",
        "href=\"/news/past/x/Ours/2023/08/12/#p105\"", "&lt;script&gt;", "class=\"thread\""})
    CHECK_MESSAGE(day.find(piece) != std::string::npos, piece);
  CHECK(day.find("<script") == std::string::npos);
  CHECK(day.find("id=\"p104\"") < day.find("id=\"p106\""));
  CHECK(day.find("id=\"p106\"") < day.find("id=\"p105\""));
  CHECK(read_all(dir.path() / "out/media/x/Ours/2023/08/112-Abc.jpg") == "picture bytes");
  const std::string redirects = read_all(dir.path() / "out/redirects.csv");
  CHECK(redirects.find("\"115\",\"https://x.com/Ours/status/115\","
                       "\"/news/past/x/Ours/2023/08/12/#p116\"") != std::string::npos);
  CHECK(std::count(redirects.begin(), redirects.end(), '\n') == 13);
  for (const char* page : {"index.html", "x/Ours/index.html", "x/Ours/2023/index.html",
                           "x/Ours/2023/08/index.html", "x/Ours/feed.atom", "x/Ours/feed.json"})
    CHECK_MESSAGE(fs::exists(dir.path() / "out" / page), page);
  CHECK(all_bytes(dir.path() / "out").find("SECRET") == std::string::npos);
  const ArchiveBuilt again = build();
  CHECK(again.written == 0);
  CHECK(again.removed == 0);
  CHECK(again.unchanged == first.written);
}

TEST_CASE("a build leaves a folder alone that is not its own") {
  const rig::TempDir dir;
  const SmallArchive archive(dir.path() / "in");
  write_all_kinds(archive);
  imported(archive, dir);
  fs::create_directories(dir.path() / "out");
  std::ofstream(dir.file("out/index.html")) << "mine";
  const auto built = build_archive(dir.file("data"), dir.file("out"), {}, {}, &quiet);
  REQUIRE_FALSE(built.has_value());
  CHECK(built.error().fault == Fault::conflict);
  CHECK(read_all(dir.path() / "out/index.html") == "mine");
}
