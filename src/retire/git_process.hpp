// A running git, whose arguments are a list and never a shell's text.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace carillon {

// A running git with a pipe to it and one from it. What it says of errors is kept to its end.
class Git {
 public:
  Git() = default;
  Git(const Git&) = delete;
  Git& operator=(const Git&) = delete;
  ~Git() { wait(); }

  // `settings`: its environment beside ours, as "GIT_INDEX_FILE=…"; each replaces ours of that
  // name, and a name alone takes ours away. Errors: unavailable.
  Result<void> start(const std::string& root, std::vector<std::string> words,
                     const std::vector<std::string>& settings = {});
  // False when git reads no more.
  bool write(std::string_view text);
  // Ends what git reads.
  void close_input();
  // Up to and without `end`; false at the end of what git says.
  bool read_until(char end, std::string& out);
  bool read_exactly(std::size_t count, std::string& out);
  // Waits at most so long for the end of what it says, which is read and forgotten; true: it came.
  bool ended_within(int milliseconds);
  // Asks it to end now; it takes away what it began. wait() waits for that.
  void stop();
  // Its exit code, once; closes the pipes.
  int wait();
  // What it said of errors; after wait().
  [[nodiscard]] std::string said() const;

 private:
  bool fill();

  pid_t child_ = -1;
  int to_ = -1;
  int from_ = -1;
  int errors_ = -1;
  std::string buffer_;
  std::size_t next_ = 0;
  std::string said_;
};

// What git prints for these words, without its last line break; `input` is what it reads. Errors:
// conflict with what git said, unavailable.
[[nodiscard]] Result<std::string> run_git(const std::string& root, std::vector<std::string> words,
                                          std::string_view input = {},
                                          const std::vector<std::string>& settings = {});

}  // namespace carillon
