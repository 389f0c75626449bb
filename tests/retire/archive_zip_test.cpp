// Reading zips in place: what platforms write, and what an attacker would.
#include <doctest/doctest.h>

#include "retire/archive_files.hpp"
#include "rig/test_db.hpp"
#include "zip_writer.hpp"

using namespace carillon;
using rig::ZipWriter;

namespace {

bool everything(std::string_view) {
  return true;
}

bool no_secrets(std::string_view name) {
  return name.find("secret") == std::string_view::npos;
}

std::unique_ptr<ArchiveFiles> opened(ZipWriter& writer, const rig::TempDir& dir,
                                     ArchiveFiles::Allow allow = &everything) {
  writer.write(dir.file("a.zip"));
  auto files = open_archive(dir.file("a.zip"), allow, dir.file("."));
  REQUIRE_MESSAGE(files.has_value(), (files ? "" : files.error().what));
  return std::move(*files);
}

Fault fault_of(const ArchiveFiles& files, std::string_view name) {
  const auto read = read_member(files, name, std::size_t{1} << 30U);
  REQUIRE_FALSE(read.has_value());
  CHECK_FALSE(read.error().what.empty());
  return read.error().fault;
}

std::string text_of(const ArchiveFiles& files, std::string_view name) {
  const auto read = read_member(files, name, std::size_t{1} << 30U);
  REQUIRE_MESSAGE(read.has_value(), (read ? "" : read.error().what));
  return *read;
}

}  // namespace

TEST_CASE("stored and deflated members are read, with Zip64 and without") {
  std::string large(300'000, ' ');
  for (std::size_t i = 0; i < large.size(); ++i)
    large[i] = static_cast<char>('a' + (i * i / 7 + i / 255) % 26);
  for (const bool zip64 : {false, true}) {
    CAPTURE(zip64);
    const rig::TempDir dir;
    ZipWriter writer(zip64);
    writer.add("data/one.js", "one").add("data/two.js", large, ZipWriter::Pack::deflated);
    writer.add("data/deep/three.js", "").add("other.js", "other");
    const auto files = opened(writer, dir);
    CHECK(text_of(*files, "data/one.js") == "one");
    CHECK(text_of(*files, "data/two.js") == large);
    CHECK(text_of(*files, "data/deep/three.js").empty());
    CHECK(files->bytes_of("data/two.js") == large.size());
    CHECK_FALSE(files->bytes_of("data/none.js"));
    CHECK(files->names_in("data/") == std::vector<std::string>{"data/one.js", "data/two.js"});
    CHECK(fault_of(*files, "data/none.js") == Fault::not_found);
  }
}

TEST_CASE("an archive may stand in a folder of its own") {
  const rig::TempDir dir;
  ZipWriter writer;
  writer.add("twitter-2023/data/one.js", "one");
  const auto files = opened(writer, dir);
  CHECK(text_of(*files, "data/one.js") == "one");
}

TEST_CASE("what must not be read is not there") {
  const rig::TempDir dir;
  ZipWriter writer;
  writer.add("data/secret.js", "SECRET").add("data/one.js", "one");
  const auto files = opened(writer, dir, &no_secrets);
  CHECK_FALSE(files->bytes_of("data/secret.js"));
  CHECK(fault_of(*files, "data/secret.js") == Fault::not_found);
}

TEST_CASE("names that lead elsewhere, and links, are not there") {
  const rig::TempDir dir;
  ZipWriter writer;
  constexpr std::uint32_t link = 0xA1FF0000;
  for (const char* name : {"data/../../up.js", "/data/root.js", "..\\up.js", "data//two.js",
                           "data/./dot.js", "C:/data/drive.js", "data/folder/"})
    writer.add(name, "bad");
  writer.add("data/link.js", "/etc/passwd", ZipWriter::Pack::stored, {.attributes = link});
  writer.add("data/one.js", "one");
  const auto files = opened(writer, dir);
  CHECK(files->names_in("data/") == std::vector<std::string>{"data/one.js"});
  for (const char* name : {"data/../../up.js", "/data/root.js", "data/link.js", "data//two.js"})
    CHECK_FALSE(files->bytes_of(name));
}

TEST_CASE("a bomb, a double, an overlap and a lie are refused") {
  const rig::TempDir dir;
  ZipWriter writer;
  using Pack = ZipWriter::Pack;
  writer.add("data/good.js", "good");
  writer.add("data/bomb.js", std::string(6'000'000, '\0'), Pack::deflated);
  writer.add("data/twice.js", "a").add("data/twice.js", "b");
  writer.add("data/crc.js", "crc", Pack::stored, {.crc_off = 1});
  writer.add("data/more.js", std::string(5000, 'x'), Pack::deflated, {.says_bytes = 10});
  writer.add("data/less.js", "less", Pack::stored, {.says_bytes = 400});
  writer.add("data/name.js", "name", Pack::stored, {.inner_name = "data/nama.js"});
  writer.add("data/shared.js", "shared", Pack::stored, {.header_at = 0});
  const auto files = opened(writer, dir);
  CHECK(fault_of(*files, "data/bomb.js") == Fault::too_large);
  for (const char* name : {"data/twice.js", "data/crc.js", "data/more.js", "data/less.js",
                           "data/name.js", "data/shared.js", "data/good.js"}) {
    CAPTURE(name);
    CHECK(fault_of(*files, name) == Fault::corrupt);
  }
}

TEST_CASE("a cut or foreign file is no zip, and says so") {
  const rig::TempDir dir;
  ZipWriter writer;
  writer.add("data/one.js", "one").add("data/two.js", "two");
  const std::string whole = writer.bytes();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::string cut = whole.substr(0, size);
    std::ofstream(dir.file("cut.zip"), std::ios::binary) << cut;
    const auto files = open_archive(dir.file("cut.zip"), &everything, dir.file("."));
    CAPTURE(size);
    REQUIRE_FALSE(files.has_value());
    CHECK(files.error().fault == Fault::corrupt);
    CHECK_FALSE(files.error().hint.empty());
  }
  CHECK(open_archive(dir.file("none.zip"), &everything, dir.file(".")).error().fault ==
        Fault::not_found);
}

TEST_CASE("a folder is read like a zip, and no link in it is followed") {
  const rig::TempDir dir;
  namespace fs = std::filesystem;
  fs::create_directories(dir.path() / "a/data");
  fs::create_directories(dir.path() / "outside");
  std::ofstream(dir.file("outside/secret.js")) << "SECRET";
  std::ofstream(dir.file("a/data/one.js")) << "one";
  fs::create_symlink("../../outside/secret.js", dir.path() / "a/data/link.js");
  fs::create_directory_symlink("../../outside", dir.path() / "a/data/way");
  const auto files = open_archive(dir.file("a"), &everything, dir.file("."));
  REQUIRE(files.has_value());
  CHECK(text_of(**files, "data/one.js") == "one");
  CHECK((*files)->names_in("data/") == std::vector<std::string>{"data/one.js"});
  for (const char* name : {"data/link.js", "data/way/secret.js"}) {
    CHECK_FALSE((*files)->bytes_of(name));
    CHECK(fault_of(**files, name) == Fault::not_found);
  }
}
