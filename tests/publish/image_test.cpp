#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "base/bytes.hpp"
#include "publish/image_header.hpp"
#include "publish/image_worker.hpp"
#include "publish/pictures.hpp"
#include "rig/test_db.hpp"

using namespace carillon;

namespace {

const std::string program = std::string(CARILLON_BINARY_DIR) + "/carillon";

WorkedImage worked(const std::string& bytes, const ImageWish& wish = {}) {
  ImageWorker worker(program);
  auto out = worker.run(bytes, wish);
  REQUIRE_MESSAGE(out.has_value(), out.error().what << " " << out.error().hint);
  CHECK(check_bare(out->bytes).has_value());
  return *out;
}

Error failed(const std::string& bytes, const ImageWish& wish = {},
             const std::string& with = program) {
  ImageWorker worker(with);
  auto out = worker.run(bytes, wish);
  REQUIRE_FALSE(out.has_value());
  return out.error();
}

std::string photo(int width, int height) {
  return worked(made::png(width, height, made::noise)).bytes;
}

std::string webp() {
  return *from_base64("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA");
}

std::string png_of_size(std::uint32_t width, std::uint32_t height) {
  return "\x89PNG\r\n\x1a\n" +
         made::chunk("IHDR",
                     made::big(width, 4) + made::big(height, 4) + std::string{8, 2, 0, 0, 0}) +
         made::chunk("IDAT", made::stored("")) + made::chunk("IEND", "");
}

}  // namespace

TEST_CASE("a header tells kind, size and whether it moves") {
  const auto png = read_image_header(made::png(3, 2, made::noise));
  REQUIRE(png.has_value());
  CHECK(png->kind == ImageKind::png);
  CHECK(png->width == 3);
  CHECK(png->height == 2);
  CHECK_FALSE(png->animated);
  const std::string control = made::chunk("acTL", made::big(2, 4) + made::big(0, 4));
  CHECK(read_image_header(made::png(3, 2, made::noise, control))->animated);
  CHECK_FALSE(read_image_header(made::gif(1))->animated);
  CHECK(read_image_header(made::gif(2))->animated);
  CHECK(read_image_header(made::gif(2))->width == 2);
  CHECK(read_image_header(webp())->kind == ImageKind::webp);
  CHECK(read_image_header(webp())->width == 1);
  const std::string jpeg = made::with_segments(
      photo(48, 32), made::exif(6, "Kim's telephone", "home") + made::segment('\xFE', "a comment"));
  CHECK(read_image_header(jpeg)->kind == ImageKind::jpeg);
  CHECK(read_image_header(jpeg)->width == 48);
  CHECK(read_image_header(jpeg)->height == 32);
}

TEST_CASE("what is no picture is refused by its name, before any decoder") {
  const auto said = [](std::string_view bytes) { return read_image_header(bytes).error(); };
  CHECK(said("<?xml version=\"1.0\"?><svg xmlns=''>").what == "an SVG drawing is not taken");
  CHECK(said(std::string("\0\0\0\x18", 4) + "ftypheic").what == "a HEIC picture is not taken");
  CHECK(said("<!DOCTYPE html><p>").what == "this is a web page, not a picture");
  CHECK(said("%PDF-1.7").hint == "Export the page as PNG.");
  CHECK(said("hello").fault == Fault::invalid);
  CHECK(said("").what == "the file is empty");
  CHECK(said("RIFF\0\0\0\0AVI ").fault == Fault::invalid);
}

TEST_CASE("a header that ends early is refused at every byte") {
  for (const std::string& whole : {made::png(3, 2, made::noise), made::gif(1), webp()}) {
    const std::size_t header = whole[0] == 'G' ? 13 : whole[0] == 'R' ? 30 : 41;
    for (std::size_t size = 0; size < header; ++size) {
      CAPTURE(size);
      CHECK_FALSE(read_image_header(whole.substr(0, size)).has_value());
    }
  }
  const std::string jpeg = photo(48, 32);
  const std::size_t frame = jpeg.find("\xFF\xC0");
  REQUIRE(frame != std::string::npos);
  for (std::size_t size = 0; size < frame + 9; ++size)
    CHECK_FALSE(read_image_header(jpeg.substr(0, size)).has_value());
}

TEST_CASE("a picture that claims to be huge, or nothing, is never decoded") {
  const auto bomb = read_image_header(png_of_size(60'000, 60'000));
  REQUIRE_FALSE(bomb.has_value());
  CHECK(bomb.error().fault == Fault::too_large);
  CHECK(bomb.error().what.find("60000 by 60000") != std::string::npos);
  CHECK_FALSE(read_image_header(png_of_size(0xFFFFFFFF, 0xFFFFFFFF)).has_value());
  CHECK(read_image_header(png_of_size(0, 5)).error().fault == Fault::corrupt);
  // The program is not even started.
  CHECK(failed(png_of_size(60'000, 60'000), {}, "/nonexistent").fault == Fault::too_large);
}

TEST_CASE("a bare picture holds nothing but itself") {
  const std::string jpeg = photo(48, 32);
  CHECK(check_bare(jpeg).has_value());
  CHECK_FALSE(check_bare(made::with_segments(jpeg, made::exif(1, "a", "b"))).has_value());
  CHECK_FALSE(check_bare(made::with_segments(jpeg, made::segment('\xFE', "hi"))).has_value());
  CHECK_FALSE(check_bare(jpeg + "behind").has_value());
  CHECK_FALSE(check_bare(jpeg.substr(0, jpeg.size() - 2)).has_value());
  const std::string text = made::chunk("tEXt", std::string("Author\0Kim", 10));
  CHECK(check_bare(made::png(2, 2, made::flat)).has_value());
  CHECK_FALSE(check_bare(made::png(2, 2, made::flat, text)).has_value());
  CHECK_FALSE(check_bare(made::png(2, 2, made::flat) + "behind").has_value());
  CHECK_FALSE(check_bare(made::gif(1)).has_value());
}

TEST_CASE("place, maker, comments, XMP and what hides behind the end are gone; the turn is made") {
  const std::string secrets =
      made::exif(6, "Kim's telephone", "52.5200N 13.4050E") +
      made::segment('\xE1', std::string("http://ns.adobe.com/xap/1.0/\0", 29) + "<x>At Kim's</x>") +
      made::segment('\xED', "Photoshop 3.0 by Kim") + made::segment('\xFE', "at Kim's place");
  const std::string jpeg = made::with_segments(photo(60, 40), secrets) + "Kim behind the end";
  REQUIRE(jpeg.find("52.5200N") != std::string::npos);
  const WorkedImage out = worked(jpeg);
  CHECK(out.mime == "image/jpeg");
  CHECK(out.bytes.find("52.5200N") == std::string::npos);
  CHECK(out.bytes.find("Kim") == std::string::npos);
  CHECK(out.bytes.find("Exif") == std::string::npos);
  CHECK(out.width == 40);
  CHECK(out.height == 60);
  const std::string text = made::chunk("tEXt", std::string("Author\0Kim", 10));
  CHECK(worked(made::png(64, 64, made::flat, text)).bytes.find("Kim") == std::string::npos);
}

TEST_CASE("a diagram stays a PNG, a photograph becomes a JPEG, an animation its first frame") {
  CHECK(worked(made::png(640, 480, made::flat)).mime == "image/png");
  CHECK(worked(made::png(320, 240, made::noise)).mime == "image/jpeg");
  CHECK(worked(made::gif(2)).width == 2);
  CHECK(worked(webp()).height == 1);
}

TEST_CASE("transparency stays, unless there is none or it costs too much") {
  const auto see_through = [](int x, int y) {
    return made::noise(x, y) + static_cast<char>(x < 100 ? 0 : 255);
  };
  const WorkedImage clear = worked(made::png(200, 100, see_through));
  CHECK(clear.mime == "image/png");
  CHECK(clear.bytes.at(25) == '\6');  // RGB with alpha
  const auto opaque = [](int x, int y) { return made::flat(x, y) + '\xFF'; };
  CHECK(worked(made::png(200, 100, opaque)).bytes.at(25) != '\6');
  const WorkedImage small = worked(made::png(200, 100, see_through), {.bytes = 9000});
  CHECK(small.mime == "image/jpeg");
  CHECK(small.width > 150);
}

TEST_CASE("a picture fits in side, pixels and bytes, and is never enlarged") {
  const std::string big = made::png(800, 600, made::noise);
  const WorkedImage side = worked(big, {.side = 200});
  CHECK(side.width == 200);
  CHECK(side.height == 150);
  const WorkedImage pixels = worked(big, {.pixels = 30'000});
  CHECK(pixels.width * pixels.height <= 30'000);
  CHECK(pixels.width * pixels.height > 28'000);
  const WorkedImage bytes = worked(big, {.bytes = 20'000});
  CHECK(bytes.bytes.size() <= 20'000);
  CHECK(bytes.width > 100);
  CHECK(worked(big, {.side = 5000}).width == 800);
  const Error error = failed(big, {.bytes = 100});
  CHECK(error.fault == Fault::too_large);
  CHECK(error.what == "the picture cannot be made as small as 100 bytes");
}

TEST_CASE("a picture that is cut off or broken inside is corrupt") {
  const std::string png = made::png(64, 64, made::noise);
  CHECK(failed(png.substr(0, png.size() / 2)).fault == Fault::corrupt);
  const std::string jpeg = photo(320, 240);
  CHECK(failed(jpeg.substr(0, jpeg.size() / 2)).fault == Fault::corrupt);
  CHECK(failed(jpeg.substr(0, 700)).what.find("damaged") != std::string::npos);
  std::string broken = png;
  for (std::size_t i = 60; i < 400; ++i) broken[i] = static_cast<char>(i * 7);
  CHECK(failed(broken).fault == Fault::corrupt);
}

TEST_CASE("a worker that cannot start or does not answer is an error, not a picture") {
  const std::string png = made::png(2, 2, made::flat);
  CHECK(failed(png, {}, "/nonexistent/carillon").fault == Fault::unavailable);
  CHECK(failed(png, {}, "/bin/true").fault == Fault::corrupt);
}

TEST_CASE("a worker gets no environment and no descriptor, and its word is not taken for granted") {
  const rig::TempDir dir;
  const auto script = [&](const std::string& text) {
    std::ofstream(dir.file("worker")) << "#!/bin/sh\n" << text;
    ::chmod(dir.file("worker").c_str(), 0700);
    return dir.file("worker");
  };
  const std::string png = made::png(2, 2, made::flat);
  ::setenv("CARILLON_CANARY", "sings", 1);
  const int open_fd = ::open("/dev/null", O_RDONLY);  // without close-on-exec
  REQUIRE(::dup2(open_fd, 42) == 42);
  const Error said = failed(png, {}, script(R"(
[ -e /proc/self/fd/42 ] && fd=open
echo "{\"fault\":\"invalid\",\"what\":\"env:$CARILLON_CANARY fd:$fd\",\"hint\":\"\"}")"));
  CHECK(said.what == "env: fd:");
  const std::string secret = dir.file("picture");
  std::ofstream(secret, std::ios::binary)
      << made::png(2, 2, made::flat, made::chunk("tEXt", "where it was taken"));
  const Error leak = failed(png, {}, script("echo '{\"what\":\"\"}'; /bin/cat " + secret));
  CHECK(leak.fault == Fault::internal);
  CHECK(leak.what.find("still holds metadata") != std::string::npos);
  std::ofstream(secret, std::ios::binary) << made::png(9, 9, made::flat);
  CHECK(failed(png, {.side = 5}, script("echo '{\"what\":\"\"}'; /bin/cat " + secret)).what ==
        "a picture came back larger than it may be");
  CHECK(failed(png, {}, script("kill -SEGV $$")).what.find("signal 11") != std::string::npos);
  ::close(open_fd);
  ::close(42);
  ::unsetenv("CARILLON_CANARY");
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_CASE("a confined process computes, and does nothing else") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    image_detail::confine();
    std::string able;
    if (::open("/etc/passwd", O_RDONLY) >= 0) able += "open ";
    if (::socket(AF_INET, SOCK_STREAM, 0) >= 0) able += "socket ";
    if (::mkdir("/tmp/carillon-confined", 0700) == 0) able += "mkdir ";
    if (::kill(::getppid(), 0) == 0) able += "kill ";
    ::execl("/bin/true", "true", nullptr);
    able += std::string(100'000, 'x').size() == 100'000 ? "compute" : "";
    if (std::malloc(std::size_t{4} << 30U) != nullptr) able += " 4 GB";
    const auto size = static_cast<ssize_t>(able.size());
    ::_exit(::write(ends[1], able.data(), able.size()) == size ? 0 : 1);
  }
  ::close(ends[1]);
  std::string able(100, '\0');
  const ssize_t count = ::read(ends[0], able.data(), able.size());
  able.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  ::close(ends[0]);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(able == "compute");
}
#endif
