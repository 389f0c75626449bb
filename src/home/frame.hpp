// The home's header, navigation and footer around a page that another part of the house made.
#pragma once

#include <memory>
#include <string>

#include "home/site.hpp"

namespace carillon {

// Immutable after construction, so thread-safe.
class SiteFrame {
 public:
  explicit SiteFrame(SiteView view);
  SiteFrame(const SiteFrame&) = delete;
  SiteFrame& operator=(const SiteFrame&) = delete;
  ~SiteFrame();

  // The whole document of the page at `path` ("/past/x/"), below the organisation's url. `main` is
  // HTML of a builder. `listed`: search engines may show it.
  [[nodiscard]] std::string around(const std::string& path, const std::string& title,
                                   const std::string& description, const std::string& main,
                                   bool listed) const;
  // "https://example.org", and the rest of the organisation's url without a slash at its end.
  [[nodiscard]] const std::string& origin() const;
  [[nodiscard]] const std::string& prefix() const;

 private:
  std::unique_ptr<const SiteIndex> index_;
};

}  // namespace carillon
