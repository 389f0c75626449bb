#include <algorithm>

#include "retire/patch.hpp"
#include "retire/trees.hpp"

using namespace carillon;
using namespace carillon::testing;

namespace {

const std::vector<Scope> today{Scope::page_furniture, Scope::current_text};

Patched patch(const std::string& path, const std::string& text, const PatchOptions& options) {
  return patch_text(bells(), path, text, options);
}

// The text that is left; a task is shown behind it.
std::string left(const std::string& path, const std::string& text) {
  const PatchOptions options{today, {}, {}};
  const Patched out = patch(path, text, options);
  const Patched again = patch(path, out.text, options);
  CHECK_MESSAGE(again.text == out.text, "a second run changes: " << out.text);
  std::string shown = out.text;
  for (const PatchTask& task : out.tasks) shown += fmt::format("[{}: {}]", task.line, task.reason);
  return shown;
}

std::string replaced(const std::string& path, const std::string& text) {
  const PatchOptions options{today, "https://fosstodon.org/@bells", "Mastodon"};
  const Patched out = patch(path, text, options);
  CHECK(patch(path, out.text, options).text == out.text);
  return out.text;
}

const std::string x = "https://x.com/ringing_bells";

}  // namespace

TEST_CASE("an element goes with its list item, icon, condition and separator") {
  CHECK(left("a.html", "<ul>\n  <li><a href=\"/a\">A</a></li>\n  <li><a href=\"" + x +
                           "\"><i class=\"fa fa-twitter\"></i> Twitter</a></li>\n</ul>\n") ==
        "<ul>\n  <li><a href=\"/a\">A</a></li>\n</ul>\n");
  CHECK(left("a.html", "<p>Follow: <a href=\"/a\">A</a> | <a href=\"" + x +
                           "\">Twitter</a> | <a href=\"/b\">B</a></p>\n") ==
        "<p>Follow: <a href=\"/a\">A</a> | <a href=\"/b\">B</a></p>\n");
  CHECK(left("a.html", "<a href=\"/a\">A</a>\n&middot;\n<a href=\"" + x + "\">T</a>\n") ==
        "<a href=\"/a\">A</a>\n");
  CHECK(left("_includes/f.html",
             "{% if site.twitter_username %}\n<a href=\"https://twitter.com/{{ "
             "site.twitter_username }}\">T</a>\n{% endif %}\n<p>x</p>\n") == "<p>x</p>\n");
  CHECK(left("a.html", "<div>\n<span class=\"icon-twitter\"></span>\n<a href=\"" + x +
                           "\">@ringing_bells</a>\n</div>\n<p>x</p>\n") == "<p>x</p>\n");
  CHECK(left("a.html", "<dl>\n<dt>Twitter</dt>\n<dd><a href=\"" + x +
                           "\">us</a></dd>\n<dt>Mail</dt>\n<dd>a</dd>\n</dl>\n") ==
        "<dl>\n<dt>Mail</dt>\n<dd>a</dd>\n</dl>\n");
  CHECK(left("a.html", "<table><tr><td>Twitter</td><td><a href='" + x +
                           "'>us</a></td></tr><tr><td>a</td></tr></table>\n") ==
        "<table><tr><td>a</td></tr></table>\n");
  CHECK(left("a.html", "<a href=\"/a\">A</a> <a href=\"" + x + "\">T</a> <a href=\"/b\">B</a>\n") ==
        "<a href=\"/a\">A</a> <a href=\"/b\">B</a>\n");
}

TEST_CASE("a sentence of a page stays one") {
  const std::string link = "<a href=\"" + x + "\">Twitter</a>";
  CHECK(left("a.html", "<p>Follow us on " + link + " or <a href=\"/m\">Mastodon</a>.</p>\n") ==
        "<p>Follow us on <a href=\"/m\">Mastodon</a>.</p>\n");
  CHECK(left("a.html", "<p>We are here. Follow us on " + link + " for news. Write to us.</p>\n") ==
        "<p>We are here. Write to us.</p>\n");
  CHECK(left("a.html", "<p>We are here.</p>\n<p>Follow us on " + link + "!</p>\n") ==
        "<p>We are here.</p>\n");
  CHECK(left("a.html", "<p>As <a href=\"/b\">B</a> wrote, " + link + " is odd for us.</p>\n")
            .starts_with(
                "<p>As <a href=\"/b\">B</a> wrote, Twitter is odd for us.</p>\n[1: the link"));
}

TEST_CASE("widgets go with their script, cards keep all but the name") {
  CHECK(left("a.html", "<p>x</p>\n<a class=\"twitter-timeline\" href=\"" + x +
                           "\">Tweets</a>\n<script async "
                           "src=\"https://platform.twitter.com/widgets.js\"></script>\n") ==
        "<p>x</p>\n");
  const std::string posts =
      "<blockquote class=\"twitter-tweet\"><a "
      "href=\"https://x.com/a/status/1\">a</a></blockquote>\n"
      "<script src=\"https://platform.twitter.com/widgets.js\"></script>\n";
  CHECK(left("a.html", "<a class=\"twitter-timeline\" href=\"" + x + "\">T</a>\n" + posts) ==
        posts);
  CHECK(left("a.html",
             "<head>\n<meta name=\"twitter:card\" content=\"summary\">\n<meta "
             "name=\"twitter:site\" content=\"@ringing_bells\">\n</head>\n") ==
        "<head>\n<meta name=\"twitter:card\" content=\"summary\">\n</head>\n");
  CHECK(left("a.html",
             "<head>\n<meta\n  name=\"twitter:site\"\n  content=\"@ringing_bells\"\n/>\n"
             "<title>a</title>\n</head>\n") == "<head>\n<title>a</title>\n</head>\n");
  CHECK(left("m.py",
             "t = {\n    \"twitter:card\": \"summary\",\n    \"twitter:site\": "
             "\"ringing_bells\",\n}\n") == "t = {\n    \"twitter:card\": \"summary\",\n}\n");
  CHECK(left("a.html",
             "<div>\n  <!-- google+ -->\n<g:plusone size=\"medium\"></g:plusone>\n"
             "<b>x</b>\n</div>\n") == "<div>\n<b>x</b>\n</div>\n");
  CHECK(left("a.html", "<link rel=\"me\" href=\"https://m.example/@a\">\n<link rel=\"me\" href=\"" +
                           x + "\">\n") == "<link rel=\"me\" href=\"https://m.example/@a\">\n");
}

TEST_CASE("JSON stays JSON") {
  CHECK(left("a.json", "{\n  \"github\": \"a\",\n  \"twitter\": \"" + x + "\"\n}\n") ==
        "{\n  \"github\": \"a\"\n}\n");
  CHECK(left("a.json", "{\n  \"twitter\": \"" + x + "\",\n  \"github\": \"a\"\n}\n") ==
        "{\n  \"github\": \"a\"\n}\n");
  CHECK(left("a.json", "{\"a\": 1, \"twitter\": \"" + x + "\"}") == "{\"a\": 1}");
  CHECK(left("a.json", "{\"twitter\": \"" + x + "\"}") == "{}");
  CHECK(left("a.json",
             "{\"links\": [\n  {\"name\": \"A\", \"url\": \"/a\"},\n  {\"name\": "
             "\"Twitter\", \"url\": \"" +
                 x + "\"}\n]}\n") == "{\"links\": [\n  {\"name\": \"A\", \"url\": \"/a\"}\n]}\n");
  CHECK(left("a.json",
             "{\"links\": [\n  {\n    \"icon\": \"fa-brands fa-twitter\",\n    \"url\": \"" + x +
                 "\"\n  }\n]}\n") == "{\"links\": []}\n");
  CHECK(left("a.json", "{\"social\": {\"twitter\": {\"url\": \"" + x +
                           "\", \"label\": \"us\"}, \"b\": 1}}\n") == "{\"social\": {\"b\": 1}}\n");
  CHECK(left("a.html",
             "<script type=\"application/ld+json\">\n{\"sameAs\": "
             "[\"https://github.com/a\", \"" +
                 x + "\"]}\n</script>\n") ==
        "<script type=\"application/ld+json\">\n{\"sameAs\": "
        "[\"https://github.com/a\"]}\n</script>\n");
  CHECK(left("a.json", "{\"name\": \"Bells\", \"bio\": \"we ring\", \"url\": \"" + x + "\"}\n") ==
        "{\"name\": \"Bells\", \"bio\": \"we ring\"}\n");
  CHECK(left("a.json", "[{\"name\": \"Bells\", \"avatar\": \"b.png\", \"url\": \"" + x +
                           "\"}]\n") == "[{\"name\": \"Bells\", \"avatar\": \"b.png\"}]\n");
}

TEST_CASE("YAML stays YAML, and a list a list") {
  CHECK(left("c.yaml",
             "social:\n- link: /a\n  icon: github\n- link: " + x + "\n  icon: twitter\nb: 1\n") ==
        "social:\n- link: /a\n  icon: github\nb: 1\n");
  CHECK(left("mkdocs.yml",
             "extra:\n  social:\n    - icon: fontawesome/brands/x-twitter\n      link: " + x +
                 "\nnav: []\n") == "extra:\n  social: []\nnav: []\n");
  CHECK(left("t.yml", "- name: A\n  twitter: ringing_bells\n  role: b\n") ==
        "- name: A\n  role: b\n");
  CHECK(left("t.yml", "- twitter: ringing_bells\n  role: b\n") == "- role: b\n");
  CHECK(left("_config.yml", "a: 1\ntwitter_username: ringing_bells\n") == "a: 1\n");
  CHECK(left("c.yml", "links:\n  Twitter: " + x + "\n") == "links: {}\n");
  CHECK(left("c.yml", "same_as:\n  - " + x + "\n  - https://github.com/a\n") ==
        "same_as:\n  - https://github.com/a\n");
  CHECK(left("c.yml", "links: [{name: A, url: /a}, {name: Twitter, url: \"" + x + "\"}]\n") ==
        "links: [{name: A, url: /a}]\n");
  CHECK(left("c.yml", "twitter:\n  url: " + x + "\n  label: us\nb: 1\n") == "b: 1\n");
  CHECK(left("c.yml", "# Twitter\n- name: Twitter\n  url: " + x + "\n- name: RSS\n  url: /f\n") ==
        "- name: RSS\n  url: /f\n");
  CHECK(left("l.html", "---\ntitle: a\nsocial:\n  - title: X\n    url: " + x +
                           "\n  - title: Y\n    url: /y\n---\n<p>\n") ==
        "---\ntitle: a\nsocial:\n  - title: Y\n    url: /y\n---\n<p>\n");
  CHECK(left("c.yml", "-\n  link: " + x + "\n  icon: twitter\n-\n  link: /a\n  icon: b\n") ==
        "-\n  link: /a\n  icon: b\n");
}

TEST_CASE("what others said stays theirs") {
  const std::string quote = "[[tweet]]\nname = \"A\"\nquote = \"I enjoy <a href='" + x +
                            "'>@ringing_bells</a>. A lot.\"\n";
  CHECK(left("data/said.toml", quote).find(quote) == 0);
  const std::string json = "{\"quote\": \"I enjoy " + x + " and all they ring.\"}\n";
  CHECK(left("data/said.json", json).find(json) == 0);
  const std::string yaml = "- quote: I enjoy what " + x + " rings\n  name: A\n";
  CHECK(left("data/said.yml", yaml).find(yaml) == 0);
}

TEST_CASE("TOML and other settings") {
  CHECK(left("h.toml",
             "[[params.social]]\nname = \"RSS\"\nurl = \"/f\"\n\n[[params.social]]\n"
             "name = \"Twitter\"\nurl = \"" +
                 x + "\"\n\n[menu]\na = 1\n") ==
        "[[params.social]]\nname = \"RSS\"\nurl = \"/f\"\n\n[menu]\na = 1\n");
  CHECK(left("h.toml", "[params.social]\ntwitter = \"ringing_bells\"\ngithub = \"a\"\n") ==
        "[params.social]\ngithub = \"a\"\n");
  CHECK(left("pyproject.toml", "[project]\nurls.Twitter = \"" + x + "\"\nname = \"a\"\n") ==
        "[project]\nname = \"a\"\n");
  CHECK(left("h.toml", "a = [\n  \"https://a\",\n  \"" + x + "\",\n]\n") ==
        "a = [\n  \"https://a\",\n]\n");
  CHECK(left("setup.cfg", "project_urls =\n    Twitter=" + x + "\n    Home=/a\n") ==
        "project_urls =\n    Home=/a\n");
  CHECK(left("a.gemspec", "spec.name = \"a\"\nspec.metadata[\"twitter_uri\"] = \"" + x + "\"\n") ==
        "spec.name = \"a\"\n");
}

TEST_CASE("literals of programs") {
  CHECK(
      left("conf.py",
           "html_theme_options = {\n    \"icon_links\": [\n        {\n            "
           "\"name\": \"Twitter\",\n            \"url\": \"" +
               x +
               "\",\n            \"icon\": \"fa-brands fa-twitter\",\n        },\n"
               "        {\"name\": \"A\", \"url\": \"/a\"},\n    ],\n}\n") ==
      "html_theme_options = {\n    \"icon_links\": [\n        {\"name\": \"A\", \"url\": \"/a\"},\n"
      "    ],\n}\n");
  CHECK(left("pelicanconf.py", "SOCIAL = ((\"github\", \"/a\"), (\"twitter\", \"" + x + "\"))\n") ==
        "SOCIAL = ((\"github\", \"/a\"),)\n");
  CHECK(left("pelicanconf.py",
             "SOCIAL = (\n    ('twitter', '" + x + "'),\n    ('github', '/a'),\n)\n") ==
        "SOCIAL = (\n    ('github', '/a'),\n)\n");
  CHECK(left("docusaurus.config.js", "items: [\n  {\n    label: 'X',\n    href: '" + x +
                                         "',\n  },\n  {label: 'A', href: '/a'},\n],\n") ==
        "items: [\n  {label: 'A', href: '/a'},\n],\n");
  CHECK(left("c.ts", "socialLinks: [{ icon: 'github', link: '/a' }, { icon: 'twitter', link: '" +
                         x + "' }]\n") == "socialLinks: [{ icon: 'github', link: '/a' }]\n");
  CHECK(left("a.ts", "const home = '/a';\nconst url = '" + x + "';\n")
            .starts_with("const home = '/a';\nconst url = '" + x + "';\n[2: a name in a program"));
  CHECK(left("F.tsx",
             "const F = () => (\n  <div>\n    <Link to=\"/a\">A</Link>\n    <Link\n      to=\"" +
                 x + "\"\n    >\n      X (Twitter)\n    </Link>\n  </div>\n);\n") ==
        "const F = () => (\n  <div>\n    <Link to=\"/a\">A</Link>\n  </div>\n);\n");
  CHECK(left("setup.py",
             "setup(\n    project_urls={\"Twitter\": \"" + x + "\", \"A\": \"/a\"},\n)\n") ==
        "setup(\n    project_urls={\"A\": \"/a\"},\n)\n");
}

TEST_CASE("Markdown: items, badges, definitions") {
  CHECK(left("a.md", "- [A](/a)\n- [Twitter](" + x + ")\n- [B](/b)\n") == "- [A](/a)\n- [B](/b)\n");
  CHECK(left("a.md", "* Matrix: [a](/a)\n* Twitter: [ringing_bells](" + x + ")\n") ==
        "* Matrix: [a](/a)\n");
  CHECK(left("a.md", "- **Twitter**: " + x + " for short news\n- b\n") == "- b\n");
  CHECK(left("README.md",
             "[![CI](c.svg)](/ci) [![@r](https://img.shields.io/twitter/follow/"
             "ringing_bells.svg?style=social)](" +
                 x + ") [![L](l.svg)](/l)\n") == "[![CI](c.svg)](/ci) [![L](l.svg)](/l)\n");
  CHECK(left("README.md",
             "[![CI](c.svg)](/ci)\n[![F](https://img.shields.io/twitter/follow/"
             "ringing_bells)](" +
                 x + ")\n[![L](l.svg)](/l)\n") == "[![CI](c.svg)](/ci)\n[![L](l.svg)](/l)\n");
  CHECK(left("a.md", "Write on [Zulip][z] or [Twitter][tw].\n\n[z]: /z\n[tw]: " + x + "\n") ==
        "Write on [Zulip][z].\n\n[z]: /z\n");
  CHECK(left("a.md", "Ask [us][tw] if you must, they say.\n\n[tw]: " + x + "\n")
            .starts_with("Ask us if you must, they say.\n"));
  CHECK(
      left("a.md", "| Place | Where |\n|---|---|\n| Twitter | @ringing_bells |\n| Mail | a |\n") ==
      "| Place | Where |\n|---|---|\n| Mail | a |\n");
  CHECK(left("a.rst",
             "Follow |tw| now.\n\n.. |tw| image:: https://img.shields.io/twitter/follow/"
             "ringing_bells\n   :target: " +
                 x + "\n\nEnd.\n") == "End.\n");
  CHECK(left("a.rst", "See `Zulip </z>`_, `Twitter <" + x + ">`_ and `Blog </b>`_.\n") ==
        "See `Zulip </z>`_ and `Blog </b>`_.\n");
}

TEST_CASE("a sentence stays a sentence") {
  const std::string t = "[Twitter](" + x + ")";
  const auto line = [&](const std::string& text) { return left("a.md", text + "\n"); };
  CHECK(line("Follow us on " + t + " or [Mastodon](/m).") == "Follow us on [Mastodon](/m).\n");
  CHECK(line("Follow us on [Mastodon](/m) or " + t + ".") == "Follow us on [Mastodon](/m).\n");
  CHECK(line("Follow us on " + t + ", [Mastodon](/m), and [Bluesky](/b).") ==
        "Follow us on [Mastodon](/m) and [Bluesky](/b).\n");
  CHECK(line("Follow us on [Mastodon](/m), " + t + ", and [Bluesky](/b).") ==
        "Follow us on [Mastodon](/m) and [Bluesky](/b).\n");
  CHECK(line("Follow us on [Mastodon](/m), [Bluesky](/b), and " + t + ".") ==
        "Follow us on [Mastodon](/m) and [Bluesky](/b).\n");
  CHECK(line("Follow us on [A](/a), [Mastodon](/m), [Bluesky](/b), and " + t + ".") ==
        "Follow us on [A](/a), [Mastodon](/m), and [Bluesky](/b).\n");
  CHECK(line("Hello. Follow us on " + t + ". Bye.") == "Hello. Bye.\n");
  CHECK(line("follow us on " + t + " and [contribute](x)") == "[contribute](x)\n");
  CHECK(line("Follow us on " + t + " and [contribute](x).") == "[Contribute](x).\n");
  CHECK(line("News is here (also on " + t + ").") == "News is here.\n");
  CHECK(line("Find us on Mastodon, " + t + ", and at meetings.") ==
        "Find us on Mastodon and at meetings.\n");
  CHECK(line("It is on Matrix. We also maintain a twitter, where you find news.") ==
        "It is on Matrix.\n");
  CHECK(line("Follow us on Twitter or Mastodon.") == "Follow us on Mastodon.\n");
  CHECK(line("Find us on [Google+](https://plus.google.com/+RingingBells) and [Matrix](/m).") ==
        "Find us on [Matrix](/m).\n");
  CHECK(line("**[A](/a)** | **" + t + "** | **[B](/b)**") == "**[A](/a)** | **[B](/b)**\n");
  CHECK(line("Our account, [@ringing_bells](" + x + "), is where we ring.")
            .find("Our account, [@ringing_bells](" + x + "), is where we ring.") == 0);
  CHECK(line("Acme ([@ringing_bells](" + x + ")) is a library.") == "Acme is a library.\n");
  CHECK(line("Reach us by mail, " + t + " or IRC.") == "Reach us by mail or IRC.\n");
  CHECK(line("Because " + t + " changed, the team of five decided a lot.")
            .find("Because Twitter changed") == 0);
}

TEST_CASE("what a program may not touch becomes a task with an owner") {
  const PatchOptions options{today, {}, {}};
  const std::string dm = "To report, write to @ringing_bells by DM.\n";
  const Patched out = patch("CODE_OF_CONDUCT.md", dm, options);
  CHECK(out.text == dm);
  REQUIRE(out.tasks.size() == 1);
  CHECK(out.tasks[0].line == 1);
  CHECK(left("security.txt", "Contact: " + x + "\n").find("Contact: " + x) == 0);
  for (const std::string path : {"_posts/2019-01-01-a.md", "tests/a.html", "vendor/a.html"})
    CHECK(patch(path, "<a href=\"" + x + "\">T</a>\n", options).changed.empty());
  CHECK(patch("a.html", "<a href=\"" + x + "\">T</a>\n", {{}, {}, {}}).changed.empty());
}

TEST_CASE("history is reached only where the decision says so") {
  const std::string post = "- [A](/a)\n- [Twitter](" + x + ")\n";
  const Scanner all(std::vector<AccountName>{{"x", "ringing_bells"}}, true);
  const Patched out = patch_text(all, "_posts/2019-01-01-a.md", post, {{Scope::history}, {}, {}});
  CHECK(out.text == "- [A](/a)\n");
  CHECK(patch_text(all, "_posts/2019-01-01-a.md", post, {today, {}, {}}).text == post);
}

TEST_CASE("bytes beside it stay: line ends, encodings, a missing end") {
  CHECK(left("a.yml", "a: 1\r\ntwitter_username: ringing_bells\r\nb: 2\r\n") == "a: 1\r\nb: 2\r\n");
  CHECK(left("a.json", "{\r\n  \"a\": 1,\r\n  \"twitter\": \"" + x + "\"\r\n}") ==
        "{\r\n  \"a\": 1\r\n}");
  CHECK(left("a.md", "\xEF\xBB\xBF- caf\xE9\n- [Twitter](" + x + ")") == "\xEF\xBB\xBF- caf\xE9");
  CHECK(left("a.html", "<p>caf\xE9</p>\r\n<p><a href=\"" + x + "\">T</a></p>\r\n<p>b</p>") ==
        "<p>caf\xE9</p>\r\n<p>b</p>");
  CHECK(left("a.md", "a\n\n" + std::string("[Twitter](") + x + ")\n\nb\n") == "a\n\nb\n");
}

TEST_CASE("the channel that is named instead stands in its place") {
  CHECK(replaced("a.html", "<ul><li><a href=\"" + x + "\">Twitter</a></li></ul>\n") ==
        "<ul><li><a href=\"https://fosstodon.org/@bells\">Mastodon</a></li></ul>\n");
  CHECK(replaced("a.md", "Follow us on [Twitter](" + x + ").\n") ==
        "Follow us on [Mastodon](https://fosstodon.org/@bells).\n");
  CHECK(replaced("c.yml", "- name: Twitter\n  url: " + x + "\n") ==
        "- name: Mastodon\n  url: https://fosstodon.org/@bells\n");
  // An icon has no sure counterpart, and what is there already is not said twice.
  CHECK(replaced("c.yml", "- icon: fa-twitter\n  url: " + x + "\n- url: /a\n") == "- url: /a\n");
  CHECK(replaced("a.md", "[Mastodon](https://fosstodon.org/@bells) and [Twitter](" + x + ")\n") ==
        "[Mastodon](https://fosstodon.org/@bells)\n");
}
