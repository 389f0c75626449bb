// Pictures that come by themselves, as a browser sends them, before a draft names them.
#pragma once

#include <string>
#include <vector>

#include "core/operation.hpp"
#include "hub/hub.hpp"

namespace carillon {

struct PictureAddRequest {
  std::string file = {};
  std::string name = {};
  std::string data = {};
  static constexpr std::array<std::array<std::string_view, 2>, 3> notes{{
      {"file", "the picture's file"},
      {"name", "what the picture's file is called"},
      {"data", "the file in Base64"},
  }};
};
BOOST_DESCRIBE_STRUCT(PictureAddRequest, (), (file, name, data))

// What a post file's `media` names it by, and how it is shown.
struct PictureAdded {
  std::string file;
  std::string digest;
  std::string url;  // where people who work here see it
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::int64_t bytes = 0;
  std::string note;  // what a person should know; empty: nothing
};
BOOST_DESCRIBE_STRUCT(PictureAdded, (), (file, digest, url, width, height, bytes, note))

// Where whoever works here sees a picture of the desk, published or not. Pure.
[[nodiscard]] std::string picture_path(const std::string& digest);
// It as the home will show it. Errors: those of MediaStore::at_home.
[[nodiscard]] Result<Image> picture_on_desk(Hub& hub, const std::string& digest);

// Errors: invalid for what is no Base64 and no picture; those of MediaStore::add.
Result<PictureAdded> picture_add(Hub& hub, const Actor& actor, const PictureAddRequest& request);

[[nodiscard]] std::vector<Operation<Hub>> picture_operations();

}  // namespace carillon
