// Archives as .tar.gz: those that tar itself writes, and those of an attacker.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>
#include <fstream>

#include "net/compress.hpp"
#include "retire/archive_files.hpp"
#include "retire/archive_import.hpp"
#include "rig/test_db.hpp"

using namespace carillon;
namespace fs = std::filesystem;

namespace {

bool everything(std::string_view) {
  return true;
}
bool top_alone(std::string_view name) {
  return name.find('/') == std::string_view::npos && name != "secret.json";
}
void quiet(std::string_view, std::uint64_t, std::uint64_t) {}

void write(const fs::path& path, const std::string& bytes) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary).write(bytes.data(), std::streamsize(bytes.size()));
}

// One member, its header by ustar; `bytes` may be another size than it has.
std::string member(const std::string& name, const std::string& body, char type = '0',
                   std::int64_t bytes = -1) {
  std::string head(512, '\0');
  head.replace(0, name.size(), name);
  head.replace(100, 7, "0000644");
  head.replace(124, 11, fmt::format("{:011o}", bytes < 0 ? std::int64_t(body.size()) : bytes));
  head.replace(148, 8, "        ");
  head[156] = type;
  head.replace(257, 8, std::string("ustar\00000", 8));
  unsigned sum = 0;
  for (const char c : head) sum += static_cast<unsigned char>(c);
  head.replace(148, 7, fmt::format("{:06o}", sum) + '\0');
  return head + body + std::string((512 - body.size() % 512) % 512, '\0');
}

const std::string ending(1024, '\0');

struct Opened {
  rig::TempDir dir;
  std::unique_ptr<ArchiveFiles> files;
  Error error;
  explicit Opened(const std::string& bytes, ArchiveFiles::Allow allow = &everything) {
    write(dir.path() / "a.tar.gz", bytes);
    auto got = open_archive(dir.file("a.tar.gz"), allow, dir.file("."));
    if (got) files = std::move(*got);
    if (!got) error = got.error();
  }
};

}  // namespace

TEST_CASE("what tar writes is read, in each of its forms, and nothing lies about afterwards") {
  const rig::TempDir dir;
  const std::string deep(120, 'd');
  const std::string long_name = fmt::format("{}/{}/{}.jpg", deep, deep, deep);
  const std::string large(700'000, 'x');
  write(dir.path() / "in/outbox.json", "{}");
  write(dir.path() / "in/large.bin", large);
  write(dir.path() / "in" / long_name, "deep");
  fs::create_symlink("/etc/passwd", dir.path() / "in/link");
  for (const char* form : {"--format=ustar", "--format=pax", "--format=gnu"}) {
    for (const char* packed : {"", "-z"}) {
      CAPTURE(form);
      const bool too_long = std::string(form) == "--format=ustar";
      const std::string what = too_long ? "outbox.json large.bin link" : ".";
      const std::string command = fmt::format("tar -C '{}' {} {} -cf '{}' {}", dir.file("in"), form,
                                              packed, dir.file("out.tar"), what);
      REQUIRE(std::system(command.c_str()) == 0);  // NOLINT: a command of this test
      fs::create_directories(dir.path() / "scratch");
      const auto files = open_archive(dir.file("out.tar"), &everything, dir.file("scratch"));
      REQUIRE_MESSAGE(files.has_value(), (files ? "" : files.error().what));
      CHECK(*read_member(**files, "outbox.json", 10) == "{}");
      CHECK(*read_member(**files, "large.bin", large.size()) == large);
      if (!too_long) CHECK(*read_member(**files, long_name, 10) == "deep");
      CHECK_FALSE((*files)->bytes_of("link").has_value());
      CHECK((*files)->names_in("").size() == 2);
      CHECK(fs::is_empty(dir.path() / "scratch"));
    }
  }
}

TEST_CASE("a tar that lies, hides or traps is refused, or has no effect") {
  const std::string good = member("top.json", "hello") + ending;
  CHECK(Opened(gzip(good)).files != nullptr);
  // Only what may be read is kept, whatever it is called.
  const Opened names(
      gzip(member("secret.json", "SECRET") + member("../up.json", "x") + member("/root.json", "x") +
           member("./top.json", "hello") + member("link.json", "", '2') + ending),
      &top_alone);
  REQUIRE(names.files != nullptr);
  CHECK(names.files->names_in("") == std::vector<std::string>{"top.json"});
  CHECK_FALSE(names.files->read("secret.json", [](std::string_view) { return Result<void>(); }));
  const Opened twice(gzip(member("a", "1") + member("a", "2") + ending));
  CHECK(read_member(*twice.files, "a", 10).error().fault == Fault::corrupt);
  // A folder of its own around it.
  const Opened inside(
      gzip(member("archive/top.json", "hello") + member("archive/x/y", "") + ending), &top_alone);
  CHECK(*read_member(*inside.files, "top.json", 10) == "hello");

  const std::string packed = gzip(good);
  CHECK(Opened(packed.substr(0, packed.size() - 9)).error.fault == Fault::corrupt);
  CHECK(Opened(gzip(member("a", "short", '0', 5000))).error.fault == Fault::corrupt);
  CHECK(Opened(gzip(std::string(10'000, 'x'))).error.fault == Fault::corrupt);
  std::string off = good;
  off[124] = '7';  // its sum is another
  CHECK(Opened(gzip(off)).error.fault == Fault::corrupt);
  CHECK(Opened(gzip(member("a", "11 path=b\n", 'x') + member("a", "1") + ending)).error.fault ==
        Fault::corrupt);
  const std::string bomb(std::size_t{64} << 20U, '\0');
  CHECK(Opened(gzip(member("a", "", '0', 0) + bomb)).error.fault == Fault::too_large);
}

TEST_CASE("Mastodon's archive comes as .tar.gz") {
  const rig::TempDir dir;
  write(dir.path() / "in/actor.json",
        R"({"id":"https://fosstodon.example/users/ours","preferredUsername":"ours","name":"O"})");
  write(
      dir.path() / "in/outbox.json",
      R"({"orderedItems":[{"type":"Create","to":["https://www.w3.org/ns/activitystreams#Public"],)"
      R"("published":"2023-05-17T10:00:00Z","object":{"id":"https://fosstodon.example/users/ours/)"
      R"(statuses/1","to":["https://www.w3.org/ns/activitystreams#Public"],"content":"<p>hi</p>",)"
      R"("attachment":[{"mediaType":"image/png","url":"/media_attachments/files/1/a.png",)"
      R"("name":"A cat"}]}}]})");
  write(dir.path() / "in/media_attachments/files/1/a.png", "picture");
  write(dir.path() / "in/likes.json", "SECRET-likes");
  fs::create_directories(dir.path() / "data");
  const std::string command =
      fmt::format("tar -C '{}' -czf '{}' .", dir.file("in"), dir.file("archive.tar.gz"));
  REQUIRE(std::system(command.c_str()) == 0);  // NOLINT: a command of this test
  const auto done = import_archive(dir.file("archive.tar.gz"), dir.file("data"), &quiet);
  REQUIRE_MESSAGE(done.has_value(), (done ? "" : done.error().what));
  CHECK(done->handle == "ours@fosstodon.example");
  CHECK(done->counts.posts == 1);
  CHECK(done->counts.pictures == 1);
  CHECK(done->counts.missing_media == 0);
  CHECK(import_archive(dir.file("archive.tar.gz"), dir.file("data"), &quiet)->again);
}
