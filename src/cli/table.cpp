#include <algorithm>
#include <charconv>

#include "base/bytes.hpp"
#include "cli/command.hpp"
#include "hub/operations.hpp"

namespace carillon {

namespace {

bool holds(const json::value* list, std::string_view word) {
  if (list == nullptr) return false;
  const json::array& words = list->get_array();
  return std::any_of(words.begin(), words.end(),
                     [&](const json::value& each) { return each.get_string() == word; });
}

bool holds(const std::vector<std::string>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

std::string kind_of(const json::object& schema) {
  const json::value* type = schema.if_contains("type");
  return type != nullptr && type->is_string() ? std::string(type->get_string()) : "";
}

std::string value_name(const OperationSpec& spec, const std::string& member) {
  const auto named = spec.valued.find(member);
  return named == spec.valued.end() ? upper(member) : named->second;
}

std::string flag_of(const OperationSpec& spec, const std::string& member) {
  if (const auto named = spec.flagged.find(member); named != spec.flagged.end())
    return named->second;
  std::string out = member;
  std::replace(out.begin(), out.end(), '_', '-');
  return out;
}

std::string member_of(const OperationSpec& spec, const std::string& flag) {
  for (const auto& [member, word] : spec.flagged) {
    if (word == flag) return member;
  }
  std::string out = flag;
  std::replace(out.begin(), out.end(), '-', '_');
  return out;
}

// A file has no default on the command line, unless HTTP can ask for the same without one by GET;
// everything else that may be left out stands in brackets.
std::string positional_name(const Operation<Hub>& row, const std::string& member) {
  const json::object& schema = row.request_schema.get_object();
  const json::object& mine = schema.at("properties").get_object().at(member).get_object();
  const std::string name = value_name(row.spec, member);
  const bool list = kind_of(mine) == "array";
  const bool needed = holds(schema.if_contains("required"), member) ||
                      (!list && row.spec.method != "GET" && holds(row.spec.local, member));
  const std::string shown = list ? name + "..." : name;
  return needed ? shown : "[" + shown + "]";
}

Command command_of(const Operation<Hub>& row) {
  Command out{row.spec.name, {}, {}, row.spec.summary, row.spec.help};
  for (const std::string& member : row.spec.positional)
    out.positional.push_back(positional_name(row, member));
  const json::value* properties = row.request_schema.get_object().if_contains("properties");
  if (properties == nullptr) return out;
  for (const auto& pair : properties->get_object()) {
    const std::string member(pair.key());
    if (holds(row.spec.positional, member) || holds(row.spec.hidden, member)) continue;
    const json::object& schema = pair.value().get_object();
    const std::string kind = kind_of(schema);
    const json::value* note = schema.if_contains("description");
    out.flags.push_back({flag_of(row.spec, member),
                         kind == "boolean" ? "" : value_name(row.spec, member),
                         note == nullptr ? "" : std::string(note->get_string()), kind == "array"});
  }
  return out;
}

// What only a terminal has: secrets come from a prompt or from standard input, never as an
// argument.
void add_terminal_flags(Command& command) {
  const Flag from_stdin{"secret-stdin", "", "read the secrets from standard input, a line each",
                        false};
  if (command.name == "delist patch")
    command.flags.push_back(
        {"secret-stdin", "", "read the token of a --pull from standard input", false});
  if (command.name == "channel add" || command.name == "provider secret" ||
      command.name == "mail secret")
    command.flags.push_back(from_stdin);
  if (command.name == "channel set") {
    command.flags.push_back({"secret", "", "enter the channel's secrets anew, at a prompt", false});
    command.flags.push_back(from_stdin);
  }
  if (command.name == "publish")
    command.flags.push_back({"dry-run", "", "show what would be sent, and stop", false});
}

std::vector<Command> made_table() {
  std::vector<Command> out{{"init",
                            {"[DIR]"},
                            {},
                            "make a workspace",
                            "Makes carillon.yaml, posts/ and data/ in DIR, by default here."}};
  for (const Operation<Hub>& row : operations()) {
    out.push_back(command_of(row));
    add_terminal_flags(out.back());
  }
  const std::vector<Command> own{
      {"serve",
       {},
       {{"listen", "ADDR:PORT", "default: 127.0.0.1:8080", false}},
       "serve the home and send what is due",
       "Serves the home and the API, and sends each delivery when it is due. Reads carillon.yaml "
       "anew when it changes. Stop it with Ctrl-C; what is under way ends well."},
      {"completion", {"SHELL"}, {}, "the completion script for bash, zsh or fish", ""},
      {"man", {}, {}, "this manual as a man page", ""},
      {"reference", {}, {}, "the commands as Markdown", ""},
      {"openapi", {}, {}, "the HTTP interface as an OpenAPI document", ""},
      {"help", {"[COMMAND...]"}, {}, "what the commands do", ""}};
  out.insert(out.end(), own.begin(), own.end());
  return out;
}

// A switch, a number, one value or several, as the request's member wants it.
json::value value_of(const json::object& schema, const std::vector<std::string>& said) {
  const std::string kind = kind_of(schema);
  if (kind == "boolean") return true;
  if (kind == "array") return to_json(said);
  if (kind == "integer" && !said.empty()) {
    const std::string& text = said.back();
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    // What is no number stays text, and the reader of the request says so.
    if (error == std::errc() && end == text.data() + text.size()) return number;
  }
  return json::string(said.empty() ? "" : said.back());
}

}  // namespace

const std::vector<Command>& commands() {
  static const std::vector<Command> table = made_table();
  return table;
}

json::value request_of(const Operation<Hub>& row, const Arguments& arguments) {
  json::object out;
  const json::value* properties = row.request_schema.get_object().if_contains("properties");
  if (properties == nullptr) return out;
  const json::object& members = properties->get_object();
  std::size_t next = 0;
  for (const std::string& member : row.spec.positional) {
    const json::object& schema = members.at(member).get_object();
    if (next >= arguments.positional.size()) break;
    std::vector<std::string> said{arguments.positional[next++]};
    if (kind_of(schema) == "array") {
      said.insert(said.end(), arguments.positional.begin() + static_cast<std::ptrdiff_t>(next),
                  arguments.positional.end());
      next = arguments.positional.size();
    }
    out[member] = value_of(schema, said);
  }
  for (const auto& [flag, said] : arguments.flags) {
    const std::string member = member_of(row.spec, flag);
    const json::value* schema = members.if_contains(member);
    const bool positional = holds(row.spec.positional, member);
    if (schema != nullptr && !positional) out[member] = value_of(schema->get_object(), said);
  }
  return out;
}

}  // namespace carillon
