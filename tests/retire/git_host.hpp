// A git host for one test: repositories of a folder over the smart protocol of HTTP, on a real
// server of this machine, by git itself. See gitprotocol-http(5).
#pragma once

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <memory>
#include <string>

#include "net/server.hpp"
#include "retire/git_process.hpp"

namespace carillon::testing {

class GitHost {
 public:
  // Shows the repository at `root` under every path.
  explicit GitHost(std::filesystem::path root) : root_(std::move(root)) {
    auto started = HttpServer::start({.port = 0, .threads = 2},
                                     [this](const HttpQuery& query) { return answer(query); });
    REQUIRE(started.has_value());
    server_ = std::move(*started);
  }
  [[nodiscard]] std::string url(const std::string& path = "/bells.git") const {
    return fmt::format("http://127.0.0.1:{}{}", server_->port(), path);
  }
  std::atomic<bool> silent{false};  // says where things are, and then nothing of use
  std::atomic<int> asked{0};

 private:
  std::string said(std::vector<std::string> words, std::string_view input) const {
    Git git;
    REQUIRE(git.start(root_.string(), std::move(words)).has_value());
    git.write(input);
    git.close_input();
    std::string out;
    git.read_exactly(std::numeric_limits<std::size_t>::max(), out);
    return out;
  }
  HttpAnswer answer(const HttpQuery& query) {
    ++asked;
    HttpAnswer out;
    if (query.method == "GET") {
      out.headers = {{"Content-Type", "application/x-git-upload-pack-advertisement"}};
      out.body = "001e# service=git-upload-pack\n0000" +
                 said({"upload-pack", "--stateless-rpc", "--advertise-refs", "."}, {});
      return out;
    }
    while (silent) std::this_thread::yield();
    out.headers = {{"Content-Type", "application/x-git-upload-pack-result"}};
    out.body = said({"upload-pack", "--stateless-rpc", "."}, query.body);
    return out;
  }

  std::filesystem::path root_;
  std::unique_ptr<HttpServer> server_;
};

// Runs git in the folder as somebody with a name.
inline void git_in(const std::filesystem::path& root, const std::string& words) {
  const std::string line = fmt::format(
      "git -C '{}' -c user.name=a -c user.email=a@example.org -c init.defaultBranch=main {}",
      root.string(), words);
  REQUIRE(std::system(line.c_str()) == 0);
}

}  // namespace carillon::testing
