#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/describe.hpp"
#include "base/ids.hpp"
#include "channel/exchange.hpp"
#include "kit.hpp"

using namespace carillon;

namespace {

// Every picture of every post, its bytes as the server gives them out.
std::vector<kit::Picture> pictures_of(HttpClient& http, const std::string& server,
                                      const std::string& did) {
  std::vector<kit::Picture> out;
  const auto listed = parse_json(
      kit::fetch(http, server + "/xrpc/com.atproto.repo.listRecords?limit=100&collection=" +
                           "app.bsky.feed.post&repo=" + did));
  for (const json::value& record : listed->at("records").as_array()) {
    const json::value& images = value_at(record, "/value/embed/images");
    if (!images.is_array()) continue;
    for (const json::value& image : images.get_array()) {
      const std::string cid(image.at_pointer("/image/ref/$link").as_string());
      const std::string bytes =
          kit::fetch(http, server + "/xrpc/com.atproto.sync.getBlob?did=" + did + "&cid=" + cid);
      out.push_back({std::string(record.at_pointer("/value/text").as_string()),
                     std::string(image.at("alt").as_string()), to_hex(sha256(bytes))});
    }
  }
  return out;
}

// Signs up a new account on the server and gives a target for it.
void with_pds(const std::function<void(const kit::Target&)>& run) {
  const auto ports = kit::ports("CARILLON_PDS");
  if (!ports) {
    MESSAGE("skipped: no Bluesky PDS runs here (CARILLON_PDS)");
    return;
  }
  const std::string server = "http://127.0.0.1:" + ports->server;
  const SystemClock clock;
  const std::string handle = "k" + Ids(clock).next() + ".test";
  std::string did;
  {
    HttpClient http({.allow_private_for_tests = true});
    HttpRequest request{.method = "POST",
                        .url = server + "/xrpc/com.atproto.server.createAccount",
                        .headers = {{"Content-Type", "application/json"}},
                        .trust = Trust::admin};
    request.body = json::serialize(json::object{{"handle", json::string(handle)},
                                                {"email", json::string(handle + "@example.org")},
                                                {"password", "not-a-secret"}});
    const HttpResult reply = http.send(request);
    REQUIRE(reply.has_value());
    REQUIRE_MESSAGE(reply->ok(), reply->body);
    did = std::string(parse_json(reply->body)->at("did").as_string());
  }
  kit::Target target;
  target.channel.name = "sky";
  target.channel.platform = "bluesky";
  target.proxy = "http://127.0.0.1:" + ports->proxy;
  target.channel.settings = {{"server", json::string(target.proxy)},
                             {"handle", json::string(handle)}};
  target.secrets = {{"app_password", "not-a-secret"}};
  target.write = "^POST /xrpc/com.atproto.repo.putRecord";
  target.upload = "^POST /xrpc/com.atproto.repo.uploadBlob";
  target.read = "^GET ";
  target.pictures = [server, did](HttpClient& http) { return pictures_of(http, server, did); };
  target.held = [server, did](HttpClient& http) {
    std::vector<std::string> texts;
    const auto listed = parse_json(
        kit::fetch(http, server + "/xrpc/com.atproto.repo.listRecords?limit=100&collection=" +
                             "app.bsky.feed.post&repo=" + did));
    for (const json::value& record : listed->at("records").as_array())
      texts.emplace_back(record.at("value").at("text").as_string());
    return texts;
  };
  run(target);
}

}  // namespace

TEST_CASE("Bluesky: settings are checked, and say what is wrong") {
  Channel channel;
  channel.name = "sky";
  channel.platform = "bluesky";
  channel.settings = {{"handle", "not a handle"}};
  CHECK(make_adapter(channel).error().what ==
        "channel sky: handle: \"not a handle\" is not a handle");
  channel.settings = {{"handle", "@project.example.org"}};
  CHECK(make_adapter(channel).has_value());
}

TEST_CASE("Bluesky: a link becomes a card, marks are UTF-8 bytes") {
  Channel channel;
  channel.name = "sky";
  channel.platform = "bluesky";
  channel.settings = {{"handle", "project.example.org"}};
  const auto adapter = make_adapter(channel);
  Announcement announcement;
  announcement.draft.title = "Tea";
  announcement.draft.summary = "Hot";
  announcement.draft.link = "https://tea.example/a";
  announcement.draft.body = "Thé is ready";
  const Rendition out = (*adapter)->render(announcement, channel, (*adapter)->limits({}));
  REQUIRE(out.card.has_value());
  CHECK(out.card->title == "Tea");
  REQUIRE(out.parts.size() == 1);
  REQUIRE(out.parts[0].facets.size() == 1);
  CHECK(out.parts[0].facets[0].begin == 15);  // é is two bytes
}

TEST_CASE("Bluesky: posts, threads, pictures and the longest texts on a real PDS") {
  with_pds(kit::run_posts);
}

TEST_CASE("Bluesky: every fault on a real PDS") {
  with_pds(kit::run_faults);
}

TEST_CASE("Bluesky: kill -9 at every step on a real PDS") {
  with_pds(kit::run_kills);
}
