// twitter-text: the weighted length, what is found in a text and what is linked. Not covered, since
// nothing here does it: highlighting search hits, linking by entities from a server, and telling
// whether a lone text is a URL by RFC 3986 (validate: urls).
#include <fmt/format.h>

#include <algorithm>

#include "report.hpp"
#include "text/codepoints.hpp"
#include "text/entities.hpp"
#include "text/length.hpp"

namespace carillon::conformance {

namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

std::string text_of(const json::object& test) {
  return json::value_to<std::string>(test.at("text"));
}

std::string key_of(std::string_view section, const json::object& test) {
  return fmt::format("{}: {}", section, json::value_to<std::string>(test.at("description")));
}

std::size_t points(std::string_view text, std::size_t bytes) {
  return decode(text.substr(0, bytes)).size();
}

json::array indices(std::string_view text, const Entity& entity) {
  return {points(text, entity.begin), points(text, entity.end)};
}

json::array values(const std::vector<Entity>& entities) {
  json::array out;
  for (const Entity& entity : entities) out.emplace_back(entity.value);
  return out;
}

std::vector<Entity> names_only(std::string_view text) {
  std::vector<Entity> out = x_mentions(text);
  std::erase_if(out, [](const Entity& entity) { return entity.value.contains('/'); });
  return out;
}

json::array with_indices(std::string_view text, const std::vector<Entity>& entities,
                         std::string_view name) {
  json::array out;
  for (const Entity& entity : entities) {
    out.push_back({{name, entity.value}, {"indices", indices(text, entity)}});
  }
  return out;
}

json::array lists_with_indices(std::string_view text) {
  json::array out;
  for (const Entity& entity : x_mentions(text)) {
    const std::size_t slash = std::min(entity.value.find('/'), entity.value.size());
    out.push_back({{"screen_name", entity.value.substr(0, slash)},
                   {"list_slug", entity.value.substr(slash)},
                   {"indices", indices(text, entity)}});
  }
  return out;
}

json::value extracted(std::string_view section, std::string_view text) {
  if (section == "mentions") return values(names_only(text));
  if (section == "mentions_with_indices")
    return with_indices(text, names_only(text), "screen_name");
  if (section == "mentions_or_lists_with_indices") return lists_with_indices(text);
  if (section == "replies") {
    const std::string name = x_reply_to(text);
    return name.empty() ? json::value(nullptr) : json::value(name);
  }
  if (section == "urls_with_indices" || section == "urls_with_directional_markers")
    return with_indices(text, x_urls(text), "url");
  if (section.starts_with("urls") || section.starts_with("tco_urls")) return values(x_urls(text));
  if (section == "hashtags_with_indices") return with_indices(text, x_hashtags(text), "hashtag");
  if (section.starts_with("hashtags")) return values(x_hashtags(text));
  if (section == "cashtags_with_indices") return with_indices(text, x_cashtags(text), "cashtag");
  return values(x_cashtags(text));
}

bool run_extract(const json::object& sections, const std::string& name) {
  Suite suite("twitter-text/" + name);
  for (const auto& [section, tests] : sections) {
    for (const json::value& value : tests.as_array()) {
      const json::object& test = value.as_object();
      const json::value wanted = test.at("expected");
      suite.equal(
          key_of(section, test),
          name == "tlds" ? extracted("urls", text_of(test)) : extracted(section, text_of(test)),
          wanted);
    }
  }
  return suite.finish();
}

json::object measured(std::string_view text, XRules rules) {
  const XLength length = x_length(text, rules);
  const auto end = [](std::size_t units) { return units == 0 ? std::size_t{0} : units - 1; };
  // What normalisation took away counts as fitting.
  const std::size_t lost = utf16_length(text) - utf16_length(to_nfc(text));
  return {{"weightedLength", length.weight},
          {"valid", length.valid()},
          {"permillage", length.weight * 1000 / length.limit},
          {"displayRangeStart", 0},
          {"displayRangeEnd", end(utf16_length(text))},
          {"validRangeStart", 0},
          {"validRangeEnd", end(length.fits) + lost}};
}

bool is_whole(const std::vector<Entity>& entities, std::string_view text) {
  return entities.size() == 1 && entities[0].begin == 0 && entities[0].end == text.size();
}

json::value validated(std::string_view section, std::string_view text) {
  if (section == "tweets") return x_length(text, XRules::v1).valid();
  if (section == "usernames") return is_whole(names_only(text), text);
  if (section == "lists")
    return is_whole(x_mentions(text), text) && x_mentions(text)[0].value.contains('/');
  if (section == "hashtags") return is_whole(x_hashtags(text), text);
  return measured(text, section == "WeightedTweetsCounterTest" ? XRules::v2 : XRules::v3);
}

bool run_validate(const json::object& sections) {
  Suite lengths("twitter-text/weighted-length");
  Suite suite("twitter-text/validate");
  for (const auto& [section, tests] : sections) {
    if (section.starts_with("urls")) continue;
    const bool weighted = std::string_view(section).ends_with("CounterTest");
    for (const json::value& value : tests.as_array()) {
      const json::object& test = value.as_object();
      const json::value wanted = test.at("expected");
      (weighted ? lengths : suite)
          .equal(key_of(section, test), validated(section, text_of(test)), wanted);
    }
  }
  const bool passed = lengths.finish();
  return suite.finish() && passed;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

bool is_right_to_left(std::string_view text) {
  for (const char32_t c : decode(text).cp) {
    if ((c >= 0x590 && c <= 0x6FF) || (c >= 0x750 && c <= 0x77F) || (c >= 0xFE70 && c <= 0xFEFF))
      return true;
  }
  return false;
}

// The text with the links of X's own HTML, to compare what is linked.
std::string linked(std::string_view text, const std::vector<Entity>& entities) {
  std::string out;
  std::size_t at = 0;
  for (const Entity& entity : entities) {
    out += text.substr(at, entity.begin - at);
    at = entity.end;
    const std::string whole(text.substr(entity.begin, entity.end - entity.begin));
    const std::string sign = whole.substr(0, whole.size() - entity.value.size());
    const bool list = entity.value.contains('/');
    if (entity.kind == EntityKind::url) {
      out += fmt::format("<a href=\"{0}\">{0}</a>", escaped(whole));
    } else if (entity.kind == EntityKind::mention) {
      out += fmt::format("{}<a class=\"tweet-url {}\" href=\"https://twitter.com/{}\">{}</a>", sign,
                         list ? "list-slug" : "username", entity.value, entity.value);
    } else {
      const bool cash = entity.kind == EntityKind::cashtag;
      const std::string_view direction = is_right_to_left(entity.value) ? " rtl" : "";
      out += fmt::format(
          "<a href=\"https://twitter.com/search?q={}{}\" title=\"{}{}\" class=\"tweet-url {}{}\">"
          "{}{}</a>",
          cash ? "%24" : "%23", entity.value, cash ? "$" : "#", entity.value,
          cash ? "cashtag" : "hashtag", direction, sign, entity.value);
    }
  }
  return out + std::string(text.substr(at));
}

// What that section's function links; without a scheme X makes no link of its own.
std::vector<Entity> linkable(std::string_view section, std::string_view text) {
  if (section == "usernames" || section == "lists") return x_mentions(text);
  if (section == "hashtags") return x_hashtags(text);
  if (section == "cashtags") return x_cashtags(text);
  std::vector<Entity> out = section == "urls" ? x_urls(text) : x_entities(text);
  std::erase_if(out, [](const Entity& entity) {
    return entity.kind == EntityKind::url && !entity.value.contains("://");
  });
  return out;
}

bool run_autolink(const json::object& sections) {
  Suite suite("twitter-text/autolink");
  for (const auto& [section, tests] : sections) {
    if (section == "json") continue;
    for (const json::value& value : tests.as_array()) {
      const json::object& test = value.as_object();
      const std::string text = text_of(test);
      const std::string wanted = json::value_to<std::string>(test.at("expected"));
      suite.equal(key_of(section, test), linked(text, linkable(section, text)), wanted);
    }
  }
  return suite.finish();
}

}  // namespace

bool run_twitter(const fs::path& root) {
  const fs::path dir = root / "twitter-text";
  if (!fs::is_directory(dir)) return true;
  const auto tests = [&](const char* file) {
    return read_json(dir / file).as_object().at("tests").as_object();
  };
  bool passed = true;
  if (fs::exists(dir / "validate.json")) passed = run_validate(tests("validate.json")) && passed;
  for (const char* name : {"extract", "tlds"}) {
    const std::string file = fmt::format("{}.json", name);
    if (fs::exists(dir / file)) passed = run_extract(tests(file.c_str()), name) && passed;
  }
  if (fs::exists(dir / "autolink.json")) passed = run_autolink(tests("autolink.json")) && passed;
  return passed;
}

}  // namespace carillon::conformance
