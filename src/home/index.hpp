// The view in the order the pages need it. Internal to home/.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "home/site.hpp"

namespace carillon {

struct IndexedPost {
  SitePost post;
  std::string slug;
  std::string path;        // "/posts/<slug>/"
  std::string language;    // never empty
  std::string title;       // the draft's, else the beginning of the text
  bool titled = false;     // a person wrote the title
  std::string excerpt;     // plain text, one paragraph; of a post with a warning, the warning
  bool shortened = false;  // the excerpt is not all of the text
  std::string id;          // the stable id of feeds: the permalink it was published under
  int year = 0;            // of publication
};

struct TagPage {
  std::string tag;  // as first written
  std::vector<const IndexedPost*> posts;
};

struct SiteIndex {
  SiteView view;
  std::string origin;              // "https://example.org", without the prefix
  std::string prefix;              // "" or "/news"
  std::vector<IndexedPost> posts;  // newest first
  // Answers to replies: pages that no list and no feed shows; newest first.
  std::vector<IndexedPost> answers;
  // By the permalink of the post that all began with; oldest first.
  std::map<std::string, std::vector<const IndexedPost*>, std::less<>> answers_below;
  std::map<std::string, const IndexedPost*, std::less<>> by_slug;
  std::map<std::string, TagPage, std::less<>> by_tag;  // by segment
  std::map<int, std::vector<const IndexedPost*>, std::greater<>> by_year;
  Micros modified = 0;  // newest change of any post

  // An address on this site for use inside its own pages: percent-encoded, with the prefix.
  [[nodiscard]] std::string local(std::string_view path) const;
  // The same with scheme and host.
  [[nodiscard]] std::string absolute(std::string_view path) const;
};

// The answers that stand under a post.
[[nodiscard]] const std::vector<const IndexedPost*>& answers_below(const SiteIndex& index,
                                                                   const IndexedPost& post);

[[nodiscard]] std::unique_ptr<const SiteIndex> index_of(SiteView view);

// The title of a post on its page, and its text in one paragraph.
struct PostWords {
  std::string title;  // empty: neither the draft nor its text has one
  bool titled = false;
  std::string plain;
  std::string excerpt;
};
[[nodiscard]] std::string page_description(const std::string& excerpt);
[[nodiscard]] PostWords words_of_post(const Draft& draft, const std::string& text);

// Percent-encodes everything but unreserved characters and "/" (RFC 3986 2.3).
[[nodiscard]] std::string encode_path(std::string_view path);
// The reverse; nothing when an escape is broken or hides a NUL byte.
[[nodiscard]] std::optional<std::string> decode_path(std::string_view path);

// The posts a front page or a feed shows.
[[nodiscard]] std::vector<const IndexedPost*> newest(const SiteIndex& index, std::size_t count);

}  // namespace carillon
