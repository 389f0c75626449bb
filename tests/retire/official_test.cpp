#include "retire/official.hpp"
#include "retire/links.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "retire/ask.hpp"
#include "retire/sites.hpp"

using namespace carillon;
using namespace carillon::testing;

namespace {

OfficialChannel channel(const std::string& name, const std::string& title, const std::string& url,
                        Use use = Use::broadcast) {
  OfficialChannel out;
  out.channel.name = name;
  out.channel.url = url;
  out.channel.use = use;
  out.title = title;
  return out;
}

const std::vector<OfficialChannel>& ours() {
  static const std::vector<OfficialChannel> all = [] {
    std::vector<OfficialChannel> out{
        channel("toots", "Mastodon", "https://fosstodon.org/@ringing_bells"),
        channel("x", "X", "https://x.com/Ringing_Bells", Use::reserved),
        channel("sky", "Bluesky", "https://bsky.app/profile/bells.example.org")};
    out[0].channel.also = {"@bells_old", "https://mastodon.social/@ringing_bells"};
    return out;
  }();
  return all;
}

// "slip toots" a finding.
std::string wrong(const std::string& html, const std::vector<OfficialChannel>& channels = ours()) {
  std::string out;
  for (const ChannelFinding& each :
       compare(channels, shown_accounts("https://example.org/", html))) {
    if (each.wrong == Wrong::missing) continue;
    out += (out.empty() ? "" : ", ") + word_of(each.wrong) + " " + each.channel;
  }
  return out;
}

std::string footer(const std::string& href) {
  return "<footer><a href=\"" + href + "\">us</a></footer>";
}

std::string name_at(std::string_view address) {
  const auto account = account_at(address);
  return account ? account->platform + ":" + account->handle : "";
}

}  // namespace

TEST_CASE("a further name of an account is on its platform, unless it says another") {
  const AccountName toots{"mastodon", "bells@fosstodon.org"};
  CHECK(other_account(toots, "@Old")->handle == "old@fosstodon.org");
  CHECK(other_account(toots, "old@hachyderm.io")->handle == "old@hachyderm.io");
  CHECK(other_account(toots, "x:old")->platform == "x");
  CHECK(other_account(toots, "https://hachyderm.io/@old")->handle == "old@hachyderm.io");
  CHECK(other_account({"x", "bells"}, "old")->handle == "old");
  CHECK(other_account({"github", "bells"}, "old")->platform == "github");
  CHECK(other_account({"x", "bells"}, "myspace:old").error().fault == Fault::invalid);
}

TEST_CASE("an account is known by its address, in whatever form") {
  CHECK(name_at("https://www.twitter.com/@Bells?lang=en") == "x:bells");
  CHECK(name_at("https://twitter.com/intent/follow?screen_name=bells") == "x:bells");
  CHECK(name_at("https://x.com/bells/status/1").empty());
  CHECK(name_at("https://x.com/share?url=https://example.org").empty());
  CHECK(name_at("https://example.org/?to=https://x.com/bells").empty());
  CHECK(name_at("https://fosstodon.org/@Bells/") == "mastodon:bells@fosstodon.org");
  CHECK(name_at("https://a.example/@bells@b.example") == "mastodon:bells@b.example");
  CHECK(name_at("https://fosstodon.org/@bells/1135").empty());
  CHECK(name_at("https://bsky.app/profile/bells.example.org") == "bluesky:bells.example.org");
  CHECK(name_at("https://www.linkedin.com/company/bells/") == "linkedin:bells");
  CHECK(name_at("https://www.youtube.com/@bells") == "youtube:bells");
  CHECK(name_at("https://github.com/bells") == "github:bells");
  CHECK(name_at("https://github.com/bells/tower").empty());
  CHECK(name_at("/about").empty());
}

TEST_CASE("an address that cannot work is understood, one that can is left alone") {
  CHECK(meant_by("ttps://bsky.app/profile/bells.example.org") ==
        "https://bsky.app/profile/bells.example.org");
  for (const char* bad :
       {"x.com/bells", "https:/x.com/bells", "https//x.com/bells", "htps://x.com/bells",
        "https:x.com/bells", "://x.com/bells", "http://https://x.com/bells"}) {
    CAPTURE(bad);
    CHECK(meant_by(bad) == "https://x.com/bells");
  }
  for (const char* good : {"https://x.com/bells", "//x.com/bells", "/x.com.html", "about/x",
                           "mailto:bells@x.com", "#x.com/bells", "javascript:go()", "",
                           "https://web.archive.org/web/2020/https://x.com/bells"}) {
    CAPTURE(good);
    CHECK_FALSE(meant_by(good).has_value());
  }
}

TEST_CASE("what is right is not reported") {
  CHECK(wrong(footer("https://fosstodon.org/@ringing_bells") +
              footer("https://bsky.app/profile/bells.example.org"))
            .empty());
  CHECK(wrong("<p><a href=https://x.com/ada>Ada</a> <a href=https://fosstodon.org/@ada>A</a>")
            .empty());
  CHECK(wrong(footer("https://facebook.com/somebody")).empty());
  // Held, and proved to be ours; readers are sent nowhere.
  CHECK(wrong("<head><link rel=me href=https://x.com/ringing_bells></head>").empty());
  CHECK(wrong("<main><a href=https://x.com/ringing_bells>no longer used</a></main>").empty());
}

TEST_CASE("what is wrong has its name") {
  CHECK(wrong(footer("ttps://bsky.app/profile/bells.example.org")) == "malformed sky");
  CHECK(wrong(footer("https://fosstodon.org/@ringing_bell")) == "slip toots");
  CHECK(wrong("<p><a href=https://fosstodon.org/@rniging_bells>us</a>") == "slip toots");
  CHECK(wrong(footer("https://fosstodon.org/@someone")) == "foreign toots");
  CHECK(wrong(footer("https://fosstodon.org/@bells_old")) == "former toots");
  CHECK(wrong(footer("https://mastodon.social/@ringing_bells")) == "former toots");
  CHECK(wrong(footer("https://x.com/ringing_bells")) == "retired x");
  CHECK(wrong(footer("https://facebook.com/a1") + footer("https://facebook.com/b2")) ==
        "duplicate ");
  CHECK(wrong(footer("https://x.com/ringing_bells") + footer("https://x.com/elsewhere")) ==
        "foreign x, duplicate , retired x");
}

TEST_CASE("what only search engines are told counts, too") {
  const auto data = [](const std::string& same) {
    return "<script type=\"application/ld+json\">{\"@graph\":[{\"sameAs\":" + same + "}]}</script>";
  };
  CHECK(wrong(data(R"("https://fosstodon.org/@somebody")")) == "foreign toots");
  CHECK(wrong(data(R"(["https://fosstodon.org/@ringing_bells","htps://x.com/ringing_bells"])")) ==
        "malformed x");
  CHECK(wrong(data("[1, {\"a\": null}]")).empty());
  CHECK(wrong("<script type=application/ld+json>{broken</script>").empty());
}

TEST_CASE("two channels of ours on one platform are no duplicate") {
  auto channels = ours();
  channels.push_back(channel("toots2", "Mastodon", "https://fosstodon.org/@ringing_news"));
  CHECK(wrong(footer("https://fosstodon.org/@ringing_bells") +
                  footer("https://fosstodon.org/@ringing_news"),
              channels)
            .empty());
}

TEST_CASE("a channel in use that no page shows is missing, an unlisted one is not") {
  const auto missing = [](std::vector<OfficialChannel> channels) {
    std::string out;
    for (const ChannelFinding& each : compare(channels, {})) out += each.channel + " ";
    return out;
  };
  CHECK(missing(ours()) == "toots sky ");
  auto channels = ours();
  channels[0].channel.listed = false;
  CHECK(missing(channels) == "sky ");
}

TEST_CASE("a slip is one letter, or two changed; short names prove nothing") {
  for (const char* near : {"bels", "bellls", "bellz", "blels", "bell"})
    CHECK(one_slip("bells", near));
  for (const char* far : {"bells", "be", "bellzz", "slleb", "bel"})
    CHECK_FALSE(one_slip("bells", far));
  CHECK_FALSE(one_slip("abc", "abd"));
}

TEST_CASE("a platform's answer says who has a name, or that nobody does, or nothing") {
  Site site;
  const std::string lookup = "/api/v1/accounts/lookup?acct=";
  site.pages[lookup + "bells"] = {
      R"({"id":"42","url":"https://m.example/@bells","fields":[
        {"name":"Site","value":"<a href=\"https://example.org\">x</a>","verified_at":"2026-01-01"},
        {"name":"No","value":"<a href=\"https://no.example\">x</a>","verified_at":null}],
        "moved":{"url":"https://other.example/@bells"}})",
      "application/json"};
  site.pages[lookup + "odd"] = {"<html>maintenance</html>", "text/html"};
  site.pages[lookup + "shut"] = {"{}", "application/json", 401};
  site.pages["/xrpc/com.atproto.identity.resolveHandle?handle=a.example"] = {
      R"({"did":"did:plc:abc"})", "application/json"};
  site.pages["/xrpc/com.atproto.identity.resolveHandle?handle=b.example"] = {
      R"({"error":"InvalidRequest"})", "application/json", 400};
  site.pages["/users/bells"] = {R"({"id":7,"html_url":"https://github.com/bells"})",
                                "application/json"};
  HttpClient http;
  std::string origin = site.url();
  origin.pop_back();
  const AskedName bells = ask_mastodon(http, origin, "bells", Trust::admin);
  CHECK(bells.state == NameState::taken);
  CHECK(bells.id == "42");
  CHECK(bells.verified == std::vector<std::string>{"https://example.org"});
  CHECK(bells.moved == "https://other.example/@bells");
  CHECK(ask_mastodon(http, origin, "nobody", Trust::admin).state == NameState::free);
  CHECK(ask_mastodon(http, origin, "odd", Trust::admin).state == NameState::unknown);
  CHECK(ask_mastodon(http, origin, "shut", Trust::admin).state == NameState::unknown);
  CHECK(ask_mastodon(http, origin, "bells", Trust::foreign).state == NameState::unknown);
  CHECK(ask_bluesky(http, origin, "a.example", Trust::admin).id == "did:plc:abc");
  CHECK(ask_bluesky(http, origin, "b.example", Trust::admin).state == NameState::free);
  CHECK(ask_github(http, origin, "bells", Trust::admin).id == "7");
}
