#include "hub/removing.hpp"

#include <fmt/format.h>

#include "base/html.hpp"
#include "base/log.hpp"
#include "base/moment.hpp"
#include "home/cache.hpp"
#include "home/words.hpp"
#include "net/url.hpp"
#include "publish/removal.hpp"

namespace carillon {

namespace {

// The slug in "/posts/<slug>/"; empty in any other path.
std::string slug_in(std::string_view path, const std::string& prefix) {
  if (!prefix.empty() && path.starts_with(prefix)) path.remove_prefix(prefix.size());
  if (path.ends_with('/')) path.remove_suffix(1);
  constexpr std::string_view folder = "/posts/";
  if (!path.starts_with(folder)) return {};
  return percent_decode(path.substr(folder.size())).value_or("");
}

}  // namespace

Result<AnnouncementRemoved> announcement_remove(Hub& hub, const Actor& actor,
                                                const AnnouncementShowRequest& request) {
  TRY(const Removal removal,
      remove_from_home(hub.store(), hub.clock(), hub.ids(), request.announcement, actor.name));
  AnnouncementRemoved out{removal.slug, removal.permalink, iso_time(removal.removed), {}};
  TRY(const auto all, hub.outbox().outlines({.announcement = removal.announcement}));
  for (const Delivery& one : all) {
    if (one.platform == "home" || one.state == DeliveryState::cancelled) continue;
    const std::string url = one.receipts.empty() ? std::string() : one.receipts.front().url;
    out.copies.push_back({one.channel, one.state, url, one.id});
  }
  return out;
}

std::string removed_in_words(const AnnouncementRemoved& one) {
  std::string out = fmt::format("{} is removed from the home. Its address says so: {}\n", one.slug,
                                one.permalink);
  for (const AnnouncementCopy& copy : one.copies) {
    if (copy.state == DeliveryState::published)
      out += fmt::format("Still public on {}, where it is removed by hand: {}\n", copy.channel,
                         copy.url.empty() ? "its address is not known" : copy.url);
    else
      out += fmt::format("On {} it is {}: `carillon resolve {} --cancel`\n", copy.channel,
                         word_of(copy.state), copy.delivery);
  }
  return out;
}

std::vector<Operation<Hub>> removing_operations() {
  return {operation<Hub>(
      {.name = "announcement remove",
       .method = "POST",
       .path = "/announcements/{announcement}/removal",
       .needs = Permission::editor,
       .summary = "take an announcement from the home for good",
       .help = "Pages and feeds of the home leave it out, its address answers that it was removed, "
               "and those who follow the home in the fediverse are told. What stands on other "
               "channels stays: the reply names it. There is no way back; the same text can be "
               "announced again under another slug.",
       .positional = {"announcement"}},
      &announcement_remove)};
}

std::optional<HttpAnswer> answer_removed(Hub& hub, const SiteFrame& frame, const HttpQuery& query) {
  const std::string slug = slug_in(query.path, frame.prefix());
  if (query.method != "GET" || slug.empty()) return std::nullopt;
  const auto found = hub.store().read([&](Db& db) { return removal_of_slug(db, slug); });
  if (!found) {
    log(Level::error, found.error().what, {{"hint", found.error().hint}});
    return std::nullopt;
  }
  if (!*found) return std::nullopt;
  HttpAnswer out{.status = 410, .headers = security_headers()};
  out.headers.add("Content-Type", "text/html; charset=utf-8");
  out.headers.add("Cache-Control", "public, max-age=60");
  out.headers.add("Vary", "Accept");
  const Html main = tag(
      "header", attr("class", "plain"), attr("lang", "en"), attr("dir", "ltr"),
      tag("h1", words::removed_title),
      tag("p", fmt::format("{} {}.", words::removed_text, words::long_date((*found)->removed))));
  out.body =
      frame.around(post_path(slug), std::string(words::removed_title), {}, main.str(), false);
  return out;
}

}  // namespace carillon
