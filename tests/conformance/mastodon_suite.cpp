// Mastodon's own specs: lengths, what is extracted, and what its formatter makes a link. Mentions
// of accounts are not rendered here: that needs the server's accounts.
#include <fmt/format.h>

#include "base/bytes.hpp"
#include "report.hpp"
#include "text/codepoints.hpp"
#include "text/entities.hpp"
#include "text/length.hpp"

namespace carillon::conformance {

namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

std::string string_at(const json::object& test, std::string_view name) {
  return json::value_to<std::string>(test.at(name));
}

bool run_lengths(const fs::path& file) {
  Suite suite("mastodon/length");
  const json::object all = read_json(file).as_object();
  const std::int64_t most = all.at("max_chars").as_int64();
  const std::int64_t url = all.at("url_chars").as_int64();
  for (const json::value& value : all.at("cases").as_array()) {
    const json::object& test = value.as_object();
    const std::int64_t length =
        mastodon_length(string_at(test, "text"), string_at(test, "spoiler"), url);
    suite.check(string_at(test, "it"), (length <= most) == test.at("valid").as_bool(),
                fmt::format("{} characters", length));
  }
  return suite.finish();
}

json::array listed(std::string_view text, const std::vector<Entity>& entities) {
  json::array out;
  for (const Entity& entity : entities) {
    const char* name = entity.kind == EntityKind::url       ? "url"
                       : entity.kind == EntityKind::mention ? "screen_name"
                                                            : "hashtag";
    out.push_back({{name, entity.value},
                   {"indices",
                    {decode(text.substr(0, entity.begin)).size(),
                     decode(text.substr(0, entity.end)).size()}}});
  }
  return out;
}

bool run_extractor(const fs::path& file) {
  Suite suite("mastodon/extractor");
  const json::value document = read_json(file);
  for (const json::value& value : document.as_array()) {
    const json::object& test = value.as_object();
    const std::string text = string_at(test, "text");
    const std::string what = string_at(test, "function");
    const auto found = what.contains("mentions")   ? mastodon_mentions(text)
                       : what.contains("hashtags") ? mastodon_hashtags(text)
                       : what.contains("urls")     ? mastodon_urls(text)
                       : what.contains("cashtags") ? std::vector<Entity>{}
                                                   : mastodon_entities(text);
    suite.equal(what + ": " + string_at(test, "it"), listed(text, found),
                test.at("expected").as_array());
  }
  return suite.finish();
}

bool run_hashtags(const fs::path& file) {
  Suite suite("mastodon/hashtag");
  const json::value document = read_json(file);
  for (const json::value& value : document.as_array()) {
    const json::object& test = value.as_object();
    const std::string text = string_at(test, "text");
    const auto tags = mastodon_hashtags(text);
    json::value got = nullptr;
    if (!tags.empty()) got = text.substr(tags[0].begin, tags[0].end - tags[0].begin);
    suite.equal(string_at(test, "it"), got, test.at("match"));
  }
  return suite.finish();
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else if (c == '\'') {
      out += "&#39;";
    } else {
      out += c;
    }
  }
  return out;
}

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_ascii_alnum(c) || c == '_') {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

// A link shows 30 characters after the scheme and "www."; the rest is there but invisible.
std::string url_link(const std::string& url) {
  std::size_t prefix = 0;
  for (const std::string_view start : {"https://www.", "http://www.", "https://", "http://"}) {
    if (prefix == 0 && url.starts_with(start)) prefix = start.size();
  }
  if (url.starts_with("xmpp:")) prefix = 5;
  const CodePoints rest = decode(std::string_view(url).substr(prefix));
  const std::size_t cut = prefix + rest.at[std::min<std::size_t>(30, rest.size())];
  return fmt::format(
      "<a href=\"{}\" target=\"_blank\" rel=\"nofollow noopener\" translate=\"no\">"
      "<span class=\"invisible\">{}</span><span class=\"{}\">{}</span>"
      "<span class=\"invisible\">{}</span></a>",
      escaped(url), escaped(url.substr(0, prefix)), cut < url.size() ? "ellipsis" : "",
      escaped(url.substr(prefix, cut - prefix)), escaped(url.substr(cut)));
}

std::string formatted(const std::string& text) {
  std::string out = "<p>";
  std::size_t at = 0;
  for (const Entity& entity : mastodon_entities(text)) {
    out += escaped(text.substr(at, entity.begin - at));
    at = entity.end;
    if (entity.kind == EntityKind::url) {
      out += url_link(entity.value);
    } else if (entity.kind == EntityKind::hashtag) {
      out += fmt::format(
          "<a href=\"https://example/tags/{}\" class=\"mention hashtag\" "
          "rel=\"tag\">#<span>{}</span></a>",
          percent_encoded(entity.value), entity.value);
    } else {
      out += escaped(text.substr(entity.begin, entity.end - entity.begin));
    }
  }
  return out + escaped(text.substr(at)) + "</p>";
}

bool run_formatter(const fs::path& file) {
  Suite suite("mastodon/links");
  const json::value document = read_json(file);
  for (const json::value& value : document.as_array()) {
    const json::object& test = value.as_object();
    const std::string wanted = string_at(test, "value");
    if (wanted.contains("u-url mention")) continue;
    const std::string got = formatted(string_at(test, "text"));
    const std::string how = string_at(test, "assert");
    const bool passed = how == "eq"            ? got == wanted
                        : how == "not_include" ? !got.contains(wanted)
                                               : got.contains(wanted);
    suite.check(fmt::format("{}: {} {}", string_at(test, "context"), how, shown(wanted)), passed,
                got);
  }
  return suite.finish();
}

}  // namespace

bool run_mastodon(const fs::path& root) {
  const fs::path dir = root / "mastodon";
  bool passed = true;
  const auto run = [&](const char* name, bool (*suite)(const fs::path&)) {
    if (fs::exists(dir / name)) passed = suite(dir / name) && passed;
  };
  run("status_length.json", run_lengths);
  run("extractor.json", run_extractor);
  run("hashtag.json", run_hashtags);
  run("text_formatter.json", run_formatter);
  return passed;
}

}  // namespace carillon::conformance
