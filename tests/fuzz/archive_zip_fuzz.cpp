// A zip from anybody: opened, listed, and every member read.
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "fuzz.hpp"
#include "retire/archive_files.hpp"

using namespace carillon;

namespace {

std::size_t asked = 0;

// Every name that the zip claims to hold is seen here.
bool allow(std::string_view name) {
  ++asked;
  return name.find("no") == std::string_view::npos;
}

// One file for all inputs, in memory where the machine has such a place.
const std::string& scratch() {
  static const std::string path = "/dev/shm/carillon-zip-fuzz-" + std::to_string(::getpid());
  return path;
}

void write_scratch(const std::uint8_t* data, std::size_t size) {
  std::FILE* file = std::fopen(scratch().c_str(), "wb");
  fuzz::require(file != nullptr, "the scratch file can be written");
  std::fwrite(data, 1, size, file);
  std::fclose(file);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  write_scratch(data, size);
  const auto files = open_zip(scratch(), &allow);
  ::unlink(scratch().c_str());
  if (!files) {
    fuzz::require_sound(files.error());
    return 0;
  }
  for (const char* folder : {"", "data/", "data/tweets_media/"}) {
    for (const std::string& name : (*files)->names_in(folder)) {
      fuzz::require(name.find("..") == std::string::npos || name.find("/../") == std::string::npos,
                    "no name leads up");
      fuzz::require(!name.starts_with("/"), "no name starts at the root");
      const auto said = (*files)->bytes_of(name);
      fuzz::require(said.has_value(), "what is listed is there");
      std::uint64_t came = 0;
      const auto read = (*files)->read(name, [&](std::string_view bytes) -> Result<void> {
        came += bytes.size();
        fuzz::require(came <= *said, "no member is larger than it says");
        return {};
      });
      if (read) {
        fuzz::require(came == *said, "a member that was read is whole");
      } else {
        fuzz::require_sound(read.error());
      }
    }
  }
  return 0;
}
