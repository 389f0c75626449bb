#include "net/answer_cache.hpp"

#include <doctest/doctest.h>

#include "base/moment.hpp"

using namespace carillon;

namespace {

constexpr std::string_view object_accept = "application/activity+json";

// Makes "<count>" of each request it is asked about; "/gone" is not kept.
struct Maker {
  int made = 0;
  std::uint64_t mark = 7;
  AnswerCache cache{[this] { return mark; }};
  Micros now = hour;
  bool dated = true;

  HttpAnswer get(std::string_view path, std::vector<std::string_view> headers = {}) {
    HttpQuery query{.method = "GET", .target = path, .path = path};
    for (std::size_t i = 0; i + 1 < headers.size(); i += 2)
      query.headers.emplace_back(headers[i], headers[i + 1]);
    if (auto out = cache.find(query, now)) return std::move(*out);
    const auto date = dated ? std::optional(cache.date(now)) : std::nullopt;
    ++made;
    HttpAnswer out{.status = path == "/gone" ? 410 : 200, .body = std::to_string(made)};
    out.headers.add("ETag", "\"e" + std::to_string(made) + "\"");
    out.headers.add("Content-Type", "text/plain");
    out.headers.add("Last-Modified", http_time(10 * day));
    return cache.keep(query, std::move(out), date);
  }
};

}  // namespace

TEST_CASE("an answer is made once for all who ask in the same way") {
  Maker maker;
  for (int i = 0; i < 2; ++i) {
    CHECK(maker.get("/a", {"accept", object_accept}).bytes() == "1");
    CHECK(maker.get("/a", {"Accept", "text/html"}).bytes() == "2");
    CHECK(maker.get("/a", {"Accept", "text/html", "accept-encoding", "gzip"}).bytes() == "3");
    CHECK(maker.get("/b", {"Accept", object_accept}).bytes() == "4");
  }
  const auto lines = maker.get("/a", {"Accept", object_accept}).lines;
  REQUIRE(lines);
  CHECK(lines->starts_with("ETag: \"e1\"\r\nContent-Type: text/plain\r\n"));
}

TEST_CASE("a dated answer is made anew after a change, and after a while; another one never") {
  Maker maker;
  (void)maker.get("/a");
  maker.now += AnswerCache::fresh;
  CHECK(maker.get("/a").bytes() == "1");
  maker.now += 1;
  CHECK(maker.get("/a").bytes() == "2");
  maker.now -= hour;  // a clock that was set back
  CHECK(maker.get("/a").bytes() == "3");
  maker.mark = 8;
  CHECK(maker.get("/a").bytes() == "4");
  maker.dated = false;
  CHECK(maker.get("/page").bytes() == "5");
  maker.mark = 9;
  maker.now += day;
  CHECK(maker.get("/page").bytes() == "5");
}

TEST_CASE("what changed while an answer was made makes it old") {
  Maker maker;
  const HttpQuery query{.method = "GET", .target = "/a", .path = "/a"};
  const auto date = maker.cache.date(maker.now);
  maker.mark = 8;
  HttpAnswer made{.body = "old"};
  made.headers.add("ETag", "\"x\"");
  CHECK(maker.cache.keep(query, std::move(made), date).bytes() == "old");
  CHECK_FALSE(maker.cache.find(query, maker.now).has_value());
}

TEST_CASE("who has it is told so, of an answer just made and of a kept one") {
  Maker maker;
  for (int i = 0; i < 2; ++i) {
    const HttpAnswer out = maker.get("/a", {"If-None-Match", "\"x\", \"e1\""});
    CHECK(out.status == 304);
    CHECK(out.bytes().empty());
    CHECK(out.lines->find("ETag: \"e1\"\r\n") != std::string::npos);
    CHECK(out.lines->find("Content-Type") == std::string::npos);
  }
  CHECK(maker.get("/a", {"If-None-Match", "\"e2\""}).status == 200);
  const std::string then = http_time(10 * day);
  const std::string before = http_time(9 * day);
  CHECK(maker.get("/a", {"If-Modified-Since", then}).status == 304);
  CHECK(maker.get("/a", {"If-Modified-Since", before}).status == 200);
  // The tag is the stronger one (RFC 9110 section 13.2.2).
  CHECK(maker.get("/a", {"If-None-Match", "\"e2\"", "If-Modified-Since", then}).status == 200);
  CHECK(maker.made == 1);
}

TEST_CASE("what is not found is not kept, and nothing for who does not read") {
  Maker maker;
  for (int i = 0; i < 2; ++i) CHECK(maker.get("/gone").status == 410);
  CHECK(maker.made == 2);
  (void)maker.get("/a");
  const HttpQuery post{.method = "POST", .target = "/a", .path = "/a"};
  CHECK_FALSE(maker.cache.find(post, maker.now).has_value());
}

TEST_CASE("addresses that somebody makes up do not fill the memory") {
  Maker maker;
  for (std::size_t i = 0; i <= AnswerCache::most; ++i) (void)maker.get("/" + std::to_string(i));
  (void)maker.get("/0");
  CHECK(maker.made == static_cast<int>(AnswerCache::most) + 2);
}

TEST_CASE("a header with a line break is sent to nobody") {
  Maker maker;
  const HttpQuery query{.method = "GET", .target = "/a", .path = "/a"};
  HttpAnswer made{.body = "x"};
  made.headers.add("ETag", "\"x\"");
  made.headers.add("X", "a\r\nSet-Cookie: b");
  CHECK(maker.cache.keep(query, std::move(made)).status == 500);
  CHECK_FALSE(maker.cache.find(query, maker.now).has_value());
}
