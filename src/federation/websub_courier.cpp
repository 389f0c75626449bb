#include "federation/websub_courier.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/bytes.hpp"
#include "base/log.hpp"
#include "federation/blocks.hpp"
#include "federation/courier.hpp"
#include "net/reply.hpp"

namespace carillon {

using websub_rows::WebSubAsked;
using websub_rows::WebSubSubscription;

namespace {

constexpr auto subscriber_claim_every = std::chrono::milliseconds(250);

// A callback keeps what its own query says (section 5.3).
std::string question(const WebSubAsked& asked, const std::string& challenge) {
  QueryPairs pairs{{"hub.mode", word_of(asked.mode)}, {"hub.topic", asked.topic}};
  if (asked.mode == WebSubMode::denied) {
    pairs.emplace_back("hub.reason", "This hub does not take it, or tells of it no longer.");
  } else {
    pairs.emplace_back("hub.challenge", challenge);
  }
  if (asked.mode == WebSubMode::subscribe)
    pairs.emplace_back("hub.lease_seconds", std::to_string(asked.lease_seconds));
  const bool has_query = asked.callback.find('?') != std::string::npos;
  return asked.callback + (has_query ? "&" : "?") + build_query(pairs);
}

bool said_yes(const WebSubMode mode, int status, std::string_view body, std::string_view wanted) {
  return status >= 200 && status < 300 && (mode == WebSubMode::denied || body == wanted);
}

}  // namespace

WebSubCourier::WebSubCourier(Store& store, const Clock& clock, WebSubSeals seals,
                             WebSubOptions options)
    : store_(store), clock_(clock), seals_(std::move(seals)), options_(std::move(options)) {
  if (!options_.chance) options_.chance = random_chance;
}

Result<std::unique_ptr<WebSubCourier>> WebSubCourier::start(Store& store, const Clock& clock,
                                                            WebSubSeals seals,
                                                            WebSubOptions options) {
  options.fanout.threads = 1;
  options.fanout.open = limits::websub_open;
  options.fanout.per_host = limits::sends_per_host;
  options.fanout.connect_ms = limits::send_connect_ms;
  options.fanout.total_ms = std::min(options.fanout.total_ms, limits::send_total_ms);
  options.fanout.reply_bytes = limits::websub_reply_bytes;
  options.fanout.whole = true;
  // One database file has one such program: what was under way when it ended is due again.
  if (!store.is_postgres()) CHECK_OK(store.write(websub_rows::take_back));
  std::unique_ptr<WebSubCourier> out(
      new WebSubCourier(store, clock, std::move(seals), std::move(options)));
  TRY(out->fanout_,
      Fanout::start(out->options_.fanout, [courier = out.get()](std::uint64_t ticket) {
        return courier->request_of(ticket);
      }));
  return out;
}

WebSubCourier::~WebSubCourier() {
  if (!fanout_) return;
  fanout_->stop();
  take_in(fanout_->take(0, {}));
  if (const auto done = exchange(nullptr); !done)
    log(Level::warning, done.error().what, {{"hint", "What was under way is sent again."}});
}

Result<HttpRequest> WebSubCourier::request_of(std::uint64_t ticket) const {
  const auto job = [&] {
    const std::lock_guard lock(mutex_);
    const auto at = jobs_.find(ticket);
    return at == jobs_.end() ? nullptr : at->second;
  }();
  if (!job) return fail(Fault::internal, "a subscriber was forgotten while it was asked");
  HttpRequest out;
  if (job->asked) return out;
  out.method = "POST";
  out.body = job->feed->body->bytes();
  out.headers.add("Content-Type", job->feed->type);
  add_websub_headers(*job->feeds, *job->feed, out.headers);
  if (!job->secret.empty())
    out.headers.add("X-Hub-Signature", websub_signature(job->secret, out.body));
  return out;
}

void WebSubCourier::take_in(std::vector<FanoutOutcome> finished) {
  for (FanoutOutcome& one : finished) {
    std::shared_ptr<const Job> job;
    {
      const std::lock_guard lock(mutex_);
      const auto at = jobs_.find(one.ticket);
      if (at == jobs_.end()) continue;
      job = std::move(at->second);
      jobs_.erase(at);
    }
    const auto host = busy_.find(job->host());
    if (host != busy_.end() && --host->second <= 0) busy_.erase(host);
    Outcome out{.job = *job, .broken_off = one.broken_off, .body = {}, .words = {}};
    if (one.result) {
      out.status = one.result->status;
      out.body = one.result->body;
      out.come_back = retry_time(*one.result, clock_.now());
      if (!one.result->ok()) out.words = fmt::format("it answered {}", out.status);
    } else {
      out.words = one.result.error().error.what;
    }
    unsettled_.push_back(std::move(out));
  }
}

Result<void> WebSubCourier::settle(Db& db, const Outcome& outcome, const WebSubFeeds* feeds,
                                   Micros now) const {
  return outcome.job.asked ? settle_asked(db, outcome, feeds, now) : settle_feed(db, outcome, now);
}

// Whatever is not the challenge leaves everything as it was (section 5.3.1). One that gives no
// answer, or a passing one, is asked again: it may still be at work on its own request.
Result<void> WebSubCourier::settle_asked(Db& db, const Outcome& outcome, const WebSubFeeds* feeds,
                                         Micros now) const {
  const WebSubAsked& asked = *outcome.job.asked;
  if (outcome.broken_off) return websub_rows::put_off(db, asked, asked.attempts, now);
  const std::int64_t attempts = asked.attempts + 1;
  const bool passing = outcome.status == 0 || outcome.status >= 500 || outcome.status == 429;
  if (passing && attempts < limits::websub_questions)
    return websub_rows::put_off(
        db, asked, attempts,
        std::max(now + retry_after(attempts, options_.chance()), outcome.come_back));
  TRY(const bool ours, websub_rows::done(db, asked));
  if (!ours || !said_yes(asked.mode, outcome.status, outcome.body, outcome.job.challenge))
    return {};
  if (asked.mode == WebSubMode::unsubscribe) return websub_rows::unsubscribe(db, asked.id);
  const WebSubFeed* feed = feeds == nullptr ? outcome.job.feed : feeds->find(asked.topic);
  if (asked.mode == WebSubMode::denied || feed == nullptr) return {};
  const std::int64_t version = feeds == nullptr ? outcome.job.feeds->version : feeds->version;
  WebSubSubscription one;
  one.id = asked.id;
  one.callback = asked.callback;
  one.host = asked.host;
  one.topic = asked.topic;
  one.secret = asked.secret;
  one.expires = now + asked.lease_seconds * second;
  one.told = feed->digest;
  one.version = version;
  return websub_rows::subscribe(db, one);
}

Result<void> WebSubCourier::settle_feed(Db& db, const Outcome& outcome, Micros now) const {
  WebSubSubscription one = outcome.job.subscription;
  const Micros lease = one.lease;
  if (outcome.broken_off) return websub_rows::settle(db, one, lease);
  if (outcome.status == 410) return websub_rows::unsubscribe(db, one.id);
  if (outcome.status >= 200 && outcome.status < 300) {
    one.told = outcome.job.feed->digest;
    one.version = outcome.job.feeds->version;
    one.attempts = one.since = one.not_before = 0;
    one.delivered = now;
    one.reason.clear();
    return websub_rows::settle(db, one, lease);
  }
  if (one.since == 0) one.since = now;
  if (now - one.since > limits::send_for) return websub_rows::unsubscribe(db, one.id);
  ++one.attempts;
  one.not_before = std::max(now + retry_after(one.attempts, options_.chance()), outcome.come_back);
  one.reason = outcome.words.substr(0, 200);
  return websub_rows::settle(db, one, lease);
}

// False where nothing is asked: it was taken out. What cannot be taken becomes a word that says so
// (section 5.2).
Result<bool> WebSubCourier::may_ask(Db& db, WebSubAsked& asked, const WebSubFeeds& feeds) const {
  TRY(const bool blocked, fedi_rows::is_blocked(db, asked.callback));
  if (blocked) {
    CHECK_OK(websub_rows::done(db, asked));
    return false;
  }
  if (asked.mode != WebSubMode::subscribe) return true;
  TRY(const auto counts, websub_rows::counts(db, asked.host, asked.id));
  const bool full =
      counts.all >= limits::websub_subscriptions || counts.host >= limits::websub_per_host;
  // The row stays what was asked for: there may be room, or the feed, at the next question.
  if (full || feeds.find(asked.topic) == nullptr) asked.mode = WebSubMode::denied;
  return true;
}

Result<std::vector<WebSubCourier::Job>> WebSubCourier::claim(
    Db& db, const std::shared_ptr<const WebSubFeeds>& feeds, Micros now) const {
  std::map<std::string, int> busy = busy_;
  const auto room = [&](const std::vector<Job>& jobs) {
    return limits::websub_open - std::min(limits::websub_open, jobs_.size() + jobs.size());
  };
  const Micros lease = now + options_.lease;
  std::vector<Job> out;
  TRY(auto questions, websub_rows::claim_asked(db, now, lease, room(out), busy));
  for (WebSubAsked& asked : questions) {
    TRY(const bool asks, may_ask(db, asked, *feeds));
    if (!asks) continue;
    ++busy[asked.host];
    const WebSubFeed* feed = feeds->find(asked.topic);
    out.push_back({.asked = std::move(asked),
                   .subscription = {},
                   .feeds = feeds,
                   .feed = feed,
                   .challenge = to_hex(random_bytes(32)),
                   .secret = {}});
  }
  for (const WebSubFeed& feed : feeds->feeds) {
    TRY(auto due, websub_rows::claim_due(db, feed, feeds->version, now, lease, room(out), busy));
    for (WebSubSubscription& one : due) {
      TRY(const bool blocked, fedi_rows::is_blocked(db, one.callback));
      if (blocked) {
        CHECK_OK(websub_rows::unsubscribe(db, one.id));
        continue;
      }
      ++busy[one.host];
      out.push_back({.asked = {},
                     .subscription = std::move(one),
                     .feeds = feeds,
                     .feed = &feed,
                     .challenge = {},
                     .secret = {}});
    }
  }
  return out;
}

void WebSubCourier::begin(std::vector<Job> jobs) {
  std::vector<FanoutPost> posts;
  for (Job& job : jobs) {
    const std::string& sealed = job.subscription.secret;
    if (!sealed.empty()) {
      auto opened = seals_.open(websub_rows::place_of(job.subscription.id), sealed);
      if (!opened) {
        // Without its signature it is worth nothing.
        Outcome failed{.job = std::move(job), .body = {}, .words = opened.error().what};
        unsettled_.push_back(std::move(failed));
        continue;
      }
      job.secret = std::move(*opened);
    }
    const std::uint64_t ticket = next_ticket_++;
    ++busy_[job.host()];
    auto url = parse_url(job.asked ? question(*job.asked, job.challenge) : job.callback());
    posts.push_back({ticket, url ? std::move(*url) : Url{}});
    auto kept = std::make_shared<const Job>(std::move(job));
    const std::lock_guard lock(mutex_);
    jobs_.emplace(ticket, std::move(kept));
  }
  fanout_->add(std::move(posts));
}

// Who subscribed to what the home has no longer is told so (section 5.2).
Result<void> WebSubCourier::keep_house(Db& db, const WebSubFeeds& feeds, Micros now) {
  CHECK_OK(websub_rows::prune(db, now));
  TRY(const auto topics, websub_rows::topics(db));
  for (const std::string& topic : topics) {
    if (feeds.find(topic) == nullptr) CHECK_OK(websub_rows::deny(db, topic, now));
  }
  return {};
}

// Without feeds it only settles.
Result<std::size_t> WebSubCourier::exchange(const std::shared_ptr<const WebSubFeeds>& feeds) {
  const auto steady = std::chrono::steady_clock::now();
  const bool claims =
      feeds && (jobs_.empty() || !unsettled_.empty() || steady - claimed_ > subscriber_claim_every);
  if (!claims && unsettled_.empty()) return 0;
  if (unsettled_.empty()) {
    // Most homes have no subscriber: nobody waits for the writer of their database.
    TRY(const bool empty, store_.read(websub_rows::is_empty));
    if (empty) return 0;
  }
  const Micros now = clock_.now();
  const bool due = claims && now > pruned_ + minute;
  TRY(std::vector<Job> jobs, store_.write([&](Db& db) -> Result<std::vector<Job>> {
    for (const Outcome& outcome : unsettled_) CHECK_OK(settle(db, outcome, feeds.get(), now));
    if (due) CHECK_OK(keep_house(db, *feeds, now));
    if (!claims) return std::vector<Job>{};
    return claim(db, feeds, now);
  }));
  if (due) pruned_ = now;
  if (claims) claimed_ = steady;
  const std::size_t moved = unsettled_.size() + jobs.size();
  unsettled_.clear();
  begin(std::move(jobs));
  return moved;
}

Result<std::size_t> WebSubCourier::run_once(const std::shared_ptr<const WebSubFeeds>& feeds) {
  const std::chrono::milliseconds wait(jobs_.empty() ? 0 : limits::settle_ms);
  take_in(fanout_->take(std::min(limits::settled_together, jobs_.size()), wait));
  TRY(const std::size_t moved, exchange(feeds));
  return moved + jobs_.size();
}

}  // namespace carillon
