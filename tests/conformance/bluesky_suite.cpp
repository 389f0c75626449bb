#include <fmt/format.h>

#include "report.hpp"
#include "text/entities.hpp"
#include "text/length.hpp"

namespace carillon::conformance {

namespace {

namespace json = boost::json;

json::array links_and_mentions(std::string_view text) {
  json::array out;
  for (const Entity& entity : bluesky_entities(text)) {
    if (entity.kind != EntityKind::url && entity.kind != EntityKind::mention) continue;
    const std::string value =
        entity.kind == EntityKind::mention ? "did:fake:" + entity.value : entity.value;
    out.push_back({{"byteStart", entity.begin}, {"byteEnd", entity.end}, {"value", value}});
  }
  return out;
}

void run_tags(Suite& suite, const std::string& key, const json::object& test, EntityKind kind) {
  json::array tags;
  json::array indices;
  for (const Entity& entity : bluesky_entities(json::value_to<std::string>(test.at("text")))) {
    if (entity.kind != kind) continue;
    tags.emplace_back((kind == EntityKind::cashtag ? "$" : "") + entity.value);
    indices.push_back({{"byteStart", entity.begin}, {"byteEnd", entity.end}});
  }
  suite.equal(key, json::array{tags, indices},
              json::array{test.at("tags").as_array(), test.at("indices").as_array()});
}

}  // namespace

bool run_bluesky(const std::filesystem::path& root) {
  const auto file = root / "bluesky-richtext" / "cases.json";
  if (!std::filesystem::exists(file)) return true;
  Suite suite("bluesky-richtext");
  const json::value document = read_json(file);
  for (const json::value& value : document.as_array()) {
    const json::object& test = value.as_object();
    const std::string kind = json::value_to<std::string>(test.at("kind"));
    const std::string text = json::value_to<std::string>(test.at("text"));
    const std::string key = kind + ": " + shown(text);
    if (kind == "links_mentions") {
      suite.equal(key, links_and_mentions(text), test.at("facets").as_array());
    } else if (kind == "tags") {
      run_tags(suite, key, test, EntityKind::hashtag);
    } else if (kind == "cashtags") {
      run_tags(suite, key, test, EntityKind::cashtag);
    } else if (kind == "grapheme_len") {
      const BlueskyLength length = bluesky_length(text);
      suite.equal(key, json::array{length.graphemes, length.bytes},
                  json::array{test.at("graphemes"), test.at("utf8_bytes")});
    } else {
      suite.check(key, false, "a kind of case this program does not know");
    }
  }
  return suite.finish();
}

}  // namespace carillon::conformance
