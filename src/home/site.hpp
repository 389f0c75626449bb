// The organisation's home as a pure function: a view of what is published goes in, the bytes of
// every page, feed and list come out. The same view gives the same bytes, whether they are served
// or written as files.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "core/announcement.hpp"
#include "core/channel.hpp"
#include "core/config.hpp"

namespace carillon {

// A picture as the home shows it: re-encoded, without metadata.
struct SitePicture {
  std::string path;  // on this site, "/media/<digest>-<width>.jpg"
  std::string mime;
  std::string alt;
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::int64_t bytes = 0;
};

// The same announcement on another channel.
struct SiteCopy {
  std::string channel;   // its name in the workspace
  std::string platform;  // its title for people: "Mastodon"
  std::string url;
};

// The reply in the fediverse that an announcement answers, by `answers` of its draft.
struct SiteAnswer {
  std::string actor;   // the address of the account
  std::string author;  // "@ann@example.org"
  std::string post;    // the permalink of the post that it was a reply to
};

// How the poll of an announcement went so far, or ended.
struct SiteTally {
  std::vector<std::int64_t> votes;  // of each option, in their order
  std::int64_t voters = 0;
  Micros closes = 0;
  bool ended = false;
};

struct SitePost {
  Announcement announcement;
  std::string text;  // Markdown as the home's rendition has it, the parts of a thread joined by
                     // lines "---"; empty: the draft's body
  Micros published = 0;
  Micros updated = 0;
  std::vector<SitePicture> pictures;
  std::vector<SiteCopy> copies;
  SiteAnswer answers = {};
  SiteTally tally = {};  // of one with a poll
};

struct SiteChannel {
  Channel channel;
  std::string platform;  // the platform's title for people
};

struct SiteView {
  Organisation organisation;  // `url` is where the home lives; addresses are made from it
  std::string logo;           // a path on this site, or empty
  std::vector<SiteChannel> channels;
  Micros listed = 0;            // when the list of channels was last changed; 0: not known
  std::vector<SitePost> posts;  // in any order
  std::string propose;          // where people propose one, "/propose"; empty: nowhere
  std::string past;             // where earlier posts stand, "/past/"; empty: there are none
  std::string account = {};     // "@news@example.org", that polls are answered to; empty: none
  std::string hub = {};         // where the feeds are subscribed to (WebSub); empty: nowhere
};

// One resource. `path` is the decoded path below the organisation's url, as "/posts/tea/".
struct Page {
  std::string path;
  std::string type;  // Content-Type
  std::string body;
  Micros modified = 0;     // newest change among what it shows; 0: not known
  bool immutable = false;  // its name changes with its content
  std::string file = {};   // instead of `body`: the file that holds it
};

// The file of a page in a directory: "/posts/tea/" is "posts/tea/index.html".
[[nodiscard]] std::string file_of(std::string_view path);

// Where an announcement of this slug lives below the organisation's url: "/posts/<slug>/".
[[nodiscard]] std::string post_path(std::string_view slug);

// "release notes" -> "release-notes". Tags that would collide or cannot be a file name get six
// characters of their hash; other scripts stay as they are.
[[nodiscard]] std::string tag_segment(std::string_view tag);

struct SiteIndex;  // posts in order, by slug, tag and year

// All pages of one view. Immutable after construction, so thread-safe.
class Site {
 public:
  explicit Site(SiteView view);
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;
  ~Site();

  // Every path there is, in a stable order.
  [[nodiscard]] const std::vector<std::string>& paths() const { return paths_; }
  // The page of a path, or nothing. Renders it anew at each call.
  [[nodiscard]] std::optional<Page> render(std::string_view path) const;
  // The part of the organisation's url after the host, without a slash at the end; often empty.
  [[nodiscard]] const std::string& prefix() const;

 private:
  std::unique_ptr<const SiteIndex> index_;
  std::vector<std::string> paths_;
};

// What the page of a post says of itself to programs that make a card of it (ogp.me); its picture
// is the first of the draft. Pure.
struct PagePreview {
  std::string title;
  std::string description;
};
[[nodiscard]] PagePreview page_preview(const Draft& draft);

// Renders every page of the view.
[[nodiscard]] std::vector<Page> render_all(const SiteView& view);

}  // namespace carillon
