#include "hub/watching.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/bytes.hpp"
#include "base/moment.hpp"
#include "net/url.hpp"
#include "retire/accounts.hpp"
#include "retire/links.hpp"
#include "retire/official.hpp"
#include "store/events.hpp"

namespace carillon {

namespace {

constexpr const char* event_kind = "watch.seen";
constexpr std::size_t suggestions = 6;  // for each channel
constexpr Micros month = 30 * day;
constexpr Micros pause_between = second / 5;

struct Watched {
  NameKind kind = NameKind::suggested;
  std::string platform;
  std::string handle;
  std::string server;
  std::string origin = {};  // of the server, where a channel's address names it
  [[nodiscard]] std::string id() const {
    return fmt::format("{}:{}{}{}", platform, handle, server.empty() ? "" : "@", server);
  }
};

struct Seen {
  Sighting sighting;
  Micros at = 0;
};

Result<std::optional<Seen>> last_seen(Hub& hub, const Watched& subject) {
  TRY(const auto events, hub.store().read([&](Db& db) { return events_about(db, subject.id()); }));
  std::optional<Seen> out;
  for (const Event& event : events) {
    if (event.kind != event_kind) continue;
    TRY(const Sighting sighting, from_json<Sighting>(event.data, Unknown::ignore));
    out = {sighting, event.at};
  }
  return out;
}

// mastodon: "bells@fosstodon.org" is the name and its server.
Watched subject_of(NameKind kind, const AccountName& account) {
  Watched out{kind, account.platform, account.handle, {}};
  const auto at = account.handle.find('@');
  if (account.platform != "mastodon" || at == std::string::npos) return out;
  out.handle = account.handle.substr(0, at);
  out.server = account.handle.substr(at + 1);
  return out;
}

// "mastodon.social" of what people write.
std::string bare_server(std::string_view server) {
  if (const auto scheme = server.find("://"); scheme != std::string_view::npos)
    server.remove_prefix(scheme + 3);
  return std::string(server.substr(0, server.find('/')));
}

// Our own accounts, their earlier names, what carillon.yaml names, and what is thought of here.
std::vector<Watched> subjects_of(const Workspace& workspace) {
  std::vector<Watched> out;
  std::set<std::string> known;
  const auto add = [&](Watched subject) {
    subject.handle = lower_ascii(subject.handle);
    if (known.insert(subject.id()).second) out.push_back(std::move(subject));
  };
  std::vector<Watched> own;
  for (const Channel& channel : workspace.channels) {
    const auto account = account_at(channel.url);
    if (!account || channel.use == Use::home) continue;
    // The name of a closed account may be anybody's by now.
    const bool closed = channel.use == Use::closed;
    Watched subject = subject_of(closed ? NameKind::former : NameKind::own, *account);
    if (const auto url = parse_url(channel.url); url && !subject.server.empty())
      subject.origin = url->origin();
    if (!closed) own.push_back(subject);
    add(subject);
    for (const std::string& other : channel.also) {
      const auto named = other_account(*account, other);
      Watched former = named ? subject_of(NameKind::former, *named) : subject;
      former.kind = NameKind::former;
      if (!named) former.handle = other;
      if (former.server == subject.server) former.origin = subject.origin;
      add(former);
    }
  }
  for (const LookAlike& each : workspace.config.watch)
    add({NameKind::named, each.platform == "twitter" ? "x" : each.platform,
         each.handle.starts_with("@") ? each.handle.substr(1) : each.handle,
         bare_server(each.server)});
  for (const Watched& subject : own) {
    // Of a domain as handle the first label is what an impostor repeats.
    const bool domain = subject.platform == "bluesky";
    const std::string name =
        subject.handle.substr(0, domain ? subject.handle.find('.') : std::string::npos);
    for (const std::string& alike : look_alikes(subject.platform, name, suggestions)) {
      Watched other = subject;
      other.kind = NameKind::suggested;
      other.handle = domain ? alike + ".bsky.social" : alike;
      add(other);
    }
  }
  return out;
}

AskedName ask(Hub& hub, const Watched& subject) {
  if (subject.platform == "mastodon" && !subject.server.empty())
    return ask_mastodon(hub.http(),
                        subject.origin.empty() ? "https://" + subject.server : subject.origin,
                        subject.handle, subject.origin.empty() ? Trust::foreign : Trust::admin);
  if (subject.platform == "bluesky")
    return ask_bluesky(hub.http(), bluesky_origin, subject.handle, Trust::foreign);
  if (subject.platform == "github")
    return ask_github(hub.http(), github_origin, subject.handle, Trust::foreign);
  AskedName out;
  out.state = NameState::person;
  return out;
}

WatchedName view_of(const Watched& subject, const Sighting& now, const std::optional<Seen>& before,
                    Micros at) {
  WatchedName out;
  out.platform = subject.platform;
  out.handle = subject.handle;
  out.server = subject.server;
  out.kind = subject.kind;
  out.state = now.state;
  out.id = now.id;
  out.address = subject.origin.empty()
                    ? address_of_name(subject.platform, subject.handle, subject.server)
                    : subject.origin + "/@" + subject.handle;
  const Meaning meaning =
      meaning_of(subject.kind, before ? std::optional(before->sighting) : std::nullopt, now);
  out.concern = meaning.concern;
  out.message = meaning.message;
  out.report = how_to_report(subject.platform);
  if (before) out.last = iso_time(before->at);
  out.due = now.state == NameState::person && (!before || before->at < at - month);
  return out;
}

// Notes it where it is news; a person's word always, so that the next card knows when.
Result<WatchedName> note(Hub& hub, const Actor& actor, const Watched& subject,
                         const Sighting& now) {
  TRY(const auto before, last_seen(hub, subject));
  const bool certain = now.state == NameState::free || now.state == NameState::taken;
  const bool news = !before || before->sighting.state != now.state || before->sighting.id != now.id;
  if (certain && (news || now.by == "person"))
    CHECK_OK(hub.audit(event_kind, actor.name, subject.id(), to_json(now).get_object()));
  return view_of(subject, now, before, hub.clock().now());
}

// "x:ringing_bel1s taken 123"
Result<std::pair<Watched, Sighting>> read_seen(const std::string& said) {
  std::vector<std::string> words;
  for (const std::string& word : split(said, ' ')) {
    if (!word.empty()) words.push_back(word);
  }
  const std::string hint = "Write it as \"x:NAME free\" or \"mastodon:NAME@SERVER taken ID\".";
  const auto colon = words.empty() ? std::string::npos : words[0].find(':');
  if (words.size() < 2 || words.size() > 3 || colon == std::string::npos)
    return fail(Fault::invalid, fmt::format("--seen \"{}\" says no name and state", said), hint);
  const std::string platform = lower_ascii(words[0].substr(0, colon));
  const bool asked = platform == "mastodon" || platform == "bluesky" || platform == "github";
  const Network* network = find_network(platform);
  std::string name = lower_ascii(words[0].substr(colon + 1));
  while (name.starts_with("@")) name.erase(0, 1);
  if ((!asked && network == nullptr) || name.empty())
    return fail(Fault::invalid, fmt::format("--seen \"{}\" names no account", said), hint);
  Sighting sighting;
  sighting.by = "person";
  if (words[1] != "free" && words[1] != "taken")
    return fail(Fault::invalid, fmt::format("--seen \"{}\": a name is free or taken", said), hint);
  sighting.state = words[1] == "free" ? NameState::free : NameState::taken;
  if (words.size() == 3) sighting.id = words[2];
  const std::string key = network == nullptr ? platform : std::string(network->name);
  return std::pair{subject_of(NameKind::named, {key, name}), sighting};
}

int watched_code(const std::vector<WatchedName>& all) {
  return std::any_of(all.begin(), all.end(),
                     [](const WatchedName& each) { return each.concern == Concern::alarm; })
             ? 1
             : 0;
}

}  // namespace

Result<std::vector<WatchedName>> channel_watch(Hub& hub, const Actor& actor,
                                               const ChannelWatchRequest& request) {
  return watch_names(hub, actor, request, [&hub](Micros time) { return hub.pause(time); });
}

Result<std::vector<WatchedName>> watch_names(Hub& hub, const Actor& actor,
                                             const ChannelWatchRequest& request,
                                             const std::function<bool(Micros)>& wait) {
  const std::vector<Watched> subjects = subjects_of(hub.workspace());
  std::vector<WatchedName> out;
  for (const std::string& said : request.seen) {
    TRY(auto seen, read_seen(said));
    const auto known = std::find_if(subjects.begin(), subjects.end(), [&](const Watched& subject) {
      return subject.id() == seen.first.id();
    });
    TRY(out.emplace_back(),
        note(hub, actor, known == subjects.end() ? seen.first : *known, seen.second));
  }
  if (!request.seen.empty()) return out;
  for (const Watched& subject : subjects) {
    const AskedName asked = ask(hub, subject);
    TRY(out.emplace_back(), note(hub, actor, subject, {asked.state, asked.id, "asked"}));
    if (asked.state == NameState::unknown) out.back().message = asked.why;
    if (actor.advances) actor.advances("names", out.size(), subjects.size());
    if (asked.state != NameState::person && !wait(pause_between))
      return fail(Fault::unavailable, "the watch was stopped");
  }
  return out;
}

std::vector<Operation<Hub>> watching_operations() {
  return {operation<Hub>(
      {.name = "channel watch",
       .method = "POST",
       .path = "/channel-watch",
       .summary = "look for accounts that could be taken for yours",
       .help =
           "Asks Mastodon servers, Bluesky and GitHub who has your names, your earlier names, "
           "those under `watch` in carillon.yaml and some look-alikes, and tells what is new or "
           "changed hands. For platforms that only a person can ask it prints a card: the "
           "addresses to open once a month, what to look for, and how to report an impostor. "
           "What you saw is noted with --seen. Ends with 1 when there is an alarm.",
       .valued = {{"seen", "\"NAME STATE\""}}},
      &channel_watch, &watched_code)};
}

}  // namespace carillon
