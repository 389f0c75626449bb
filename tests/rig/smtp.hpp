// A real mail server for a test; see smtp_server.py.
#pragma once

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace carillon::rig {

// Whether the server can run here; says so where not.
inline bool has_smtp() {
  static const bool there =
      std::system("/usr/bin/python3 -c 'import aiosmtpd' 2>/dev/null") == 0;  // NOLINT
  if (!there) MESSAGE("skipped: there is no python3-aiosmtpd (packaging/install.sh)");
  return there;
}

class SmtpServer {
 public:
  explicit SmtpServer(const std::string& mode) {
    std::string pattern = (std::filesystem::temp_directory_path() / "smtp-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    dir_ = pattern;
    int in[2];
    int out[2];
    REQUIRE(::pipe(in) == 0);
    REQUIRE(::pipe(out) == 0);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(in[0], STDIN_FILENO);
      ::dup2(out[1], STDOUT_FILENO);
      for (const int fd : {in[0], in[1], out[0], out[1]}) ::close(fd);
      const std::string script = CARILLON_SOURCE_DIR "/tests/rig/smtp_server.py";
      ::execl("/usr/bin/python3", "python3", script.c_str(), dir_.c_str(), mode.c_str(), nullptr);
      ::_exit(127);
    }
    ::close(in[0]);
    ::close(out[1]);
    stop_ = in[1];
    std::string line;
    for (char c = 0; ::read(out[0], &c, 1) == 1 && c != '\n';) line += c;
    ::close(out[0]);
    REQUIRE_FALSE(line.empty());
    port_ = line;
  }
  SmtpServer(const SmtpServer&) = delete;
  SmtpServer& operator=(const SmtpServer&) = delete;
  ~SmtpServer() {
    ::close(stop_);
    int status = 0;
    ::waitpid(pid_, &status, 0);
    std::filesystem::remove_all(dir_);
  }

  [[nodiscard]] const std::string& port() const { return port_; }
  [[nodiscard]] std::string ca_file() const { return dir_ + "/ca.pem"; }
  // What it took, in order: the envelope, an empty line, the message.
  [[nodiscard]] std::vector<std::string> mails() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(dir_)) {
      if (entry.path().extension() == ".eml") names.push_back(entry.path().string());
    }
    std::sort(names.begin(), names.end());
    std::vector<std::string> out;
    for (const std::string& name : names) {
      std::stringstream text;
      text << std::ifstream(name, std::ios::binary).rdbuf();
      out.push_back(text.str());
    }
    return out;
  }

 private:
  std::string dir_;
  std::string port_;
  pid_t pid_ = 0;
  int stop_ = -1;
};

}  // namespace carillon::rig
