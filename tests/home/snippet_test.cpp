#include "home/snippet.hpp"

#include <doctest/doctest.h>

#include "base/yaml.hpp"
#include "home/sample.hpp"
#include "text/handle.hpp"

using namespace carillon;

namespace {

// One channel whose title and address hold what each format could take for its own.
SiteView hard() {
  SiteView view;
  view.organisation.name = "A \"B\" </script>";
  view.organisation.url = "https://example.org";
  view.channels = {sample::channel("a", "mastodon", "M & <b> \"q\" {{ x }} {% y %} 'z'",
                                   Use::broadcast, "https://m.example/@bells?a=1&b={{c}}"),
                   sample::channel("old", "x", "X", Use::inactive, "https://x.com/old"),
                   sample::channel("secret", "x", "X", Use::broadcast, "https://x.com/secret"),
                   sample::channel("code", "x", "X", Use::broadcast, "javascript:alert(1)")};
  view.channels[2].channel.listed = false;
  return view;
}

bool has(std::string_view text, std::string_view what) {
  return text.find(what) != std::string_view::npos;
}

std::string text_of(Generator generator, std::size_t piece = 0) {
  return snippet_of(hard(), generator).at(piece).text;
}

}  // namespace

TEST_CASE("only what is listed and in use is shown, and nothing that runs code") {
  for (const Generator each :
       {Generator::html, Generator::json_ld, Generator::markdown, Generator::hugo,
        Generator::jekyll, Generator::eleventy, Generator::mkdocs, Generator::sphinx}) {
    std::string all;
    for (const SnippetPiece& piece : snippet_of(hard(), each)) all += piece.text;
    CAPTURE(word_of(each));
    CHECK(has(all, "https://m.example/@bells"));
    CHECK_FALSE(has(all, "x.com/old"));
    CHECK_FALSE(has(all, "secret"));
    CHECK_FALSE(has(all, "javascript"));
  }
}

TEST_CASE("HTML holds no brace that a template language would read") {
  for (const Generator each : {Generator::html, Generator::markdown}) {
    const std::string text = text_of(each);
    CHECK(has(text,
              "<a rel=\"me\" href=\"https://m.example/@bells?a=1&amp;b=&#123;&#123;c"
              "&#125;&#125;\">M &amp; &lt;b&gt; &quot;q&quot; &#123;&#123; x"));
    CHECK_FALSE(has(text, "{"));
  }
  CHECK_FALSE(has(text_of(Generator::mkdocs, 1), "{{"));
}

TEST_CASE("data is read back as it was by its own format") {
  const SiteView view = hard();
  const std::string title = view.channels[0].platform;
  const std::string url = view.channels[0].channel.url;
  for (const Generator each : {Generator::hugo, Generator::jekyll}) {
    const auto yaml = parse_yaml(text_of(each));
    REQUIRE(yaml.has_value());
    REQUIRE(yaml->value.as_array().size() == 1);
    CHECK(yaml->value.at(0).at("name").as_string() == title);
    CHECK(yaml->value.at(0).at("url").as_string() == url);
  }
  const auto mkdocs = parse_yaml(text_of(Generator::mkdocs));
  REQUIRE(mkdocs.has_value());
  const json::value& social = mkdocs->value.at("extra").at("social").at(0);
  CHECK(social.at("link").as_string() == url);
  CHECK(social.at("name").as_string() == title);
  const auto list = parse_json(text_of(Generator::eleventy));
  REQUIRE(list.has_value());
  CHECK(list->at(0).at("name").as_string() == title);
  const std::string script = text_of(Generator::json_ld);
  const auto open = script.find('>') + 1;
  const auto close = script.rfind("</script>");
  CHECK(script.find("</script>") == close);
  const auto data = parse_json(script.substr(open, close - open));
  REQUIRE(data.has_value());
  CHECK(data->at("name").as_string() == view.organisation.name);
  CHECK(data->at("sameAs").at(0).as_string() == url);
}

TEST_CASE("a handle is read out of an address as people write it") {
  CHECK(handle_in("https://fosstodon.org/@bells") == "@bells@fosstodon.org");
  CHECK(handle_in("https://www.x.com/bells/") == "@bells");
  CHECK(handle_in("https://bsky.app/profile/bells.example") == "@bells.example");
  CHECK(handle_in("https://linkedin.com/company/bells") == "bells");
  CHECK(handle_in("https://x.com/bells/status/1").empty());
  CHECK(handle_in("https://example.org/about").empty());
}
