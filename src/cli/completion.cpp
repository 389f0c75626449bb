#include <fmt/format.h>

#include <set>

#include "cli/command.hpp"

namespace carillon {

namespace {

std::string words_of(const std::vector<Command>& table, const std::string& after) {
  std::set<std::string> out;
  for (const Command& command : table) {
    const auto space = command.name.find(' ');
    if (after.empty()) out.insert(command.name.substr(0, space));
    if (!after.empty() && command.name.starts_with(after + " "))
      out.insert(command.name.substr(after.size() + 1));
  }
  return fmt::format("{}", fmt::join(out, " "));
}

std::set<std::string> groups(const std::vector<Command>& table) {
  std::set<std::string> out;
  for (const Command& command : table) {
    if (const auto space = command.name.find(' '); space != std::string::npos)
      out.insert(command.name.substr(0, space));
  }
  return out;
}

std::string flags_of(const Command& command) {
  std::string out = "--workspace --json --help";
  for (const Flag& flag : command.flags) out += " --" + flag.name;
  return out;
}

std::string bash(const std::vector<Command>& table) {
  std::string out =
      "# bash completion for carillon\n_carillon() {\n  local word=\"${COMP_WORDS[COMP_CWORD]}\"\n"
      "  local line=\"${COMP_WORDS[*]:1:COMP_CWORD-1}\"\n  case \"$line\" in\n";
  for (const std::string& group : groups(table))
    out += fmt::format("    \"{}\") COMPREPLY=($(compgen -W \"{}\" -- \"$word\")); return ;;\n",
                       group, words_of(table, group));
  out += fmt::format("    \"\") COMPREPLY=($(compgen -W \"{}\" -- \"$word\")); return ;;\n",
                     words_of(table, ""));
  for (const Command& command : table)
    out += fmt::format(
        "    \"{}\"*) [[ \"$word\" == -* ]] && COMPREPLY=($(compgen -W \"{}\" -- \"$word\")) && "
        "return ;;\n",
        command.name, flags_of(command));
  return out +
         "  esac\n  COMPREPLY=($(compgen -f -- \"$word\"))\n}\n"
         "complete -o filenames -F _carillon carillon\n";
}

std::string zsh(const std::vector<Command>& table) {
  std::string out =
      "#compdef carillon\n_carillon() {\n  local line=\"${words[2,CURRENT-1]}\"\n"
      "  case \"$line\" in\n";
  for (const std::string& group : groups(table))
    out += fmt::format("    \"{}\") compadd {} ;;\n", group, words_of(table, group));
  out += fmt::format("    \"\") compadd {} ;;\n", words_of(table, ""));
  for (const Command& command : table)
    out += fmt::format("    \"{}\"*) compadd -- {}; _files ;;\n", command.name, flags_of(command));
  return out + "  esac\n}\n_carillon \"$@\"\n";
}

std::string fish(const std::vector<Command>& table) {
  std::string out = "# fish completion for carillon\n";
  const auto quoted = [](const std::string& text) {
    std::string safe = "'";
    for (const char c : text) safe += c == '\'' ? std::string("\\'") : std::string(1, c);
    return safe + "'";
  };
  for (const Command& command : table) {
    const auto space = command.name.find(' ');
    const std::string first = command.name.substr(0, space);
    if (space == std::string::npos) {
      out += fmt::format("complete -c carillon -n __fish_use_subcommand -a {} -d {}\n", first,
                         quoted(command.summary));
    } else {
      out += fmt::format(
          "complete -c carillon -n __fish_use_subcommand -a {}\n"
          "complete -c carillon -n '__fish_seen_subcommand_from {}' -a {} -d {}\n",
          first, first, command.name.substr(space + 1), quoted(command.summary));
    }
    for (const Flag& flag : command.flags)
      out += fmt::format("complete -c carillon -n '__fish_seen_subcommand_from {}' -l {}{} -d {}\n",
                         first, flag.name, flag.value.empty() ? "" : " -r", quoted(flag.help));
  }
  return out;
}

}  // namespace

std::string completion(const std::vector<Command>& table, const std::string& shell) {
  if (shell == "bash") return bash(table);
  if (shell == "zsh") return zsh(table);
  if (shell == "fish") return fish(table);
  return {};
}

}  // namespace carillon
