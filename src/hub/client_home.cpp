#include "hub/client_home.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "federation/answered.hpp"
#include "federation/rows.hpp"

namespace carillon {

namespace {

constexpr std::int64_t replies_shown = 200;  // of one post
constexpr int thread_depth = 20;             // answers to replies to answers
const std::vector<HeardKind> only_replies{HeardKind::reply};
const std::vector<HeardKind> all_kinds{HeardKind::follow, HeardKind::like, HeardKind::boost,
                                       HeardKind::reply};

// What of it is on the page, the newest first.
void cut(ClientItems& items, const ClientPage& page) {
  std::sort(items.begin(), items.end(),
            [](const ClientItem& a, const ClientItem& b) { return a.number > b.number; });
  if (items.size() <= page.count) return;
  const auto count = static_cast<std::ptrdiff_t>(page.count);
  if (page.min > 0)
    items.erase(items.begin(), items.end() - count);
  else
    items.erase(items.begin() + count, items.end());
}

HeardAsked asked_of(const ClientPage& page, const std::vector<HeardKind>& kinds) {
  return {kinds, std::max(page.since, page.min), page.max, page.min > 0, page.count};
}

bool has_tag(const FediPost& post, const std::string& tag) {
  return std::any_of(post.tags.begin(), post.tags.end(), [&](const FediLink& one) {
    return lower_ascii(one.name) == lower_ascii(tag);
  });
}

}  // namespace

Result<ClientNumbers> ClientHome::numbers() const {
  TRY(const std::int64_t followers, hub_.store().read(fedi_rows::followers));
  return numbers_of(site_, followers);
}

Result<json::object> ClientHome::account() const {
  TRY(const ClientNumbers all, numbers());
  return account_shape(site_.account(), all);
}

Result<json::object> ClientHome::own_account(const ClientCaller& caller) const {
  TRY(const ClientNumbers all, numbers());
  return own_account_shape(site_.account(), all, caller);
}

Result<json::object> ClientHome::instance(bool first_version) const {
  TRY(const ClientNumbers all, numbers());
  return first_version ? instance_v1_shape(site_.account(), all)
                       : instance_shape(site_.account(), all);
}

Result<std::optional<json::object>> ClientHome::account_of(const std::string& id) const {
  if (id == home_account) {
    TRY(auto own, account());
    return own;
  }
  const std::string actor = actor_of_id(id);
  if (!team_ || actor.empty()) return std::nullopt;
  TRY(const auto known, hub_.store().read([&](Db& db) { return fedi_rows::actor(db, actor); }));
  if (!known) return std::nullopt;
  return stranger_shape(site_.account(), known->id, known->name, known->host);
}

Result<std::optional<json::object>> ClientHome::named(const std::string& name) const {
  const FediAccount& own = site_.account();
  const std::string_view bare = std::string_view(name).substr(name.starts_with("@") ? 1 : 0);
  const std::string word = lower_ascii(bare);
  const bool is_home = word == lower_ascii(own.handle) || word == lower_ascii(own.address()) ||
                       name == own.id() || name == own.home + "/";
  if (!is_home) return account_of(account_id(name));
  TRY(auto out, account());
  return out;
}

const FediPost* ClientHome::post_at(const std::string& url) const {
  const auto& all = site_.posts();
  const auto one =
      std::find_if(all.begin(), all.end(), [&](const FediPost& post) { return post.url == url; });
  return one == all.end() ? nullptr : &*one;
}

const FediPost* ClientHome::post_of(std::uint64_t number) const {
  const std::string id = id_of(number);
  const auto& all = site_.posts();
  const auto one = std::find_if(all.begin(), all.end(),
                                [&](const FediPost& post) { return post.announcement == id; });
  return one == all.end() ? nullptr : &*one;
}

Result<json::object> ClientHome::shape_of(const FediPost& post, const json::object& account) const {
  TRY(const FediCounts counts,
      hub_.store().read([&](Db& db) { return fedi_rows::counts(db, post.url); }));
  TRY(const FediTally tally, site_.tally_of(post));
  json::object out = status_shape(site_.account(), post, counts, account, tally);
  CHECK_OK(add_answered(post.answers.reply, out));
  return out;
}

Result<void> ClientHome::add_answered(const std::string& reply, json::object& status) const {
  if (reply.empty()) return {};
  TRY(const auto row, hub_.store().read([&](Db& db) { return fedi_rows::answered(db, reply); }));
  if (!row) return {};
  TRY(const auto known, hub_.store().read([&](Db& db) { return fedi_rows::reply_at(db, reply); }));
  const std::size_t at = row->name.rfind('@');
  const json::object who = stranger_shape(site_.account(), row->actor, row->name.substr(1, at - 1),
                                          row->name.substr(at + 1));
  json::object mention;
  for (const char* member : {"id", "username", "acct", "url"}) mention[member] = who.at(member);
  status["mentions"] = json::array{std::move(mention)};
  status["in_reply_to_account_id"] = who.at("id");
  if (team_ && known) status["in_reply_to_id"] = json::string(std::to_string(known->number()));
  return {};
}

Result<ClientItems> ClientHome::posts(const ClientPage& page, bool replies, bool only_media,
                                      const std::string& tag) const {
  TRY(const json::object own, account());
  std::vector<std::pair<std::uint64_t, const FediPost*>> some;
  for (const FediPost& post : site_.posts()) {
    const std::uint64_t number = number_of(post.announcement);
    if (number <= std::max(page.since, page.min) || number >= page.max) continue;
    if (only_media && post.pictures.empty()) continue;
    if (!replies && !post.answers.reply.empty()) continue;
    if (!tag.empty() && !has_tag(post, tag)) continue;
    some.emplace_back(number, &post);
  }
  // Made into shapes only where they may be on the page.
  std::sort(some.begin(), some.end(), [&](const auto& a, const auto& b) {
    return page.min > 0 ? a.first < b.first : a.first > b.first;
  });
  if (some.size() > page.count) some.resize(page.count);
  ClientItems out;
  for (const auto& [number, post] : some) {
    TRY(auto shape, shape_of(*post, own));
    out.push_back({number, std::move(shape)});
  }
  if (replies && team_) {
    TRY(const auto heard, hub_.store().read([&](Db& db) {
      return fedi_rows::heard(db, asked_of(page, only_replies));
    }));
    for (const FediHeard& one : heard)
      out.push_back({one.number(), reply_shape(site_.account(), one, post_at(one.post))});
  }
  cut(out, page);
  return out;
}

Result<std::optional<json::object>> ClientHome::status(std::uint64_t number) const {
  if (const FediPost* post = post_of(number); post != nullptr) {
    TRY(const json::object own, account());
    TRY(auto shape, shape_of(*post, own));
    return shape;
  }
  if (!team_) return std::nullopt;
  TRY(const auto reply,
      hub_.store().read([&](Db& db) { return fedi_rows::heard_one(db, only_replies, number); }));
  if (!reply) return std::nullopt;
  return reply_shape(site_.account(), *reply, post_at(reply->post));
}

// What was replied to the post and what the home answered, and so on; strangers' words for the
// team.
Result<void> ClientHome::add_below(const std::string& url, int depth, ClientItems& out) const {
  if (depth == 0) return {};
  TRY(const auto replies,
      hub_.store().read([&](Db& db) { return fedi_rows::replies_to(db, url, replies_shown); }));
  for (const FediHeard& reply : replies) {
    if (team_) out.push_back({reply.number(), reply_shape(site_.account(), reply, post_at(url))});
    CHECK_OK(add_answers(reply.uri, depth, out));
  }
  return {};
}

Result<void> ClientHome::add_answers(const std::string& reply, int depth, ClientItems& out) const {
  for (const FediPost& post : site_.posts()) {
    if (post.answers.reply != reply) continue;
    TRY(const json::object own, account());
    TRY(auto shape, shape_of(post, own));
    out.push_back({number_of(post.announcement), std::move(shape)});
    CHECK_OK(add_below(post.url, depth - 1, out));
  }
  return {};
}

// What the post answers, and what that was a reply to, and so on; the nearest first.
Result<void> ClientHome::add_above(const FediPost& post, int depth, ClientItems& out) const {
  if (depth == 0 || post.answers.reply.empty()) return {};
  TRY(const auto reply,
      hub_.store().read([&](Db& db) { return fedi_rows::reply_at(db, post.answers.reply); }));
  if (!reply) return {};
  if (team_)
    out.push_back({reply->number(), reply_shape(site_.account(), *reply, post_at(reply->post))});
  const FediPost* before = post_at(reply->post);
  if (before == nullptr) return {};
  TRY(const json::object own, account());
  TRY(auto shape, shape_of(*before, own));
  out.push_back({number_of(before->announcement), std::move(shape)});
  return add_above(*before, depth - 1, out);
}

Result<std::optional<json::object>> ClientHome::context(std::uint64_t number) const {
  ClientItems before;
  ClientItems behind;
  if (const FediPost* post = post_of(number); post != nullptr) {
    CHECK_OK(add_above(*post, thread_depth, before));
    CHECK_OK(add_below(post->url, thread_depth, behind));
  } else {
    if (!team_) return std::nullopt;
    TRY(const auto reply,
        hub_.store().read([&](Db& db) { return fedi_rows::heard_one(db, only_replies, number); }));
    if (!reply) return std::nullopt;
    if (const FediPost* above = post_at(reply->post); above != nullptr) {
      TRY(const json::object own, account());
      TRY(auto shape, shape_of(*above, own));
      before.push_back({number_of(above->announcement), std::move(shape)});
      CHECK_OK(add_above(*above, thread_depth, before));
    }
    CHECK_OK(add_answers(reply->uri, thread_depth, behind));
  }
  json::array ancestors;
  for (auto one = before.rbegin(); one != before.rend(); ++one)
    ancestors.push_back(std::move(one->shape));
  json::array descendants;
  for (ClientItem& one : behind) descendants.push_back(std::move(one.shape));
  return json::object{{"ancestors", std::move(ancestors)}, {"descendants", std::move(descendants)}};
}

Result<json::object> ClientHome::shape_of(const FediHeard& heard,
                                          const json::object& account) const {
  const FediPost* post = post_at(heard.post);
  if (heard.kind == HeardKind::reply)
    return notification_shape(site_.account(), heard, reply_shape(site_.account(), heard, post));
  if (post == nullptr) return notification_shape(site_.account(), heard, nullptr);  // a follow
  TRY(auto shape, shape_of(*post, account));
  return notification_shape(site_.account(), heard, std::move(shape));
}

Result<ClientItems> ClientHome::notifications(const ClientPage& page,
                                              const std::vector<HeardKind>& kinds) const {
  if (!team_) return ClientItems{};
  TRY(const auto heard,
      hub_.store().read([&](Db& db) { return fedi_rows::heard(db, asked_of(page, kinds)); }));
  TRY(const json::object own, account());
  ClientItems out;
  for (const FediHeard& one : heard) {
    // Of a post that is gone since there is nothing to show.
    const bool whole = one.kind == HeardKind::follow || one.kind == HeardKind::reply;
    if (!whole && post_at(one.post) == nullptr) continue;
    TRY(auto shape, shape_of(one, own));
    out.push_back({one.number(), std::move(shape)});
  }
  cut(out, page);
  return out;
}

Result<std::optional<json::object>> ClientHome::notification(std::uint64_t number) const {
  if (!team_) return std::nullopt;
  TRY(const auto heard,
      hub_.store().read([&](Db& db) { return fedi_rows::heard_one(db, all_kinds, number); }));
  if (!heard) return std::nullopt;
  TRY(const json::object own, account());
  TRY(auto shape, shape_of(*heard, own));
  return shape;
}

Result<json::object> ClientHome::relationship(const std::string& id) const {
  const std::string actor = actor_of_id(id);
  bool follows = false;
  if (team_ && !actor.empty()) {
    TRY(follows, hub_.store().read([&](Db& db) { return fedi_rows::follows(db, actor); }));
  }
  json::object out{{"id", json::string(id)}, {"followed_by", follows}, {"note", ""}};
  for (const char* none :
       {"following", "showing_reblogs", "notifying", "blocking", "blocked_by", "muting",
        "muting_notifications", "requested", "requested_by", "domain_blocking", "endorsed"})
    out[none] = false;
  out["languages"] = nullptr;
  return out;
}

}  // namespace carillon
