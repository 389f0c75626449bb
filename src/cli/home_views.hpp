// How replies about the home's account in the fediverse read at a terminal; internal to views.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/moment.hpp"
#include "base/zone.hpp"
#include "hub/blocking.hpp"
#include "hub/fediverse.hpp"
#include "hub/home_deliveries.hpp"
#include "hub/home_followers.hpp"
#include "hub/home_moving.hpp"
#include "hub/home_subscribers.hpp"
#include "hub/pinning.hpp"
#include "hub/removing.hpp"
#include "hub/reply_answers.hpp"
#include "hub/replying.hpp"

namespace carillon {

inline std::string words_of(const FollowersReply& reply, const std::string&) {
  std::string out = fmt::format("{}: {} {}\n", reply.account, reply.followers,
                                reply.followers == 1 ? "follower" : "followers");
  for (const FollowerHost& one : reply.hosts)
    out += fmt::format("  {:>8}  {}\n", one.followers, one.host);
  const std::int64_t more = reply.servers - static_cast<std::int64_t>(reply.hosts.size());
  if (more > 0) out += fmt::format("  and on {} more servers\n", more);
  return out;
}

inline std::string words_of(const AnnouncementRemoved& one, const std::string&) {
  return removed_in_words(one);
}

inline std::string words_of(const HomeMove& move, const std::string&) {
  return move_in_words(move);
}

inline std::string words_of(const std::vector<HomeMoveView>& all, const std::string&) {
  return moves_in_words(all);
}

inline std::string words_of(const HomeDeliveries& all, const std::string& zone) {
  return deliveries_in_words(all, zone);
}

inline std::string words_of(const HomeFollowersExported& reply, const std::string&) {
  return reply.csv;
}

inline std::string words_of(const HomeFollowersCompared& reply, const std::string&) {
  return compared_in_words(reply);
}

inline std::string words_of(const std::vector<HomeSubscriber>& all, const std::string& zone) {
  return subscribers_in_words(all, zone);
}

inline std::string words_of(const AnnouncementPinned& one, const std::string&) {
  return fmt::format("{}{} is {}: {}\n", one.changed ? "" : "Nothing changed: ", one.slug,
                     one.pinned ? "pinned" : "not pinned", one.permalink);
}

// "2 followers less", or nothing.
inline std::string fewer(std::int64_t count) {
  if (count == 0) return {};
  return fmt::format("{} {} less.\n", count, count == 1 ? "follower" : "followers");
}

inline std::string words_of(const HomeBlockChanged& reply, const std::string&) {
  if (!reply.changed) return fmt::format("Nothing changed: {} was so before.\n", reply.target);
  return fmt::format("Done: {}\n{}", reply.target, fewer(reply.followers_less));
}

inline std::string words_of(const std::vector<HomeBlockView>& all, const std::string&) {
  std::string out;
  for (const HomeBlockView& one : all)
    out += fmt::format("{}  {}  {}\n", one.made.substr(0, 10), one.target, one.person);
  return out.empty() ? "Nobody is blocked.\n" : out;
}

inline std::string words_of(const HomeBlocksImported& reply, const std::string&) {
  std::string out = fmt::format("{} blocked, {} were so before.\n{}", reply.blocked, reply.known,
                                fewer(reply.followers_less));
  if (reply.milder > 0)
    out += fmt::format("{} lines ask for less than a block, and were passed over.\n", reply.milder);
  if (reply.unread > 0)
    out += fmt::format("{} lines name no server and no account.\n", reply.unread);
  return out;
}

inline std::string words_of(const HomeBlocksExported& reply, const std::string&) {
  return reply.csv;
}

inline std::string words_of(const std::vector<HomeReplyView>& all, const std::string& zone) {
  return replies_in_words(all, zone);
}

inline std::string words_of(const HomeReplyView& one, const std::string& zone) {
  return replies_in_words({one}, zone);
}

inline std::string words_of(const HomeAnswered& one, const std::string& zone) {
  return answered_in_words(one, zone);
}

inline std::string words_of(const HomeReportView& one, const std::string& zone) {
  std::string out =
      fmt::format("{}  {}  from {}\n  about {}\n", one.id,
                  in_zone(parse_time(one.made).value_or(0), zone), one.host, one.about);
  for (const std::string& line : split(one.words, '\n')) out += fmt::format("    {}\n", line);
  if (!one.seen.empty())
    out += fmt::format("  {} looked into it on {}\n", one.person,
                       in_zone(parse_time(one.seen).value_or(0), zone));
  return out;
}

inline std::string words_of(const std::vector<HomeReportView>& all, const std::string& zone) {
  std::string out;
  for (const HomeReportView& one : all) out += words_of(one, zone);
  return out.empty() ? "Nothing was reported.\n" : out;
}

}  // namespace carillon
