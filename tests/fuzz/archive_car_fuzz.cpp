// A Bluesky repository from anybody: as it comes, and with its blocks named right, so that the tree
// is walked and the records are read.
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "base/crypto.hpp"
#include "fuzz.hpp"
#include "retire/archive_bluesky.hpp"
#include "retire/archive_car.hpp"
#include "text/dag_cbor.hpp"

using namespace carillon;

namespace {

// One file for all inputs, in memory where the machine has such a place.
const std::string& scratch() {
  static const std::string path = "/dev/shm/carillon-car-fuzz-" + std::to_string(::getpid());
  return path;
}

void write_scratch(std::string_view bytes) {
  std::FILE* file = std::fopen(scratch().c_str(), "wb");
  fuzz::require(file != nullptr, "the scratch file can be written");
  std::fwrite(bytes.data(), 1, bytes.size(), file);
  std::fclose(file);
}

void read_all(std::string_view bytes) {
  write_scratch(bytes);
  const auto files = open_car(scratch(), &bluesky_allows);
  ::unlink(scratch().c_str());
  if (!files) return fuzz::require_sound(files.error());
  const auto archive = bluesky_archive(**files, {});
  if (!archive) return fuzz::require_sound(archive.error());
  for (const std::string& folder : archive->posts) {
    for (const std::string& name : (*files)->names_in(folder)) {
      fuzz::require(bluesky_allows(name), "only what may be read is listed");
      const auto record = read_member(**files, name, std::size_t{1} << 20U);
      if (!record) {
        fuzz::require_sound(record.error());
        continue;
      }
      const auto post = archive->read(name, *record, *archive);
      if (!post) fuzz::require_sound(post.error());
    }
  }
}

// Blocks stand apart by FF FF; in each, a CID whose digest is 32 times the number of a later block
// becomes that block's. The first is the commit.
std::string named_right(std::string_view in) {
  const std::string prefix("\x01\x71\x12\x20", 4);
  std::vector<std::string> blocks(1);
  for (std::size_t i = 0; i < in.size() && blocks.size() < 16; ++i) {
    if (in.substr(i).starts_with("\xFF\xFF")) {
      blocks.emplace_back();
      ++i;
    } else {
      blocks.back() += in[i];
    }
  }
  const auto section = [](const std::string& bytes) {
    std::string out;
    for (std::size_t size = bytes.size();; size >>= 7U) {
      out += static_cast<char>((size & 127U) | (size > 127 ? 128U : 0U));
      if (size <= 127) return out + bytes;
    }
  };
  std::string out;
  std::vector<std::string> cids(blocks.size());
  for (std::size_t i = blocks.size(); i-- > 0;) {
    for (std::size_t later = i + 1; later < blocks.size(); ++later) {
      const std::string wanted = prefix + std::string(32, static_cast<char>(later));
      for (auto at = blocks[i].find(wanted); at != std::string::npos; at = blocks[i].find(wanted))
        blocks[i].replace(at, wanted.size(), cids[later]);
    }
    cids[i] = prefix + sha256(blocks[i]);
    out += section(cids[i] + blocks[i]);
  }
  return section(std::string("\xA2\x65roots\x81\xD8\x2A\x58\x25\0", 13) + cids[0] +
                 "\x67version\x01") +
         out;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto value = from_dag_cbor(bytes)) {
    // What is read and can be written is the same when it is read again.
    if (const auto written = dag_cbor(*value)) {
      const auto again = from_dag_cbor(*written);
      fuzz::require(again.has_value(), "what was written can be read");
      const auto same = dag_cbor(*again);
      fuzz::require(same && *same == *written, "a value stays what it is");
    }
  }
  read_all(bytes);
  read_all(named_right(bytes));
  return 0;
}
