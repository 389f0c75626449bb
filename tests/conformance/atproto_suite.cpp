// atproto-interop/syntax: a file a kind, one value a line.
#include "text/atproto.hpp"

#include <fmt/format.h>

#include <map>

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "report.hpp"

namespace carillon::conformance {

namespace {

using Check = bool (*)(std::string_view);
const std::map<std::string, Check> checks{
    {"handle", is_handle}, {"did", is_did},           {"atidentifier", is_at_identifier},
    {"aturi", is_at_uri},  {"nsid", is_nsid},         {"recordkey", is_record_key},
    {"tid", is_tid},       {"datetime", is_datetime}, {"language", is_language},
    {"cid", is_cid},       {"uri", is_uri},
};

}  // namespace

bool run_atproto(const std::filesystem::path& root) {
  const auto dir = root / "atproto-interop" / "syntax";
  if (!std::filesystem::is_directory(dir)) return true;
  bool passed = true;
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
