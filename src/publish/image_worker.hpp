// Decodes and encodes pictures in a process of their own, because decoders of foreign bytes are
// what attackers aim at: this program again, started with a hidden first argument, without
// environment, descriptors, files or network, bound in memory and time.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/describe.hpp"

namespace carillon {

// The first argument that makes this program a worker.
inline constexpr std::string_view image_worker_argument = "--image-worker";

// What a picture has to fit. 0: no limit, except limits::media_master_bytes.
struct ImageWish {
  std::int64_t side = 0;    // longest side in pixels
  std::int64_t pixels = 0;  // width times height
  std::int64_t bytes = 0;
  std::int64_t quality = 85;  // of a JPEG; lowered where `bytes` demands it
};
BOOST_DESCRIBE_STRUCT(ImageWish, (), (side, pixels, bytes, quality))

// A JPEG, or a PNG where parts are transparent or it is hardly larger: upright, sRGB, check_bare.
struct WorkedImage {
  std::string bytes;
  std::string mime;
  std::int64_t width = 0;
  std::int64_t height = 0;
};

// Thread-safe; one picture at a time, so that memory is bound.
class ImageWorker {
 public:
  // `program`: the carillon binary.
  explicit ImageWorker(std::string program) : program_(std::move(program)) {}

  // The picture within `wish`, never enlarged. Errors: those of read_image_header before a process
  // is started; corrupt (the decoder failed), too_large (cannot be made that small), timeout,
  // unavailable (no process, or libvips is not installed).
  [[nodiscard]] Result<WorkedImage> run(std::string_view bytes, const ImageWish& wish);

 private:
  std::string program_;
  std::mutex one_at_a_time_;
};

// The worker itself: `arguments` are those behind image_worker_argument, the picture comes on
// standard input, the result goes to standard output. Does not return.
[[noreturn]] void image_worker_main(const std::vector<std::string>& arguments);

namespace image_detail {

// Takes from this process what decoding does not need: memory and time beyond the limits, new
// descriptors (files, sockets), other programs and processes. For good.
void confine();

}  // namespace image_detail

}  // namespace carillon
