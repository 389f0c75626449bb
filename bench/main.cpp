#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>

#include "base/crypto_memory.hpp"
#include "bench.hpp"

namespace {

using Words = std::map<std::string, std::string, std::less<>>;

// "--name value" pairs behind the first word.
Words words_of(int argc, char** argv) {
  Words out;
  for (int i = 2; i + 1 < argc; i += 2) out[std::string(argv[i]).substr(2)] = argv[i + 1];
  return out;
}

std::uint32_t number(const Words& words, std::string_view name, std::uint32_t otherwise = 0) {
  const auto at = words.find(name);
  return at == words.end()
             ? otherwise
             : static_cast<std::uint32_t>(std::strtoul(at->second.c_str(), nullptr, 10));
}

std::string text(const Words& words, std::string_view name) {
  const auto at = words.find(name);
  return at == words.end() ? "" : at->second;
}

std::string file(const std::string& name) {
  std::ifstream in(name);
  return {std::istreambuf_iterator<char>(in), {}};
}

int sink(const Words& words) {
  return carillon::bench::sink({.port = static_cast<std::uint16_t>(number(words, "port")),
                                .public_pem = file(text(words, "key")),
                                .root_file = text(words, "tls"),
                                .hosts = number(words, "hosts"),
                                .delay_ms = number(words, "delay"),
                                .holes = number(words, "holes"),
                                .busy = number(words, "busy")});
}

int fanout(const Words& words) {
  return carillon::bench::fanout({.dir = text(words, "dir"),
                                  .scheme = text(words, "ca").empty() ? "http" : "https",
                                  .port = static_cast<std::uint16_t>(number(words, "port")),
                                  .hosts = number(words, "hosts"),
                                  .first = static_cast<int>(number(words, "first", 1)),
                                  .rounds = static_cast<int>(number(words, "rounds", 1)),
                                  .ca_file = text(words, "ca"),
                                  .enough = number(words, "enough")});
}

int herd(const Words& words) {
  return carillon::bench::herd({.dir = text(words, "dir"),
                                .target = text(words, "target"),
                                .port = static_cast<std::uint16_t>(number(words, "port")),
                                .follows = number(words, "follows"),
                                .connections = number(words, "connections", 1),
                                .only_prepare = number(words, "prepare") != 0});
}

}  // namespace

int main(int argc, char** argv) {
  carillon::keep_crypto_memory();
  const std::string_view what = argc > 1 ? argv[1] : "";
  if (what == "render" && argc == 5)
    return carillon::bench::render(argv[2], argv[3], std::strtoull(argv[4], nullptr, 10));
  if (what == "archive" && argc == 3) return carillon::bench::archive_search(argv[2]);
  if (what == "deliver" && argc == 3) return carillon::bench::deliver(argv[2]);
  if (what == "bare" && argc == 4)
    return carillon::bench::bare(argv[2], std::strtoull(argv[3], nullptr, 10));
  if (what == "sink") return sink(words_of(argc, argv));
  if (what == "fanout") return fanout(words_of(argc, argv));
  if (what == "herd") return herd(words_of(argc, argv));
  std::fputs(
      "usage: carillon-bench render DIR BODIES_FILE BYTES_MAX | deliver DIR | archive DATA | "
      "bare DIR BYTES | sink|fanout|herd --NAME VALUE...\n",
      stderr);
  return 2;
}
