#include "net/server.hpp"

#include <doctest/doctest.h>

#include "net/client.hpp"

using namespace carillon;

TEST_CASE("the server answers, and the client reads it") {
  HttpServerOptions options;
  options.port = 0;
  options.threads = 2;
  auto server = HttpServer::start(options, [](const HttpQuery& query) {
    HttpAnswer answer;
    answer.headers = {{"Content-Type", "text/plain"}};
    answer.body = std::string(query.method) + " " + std::string(query.path);
    return answer;
  });
  REQUIRE_MESSAGE(server.has_value(), server.error().what);
  HttpClient client;
  HttpRequest request;
  request.url = "http://127.0.0.1:" + std::to_string((*server)->port()) + "/a?secret=1";
  request.trust = Trust::admin;
  const auto reply = client.send(request);
  REQUIRE(reply.has_value());
  CHECK(reply->status == 200);
  CHECK(reply->body == "GET /a");
  HttpServerOptions same = options;
  same.port = (*server)->port();
  const auto second = HttpServer::start(same, [](const HttpQuery&) { return HttpAnswer{}; });
  REQUIRE(!second.has_value());
  CHECK(second.error().fault == Fault::conflict);
  CHECK(second.error().hint.find("--listen") != std::string::npos);
}
