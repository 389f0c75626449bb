#include "publish/image_vips.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "base/bytes.hpp"
#include "base/limits.hpp"

// Of libvips, as its headers declare them; the library is not there when this is built.
struct _VipsImage;  // NOLINT(bugprone-reserved-identifier)
struct _VipsArray;  // NOLINT(bugprone-reserved-identifier)

namespace carillon {

using VipsImage = struct _VipsImage;

// The functions of https://www.libvips.org/API/current/ that are used. Those with "..." take pairs
// of a name and a value, ended by a null pointer; 0 is success.
struct VipsCalls {
  int (*vips_init)(const char* name) = nullptr;
  void (*vips_operation_block_set)(const char* name, int state) = nullptr;
  const char* (*vips_error_buffer)() = nullptr;
  int (*vips_thumbnail_buffer)(const void*, std::size_t, VipsImage**, int width, ...) = nullptr;
  int (*vips_thumbnail_image)(VipsImage*, VipsImage**, int width, ...) = nullptr;
  int (*vips_colourspace)(VipsImage*, VipsImage**, int space, ...) = nullptr;
  int (*vips_icc_transform)(VipsImage*, VipsImage**, const char* profile, ...) = nullptr;
  int (*vips_extract_band)(VipsImage*, VipsImage**, int band, ...) = nullptr;
  int (*vips_flatten)(VipsImage*, VipsImage**, ...) = nullptr;
  int (*vips_min)(VipsImage*, double*, ...) = nullptr;
  int (*vips_jpegsave_buffer)(VipsImage*, void**, std::size_t*, ...) = nullptr;
  int (*vips_pngsave_buffer)(VipsImage*, void**, std::size_t*, ...) = nullptr;
  VipsImage* (*vips_image_copy_memory)(VipsImage*) = nullptr;
  std::size_t (*vips_image_get_typeof)(const VipsImage*, const char* name) = nullptr;
  int (*vips_image_get_interpretation)(const VipsImage*) = nullptr;
  int (*vips_image_hasalpha)(VipsImage*) = nullptr;
  int (*vips_image_get_width)(const VipsImage*) = nullptr;
  int (*vips_image_get_height)(const VipsImage*) = nullptr;
  int (*vips_image_get_bands)(const VipsImage*) = nullptr;
  struct _VipsArray* (*vips_array_double_new)(const double*, int count) = nullptr;
  void (*g_object_unref)(void*) = nullptr;
  void (*g_free)(void*) = nullptr;
};

namespace {

constexpr int size_down = 2;          // VIPS_SIZE_DOWN
constexpr int space_black_white = 1;  // VIPS_INTERPRETATION_B_W
constexpr int space_srgb = 22;        // VIPS_INTERPRETATION_sRGB
constexpr int space_rgb16 = 25;       // VIPS_INTERPRETATION_RGB16
constexpr int space_grey16 = 26;      // VIPS_INTERPRETATION_GREY16

// One PNG may be so much larger than the JPEG and is still taken: it does not smear letters.
constexpr double png_worth = 1.5;
constexpr double smaller = 0.85;     // one step down, of a side
constexpr double alpha_scale = 0.6;  // smaller than so, transparency is given up instead

// A picture that is cut off is an error. (The argument "fail_on" is ignored for bytes in memory.)
constexpr const char* loudly = "[fail_on=error]";

const char* const end = nullptr;  // of the pairs

// An image of libvips that is released with its last owner.
using Picture = std::shared_ptr<VipsImage>;

template <class F>
bool find(void* library, const char* name, F& function) {
  function = reinterpret_cast<F>(::dlsym(library, name));
  return function != nullptr;
}

bool find_all(void* library, VipsCalls& calls) {
  bool all = true;
#define CARILLON_FIND(name) all = find(library, #name, calls.name) && all
  CARILLON_FIND(vips_init);
  CARILLON_FIND(vips_operation_block_set);
  CARILLON_FIND(vips_error_buffer);
  CARILLON_FIND(vips_thumbnail_buffer);
  CARILLON_FIND(vips_thumbnail_image);
  CARILLON_FIND(vips_colourspace);
  CARILLON_FIND(vips_icc_transform);
  CARILLON_FIND(vips_extract_band);
  CARILLON_FIND(vips_flatten);
  CARILLON_FIND(vips_min);
  CARILLON_FIND(vips_jpegsave_buffer);
  CARILLON_FIND(vips_pngsave_buffer);
  CARILLON_FIND(vips_image_copy_memory);
  CARILLON_FIND(vips_image_get_typeof);
  CARILLON_FIND(vips_image_get_interpretation);
  CARILLON_FIND(vips_image_hasalpha);
  CARILLON_FIND(vips_image_get_width);
  CARILLON_FIND(vips_image_get_height);
  CARILLON_FIND(vips_image_get_bands);
  CARILLON_FIND(vips_array_double_new);
  CARILLON_FIND(g_object_unref);
  CARILLON_FIND(g_free);
#undef CARILLON_FIND
  return all;
}

// One picture on its way through libvips.
class Work {
 public:
  Work(const VipsCalls& calls, const ImageWish& wish) : vips_(calls), wish_(wish) {}

  [[nodiscard]] Result<WorkedImage> run(std::string_view bytes, const ImageHeader& header) {
    TRY(Picture whole, decode(bytes, header));
    TRY(whole, opaque_where_it_is(std::move(whole)));
    const bool has_alpha = vips_.vips_image_hasalpha(whole.get()) != 0;
    const bool may_be_flat = header.kind != ImageKind::jpeg;
    double scale = 1;
    Picture picture = whole;
    while (true) {
      if (has_alpha && scale < alpha_scale) {
        TRY(whole, on_white(std::move(whole)));
        return run_opaque(whole);
      }
      TRY(auto fitting, encode(picture, has_alpha, may_be_flat));
      if (!fitting.bytes.empty()) return fitting;
      scale *= smaller;
      TRY(picture, scaled(whole, scale));
    }
  }

 private:
  [[nodiscard]] Result<WorkedImage> run_opaque(const Picture& whole) {
    Picture picture = whole;
    for (double scale = 1;;) {
      TRY(auto fitting, encode(picture, false, false));
      if (!fitting.bytes.empty()) return fitting;
      scale *= smaller;
      TRY(picture, scaled(whole, scale));
    }
  }

  // The longest side it may have, before and after it is turned upright.
  [[nodiscard]] static int side_of(std::int64_t width, std::int64_t height, const ImageWish& wish) {
    const double longest = static_cast<double>(std::max(width, height));
    const double pixels = static_cast<double>(width) * static_cast<double>(height);
    double side = longest;
    if (wish.side > 0) side = std::min(side, static_cast<double>(wish.side));
    if (wish.pixels > 0 && pixels > static_cast<double>(wish.pixels))
      side = std::min(side, std::floor(longest * std::sqrt(double(wish.pixels) / pixels)) - 1);
    return static_cast<int>(std::max(side, 1.0));
  }

  [[nodiscard]] Result<Picture> decode(std::string_view bytes, const ImageHeader& header) {
    const int side = side_of(header.width, header.height, wish_);
    VipsImage* made = nullptr;
    if (vips_.vips_thumbnail_buffer(bytes.data(), bytes.size(), &made, side, "height", side, "size",
                                    size_down, "option_string", loudly, end) != 0)
      return damaged();
    return in_memory(in_srgb(owned(made)));
  }

  // A profile that cannot be read is left out; the colours are then taken as they are.
  [[nodiscard]] Picture in_srgb(Picture in) {
    const int space = vips_.vips_image_get_interpretation(in.get());
    if (space == space_rgb16) in = in_space(in, space_srgb);
    if (space == space_grey16) in = in_space(in, space_black_white);
    if (!in) return in;
    VipsImage* made = nullptr;
    if (vips_.vips_image_get_typeof(in.get(), "icc-profile-data") != 0 &&
        vips_.vips_icc_transform(in.get(), &made, "srgb", "embedded", 1, end) == 0)
      return owned(made);
    return in_space(in, space_srgb);
  }

  [[nodiscard]] Picture in_space(const Picture& in, int space) {
    VipsImage* made = nullptr;
    return vips_.vips_colourspace(in.get(), &made, space, end) == 0 ? owned(made) : nullptr;
  }

  // Decodes it now, once, whatever is done with it later.
  [[nodiscard]] Result<Picture> in_memory(const Picture& in) {
    VipsImage* made = in ? vips_.vips_image_copy_memory(in.get()) : nullptr;
    if (made == nullptr) return damaged();
    return owned(made);
  }

  // Screenshots often have an alpha band that says nothing.
  [[nodiscard]] Result<Picture> opaque_where_it_is(Picture in) {
    if (vips_.vips_image_hasalpha(in.get()) == 0) return in;
    VipsImage* made = nullptr;
    double least = 0;
    const int bands = vips_.vips_image_get_bands(in.get());
    if (vips_.vips_extract_band(in.get(), &made, bands - 1, end) != 0) return damaged();
    const Picture alpha = owned(made);
    if (vips_.vips_min(alpha.get(), &least, end) != 0) return damaged();
    if (least < 255) return in;
    made = nullptr;
    if (vips_.vips_extract_band(in.get(), &made, 0, "n", bands - 1, end) != 0) return damaged();
    return in_memory(owned(made));
  }

  [[nodiscard]] Result<Picture> on_white(Picture in) {
    constexpr std::array<double, 3> white{255, 255, 255};
    VipsImage* made = nullptr;
    // The array lives as long as this process: there is one.
    if (vips_.vips_flatten(in.get(), &made, "background",
                           vips_.vips_array_double_new(white.data(), 3), end) != 0)
      return damaged();
    return in_memory(owned(made));
  }

  [[nodiscard]] Result<Picture> scaled(const Picture& in, double scale) {
    const double longest =
        std::max(vips_.vips_image_get_width(in.get()), vips_.vips_image_get_height(in.get()));
    const int side = static_cast<int>(longest * scale);
    if (side < limits::media_least_side)
      return fail(Fault::too_large,
                  fmt::format("the picture cannot be made as small as {} bytes", wish_.bytes),
                  "Use another picture there.");
    VipsImage* made = nullptr;
    if (vips_.vips_thumbnail_image(in.get(), &made, side, "height", side, "size", size_down, end) !=
        0)
      return damaged();
    return in_memory(owned(made));
  }

  [[nodiscard]] Result<std::string> jpeg(const Picture& in, std::int64_t quality) {
    void* bytes = nullptr;
    std::size_t size = 0;
    if (vips_.vips_jpegsave_buffer(in.get(), &bytes, &size, "Q", static_cast<int>(quality), "strip",
                                   1, "optimize_coding", 1, end) != 0)
      return damaged();
    return taken(bytes, size);
  }

  [[nodiscard]] Result<std::string> png(const Picture& in) {
    void* bytes = nullptr;
    std::size_t size = 0;
    if (vips_.vips_pngsave_buffer(in.get(), &bytes, &size, "strip", 1, "compression", 7, end) != 0)
      return damaged();
    return taken(bytes, size);
  }

  [[nodiscard]] bool fits(const std::string& bytes) const {
    return std::cmp_less_equal(bytes.size(), wish_.bytes);
  }

  // At this size: the best that fits, or no bytes.
  [[nodiscard]] Result<WorkedImage> encode(const Picture& in, bool has_alpha, bool may_be_flat) {
    WorkedImage out;
    out.width = vips_.vips_image_get_width(in.get());
    out.height = vips_.vips_image_get_height(in.get());
    std::string lossless;
    if (has_alpha || may_be_flat) {
      TRY(lossless, png(in));
      if (!fits(lossless)) lossless.clear();
    }
    out.mime = "image/png";
    out.bytes = std::move(lossless);
    if (has_alpha) return out;
    for (const std::int64_t quality : {wish_.quality, std::int64_t{75}, std::int64_t{65}}) {
      TRY(std::string lossy, jpeg(in, std::min(quality, wish_.quality)));
      if (!out.bytes.empty() &&
          static_cast<double>(out.bytes.size()) <= png_worth * static_cast<double>(lossy.size()))
        return out;
      if (!fits(lossy)) continue;
      out.bytes = std::move(lossy);
      out.mime = "image/jpeg";
      return out;
    }
    return out;
  }

  [[nodiscard]] std::string taken(void* bytes, std::size_t size) {
    std::string out(static_cast<const char*>(bytes), size);
    vips_.g_free(bytes);
    return out;
  }

  [[nodiscard]] Picture owned(VipsImage* image) {
    return {image, [unref = vips_.g_object_unref](VipsImage* gone) {
              if (gone != nullptr) unref(gone);
            }};
  }

  [[nodiscard]] tl::unexpected<Error> damaged() const {
    std::string said(trim(split(vips_.vips_error_buffer(), '\n').front()));
    std::erase_if(said, [](char c) { return c < ' ' || c > '~'; });
    return fail(
        Fault::corrupt,
        fmt::format("the picture is damaged and cannot be decoded ({})", said.substr(0, 120)),
        "Export or copy it again.");
  }

  const VipsCalls& vips_;
  const ImageWish& wish_;
};

}  // namespace

Result<Vips> Vips::load() {
  // Read by the library when it starts: no thread pool, no temporary file, no code made on the fly.
  ::setenv("VIPS_CONCURRENCY", "1", 1);
  ::setenv("VIPS_DISC_THRESHOLD", "16g", 1);
  ::setenv("VIPS_NOVECTOR", "1", 1);
  void* library = ::dlopen("libvips.so.42", RTLD_NOW | RTLD_LOCAL);
  auto calls = std::make_shared<VipsCalls>();
  if (library == nullptr || !find_all(library, *calls) || calls->vips_init("carillon") != 0)
    return fail(Fault::unavailable, "pictures need libvips 8.13 or later, which is not installed",
                "Install the package: apt-get install libvips42.");
  calls->vips_operation_block_set("VipsForeignLoad", 1);
  for (const char* loader :
       {"VipsForeignLoadJpeg", "VipsForeignLoadPng", "VipsForeignLoadNsgif", "VipsForeignLoadWebp"})
    calls->vips_operation_block_set(loader, 0);
  Vips out;
  out.calls_ = std::move(calls);
  return out;
}

Result<WorkedImage> Vips::shrink(std::string_view bytes, const ImageHeader& header,
                                 const ImageWish& wish) const {
  return Work(*calls_, wish).run(bytes, header);
}

}  // namespace carillon
