// Every word the home says by itself, in one place, so that a translation is one file.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "core/announcement.hpp"
#include "core/channel.hpp"

namespace carillon::words {

inline constexpr std::string_view skip = "Skip to the content";
inline constexpr std::string_view navigation = "Main";
inline constexpr std::string_view announcements = "Announcements";
inline constexpr std::string_view archive = "Archive";
inline constexpr std::string_view channels = "Official channels";
inline constexpr std::string_view channels_short = "Channels";
inline constexpr std::string_view propose = "Propose an announcement";
inline constexpr std::string_view past = "Earlier posts";
inline constexpr std::string_view past_lead = "What we said on other platforms, before:";
inline constexpr std::string_view follow = "Follow us";
inline constexpr std::string_view feed = "Feed";
inline constexpr std::string_view no_posts = "Nothing has been announced yet.";
inline constexpr std::string_view read_more = "Read the whole announcement";
inline constexpr std::string_view more_at = "More at";
inline constexpr std::string_view answers = "What we answered";
inline constexpr std::string_view in_answer_to = "In answer to";
inline constexpr std::string_view under = "under";
inline constexpr std::string_view poll = "Poll";
inline constexpr std::string_view several = "Several options may be chosen.";
inline constexpr std::string_view also_on = "Also on";
inline constexpr std::string_view tags = "Tags";
inline constexpr std::string_view updated = "Updated";
inline constexpr std::string_view older = "Older";
inline constexpr std::string_view newer = "Newer";
inline constexpr std::string_view all_posts = "All announcements";
inline constexpr std::string_view by_year = "By year";
inline constexpr std::string_view neighbours = "More announcements";
inline constexpr std::string_view tagged = "Tagged";
inline constexpr std::string_view picture = "Picture";
inline constexpr std::string_view feeds_title = "Feeds";
inline constexpr std::string_view feeds_lead =
    "Every announcement also appears in these feeds. No account is needed to follow them.";
inline constexpr std::string_view channels_lead =
    "These are the accounts that speak for us. An account that is not on this list does not.";
inline constexpr std::string_view channels_active = "Where we publish";
inline constexpr std::string_view channels_quiet = "No longer used";
inline constexpr std::string_view machine_readable = "This list for programs";
inline constexpr std::string_view missing_title = "This page does not exist";
inline constexpr std::string_view missing_text =
    "The address may be mistyped, or the page has gone. The announcements are all still here.";
inline constexpr std::string_view removed_title = "This announcement was removed";
inline constexpr std::string_view removed_text = "We took it back on";
inline constexpr std::string_view this_site = "This site";

inline constexpr std::string_view since = "Since";
inline constexpr std::string_view quiet_lead =
    "Nothing new from us appears there. Each says what became of the name.";
inline constexpr std::string_view report_lead =
    "Have you met an account that uses our name and is not on this list? It is not ours: please "
    "report it on that platform, with the address of this page as proof.";

// What a use means to a reader.
[[nodiscard]] std::string_view use_label(Use use);
[[nodiscard]] std::string_view use_sentence(Use use);
// The word beside the date; empty for general announcements.
[[nodiscard]] std::string_view kind_label(Kind kind);

// "24 November 2026", in UTC.
[[nodiscard]] std::string long_date(Micros at);
// "24 Nov", in UTC.
[[nodiscard]] std::string day_month(Micros at);
[[nodiscard]] int year_of(Micros at);
[[nodiscard]] std::string month_name(Micros at);
// "12 votes, 40 %".
[[nodiscard]] std::string votes(std::int64_t votes, std::int64_t percent);
// "Open until 24 November 2026, 15:00 UTC. 30 people voted so far."
[[nodiscard]] std::string poll_state(bool ended, Micros closes, std::int64_t voters);
// Where the account of the home is followed.
[[nodiscard]] std::string how_to_vote(const std::string& account);
// "1 announcement", "7 announcements".
[[nodiscard]] std::string count_of_posts(std::size_t count);

// "rtl" for languages written from right to left, else "ltr".
[[nodiscard]] std::string_view direction(std::string_view language);

}  // namespace carillon::words
