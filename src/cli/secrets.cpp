#include "cli/secrets.hpp"

#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/bytes.hpp"

namespace carillon {

namespace {

constexpr std::size_t secret_bytes = 16UL * 1024;

// One line of standard input, byte by byte: what follows belongs to the next secret.
Result<Secret> read_line(const std::string& name) {
  std::string line;
  char c = 0;
  ssize_t got = 0;
  while ((got = ::read(STDIN_FILENO, &c, 1)) == 1 && c != '\n' && line.size() < secret_bytes)
    line += c;
  Secret out{std::string(trim(line))};
  std::fill(line.begin(), line.end(), '\0');
  if (out.empty())
    return fail(Fault::invalid, fmt::format("no {} was given", name),
                "Give each secret on a line of its own.");
  return out;
}

// Hides what is typed while it lives.
class NoEcho {
 public:
  NoEcho() {
    known_ = ::tcgetattr(STDIN_FILENO, &before_) == 0;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    if (known_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
  }
  NoEcho(const NoEcho&) = delete;
  NoEcho& operator=(const NoEcho&) = delete;
  ~NoEcho() {
    if (known_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }

 private:
  termios before_{};
  bool known_ = false;
};

}  // namespace

bool at_terminal() {
  return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1;
}

Result<std::map<std::string, std::string>> read_secrets(const std::string& channel,
                                                        const std::vector<SecretField>& fields,
                                                        bool from_stdin) {
  if (fields.empty())
    return fail(Fault::invalid, fmt::format("the channel {} needs no secret", channel));
  std::map<std::string, std::string> out;
  for (const SecretField& field : fields) {
    if (from_stdin) {
      TRY(const Secret value, read_line(field.name));
      out[field.name] = value.reveal();
      continue;
    }
    std::fprintf(stderr, "%s (not shown): ", field.prompt.c_str());
    auto value = [&] {
      const NoEcho quiet;
      return read_line(field.name);
    }();
    std::fputs("\n", stderr);
    if (!value) return tl::unexpected<Error>(std::move(value).error());
    out[field.name] = value->reveal();
  }
  return out;
}

Secret take_from_environment(const char* name) {
  char* value = std::getenv(name);
  if (value == nullptr) return {};
  Secret out{std::string(trim(value))};
  std::memset(value, 0, std::strlen(value));
  ::unsetenv(name);
  return out;
}

}  // namespace carillon
