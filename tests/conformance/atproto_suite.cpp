// atproto-interop: syntax (a file a kind, one value a line) and data-model (records, their DAG-CBOR
// and their CIDs).
#include "text/atproto.hpp"

#include <fmt/format.h>

#include <map>

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "report.hpp"
#include "text/dag_cbor.hpp"

namespace carillon::conformance {

namespace {

using Check = bool (*)(std::string_view);
const std::map<std::string, Check> checks{
    {"handle", is_handle}, {"did", is_did},           {"atidentifier", is_at_identifier},
    {"aturi", is_at_uri},  {"nsid", is_nsid},         {"recordkey", is_record_key},
    {"tid", is_tid},       {"datetime", is_datetime}, {"language", is_language},
    {"cid", is_cid},       {"uri", is_uri},
};

std::string text_or_error(const Result<std::string>& result) {
  return result ? *result : "error: " + result.error().what;
}

bool run_data_model(const std::filesystem::path& dir) {
  if (!std::filesystem::is_directory(dir)) return true;
  Suite suite("atproto/data-model");
  int number = 0;
  const json::value fixtures = read_json(dir / "data-model-fixtures.json");
  for (const json::value& test : fixtures.as_array()) {
    const json::value& record = test.at("json");
    ++number;
    auto bytes = dag_cbor(record);
    if (bytes) bytes = to_base64(*bytes);
    std::string wanted(test.at("cbor_base64").as_string());
    while (wanted.size() % 4 != 0) wanted += '=';
    suite.equal(fmt::format("fixture {} bytes", number), text_or_error(bytes), wanted);
    suite.equal(fmt::format("fixture {} cid", number), text_or_error(record_cid(record)),
                std::string(test.at("cid").as_string()));
  }
  for (const auto& [name, valid] :
       std::map<std::string, bool>{{"valid", true}, {"invalid", false}}) {
    const json::value cases = read_json(dir / ("data-model-" + name + ".json"));
    for (const json::value& test : cases.as_array()) {
      const auto cid = record_cid(test.at("json"));
      suite.check(fmt::format("{} {}", name, std::string_view(test.at("note").as_string())),
                  cid.has_value() == valid, text_or_error(cid));
    }
  }
  return suite.finish();
}

}  // namespace

bool run_atproto(const std::filesystem::path& root) {
  const auto dir = root / "atproto-interop" / "syntax";
  bool passed = run_data_model(root / "atproto-interop" / "data-model");
  if (!std::filesystem::is_directory(dir)) return passed;
  for (const auto& [kind, accepts] : checks) {
    Suite suite("atproto/" + kind);
    for (const auto& [ending, valid] : std::map<std::string, bool>{
             {"_syntax_valid", true}, {"_syntax_invalid", false}, {"_parse_invalid", false}}) {
      const auto text = read_file(dir / (kind + ending + ".txt"));
      for (const std::string& line : split(text.value_or(""), '\n')) {
        if (line.empty() || line.starts_with('#')) continue;
        suite.check(fmt::format("{} {}", valid ? "valid" : "invalid", shown(line)),
                    accepts(line) == valid);
      }
    }
    passed = suite.finish() && passed;
  }
  return passed;
}

}  // namespace carillon::conformance
