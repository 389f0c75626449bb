#include "core/post_text.hpp"

#include <fmt/format.h>

#include "base/crypto.hpp"

namespace carillon {

namespace {

// JSON is YAML 1.2, and a word in quotes is never anything else.
void put(std::string& out, std::string_view key, const json::value& value) {
  out += fmt::format("{}: {}\n", key, json::serialize(value));
}

template <class Map>
void put_each(std::string& out, std::string_view key, const Map& map) {
  if (map.empty()) return;
  out += fmt::format("{}:\n", key);
  for (const auto& [name, value] : map)
    out += fmt::format("  {}: {}\n", json::serialize(json::value(json::string(name))),
                       json::serialize(to_json(value)));
}

}  // namespace

std::string post_text(const Draft& draft) {
  std::string out = "---\n";
  const auto word = [&](std::string_view key, const std::string& value) {
    if (!value.empty()) put(out, key, json::value(json::string(value)));
  };
  word("title", draft.title);
  word("slug", draft.slug);
  word("summary", draft.summary);
  word("warning", draft.warning);
  word("answers", draft.answers);
  word("link", draft.link);
  if (draft.kind != Kind::general) out += fmt::format("kind: {}\n", word_of(draft.kind));
  if (!draft.channels.empty()) put(out, "channels", to_json(draft.channels));
  word("at", draft.at);
  word("language", draft.language);
  if (!draft.tags.empty()) put(out, "tags", to_json(draft.tags));
  if (!draft.media.empty()) {
    out += "media:\n";
    for (const Media& media : draft.media)
      out += fmt::format("  - {}\n", json::serialize(to_json(media)));
  }
  if (draft.poll) put(out, "poll", to_json(*draft.poll));
  put_each(out, "texts", draft.texts);
  put_each(out, "mentions", draft.mentions);
  return out + "---\n" + draft.body;
}

std::string digest_of(const Draft& draft) {
  // What a post seldom has must not make another text of one that was approved before it could.
  json::object said = to_json(draft).get_object();
  for (const char* name : {"warning", "answers"}) {
    if (said.at(name).get_string().empty()) said.stable_erase(name);
  }
  if (!draft.poll) said.stable_erase("poll");
  return to_hex(sha256(write_json(said)));
}

}  // namespace carillon
