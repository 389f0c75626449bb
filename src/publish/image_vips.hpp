// libvips, loaded only in the worker process: it brings a hundred libraries with it.
#pragma once

#include <memory>
#include <string_view>

#include "publish/image_header.hpp"
#include "publish/image_worker.hpp"

namespace carillon {

struct VipsCalls;  // the functions that are used

class Vips {
 public:
  // Errors: unavailable where libvips is not installed, with the package.
  static Result<Vips> load();

  // The first frame of the picture, upright and in sRGB, within `wish`. Errors: corrupt, too_large.
  [[nodiscard]] Result<WorkedImage> shrink(std::string_view bytes, const ImageHeader& header,
                                           const ImageWish& wish) const;

 private:
  std::shared_ptr<const VipsCalls> calls_;
};

}  // namespace carillon
