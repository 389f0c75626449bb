#include "cli/views.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/bytes.hpp"
#include "base/moment.hpp"
#include "base/zone.hpp"
#include "cli/home_views.hpp"
#include "cli/people_views.hpp"
#include "cli/preview_views.hpp"
#include "hub/announcements.hpp"
#include "hub/archives.hpp"
#include "hub/audit.hpp"
#include "hub/calendar.hpp"
#include "hub/cards.hpp"
#include "hub/channels.hpp"
#include "hub/custody.hpp"
#include "hub/decisions.hpp"
#include "hub/desk.hpp"
#include "hub/directory.hpp"
#include "hub/installation.hpp"
#include "hub/pictures.hpp"
#include "hub/platforms.hpp"
#include "hub/proposing.hpp"
#include "hub/publishing.hpp"
#include "hub/record.hpp"
#include "hub/retirement.hpp"
#include "hub/retiring.hpp"
#include "hub/today.hpp"
#include "hub/watching.hpp"

namespace carillon {

namespace {

std::string time_in(const std::string& iso, const std::string& zone) {
  return in_zone(parse_time(iso).value_or(0), zone);
}

std::string words_of(const DeliveryView& view, const std::string& zone) {
  std::string what = view.url.empty() ? view.reason : view.url;
  if (view.state == DeliveryState::planned && what.empty()) what = "for " + time_in(view.due, zone);
  const bool practised = view.rehearsed && view.state == DeliveryState::published;
  std::string out = fmt::format("{:<14} {:<12} {}\n", view.channel,
                                practised ? "rehearsed" : word_of(view.state), what);
  const auto more = [&](const std::string& line) { out += fmt::format("{:<14} {}\n", "", line); };
  if (!view.retry.empty())
    more(fmt::format("{} again at {}",
                     view.state == DeliveryState::unconfirmed ? "looked for" : "tried",
                     time_in(view.retry, zone)));
  if ((view.needs_person || !view.retry.empty()) && !view.hint.empty()) more(view.hint);
  if (view.outdated) more("with an earlier text, which stays: change it on the platform itself");
  if (view.state == DeliveryState::planned)
    more(fmt::format("delivery {}; `carillon resolve` with --cancel stops it", view.id));
  if (view.needs_person) more(fmt::format("delivery {}", view.id));
  return out;
}

std::string words_of(const std::vector<DeliveryView>& all, const std::string& zone) {
  std::string out;
  std::string about;
  std::size_t needs = 0;
  std::size_t by_hand = 0;
  for (const DeliveryView& view : all) {
    if (view.announcement != about)
      out += fmt::format("{}{}\n", out.empty() ? "" : "\n", view.slug);
    about = view.announcement;
    out += "  " + words_of(view, zone);
    const bool manual = view.state == DeliveryState::manual;
    by_hand += manual ? 1 : 0;
    needs += view.needs_person && !manual ? 1 : 0;
  }
  if (by_hand > 0) out += fmt::format("\n{} to post by hand: `carillon card DELIVERY`.\n", by_hand);
  if (needs > 0)
    out += fmt::format(
        "\n{} need{} you: `carillon resolve DELIVERY` with --url, --absent or "
        "--cancel.\n",
        needs, needs == 1 ? "s" : "");
  return out;
}

std::string words_of(const Card& card, const std::string&) {
  std::string out = fmt::format("Post this on {}{}\n", card.channel,
                                card.account.empty() ? "" : " (" + card.account + ")");
  if (!card.compose.empty()) out += fmt::format("  write it at  {}\n", card.compose);
  for (std::size_t i = 0; i < card.parts.size(); ++i) {
    const CardPart& part = card.parts[i];
    const std::string which =
        card.parts.size() > 1
            ? fmt::format("part {} of {}{}, ", i + 1, card.parts.size(), i > 0 ? ", a reply" : "")
            : "";
    out +=
        fmt::format("\n── {}{} of {} characters\n{}\n", which, part.length, part.limit, part.text);
    for (const CardPicture& picture : part.pictures)
      out += fmt::format("── picture {}\n   alt text: {}\n", picture.file,
                         picture.alt.empty() ? "none" : picture.alt);
  }
  if (!card.url.empty()) return out + fmt::format("\nPosted: {}\n", card.url);
  return out +
         fmt::format("\nWhen it stands there:  carillon resolve {} --url ADDRESS\n", card.delivery);
}

std::string words_of(const std::vector<ProposalView>& all, const std::string&) {
  return proposals_in_words(all);
}

std::string words_of(const ProposalView& view, const std::string& zone) {
  return proposal_in_words(view, zone);
}

std::string words_of(const ProposalTaken& taken, const std::string&) {
  return taken.post;
}

std::string words_of(const std::vector<ChannelView>& all, const std::string&) {
  std::string out;
  for (const ChannelView& channel : all)
    out += fmt::format("{:<14} {:<10} {:<10} {:<10} {}\n", channel.name, channel.platform,
                       word_of(channel.use), channel.listed ? "listed" : "not listed", channel.url);
  return out;
}

std::string words_of(const ChannelView& channel, const std::string& zone) {
  std::string out =
      fmt::format("{}\n  {:<14} {}\n  {:<14} {}, {}\n", channel.name, "platform", channel.platform,
                  "use", word_of(channel.use), channel.listed ? "listed" : "not listed");
  if (!channel.url.empty()) out += fmt::format("  {:<14} {}\n", "url", channel.url);
  if (!channel.since.empty()) out += fmt::format("  {:<14} {}\n", "since", channel.since);
  for (const auto& pair : channel.settings)
    out += fmt::format("  {:<14} {}\n", std::string(pair.key()), json::serialize(pair.value()));
  for (const SecretState& secret : channel.secrets) {
    out += fmt::format(
        "  {:<14} {}{}\n", secret.field,
        secret.entered.empty() ? "never entered" : "entered " + time_in(secret.entered, zone),
        secret.expires.empty() ? "" : ", works until " + secret.expires);
    if (!secret.warning.empty()) out += fmt::format("  ! {}\n", secret.warning);
  }
  return out;
}

std::string words_of(const std::vector<ChannelChecked>& all, const std::string&) {
  std::string out;
  for (const ChannelChecked& one : all) {
    out += one.good ? fmt::format("{:<14} good      {} {}\n", one.channel, one.account.handle,
                                  one.account.detail)
                    : fmt::format("{:<14} not good  {}\n{:<24} {}\n", one.channel, one.message, "",
                                  one.hint);
    for (const std::string& warning : one.account.warnings)
      out += fmt::format("{:<14} !         {}\n", "", warning);
  }
  return out;
}

std::string words_of(const std::vector<SnippetPiece>& all, const std::string&) {
  std::string out;
  for (const SnippetPiece& piece : all)
    out += fmt::format("── {}{}{}\n{}\n", piece.file, piece.file.empty() ? "" : ": ", piece.about,
                       piece.text);
  return out;
}

std::string words_of(const ChannelVerified& verified, const std::string&) {
  std::string out;
  for (const ChannelFinding& finding : verified.findings) {
    out +=
        fmt::format("{:<10} {}{}: {}\n", word_of(finding.wrong), finding.platform,
                    finding.channel.empty() ? "" : " (" + finding.channel + ")", finding.message);
    if (!finding.shown.empty())
      out += fmt::format("{:<10} {} on {}\n", "", finding.shown,
                         finding.pages == 1
                             ? finding.page
                             : fmt::format("{} pages, such as {}", finding.pages, finding.page));
  }
  if (!out.empty()) out += "\n";
  for (const std::string& unread : verified.unread) out += fmt::format("not read: {}\n", unread);
  const std::string pages =
      fmt::format("{} page{}", verified.pages, verified.pages == 1 ? "" : "s");
  if (verified.findings.empty())
    return out + fmt::format("{} read of {}: they show the right accounts.\n", pages,
                             fmt::join(verified.sites, ", "));
  return out + fmt::format("{} read of {}: {} to mend.\n", pages, fmt::join(verified.sites, ", "),
                           verified.findings.size());
}

std::string words_of(const std::vector<WatchedName>& all, const std::string& zone) {
  return watched_in_words(all, zone);
}

std::string words_of(const SiteBuilt& built, const std::string&) {
  return fmt::format("{}: {} written, {} unchanged, {} removed\n", built.out, built.written,
                     built.unchanged, built.removed);
}

std::string words_of(const ArchiveImported& imported, const std::string&) {
  const ArchiveCounts& c = imported.counts;
  std::string out = fmt::format("@{} on {}{}\n", imported.handle, imported.platform,
                                imported.again ? ": this archive is in already" : "");
  out += fmt::format("  {:<16} {}, of them {} in reply to others and {} reposts\n", "posts",
                     c.posts, c.replies, c.reposts);
  out +=
      fmt::format("  {:<16} {}, the longest of {} posts\n", "threads", c.threads, c.longest_thread);
  out += fmt::format("  {:<16} {} pictures, {} videos; {} alt texts\n", "media", c.pictures,
                     c.videos + c.animations, c.alt_texts);
  if (c.missing_media + c.refused_media > 0)
    out += fmt::format("  {:<16} {} not in the archive, {} refused\n", "", c.missing_media,
                       c.refused_media);
  out += fmt::format("  {:<16} {} joined, {} without their post\n", "long texts", c.long_texts,
                     c.long_texts_left);
  out += fmt::format("  {:<16} {} show where they lead, {} could not be told\n", "short links",
                     c.short_links, c.short_links_left);
  if (imported.removed > 0)
    out +=
        fmt::format("  {:<16} {} posts, deleted or edited since\n", "taken out", imported.removed);
  if (imported.unreadable > 0)
    out += fmt::format("  {:<16} {} records\n", "not readable", imported.unreadable);
  for (const std::string& warning : imported.warnings) out += fmt::format("  ! {}\n", warning);
  return out;
}

std::string words_of(const ArchiveBuilt& built, const std::string&) {
  return fmt::format(
      "{}: {} posts on {} pages, {} pictures and videos ({} files written, {} unchanged, {} "
      "removed)\nPublish it as {}; redirects.csv names the new path of each old address.\n",
      built.out, built.posts, built.pages, built.media, built.written, built.unchanged,
      built.removed, built.path);
}

std::string words_of(const std::vector<ArchiveFound>& all, const std::string& zone) {
  std::string out;
  for (const ArchiveFound& found : all)
    out += fmt::format("{}  {}\n{}    {}\n\n", time_in(found.at, zone), found.account,
                       indented(found.text), found.address);
  return out;
}

std::string words_of(const std::vector<Diagnosis>& all, const std::string&) {
  std::string out;
  std::size_t bad = 0;
  std::size_t warnings = 0;
  for (const Diagnosis& one : all) {
    const char* mark = one.health == Health::good ? "ok" : one.health == Health::bad ? "BAD" : "!";
    out += fmt::format("{:<4} {:<20} {}\n", mark, one.part, one.message);
    if (one.health == Health::good) continue;
    if (!one.hint.empty()) out += fmt::format("{:<25} {}\n", "", one.hint);
    ++(one.health == Health::bad ? bad : warnings);
  }
  if (bad + warnings == 0) return out + "\nAll is well.\n";
  return out + fmt::format("\n{} to mend, {} to look at.\n", bad, warnings);
}

std::string words_of(const DelistScanned& scanned, const std::string&) {
  return scanned_in_words(scanned);
}

std::string words_of(const Decision& decision, const std::string&) {
  return decision_in_words(decision);
}

std::string words_of(const std::vector<Decision>& all, const std::string&) {
  return decisions_in_words(all);
}

std::string words_of(const std::vector<RegisterEntry>& all, const std::string&) {
  return register_in_words(all);
}

std::string words_of(const RetirementView& view, const std::string&) {
  return retirement_in_words(view);
}

std::string words_of(const std::vector<RetirementView>& all, const std::string&) {
  return retirements_in_words(all);
}

std::string words_of(const RetireAdvance& advance, const std::string&) {
  return advance_in_words(advance);
}

std::string words_of(const std::vector<AnnouncementLine>& all, const std::string& zone) {
  return announcements_in_words(all, zone);
}

std::string words_of(const AnnouncementView& one, const std::string& zone) {
  return announcement_in_words(one, zone);
}

std::string words_of(const std::vector<DraftLine>& all, const std::string& zone) {
  return drafts_in_words(all, zone);
}

std::string words_of(const PictureAdded& added, const std::string&) {
  return fmt::format(
      "{}\n{} by {} pixels, {} bytes. A draft shows it by this line:\n"
      "media: [{{file: {}, alt: \"what it shows\", digest: {}}}]\n",
      added.note.empty() ? added.file : added.note, added.width, added.height, added.bytes,
      json::serialize(json::value(json::string(added.file))), added.digest);
}

std::string words_of(const DraftCopyKept& kept, const std::string& zone) {
  return fmt::format("kept beside the draft {}, {}\n", kept.id, time_in(kept.at, zone));
}

std::string words_of(const DraftView& draft, const std::string& zone) {
  return draft_in_words(draft, zone);
}

std::string words_of(const DraftRemoved& removed, const std::string&) {
  return fmt::format("The draft {} is off the desk.\n", removed.id);
}

std::string words_of(const std::vector<TodayItem>& all, const std::string& zone) {
  return today_in_words(all, zone);
}

std::string words_of(const AnnouncementWithdrawn& withdrawn, const std::string&) {
  return fmt::format("{} is withdrawn, and nothing of it was sent.\n", withdrawn.slug);
}

std::string words_of(const CalendarLink& link, const std::string&) {
  return calendar_in_words(link);
}

std::string words_of(const std::vector<PlatformView>& all, const std::string&) {
  return platforms_in_words(all);
}

std::string words_of(const LogPage& page, const std::string& zone) {
  return log_in_words(page, zone);
}

std::string words_of(const RetireReport& report, const std::string&) {
  return report.post;
}

template <class Reply>
std::string read(const json::value& reply, const std::string& zone) {
  const auto typed = from_json<Reply>(reply);
  return typed ? words_of(*typed, zone) : write_pretty(reply);
}

}  // namespace

std::string in_words(const std::string& operation, const json::value& reply,
                     const std::string& zone) {
  using Words = std::string (*)(const json::value&, const std::string&);
  static const std::map<std::string, Words> views{
      {"preview", &read<std::vector<Shown>>},
      {"publish", &read<std::vector<DeliveryView>>},
      {"status", &read<std::vector<DeliveryView>>},
      {"resolve", &read<DeliveryView>},
      {"card", &read<Card>},
      {"proposal list", &read<std::vector<ProposalView>>},
      {"proposal show", &read<ProposalView>},
      {"proposal take", &read<ProposalTaken>},
      {"proposal decline", &read<ProposalView>},
      {"channel platforms", &read<std::vector<PlatformView>>},
      {"channel list", &read<std::vector<ChannelView>>},
      {"channel add", &read<ChannelView>},
      {"channel show", &read<ChannelView>},
      {"channel set", &read<ChannelView>},
      {"channel check", &read<std::vector<ChannelChecked>>},
      {"channel register", &read<std::vector<RegisterEntry>>},
      {"channel custodian", &read<std::vector<RegisterEntry>>},
      {"channel proof", &read<std::vector<RegisterEntry>>},
      {"channel dependent", &read<std::vector<RegisterEntry>>},
      {"decision add", &read<Decision>},
      {"decision list", &read<std::vector<Decision>>},
      {"retire plan", &read<RetirementView>},
      {"retire next", &read<RetireAdvance>},
      {"retire status", &read<std::vector<RetirementView>>},
      {"retire report", &read<RetireReport>},
      {"channel snippet", &read<std::vector<SnippetPiece>>},
      {"channel verify", &read<ChannelVerified>},
      {"channel watch", &read<std::vector<WatchedName>>},
      {"site build", &read<SiteBuilt>},
      {"home followers", &read<FollowersReply>},
      {"home deliveries", &read<HomeDeliveries>},
      {"home subscribers", &read<std::vector<HomeSubscriber>>},
      {"home export-followers", &read<HomeFollowersExported>},
      {"home compare-followers", &read<HomeFollowersCompared>},
      {"home move-from", &read<HomeMove>},
      {"home move-to", &read<HomeMove>},
      {"home moves", &read<std::vector<HomeMoveView>>},
      {"home block", &read<HomeBlockChanged>},
      {"home unblock", &read<HomeBlockChanged>},
      {"home blocks", &read<std::vector<HomeBlockView>>},
      {"home import-blocks", &read<HomeBlocksImported>},
      {"home export-blocks", &read<HomeBlocksExported>},
      {"home replies", &read<std::vector<HomeReplyView>>},
      {"home reply", &read<HomeReplyView>},
      {"home answer", &read<HomeAnswered>},
      {"home reports", &read<std::vector<HomeReportView>>},
      {"home report", &read<HomeReportView>},
      {"delist scan", &read<DelistScanned>},
      {"archive import", &read<ArchiveImported>},
      {"archive build", &read<ArchiveBuilt>},
      {"archive search", &read<std::vector<ArchiveFound>>},
      {"person list", &read<std::vector<PersonView>>},
      {"person show", &read<PersonView>},
      {"person invite", &read<LinkView>},
      {"person link", &read<LinkView>},
      {"person set", &read<PersonView>},
      {"person remove", &read<PersonRemoved>},
      {"session end", &read<SessionsEnded>},
      {"session list", &read<std::vector<SessionView>>},
      {"token add", &read<TokenAdded>},
      {"token remove", &read<TokenRemoved>},
      {"token list", &read<std::vector<TokenView>>},
      {"passkey list", &read<std::vector<PasskeyView>>},
      {"passkey remove", &read<WayRemoved>},
      {"identity list", &read<std::vector<IdentityView>>},
      {"identity remove", &read<WayRemoved>},
      {"provider list", &read<std::vector<ProviderView>>},
      {"mail test", &read<MailTested>},
      {"mail secret", &read<MailSecretKept>},
      {"mail list", &read<std::vector<MailView>>},
      {"notice show", &read<NoticeView>},
      {"notice set", &read<NoticeView>},
      {"today", &read<std::vector<TodayItem>>},
      {"announcement list", &read<std::vector<AnnouncementLine>>},
      {"announcement show", &read<AnnouncementView>},
      {"announcement move", &read<AnnouncementView>},
      {"announcement remove", &read<AnnouncementRemoved>},
      {"announcement pin", &read<AnnouncementPinned>},
      {"announcement unpin", &read<AnnouncementPinned>},
      {"announcement withdraw", &read<AnnouncementWithdrawn>},
      {"draft list", &read<std::vector<DraftLine>>},
      {"draft show", &read<DraftView>},
      {"draft save", &read<DraftView>},
      {"draft copy", &read<DraftCopyKept>},
      {"picture add", &read<PictureAdded>},
      {"draft ask", &read<DraftView>},
      {"draft approve", &read<DraftView>},
      {"draft return", &read<DraftView>},
      {"draft note", &read<DraftView>},
      {"draft publish", &read<std::vector<DeliveryView>>},
      {"draft remove", &read<DraftRemoved>},
      {"calendar link", &read<CalendarLink>},
      {"log", &read<LogPage>},
      {"doctor", &read<std::vector<Diagnosis>>},
      {"doctor home", &read<std::vector<Diagnosis>>},
  };
  const auto found = views.find(operation);
  return found == views.end() ? write_pretty(reply) : found->second(reply, zone);
}

std::string delivery_in_words(const json::value& view, const std::string& zone) {
  return read<DeliveryView>(view, zone);
}

}  // namespace carillon
