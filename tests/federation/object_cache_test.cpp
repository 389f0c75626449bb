#include "federation/object_cache.hpp"

#include <doctest/doctest.h>

#include "federation/limits.hpp"

using namespace carillon;

namespace {

constexpr std::string_view object_accept = "application/activity+json";

// Makes "<count> <accept>" of each request it is asked about; "/none" is not there.
struct Maker {
  int made = 0;
  ObjectCache cache;
  Micros now = hour;

  std::optional<HttpAnswer> get(std::string_view path, std::string_view accept = object_accept,
                                std::string_view etag = {}) {
    HttpQuery query{.method = "GET", .target = path, .path = path};
    query.headers.emplace_back("accept", accept);
    if (!etag.empty()) query.headers.emplace_back("If-None-Match", etag);
    return cache.answer(query, now, [&](const HttpQuery& asked) -> std::optional<HttpAnswer> {
      CHECK(asked.header("if-none-match").empty());
      ++made;
      if (asked.path == "/none") return std::nullopt;
      HttpAnswer out{.status = asked.path == "/gone" ? 410 : 200,
                     .body = std::to_string(made) + " " + std::string(asked.header("Accept"))};
      out.headers.add("ETag", "\"e" + std::to_string(made) + "\"");
      out.headers.add("Content-Type", "text/plain");
      return out;
    });
  }
};

}  // namespace

TEST_CASE("an object is made once for all who take one") {
  Maker maker;
  CHECK(maker.get("/a")->bytes() == "1 application/activity+json");
  CHECK(maker.get("/a", "application/ld+json")->bytes() == "1 application/activity+json");
  CHECK(maker.get("/b")->bytes().starts_with("2 "));
  // A browser, and who takes anything, are answered otherwise.
  CHECK(maker.get("/a", "text/html")->bytes() == "3 text/html");
  CHECK(maker.get("/a", "*/*")->bytes() == "4 */*");
  CHECK(maker.made == 4);
}

TEST_CASE("an object is made anew when something came, and after a while") {
  Maker maker;
  (void)maker.get("/a");
  maker.cache.forget();
  CHECK(maker.get("/a")->bytes().starts_with("2 "));
  maker.now += limits::object_fresh;
  CHECK(maker.get("/a")->bytes().starts_with("2 "));
  maker.now += 1;
  CHECK(maker.get("/a")->bytes().starts_with("3 "));
  maker.now -= hour;  // a clock that was set back
  CHECK(maker.get("/a")->bytes().starts_with("4 "));
}

TEST_CASE("who has an object is told so, of a made one and of a kept one") {
  Maker maker;
  for (int i = 0; i < 2; ++i) {
    const auto out = maker.get("/a", object_accept, "\"x\", \"e1\"");
    CHECK(out->status == 304);
    CHECK(out->bytes().empty());
    CHECK(out->headers.get("ETag") == "\"e1\"");
    CHECK_FALSE(out->headers.find("Content-Type").has_value());
  }
  CHECK(maker.get("/a", object_accept, "\"e2\"")->status == 200);
  CHECK(maker.made == 1);
}

TEST_CASE("what is not found is not kept") {
  Maker maker;
  for (int i = 0; i < 2; ++i) {
    CHECK_FALSE(maker.get("/none").has_value());
    CHECK(maker.get("/gone")->status == 410);
  }
  CHECK(maker.made == 4);
}

TEST_CASE("addresses that somebody makes up do not fill the memory") {
  Maker maker;
  for (std::size_t i = 0; i <= limits::objects_kept; ++i) (void)maker.get("/" + std::to_string(i));
  (void)maker.get("/0");
  CHECK(maker.made == static_cast<int>(limits::objects_kept) + 2);
}

TEST_CASE("a mark that changed makes an object anew") {
  Maker maker;
  maker.cache.forget_unless(7);
  CHECK(maker.get("/a")->bytes().starts_with("1 "));
  maker.cache.forget_unless(7);
  CHECK(maker.get("/a")->bytes().starts_with("1 "));
  maker.cache.forget_unless(8);
  CHECK(maker.get("/a")->bytes().starts_with("2 "));
}
