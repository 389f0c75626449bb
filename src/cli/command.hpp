// The table of commands: one list, made from the operations, from which parsing, help, completion,
// the man page and the reference are made.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "core/operation.hpp"
#include "hub/hub.hpp"

namespace carillon {

struct Flag {
  std::string name;   // "listen", written --listen
  std::string value;  // "ADDR:PORT"; empty: a switch
  std::string help;
  bool repeats = false;
};

struct Command {
  std::string name;                     // "channel add"
  std::vector<std::string> positional;  // "FILE", "[NAME]", "[NAME...]"
  std::vector<Flag> flags;
  std::string summary;
  std::string help;
};

// Every command this binary has, in the order of help.
[[nodiscard]] const std::vector<Command>& commands();

// What a command line says.
struct Arguments {
  std::string command;
  std::vector<std::string> positional;
  std::map<std::string, std::vector<std::string>> flags;  // a switch holds no value
  [[nodiscard]] bool has(const std::string& flag) const { return flags.contains(flag); }
  [[nodiscard]] std::string one(const std::string& flag, const std::string& otherwise = {}) const;
};

// Reads `arguments` (without the program's name) by the table. Errors: invalid, with the nearest
// command or flag. "--json", "--workspace" and "--help" go with every command. Pure.
[[nodiscard]] Result<Arguments> parse_arguments(const std::vector<Command>& table,
                                                const std::vector<std::string>& arguments);

// The request of an operation that this command line asks for; flags that only the terminal has
// (--secret-stdin) are left out. Pure.
[[nodiscard]] json::value request_of(const Operation<Hub>& row, const Arguments& arguments);

// What the table says to people and shells. Pure.
[[nodiscard]] std::string help_text(const std::vector<Command>& table, const std::string& command);
[[nodiscard]] std::string man_page(const std::vector<Command>& table);
[[nodiscard]] std::string reference_page(const std::vector<Command>& table);
[[nodiscard]] std::string completion(const std::vector<Command>& table, const std::string& shell);

// Runs one command line (without the program's name); the exit code: 0 done, 1 failed, 2 usage, 3
// done in part. Results go to standard output, progress and errors to standard error.
int run_command_line(const std::vector<std::string>& arguments);

}  // namespace carillon
