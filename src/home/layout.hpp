// What every page of the home shares: head, header, footer, and the pieces posts are shown with.
// Internal to home/.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/html.hpp"
#include "home/index.hpp"

namespace carillon {

inline constexpr std::string_view html_type = "text/html; charset=utf-8";

// Where the style sheet lives; its name holds a hash of its content.
[[nodiscard]] const std::string& style_path();
[[nodiscard]] std::string_view style_sheet();
// The organisation's initial on its colour, as an SVG document: the favicon, and the mark where no
// logo is given.
[[nodiscard]] std::string favicon(const SiteIndex& index);

struct PageFrame {
  std::string path;
  std::string title;        // empty: the organisation's name
  std::string description;  // plain text
  std::string section;      // the path of the entry in the navigation it belongs to
  std::string og_type = "website";
  const SitePicture* picture = nullptr;  // for link previews
  Html head = {};                        // more elements for <head>
  bool listed = true;                    // search engines may show it
  Micros modified = 0;
};

// The whole document around `main`.
[[nodiscard]] Page framed(const SiteIndex& index, const PageFrame& frame, const Html& main);

// lang and dir of a text; left out where they are the page's own.
[[nodiscard]] Attribute language_of(const SiteIndex& index, std::string_view language);
[[nodiscard]] Attribute direction_of(const SiteIndex& index, std::string_view language);
// Marks the house's own words where the organisation does not speak English.
[[nodiscard]] Attribute our_words(const SiteIndex& index);

[[nodiscard]] Html time_tag(const SiteIndex& index, Micros at);
[[nodiscard]] Html kind_tag(const SiteIndex& index, Kind kind);
// Which pictures of a post: the first of a list's first post is loaded at once, others when near.
enum class Show { all, first, first_at_once };
// Those that stand behind no warning, for programs that show the picture of a post by itself.
[[nodiscard]] const std::vector<SitePicture>& shown_at_once(const IndexedPost& post);
[[nodiscard]] Html pictures(const SiteIndex& index, const IndexedPost& post, Show show);
// Its poll: what can be chosen, and what was. Nothing where it has none, or the home no account.
[[nodiscard]] Html poll_of(const SiteIndex& index, const IndexedPost& post);
// What stands behind the post's content warning, closed; `inner` as it is where there is none.
[[nodiscard]] Html behind_warning(const IndexedPost& post, const Html& inner);
[[nodiscard]] Html tag_list(const SiteIndex& index, const IndexedPost& post);

// One line a post: date and title.
[[nodiscard]] Html title_list(const SiteIndex& index, const std::vector<const IndexedPost*>& posts);
// Date, title and text or excerpt of each.
[[nodiscard]] Html post_list(const SiteIndex& index, const std::vector<const IndexedPost*>& posts);

}  // namespace carillon
