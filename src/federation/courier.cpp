#include "federation/courier.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "base/log.hpp"
#include "federation/account.hpp"
#include "net/reply.hpp"

namespace carillon {

using fedi_rows::FediDelivery;
using fedi_rows::FediHost;
using fedi_rows::FediState;

namespace {

constexpr const char* gone = "gone";  // the reason of a delivery whose inbox said so once

double random_chance() {
  const std::string bytes = random_bytes(2);
  const auto number =
      static_cast<unsigned char>(bytes[0]) * 256U + static_cast<unsigned char>(bytes[1]);
  return number / 65536.0;
}

}  // namespace

Micros retry_after(std::int64_t failures, double chance) {
  constexpr std::array<Micros, 6> steps{minute,   5 * minute, 30 * minute,
                                        2 * hour, 6 * hour,   12 * hour};
  const auto at = static_cast<std::size_t>(std::max<std::int64_t>(failures, 1) - 1);
  const Micros step = at < steps.size() ? steps[at] : day;
  return step + static_cast<Micros>(static_cast<double>(step) * chance / 2);
}

SendVerdict verdict_of(int status) {
  if (status >= 200 && status < 300) return SendVerdict::taken;
  if (status == 410) return SendVerdict::gone;
  if (status == 401 || status == 403) return SendVerdict::unsigned_;
  // What an inbox says of one activity holds for it tomorrow too.
  const bool passing = status == 404 || status == 408 || status == 425 || status == 429;
  if ((status >= 400 && status < 500 && !passing) || status == 501) return SendVerdict::refused;
  return SendVerdict::later;
}

Courier::Courier(Store& store, const Clock& clock, std::unique_ptr<HttpClient> http, Signer signer,
                 Trust trust, CourierOptions options)
    : store_(store),
      clock_(clock),
      http_(std::move(http)),
      signer_(std::move(signer)),
      trust_(trust),
      options_(std::move(options)) {
  if (!options_.chance) options_.chance = random_chance;
  for (std::size_t i = 0; i < options_.senders; ++i) threads_.emplace_back([this] { work(); });
}

Courier::~Courier() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (Job& job : queued_) {
      Outcome left{.job = std::move(job), .broken_off = true, .words = {}};
      done_.push_back(std::move(left));
    }
    queued_.clear();
  }
  more_.notify_all();
  http_->stop();
  for (std::thread& thread : threads_) thread.join();
  if (const auto done = settle(take_finished()); !done)
    log(Level::warning, done.error().what, {{"hint", "What was under way is sent again."}});
}

void Courier::work() {
  while (true) {
    std::unique_lock lock(mutex_);
    more_.wait(lock, [&] { return stopping_ || !queued_.empty(); });
    if (stopping_) return;
    Job job = std::move(queued_.front());
    queued_.pop_front();
    lock.unlock();
    Outcome outcome = send(std::move(job));
    lock.lock();
    outcome.broken_off = outcome.status == 0 && stopping_;
    done_.push_back(std::move(outcome));
    finished_.notify_one();
  }
}

HttpResult Courier::attempt(const Job& job, SignatureScheme scheme) {
  HttpRequest post{.method = "POST", .url = job.delivery.inbox, .body = *job.body, .trust = trust_};
  post.headers = {{"Content-Type", std::string(activity_type)},
                  {"Accept", std::string(activity_type)}};
  post.limits = {.reply_bytes = limits::send_reply_bytes,
                 .connect_ms = limits::send_connect_ms,
                 .total_ms = limits::send_total_ms,
                 .redirects = 0,
                 .cut = true};
  if (const auto done = sign_request(post, scheme, signer_, clock_.now()); !done)
    return tl::unexpected(HttpFailure{false, done.error()});
  return http_->send(post);
}

// The scheme that worked last goes first; where the signature is not liked, the other one.
Courier::Outcome Courier::send(Job job) {
  Outcome out{.job = std::move(job), .words = {}};
  out.scheme = out.job.host.scheme;
  HttpResult reply = attempt(out.job, out.scheme);
  if (reply && verdict_of(reply->status) == SendVerdict::unsigned_) {
    const auto other =
        out.scheme == SignatureScheme::cavage ? SignatureScheme::rfc9421 : SignatureScheme::cavage;
    HttpResult again = attempt(out.job, other);
    if (again && again->ok()) {
      reply = std::move(again);
      out.scheme = other;
    }
  }
  if (!reply) {
    out.words = reply.error().error.what;
    return out;
  }
  out.status = reply->status;
  out.come_back = retry_time(*reply, clock_.now());
  if (!reply->ok()) out.words = fmt::format("{} {}", reply->status, words_of(*reply));
  return out;
}

std::vector<Courier::Outcome> Courier::take_finished() {
  const std::lock_guard lock(mutex_);
  std::vector<Outcome> out = std::move(done_);
  done_.clear();
  for (const Outcome& one : out) {
    const auto host = busy_.find(one.job.delivery.host);
    if (host != busy_.end() && --host->second <= 0) busy_.erase(host);
  }
  ours_ -= out.size();
  return out;
}

Result<void> Courier::settle(const std::vector<Outcome>& finished) {
  if (finished.empty()) return {};
  const Micros now = clock_.now();
  return store_.write([&](Db& db) -> Result<void> {
    for (const Outcome& outcome : finished) CHECK_OK(settle(db, outcome, now));
    return {};
  });
}

Result<void> Courier::settle(Db& db, const Outcome& outcome, Micros now) {
  FediDelivery delivery = outcome.job.delivery;
  delivery.updated = now;
  const Micros lease = delivery.lease;
  if (outcome.broken_off) return fedi_rows::settle(db, delivery, lease);
  const SendVerdict verdict = outcome.status == 0 ? SendVerdict::later : verdict_of(outcome.status);
  ++delivery.attempts;
  if (verdict == SendVerdict::taken || verdict == SendVerdict::refused) {
    FediHost host;
    host.host = delivery.host;
    host.scheme = outcome.scheme;
    const FediHost& before = outcome.job.host;
    if (before.failures > 0 || before.scheme != host.scheme) {
      CHECK_OK(fedi_rows::revive(db, delivery.host, now));
      CHECK_OK(fedi_rows::save(db, host));
    }
    const bool taken = verdict == SendVerdict::taken;
    delivery.state = taken ? FediState::delivered : FediState::given_up;
    delivery.reason = outcome.words.substr(0, 200);
    return fedi_rows::settle(db, delivery, lease);
  }
  if (verdict == SendVerdict::gone) {
    // Once may be a mistake of its admin.
    const bool again = delivery.reason == gone;
    delivery.reason = gone;
    delivery.state = again ? FediState::given_up : FediState::waiting;
    delivery.not_before = now + day;
    if (again) CHECK_OK(fedi_rows::remove_target(db, delivery.inbox));
    return fedi_rows::settle(db, delivery, lease);
  }
  return put_off(db, outcome, now);
}

Result<void> Courier::put_off(Db& db, const Outcome& outcome, Micros now) {
  FediDelivery delivery = outcome.job.delivery;
  const Micros lease = delivery.lease;
  TRY(FediHost host, fedi_rows::host(db, delivery.host));
  ++delivery.attempts;
  delivery.updated = now;
  delivery.reason = outcome.words.substr(0, 200);
  const double chance = options_.chance();
  delivery.not_before = std::max(now + retry_after(delivery.attempts, chance), outcome.come_back);
  if (now - delivery.made > limits::send_for) delivery.state = FediState::given_up;
  // An inbox that is not found says nothing of its host.
  if (outcome.status != 404) {
    ++host.failures;
    if (host.since == 0) host.since = now;
    host.not_before = std::max(now + retry_after(host.failures, chance), outcome.come_back);
    host.dead = now - host.since > limits::send_for;
    CHECK_OK(fedi_rows::save(db, host));
    CHECK_OK(fedi_rows::hold_back(db, host.host, host.not_before));
    delivery.not_before = std::max(delivery.not_before, host.not_before);
  }
  return fedi_rows::settle(db, delivery, lease);
}

Result<std::size_t> Courier::claim() {
  std::map<std::string, int> busy;
  std::size_t room = 0;
  {
    const std::lock_guard lock(mutex_);
    busy = busy_;
    room = limits::sends_queued - std::min(limits::sends_queued, ours_);
  }
  // Few at a time would be many commits.
  if (room < limits::sends_queued / 4) return 0;
  const Micros now = clock_.now();
  TRY(auto jobs, store_.write([&](Db& db) -> Result<std::vector<Job>> {
    TRY(auto taken, fedi_rows::claim(db, now, now + options_.lease, room, busy));
    std::vector<Job> out;
    std::map<std::string, std::shared_ptr<const std::string>> bodies;
    for (FediDelivery& delivery : taken) {
      auto& body = bodies[delivery.activity];
      if (!body) {
        TRY(std::string text, fedi_rows::body_of(db, delivery.activity));
        body = std::make_shared<const std::string>(std::move(text));
      }
      TRY(FediHost host, fedi_rows::host(db, delivery.host));
      out.push_back({std::move(delivery), std::move(host), body});
    }
    return out;
  }));
  const std::size_t count = jobs.size();
  {
    const std::lock_guard lock(mutex_);
    for (Job& job : jobs) {
      ++busy_[job.delivery.host];
      ++ours_;
      queued_.push_back(std::move(job));
    }
  }
  more_.notify_all();
  return count;
}

Result<std::size_t> Courier::run_once() {
  const std::vector<Outcome> finished = take_finished();
  CHECK_OK(settle(finished));
  TRY(const std::size_t claimed, claim());
  if (!finished.empty() || claimed > 0) return finished.size() + claimed;
  std::unique_lock lock(mutex_);
  if (ours_ == 0) return 0;
  finished_.wait_for(lock, std::chrono::milliseconds(100), [&] { return !done_.empty(); });
  return 1;
}

}  // namespace carillon
