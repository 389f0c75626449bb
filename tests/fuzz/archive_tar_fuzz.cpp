// A tar from anybody, plain and packed: opened, listed, and every member read.
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "fuzz.hpp"
#include "net/compress.hpp"
#include "retire/archive_files.hpp"

using namespace carillon;

namespace {

bool allow(std::string_view name) {
  return name.find("no") == std::string_view::npos;
}

// One file for all inputs, in memory where the machine has such a place.
const std::string& scratch() {
  static const std::string path = "/dev/shm/carillon-tar-fuzz-" + std::to_string(::getpid());
  return path;
}

// Headers of made-up inputs get the right sum, or none would be looked at.
std::string with_sums(std::string bytes) {
  for (std::size_t at = 0; at + 512 <= bytes.size(); at += 512) {
    unsigned sum = 0;
    for (std::size_t i = 0; i < 512; ++i)
      sum += i >= 148 && i < 156 ? ' ' : static_cast<unsigned char>(bytes[at + i]);
    if (sum == 8 * ' ') continue;
    for (std::size_t i = 6; i-- > 0; sum >>= 3U)
      bytes[at + 148 + i] = static_cast<char>('0' + (sum & 7U));
    bytes[at + 154] = '\0';
  }
  return bytes;
}

void read_all(std::string_view bytes) {
  std::FILE* file = std::fopen(scratch().c_str(), "wb");
  fuzz::require(file != nullptr, "the scratch file can be written");
  std::fwrite(bytes.data(), 1, bytes.size(), file);
  std::fclose(file);
  const auto files = open_tar(scratch(), &allow, "/dev/shm");
  ::unlink(scratch().c_str());
  if (!files) return fuzz::require_sound(files.error());
  for (const char* folder : {"", "data/", "media_attachments/"}) {
    for (const std::string& name : (*files)->names_in(folder)) {
      fuzz::require(!name.starts_with("/") && name.find("/../") == std::string::npos,
                    "no name leads elsewhere");
      const auto said = (*files)->bytes_of(name);
      fuzz::require(said.has_value(), "what is listed is there");
      std::uint64_t came = 0;
      const auto read = (*files)->read(name, [&](std::string_view piece) -> Result<void> {
        came += piece.size();
        return {};
      });
      if (read) fuzz::require(came == *said, "a member that was read is whole");
      if (!read) fuzz::require_sound(read.error());
    }
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  read_all(bytes);
  const std::string sound = with_sums(bytes);
  read_all(sound);
  read_all(gzip(sound));
  return 0;
}
