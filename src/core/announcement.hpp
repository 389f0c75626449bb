// What the organisation says. A change makes a new revision; an approval or a delivery is of one.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/describe.hpp"

namespace carillon {

enum class Kind { general, release, security, event, blog, amplify };
BOOST_DESCRIBE_ENUM(Kind, general, release, security, event, blog, amplify)

// A picture that belongs to an announcement. `file` is relative to the post file's folder; `digest`
// is the SHA-256 (hex) of that file, empty until it is imported.
struct Media {
  static constexpr std::array<std::string_view, 1> required{"file"};
  std::string file;
  std::string alt;
  std::string digest;
};
BOOST_DESCRIBE_STRUCT(Media, (), (file, alt, digest))

// A question that people answer by choosing; the text of the announcement asks it. It is open for
// `hours` from when the home publishes it.
struct Poll {
  static constexpr std::array<std::string_view, 1> required{"options"};
  std::vector<std::string> options;
  std::int64_t hours = 72;
  bool several = false;  // more than one option may be chosen
};
BOOST_DESCRIBE_STRUCT(Poll, (), (options, hours, several))

// Platform name -> handle on that platform, as `@name@server` or `name.example.org`.
using Handles = std::map<std::string, std::string>;

// What a person writes: the front matter of a post file, and its body.
struct Draft {
  std::string title;
  std::string slug;     // the last part of the permalink; default: the file's name
  std::string summary;  // one or two sentences a person wrote
  std::string link;     // where to read more; default: the permalink on the home
  Kind kind = Kind::general;
  std::vector<std::string> channels;  // empty: every channel with use home or broadcast
  std::string at;                     // "2026-12-01 15:00 Europe/Paris"; empty: now
  std::string language;               // BCP 47; empty: the organisation's
  std::vector<std::string> tags;      // without "#"
  std::vector<Media> media;
  std::map<std::string, std::string> texts;  // channel or platform name -> text
  std::map<std::string, Handles> mentions;   // name as written after "@" -> handles
  std::string body;                          // Markdown; a line "---" starts a new part
  // One line that is shown first, and text and pictures after who asks for them; empty: none.
  std::string warning;
  // The id of the reply in the fediverse that it answers; it stands on the home only. Empty: none.
  std::string answers;
  std::optional<Poll> poll;
};
BOOST_DESCRIBE_STRUCT(Draft, (),
                      (title, slug, summary, link, kind, channels, at, language, tags, media, texts,
                       mentions, body, warning, answers, poll))

struct Announcement {
  std::string id;             // a TID
  std::int64_t revision = 1;  // counts from 1
  std::string permalink;      // on the home; empty where there is no home channel
  Draft draft;
};
BOOST_DESCRIBE_STRUCT(Announcement, (), (id, revision, permalink, draft))

// Reads a post file: YAML front matter between two lines "---", then the body. `name` is what
// errors call it. Where no slug is given it becomes slug_for(path, …); `path` is `name` where it is
// not said. Errors name the line: invalid (not UTF-8, broken YAML, unknown key with the nearest
// one, empty body, alt text on nothing), too_large. Pure.
[[nodiscard]] Result<Draft> parse_post(std::string_view text, std::string_view name,
                                       std::optional<std::string_view> path = std::nullopt);

// All that parse_post has against a post file, each as it would say it but without the file's name:
// "line 3: /sumary: unknown key". Empty when it gives a draft. Pure.
[[nodiscard]] std::vector<Error> post_problems(std::string_view text);

// The line where the body's first word stands; the last one where there is none. Pure.
[[nodiscard]] int post_body_line(std::string_view text);

// The line of a post file's `text` where its front matter states what the JSON pointer `path`
// names, or its nearest ancestor; 1 where there is no front matter. Pure.
[[nodiscard]] int post_line(std::string_view text, const std::string& path);

// Lower-case ASCII letters, digits and single hyphens, at most 80 characters; Latin and Cyrillic
// letters are written in ASCII. Empty where nothing is left. Pure.
[[nodiscard]] std::string slug_of(std::string_view text);

// The slug of a post that states none: of its file's name (of the folder's for index, _index and
// README), else of the title, else made up of a hash that stays as long as these do. Never empty.
// `path` may be empty. Pure.
[[nodiscard]] std::string slug_for(std::string_view path, std::string_view title,
                                   std::string_view text);

}  // namespace carillon
