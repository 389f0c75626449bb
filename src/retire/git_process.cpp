#include "retire/git_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/bytes.hpp"

namespace carillon {

namespace {

std::string_view name_of(std::string_view pair) {
  return pair.substr(0, pair.find('='));
}

std::vector<std::string> environment_with(const std::vector<std::string>& settings) {
  std::vector<std::string> out;
  for (char** one = environ; *one != nullptr; ++one) {
    const bool replaced =
        std::any_of(settings.begin(), settings.end(),
                    [&](const std::string& setting) { return name_of(setting) == name_of(*one); });
    if (!replaced) out.emplace_back(*one);
  }
  for (const std::string& setting : settings) {
    if (setting.find('=') != std::string::npos) out.push_back(setting);
  }
  return out;
}

}  // namespace

Result<void> Git::start(const std::string& root, std::vector<std::string> words,
                        const std::vector<std::string>& settings) {
  std::array<int, 2> in{-1, -1};
  std::array<int, 2> out{-1, -1};
  errors_ = ::memfd_create("git", MFD_CLOEXEC);
  if (errors_ < 0 || ::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0)
    return fail(Fault::unavailable, fmt::format("no process for git: {}", std::strerror(errno)));
  to_ = in[1];
  from_ = out[0];
  words.insert(words.begin(), {"git", "--no-optional-locks", "-C", root});
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::vector<std::string> kept = environment_with(settings);
  std::vector<char*> pairs;
  pairs.reserve(kept.size() + 1);
  for (std::string& pair : kept) pairs.push_back(pair.data());
  pairs.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[0], 0);
  posix_spawn_file_actions_adddup2(&actions, out[1], 1);
  posix_spawn_file_actions_adddup2(&actions, errors_, 2);
  errno = ::posix_spawnp(&child_, "git", &actions, nullptr, argv.data(), pairs.data());
  // A token may be among them.
  for (std::string& pair : kept) std::fill(pair.begin(), pair.end(), '\0');
  posix_spawn_file_actions_destroy(&actions);
  ::close(in[0]);
  ::close(out[1]);
  if (errno == 0) return {};
  child_ = -1;
  return fail(Fault::unavailable, fmt::format("git cannot be run: {}", std::strerror(errno)),
              "Install git, or use a checkout without --commit.");
}

bool Git::write(std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(to_, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

void Git::close_input() {
  if (to_ >= 0) ::close(to_);
  to_ = -1;
}

bool Git::read_until(char end, std::string& out) {
  out.clear();
  while (true) {
    const auto at = buffer_.find(end, next_);
    if (at != std::string::npos) {
      out.append(buffer_, next_, at - next_);
      next_ = at + 1;
      return true;
    }
    out.append(buffer_, next_);
    if (!fill()) return false;
  }
}

bool Git::read_exactly(std::size_t count, std::string& out) {
  out.clear();
  while (out.size() < count) {
    const std::size_t have = std::min(count - out.size(), buffer_.size() - next_);
    out.append(buffer_, next_, have);
    next_ += have;
    if (out.size() < count && !fill()) return false;
  }
  return true;
}

bool Git::ended_within(int milliseconds) {
  pollfd waits{from_, POLLIN, 0};
  if (::poll(&waits, 1, milliseconds) <= 0) return false;
  return !fill();
}

void Git::stop() {
  if (child_ >= 0) ::kill(child_, SIGTERM);
}

int Git::wait() {
  for (int* fd : {&to_, &from_}) {
    if (*fd >= 0) ::close(*fd);
    *fd = -1;
  }
  int status = 0;
  if (child_ >= 0) {
    while (::waitpid(child_, &status, 0) < 0 && errno == EINTR) {
    }
  }
  child_ = -1;
  if (errors_ >= 0) {
    std::array<char, 2048> said{};
    const ssize_t count = ::pread(errors_, said.data(), said.size(), 0);
    if (count > 0) said_.assign(said.data(), static_cast<std::size_t>(count));
    ::close(errors_);
    errors_ = -1;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

std::string Git::said() const {
  return std::string(trim(said_));
}

bool Git::fill() {
  buffer_.resize(std::size_t{64} * 1024);
  next_ = 0;
  ssize_t count = -1;
  while ((count = ::read(from_, buffer_.data(), buffer_.size())) < 0 && errno == EINTR) {
  }
  buffer_.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return count > 0;
}

Result<std::string> run_git(const std::string& root, std::vector<std::string> words,
                            std::string_view input, const std::vector<std::string>& settings) {
  const std::string what = words.empty() ? "" : words.front();
  Git git;
  CHECK_OK(git.start(root, std::move(words), settings));
  git.write(input);
  git.close_input();
  std::string out;
  git.read_until('\0', out);
  if (git.wait() != 0)
    return fail(Fault::conflict, fmt::format("{}: git {}: {}", root, what, git.said()));
  while (out.ends_with('\n')) out.pop_back();
  return out;
}

}  // namespace carillon
