#include "core/config.hpp"

#include <doctest/doctest.h>

using namespace carillon;

namespace {

constexpr std::string_view sample = R"(# Our voice
organisation:
  name: Tea Society
  url: https://tea.example/

channels:
  # the home comes first
  home:
    platform: home
    use: home
  toots:
    platform: mastodon
    server: https://social.example   # our instance

rehearsal: true
)";

}  // namespace

TEST_CASE("the configuration reads, and a channel's own keys are its settings") {
  const auto config = parse_config(sample);
  REQUIRE(config.has_value());
  CHECK(config->organisation.url == "https://tea.example");
  CHECK(config->rehearsal);
  const auto channels = channels_of(*config);
  REQUIRE(channels.has_value());
  REQUIRE(channels->size() == 2);
  CHECK(channels->at(0).use == Use::home);
  CHECK(channels->at(1).settings.at("server").as_string() == "https://social.example");
  CHECK(channels->at(1).listed);
}

TEST_CASE("a mistake in the configuration names its line") {
  CHECK(parse_config("organisation:\n  nmae: x\n").error().what ==
        "carillon.yaml: line 2: /organisation/nmae: unknown key \"nmae\"");
  CHECK(parse_config("channels: {}\n").error().what ==
        "carillon.yaml: line 1: /organisation: missing");
  const auto config = parse_config("organisation: {name: x}\nchannels: {A b: {platform: echo}}\n");
  CHECK(!channels_of(*config).has_value());
}

TEST_CASE("names to watch and the day of a use are checked") {
  const std::string head = "organisation: {name: x}\n";
  const auto good =
      parse_config(head +
                   "watch:\n  - {platform: mastodon, server: m.example, handle: bells}\n"
                   "  - {platform: x, handle: bel1s}\n");
  REQUIRE_MESSAGE(good.has_value(), good.error().what);
  CHECK(good->watch.size() == 2);
  CHECK(parse_config(head + "watch:\n  - {platform: mastodon, handle: a}\n").error().what ==
        "carillon.yaml: line 3: /watch/0: server: missing");
  CHECK_FALSE(parse_config(head + "watch:\n  - {platform: x, handle: ''}\n").has_value());
  const auto dated = [&](const std::string& day) {
    return channels_of(
        *parse_config(head + "channels: {a: {platform: echo, since: " + day + "}}\n"));
  };
  REQUIRE(dated("2023-05-01").has_value());
  CHECK(dated("2023-05-01")->at(0).since == "2023-05-01");
  CHECK_FALSE(dated("2023-02-30").has_value());
}

TEST_CASE("setting a channel's key leaves every other line alone") {
  const auto set = with_channel_key(sample, "toots", "use", "inactive");
  REQUIRE(set.has_value());
  CHECK(set->find("    server: https://social.example   # our instance\n    use: inactive\n") !=
        std::string::npos);
  CHECK(set->starts_with("# Our voice\n"));
  const auto again = with_channel_key(*set, "toots", "use", "reserved");
  REQUIRE(again.has_value());
  CHECK(again->find("inactive") == std::string::npos);
  CHECK(channels_of(*parse_config(*again))->at(1).use == Use::reserved);
  const auto added = with_channel_key(sample, "blue", "platform", "bluesky");
  REQUIRE(added.has_value());
  CHECK(channels_of(*parse_config(*added))->size() == 3);
  const auto first = with_channel_key("organisation:\n  name: x\n", "a", "platform", "echo");
  REQUIRE(first.has_value());
  CHECK(*first == "organisation:\n  name: x\nchannels:\n  a:\n    platform: echo\n");
  CHECK(with_channel_key("organisation:\n  name: x\nchannels: {}\n", "a", "platform", "echo")
            .has_value());
  CHECK(!with_channel_key("organisation:\n  name: x\nchannels: {b: {platform: echo}}\n", "a",
                          "platform", "echo")
             .has_value());
}

TEST_CASE("a key is not set where the file's lines only look like channels") {
  const auto set =
      with_channel_key("organisation:\n  name: 'a\nchannels:\n  news:\n    platform: echo\n  b'\n",
                       "news", "use", "home");
  REQUIRE(!set.has_value());
  CHECK(set.error().what.find("cannot find the place") != std::string::npos);
}

TEST_CASE("web sites have an address, a source or both") {
  const std::string before = "organisation:\n  name: x\n";
  const auto good = parse_config(before +
                                 "sites:\n  - url: https://tea.example\n    source: ../website\n"
                                 "  - source: ../handbook\n");
  REQUIRE(good.has_value());
  CHECK(good->sites.size() == 2);
  CHECK(good->sites[1].source == "../handbook");
  const auto bad = parse_config(before + "sites:\n  - url: tea.example\n");
  REQUIRE_FALSE(bad.has_value());
  CHECK(bad.error().what.find("line 4") != std::string::npos);
  CHECK_FALSE(parse_config(before + "sites:\n  - {}\n").has_value());
}

TEST_CASE("the other names of an account are no settings of its platform") {
  const auto config = parse_config(
      "organisation:\n  name: x\nchannels:\n  x:\n    platform: manual\n    also: [x:old_name]\n");
  REQUIRE(config.has_value());
  const auto channels = channels_of(*config);
  REQUIRE(channels.has_value());
  CHECK(channels->front().also == std::vector<std::string>{"x:old_name"});
  CHECK(channels->front().settings.empty());
}

TEST_CASE("the mail server: what is wrong with which line") {
  const auto wrong = [](const std::string& mail) {
    const auto out = parse_config("organisation: {name: Tea}\nmail:\n" + mail);
    return out ? std::string() : out.error().what;
  };
  CHECK(wrong("  server: smtps://mail.example.org\n  from: news@example.org\n").empty());
  CHECK(wrong("  server: smtp://[::1]:25\n  from: news@example.org\n  user: hub\n").empty());
  for (const char* server : {"mail.example.org", "https://mail.example.org", "smtp://",
                             "smtp://hub:secret@mail.example.org", "smtp://a/b", "'smtp://a b'"})
    CHECK_MESSAGE(wrong(std::string("  server: ") + server + "\n  from: a@b.org\n")
                      .starts_with("carillon.yaml: line 3: /mail/server: "),
                  server);
  CHECK(wrong("  server: smtps://a.org\n  from: nobody\n") ==
        "carillon.yaml: line 4: /mail/from: \"nobody\" is not an e-mail address");
  CHECK_FALSE(wrong("  from: a@b.org\n").empty());
  CHECK_FALSE(wrong("  server: smtps://a.org\n  from: a@b.org\n  secret: s\n").empty());
}

TEST_CASE("providers of sign-ins: what may be left out, and what is wrong with which line") {
  const auto with = [](const std::string& lines) {
    return parse_config("organisation: {name: Tea}\nsign_in:\n" + lines);
  };
  const auto wrong = [&](const std::string& lines) { return with(lines).error().what; };
  const auto good = with(
      "  - {name: gitlab, kind: gitlab, client_id: a}\n"
      "  - {name: gh, label: GitHub, kind: github, client_id: b}\n"
      "  - {name: own, issuer: 'https://login.example.org/', client_id: c}\n"
      "  - {name: here, issuer: 'http://localhost:9000', client_id: d}\n");
  REQUIRE_MESSAGE(good.has_value(), good.error().what);
  CHECK(good->sign_in[0].issuer == "https://gitlab.com");
  CHECK(good->sign_in[0].label == "gitlab");
  CHECK(good->sign_in[1].issuer == "https://github.com");
  CHECK(good->sign_in[2].issuer == "https://login.example.org/");  // as the provider writes it
  CHECK(wrong("  - {name: Git Lab, kind: gitlab, client_id: a}\n")
            .starts_with("carillon.yaml: line 3: /sign_in/0/name: a name is made of"));
  CHECK(wrong("  - {name: a, kind: gitlab, client_id: a}\n  - {name: a, kind: github, client_id: "
              "b}\n") == "carillon.yaml: line 4: /sign_in/1/name: there are two \"a\"");
  CHECK(wrong("  - {name: a, client_id: a}\n") ==
        "carillon.yaml: line 3: /sign_in/0/issuer: \"\" is not an address over https");
  for (const char* issuer : {"http://login.example.org", "login.example.org", "https://a@b",
                             "https://login.example.org?x=y", "http://localhost.example.org"})
    CHECK_FALSE(with(std::string("  - {name: a, client_id: a, issuer: '") + issuer + "'}\n"));
  CHECK(wrong("  - {name: a, kind: gitlab, client_id: ''}\n") ==
        "carillon.yaml: line 3: /sign_in/0/client_id: missing");
  CHECK_FALSE(with("  - {name: a, kind: gitlab, client_id: a, client_secret: s}\n"));
}
