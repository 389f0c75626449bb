// The chain's bytes: logs that another program made from the description alone.
#include "core/chain.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

#include "base/bytes.hpp"

using namespace carillon;

namespace {

std::string stored(const std::string& name) {
  std::ifstream in(CARILLON_SOURCE_DIR "/tests/fuzz/corpus/chain/" + name);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Fed in pieces of that many bytes.
ChainReport judged(const std::string& text, std::size_t piece, const std::string& pinned = {}) {
  ChainFile file(pinned);
  for (std::size_t at = 0; at < text.size(); at += piece)
    file.feed(std::string_view(text).substr(at, piece));
  return file.finish();
}

}  // namespace

TEST_CASE("a log written by another program holds, however it is cut into pieces") {
  const std::string head = "c9c9bdff4069e8531d8018fbfc8e67a25b1a94a3cf46f85b7c4822bc74b0bb85";
  for (const std::size_t piece : {1U, 7U, 100'000U}) {
    const ChainReport report = judged(stored("whole.jsonl"), piece, from_hex(head).value());
    CHECK(report.broken == "");
    CHECK(report.count == 3);
    CHECK(report.erased == 1);
    CHECK(to_hex(report.head) == head);
    CHECK(report.pinned_at == 3);
  }
}

TEST_CASE("what is wrong with a log is said, and where") {
  CHECK(judged(stored("changed.jsonl"), 50).broken == "event 1 was changed: its actor");
  CHECK(judged(stored("missing.jsonl"), 50).broken == "event 2 is missing");
  CHECK(judged("{}\n", 50).broken == "line 1 cannot be read: /seq: missing");
  CHECK(
      judged(std::string(2'000'000, 'x'), 4096).broken.starts_with("line 1 cannot be read: it is"));
  CHECK(judged("", 50).broken == "");
  CHECK(judged("", 50).count == 0);
  std::string last = stored("whole.jsonl");
  last.resize(last.rfind('\n', last.size() - 2) + 1);
  // Without the event that tells of the erasing.
  CHECK(judged(last, 50).broken ==
        "the details of event 2 are gone, and no event says that they were erased");
  std::string number = stored("whole.jsonl");
  number.replace(number.find("\"seq\":1"), 7, "\"seq\":0");
  CHECK(judged(number, 50).broken == "line 1 cannot be read: /seq: 0 is no number of an event");
}
