#include <fmt/format.h>

#include <algorithm>

#include "cli/command.hpp"

namespace carillon {

namespace {

const std::vector<Flag>& common_flags() {
  static const std::vector<Flag> flags{
      {"workspace", "DIR", "the workspace (default: the nearest folder upwards with carillon.yaml)",
       false},
      {"json", "", "one JSON document on standard output", false},
      {"help", "", "what the command does", false},
  };
  return flags;
}

const Flag* find_flag(const Command& command, std::string_view name) {
  for (const auto* flags : {&command.flags, &common_flags()}) {
    for (const Flag& flag : *flags) {
      if (flag.name == name) return &flag;
    }
  }
  return nullptr;
}

// The longest command that the words start with ("channel add" before "channel").
const Command* find_command(const std::vector<Command>& table,
                            const std::vector<std::string>& words, std::size_t& used) {
  for (std::size_t count = std::min<std::size_t>(2, words.size()); count > 0; --count) {
    const std::string name = count == 2 ? words[0] + " " + words[1] : words[0];
    for (const Command& command : table) {
      if (command.name != name) continue;
      used = count;
      return &command;
    }
  }
  return nullptr;
}

tl::unexpected<Error> unknown_command(const std::vector<Command>& table,
                                      const std::vector<std::string>& words) {
  std::vector<std::string> names;
  std::string group;
  for (const Command& command : table) {
    names.push_back(command.name);
    if (command.name.starts_with(words[0] + " "))
      group += (group.empty() ? "" : ", ") + command.name;
  }
  if (!group.empty())
    return fail(Fault::invalid, fmt::format("\"{}\" needs a second word", words[0]),
                fmt::format("One of: {}.", group));
  const std::string said = words.size() > 1 ? words[0] + " " + words[1] : words[0];
  auto near = nearest(words[0], names);
  if (!near) near = nearest(said, names);
  return fail(
      Fault::invalid, fmt::format("there is no command \"{}\"", words[0]),
      near ? fmt::format("Did you mean \"{}\"?", *near) : "`carillon help` lists the commands.");
}

Result<void> check_positional(const Command& command, const std::vector<std::string>& given) {
  std::size_t least = 0;
  bool open = false;
  for (const std::string& name : command.positional) {
    if (!name.starts_with("[")) ++least;
    if (name.ends_with("...]") || name.ends_with("...")) open = true;
  }
  if (given.size() < least)
    return fail(
        Fault::invalid,
        fmt::format("carillon {}: {} is missing", command.name, command.positional[given.size()]),
        fmt::format("Usage: carillon {} {}", command.name, fmt::join(command.positional, " ")));
  if (!open && given.size() > command.positional.size())
    return fail(
        Fault::invalid,
        fmt::format("carillon {}: \"{}\" is one word too many", command.name,
                    given[command.positional.size()]),
        fmt::format("Usage: carillon {} {}", command.name, fmt::join(command.positional, " ")));
  return {};
}

std::string flag_form(const Flag& flag) {
  return flag.value.empty() ? "--" + flag.name : "--" + flag.name + " " + flag.value;
}

std::string synopsis(const Command& command) {
  std::string out = "carillon " + command.name;
  for (const std::string& name : command.positional) out += " " + name;
  for (const Flag& flag : command.flags)
    out += " [" + flag_form(flag) + "]" + (flag.repeats ? "..." : "");
  return out;
}

}  // namespace

std::string Arguments::one(const std::string& flag, const std::string& otherwise) const {
  const auto found = flags.find(flag);
  return found == flags.end() || found->second.empty() ? otherwise : found->second.back();
}

Result<Arguments> parse_arguments(const std::vector<Command>& table,
                                  const std::vector<std::string>& arguments) {
  std::vector<std::string> words;
  for (const std::string& word : arguments) {
    if (word.starts_with("-")) break;
    words.push_back(word);
  }
  std::size_t used = 0;
  const Command* command = find_command(table, words, used);
  if (command == nullptr && words.empty())
    return fail(Fault::invalid, "a command is missing", "`carillon help` lists the commands.");
  if (command == nullptr) return unknown_command(table, words);
  Arguments out;
  out.command = command->name;
  for (std::size_t i = used; i < arguments.size(); ++i) {
    std::string word = arguments[i];
    if (!word.starts_with("--") || word == "--") {
      out.positional.push_back(word);
      continue;
    }
    word.erase(0, 2);
    const auto equals = word.find('=');
    const std::string name = word.substr(0, equals);
    const Flag* flag = find_flag(*command, name);
    if (flag == nullptr) {
      std::vector<std::string> names;
      for (const auto* flags : {&command->flags, &common_flags()})
        for (const Flag& known : *flags) names.push_back(known.name);
      const auto near = nearest(name, names);
      return fail(Fault::invalid,
                  fmt::format("carillon {}: there is no flag --{}", command->name, name),
                  near ? fmt::format("Did you mean --{}?", *near)
                       : fmt::format("Usage: {}", synopsis(*command)));
    }
    auto& values = out.flags[name];
    if (flag->value.empty()) continue;
    if (equals == std::string::npos && i + 1 >= arguments.size())
      return fail(Fault::invalid,
                  fmt::format("carillon {}: --{} needs a value", command->name, name),
                  fmt::format("Write --{} {}.", name, flag->value));
    if (!flag->repeats && !values.empty())
      return fail(Fault::invalid,
                  fmt::format("carillon {}: --{} stands twice", command->name, name));
    values.push_back(equals == std::string::npos ? arguments[++i] : word.substr(equals + 1));
  }
  if (!out.has("help")) CHECK_OK(check_positional(*command, out.positional));
  return out;
}

std::string help_text(const std::vector<Command>& table, const std::string& name) {
  std::string out;
  for (const Command& command : table) {
    if (command.name != name) continue;
    out = fmt::format("{}\n\n{}\n", synopsis(command),
                      command.help.empty() ? command.summary : command.help);
    for (const auto* flags : {&command.flags, &common_flags()})
      for (const Flag& flag : *flags)
        out += fmt::format("\n  {:<24} {}", flag_form(flag), flag.help);
    return out + "\n";
  }
  out = "carillon: one announcement, on every channel, once.\n\n";
  for (const Command& command : table)
    out += fmt::format("  {:<16} {}\n", command.name, command.summary);
  out += "\nEvery command takes --workspace DIR and --json. `carillon help COMMAND` tells more.\n";
  return out;
}

std::string man_page(const std::vector<Command>& table) {
  const auto escaped = [](const std::string& text) {
    std::string out;
    for (const char c : text) {
      if (c == '-') out += '\\';
      if (c == '\\') out += '\\';
      out += c;
    }
    return out;
  };
  std::string out =
      ".TH CARILLON 1 \"\" \"Carillon\" \"User Commands\"\n.SH NAME\ncarillon \\- one "
      "announcement, "
      "on every channel, once\n.SH SYNOPSIS\n.B carillon\nCOMMAND [ARGUMENTS] [\\-\\-workspace "
      "DIR] "
      "[\\-\\-json]\n.SH DESCRIPTION\nCarillon publishes an organisation's announcements to its "
      "own "
      "home and to its channels, each at most once.\n.SH COMMANDS\n";
  for (const Command& command : table) {
    out += fmt::format(".TP\n.B {}\n{}\n", escaped(synopsis(command).substr(9)),
                       escaped(command.help.empty() ? command.summary : command.help));
    for (const Flag& flag : command.flags)
      out += fmt::format(".br\n\\fB{}\\fR: {}\n", escaped(flag_form(flag)), escaped(flag.help));
  }
  out +=
      ".SH EXIT STATUS\n0 done; 1 failed; 2 usage; 3 done in part: some channel refused or is "
      "unconfirmed.\n.SH FILES\n.TP\n.B carillon.yaml\nthe organisation, its channels and rules; "
      "never a secret\n.TP\n.B data/\nthe database, media and the key\n";
  return out;
}

std::string reference_page(const std::vector<Command>& table) {
  std::string out =
      "# Command reference\n\nMade from the same table as the commands themselves. Every command "
      "takes `--workspace DIR` and `--json`.\nExit codes: 0 done, 1 failed, 2 usage, 3 done in "
      "part.\n";
  for (const Command& command : table) {
    out += fmt::format("\n## carillon {}\n\n{}\n\n```\n{}\n```\n", command.name,
                       command.help.empty() ? command.summary : command.help, synopsis(command));
    if (!command.flags.empty()) out += "\n";
    for (const Flag& flag : command.flags)
      out += fmt::format("- `{}`: {}\n", flag_form(flag), flag.help);
  }
  return out;
}

}  // namespace carillon
