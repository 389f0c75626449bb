#include "hub/pictures.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "base/bytes.hpp"
#include "base/limits.hpp"

namespace carillon {

namespace {

constexpr std::size_t name_bytes = 200;

struct PictureFile {
  std::string name;
  std::string bytes;
};

Result<PictureFile> file_of(const Actor& actor, const PictureAddRequest& request) {
  if (request.file.empty() == request.data.empty())
    return fail(Fault::invalid, "name a file, or send it as data", "One of the two.");
  if (!request.file.empty()) {
    if (!actor.local)
      return fail(Fault::denied, "a file can be named only on the machine itself",
                  "Send it as data, in Base64.");
    PictureFile out{std::filesystem::path(request.file).filename().string(), {}};
    TRY(out.bytes, read_file(request.file, limits::media_upload_bytes));
    return out;
  }
  // Only what stands behind the last slash: a browser's word is no path here.
  PictureFile out{std::filesystem::path(request.name).filename().string(), {}};
  if (out.name.empty() || first_bad_utf8(out.name) || out.name.size() > name_bytes)
    return fail(Fault::invalid, "/name: it is not said what the picture's file is called");
  auto bytes = from_base64(request.data);
  if (!bytes) return fail(Fault::invalid, "/data: this is not Base64 (RFC 4648 section 4)");
  out.bytes = std::move(*bytes);
  if (out.bytes.size() > limits::media_upload_bytes)
    return fail(Fault::too_large,
                fmt::format("{} is more than {} MB long", out.name,
                            limits::media_upload_bytes / 1024 / 1024),
                "Scale it down.");
  return out;
}

}  // namespace

std::string picture_path(const std::string& digest) {
  return "/desk/picture/" + digest;
}

Result<Image> picture_on_desk(Hub& hub, const std::string& digest) {
  TRY(const HomePicture shown, hub.media().at_home({"picture", {}, digest}));
  Image out{{}, shown.mime, shown.width, shown.height, {}};
  const std::string name = shown.path.substr(shown.path.rfind('/'));
  TRY(out.bytes, read_file(hub.workspace().data_dir() + "/media" + name, limits::media_file_bytes));
  return out;
}

Result<PictureAdded> picture_add(Hub& hub, const Actor& actor, const PictureAddRequest& request) {
  TRY(const PictureFile file, file_of(actor, request));
  TRY(const auto added, hub.media().add(file.name, file.bytes));
  const auto& [media, animated] = added;
  TRY(const HomePicture shown, hub.media().at_home(media));
  return PictureAdded{media.file,
                      media.digest,
                      picture_path(media.digest),
                      shown.width,
                      shown.height,
                      shown.bytes,
                      animated ? media.file + " moves; its first frame is published" : ""};
}

std::vector<Operation<Hub>> picture_operations() {
  return {operation<Hub>({.name = "picture add",
                          .method = "POST",
                          .path = "/pictures",
                          .needs = Permission::author,
                          .summary = "keep a picture that a draft will name",
                          .help = "Names it by its digest. A picture that no draft names is "
                                  "forgotten a day later.",
                          .positional = {"file"},
                          .hidden = {"name", "data"},
                          .local = {"file"}},
                         &picture_add)};
}

}  // namespace carillon
