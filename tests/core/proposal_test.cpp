#include "core/proposal.hpp"

#include <doctest/doctest.h>

#include "base/limits.hpp"
#include "core/announcement.hpp"

using namespace carillon;

namespace {

std::string fault_of(const ProposalWords& words) {
  const auto all = word_problems(tidied(words));
  return all.empty() ? "" : all.front().first;
}

}  // namespace

TEST_CASE("words are tidied, and bounded field by field") {
  CHECK(tidied({.text = " a\r\nb\rc \n"}).text == "a\nb\nc");
  CHECK(fault_of({.text = "Tea\tat four\nand cake"}) == "");
  CHECK(fault_of({.text = "  \n "}) == "text");
  CHECK(fault_of({.text = std::string(limits::proposal_text_bytes + 1, 'a')}) == "text");
  CHECK(fault_of({.text = "a\x1b[31m"}) == "text");
  CHECK(fault_of({.text = "a\xC2\x9B"}) == "text");
  CHECK(fault_of({.text = "a\xFF"}) == "text");
  CHECK(fault_of({.text = "caf\xC3\xA9 \xC2\xA0 \xF0\x9F\xAB\x96"}) == "");
  CHECK(fault_of({.text = "Tea", .name = "a\nb"}) == "name");
  CHECK(fault_of({.text = "Tea", .audience = "a\xE2\x80\xA8: b"}) == "audience");
  CHECK(fault_of({.text = "Tea", .date = std::string("a\0b", 3)}) == "date");
  CHECK(fault_of({.text = "Tea", .contact = std::string(limits::proposal_line_bytes + 1, 'a')}) ==
        "contact");
  std::string links;
  for (std::size_t i = 0; i < limits::proposal_links; ++i) links += "https://example.org ";
  CHECK(fault_of({.text = links}) == "");
  CHECK(fault_of({.text = links + "http://example.org"}) == "text");
  CHECK(fault_of({.text = "Tea", .link = "https://example.org/a?b"}) == "");
  for (const char* link : {"javascript:alert(1)", "example.org", "https://", "https://a b",
                           "mailto:a@example.org", "//example.org"})
    CHECK_MESSAGE(fault_of({.text = "Tea", .link = link}) == "link", link);
}

TEST_CASE("the post file of a proposal holds its words, whatever they are, and nothing personal") {
  Proposal proposal;
  proposal.id = "3mabcdefghijk";
  proposal.words = {.text = "---\nslug: forged\n---\n<b>Tea</b>",
                    .link = "https://example.org/\"}#: x",
                    .audience = "all\": {} # [",
                    .date = "'---' & soon",
                    .name = "Ana Personal",
                    .contact = "ana@example.org"};
  proposal.slug = "tea-1";
  const std::string post = proposal_post(proposal);
  const auto draft = parse_post(post, "p.md");
  REQUIRE_MESSAGE(draft.has_value(), draft.error().what);
  CHECK(draft->slug == "tea-1");
  CHECK(draft->link == proposal.words.link);
  CHECK(draft->body == proposal.words.text + "\n");
  CHECK(post.find("Ana") == std::string::npos);
  CHECK(post.find("ana@") == std::string::npos);
}

TEST_CASE("the slug of a proposal is one, and of its own") {
  const auto slug = [](const std::string& text, const std::string& id) {
    Proposal proposal;
    proposal.id = id;
    proposal.words.text = text;
    return proposal_slug(proposal);
  };
  for (const std::string& text :
       {std::string("Tea at four"), std::string("\xE8\x8C\xB6"), std::string(300, 'a'),
        std::string("a b ") + std::string(80, 'c')}) {
    const std::string one = slug(text, "3mabcdefghijk");
    CHECK_MESSAGE(slug_of(one) == one, one);
    CHECK(one != slug(text, "3mabcdzzghijk"));
  }
  CHECK(slug("Tea at four\nand cake", "3mabcdefghijk") == "tea-at-four-defghi");
}
