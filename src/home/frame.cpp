#include "home/frame.hpp"

#include "home/layout.hpp"

namespace carillon {

SiteFrame::SiteFrame(SiteView view) : index_(index_of(std::move(view))) {}
SiteFrame::~SiteFrame() = default;

std::string SiteFrame::around(const std::string& path, const std::string& title,
                              const std::string& description, const std::string& main,
                              bool listed) const {
  PageFrame frame;
  frame.path = path;
  frame.title = title;
  frame.description = description;
  frame.listed = listed;
  return framed(*index_, frame, Html::trusted(main)).body;
}

const std::string& SiteFrame::origin() const {
  return index_->origin;
}

const std::string& SiteFrame::prefix() const {
  return index_->prefix;
}

}  // namespace carillon
