#include "judge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "channel/exchange.hpp"

namespace carillon::soak {

namespace {

// One delivery against what stands in public on its channel.
struct Case {
  const Plot& plot;
  const Seen& seen;
  const Outlet& outlet;
  std::vector<std::vector<Held>> parts;  // of each part: what stands there
  Verdict& verdict;

  [[nodiscard]] const Delivery& delivery() const { return seen.delivery; }
  [[nodiscard]] bool is(const std::set<std::string>& set) const {
    return set.contains(seen.delivery.id);
  }
  [[nodiscard]] std::int64_t there() const {
    return std::count_if(parts.begin(), parts.end(),
                         [](const auto& part) { return !part.empty(); });
  }
  [[nodiscard]] bool has_event(const std::string& kind) const {
    return std::find(seen.events.begin(), seen.events.end(), kind) != seen.events.end();
  }
  void find(const std::string& what) const {
    verdict.findings.push_back(
        fmt::format("{} on {}: {} (state {}, {} of {} parts there, {} receipts; reason: {})",
                    seen.slug, outlet.channel.name, what, word_of(delivery().state), there(),
                    parts.size(), delivery().receipts.size(), delivery().reason));
  }
  void lose(const std::string& what) const {
    ++verdict.lost;
    find(what);
  }
};

bool names(const Case& one, std::size_t part, const Receipt& receipt) {
  const Held& held = one.parts[part].front();
  // A person's word is an address.
  if (one.is(one.plot.touched) && receipt.id.empty()) return receipt.url == held.url;
  if (!held.cid.empty() && text_at(json::value(receipt.extra), "cid") != held.cid) return false;
  return receipt.id == held.id &&
         (held.url.empty() || receipt.url == held.url || receipt.url.empty());
}

void check_receipts(const Case& one) {
  const auto& receipts = one.delivery().receipts;
  for (std::size_t i = 0; i < receipts.size() && i < one.parts.size(); ++i) {
    if (one.parts[i].empty()) {
      one.lose(fmt::format("a receipt for part {}, which is not there", i));
    } else if (!names(one, i, receipts[i])) {
      one.lose(fmt::format("the receipt of part {} names {} {}, there is {} {}", i, receipts[i].id,
                           receipts[i].url, one.parts[i].front().id, one.parts[i].front().url));
    }
  }
}

void check_thread(const Case& one) {
  if (one.outlet.channel.platform != "mastodon" && one.outlet.channel.platform != "bluesky") return;
  for (std::size_t i = 0; i < one.parts.size(); ++i) {
    if (one.parts[i].empty()) continue;
    const bool first = i == 0;
    const std::string& parent = one.parts[i].front().parent;
    const bool right =
        first ? parent.empty() : !one.parts[i - 1].empty() && parent == one.parts[i - 1].front().id;
    if (!right) one.lose(fmt::format("part {} answers \"{}\"", i, parent));
  }
}

// A claim that nothing more is there than the receipts say.
void check_no_more(const Case& one) {
  if (one.is(one.plot.abandoned)) return;
  if (one.there() != static_cast<std::int64_t>(one.delivery().receipts.size()))
    one.lose("what is there is not what the receipts say");
}

// Is there a good reason why nobody can know?
bool is_unprovable(const Case& one) {
  if (!one.is(one.plot.doubted)) return false;
  if (!one.outlet.can_tell) return true;
  // A repetition that was refused proves nothing about the first attempt, and only a repetition
  // would tell.
  return one.outlet.channel.platform == "webhook";
}

void check_unconfirmed(const Case& one) {
  const Delivery& delivery = one.delivery();
  if (delivery.not_before != INT64_MAX) return one.lose("it goes on looking for ever");
  if (delivery.reason.empty() || delivery.hint.empty())
    return one.lose("a person is not told why, or what to do");
  if (!one.has_event("delivery.needs_person")) return one.lose("no event says that it waits");
  if (!is_unprovable(one)) return one.lose("left to a person though it can be known");
  one.verdict.unresolved.push_back(
      fmt::format("{} on {}: {}", one.seen.slug, one.outlet.channel.name, delivery.reason));
}

void check_state(const Case& one) {
  const Delivery& delivery = one.delivery();
  switch (delivery.state) {
    case DeliveryState::published:
      if (delivery.receipts.size() != one.parts.size())
        one.lose("published without a receipt for each part");
      if (!one.has_event("delivery.published") && !one.has_event("delivery.resolved"))
        one.lose("no event says that it was published");
      return;
    case DeliveryState::refused:
      if (delivery.reason.empty()) one.lose("refused without a reason");
      if (!one.has_event("delivery.refused")) one.lose("no event says that it was refused");
      return check_no_more(one);
    case DeliveryState::missed:
      if (one.plot.setup.window > 100 * day) one.lose("missed within its window");
      if (!one.has_event("delivery.missed")) one.lose("no event says that it was missed");
      return check_no_more(one);
    case DeliveryState::cancelled:
      if (!one.has_event("delivery.cancelled")) one.lose("no event says that it was cancelled");
      return check_no_more(one);
    case DeliveryState::unconfirmed:
      return check_unconfirmed(one);
    default:
      return one.lose("it stays as it is for ever");
  }
}

// Never posted late unasked: the first part leaves within the window, or as soon as a worker that
// had claimed it within the window gets to it.
void check_time(const Case& one) {
  if (one.is(one.plot.touched) || one.parts.empty() || one.parts[0].empty()) return;
  const Micros latest = one.delivery().due + one.plot.setup.window + 3 * minute;
  if (one.parts[0].front().at > latest)
    one.lose(
        fmt::format("posted {} s after its window", (one.parts[0].front().at - latest) / second));
}

void judge_one(const Plot& plot, const Seen& seen, const std::vector<Held>& held,
               Verdict& verdict) {
  Case one{plot, seen, plot.outlet(seen.delivery.channel), {}, verdict};
  ++verdict.deliveries;
  ++verdict.ends[word_of(seen.delivery.state)];
  if (one.outlet.channel.platform == "home") {
    if (seen.delivery.state == DeliveryState::published &&
        seen.delivery.receipts.size() != static_cast<std::size_t>(seen.parts))
      one.lose("the home is published without a receipt for each part");
    if (!is_settled(seen.delivery.state)) one.lose("the home stays as it is");
    return;
  }
  for (std::int64_t part = 0; part < seen.parts; ++part) {
    auto& there = one.parts.emplace_back();
    for (const Held& item : held) {
      if (!item.foreign && item.text.find(mark(seen.slug, part)) != std::string::npos)
        there.push_back(item);
    }
    if (there.size() > 1) {
      verdict.duplicates += static_cast<std::int64_t>(there.size()) - 1;
      one.find(fmt::format("part {} stands there {} times", part, there.size()));
    }
  }
  check_receipts(one);
  check_thread(one);
  check_state(one);
  check_time(one);
}

// Home first: what carries its permalink must not be there before it.
void check_home(const Plot& plot, Gate& gate, const std::vector<Seen>& all, Verdict& verdict) {
  for (const Seen& home : all) {
    const Delivery& at_home = home.delivery;
    if (at_home.platform != "home" || at_home.state != DeliveryState::published ||
        plot.touched.contains(at_home.id))
      continue;
    for (const Outlet& outlet : plot.setup.outlets) {
      for (const Held& held : public_on(plot, gate, outlet.channel.name)) {
        if (held.foreign || held.at == 0 || held.at >= at_home.updated) continue;
        if (held.text.find(mark(home.slug, 0)) == std::string::npos) continue;
        ++verdict.lost;
        verdict.findings.push_back(
            fmt::format("{} on {}: there before the home", home.slug, outlet.channel.name));
      }
    }
  }
}

}  // namespace

const Outlet& Plot::outlet(const std::string& channel) const {
  for (const Outlet& one : setup.outlets) {
    if (one.channel.name == channel) return one;
  }
  std::abort();
}

const Told& Plot::announcement(const std::string& slug) const {
  for (const Told& one : told) {
    if (one.slug == slug) return one;
  }
  std::abort();
}

std::string mark(const std::string& slug, std::int64_t part) {
  return fmt::format("Part {} of {} ", part, slug);
}

std::vector<Held> public_on(const Plot& plot, Gate& gate, const std::string& channel) {
  const Outlet& outlet = plot.outlet(channel);
  if (outlet.fake >= 0) return gate.fake(outlet.fake).held();
  std::vector<Held> out;
  std::ifstream in(plot.setup.dir + "/echo.jsonl");
  for (std::string line; std::getline(in, line);) {
    const auto entry = parse_json(line);
    if (!entry) continue;
    Held held;
    held.text = text_at(*entry, "text");
    held.id = held.key = text_at(*entry, "key");
    out.push_back(std::move(held));
  }
  return out;
}

void judge(const Plot& plot, Gate& gate, const std::vector<Seen>& all, Verdict& verdict) {
  for (const Outlet& outlet : plot.setup.outlets) {
    const auto held = public_on(plot, gate, outlet.channel.name);
    for (const Seen& seen : all) {
      if (seen.delivery.channel == outlet.channel.name) judge_one(plot, seen, held, verdict);
    }
  }
  check_home(plot, gate, all, verdict);
  for (int i = 0; i < gate.size(); ++i) {
    for (const std::string& complaint : gate.fake(i).complaints) {
      ++verdict.lost;
      verdict.findings.push_back("a server complains: " + complaint);
    }
  }
}

}  // namespace carillon::soak
