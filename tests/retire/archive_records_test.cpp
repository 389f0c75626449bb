// Cutting files into records, and the texts inside.
#include <doctest/doctest.h>

#include "retire/archive_records.hpp"
#include "retire/archive_text.hpp"
#include "retire/archive_x.hpp"

using namespace carillon;

namespace {

std::string records_of(std::string_view text, std::size_t step, std::string list = {}) {
  std::string out;
  ArchiveRecords records(
      [&](std::string_view record) -> Result<void> {
        out += std::string(record) + "|";
        return {};
      },
      std::move(list));
  for (std::size_t at = 0; at < text.size(); at += step) {
    const auto fed = records.feed(text.substr(at, step));
    if (!fed) return "error: " + fed.error().what;
  }
  const auto done = records.finish();
  return done ? out : "error: " + done.error().what;
}

}  // namespace

TEST_CASE("records are cut alike, whatever pieces the file comes in") {
  struct Case {
    const char* text;
    const char* records;
  };
  for (const Case& each : {
           Case{"window.YTD.tweets.part0 = [ {\"a\" : 1}, {\"b\" : [ {} ]} ]",
                "{\"a\" : 1}|{\"b\" : [ {} ]}|"},
           Case{"window.YTD.x.part0 = [\n  {\"t\" : \"] } \\\" {\"}\n]",
                "{\"t\" : \"] } \\\" {\"}|"},
           Case{R"(window.x = [{"t":"\\"},{"t":"a\"]\\\"}","u\\":"]"},{}])",
                R"({"t":"\\"}|{"t":"a\"]\\\"}","u\\":"]"}|{}|)"},
           Case{"Grailbird.data.tweets_2013_05 = \n [ ]", ""},
           Case{"[{}]", "{}|"},
           Case{"\xEF\xBB\xBFwindow.x = [{}]", "{}|"},
           Case{"", ""},
       }) {
    for (const std::size_t step : {1, 2, 3, 7, 1000}) {
      CAPTURE(each.text);
      CAPTURE(step);
      CHECK(records_of(each.text, step) == each.records);
    }
  }
  CHECK(records_of(R"({"a": [1, {"orderedItems": [{}]}], "orderedItems": [{"x":1},{}]})", 1,
                   "orderedItems") == "{\"x\":1}|{}|");
}

TEST_CASE("a file that was cut, or is none, says so") {
  for (const char* text : {"window.x = [ {\"a\" : 1}", "window.x = [", "window.x = ", "hello",
                           "window.x = [ {\"a\" : \"", "window.x = [ 1 ]", "window.x = 5"}) {
    CAPTURE(text);
    CHECK(records_of(text, 1000).starts_with("error: "));
    CHECK(records_of(text, 1).starts_with("error: "));
  }
}

TEST_CASE("escapes are undone once") {
  CHECK(unescaped("R&amp;D &lt;b&gt; &amp;lt; & &x;") == "R&D <b> &lt; & &x;");
}

TEST_CASE("short addresses lead where they led") {
  const std::string target = "https://example.org/a";
  const std::string none;
  const auto known = [&](std::string_view address) -> const std::string* {
    if (address == "https://t.co/abc") return &target;
    return address == "https://t.co/pic" ? &none : nullptr;
  };
  const auto done =
      without_short_addresses("a http://t.co/abc, https://t.co/abcd https://t.co/pic", known);
  CHECK(done.text == "a https://example.org/a, https://t.co/abcd");
  CHECK(done.replaced == 2);
  CHECK(done.left == 1);
}

TEST_CASE("a long note is told by its beginning") {
  CHECK(note_continues("A long text that goes on and on", "A long text that…"));
  CHECK(note_continues("A long text that goes on", "@peer A long text… https://t.co/x"));
  CHECK_FALSE(note_continues("Another text", "A long text that…"));
  CHECK_FALSE(note_continues("Anything", "…"));
}

TEST_CASE("times of every era") {
  CHECK(x_time("Sat Aug 12 16:10:37 +0000 2023") == 1691856637 * second);
  CHECK(x_time("2014-02-03 16:59:15 +0000") == 1391446755 * second);
  CHECK(x_time("2023-08-12T16:10:37.250Z") == 1691856637 * second + 250'000);
  CHECK_FALSE(x_time("yesterday"));
}

TEST_CASE("only public members may be opened") {
  for (const char* name : {"data/tweets.js", "data/tweets-part12.js", "data/tweet.js", "tweet.js",
                           "data/note-tweet.js", "data/manifest.js", "data/js/tweets/2013_05.js",
                           "data/tweets_media/1-a.jpg", "data/deleted-tweets.js"})
    CHECK_MESSAGE(x_allows(name), name);
  for (const char* name :
       {"data/direct-messages.js", "data/ip-audit.js", "data/phone-number.js", "data/contact.js",
        "data/deleted_tweets_media/1-a.jpg", "data/twitter_circle_tweet_media/1-a.jpg",
        "data/direct_messages_media/1-a.jpg", "data/tweets-partx.js", "data/tweets_media/a/b.jpg",
        "data/tweets_media/", "data/tweet-headers.js", "data/js/tweets/2013_05.js.js"})
    CHECK_MESSAGE(!x_allows(name), name);
}

TEST_CASE("a post with half a character and a bad byte is read") {
  const PastArchive archive;
  const auto post = x_post(
      "{\"tweet\":{\"id_str\":\"20\",\"created_at\":\"Tue Mar 21 20:50:14 +0000 2006\","
      "\"full_text\":\"a \\ud83d b \\ud83d\\ude00 \xff c\"}}",
      archive);
  REQUIRE_MESSAGE(post.has_value(), (post ? "" : post.error().what));
  REQUIRE(post->has_value());
  CHECK((*post)->text == "a \xEF\xBF\xBD b 😀 \xEF\xBF\xBD c");
  CHECK(x_post("{\"tweet\":{}}", archive).error().fault == Fault::corrupt);
  CHECK(x_post("{", archive).error().fault == Fault::corrupt);
}
