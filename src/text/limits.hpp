// How a platform counts and what it takes: everything that adapting needs to know about it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "text/entities.hpp"

namespace carillon {

enum class Markup { plain, markdown, html };

// When a text too long for one post becomes a thread. `manual`: only at a person's breaks.
enum class Threads { never, manual, split };
BOOST_DESCRIBE_ENUM(Threads, never, manual, split)

struct ImageLimits {
  std::int64_t count = 4;
  std::int64_t bytes = 0;       // 0: no limit
  std::int64_t pixels = 0;      // width times height; 0: no limit
  std::int64_t side = 0;        // longest side in pixels; 0: no limit
  std::int64_t alt_length = 0;  // as `alt_count` counts; 0: no limit
  std::function<std::int64_t(std::string_view)> alt_count = {};  // empty: code points
  bool alt_required = false;                                     // by the workspace's policy
};

struct PollLimits {
  std::int64_t options = 0;      // at most; 0: the platform has no polls
  std::int64_t length = 0;       // of an option, in code points; 0: no limit
  bool beside_pictures = false;  // a post may have both
};

struct Limits {
  std::string platform;
  std::int64_t length = 0;  // of one part, as `count` counts; 0: none
  std::int64_t bytes = 0;   // of one part in UTF-8; 0: none
  std::function<std::int64_t(std::string_view)> count;
  std::function<std::vector<Entity>(std::string_view)> entities;
  Markup markup = Markup::plain;
  Threads threads = Threads::manual;
  bool numbered = false;  // " (1/3)" at the end of each part
  bool tags = true;       // hashtags are worth appending
  bool mentions = true;   // "@name" may tell somebody there
  bool card = false;      // the platform takes a link card from us
  bool answers = false;   // replies that came to the home can be answered there
  bool warning = false;   // it has a place for a content warning; else that begins the text
  ImageLimits image;
  PollLimits poll = {};
};

}  // namespace carillon
