#include "federation/webmention.hpp"

#include <doctest/doctest.h>

#include "federation/blocks.hpp"
#include "federation/house.hpp"
#include "federation/replies.hpp"

using namespace carillon;
using rig::House;
using rig::note;

namespace {

const std::string linking =
    "<html><head><title>Blog</title></head><body><nav><a href=\"/\">Home</a></nav><p>Before.</p>"
    "<p>I like <a href=\"https://example.org/posts/tea/\">this tea</a> &lt;3</p><p>After.</p>";

// A web site with one page.
struct Site {
  std::string page = linking;
  std::string type = "text/html; charset=utf-8";
  int status = 200;
  int asked = 0;
  std::unique_ptr<HttpServer> server = [this] {
    HttpServerOptions options;
    options.port = 0;
    auto started = HttpServer::start(options, [this](const HttpQuery&) {
      ++asked;
      HttpAnswer out{.status = status, .body = page};
      out.headers.add("Content-Type", type);
      return out;
    });
    REQUIRE(started);
    return std::move(*started);
  }();
  [[nodiscard]] std::string address(const std::string& path = "/2026/tea") const {
    return fmt::format("http://127.0.0.1:{}{}", server->port(), path);
  }
};

std::string form(const std::string& source, const std::string& target = note) {
  return build_query({{"source", source}, {"target", target}});
}

HttpAnswer tell(House& house, const std::string& body,
                const std::string& type = "application/x-www-form-urlencoded") {
  HttpQuery query{.method = "POST", .target = "/webmention", .path = "/webmention", .body = body};
  query.headers = {{"Content-Type", type}};
  return answer_webmention(*house.inside(), query).value_or(HttpAnswer{.status = 404});
}

std::vector<FediReply> replies(House& house) {
  return *house.store->read([](Db& db) { return fedi_rows::replies(db, {}, 10); });
}

}  // namespace

TEST_CASE("www.w3.org/TR/webmention: a page that links is a reply, changed and taken away by it") {
  House house;
  Site site;
  CHECK(tell(house, form(site.address() + "#top", note + "#comments")).status == 200);
  CHECK(tell(house, form(site.address())).status == 200);
  REQUIRE(replies(house).size() == 1);
  const FediReply first = replies(house)[0];
  CHECK(first.content == "I like this tea <3");
  CHECK(first.uri == site.address());
  CHECK(first.post == note);
  CHECK(first.state == ReplyState::unseen);
  REQUIRE(house.store->write([&](Db& db) {
    return fedi_rows::mark_reply(db, first.id, ReplyState::answered, "kim", house.clock.now());
  }));
  CHECK(tell(house, form(site.address())).status == 200);
  CHECK(replies(house)[0].state == ReplyState::answered);
  site.page.replace(site.page.find("I like"), 6, "I loathe");
  CHECK(tell(house, form(site.address())).status == 200);
  REQUIRE(replies(house).size() == 1);
  CHECK(replies(house)[0].content == "I loathe this tea <3");
  CHECK(replies(house)[0].state == ReplyState::unseen);
  SUBCASE("the link goes") {
    site.page = "<p>Nothing</p>";
  }
  SUBCASE("the page goes") {
    site.status = 410;
  }
  CHECK(tell(house, form(site.address())).body == "It is forgotten.\n");
  CHECK(replies(house).empty());
  CHECK(tell(house, form(site.address())).status == 400);
}

TEST_CASE("what does not link, is no page or cannot be read is kept nowhere") {
  House house;
  Site site;
  site.page = "<p>https://example.org/posts/tea/ <!-- <a href=\"" + note + "\">x</a> --></p>";
  CHECK(tell(house, form(site.address())).status == 400);
  site.page = linking;
  site.type = "application/json";
  CHECK(tell(house, form(site.address("/json"))).status == 400);
  site.type = "text/html";
  site.status = 500;
  CHECK(tell(house, form(site.address("/ill"))).status == 400);
  // Not asked again at once.
  const int asked = site.asked;
  site.status = 200;
  CHECK(tell(house, form(site.address("/ill"))).status == 400);
  CHECK(site.asked == asked);
  CHECK(tell(house, form(site.address(), "https://example.org/posts/none/")).status == 400);
  CHECK(tell(house, form("https://example.org/posts/other/")).status == 400);
  CHECK(tell(house, form("ftp://127.0.0.1/")).status == 400);
  CHECK(tell(house, form(note)).status == 400);
  CHECK(tell(house, "source=" + site.address()).status == 400);
  CHECK(tell(house, "").status == 400);
  CHECK(tell(house, form(site.address()), "application/json").status == 415);
  CHECK(tell(house, std::string(10'000, 'a')).status == 413);
  CHECK(replies(house).empty());
}

TEST_CASE("a source inside is not read, one that is blocked is not asked") {
  House house;
  Site site;
  house.trust = Trust::foreign;
  CHECK(tell(house, form(site.address())).status == 400);
  CHECK(tell(house, form("http://169.254.169.254/latest/")).status == 400);
  house.trust = Trust::admin;
  REQUIRE(house.store->write([&](Db& db) {
    return fedi_rows::add(db, *read_block("127.0.0.1:" + std::to_string(site.server->port())));
  }));
  CHECK(tell(house, form(site.address("/other"))).status == 403);
  CHECK(site.asked == 0);
  CHECK(replies(house).empty());
}

TEST_CASE("nobody makes us ask a site as often as they like") {
  House house;
  Site site;
  int taken = 0;
  HttpAnswer last;
  for (int i = 0; i < 30 && last.status != 429; ++i) {
    last = tell(house, form(site.address()));
    if (last.status == 200) ++taken;
  }
  CHECK(last.status == 429);
  CHECK_FALSE(last.headers.get("Retry-After").empty());
  CHECK(taken == 10);
  CHECK(site.asked == 10);
}

TEST_CASE("a link is found as a browser would, and its words are what stands around it") {
  const Url source = *parse_url("https://blog.example/a/b");
  CHECK(mention_in("<base href=\"https://example.org/\"><li>one <a href=posts/tea>x</a></li>",
                   source, note) == "one x");
  CHECK(mention_in("<a href=\"//example.org/posts/tea/?a\">x</a>", source, note) == std::nullopt);
  CHECK(mention_in("<link rel=alternate href=\"" + note + "\">", source, note) == std::nullopt);
  CHECK(mention_in("", source, note) == std::nullopt);
  const std::string nul(1, '\0');
  const auto odd =
      mention_in("<p>\xff\xfe" + nul + " <a href=\"" + note + "\">\xc3</a>", source, note);
  REQUIRE(odd);
  CHECK_FALSE(first_bad_utf8(*odd));
  CHECK(odd->find('\0') == std::string::npos);
  const auto far = mention_in("<p>" + std::string(100'000, 'x') + "<a href=\"" + note + "\">y</a>",
                              source, note);
  REQUIRE(far);
  CHECK(far->size() <= mention_bytes);
  CHECK(far->ends_with("y"));
}
