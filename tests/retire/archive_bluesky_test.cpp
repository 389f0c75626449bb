// Bluesky's repositories: what is taken of one, and what is wrong with others.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "car_writer.hpp"
#include "retire/archive_bluesky.hpp"
#include "retire/archive_build.hpp"
#include "retire/archive_import.hpp"
#include "rig/test_db.hpp"

using namespace carillon;
using rig::CarWriter;
namespace fs = std::filesystem;

namespace {

constexpr const char* did = "did:plc:abcdefghijklmnopqrstuvwx";
constexpr const char* posts = "app.bsky.feed.post/";

void quiet(std::string_view, std::uint64_t, std::uint64_t) {}

// A post of second `seconds`, with more members; its record key tells the same time.
std::string key(int seconds) {
  return tid(1'690'000'000'000'000 + Micros{seconds} * 1'000'000, 0);
}
json::object post(int seconds, const std::string& text, json::object more = {}) {
  more["$type"] = "app.bsky.feed.post";
  more["text"] = json::string(text);
  more["createdAt"] = json::string("2023-07-22T04:26:" + std::string(seconds < 10 ? "0" : "") +
                                   std::to_string(seconds) + ".000Z");
  return more;
}
json::object strong(const std::string& uri) {
  return {{"uri", json::string(uri)},
          {"cid", "bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a"}};
}
std::string own(int seconds) {
  return std::string("at://") + did + "/" + posts + key(seconds);
}
json::object answers(const std::string& uri) {
  return {{"reply", {{"root", strong(uri)}, {"parent", strong(uri)}}}};
}
json::object facet(int begin, int end, const std::string& uri) {
  return {{"index", {{"byteStart", begin}, {"byteEnd", end}}},
          {"features",
           json::array{{{"$type", "app.bsky.richtext.facet#link"}, {"uri", json::string(uri)}}}}};
}

struct Place {
  rig::TempDir dir;
  Place() { fs::create_directories(dir.path() / "data"); }
  void write(const std::string& bytes) const {
    std::ofstream(dir.path() / "repo.car", std::ios::binary) << bytes;
  }
  [[nodiscard]] Result<ArchiveImported> run(const ArchiveAsked& asked = {}) const {
    return import_archive(dir.file("repo.car"), dir.file("data"), &quiet, asked);
  }
  [[nodiscard]] std::vector<PastRow> rows() const {
    const auto store = ArchiveStore::open(dir.file("data"), false);
    return *(*store)->in_order(1, 0, 0, 1000);
  }
  [[nodiscard]] PastRow row(const std::string& id) const {
    for (PastRow& each : rows())
      if (each.original == id) return each;
    FAIL("there is no post " << id);
    return {};
  }
  [[nodiscard]] std::string pages() const {
    const auto built = build_archive(
        dir.file("data"), dir.file("out"), {"https://example.org", "", "/past/", "Example"},
        [](const PastPage& page) { return page.main; }, &quiet);
    REQUIRE_MESSAGE(built.has_value(), (built ? "" : built.error().what));
    std::stringstream out;
    for (const auto& entry : fs::recursive_directory_iterator(dir.path() / "out"))
      if (entry.is_regular_file())
        out << entry.path().string() << "\n" << std::ifstream(entry.path()).rdbuf();
    return out.str();
  }
};

const std::string picture = "not really a picture";
const std::string other = "nor is this";

CarWriter all_kinds() {
  CarWriter car(did);
  car.record("app.bsky.actor.profile/self", {{"displayName", "Example <Org>"}});
  car.record("app.bsky.feed.like/" + key(1),
             {{"subject", strong(own(1))}, {"secret", "SECRET-like"}});
  car.loose(post(2, "SECRET-deleted"));
  car.record(posts + key(1),
             post(1, "See our blog, example.org/a…, and #tag ä",
                  {{"langs", json::array{"en"}},
                   {"facets", json::array{facet(4, 12, "https://example.org/blog"),
                                          facet(14, 30, "https://example.org/a/long/path"),
                                          facet(5, 9, "https://evil.example/overlaps"),
                                          facet(41, 42, "https://evil.example/half-a-letter"),
                                          facet(-1, 4, "https://evil.example/before"),
                                          facet(4, 4000, "https://evil.example/behind")}}}));
  car.record(posts + key(3), post(3, "more of it", answers(own(1))));
  car.record(posts + key(4),
             post(4, "an answer", answers("at://did:plc:other/app.bsky.feed.post/3k")));
  car.record(
      posts + key(5),
      post(5, "pictures",
           {{"embed",
             {{"$type", "app.bsky.embed.recordWithMedia"},
              {"record", {{"$type", "app.bsky.embed.record"}, {"record", strong(own(1))}}},
              {"media",
               {{"$type", "app.bsky.embed.images"},
                {"images",
                 json::array{
                     {{"alt", "A grey cat"}, {"image", CarWriter::blob(picture, "image/png")}},
                     {{"alt", ""}, {"image", CarWriter::blob(other, "image/jpeg")}}}}}}}}}));
  car.record(posts + key(6), post(6, "a card",
                                  {{"embed",
                                    {{"$type", "app.bsky.embed.external"},
                                     {"external",
                                      {{"uri", "https://example.org/card"},
                                       {"title", "The title"},
                                       {"description", ""}}}}}}));
  car.record("app.bsky.feed.repost/" + key(7),
             {{"subject", strong("at://did:plc:other/app.bsky.feed.post/3kpost")},
              {"createdAt", "2023-07-22T04:26:07Z"}});
  car.record(posts + key(8), {{"text", "no time but its key"}});
  return car;
}

}  // namespace

TEST_CASE("a repository gives its posts, threads, links, media and reposts, and nothing else") {
  const Place place;
  const std::string png = CarWriter::blob_cid(picture);
  fs::create_directories(place.dir.path() / "repo_blobs");
  std::ofstream(place.dir.path() / "repo_blobs" / png) << picture;
  place.write(all_kinds().bytes());
  const auto done = place.run();
  REQUIRE_MESSAGE(done.has_value(), (done ? "" : done.error().what));
  CHECK(done->platform == "bluesky");
  CHECK(done->handle == did);
  CHECK(done->signature == "not verified");
  CHECK(done->unreadable == 0);
  CHECK(done->counts.posts == 7);
  CHECK(done->counts.threads == 1);
  CHECK(done->counts.follow_ups == 1);
  CHECK(done->counts.replies == 1);
  CHECK(done->counts.reposts == 1);
  CHECK(done->counts.quotes == 1);
  CHECK(done->counts.pictures == 2);
  CHECK(done->counts.missing_media == 1);
  CHECK(done->counts.alt_texts == 1);
  CHECK(place.row(key(1)).text ==
        "See our blog (https://example.org/blog), https://example.org/a/long/path, and #tag ä");
  CHECK(place.row(key(3)).thread == place.row(key(1)).number);
  CHECK(place.row(key(4)).reply_to == "https://bsky.app/profile/did:plc:other/post/3k");
  CHECK(place.row(key(5)).text ==
        std::string("pictures\n\nhttps://bsky.app/profile/") + did + "/post/" + key(1));
  CHECK(place.row(key(6)).text == "a card\n\nThe title\n\nhttps://example.org/card");
  CHECK(place.row("repost/" + key(7)).text == "https://bsky.app/profile/did:plc:other/post/3kpost");
  CHECK(place.row(key(8)).at == 1'690'000'008'000'000);

  const std::string pages = place.pages();
  CHECK(pages.find("SECRET-") == std::string::npos);
  CHECK(pages.find("evil.example") == std::string::npos);
  CHECK(pages.find("Example &lt;Org&gt; on Bluesky") != std::string::npos);
  CHECK(pages.find(std::string("https://bsky.app/profile/") + did + "/post/" + key(3)) !=
        std::string::npos);
  CHECK(pages.find("<code>" + CarWriter::blob_cid(other) + "</code>") != std::string::npos);
  CHECK(pages.find(png + ".png\" alt=\"A grey cat\"") != std::string::npos);
  CHECK(pages.find(picture) != std::string::npos);
  // The quoted post is ours, so the link leads to it here.
  CHECK(pages.find("href=\"/past/bluesky/did-plc-abcdefghijklmnopqrstuvwx/2023/07/22/#p" +
                   key(1)) != std::string::npos);
}

TEST_CASE("blobs that come later are taken in, and those that are not what they say are not") {
  const Place place;
  place.write(all_kinds().bytes());
  CHECK(place.run()->counts.missing_media == 2);
  CHECK(place.run()->again);
  fs::create_directories(place.dir.path() / "blobs");
  std::ofstream(place.dir.path() / "blobs" / (CarWriter::blob_cid(picture) + ".png")) << picture;
  std::ofstream(place.dir.path() / "blobs" / CarWriter::blob_cid(other)) << "something else";
  const auto done = place.run();
  CHECK_FALSE(done->again);
  CHECK(done->counts.missing_media == 0);
  CHECK(done->counts.refused_media == 1);
  REQUIRE(done->warnings.size() == 1);
  CHECK(done->warnings.front().find("not those that its name says") != std::string::npos);
}

TEST_CASE(
    "a newer repository takes out what was deleted, and a handle gives the account its name") {
  const Place place;
  CarWriter first(did, 1'700'000'000'000'000);
  first.record(posts + key(1), post(1, "stays")).record(posts + key(2), post(2, "goes"));
  place.write(first.bytes());
  CHECK(place.run()->counts.posts == 2);
  CarWriter second(did, 1'700'000'001'000'000);
  second.record(posts + key(1), post(1, "stays"));
  place.write(second.bytes());
  const auto done = place.run({.handle = "Example.org"});
  CHECK(done->counts.posts == 1);
  CHECK(done->removed == 1);
  CHECK(place.pages().find("@example.org on Bluesky") != std::string::npos);
  CHECK(place.run({.handle = "no handle"}).error().fault == Fault::invalid);
}

TEST_CASE("a repository that is damaged, cut, or made to trap is refused") {
  const Place place;
  const std::string good = all_kinds().bytes();
  const auto fault = [&](const std::string& bytes) {
    place.write(bytes);
    const auto done = place.run();
    CHECK_FALSE(done.has_value());
    return done ? Fault::internal : done.error().fault;
  };
  for (std::size_t end = 20; end < good.size(); end += 97)
    CHECK(fault(good.substr(0, end)) == Fault::corrupt);
  std::string flipped = good;
  flipped[flipped.find("more of it")] = 'M';
  CHECK(fault(flipped) == Fault::corrupt);

  CarWriter lacks(did);  // a tree that is not there
  CHECK(fault(lacks.bytes(
            {}, {{"$link", "bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a"}})) ==
        Fault::corrupt);
  CarWriter twice(did);  // a tree that names one part again and again
  std::string leaf = twice.block({{"l", nullptr}, {"e", json::array{}}});
  for (int i = 0; i < 40; ++i) {
    const json::value down{{"$link", json::string(leaf)}};
    leaf = twice.block(
        {{"l", down},
         {"e", json::array{{{"p", 0}, {"k", {{"$bytes", "YQ"}}}, {"v", down}, {"t", down}}}}});
  }
  CHECK(fault(twice.bytes({}, {{"$link", json::string(leaf)}})) == Fault::corrupt);
  CarWriter deep(did);
  std::string node = deep.block({{"l", nullptr}, {"e", json::array{}}});
  for (int i = 0; i < 100; ++i)
    node = deep.block({{"l", {{"$link", json::string(node)}}}, {"e", json::array{}}});
  CHECK(fault(deep.bytes({}, {{"$link", json::string(node)}})) == Fault::corrupt);
}

TEST_CASE("a signature is verified where the key is known") {
  const Place place;
  place.write(all_kinds().bytes());
  // No key that anybody has signs with 64 ones.
  const auto denied =
      place.run({.key = "did:key:zQ3shqwJEJyMBsBXCWyCBpUBMqxcon9oHB7mCvx4sSpMdLJwc"});
  CHECK(denied.error().fault == Fault::denied);
  CHECK(place.run({.key = "zzz"}).error().fault == Fault::invalid);
  CHECK_FALSE(fs::exists(place.dir.path() / "data/archive.db"));
}
