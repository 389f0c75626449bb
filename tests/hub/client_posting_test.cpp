#include "hub/client_posting.hpp"

#include <doctest/doctest.h>

using namespace carillon;

TEST_CASE("plain text becomes Markdown that says the same") {
  CHECK(markdown_of_plain("a *b* [c](d) `e`\n# f\n\n1. g\nhttps://a.example/x_y_z") ==
        "a \\*b\\* \\[c\\](d) \\`e\\`\\\n\\# f\n\n1\\. g\\\nhttps://a.example/x_y_z\n");
  CHECK(markdown_of_plain("a\n---\nb") == "a\\\n\\---\\\nb\n");
  std::string text = "Tea #now at 4\n#tea #Cake_1 #42x\n";
  CHECK(take_tags(text) == std::vector<std::string>{"now", "tea", "Cake_1", "42x"});
  CHECK(text == "Tea #now at 4");
  text = "#tea";
  CHECK(take_tags(text).size() == 1);
  CHECK(text == "#tea");
}

TEST_CASE("ids of ours and of what was heard count up in one row") {
  const std::uint64_t number = number_of("3ldcqzwrkzs2a");
  CHECK(number > 0);
  CHECK(id_of(number) == "3ldcqzwrkzs2a");
  CHECK(number_of("no id") == 0);
  CHECK(number_in("12x") == 0);
  CHECK(actor_of_id(account_id("https://a.example/users/bo?x=1~")) ==
        "https://a.example/users/bo?x=1~");
  CHECK(actor_of_id("1").empty());
  CHECK(actor_of_id("u%%%").empty());
}
