#include "retire/archive_build.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "retire/archive_feeds.hpp"
#include "retire/archive_output.hpp"
#include "retire/archive_pages.hpp"
#include "retire/archive_redirects.hpp"

namespace carillon {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t batch = 2000;

class Builder {
 public:
  Builder(ArchiveStore& store, past::Output& output, const PastPlace& place, const PastFrame& frame,
          const fs::path& media_dir, const ArchiveProgress& progress)
      : store_(store),
        output_(output),
        place_(place),
        frame_(frame),
        media_dir_(media_dir),
        progress_(progress) {}

  Result<ArchiveBuilt> run() {
    redirects_.open(output_.path("redirects.csv.carillon-new"), std::ios::trunc);
    redirects_ << "id,address,path\n";
    TRY(const auto accounts, store_.accounts());
    std::vector<PastLine> lines;
    for (const PastAccountRow& account : accounts) {
      account_ = account;
      CHECK_OK(build_account());
      lines.push_back(account_line(place_, account));
    }
    CHECK_OK(put(first_page(place_, lines)));
    redirects_.close();
    if (!redirects_)
      return fail(Fault::unavailable,
                  fmt::format("{} cannot be written", output_.path("redirects.csv").string()),
                  "Is the disk full?");
    CHECK_OK(output_.take("redirects.csv", output_.path("redirects.csv.carillon-new")));
    CHECK_OK(output_.finish());
    built_.written = output_.written();
    built_.unchanged = output_.unchanged();
    built_.removed = output_.removed();
    return built_;
  }

 private:
  Result<void> put(const PastPage& page) {
    ++built_.pages;
    return output_.put(page.path.substr(place_.at.size()) + "index.html", frame_(page));
  }

  Result<void> build_account() {
    TRY(const ArchiveCounts counts, store_.counts(account_.number));
    day_.clear();
    months_.clear();
    years_.clear();
    month_.clear();
    std::int64_t thread = 0;
    std::int64_t place = 0;
    const auto before = built_.posts;
    while (true) {
      TRY(auto rows, store_.in_order(account_.number, thread, place, batch));
      if (rows.empty()) break;
      TRY(auto media, store_.media_in_order(account_.number, thread, place, rows.back()));
      thread = rows.back().thread;
      place = rows.back().place;
      auto shown = with_media(std::move(rows), std::move(media));
      for (PastShown& each : shown) CHECK_OK(take(std::move(each)));
      progress_("posts", static_cast<std::uint64_t>(built_.posts - before),
                static_cast<std::uint64_t>(counts.posts));
    }
    CHECK_OK(end_day());
    CHECK_OK(end_month());
    CHECK_OK(end_year());
    std::reverse(years_.begin(), years_.end());
    CHECK_OK(put(account_page(place_, account_, years_)));
    TRY(const auto editions, store_.editions(account_.number));
    for (const PastEdition& edition : editions) {
      PastRow row;
      row.thread = edition.thread;
      row.original = edition.latest;
      redirect(edition.original, row);
    }
    return build_feeds();
  }

  Result<void> build_feeds() {
    TRY(auto rows, store_.newest(account_.number, static_cast<std::size_t>(limits::feed_items)));
    std::vector<PastShown> shown;
    for (PastRow& row : rows) {
      TRY(auto media, store_.media_between(row.number, row.number));
      shown.push_back({std::move(row), std::move(media)});
    }
    const std::string folder = account_path(place_, account_).substr(place_.at.size());
    CHECK_OK(output_.put(folder + "feed.atom", past_atom(place_, account_, shown)));
    return output_.put(folder + "feed.json", past_json_feed(place_, account_, shown));
  }

  // `media` is sorted by post.
  static std::vector<PastShown> with_media(std::vector<PastRow> rows,
                                           std::vector<PastMediaRow> media) {
    std::vector<PastShown> out;
    out.reserve(rows.size());
    for (PastRow& row : rows) {
      PastShown shown{std::move(row), {}};
      auto at = std::lower_bound(
          media.begin(), media.end(), shown.row.number,
          [](const PastMediaRow& each, std::int64_t post) { return each.post < post; });
      for (; at != media.end() && at->post == shown.row.number; ++at)
        shown.media.push_back(std::move(*at));
      out.push_back(std::move(shown));
    }
    return out;
  }

  void redirect(const std::string& id, const PastRow& to) {
    std::string line;
    append_redirect(line, place_, account_, id, to);
    redirects_ << line;
  }

  Result<void> take(PastShown shown) {
    const Micros at = past_time(shown.row.thread);
    if (!day_.empty()) {
      const Micros last = past_time(day_.front().row.thread);
      const bool same = day_path(place_, account_, last) == day_path(place_, account_, at);
      const bool same_month =
          month_path(place_, account_, last) == month_path(place_, account_, at);
      const bool same_year = year_path(place_, account_, last) == year_path(place_, account_, at);
      if (!same) CHECK_OK(end_day());
      if (!same_month) CHECK_OK(end_month());
      if (!same_year) CHECK_OK(end_year());
    }
    ++built_.posts;
    redirect(shown.row.original, shown.row);
    for (const PastMediaRow& media : shown.media) {
      if (media.file.empty()) continue;
      ++built_.media;
      CHECK_OK(output_.link("media/" + media.file, media_dir_ / media.file));
    }
    if (shown.row.place == 0) month_.push_back(post_line(place_, account_, shown.row));
    day_.push_back(std::move(shown));
    return {};
  }

  Result<void> end_day() {
    if (day_.empty()) return {};
    last_ = past_time(day_.front().row.thread);
    const auto resolve = [this](std::string_view address) {
      return own_path(store_, place_, account_, address);
    };
    CHECK_OK(put(day_page(place_, account_, day_, resolve)));
    day_.clear();
    return {};
  }

  Result<void> end_month() {
    if (month_.empty()) return {};
    CHECK_OK(put(month_page(place_, account_, last_, month_)));
    const auto posts = static_cast<std::int64_t>(month_.size());
    months_.push_back(month_line(place_, account_, last_, posts));
    year_posts_ += posts;
    month_.clear();
    return {};
  }

  Result<void> end_year() {
    if (months_.empty()) return {};
    CHECK_OK(put(year_page(place_, account_, last_, months_)));
    years_.push_back(year_line(place_, account_, last_, year_posts_));
    year_posts_ = 0;
    months_.clear();
    return {};
  }

  ArchiveStore& store_;
  past::Output& output_;
  const PastPlace& place_;
  const PastFrame& frame_;
  const fs::path media_dir_;
  const ArchiveProgress& progress_;
  ArchiveBuilt built_;
  std::ofstream redirects_;
  PastAccountRow account_;
  std::vector<PastShown> day_;
  std::vector<PastLine> month_;   // its posts
  std::vector<PastLine> months_;  // of the year
  std::vector<PastLine> years_;
  std::int64_t year_posts_ = 0;
  Micros last_ = 0;  // the day that ended last
};

}  // namespace

Result<ArchiveBuilt> build_archive(const std::string& data_dir, const std::string& out,
                                   const PastPlace& place, const PastFrame& frame,
                                   const ArchiveProgress& progress) {
  TRY(const auto store, ArchiveStore::open(data_dir, false));
  TRY(past::Output output, past::Output::open(out));
  Builder builder(*store, output, place, frame, fs::path(data_dir) / "archive", progress);
  TRY(ArchiveBuilt built, builder.run());
  built.out = out;
  built.path = place.local(place.at);
  return built;
}

}  // namespace carillon
