#include "retire/past_site.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <fstream>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "net/url.hpp"
#include "retire/archive_feeds.hpp"
#include "retire/archive_media.hpp"
#include "retire/archive_pages.hpp"
#include "retire/archive_redirects.hpp"

namespace carillon {

namespace {

namespace fs = std::filesystem;
namespace ch = std::chrono;

constexpr std::size_t hits_shown = 40;

std::string_view media_type(std::string_view name) {
  const std::string lower = lower_ascii(name);
  if (lower.ends_with(".png")) return "image/png";
  if (lower.ends_with(".gif")) return "image/gif";
  if (lower.ends_with(".webp")) return "image/webp";
  if (lower.ends_with(".mp4")) return "video/mp4";
  if (lower.ends_with(".mov")) return "video/quicktime";
  return "image/jpeg";
}

// "2023", "05"; -1 for what is no number of so many digits.
int number_of(std::string_view text, std::size_t digits) {
  int out = -1;
  if (text.size() != digits) return -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size() ? out : -1;
}

Micros start_of(ch::year_month_day date) {
  return Micros{ch::sys_days{date}.time_since_epoch().count()} * day;
}

Micros start_of(ch::year year) {
  return start_of(year / ch::January / 1);
}

ch::year year_at(Micros at) {
  return ch::year_month_day{ch::sys_days{ch::floor<ch::days>(ch::microseconds{at})}}.year();
}

Result<std::vector<PastShown>> with_media(ArchiveStore& store, std::vector<PastRow> rows) {
  std::vector<PastShown> out;
  for (PastRow& row : rows) {
    PastShown shown{std::move(row), {}};
    if (shown.row.media > 0) {
      TRY(shown.media, store.media_between(shown.row.number, shown.row.number));
    }
    out.push_back(std::move(shown));
  }
  return out;
}

}  // namespace

bool PastSite::is_there(const std::string& data_dir) {
  std::error_code error;
  if (!fs::exists(fs::path(data_dir) / "archive.db", error)) return false;
  const auto store = ArchiveStore::open(data_dir, false);
  const auto version = store ? (*store)->version() : Result<std::int64_t>(0);
  return version && *version > 0;
}

Result<std::unique_ptr<PastSite>> PastSite::open(const std::string& data_dir, PastPlace place,
                                                 PastFrame frame) {
  TRY(auto store, ArchiveStore::open(data_dir, false));
  place.served = true;
  return std::unique_ptr<PastSite>(
      new PastSite(data_dir, std::move(store), std::move(place), std::move(frame)));
}

PastFound PastSite::whole(const PastPage& page) const {
  return {page.path, "text/html; charset=utf-8", frame_(page), {}, false};
}

Result<std::optional<PastFound>> PastSite::find(const std::string& path, std::string_view query) {
  if (path + "/" == place_.at) return PastFound{place_.at, {}, {}, {}, false};
  if (!path.starts_with(place_.at)) return std::nullopt;
  const std::string_view rest = std::string_view(path).substr(place_.at.size());
  if (rest == "search") {
    TRY(const PastPage page, search(query));
    return whole(page);
  }
  if (rest == "redirects.csv") return redirects();
  if (rest.starts_with("media/")) return media(path, rest.substr(6));
  TRY(const auto accounts, store_->accounts());
  std::vector<PastLine> lines;
  for (const PastAccountRow& account : accounts) {
    const std::string folder = account_path(place_, account);
    if (path + "/" == folder) return PastFound{folder, {}, {}, {}, false};
    if (path.starts_with(folder)) return of_account(account, path.substr(folder.size()));
    lines.push_back(account_line(place_, account));
  }
  if (!rest.empty()) return std::nullopt;
  return whole(first_page(place_, lines));
}

Result<std::optional<PastFound>> PastSite::of_account(const PastAccountRow& account,
                                                      std::string_view rest) {
  if (rest == "feed.atom" || rest == "feed.json") return feed(account, rest == "feed.atom");
  if (!rest.empty()) return of_time(account, rest);
  TRY(const auto span, store_->span(account.number));
  std::vector<PastLine> years;
  for (ch::year year = year_at(span.second); year >= year_at(span.first); --year) {
    const Micros from = start_of(year);
    TRY(const std::int64_t count,
        store_->count_between(account.number, from, start_of(year + ch::years{1})));
    if (count > 0) years.push_back(year_line(place_, account, from, count));
  }
  return whole(account_page(place_, account, years));
}

// "2023/", "2023/05/" or "2023/05/17/".
Result<std::optional<PastFound>> PastSite::of_time(const PastAccountRow& account,
                                                   std::string_view rest) {
  const bool cut = !rest.ends_with('/');
  if (!cut) rest.remove_suffix(1);
  const auto pieces = split(rest, '/');
  const int year = number_of(pieces[0], 4);
  const int month = pieces.size() > 1 ? number_of(pieces[1], 2) : 1;
  const int month_day = pieces.size() > 2 ? number_of(pieces[2], 2) : 1;
  const ch::year_month_day date{ch::year{year}, ch::month{static_cast<unsigned>(month)},
                                ch::day{static_cast<unsigned>(month_day)}};
  if (pieces.size() > 3 || year < 0 || month < 0 || month_day < 0 || !date.ok())
    return std::nullopt;
  const Micros from = start_of(date);
  PastPage page;
  if (pieces.size() == 1) {
    std::vector<PastLine> months;
    for (unsigned i = 1; i <= 12; ++i) {
      const Micros first = start_of(date.year() / ch::month{i} / 1);
      const ch::year_month next = date.year() / ch::month{i} + ch::months{1};
      TRY(const std::int64_t count,
          store_->count_between(account.number, first, start_of(next / 1)));
      if (count > 0) months.push_back(month_line(place_, account, first, count));
    }
    if (months.empty()) return std::nullopt;
    page = year_page(place_, account, from, months);
  } else if (pieces.size() == 2) {
    const ch::year_month next = date.year() / date.month() + ch::months{1};
    TRY(const auto rows, store_->first_between(account.number, from, start_of(next / 1)));
    if (rows.empty()) return std::nullopt;
    std::vector<PastLine> lines;
    for (const PastRow& row : rows) lines.push_back(post_line(place_, account, row));
    page = month_page(place_, account, from, lines);
  } else {
    TRY(auto rows, store_->threads_between(account.number, from, from + day));
    if (rows.empty()) return std::nullopt;
    TRY(const auto shown, with_media(*store_, std::move(rows)));
    page = day_page(place_, account, shown, [&](std::string_view address) {
      return own_path(*store_, place_, account, address);
    });
  }
  if (cut) return PastFound{page.path, {}, {}, {}, false};
  return whole(page);
}

Result<std::optional<PastFound>> PastSite::feed(const PastAccountRow& account, bool atom) {
  TRY(auto rows, store_->newest(account.number, static_cast<std::size_t>(limits::feed_items)));
  TRY(const auto shown, with_media(*store_, std::move(rows)));
  const std::string folder = account_path(place_, account);
  if (atom)
    return PastFound{folder + "feed.atom",
                     "application/atom+xml; charset=utf-8",
                     past_atom(place_, account, shown),
                     {},
                     false};
  return PastFound{folder + "feed.json",
                   "application/feed+json; charset=utf-8",
                   past_json_feed(place_, account, shown),
                   {},
                   false};
}

Result<PastPage> PastSite::search(std::string_view query) {
  std::string words;
  std::int64_t before = 0;
  for (const auto& [name, value] : parse_query(query)) {
    if (name == "q") words = value;
    if (name == "before") std::from_chars(value.data(), value.data() + value.size(), before);
  }
  words.erase(std::remove(words.begin(), words.end(), '\0'), words.end());
  if (trim(words).empty()) return search_page(place_, "", "");
  auto hits = store_->hits(words, before, hits_shown + 1);
  if (!hits && hits.error().fault == Fault::invalid)
    return search_page(place_, words, hits.error().what + ".");
  if (!hits) return tl::unexpected<Error>(hits.error());
  const bool more = hits->size() > hits_shown;
  if (more) hits->pop_back();
  TRY(const auto accounts, store_->accounts());
  return search_page(place_, words, *hits, accounts, more);
}

// Only names that we gave out: "x/example_org/2023/05/123-Abc.jpg".
std::optional<PastFound> PastSite::media(const std::string& path, std::string_view rest) const {
  const auto pieces = split(rest, '/');
  const bool ours =
      pieces.size() == 5 && std::all_of(pieces.begin(), pieces.end(), [](const std::string& piece) {
        return piece == plain_segment(piece);
      });
  if (!ours) return std::nullopt;
  const fs::path file = fs::path(data_dir_) / "archive" / std::string(rest);
  std::error_code error;
  if (!fs::is_regular_file(fs::symlink_status(file, error))) return std::nullopt;
  return PastFound{path, std::string(media_type(rest)), {}, file.string(), true};
}

// Written once an import, for it may be large.
Result<std::optional<PastFound>> PastSite::redirects() {
  TRY(const std::int64_t version, store_->version());
  const std::string file = (fs::path(data_dir_) / "archive-redirects.csv").string();
  const std::lock_guard lock(mutex_);
  if (redirects_of_ != version) {
    CHECK_OK(write_redirects(*store_, place_, file));
    redirects_of_ = version;
  }
  return PastFound{place_.at + "redirects.csv", "text/csv; charset=utf-8", {}, file, false};
}

}  // namespace carillon
