// structured-fields: what is read, what must be refused, and how it is written again.
#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "federation/structured_fields.hpp"
#include "report.hpp"

namespace carillon::conformance {

namespace {

namespace js = boost::json;

// The data has bytes in upper-case base32 with padding.
std::string base32(const js::value& text) {
  std::string out;
  for (const char c : text.as_string()) {
    if (c != '=') out += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  }
  return from_base32(out).value_or("");
}

// Nothing where a value cannot even be held.
std::optional<BareItem> bare_of(const js::value& value) {
  if (value.is_bool()) return value.get_bool();
  if (value.is_int64()) return value.get_int64();
  if (value.is_string()) return std::string(value.get_string());
  if (value.is_double()) {
    const auto decimal = decimal_of(value.get_double());
    return decimal ? std::optional<BareItem>(*decimal) : std::nullopt;
  }
  const js::object& typed = value.as_object();
  const std::string_view type = typed.at("__type").as_string();
  const js::value& inside = typed.at("value");
  if (type == "token") return FieldToken{std::string(inside.as_string())};
  if (type == "binary") return FieldBytes{base32(inside)};
  if (type == "date") return FieldDate{inside.to_number<std::int64_t>()};
  return FieldDisplay{std::string(inside.as_string())};
}

std::optional<FieldParameters> parameters_of(const js::value& value) {
  FieldParameters out;
  for (const js::value& pair : value.as_array()) {
    const auto bare = bare_of(pair.as_array().at(1));
    if (!bare) return std::nullopt;
    out.emplace_back(std::string(pair.as_array().at(0).as_string()), *bare);
  }
  return out;
}

std::optional<FieldItem> item_of(const js::value& value) {
  const auto bare = bare_of(value.as_array().at(0));
  const auto parameters = parameters_of(value.as_array().at(1));
  if (!bare || !parameters) return std::nullopt;
  return FieldItem{*bare, *parameters};
}

std::optional<FieldMember> member_of(const js::value& value) {
  const js::array& pair = value.as_array();
  if (!pair.at(0).is_array()) {
    const auto item = item_of(value);
    return item ? std::optional<FieldMember>(*item) : std::nullopt;
  }
  InnerList out;
  for (const js::value& one : pair.at(0).as_array()) {
    const auto item = item_of(one);
    if (!item) return std::nullopt;
    out.items.push_back(*item);
  }
  const auto parameters = parameters_of(pair.at(1));
  if (!parameters) return std::nullopt;
  out.parameters = *parameters;
  return FieldMember(out);
}

std::optional<FieldList> list_of(const js::value& value) {
  FieldList out;
  for (const js::value& one : value.as_array()) {
    const auto member = member_of(one);
    if (!member) return std::nullopt;
    out.push_back(*member);
  }
  return out;
}

std::optional<FieldDictionary> dictionary_of(const js::value& value) {
  FieldDictionary out;
  for (const js::value& one : value.as_array()) {
    const auto member = member_of(one.as_array().at(1));
    if (!member) return std::nullopt;
    out.emplace_back(std::string(one.as_array().at(0).as_string()), *member);
  }
  return out;
}

std::string lines_of(const js::value& test, std::string_view key) {
  std::string out;
  const auto* lines = test.as_object().if_contains(key);
  if (lines == nullptr) return out;
  for (const js::value& line : lines->as_array()) {
    if (!out.empty()) out += ", ";
    out += std::string_view(line.as_string());
  }
  return out;
}

bool flag(const js::value& test, std::string_view key) {
  const auto* value = test.as_object().if_contains(key);
  return value != nullptr && value->is_bool() && value->get_bool();
}

// One case: read it where there is something to read, compare, write it, compare.
template <class Value>
void judge(Suite& suite, const std::string& key, const js::value& test,
           std::optional<Value> (*wanted)(const js::value&),
           Result<Value> (*read)(std::string_view)) {
  const bool must_fail = flag(test, "must_fail");
  const js::object& fields = test.as_object();
  const auto* expected = fields.if_contains("expected");
  const std::string canonical =
      fields.contains("canonical") ? lines_of(test, "canonical") : lines_of(test, "raw");
  if (!fields.contains("raw")) {
    const auto value = wanted(*expected);
    const auto text = value ? write_field(*value)
                            : Result<std::string>(fail(Fault::invalid, "it cannot be held"));
    return suite.check(key, must_fail ? !text.has_value() : text == canonical);
  }
  const auto value = read(lines_of(test, "raw"));
  if (must_fail) return suite.check(key, !value.has_value(), "taken");
  if (!value) return suite.check(key, flag(test, "can_fail"), value.error().what);
  const auto right = wanted(*expected);
  if (!right || *value != *right) return suite.check(key, false, "another value");
  const auto text = write_field(*value);
  suite.check(key, text == canonical, text ? *text : text.error().what);
}

}  // namespace

bool run_fields(const std::filesystem::path& root) {
  const auto dir = root / "structured-fields";
  if (!std::filesystem::is_directory(dir)) return true;
  Suite suite("structured-fields");
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(dir)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const auto& file : files) {
    const js::value cases = read_json(file);
    for (const js::value& test : cases.as_array()) {
      const std::string key = fmt::format("{} {}", std::filesystem::relative(file, dir).string(),
                                          std::string_view(test.at("name").as_string()));
      const std::string_view type = test.at("header_type").as_string();
      if (type == "item") judge<FieldItem>(suite, key, test, item_of, read_field_item);
      if (type == "list") judge<FieldList>(suite, key, test, list_of, read_field_list);
      if (type == "dictionary")
        judge<FieldDictionary>(suite, key, test, dictionary_of, read_field_dictionary);
    }
  }
  return suite.finish();
}

}  // namespace carillon::conformance
