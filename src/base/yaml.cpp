#include "base/yaml.hpp"

#include <yaml-cpp/yaml.h>

#include <fmt/format.h>
#include <charconv>

#include "base/limits.hpp"

namespace carillon {

namespace {

struct Walk {
  std::map<std::string, int>& lines;
  int first_line;
  int nodes = 0;
  std::string trouble;
};

json::value scalar(const YAML::Node& node) {
  const std::string text = node.Scalar();
  if (node.Tag() == "!") return json::value(json::string(text));  // quoted
  if (text.empty() || text == "~" || text == "null") return nullptr;
  if (text == "true") return true;
  if (text == "false") return false;
  std::int64_t whole = 0;
  const char* const end = text.data() + text.size();
  if (auto [at, error] = std::from_chars(text.data(), end, whole);
      error == std::errc{} && at == end)
    return whole;
  double real = 0;
  const bool numeric = text.find_first_not_of("0123456789+-.eE") == std::string::npos &&
                       text.find_first_of("0123456789") != std::string::npos;
  if (numeric) {
    if (auto [at, error] = std::from_chars(text.data(), end, real);
        error == std::errc{} && at == end)
      return real;
  }
  return json::value(json::string(text));
}

json::value walk(const YAML::Node& node, const std::string& path, int depth, Walk& state) {
  if (!state.trouble.empty()) return nullptr;
  const int line = node.Mark().line >= 0 ? node.Mark().line + state.first_line : 0;
  if (line > 0) state.lines.emplace(path, line);
  if (depth > limits::yaml_depth || ++state.nodes > limits::yaml_nodes) {
    state.trouble = fmt::format("line {}: nested too deeply or too large", line);
    return nullptr;
  }
  if (node.IsSequence()) {
    json::array out;
    for (const auto& item : node)
      out.push_back(walk(item, path + "/" + std::to_string(out.size()), depth + 1, state));
    return out;
  }
  if (!node.IsMap()) return node.IsScalar() ? scalar(node) : json::value(nullptr);
  json::object out;
  for (const auto& pair : node) {
    if (!pair.first.IsScalar()) {
      state.trouble = fmt::format("line {}: a key must be plain text", line);
      return nullptr;
    }
    const std::string key = pair.first.Scalar();
    const std::string child = path + "/" + key;
    const int key_line = pair.first.Mark().line + state.first_line;
    if (out.contains(key)) {
      state.trouble = fmt::format("line {}: the key \"{}\" stands twice", key_line, key);
      return nullptr;
    }
    state.lines[child] = key_line;
    out[key] = walk(pair.second, child, depth + 1, state);
  }
  return out;
}

// yaml-cpp recurses on nesting while it parses; flow brackets and indentation bound its depth.
bool too_deep(std::string_view text) {
  int open = 0;
  int deepest = 0;
  int line_depth = 0;
  for (const char c : text) {
    if (c == '[' || c == '{') deepest = std::max(deepest, ++open);
    if (c == ']' || c == '}') open = std::max(open - 1, 0);
    if (c == '\n') line_depth = 0;
    if (c == '-' || c == '?' || c == ':') deepest = std::max(deepest, ++line_depth / 8);
  }
  return deepest > limits::yaml_depth * 4;
}

}  // namespace

int Yaml::line_of(std::string path) const {
  while (true) {
    if (const auto found = lines.find(path); found != lines.end()) return found->second;
    const auto slash = path.rfind('/');
    if (slash == std::string::npos) return lines.empty() ? 1 : lines.begin()->second;
    path.resize(slash);
  }
}

Result<Yaml> parse_yaml(std::string_view text, int first_line) {
  if (text.size() > limits::yaml_bytes)
    return fail(Fault::too_large, fmt::format("the YAML is {} bytes long, more than {}",
                                              text.size(), limits::yaml_bytes));
  if (too_deep(text)) return fail(Fault::too_large, "the YAML is nested too deeply");
  Yaml out;
  try {
    const YAML::Node root = YAML::Load(std::string(text));
    Walk state{out.lines, first_line, 0, {}};
    out.value = walk(root, "", 0, state);
    if (!state.trouble.empty()) return fail(Fault::invalid, state.trouble);
  } catch (const YAML::Exception& e) {
    return fail(Fault::corrupt, fmt::format("line {}: {}", e.mark.line + first_line, e.msg),
                "Text that holds \": \" or starts with a special character needs quotes.");
  }
  if (out.value.is_null()) out.value = json::object{};
  return out;
}

}  // namespace carillon
