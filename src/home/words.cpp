#include "home/words.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "base/moment.hpp"

namespace carillon::words {

namespace {

constexpr std::array<std::string_view, 12> months{"January",   "February", "March",    "April",
                                                  "May",       "June",     "July",     "August",
                                                  "September", "October",  "November", "December"};

struct Date {
  int year;
  int month;
  int day;
};

// Taken from the RFC 3339 form, so that there is one calendar in the house.
Date date_of(Micros at) {
  const std::string iso = iso_time(at);
  return {std::stoi(iso.substr(0, 4)), std::stoi(iso.substr(5, 2)), std::stoi(iso.substr(8, 2))};
}

std::string_view month_of(const Date& date) {
  return months.at(static_cast<std::size_t>(date.month - 1));
}

}  // namespace

std::string_view use_label(Use use) {
  switch (use) {
    case Use::home:
      return "Home";
    case Use::broadcast:
      return "Active";
    case Use::inactive:
      return "Silent";
    case Use::reserved:
      return "Name held";
    case Use::closed:
      return "Closed";
  }
  return {};
}

std::string_view use_sentence(Use use) {
  switch (use) {
    case Use::home:
      return "Everything is published here first.";
    case Use::broadcast:
      return "We publish here.";
    case Use::inactive:
      return "Nothing new is published here. Older posts remain.";
    case Use::reserved:
      return "We hold this name so that nobody else can use it. Nothing is published here.";
    case Use::closed:
      return "Closed. A message from this account is not from us.";
  }
  return {};
}

std::string_view kind_label(Kind kind) {
  switch (kind) {
    case Kind::general:
      return {};
    case Kind::release:
      return "Release";
    case Kind::security:
      return "Security";
    case Kind::event:
      return "Event";
    case Kind::blog:
      return "Blog";
    case Kind::amplify:
      return "From the community";
  }
  return {};
}

std::string long_date(Micros at) {
  const Date date = date_of(at);
  return fmt::format("{} {} {}", date.day, month_of(date), date.year);
}

std::string votes(std::int64_t votes, std::int64_t percent) {
  return fmt::format("{} {}, {} %", votes, votes == 1 ? "vote" : "votes", percent);
}

std::string poll_state(bool ended, Micros closes, std::int64_t voters) {
  const std::string when =
      fmt::format("{}, {} UTC", long_date(closes), iso_time(closes).substr(11, 5));
  const std::string who = voters == 0   ? "Nobody"
                          : voters == 1 ? "One person"
                                        : fmt::format("{} people", voters);
  return ended ? fmt::format("Closed on {}. {} voted.", when, who)
               : fmt::format("Open until {}. {} voted so far.", when, who);
}

std::string how_to_vote(const std::string& account) {
  return fmt::format(
      "Vote with your account on Mastodon, or anywhere in the fediverse: follow {}, or "
      "search there for the address of this page.",
      account);
}

std::string day_month(Micros at) {
  const Date date = date_of(at);
  return fmt::format("{} {}", date.day, month_of(date).substr(0, 3));
}

int year_of(Micros at) {
  return date_of(at).year;
}

std::string month_name(Micros at) {
  return std::string(month_of(date_of(at)));
}

std::string count_of_posts(std::size_t count) {
  return fmt::format("{} announcement{}", count, count == 1 ? "" : "s");
}

std::string_view direction(std::string_view language) {
  constexpr std::array<std::string_view, 13> right_to_left{
      "ar", "arc", "ckb", "dv", "fa", "he", "ks", "nqo", "ps", "sd", "ug", "ur", "yi"};
  const std::string lower = lower_ascii(language);
  const std::string primary = lower.substr(0, lower.find('-'));
  if (lower.find("-latn") != std::string::npos) return "ltr";
  if (lower.find("-arab") != std::string::npos || lower.find("-hebr") != std::string::npos)
    return "rtl";
  return std::find(right_to_left.begin(), right_to_left.end(), primary) != right_to_left.end()
             ? "rtl"
             : "ltr";
}

}  // namespace carillon::words
