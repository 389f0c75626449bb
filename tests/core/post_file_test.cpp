#include <doctest/doctest.h>

#include "base/crypto.hpp"
#include "base/limits.hpp"
#include "core/announcement.hpp"
#include "core/post_text.hpp"

using namespace carillon;

TEST_CASE("a post file reads as its writer meant it") {
  const auto draft = parse_post(
      "---\r\ntitle: Tea is out\nkind: release\ntags: [tea, cup]\nmedia: [{file: a.png, alt: A "
      "cup}]\n"
      "texts: {x: short}\nmentions: {kim: {mastodon: \"@kim@example.org\"}}\n---\nThe "
      "body.\n---\nMore.\n",
      "posts/2026-tea out.md");
  REQUIRE(draft.has_value());
  CHECK(draft->slug == "2026-tea-out");
  CHECK(draft->kind == Kind::release);
  CHECK(draft->media.at(0).alt == "A cup");
  CHECK(draft->mentions.at("kim").at("mastodon") == "@kim@example.org");
  CHECK(draft->body == "The body.\n---\nMore.\n");
  CHECK(parse_post("Only a body", "b.md")->body == "Only a body");
}

TEST_CASE("a post that states no slug gets one that lasts") {
  CHECK(slug_of("Café au lait, n°2") == "cafe-au-lait-n-2");
  CHECK(slug_of("Ünïcode Straße") == "unicode-strasse");
  CHECK(slug_of("Январский выпуск") == "yanvarskii-vypusk");
  CHECK(slug_of("お茶") == "");
  CHECK(slug_of("Cafe\u0301") == "cafe");
  CHECK(slug_for("posts/january/index.md", "", "") == "january");
  CHECK(slug_for("posts/january/README.md", "", "") == "january");
  CHECK(slug_for("index.md", "Tea", "") == "index");
  CHECK(slug_for("", "Tea is out", "a") == "tea-is-out");
  const std::string first = slug_for("posts/お茶.md", "", "one");
  CHECK(first.starts_with("post-"));
  CHECK(first == slug_for("other/お茶.md", "", "another"));
  CHECK(first != slug_for("posts/お菓子.md", "", "one"));
  CHECK(slug_for("", "", "one") != slug_for("", "", "two"));
  CHECK(parse_post("x", "p.md", "a/b/index.md")->slug == "b");
}

TEST_CASE("each mistake in a post file gets its line and a way out") {
  const auto error = [](std::string_view text) { return parse_post(text, "p.md").error(); };
  CHECK(error("---\ntitle: a\nchanels: [x]\n---\nb").what ==
        "p.md: line 3: /chanels: unknown key \"chanels\"");
  CHECK(error("---\ntitle: a\nchanels: [x]\n---\nb").hint == "Did you mean \"channels\"?");
  CHECK(error("---\ntitle: a\nb").what ==
        "p.md: line 1: the front matter that starts here never ends");
  CHECK(error("---\ntitle: [a\n---\nb").what.starts_with("p.md: line "));
  CHECK(error("ok\nnot \xFF utf").what == "p.md: line 2: byte 7 is not UTF-8");
  CHECK(error("---\ntitle: a\n---\n \n").what == "p.md: the announcement has no text");
  CHECK(error("---\nslug: Not A Slug\n---\nb").hint == "Try \"not-a-slug\".");
  CHECK(error("---\n\nlink: example.org\n---\nb").what ==
        "p.md: line 3: /link: \"example.org\" is not a web address");
  CHECK(error("---\nwarning: \"a\\nb\"\n---\nb").what ==
        "p.md: line 2: /warning: a content warning is one line");
  CHECK(error("---\nwarning: " + std::string(501, 'w') + "\n---\nb").fault == Fault::too_large);
  CHECK(error("---\nanswers: me\n---\nb").what ==
        "p.md: line 2: /answers: \"me\" is not the address of a reply");
  CHECK(error(std::string(limits::post_file_bytes + 1, 'a')).fault == Fault::too_large);
  CHECK(error("---\nmedia: [{file: a},{file: a},{file: a},{file: a},{file: a}]\n---\nb").fault ==
        Fault::too_large);
}

TEST_CASE("all mistakes of a post file are said, as far as it can be read") {
  const auto said = post_problems("---\ntitle: [a]\nlink: 3\nsumary: b\n---\nTea");
  REQUIRE(said.size() == 3);
  CHECK(said[0].what.starts_with("line 2: /title: "));
  CHECK(said[1].what.starts_with("line 3: /link: "));
  CHECK(said[2].what.starts_with("line 4: /sumary: unknown key"));
  CHECK(post_problems("---\nslug: A B\nlink: c\n---\n").size() == 3);
  CHECK(post_problems("Tea").empty());
}

TEST_CASE("the body's line is that of its first word") {
  CHECK(post_body_line("Tea") == 1);
  CHECK(post_body_line("---\ntitle: a\n---\n\nTea\nmore") == 5);
  CHECK(post_body_line("\n\nTea") == 3);
  CHECK(post_body_line("---\ntitle: a\n---") == 3);
}

TEST_CASE("a poll is read and written, and belongs to what is approved") {
  Draft draft =
      *parse_post("---\nslug: a\npoll: {options: [Tea, Cake], hours: 24}\n---\nb\n", "a.md");
  REQUIRE(draft.poll);
  CHECK(draft.poll->options == std::vector<std::string>{"Tea", "Cake"});
  CHECK(draft.poll->hours == 24);
  CHECK_FALSE(draft.poll->several);
  CHECK(parse_post(post_text(draft), "a.md")->poll->options == draft.poll->options);
  const std::string asked = digest_of(draft);
  draft.poll->several = true;
  CHECK(digest_of(draft) != asked);
  CHECK(parse_post(post_text(draft), "a.md")->poll->several);
}

TEST_CASE("a poll that nobody could answer is refused with the reason") {
  const auto said = [](const std::string& poll) {
    std::vector<std::string> out;
    for (const Error& one : post_problems("---\npoll: " + poll + "\n---\nb"))
      out.push_back(one.what);
    return out;
  };
  using Words = std::vector<std::string>;
  CHECK(said("{options: [a]}") == Words{"line 2: /poll: a poll has 2 to 8 options, not 1"});
  CHECK(said("{options: [1, 2, 3, 4, 5, 6, 7, 8, 9]}").size() == 1);
  CHECK(said("{options: [a, b], hours: 0}") ==
        Words{"line 2: /poll: a poll is open for 1 to 720 hours"});
  CHECK(said("{options: [a, b], hours: 721}").size() == 1);
  CHECK(said("{options: [a, a]}") == Words{"line 2: /poll: the option \"a\" stands there twice"});
  CHECK(said("{options: [a, \" b\"]}") ==
        Words{"line 2: /poll: the option \" b\" is not one line without space around it"});
  CHECK(said("{options: [a, " + std::string(201, 'x') + "]}").size() == 1);
  CHECK(said("{options: [a, b]}").empty());
}

TEST_CASE("a content warning is of the text, and one without is the text it always was") {
  Draft draft = *parse_post("---\nslug: a\nwarning: Spoilers\n---\nThe end.\n", "a.md");
  CHECK(draft.warning == "Spoilers");
  CHECK(parse_post(post_text(draft), "a.md")->warning == "Spoilers");
  const std::string warned = digest_of(draft);
  draft.warning = "Spoiler";
  CHECK(digest_of(draft) != warned);
  draft.warning.clear();
  CHECK(digest_of(draft) ==
        to_hex(sha256(R"({"title":"","slug":"a","summary":"","link":"","kind":"general",)"
                      R"("channels":[],"at":"","language":"","tags":[],"media":[],"texts":{},)"
                      R"("mentions":{},"body":"The end.\n"})")));
}
