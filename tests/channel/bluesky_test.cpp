#include <thread>

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "bluesky_account.hpp"
#include "channel/exchange.hpp"
#include "net/server.hpp"

using namespace carillon;

namespace {

Channel plain_channel() {
  Channel channel;
  channel.name = "sky";
  channel.platform = "bluesky";
  channel.settings = {{"handle", "project.example.org"}};
  return channel;
}

// An announcement of that text on its way to an account.
struct Post {
  Post(const sky::Account& account, const Draft& draft, const std::string& permalink = {})
      : adapter(account.adapter()),
        announcement{Ids(SystemClock()).next(), 1, permalink, draft},
        rendition(adapter->render(announcement, account.channel, adapter->limits({}))),
        due(SystemClock().now()) {}

  [[nodiscard]] Result<std::vector<Step>> prepare(Access& access) const {
    return adapter->prepare({announcement, rendition, "d", due, {}}, access);
  }
  // Prepares and sends; the one step, and what became of it.
  std::pair<Step, Outcome> send(Access access) const {
    const auto steps = prepare(access);
    REQUIRE_MESSAGE(steps.has_value(), steps.error().what);
    REQUIRE(steps->size() == 1);
    return {steps->front(), adapter->send(steps->front(), {}, access)};
  }
  [[nodiscard]] Finding find(const Step& step, Access access) const {
    return adapter->find(step, {}, 0, access);
  }

  std::unique_ptr<Adapter> adapter;
  Announcement announcement;
  Rendition rendition;
  Micros due;
};

Draft draft_of(const std::string& body) {
  Draft draft;
  draft.slug = "t";
  draft.body = body;
  return draft;
}

std::string reason(const Outcome& outcome) {
  if (const auto* later = std::get_if<Later>(&outcome)) return "later: " + later->reason;
  if (const auto* unsure = std::get_if<Unsure>(&outcome)) return "unsure: " + unsure->reason;
  if (const auto* refused = std::get_if<Refused>(&outcome)) return "refused: " + refused->reason;
  return "published";
}

std::string reason(const Finding& finding) {
  if (const auto* doubt = std::get_if<CannotTell>(&finding)) return doubt->reason;
  return std::holds_alternative<Absent>(finding) ? "absent" : "published";
}

const json::value& at(const json::value& value, std::string_view pointer) {
  return value_at(value, pointer);
}

std::string kept(const sky::Given& given, std::string_view member) {
  const auto session = parse_json(given.secrets.at("session"));
  return text_at(value_at(*session, "/session"), member);
}

// The kept session with another access token, as if it had run out.
void let_expire(sky::Given& given) {
  json::value session = *parse_json(given.secrets.at("session"));
  session.at("session").as_object()["access"] = "run-out";
  given.secrets["session"] = json::serialize(session);
}

// Every picture of every post, its bytes as the server gives them out.
std::vector<kit::Picture> pictures_of(HttpClient& http, const sky::Account& account) {
  std::vector<kit::Picture> out;
  for (const json::value& record : account.posts()) {
    const json::value& images = value_at(record, "/value/embed/images");
    if (!images.is_array()) continue;
    for (const json::value& image : images.get_array()) {
      const std::string cid = text_at(value_at(image, "/image/ref"), "$link");
      const std::string bytes =
          kit::fetch(http, account.server + "/xrpc/com.atproto.sync.getBlob?did=" + account.did +
                               "&cid=" + cid);
      out.push_back({text_at(value_at(record, "/value"), "text"), text_at(image, "alt"),
                     to_hex(sha256(bytes))});
    }
  }
  return out;
}

void with_kit(const std::function<void(const kit::Target&)>& run) {
  const auto account = sky::sign_up();
  if (!account) return;
  kit::Target target;
  target.channel = account->channel;
  target.proxy = account->proxy;
  target.secrets = {{"app_password", sky::password}};
  target.write = "^POST /xrpc/com.atproto.repo.applyWrites";
  target.writes = 1;
  target.upload = "^POST /xrpc/com.atproto.repo.uploadBlob";
  target.read = "^GET ";
  target.pictures = [account](HttpClient& http) { return pictures_of(http, *account); };
  target.held = [&](HttpClient&) {
    std::vector<std::string> texts;
    for (const json::value& post : account->posts())
      texts.push_back(text_at(post.at("value"), "text"));
    return texts;
  };
  run(target);
}

}  // namespace

TEST_CASE("Bluesky: settings are checked, and say what is wrong") {
  Channel channel = plain_channel();
  channel.settings = {{"handle", "not a handle"}};
  CHECK(make_adapter(channel).error().what ==
        "channel sky: handle: \"not a handle\" is not a handle");
  channel.settings = {{"handle", "@project.example.org"}};
  CHECK(make_adapter(channel).has_value());
}

TEST_CASE("Bluesky: a link becomes a card, marks are UTF-8 bytes") {
  const Channel channel = plain_channel();
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

TEST_CASE("Bluesky: when a server says so, it is asked again at that time") {
  const Micros now = 1'795'515'723'000'000;
  HttpReply reply{.status = 429, .headers = {}, .body = {}, .final_url = {}};
  reply.headers.set("ratelimit-reset", "1795515783");
  CHECK(retry_time(reply, now) == now + minute);
  // The server's clock is an hour behind ours: its own Date says how far ahead it means.
  reply.headers.set("Date", "Tue, 24 Nov 2026 09:22:33 GMT");
  const Micros server_now = now - hour + 30 * second;
  CHECK(retry_time(reply, now) == now + (1'795'515'783 * second - server_now));
}

TEST_CASE("Bluesky: a thread is one write, its replies name what the server will name") {
  const auto account = sky::sign_up();
  if (!account) return;
  sky::Given given;
  const Post post(*account, draft_of("One, https://tea.example/a\n---\nTwo & #tea\n---\nThree 水"));
  const auto [step, outcome] = post.send(given.access());
  REQUIRE_MESSAGE(std::holds_alternative<Published>(outcome), reason(outcome));
  const auto& receipts = std::get<Published>(outcome).receipts;
  const json::array posts = account->posts();
  REQUIRE(posts.size() == 3);
  REQUIRE(receipts.size() == 3);
  const std::string first = posts[0].at("uri").as_string().c_str();
  for (std::size_t i = 0; i < 3; ++i) {
    CAPTURE(json::serialize(posts[i]));
    const std::string uri = text_at(posts[i], "uri");
    CHECK(receipts[i].id == uri);
    CHECK(receipts[i].extra.at("cid") == posts[i].at("cid"));
    CHECK(receipts[i].url ==
          "https://bsky.app/profile/" + account->did + "/post/" + uri.substr(uri.rfind('/') + 1));
    const json::value& reply = at(posts[i], "/value/reply");
    if (i == 0) {
      CHECK(reply.is_null());
      continue;
    }
    CHECK(at(reply, "/root/uri") == posts[0].at("uri"));
    CHECK(at(reply, "/root/cid") == posts[0].at("cid"));
    CHECK(at(reply, "/parent/uri") == posts[i - 1].at("uri"));
    CHECK(at(reply, "/parent/cid") == posts[i - 1].at("cid"));
  }
  // A repetition changes nothing, and is told from a failure.
  Access access = given.access();
  CHECK(reason(post.adapter->send(step, {}, access)).starts_with("unsure: "));
  CHECK(reason(post.find(step, given.access())) == "published");
  CHECK(account->posts() == posts);
  // So it is at a server that says so with 4xx.
  account->fault("refusal", "applyWrites");
  CHECK(reason(post.adapter->send(step, {}, access)).starts_with("unsure: "));
  account->fault("none", ".");
  // What was prepared at the same time of the same text is the same but for its moment.
  CHECK(post.prepare(access)->front().key == step.key);
}

TEST_CASE("Bluesky: what only partly stands there is shown to a person") {
  const auto account = sky::sign_up();
  if (!account) return;
  sky::Given given;
  const Post post(*account, draft_of("One\n---\nTwo"));
  Access access = given.access();
  const auto steps = post.prepare(access);
  REQUIRE(steps.has_value());
  const Step& step = steps->front();
  CHECK(reason(post.find(step, given.access())) == "absent");
  REQUIRE(reason(post.adapter->send(step, {}, access)) == "published");
  const std::string token = kept(given, "access");
  const std::string uri = text_at(account->posts()[1], "uri");
  const json::object second{{"repo", json::string(account->did)},
                            {"collection", "app.bsky.feed.post"},
                            {"rkey", json::string(uri.substr(uri.rfind('/') + 1))}};
  account->tell("com.atproto.repo.deleteRecord", second, token);
  CHECK(reason(post.find(step, given.access())).starts_with("1 of 2 parts are there: https://"));
  json::object other = second;
  other["record"] = {
      {"$type", "app.bsky.feed.post"}, {"text", "x"}, {"createdAt", "2026-11-24T10:22:03Z"}};
  account->tell("com.atproto.repo.putRecord", other, token);
  CHECK(reason(post.find(step, given.access())).starts_with("another text stands at https://"));
  CHECK(reason(post.find({.key = "k", .request = "{}", .first = 0, .count = 1}, given.access())) ==
        "the stored request is not one of this version");
}

TEST_CASE("Bluesky: mentions are frozen as identities, marks stay inside the text") {
  const auto account = sky::sign_up();
  if (!account) return;
  sky::Given given;
  Post post(*account, draft_of("Thanks, Kim and Nobody"));
  post.rendition.parts[0].facets = {{FacetKind::mention, 8, 11, account->handle},
                                    {FacetKind::mention, 16, 22, "nobody.test"},
                                    {FacetKind::link, 20, 23, "https://tea.example"},
                                    {FacetKind::link, 3, 3, "https://tea.example"}};
  const auto [step, outcome] = post.send(given.access());
  REQUIRE_MESSAGE(std::holds_alternative<Published>(outcome), reason(outcome));
  const json::value record = account->posts()[0];
  REQUIRE(at(record, "/value/facets").as_array().size() == 1);
  CHECK(at(record, "/value/facets/0/features/0/did") == json::string(account->did));
  CHECK(step.request.find(account->did) != std::string::npos);
}

TEST_CASE("Bluesky: pictures with their descriptions, and then no card") {
  const auto account = sky::sign_up();
  if (!account) return;
  sky::Given given;
  Draft draft = draft_of("Look\n---\nAnd read https://tea.example/a");
  draft.title = "Tea";
  draft.link = "https://tea.example/a";
  draft.media = {{"tea.jpg", "A cup of \"tea\"", ""}};
  Post post(*account, draft);
  post.rendition.parts[0].media = {0};
  given.reencodes = false;
  const auto [step, outcome] = post.send(given.access());
  REQUIRE_MESSAGE(std::holds_alternative<Published>(outcome), reason(outcome));
  const json::array posts = account->posts();
  const json::value& embed = at(posts[0], "/value/embed");
  CHECK(at(embed, "/$type") == "app.bsky.embed.images");
  CHECK(at(embed, "/images/0/alt") == "A cup of \"tea\"");
  CHECK(at(embed, "/images/0/aspectRatio") == json::value{{"width", 16}, {"height", 12}});
  CHECK(at(embed, "/images/0/image/mimeType") == "image/jpeg");
  const std::string cid = text_at(at(embed, "/images/0/image/ref"), "$link");
  CHECK(kit::fetch(given.http, account->server + "/xrpc/com.atproto.sync.getBlob?did=" +
                                   account->did + "&cid=" + cid) == sky::small_jpeg());
  // The card stands under the first part without pictures that shows the link.
  CHECK(at(posts[1], "/value/embed/external/uri") == "https://tea.example/a");
  CHECK(at(posts[1], "/value/embed/external/thumb").is_null());
}

TEST_CASE("Bluesky: the card of our own page carries the announcement's picture") {
  const auto account = sky::sign_up();
  if (!account) return;
  sky::Given given;
  // The first part shows the picture itself, so the card comes with the second.
  Draft draft = draft_of("Tea is ready\n---\nRead on");
  draft.title = "Tea";
  draft.summary = "Hot";
  draft.media = {{"tea.jpg", "A cup", ""}};
  const Post post(*account, draft, "https://tea.example/posts/t/");
  const auto [step, outcome] = post.send(given.access());
  REQUIRE_MESSAGE(std::holds_alternative<Published>(outcome), reason(outcome));
  const json::value record = account->posts()[1];
  const json::value& card = at(record, "/value/embed/external");
  CHECK(at(card, "/title") == "Tea");
  CHECK(at(card, "/description") == "Hot");
  CHECK(at(card, "/thumb/size") == json::value(sky::small_jpeg().size()));
  CHECK(given.reencoded.empty());
}

TEST_CASE("Bluesky: the card of a foreign page carries its picture, re-encoded") {
  const auto account = sky::sign_up();
  if (!account) return;
  const std::string foreign = "bytes of a stranger";
  const auto page =
      HttpServer::start({.port = 0, .threads = 1}, [&](const HttpQuery& query) -> HttpAnswer {
        HttpAnswer answer;
        if (query.path == "/a") {
          answer.body =
              "<title>x</title><meta property=\"og:image\" content=\"/p.jpg?a=1&amp;b=2\">";
        } else if (query.target == "/p.jpg?a=1&b=2") {
          answer.body = foreign;
        } else {
          answer.status = query.path == "/broken" ? 500 : 200;
        }
        return answer;
      });
  REQUIRE(page.has_value());
  const std::string base = "http://127.0.0.1:" + std::to_string((*page)->port());
  const auto thumb = [&](sky::Given& given, const std::string& link) {
    Draft draft = draft_of("Tea");
    draft.title = "Tea";
    draft.link = link;
    const Post post(*account, draft);
    const auto [step, outcome] = post.send(given.access());
    REQUIRE_MESSAGE(std::holds_alternative<Published>(outcome), reason(outcome));
    const std::string uri = std::get<Published>(outcome).receipts[0].id;
    const json::value record =
        account->ask("com.atproto.repo.getRecord", {{"repo", account->did},
                                                    {"collection", "app.bsky.feed.post"},
                                                    {"rkey", uri.substr(uri.rfind('/') + 1)}});
    CHECK(text_at(at(record, "/value/embed/external"), "uri") == link);
    return at(record, "/value/embed/external/thumb");
  };
  sky::Given given;
  CHECK(at(thumb(given, base + "/a"), "/size") == json::value(sky::small_jpeg().size()));
  CHECK(given.reencoded == std::vector{foreign});
  CHECK(thumb(given, base + "/none").is_null());
  CHECK(thumb(given, base + "/broken").is_null());
  given.reencodes = false;  // nobody re-encodes: no stranger's bytes are fetched or passed on
  CHECK(thumb(given, base + "/a").is_null());
  sky::Given guarded{HttpClientOptions{}};  // and a private address is not reached
  CHECK(thumb(guarded, base + "/a").is_null());
  CHECK(guarded.reencoded.empty());
}

TEST_CASE("Bluesky: a session is kept, refreshed, and only then opened anew") {
  const auto account = sky::sign_up();
  if (!account) return;
  sky::Given given;
  const auto publish = [&] {
    return reason(Post(*account, draft_of("x")).send(given.access()).second);
  };
  CHECK(publish() == "published");
  const std::string refresh = kept(given, "refresh");
  // The next process uses it, though nobody may log in any more.
  account->fault("limit-without", "createSession|refreshSession");
  CHECK(publish() == "published");
  CHECK(account->hits() == "0");
  account->fault("limit-without", "createSession");
  let_expire(given);
  CHECK(publish() == "published");
  CHECK(account->hits() == "0");
  CHECK(kept(given, "access") != "run-out");
  CHECK(kept(given, "refresh") != refresh);
  // A server that took the session back, as when an app password is revoked.
  account->tell("com.atproto.server.deleteSession", {}, kept(given, "refresh"));
  let_expire(given);
  account->fault("none", ".");
  CHECK(publish() == "published");
  // A new app password is tried, not the session of the old one.
  given.secrets["app_password"] = "another";
  Access access = given.access();
  const auto steps = Post(*account, draft_of("x")).prepare(access);
  REQUIRE(!steps.has_value());
  CHECK(steps.error().fault == Fault::denied);
  CHECK(steps.error().what.find("another") == std::string::npos);
  CHECK(steps.error().hint.find("app password") != std::string::npos);
}

TEST_CASE("Bluesky: log-ins beyond the server's limit wait, and are no refusal") {
  const auto account = sky::sign_up();
  if (!account) return;
  sky::Given given;
  Post post(*account, draft_of("x"));
  account->fault("limit-with", "createSession");
  Access access = given.access();
  CHECK(post.prepare(access).error().fault == Fault::unavailable);
  account->fault("none", ".");
  const auto steps = post.prepare(access);
  REQUIRE(steps.has_value());
  // The session is lost between preparing and sending.
  given.secrets.erase("session");
  account->fault("limit-with", "createSession");
  const auto again = account->adapter();
  CHECK(reason(again->send(steps->front(), {}, access)).starts_with("later: "));
  account->fault("limit-with", "applyWrites");
  const Micros before = given.clock.now();
  const Outcome outcome = post.adapter->send(steps->front(), {}, access);
  REQUIRE_MESSAGE(std::holds_alternative<Later>(outcome), reason(outcome));
  CHECK(std::get<Later>(outcome).not_before >= before + 7 * second);
  account->fault("none", ".");
  CHECK(account->posts().empty());
}

TEST_CASE("Bluesky: processes that refresh at once do not lose the account") {
  const auto account = sky::sign_up();
  if (!account) return;
  sky::Given given;
  CHECK(reason(Post(*account, draft_of("0")).send(given.access()).second) == "published");
  const std::string good = given.secrets.at("session");
  let_expire(given);
  account->fault("limit-without", "createSession");
  std::vector<std::string> outcomes(4);
  std::vector<std::unique_ptr<Post>> posts;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    posts.push_back(std::make_unique<Post>(*account, draft_of(std::to_string(i + 1))));
  }
  std::vector<std::thread> processes;
  for (std::size_t i = 0; i < outcomes.size(); ++i)
    processes.emplace_back([&, i] {
      Access access = given.access();
      const auto steps = posts[i]->prepare(access);
      outcomes[i] =
          steps ? reason(posts[i]->adapter->send(steps->front(), {}, access)) : steps.error().what;
    });
  for (std::thread& process : processes) process.join();
  for (const std::string& outcome : outcomes) CHECK(outcome == "published");
  CHECK(account->hits() == "0");
  CHECK(account->posts().size() == 5);
  // One that has run out takes what another has kept, without asking the server.
  let_expire(given);
  const Post late(*account, draft_of("late"));
  Access access = given.access();
  const auto steps = late.prepare(access);
  REQUIRE(steps.has_value());
  account->fault("limit-without", "createSession|refreshSession");
  given.secrets["session"] = good;
  CHECK(reason(late.adapter->send(steps->front(), {}, access)) == "published");
  CHECK(account->hits() == "0");
  account->fault("none", ".");
}

TEST_CASE("Bluesky: a check says whose account it is") {
  const auto account = sky::sign_up();
  if (!account) return;
  sky::Given given;
  Access access = given.access();
  const auto good = account->adapter()->verify(access);
  REQUIRE_MESSAGE(good.has_value(), good.error().what);
  CHECK(good->handle == "@" + account->handle);
  CHECK(good->detail == account->did);
  CHECK(good->warnings.empty());
  sky::Account other = *account;
  other.channel.url = "https://bsky.app/profile/project.example.org/";
  const auto doubtful = other.adapter()->verify(access);
  REQUIRE(doubtful.has_value());
  REQUIRE(doubtful->warnings.size() == 1);
  CHECK(doubtful->warnings[0] == "the app password is for @" + account->handle +
                                     ", the channel's url is " + other.channel.url);
  other.channel.url = "https://bsky.app/profile/" + account->did;
  other.channel.settings["handle"] = json::string(account->did);
  CHECK(other.adapter()->verify(access)->warnings.empty());
  given.secrets["app_password"] = "wrong-password";
  const auto bad = account->adapter()->verify(access);
  REQUIRE(!bad.has_value());
  CHECK(bad.error().fault == Fault::denied);
  CHECK(bad.error().what.find("wrong-password") == std::string::npos);
}

TEST_CASE("Bluesky: posts, threads, pictures and the longest texts on a real PDS") {
  with_kit(kit::run_posts);
}

TEST_CASE("Bluesky: every fault on a real PDS") {
  with_kit(kit::run_faults);
}

TEST_CASE("Bluesky: kill -9 at every step on a real PDS") {
  with_kit(kit::run_kills);
}
