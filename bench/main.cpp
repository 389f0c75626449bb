#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "bench.hpp"

int main(int argc, char** argv) {
  const std::string_view what = argc > 1 ? argv[1] : "";
  if (what == "render" && argc == 5)
    return carillon::bench::render(argv[2], argv[3], std::strtoull(argv[4], nullptr, 10));
  if (what == "archive" && argc == 3) return carillon::bench::archive_search(argv[2]);
  if (what == "deliver" && argc == 3) return carillon::bench::deliver(argv[2]);
  if (what == "bare" && argc == 4)
    return carillon::bench::bare(argv[2], std::strtoull(argv[3], nullptr, 10));
  std::fputs(
      "usage: carillon-bench render DIR BODIES_FILE BYTES_MAX | deliver DIR | archive DATA | "
      "bare DIR BYTES\n",
      stderr);
  return 2;
}
