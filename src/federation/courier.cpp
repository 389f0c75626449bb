#include "federation/courier.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "base/log.hpp"
#include "federation/account.hpp"
#include "net/reply.hpp"
#include "net/url.hpp"

namespace carillon {

using fedi_rows::FediDelivery;
using fedi_rows::FediHost;
using fedi_rows::FediState;

namespace {

constexpr const char* gone = "gone";  // the reason of a delivery whose inbox said so once

constexpr auto claim_every = std::chrono::milliseconds(250);
constexpr auto slice_age = std::chrono::seconds(5);  // then what is still under way becomes rows

}  // namespace

double random_chance() {
  const std::string bytes = random_bytes(2);
  const auto number =
      static_cast<unsigned char>(bytes[0]) * 256U + static_cast<unsigned char>(bytes[1]);
  return number / 65536.0;
}

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

Courier::Courier(Store& store, const Clock& clock, Signer signer, CourierOptions options)
    : store_(store), clock_(clock), signer_(std::move(signer)), options_(std::move(options)) {
  if (!options_.chance) options_.chance = random_chance;
}

Result<std::unique_ptr<Courier>> Courier::start(Store& store, const Clock& clock, Signer signer,
                                                CourierOptions options) {
  options.fanout.open = limits::sends_open;
  options.fanout.per_host = limits::sends_per_host;
  options.fanout.connect_ms = limits::send_connect_ms;
  options.fanout.total_ms = std::min(options.fanout.total_ms, limits::send_total_ms);
  options.fanout.reply_bytes = limits::send_reply_bytes;
  std::unique_ptr<Courier> out(new Courier(store, clock, std::move(signer), std::move(options)));
  TRY(out->fanout_,
      Fanout::start(out->options_.fanout, [courier = out.get()](std::uint64_t ticket) {
        return courier->request_of(ticket);
      }));
  return out;
}

Courier::~Courier() {
  if (!fanout_) return;
  stopping_ = true;
  fanout_->stop();
  take_in(fanout_->take(0, {}));
  if (const auto done = exchange(); !done)
    log(Level::warning, done.error().what, {{"hint", "What was under way is sent again."}});
}

Result<HttpRequest> Courier::request_of(std::uint64_t ticket) const {
  const auto job = [&] {
    const std::lock_guard lock(mutex_);
    const auto at = jobs_.find(ticket);
    return at == jobs_.end() ? nullptr : at->second;
  }();
  if (!job) return fail(Fault::internal, "a delivery was forgotten while it was under way");
  HttpRequest out{.method = "POST", .url = job->delivery.inbox, .body = *job->body};
  out.headers = {{"Content-Type", std::string(activity_type)},
                 {"Accept", std::string(activity_type)}};
  CHECK_OK(sign_request(out, job->scheme, signer_, clock_.now()));
  return out;
}

// The ticket of the job that is under way now.
std::uint64_t Courier::send(Job job, std::vector<FanoutPost>& posts) {
  const std::uint64_t ticket = next_ticket_++;
  ++busy_[job.delivery.host];
  auto url = parse_url(job.delivery.inbox);
  // An address that is none leads nowhere, as one that does not resolve.
  posts.push_back({ticket, url ? std::move(*url) : Url{}});
  auto kept = std::make_shared<const Job>(std::move(job));
  const std::lock_guard lock(mutex_);
  jobs_.emplace(ticket, std::move(kept));
  return ticket;
}

// Settles nothing yet: that is done in one transaction, and again where that one failed.
void Courier::take_in(std::vector<FanoutOutcome> finished) {
  for (FanoutOutcome& one : finished) {
    auto outcome = outcome_of(std::move(one));
    if (!outcome) continue;
    count(*outcome);
    unsettled_.push_back(std::move(*outcome));
  }
}

// Nothing where it is tried again with the other signature: the scheme that worked last goes first.
// Some servers answer 202 to RFC 9421 and drop it. So one that refused the draft, for whatever
// reason it had that moment, gets it once more; a repeat is none to who took the first.
std::optional<Courier::Outcome> Courier::outcome_of(FanoutOutcome finished) {
  std::shared_ptr<const Job> job;
  {
    const std::lock_guard lock(mutex_);
    const auto at = jobs_.find(finished.ticket);
    if (at == jobs_.end()) return std::nullopt;
    job = std::move(at->second);
    jobs_.erase(at);
  }
  const auto host = busy_.find(job->delivery.host);
  if (host != busy_.end() && --host->second <= 0) busy_.erase(host);
  const auto slice = slices_.find(job->slice);
  if (slice != slices_.end()) slice->second.left.erase(finished.ticket);
  Outcome out{.job = *job, .words = {}};
  out.broken_off = finished.broken_off;
  if (!finished.result) {
    out.words = finished.result.error().error.what;
    return out;
  }
  const HttpReply& reply = *finished.result;
  out.status = reply.status;
  out.come_back = retry_time(reply, clock_.now());
  if (!reply.ok()) out.words = fmt::format("{} {}", reply.status, words_of(reply));
  const bool refused = verdict_of(reply.status) == SendVerdict::unsigned_;
  if (job->knock == Knock::proof) {
    // It takes the draft after all, or really only the other one.
    if (!reply.ok()) out.job.scheme = SignatureScheme::rfc9421;
    out.status = 202;
    out.words.clear();
    return out;
  }
  const bool newer = job->knock == Knock::other && job->scheme == SignatureScheme::rfc9421;
  if (!stopping_ && ((refused && job->knock == Knock::usual) || (reply.ok() && newer))) {
    Job other = *job;
    other.knock = newer ? Knock::proof : Knock::other;
    other.scheme =
        job->scheme == SignatureScheme::cavage ? SignatureScheme::rfc9421 : SignatureScheme::cavage;
    std::vector<FanoutPost> posts;
    const std::uint64_t ticket = send(std::move(other), posts);
    if (slice != slices_.end()) slice->second.left.insert(ticket);
    fanout_->add(std::move(posts));
    return std::nullopt;
  }
  // Neither signature is liked.
  if (job->knock == Knock::other && !reply.ok()) {
    out.status = 401;
    out.job.scheme = job->host.scheme;
  }
  return out;
}

// What has no row counts in its slice, unless it becomes one.
void Courier::count(const Outcome& outcome) {
  const auto slice = slices_.find(outcome.job.slice);
  if (slice == slices_.end() || outcome.status == 0) return;
  const SendVerdict verdict = verdict_of(outcome.status);
  if (verdict == SendVerdict::taken) ++slice->second.delivered;
  if (verdict == SendVerdict::refused) ++slice->second.given_up;
}

Result<void> Courier::settle(Db& db, const Outcome& outcome, Micros now) const {
  FediDelivery delivery = outcome.job.delivery;
  delivery.updated = now;
  const Micros lease = delivery.lease;
  delivery.lease = 0;
  const bool is_row = outcome.job.slice == 0;
  const auto write = [&] {
    return is_row ? fedi_rows::settle(db, delivery, lease) : fedi_rows::add_row(db, delivery);
  };
  if (outcome.broken_off) return write();
  const SendVerdict verdict = outcome.status == 0 ? SendVerdict::later : verdict_of(outcome.status);
  ++delivery.attempts;
  if (verdict == SendVerdict::taken || verdict == SendVerdict::refused) {
    FediHost host;
    host.host = delivery.host;
    host.scheme = outcome.job.scheme;
    const FediHost& before = outcome.job.host;
    if (before.failures > 0 || before.scheme != host.scheme) {
      CHECK_OK(fedi_rows::revive(db, delivery.host, now));
      CHECK_OK(fedi_rows::save(db, host));
    }
    if (!is_row) return {};
    delivery.state = verdict == SendVerdict::taken ? FediState::delivered : FediState::given_up;
    delivery.reason = outcome.words.substr(0, 200);
    return write();
  }
  if (verdict == SendVerdict::gone) {
    // Once may be a mistake of its admin.
    const bool again = delivery.reason == gone;
    delivery.reason = gone;
    delivery.state = again ? FediState::given_up : FediState::waiting;
    delivery.not_before = now + day;
    if (again) CHECK_OK(fedi_rows::remove_target(db, delivery.inbox));
    return write();
  }
  TRY(delivery, put_off(db, outcome, now));
  return write();
}

// When it is tried again, and with it whatever else waits for that host.
Result<FediDelivery> Courier::put_off(Db& db, const Outcome& outcome, Micros now) const {
  FediDelivery delivery = outcome.job.delivery;
  TRY(FediHost host, fedi_rows::host(db, delivery.host));
  ++delivery.attempts;
  delivery.lease = 0;
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
  return delivery;
}

// The first slices that are through, or nearly: the few that are late become rows, so that what
// came behind them is settled too.
std::size_t Courier::slices_to_close() const {
  const auto now = Steady::now();
  std::size_t out = 0;
  for (const auto& [number, slice] : slices_) {
    if (slice.left.size() * 4 > slice.size && now - slice.read < slice_age) break;
    ++out;
  }
  return out;
}

Result<void> Courier::close_slices(Db& db, std::size_t closing, Micros now, Round& round) const {
  if (!spreading_) return {};
  std::int64_t delivered = 0;
  std::int64_t given_up = 0;
  auto at = slices_.begin();
  for (std::size_t i = 0; i < closing; ++i, ++at) {
    delivered += at->second.delivered;
    given_up += at->second.given_up;
    for (const std::uint64_t ticket : at->second.left) {
      FediDelivery delivery = jobs_.at(ticket)->delivery;
      delivery.lease = now + options_.lease;
      CHECK_OK(fedi_rows::add_row(db, delivery));
    }
  }
  const std::string& id = spreading_->activity.id;
  if (closing > 0)
    CHECK_OK(fedi_rows::advance(db, id, std::prev(at)->second.last, delivered, given_up,
                                now + options_.lease));
  if (stopping_) return fedi_rows::leave_spread(db, id);
  if (!spreading_->read_all || at != slices_.end()) return {};
  round.spreading = std::nullopt;
  return fedi_rows::end_spread(db, id);
}

Result<void> Courier::claim_rows(Db& db, std::size_t room, Micros now, Round& round) const {
  TRY(auto taken, fedi_rows::claim(db, now, now + options_.lease, room, busy_));
  std::map<std::string, std::shared_ptr<const std::string>> bodies;
  for (FediDelivery& delivery : taken) {
    auto& body = bodies[delivery.activity];
    if (!body) {
      TRY(std::string text, fedi_rows::body_of(db, delivery.activity));
      body = std::make_shared<const std::string>(std::move(text));
    }
    TRY(FediHost host, fedi_rows::host(db, delivery.host));
    const SignatureScheme scheme = host.scheme;
    round.rows.push_back({std::move(delivery), std::move(host), body, scheme});
  }
  return {};
}

Result<void> Courier::claim_slices(Db& db, std::size_t room, Micros now, Round& round) const {
  if (!round.spreading) {
    TRY(auto found, fedi_rows::claim_spread(db, now, now + options_.lease));
    if (!found) return {};
    auto body = std::make_shared<const std::string>(std::move(found->activity.body));
    round.spreading =
        Spreading{std::move(found->activity), std::move(body), std::move(found->reached)};
  }
  std::map<std::string, int> busy = busy_;
  for (const Job& job : round.rows) ++busy[job.delivery.host];
  for (std::size_t taken = 0; taken < room && !round.spreading->read_all;
       taken += limits::slice_inboxes)
    CHECK_OK(read_slice(db, now, busy, round));
  return {};
}

// Who cannot be reached at once gets a row, and does not keep the slice waiting.
Result<void> Courier::read_slice(Db& db, Micros now, std::map<std::string, int>& busy,
                                 Round& round) const {
  Spreading& spreading = *round.spreading;
  const auto& activity = spreading.activity;
  TRY(const auto targets,
      fedi_rows::targets_behind(db, activity, spreading.read_to, limits::slice_inboxes));
  spreading.read_all = targets.size() < limits::slice_inboxes;
  if (targets.empty()) return {};
  Slice slice;
  slice.last = spreading.read_to = targets.back().target;
  slice.read = Steady::now();
  std::vector<Job> jobs;
  for (const auto& [target, host, waits] : targets) {
    if (host.dead) continue;
    FediDelivery delivery;
    delivery.activity = activity.id;
    delivery.inbox = target;
    delivery.host = host.host;
    delivery.post = activity.post;
    delivery.made = activity.made;
    delivery.not_before = std::max(now, host.not_before);
    delivery.updated = now;
    int& under_way = busy[host.host];
    const int most = host.failures > 0 ? 1 : limits::sends_queued_per_host;
    if (waits || host.not_before > now || under_way >= most) {
      CHECK_OK(fedi_rows::add_row(db, delivery));
      continue;
    }
    ++under_way;
    jobs.push_back({std::move(delivery), host, spreading.body, host.scheme});
  }
  slice.size = jobs.size();
  round.slices.emplace_back(std::move(slice), std::move(jobs));
  ++round.moved;
  return {};
}

// What was claimed goes out; what was closed is forgotten, or a row.
void Courier::begin(Round round, std::size_t closed, Micros lease) {
  for (std::size_t i = 0; i < closed; ++i) {
    const auto first = slices_.begin();
    const std::lock_guard lock(mutex_);
    for (const std::uint64_t ticket : first->second.left) {
      auto& job = jobs_.at(ticket);
      Job row = *job;
      row.slice = 0;
      row.delivery.lease = lease;
      job = std::make_shared<const Job>(std::move(row));
    }
    slices_.erase(first);
  }
  spreading_ = std::move(round.spreading);
  std::vector<FanoutPost> posts;
  for (Job& job : round.rows) send(std::move(job), posts);
  for (auto& [slice, jobs] : round.slices) {
    const std::uint64_t number = next_slice_++;
    const auto at = slices_.emplace(number, std::move(slice)).first;
    for (Job& job : jobs) {
      job.slice = number;
      at->second.left.insert(send(std::move(job), posts));
    }
  }
  fanout_->add(std::move(posts));
}

Result<std::size_t> Courier::exchange() {
  const std::size_t closing = slices_to_close();
  const auto steady = Steady::now();
  const bool claims =
      !stopping_ && (jobs_.empty() || !unsettled_.empty() || steady - claimed_ > claim_every);
  if (unsettled_.empty() && closing == 0 && !claims && !(stopping_ && spreading_)) return 0;
  const std::size_t under_way = jobs_.size();
  const std::size_t room = limits::sends_open - std::min(limits::sends_open, under_way);
  const Micros now = clock_.now();
  TRY(Round round, store_.write([&](Db& db) -> Result<Round> {
    Round out{.rows = {}, .slices = {}, .spreading = spreading_};
    for (const Outcome& outcome : unsettled_) CHECK_OK(settle(db, outcome, now));
    CHECK_OK(close_slices(db, closing, now, out));
    if (!claims || room == 0) return out;
    CHECK_OK(claim_rows(db, room, now, out));
    if (room > out.rows.size()) CHECK_OK(claim_slices(db, room - out.rows.size(), now, out));
    return out;
  }));
  if (claims) claimed_ = steady;
  const std::size_t moved = unsettled_.size() + round.rows.size() + round.moved + closing;
  unsettled_.clear();
  begin(std::move(round), closing, now + options_.lease);
  return moved;
}

Result<std::size_t> Courier::run_once() {
  const std::chrono::milliseconds wait(jobs_.empty() ? 0 : limits::settle_ms);
  take_in(fanout_->take(std::min(limits::settled_together, jobs_.size()), wait));
  TRY(const std::size_t moved, exchange());
  return moved > 0 ? moved : jobs_.size() + (spreading_ ? 1U : 0U);
}

}  // namespace carillon
