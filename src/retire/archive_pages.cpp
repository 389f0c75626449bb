#include "retire/archive_pages.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "base/moment.hpp"
#include "net/url.hpp"
#include "retire/archive_media.hpp"
#include "text/atproto.hpp"
#include "text/entities.hpp"

namespace carillon {

namespace {

constexpr std::string_view past_title = "Our earlier posts";

// An address as people read it: without its scheme, cut where it is long.
std::string shown_address(std::string_view address) {
  constexpr std::size_t longest = 60;
  if (const auto scheme = address.find("://"); scheme != std::string_view::npos)
    address.remove_prefix(scheme + 3);
  if (address.starts_with("www.")) address.remove_prefix(4);
  return address.size() <= longest ? std::string(address) : past_excerpt(address, longest);
}

Html with_breaks(std::string_view text) {
  Html out;
  bool first = true;
  for (const std::string& line : split(text, '\n')) {
    if (!first) out.add(tag("br"));
    out.add(line);
    first = false;
  }
  return out;
}

Html media_tag(const PastPlace& place, const PastMediaRow& media) {
  const bool picture = media.kind == PastMediaKind::picture;
  if (media.file.empty()) {
    // Whoever has the file finds it by its CID.
    const bool named = media.address.starts_with("at://");
    return tag("p", attr("class", "note"),
               picture ? "A picture of this post is not in the archive."
                       : "A video of this post is not in the archive.",
               media.alt.empty() ? std::string() : " It showed: " + media.alt,
               named
                   ? together(" Its CID is ",
                              tag("code", media.address.substr(media.address.rfind('/') + 1)), ".")
                   : Html());
  }
  const std::string source = place.local(place.at + "media/" + media.file);
  if (picture)
    return tag("img", attr("src", source), attr("alt", media.alt), attr("loading", "lazy"),
               attr("decoding", "async"));
  return tag("video", attr("src", source), attr("controls"), attr("preload", "none"),
             attr("playsinline"),
             media.kind == PastMediaKind::animation ? attr("loop") : Attribute(),
             attr_some("aria-label", media.alt));
}

// Alt texts are shown too: who cannot load a picture, or looks for it, reads what it shows.
Html media_of(const PastPlace& place, const PastShown& shown) {
  Html out;
  for (const PastMediaRow& media : shown.media) {
    const bool told = !media.file.empty() && !media.alt.empty();
    out.add(tag("figure", media_tag(place, media),
                told ? tag("figcaption", attr("class", "note"), media.alt) : Html()));
  }
  if (out.empty()) return out;
  return tag("div", attr("class", shown.media.size() > 1 ? "pictures several" : "pictures"), out);
}

std::string reply_words(const PastRow& row) {
  if (row.kind == PastKind::repost) return "reposted";
  if (row.kind != PastKind::reply) return {};
  return row.reply_handle.empty() ? "in reply" : "in reply to @" + row.reply_handle;
}

}  // namespace

std::string past_excerpt(std::string_view text, std::size_t bytes) {
  std::string out;
  bool space = false;
  for (const char c : trim(text)) {
    const bool white = c == '\n' || c == ' ' || c == '\t' || c == '\r';
    if (white && space) continue;
    space = white;
    out += white ? ' ' : c;
    if (out.size() > bytes + 8) break;
  }
  if (out.size() <= bytes) return out;
  std::size_t end = bytes;
  while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0U) == 0x80U) --end;
  return out.substr(0, end) + "…";
}

Html past_text(std::string_view text, const PastResolve& resolve) {
  Html out;
  std::size_t at = 0;
  if (text.find("://") != std::string_view::npos) {
    for (const Entity& url : x_urls(text)) {
      const std::string_view said = text.substr(url.begin, url.end - url.begin);
      if (said.find("://") == std::string_view::npos) continue;
      out.add(with_breaks(text.substr(at, url.begin - at)));
      const auto own = resolve(said);
      out.add(tag("a", attr("href", own ? std::string_view(*own) : said),
                  own ? Attribute() : attr("rel", "nofollow"), shown_address(said)));
      at = url.end;
    }
  }
  out.add(with_breaks(text.substr(at)));
  return tag("p", out);
}

Html past_article(const PastPlace& place, const PastAccountRow& account, const PastShown& shown,
                  const PastResolve& resolve) {
  const PastRow& row = shown.row;
  const std::string id = "p" + plain_segment(row.original);
  const std::string address = original_address(account, row.original);
  const std::string about = reply_words(row);
  const bool known = !row.language.empty() && row.language != "und" && is_language(row.language);
  return tag(
      "article", attr("class", "past"), attr("id", id),
      tag("p", attr("class", "byline"),
          tag("a", attr("href", "#" + id),
              tag("time", attr("datetime", iso_time(row.at)),
                  fmt::format("{}, {} UTC", long_day(row.at), iso_time(row.at).substr(11, 5)))),
          about.empty() ? Html() : tag("span", about),
          row.edited ? tag("span", "edited; this is the last version") : Html()),
      tag("div", attr("class", "text"), known ? attr("lang", row.language) : Attribute(),
          attr("dir", "auto"), past_text(row.text, resolve)),
      media_of(place, shown),
      tag("p", attr("class", "note"), "Was at ",
          address.starts_with("https://")
              ? tag("a", attr("href", address), attr("rel", "nofollow"), address)
              : tag("span", address)));
}

PastPage day_page(const PastPlace& place, const PastAccountRow& account,
                  const std::vector<PastShown>& shown, const PastResolve& resolve) {
  const Micros at = past_time(shown.front().row.thread);
  PastPage out;
  out.path = day_path(place, account, at);
  out.title = fmt::format("{}, {}", account_name(account), long_day(at));
  out.description = past_excerpt(shown.front().row.text, 200);
  Html all;
  Html thread;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const PastRow& row = shown[i].row;
    out.modified = std::max(out.modified, row.at);
    thread.add(past_article(place, account, shown[i], resolve));
    if (i + 1 < shown.size() && shown[i + 1].row.thread == row.thread) continue;
    const bool several = row.place > 0;
    all.add(several ? tag("section", attr("class", "thread"), attr("aria-label", "Thread"), thread)
                    : thread);
    thread = Html();
  }
  out.main =
      tag("div", attr("class", "plain"), tag("h1", out.title),
          tag("p", attr("class", "years"),
              tag("a", attr("href", place.local(month_path(place, account, at))), month_of(at))),
          all)
          .str();
  return out;
}

namespace {

// With a form that needs no script, where somebody answers it.
Html search_form(const PastPlace& place, std::string_view words) {
  if (!place.served) return {};
  return tag("form", attr("class", "search"), attr("role", "search"), attr("method", "get"),
             attr("action", place.local(place.at + "search")),
             tag("label", attr("class", "hidden"), attr("for", "q"), "Search these posts"),
             tag("input", attr("type", "search"), attr("id", "q"), attr("name", "q"),
                 attr("value", words), attr("required"), attr("placeholder", "Search these posts")),
             tag("button", "Search"));
}

Html dated(Micros at, const Html& what) {
  return tag("li",
             at == 0 ? Html()
                     : tag("time", attr("datetime", iso_time(at).substr(0, 10)),
                           iso_time(at).substr(0, 10)),
             what);
}

Html items_of(const PastPlace& place, const std::vector<PastLine>& lines) {
  Html out;
  for (const PastLine& line : lines)
    out.add(dated(line.at,
                  tag("a", attr("href", place.local(line.path)), attr("dir", "auto"), line.text)));
  return out;
}

PastPage list_page(const PastPlace& place, std::string path, std::string title, const PastLine& up,
                   const std::vector<PastLine>& lines, const Html& above = {}) {
  PastPage out;
  out.path = std::move(path);
  out.title = std::move(title);
  out.description = out.title;
  for (const PastLine& line : lines) out.modified = std::max(out.modified, line.at);
  const bool dates = out.modified > 0;
  out.main = tag("div", attr("class", "plain"), tag("h1", out.title),
                 up.path.empty() ? Html()
                                 : tag("p", attr("class", "years"),
                                       tag("a", attr("href", place.local(up.path)), up.text)),
                 above,
                 tag("ul", attr("class", dates ? "titles dated" : "titles undated"),
                     items_of(place, lines)))
                 .str();
  return out;
}

std::string counted(std::string_view what, std::int64_t threads) {
  return fmt::format(
      "{}: {}", what,
      threads == 1 ? "one post or thread" : fmt::format("{} posts and threads", threads));
}

// What the store marked with \x01 and \x02.
Html marked(std::string_view text) {
  Html out;
  while (true) {
    const auto open = text.find('\x01');
    const auto close = text.find('\x02', open == std::string_view::npos ? 0 : open);
    if (open == std::string_view::npos || close == std::string_view::npos) break;
    out.add(text.substr(0, open));
    out.add(tag("mark", text.substr(open + 1, close - open - 1)));
    text.remove_prefix(close + 1);
  }
  return out.add(text);
}

PastPage search_around(const PastPlace& place, const std::string& words, const Html& results) {
  PastPage out;
  out.path = place.at + "search";
  out.title = words.empty() ? "Search our earlier posts" : fmt::format("Posts with “{}”", words);
  out.description = out.title;
  out.listed = false;
  out.main = tag("div", attr("class", "plain"), tag("h1", out.title),
                 tag("p", attr("class", "years"),
                     tag("a", attr("href", place.local(place.at)), past_title)),
                 search_form(place, words), results)
                 .str();
  return out;
}

}  // namespace

PastLine account_line(const PastPlace& place, const PastAccountRow& account) {
  return {account_path(place, account), account_name(account), 0};
}

PastLine year_line(const PastPlace& place, const PastAccountRow& account, Micros at,
                   std::int64_t threads) {
  return {year_path(place, account, at), counted(year_name(at), threads), 0};
}

PastLine month_line(const PastPlace& place, const PastAccountRow& account, Micros at,
                    std::int64_t threads) {
  return {month_path(place, account, at), counted(month_of(at), threads), 0};
}

PastLine post_line(const PastPlace& place, const PastAccountRow& account, const PastRow& row) {
  constexpr std::size_t line_bytes = 110;
  return {post_path_of(place, account, row), past_excerpt(row.text, line_bytes), row.at};
}

PastPage month_page(const PastPlace& place, const PastAccountRow& account, Micros at,
                    const std::vector<PastLine>& posts) {
  return list_page(place, month_path(place, account, at),
                   fmt::format("{}, {}", account_name(account), month_of(at)),
                   {year_path(place, account, at), year_name(at), 0}, posts);
}

PastPage year_page(const PastPlace& place, const PastAccountRow& account, Micros at,
                   const std::vector<PastLine>& months) {
  return list_page(place, year_path(place, account, at),
                   fmt::format("{}, {}", account_name(account), year_name(at)),
                   account_line(place, account), months);
}

PastPage account_page(const PastPlace& place, const PastAccountRow& account,
                      const std::vector<PastLine>& years) {
  return list_page(place, account_path(place, account), account_name(account),
                   {place.at, std::string(past_title), 0}, years, search_form(place, ""));
}

PastPage first_page(const PastPlace& place, const std::vector<PastLine>& accounts) {
  return list_page(place, place.at, std::string(past_title), {}, accounts, search_form(place, ""));
}

PastPage search_page(const PastPlace& place, const std::string& words,
                     const std::vector<PastHit>& hits, const std::vector<PastAccountRow>& accounts,
                     bool more) {
  Html items;
  for (const PastHit& hit : hits) {
    const auto account = std::find_if(accounts.begin(), accounts.end(),
                                      [&](const auto& each) { return each.number == hit.account; });
    if (account == accounts.end()) continue;
    PastRow row;
    row.thread = hit.thread;
    row.original = hit.original;
    items.add(dated(hit.at, tag("a", attr("href", place.local(post_path_of(place, *account, row))),
                                attr("dir", "auto"), marked(hit.shown))));
  }
  if (items.empty())
    return search_page(place, words,
                       "No post holds all of these words. “work*” finds what begins "
                       "so, and \"two words\" in quotes stand side by side.");
  Html results = tag("ul", attr("class", "titles dated"), items);
  if (more)
    results.add(tag("p", attr("class", "onward"),
                    tag("a", attr("rel", "next"),
                        attr("href", fmt::format("{}search?q={}&before={}", place.local(place.at),
                                                 percent_encode(words), hits.back().number)),
                        "Older posts")));
  return search_around(place, words, results);
}

PastPage search_page(const PastPlace& place, const std::string& words, const std::string& why) {
  return search_around(place, words, why.empty() ? Html() : tag("p", why));
}

}  // namespace carillon
