// What a site's robots.txt lets us read. RFC 9309, https://www.rfc-editor.org/rfc/rfc9309
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace carillon {

// Immutable after it was read; thread-safe.
class Robots {
 public:
  // Everything is allowed (no robots.txt: 4xx), or nothing is (it cannot be read: 5xx).
  [[nodiscard]] static Robots all() { return {}; }
  [[nodiscard]] static Robots none();

  // Reads what concerns the crawler `product` ("carillon"): the groups that name it, else those of
  // "*"; groups of one name are one group. At most limits::robots_bytes of `text` are read. Lines
  // that are not understood are left out; nothing is an error. Pure.
  [[nodiscard]] static Robots read(std::string_view text, std::string_view product);

  // Whether a path with its query ("/a?b=c") may be read: the longest rule that matches decides,
  // of two equal ones the one that allows. "*" stands for any characters, "$" for the end; escapes
  // are compared undone where they stand for unreserved characters. robots.txt itself always may.
  [[nodiscard]] bool allows(std::string_view target) const;

  // The seconds between requests that a Crawl-delay line asks for (no part of the RFC, but written
  // by many); 0: none.
  [[nodiscard]] Micros delay() const { return delay_; }

  // The addresses of the Sitemap lines, as they are written. They belong to no group.
  [[nodiscard]] const std::vector<std::string>& sitemaps() const { return sitemaps_; }

 private:
  struct Rule {
    std::string path;
    bool allow = false;
  };
  std::vector<Rule> rules_;
  std::vector<std::string> sitemaps_;
  Micros delay_ = 0;
};

}  // namespace carillon
