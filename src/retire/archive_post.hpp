// What is kept of a past post, whatever platform it stood on. Only what was public has a place
// here.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/describe.hpp"

namespace carillon {

// `follow_up`: answers a post of the same account, so it belongs to its thread.
enum class PastKind { post, follow_up, reply, repost };
BOOST_DESCRIBE_ENUM(PastKind, post, follow_up, reply, repost)

enum class PastMediaKind { picture, video, animation };
BOOST_DESCRIBE_ENUM(PastMediaKind, picture, video, animation)

// `wanted`: not looked for yet. `refused`: the archive holds it damaged, or as a trap.
enum class PastMediaState { wanted, kept, missing, refused };
BOOST_DESCRIBE_ENUM(PastMediaState, wanted, kept, missing, refused)

struct PastMedia {
  PastMediaKind kind = PastMediaKind::picture;
  std::string member;   // its name in the archive
  std::string address;  // where the platform has it
  std::string alt;
};

// A short address and where it leads.
using PastLink = std::pair<std::string, std::string>;

struct PastPost {
  std::string original;  // the platform's id
  Micros at = 0;
  std::string text;  // plain: no entities; short addresses replaced where their target is known
  std::string language;
  PastKind kind = PastKind::post;
  std::string reply_to;      // the original id of what it answers
  std::string reply_handle;  // whose that is, where it is known
  std::vector<PastMedia> media;
  std::vector<PastLink> links;        // what the archive says of short addresses
  std::vector<std::string> editions;  // ids of all editions, the oldest first; empty: never edited
  bool quotes = false;
  bool noted = false;           // its text was put together from a long note
  std::int64_t resolved = 0;    // short addresses replaced
  std::int64_t unresolved = 0;  // and left in the text
};

struct PastAccount {
  std::string platform;  // "x"
  std::string original;  // the platform's id
  std::string handle;
  std::string name;
  Micros generated = 0;  // when the archive was made; 0: it does not say
  bool complete = true;  // the archive holds all there was then
};

}  // namespace carillon
