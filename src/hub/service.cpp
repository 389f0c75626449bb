#include "hub/service.hpp"

#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/moment.hpp"
#include "federation/polls.hpp"
#include "federation/telling.hpp"
#include "hub/archives.hpp"
#include "hub/clearance.hpp"
#include "hub/mailing.hpp"
#include "hub/proposing.hpp"
#include "hub/removing.hpp"
#include "retire/past_site.hpp"
#include "store/events.hpp"

namespace carillon {

namespace {

namespace fs = std::filesystem;
constexpr Micros look_every = second;
constexpr Micros beat_every = 15 * second;
constexpr Micros polls_every = 5 * second;
// What was typed is seen when it is committed, a little after its time.
constexpr Micros overlap = 2 * second;
constexpr std::int64_t told_at_once = 500;  // more: everything may be new

fs::file_time_type written_at(const Workspace& workspace) {
  std::error_code error;
  const auto at = fs::last_write_time(workspace.dir / "carillon.yaml", error);
  return error ? fs::file_time_type{} : at;
}

// The log tells an operator what went out, and what did not.
void log_delivery(const Delivery& delivery, const std::string& event) {
  const bool good = delivery.reason.empty();
  LogFields fields{{"delivery", delivery.id}, {"channel", delivery.channel}};
  if (!good) fields.emplace_back("reason", delivery.reason);
  if (!delivery.receipts.empty()) fields.emplace_back("url", delivery.receipts.front().url);
  log(good ? Level::info : Level::warning, event, fields);
}

Result<std::shared_ptr<Hub>> open(Workspace workspace) {
  TRY(std::shared_ptr<Hub> hub, Hub::open(std::move(workspace)));
  hub->outbox().on_event(log_delivery);
  return hub;
}

void complain(const Error& error) {
  log(Level::error, error.what, {{"hint", error.hint}});
}

}  // namespace

Service::Service(std::shared_ptr<Hub> hub)
    : site_(clock_, hub->workspace().data_dir() + "/media"),
      hub_(std::move(hub)),
      given_(answers_of(nullptr, inbox_)),
      read_at_(written_at(hub_->workspace())) {}

Result<std::unique_ptr<Service>> Service::start(const std::string& dir) {
  TRY(Workspace workspace, open_workspace(dir));
  TRY(std::shared_ptr<Hub> hub, open(std::move(workspace)));
  std::unique_ptr<Service> out(new Service(std::move(hub)));
  CHECK_OK(out->show());
  for (int i = 0; i < limits::outbox_workers; ++i)
    out->threads_.emplace_back([service = out.get()] { service->work(); });
  out->threads_.emplace_back([service = out.get()] { service->keep(); });
  out->threads_.emplace_back([service = out.get()] { service->deliver(); });
  out->threads_.emplace_back([service = out.get()] { service->distribute(); });
  out->threads_.emplace_back(
      [service = out.get()] { run_mail([service] { return service->hub(); }, service->pulse_); });
  return out;
}

Service::~Service() {
  stop();
}

void Service::stop() {
  pulse_.stop();
  hub()->pulse().stop();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  inbox_.stop();
}

std::shared_ptr<Hub> Service::hub() const {
  const std::lock_guard lock(mutex_);
  return hub_;
}

std::shared_ptr<const Fediverse> Service::fediverse() const {
  const std::lock_guard lock(mutex_);
  return fediverse_;
}

std::optional<HttpAnswer> Service::answer_at_once(const HttpQuery& query) const {
  if (query.method == "GET") {
    const auto given = [&] {
      const std::lock_guard lock(mutex_);
      return given_;
    }();
    return given->find(query, clock_.now());
  }
  const auto house = [&] {
    const std::lock_guard lock(mutex_);
    return house_;
  }();
  if (!house || query.method != "POST" || !is_inbox(house->site, query.path)) return std::nullopt;
  return inbox_.take(house, query);
}

HttpAnswer Service::answer(const HttpQuery& query) const {
  if (auto out = answer_at_once(query)) return std::move(*out);
  const auto [hub, fediverse, house, frame, feeds, given] = [&] {
    const std::lock_guard lock(mutex_);
    return std::tuple(hub_, fediverse_, house_, frame_, feeds_, given_);
  }();
  if (fediverse) {
    if (auto out = answer_fediverse(*fediverse, *house, *given, query)) return std::move(*out);
  }
  if (feeds) {
    if (auto out = answer_subscriber(*hub, *feeds, query)) return std::move(*out);
  }
  const bool lasts = query.method == "GET" && site_.shows(query.path);
  HttpAnswer page = site_.answer(lasts ? without_conditions(query) : query);
  if (page.status == 404) {
    if (auto removed = answer_removed(*hub, *frame, query)) return std::move(*removed);
  }
  if (fediverse) add_object_headers(*fediverse, query, page);
  if (feeds) add_feed_headers(*feeds, query, page);
  return lasts ? given->keep(query, std::move(page)) : page;
}

std::string Service::around(const std::string& path, const std::string& title,
                            const std::string& main) const {
  const auto frame = [&] {
    const std::lock_guard lock(mutex_);
    return frame_;
  }();
  return frame->around(path, title, {}, main, false);
}

// Several do this at once, so that a slow platform does not keep the others waiting.
void Service::work() {
  while (!pulse_.stopped()) {
    const auto moved = hub()->outbox().run_once();
    if (!moved) complain(moved.error());
    if (!moved || *moved == 0) pulse_.wait(look_every);
  }
}

void Service::keep() {
  while (!pulse_.stopped()) {
    reload();
    if (const auto done = show(); !done) complain(done.error());
    if (const auto done = tell_changes(); !done) complain(done.error());
    if (const auto done = tell_votes(); !done) complain(done.error());
    if (const auto done = look_around(); !done) complain(done.error());
    pulse_.wait(look_every);
  }
}

// To the followers of the home's account. A new configuration may have another one.
void Service::deliver() {
  std::shared_ptr<Hub> mine;
  std::unique_ptr<Courier> courier;
  while (!pulse_.stopped()) {
    const auto [hub, fediverse] = [&] {
      const std::lock_guard lock(mutex_);
      return std::pair(hub_, fediverse_);
    }();
    if (hub != mine || !fediverse) courier.reset();
    mine = hub;
    const auto moved = [&]() -> Result<std::size_t> {
      if (!fediverse) return 0;
      if (!courier) {
        TRY(courier, courier_of(*hub, *fediverse));
      }
      return courier->run_once();
    }();
    if (!moved) complain(moved.error());
    if (!moved || *moved == 0) pulse_.wait(look_every);
  }
}

// To the subscribers of the home's feeds.
void Service::distribute() {
  std::shared_ptr<Hub> mine;
  std::unique_ptr<WebSubCourier> courier;
  while (!pulse_.stopped()) {
    const auto [hub, feeds] = [&] {
      const std::lock_guard lock(mutex_);
      return std::pair(hub_, feeds_);
    }();
    if (hub != mine || !feeds) courier.reset();
    mine = hub;
    const auto moved = [&]() -> Result<std::size_t> {
      if (!feeds) return 0;
      if (!courier) {
        TRY(courier, websub_courier(*hub));
      }
      return courier->run_once(feeds);
    }();
    if (!moved) complain(moved.error());
    if (!moved || *moved == 0) pulse_.wait(look_every);
  }
}

void Service::reload() {
  const std::shared_ptr<Hub> old = hub();
  const auto at = written_at(old->workspace());
  if (at == read_at_) return;
  read_at_ = at;
  auto workspace = open_workspace(old->workspace().dir.string());
  if (!workspace) return complain(workspace.error());
  auto fresh = open(std::move(*workspace));
  if (!fresh) return complain(fresh.error());
  {
    const std::lock_guard lock(mutex_);
    hub_ = std::move(*fresh);
    fediverse_ = nullptr;  // it is of the old one; show() makes it anew
    feeds_ = nullptr;
    house_ = nullptr;
    given_ = answers_of(nullptr, inbox_);
  }
  shown_ = -1;
  log(Level::info, "carillon.yaml was read anew");
}

Result<void> Service::show() {
  const std::shared_ptr<Hub> now = hub();
  TRY(const std::int64_t version, now->outbox().version());
  const std::string data_dir = now->workspace().data_dir();
  const bool past = shows_past_ || PastSite::is_there(data_dir);
  TRY(const std::int64_t polls, now->store().read(fedi_rows::polls_told));
  if (version == shown_ && past == shows_past_ && polls == shown_polls_) return {};
  TRY(SiteView view, now->view());
  // Only where this program runs is there somebody to take it.
  if (now->workspace().config.propose.open) view.propose = propose_path;
  TRY(view.hub, websub_path(*now));
  const std::string hub_path = view.hub;
  TRY(OtherPages others, past_pages(view, data_dir));
  TRY(const auto account, fediverse_of(*now, view));
  auto frame = std::make_shared<const SiteFrame>(SiteView{.organisation = view.organisation,
                                                          .logo = view.logo,
                                                          .channels = view.channels,
                                                          .listed = view.listed,
                                                          .posts = {},
                                                          .propose = view.propose,
                                                          .past = view.past});
  {
    const std::lock_guard lock(mutex_);
    frame_ = std::move(frame);
    fediverse_ = account;
    house_ = account ? house_of(now, account, peers_) : nullptr;
  }
  site_.show(std::move(view), std::move(others));
  auto feeds = hub_path.empty() ? nullptr : websub_feeds(*now, site_, hub_path, version);
  {
    // Only now: what was made of the old site is kept with the old answers.
    const std::lock_guard lock(mutex_);
    feeds_ = std::move(feeds);
    given_ = answers_of(account.get(), inbox_);
  }
  // Not before they can be read: who hears of one comes to look at once.
  if (account) CHECK_OK(tell_posts(now->store(), clock_, account->site));
  shown_ = version;
  shown_polls_ = polls;
  shows_past_ = past;
  return {};
}

// Reads what happened instead of being called: another program may share the database.
Result<void> Service::tell_changes() {
  const Micros now = clock_.now();
  if (now > beat_ + beat_every) {
    changes_->beat();
    beat_ = now;
  }
  const std::shared_ptr<Hub> here = hub();
  if (changes_->listeners() == 0) {
    typed_ = now;
    TRY(const auto head, here->store().read([](Db& db) { return chain_head(db); }));
    heard_ = head.seq;
    return {};
  }
  TRY(const auto happened,
      here->store().read([&](Db& db) { return events_behind(db, heard_, told_at_once); }));
  TRY(const auto typed, desk_of(*here).typed_since(typed_ - overlap));
  std::set<std::pair<std::string, std::string>> news;
  for (const NumberedEvent& one : happened) news.emplace(one.event.kind, one.event.subject);
  for (const std::string& draft : typed) news.emplace("draft.copy", draft);
  if (std::cmp_equal(happened.size(), told_at_once)) news = {{"everything", ""}};
  for (const auto& [kind, subject] : news)
    changes_->send("change", json::serialize(json::object{{"kind", json::string(kind)},
                                                          {"subject", json::string(subject)}}));
  if (!happened.empty()) heard_ = happened.back().seq;
  typed_ = now;
  return {};
}

Result<void> Service::tell_votes() {
  const Micros now = clock_.now();
  const std::shared_ptr<const Fediverse> account = fediverse();
  if (now < polled_ + polls_every || !account) return {};
  polled_ = now;
  CHECK_OK(tell_polls(hub()->store(), clock_, account->site));
  return {};
}

Result<void> Service::look_around() {
  const Micros now = clock_.now();
  if (now < looked_ + minute) return {};
  looked_ = now;
  CHECK_OK(settle_proposals(*hub()));
  CHECK_OK(prune_fediverse(*hub()));
  return tell_overdue(now);
}

// Whoever reads the log hears once of each delivery that should have been out for an hour.
Result<void> Service::tell_overdue(Micros now) {
  TRY(const auto late, hub()->outbox().overdue(now - hour));
  for (const Delivery& delivery : late) {
    if (!told_.insert(delivery.id).second) continue;
    log(Level::warning, "not published an hour after it was due",
        {{"delivery", delivery.id},
         {"channel", delivery.channel},
         {"state", word_of(delivery.state)},
         {"due", iso_time(delivery.due)},
         {"reason", delivery.reason},
         {"hint", delivery.hint.empty() ? "carillon status" : delivery.hint}});
  }
  return {};
}

}  // namespace carillon
