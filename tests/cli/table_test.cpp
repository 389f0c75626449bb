#include <doctest/doctest.h>

#include "cli/command.hpp"
#include "hub/operations.hpp"

using namespace carillon;

namespace {

json::value request(const std::vector<std::string>& words) {
  const auto arguments = parse_arguments(commands(), words);
  REQUIRE_MESSAGE(arguments.has_value(), arguments.error().what);
  const Operation<Hub>* row = find_operation(arguments->command);
  REQUIRE(row != nullptr);
  return request_of(*row, *arguments);
}

std::string refusal(const std::vector<std::string>& words) {
  const auto arguments = parse_arguments(commands(), words);
  REQUIRE(!arguments.has_value());
  return arguments.error().what + " / " + arguments.error().hint;
}

}  // namespace

TEST_CASE("words and flags become the members that a row names") {
  CHECK(request({"publish", "a.md", "--channel", "x", "--channel=y", "--at", "now", "--json"}) ==
        json::value{{"file", "a.md"}, {"channel", {"x", "y"}}, {"at", "now"}});
  CHECK(request({"channel", "set", "toots", "use=reserved", "listed=false", "--secret-stdin"}) ==
        json::value{{"name", "toots"}, {"set", json::array{"use=reserved", "listed=false"}}});
  CHECK(request({"resolve", "abc", "--absent"}) ==
        json::value{{"delivery", "abc"}, {"absent", true}});
  CHECK(request({"status"}) == json::value(json::object{}));
  CHECK(request({"draft", "save", "a.md", "--id", "7", "--based-on", "12"}) ==
        json::value{{"file", "a.md"}, {"id", "7"}, {"based_on", 12}});
  CHECK(request({"draft", "ask", "7", "--revision", "2x"}) ==
        json::value{{"id", "7"}, {"revision", "2x"}});
}

TEST_CASE("a mistyped command line says what was meant") {
  CHECK(refusal({"pubish", "a.md"}).find("\"publish\"") != std::string::npos);
  CHECK(refusal({"publish", "a.md", "--chanel", "x"}).find("--channel") != std::string::npos);
  CHECK(refusal({"publish"}).find("FILE is missing") != std::string::npos);
  CHECK(refusal({"publish", "a.md", "--text", "x"}).find("no flag --text") != std::string::npos);
  CHECK(refusal({"resolve", "a", "b"}).find("one word too many") != std::string::npos);
  CHECK(refusal({"channel"}).find("channel add") != std::string::npos);
}

TEST_CASE("every operation is a command, and the reference names each") {
  const std::string page = reference_page(commands());
  for (const Operation<Hub>& row : operations()) {
    CAPTURE(row.spec.name);
    CHECK(page.find("## carillon " + row.spec.name + "\n") != std::string::npos);
    for (const std::string& member : row.spec.positional)
      CHECK(row.request_schema.at("properties").as_object().contains(member));
  }
}
