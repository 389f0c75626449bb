// What the engines of a patch share. Each knows one family of formats: it is shown where a
// reference stands and says which bytes go with it, or why it leaves that to a person. All pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "retire/patch.hpp"
#include "retire/scan_page.hpp"

namespace carillon::patch {

// Puts `text` in the place of the bytes [begin, end).
struct Edit {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string text = {};
};

// Edits of one text, or none and the reason; both: what was done leaves something to do.
struct Change {
  std::vector<Edit> edits = {};
  std::string task = {};
  [[nodiscard]] bool good() const { return !edits.empty(); }
};

[[nodiscard]] inline Change refuse(std::string why) {
  return {{}, std::move(why)};
}
[[nodiscard]] inline Change cut(std::size_t begin, std::size_t end, std::string text = {}) {
  return {{Edit{begin, end, std::move(text)}}, {}};
}

// Whether nothing but white space stands there.
[[nodiscard]] inline bool blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == npos;
}

// Where a reference stands in a text.
struct Spot {
  const ScanPage* page = nullptr;
  std::string_view text;  // of the whole file
  std::size_t line = 0;
  std::size_t begin = 0;  // of the address with its scheme and query, or of the name
  std::size_t end = 0;
  bool address = true;
  Form form = Form::link;
  const WatchedNetwork* who = nullptr;
  const PatchOptions* options = nullptr;

  [[nodiscard]] const Network& network() const { return *who->network; }
  // Whether something is to stand in its place: asked for, and not there already.
  [[nodiscard]] bool replaces() const;
};

// The bytes of a line with its end.
struct Bounds {
  std::size_t begin = 0;
  std::size_t end = 0;
};
[[nodiscard]] Bounds line_at(std::string_view text, std::size_t at);

// Widens a cut so that no empty line, double space or space before a line's end is left of it that
// was not there.
[[nodiscard]] Edit tidy(std::string_view text, Edit edit);

// The text with the edits; of edits that overlap the first counts.
[[nodiscard]] std::string applied(std::string_view text, std::vector<Edit> edits);

// The reference of that finding in its line; nothing when it cannot be made out.
[[nodiscard]] std::optional<Spot> spot_of(const ScanPage& page, std::string_view text,
                                          const Reference& finding, const WatchedNetwork& who,
                                          const PatchOptions& options);

// Whether words are what stands alone as the network's caption or icon: "X (Twitter)",
// "fab fa-twitter".
[[nodiscard]] bool is_caption(std::string_view words, const Network& network);
// Whether a key is called after the network: twitter, twitter_username, x.com.
[[nodiscard]] bool is_network_key(std::string_view key, const Network& network);
// Whether a key only dresses a link (label, icon, weight): nobody misses it when the link goes.
[[nodiscard]] bool is_dress(std::string_view key);
// The words a reader sees of a piece of markup, in lower case.
[[nodiscard]] std::string seen_words(std::string_view markup);

// patch_brackets.cpp: lists and objects in brackets, of JSON and of programs.
enum class Lexis { json, script, python, yaml, toml };
[[nodiscard]] Change in_brackets(const Spot& spot, std::size_t from, std::size_t to, Lexis lexis);

// patch_yaml.cpp, patch_table.cpp: settings by lines, in [from, to) of the text.
[[nodiscard]] Change in_yaml(const Spot& spot, std::size_t from, std::size_t to);
[[nodiscard]] Change in_toml(const Spot& spot, std::size_t from, std::size_t to);
[[nodiscard]] Change in_settings(const Spot& spot);

// patch_markup.cpp: elements of HTML and of what is written like it; nothing when the reference
// stands in no element's tag.
[[nodiscard]] std::optional<Change> in_markup(const Spot& spot);
// patch_outline.cpp: templates that nest by indentation (Haml, Slim, Pug).
[[nodiscard]] Change in_outline(const Spot& spot);

// patch_prose.cpp: Markdown, reStructuredText and plain words.
[[nodiscard]] Change in_prose(const Spot& spot);

// patch_sentence.cpp: takes [begin, end) out of running text that goes from `from` to `to`.
struct Phrase {
  std::size_t from = 0;
  std::size_t to = 0;
  std::size_t begin = 0;
  std::size_t end = 0;
};
// Where it is one of several things that separators part. Nothing where it stands alone.
[[nodiscard]] std::optional<Change> out_of_list(std::string_view text, Phrase phrase);
// The sentence, where it says nothing but that the account exists; or nothing.
[[nodiscard]] std::optional<Change> with_sentence(std::string_view text, Phrase phrase,
                                                  const Spot& spot);
// A reference in the text [begin, end) of a setting, which says more than that: out of its list or
// with its sentence, else a task.
[[nodiscard]] Change in_sentence(const Spot& spot, std::size_t begin, std::size_t end);

// patch_check.cpp: whether the text can be read in the format of its name; nothing when no reader
// of that format is at hand.
[[nodiscard]] std::optional<bool> reads_well(std::string_view path, std::string_view text);
[[nodiscard]] bool is_toml(std::string_view text);
[[nodiscard]] bool is_balanced_markup(std::string_view text);

// The front matter of a page: between its first line and the next of the kind. Empty: none.
struct Matter {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool toml = false;
};
[[nodiscard]] Matter front_matter(std::string_view text);

}  // namespace carillon::patch
