#include "base/yaml.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <sstream>

#include "base/bytes.hpp"
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
  const std::string& text = node.Scalar();
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

// yaml-cpp's words for what people get wrong most, in theirs.
struct Trouble {
  std::string_view said;
  std::string_view meant;
  std::string_view hint;
};
constexpr Trouble troubles[] = {
    {"illegal EOF in scalar", "a quote is opened and never closed",
     "Close it with the same quote."},
    {"illegal map value", "\": \" stands in the middle of a text",
     "Put quotes around the text that holds it."},
    {"end of sequence flow not found", "a [ is never closed", "Close the list with ]."},
    {"end of map flow not found", "a { is never closed", "Close it with }."},
    {"end of map not found", "this line does not fit the ones above",
     "Write \"key: value\", and indent it as the lines it belongs to."},
    {"end of sequence not found", "this line does not fit the list above",
     "Start each item with \"- \", all at the same indentation."},
    {"unknown token", "a text starts with a character that has a meaning of its own",
     "Put quotes around the text."},
    {"unknown escape character", "a \\ inside double quotes starts nothing that is known",
     "Use single quotes, or write \\\\."},
    {"illegal tab when looking for indentation", "a line is indented with a tab",
     "Indent with spaces."},
};

Error explain(int line, const std::string& said) {
  for (const Trouble& one : troubles) {
    if (said.starts_with(one.said))
      return {Fault::corrupt, fmt::format("line {}: {}", line, one.meant), std::string(one.hint)};
  }
  return {Fault::corrupt, fmt::format("line {}: {}", line, said),
          "Text that holds \": \" or starts with a special character needs quotes."};
}

// YAML 1.2, 5.1: of these only tab and line ends are characters of a file. yaml-cpp 0.7 reads on
// for ever, or stops in silence, where one stands.
bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7f;
}

int line_at(std::string_view text, std::size_t place, int first_line) {
  const auto before = text.substr(0, place);
  return first_line + static_cast<int>(std::count(before.begin(), before.end(), '\n'));
}

Result<void> check_text(std::string_view text, int first_line) {
  if (text.size() > limits::yaml_bytes)
    return fail(Fault::too_large,
                fmt::format("{} bytes of settings, more than {}", text.size(), limits::yaml_bytes),
                "Is this the right file? Settings are a few lines.");
  if (const auto bad = first_bad_utf8(text)) {
    return fail(Fault::corrupt,
                fmt::format("line {}: a byte that is not UTF-8", line_at(text, *bad, first_line)),
                "Save the file as UTF-8.");
  }
  const auto control = std::find_if(text.begin(), text.end(), is_control);
  if (control != text.end()) {
    const auto place = static_cast<std::size_t>(control - text.begin());
    return fail(Fault::corrupt,
                fmt::format("line {}: an invisible control character (U+{:04X})",
                            line_at(text, place, first_line), static_cast<unsigned char>(*control)),
                "Delete it: no text needs one.");
  }
  if (too_deep(text)) return fail(Fault::too_large, "the YAML is nested too deeply");
  return {};
}

// Where documents start; nothing else of them.
class Starts final : public YAML::EventHandler {
 public:
  std::vector<YAML::Mark> marks;
  void OnDocumentStart(const YAML::Mark& mark) override { marks.push_back(mark); }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
};

// At most two are looked for: where a text starts with "," yaml-cpp 0.7 finds an empty document for
// ever.
Result<void> check_documents(const std::string& text, int first_line) {
  std::istringstream in(text);
  YAML::Parser parser(in);
  Starts starts;
  while (starts.marks.size() < 2 && parser.HandleNextDocument(starts)) {
  }
  if (starts.marks.size() < 2) return {};
  const int line = starts.marks[1].line + first_line;
  if (starts.marks[0].pos == starts.marks[1].pos)
    return tl::unexpected<Error>(explain(line, "unknown token"));
  return fail(Fault::invalid,
              fmt::format("line {}: a second document starts here, which nobody would read", line),
              "Take the line \"---\" out.");
}

}  // namespace

Error misfit_error(const Yaml& yaml, const Misfit& misfit) {
  const std::string place = misfit.path.empty() ? "" : misfit.path + ": ";
  Error out{Fault::invalid,
            fmt::format("line {}: {}{}", yaml.line_of(misfit.path), place, misfit.message),
            misfit.hint};
  if (!out.hint.empty()) return out;
  const std::string key = misfit.path.substr(misfit.path.rfind('/') + 1);
  if (misfit.message == "missing") {
    out.hint = fmt::format("Add a line \"{}: …\".", key);
  } else if (misfit.message.starts_with("expected a list")) {
    out.hint = fmt::format("Write it in brackets: \"{}: [one, another]\".", key);
  } else if (misfit.message.starts_with("expected text")) {
    out.hint = "Put quotes around it.";
  } else if (misfit.message.starts_with("expected keys and values")) {
    out.hint = "Write lines of the form \"key: value\".";
  }
  return out;
}

int Yaml::line_of(std::string path) const {
  while (true) {
    if (const auto found = lines.find(path); found != lines.end()) return found->second;
    const auto slash = path.rfind('/');
    if (slash == std::string::npos) return lines.empty() ? 1 : lines.begin()->second;
    path.resize(slash);
  }
}

Result<Yaml> parse_yaml(std::string_view text, int first_line) {
  CHECK_OK(check_text(text, first_line));
  Yaml out;
  try {
    // yaml-cpp 0.7 takes a quote that is still open at the last line break for closed: the comment
    // makes it see the end inside the quote.
    const std::string whole = std::string(text) + (text.ends_with('\n') ? "#" : "");
    CHECK_OK(check_documents(whole, first_line));
    const YAML::Node root = YAML::Load(whole);
    Walk state{out.lines, first_line, 0, {}};
    out.value = walk(root, "", 0, state);
    if (!state.trouble.empty()) return fail(Fault::invalid, state.trouble);
  } catch (const YAML::Exception& e) {
    return tl::unexpected<Error>(explain(e.mark.line + first_line, e.msg));
  }
  if (out.value.is_null()) out.value = json::object{};
  return out;
}

}  // namespace carillon
