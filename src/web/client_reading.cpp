#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "base/moment.hpp"
#include "hub/announcements.hpp"
#include "hub/client_posting.hpp"
#include "hub/operations.hpp"
#include "web/client_answers.hpp"

namespace carillon {

namespace {

constexpr std::size_t page_count = 20;
constexpr std::size_t page_most = 40;
constexpr std::size_t accounts_asked = 40;

ClientPage page_of(const ClientCall& call) {
  ClientPage out;
  const std::uint64_t count = number_in(call.words.of("limit"));
  if (count > 0)
    out.count = std::min<std::size_t>(count, page_most);
  else
    out.count = page_count;
  if (const std::uint64_t max = number_in(call.words.of("max_id")); max > 0) out.max = max;
  out.since = number_in(call.words.of("since_id"));
  out.min = number_in(call.words.of("min_id"));
  return out;
}

// The address of the page before or behind, with what else was asked.
std::string page_link(const ClientCall& call, std::string_view word, std::uint64_t number,
                      std::string_view relation) {
  QueryPairs pairs;
  for (const auto& [name, value] : parse_query(call.query.query)) {
    if (name != "max_id" && name != "min_id" && name != "since_id") pairs.emplace_back(name, value);
  }
  pairs.emplace_back(word, std::to_string(number));
  return fmt::format("<{}{}?{}>; rel=\"{}\"", call.fediverse->site.origin(), call.query.path,
                     build_query(pairs), relation);
}

HttpAnswer list_answer(const ClientCall& call, const Result<ClientItems>& items) {
  if (!items) return client_error(items.error());
  json::array all;
  for (const ClientItem& one : *items) all.push_back(one.shape);
  HttpAnswer out = client_json(200, all);
  if (!items->empty())
    out.headers.add("Link", page_link(call, "max_id", items->back().number, "next") + ", " +
                                page_link(call, "min_id", items->front().number, "prev"));
  return out;
}

HttpAnswer unknown() {
  return client_error(404, "There is no such thing here, or it is not for you.");
}

std::vector<HeardKind> kinds_of(const ClientCall& call) {
  struct Named {
    std::string_view word;
    HeardKind kind;
  };
  constexpr Named all[] = {{"follow", HeardKind::follow},
                           {"favourite", HeardKind::like},
                           {"reblog", HeardKind::boost},
                           {"mention", HeardKind::reply}};
  const auto holds = [](const std::vector<std::string>& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
  };
  const auto wanted = call.words.list("types");
  const auto unwanted = call.words.list("exclude_types");
  std::vector<HeardKind> out;
  for (const Named& one : all) {
    if ((wanted.empty() || holds(wanted, one.word)) && !holds(unwanted, one.word))
      out.push_back(one.kind);
  }
  return out;
}

json::object marker_shapes(const std::vector<ClientMarker>& all) {
  json::object out;
  for (const ClientMarker& one : all)
    out[one.timeline] = json::object{{"last_read_id", json::string(one.last_read)},
                                     {"version", one.version},
                                     {"updated_at", json::string(iso_time_millis(one.updated))}};
  return out;
}

HttpAnswer markers_of(const ClientCall& call, const std::vector<std::string>& timelines) {
  const auto all = call.hub->store().read(
      [&](Db& db) { return client_rows::markers(db, call.caller->actor.person); });
  if (!all) return client_error(all.error());
  std::vector<ClientMarker> out = *all;
  std::erase_if(out, [&](const ClientMarker& one) {
    return std::find(timelines.begin(), timelines.end(), one.timeline) == timelines.end();
  });
  return client_json(200, marker_shapes(out));
}

// What everybody sees under that id, else what the person who asks has on the desk.
Result<std::optional<json::object>> status_or_own(const ClientCall& call) {
  const ClientHome home = client_home_of(call);
  const std::uint64_t number = number_in(call.id);
  auto shown = home.status(number);
  if (!shown || *shown || !call.caller) return shown;
  return own_text(*call.hub, home, call.caller->actor, number);
}

}  // namespace

ClientHome client_home_of(const ClientCall& call) {
  const bool team = call.caller && call.caller->actor.holds >= Permission::author;
  return {*call.hub, *call.fediverse, team};
}

HttpAnswer client_answer(const Result<json::object>& shape) {
  return shape ? client_json(200, *shape) : client_error(shape.error());
}

HttpAnswer client_answer(const Result<std::optional<json::object>>& shape) {
  if (!shape) return client_error(shape.error());
  return *shape ? client_json(200, **shape) : unknown();
}

HttpAnswer client_instance(const ClientCall& call) {
  return client_answer(client_home_of(call).instance(false));
}

HttpAnswer client_instance_v1(const ClientCall& call) {
  return client_answer(client_home_of(call).instance(true));
}

HttpAnswer client_own_account(const ClientCall& call) {
  if (call.caller->actor.person.empty())
    return client_error(422, "This token is the app's own, and no person's.");
  return client_answer(client_home_of(call).own_account(*call.caller));
}

HttpAnswer client_account(const ClientCall& call) {
  return client_answer(client_home_of(call).account_of(call.id));
}

HttpAnswer client_lookup(const ClientCall& call) {
  return client_answer(client_home_of(call).named(call.words.of("acct")));
}

HttpAnswer client_search(const ClientCall& call) {
  json::array accounts;
  const std::string type = call.words.of("type");
  if (type.empty() || type == "accounts") {
    const auto found = client_home_of(call).named(call.words.of("q"));
    if (!found) return client_error(found.error());
    if (*found) accounts.push_back(**found);
  }
  return client_json(200, json::object{{"accounts", std::move(accounts)},
                                       {"statuses", json::array()},
                                       {"hashtags", json::array()}});
}

HttpAnswer client_relationships(const ClientCall& call) {
  json::array out;
  for (const std::string& id : call.words.list("id")) {
    if (out.size() == accounts_asked) break;
    const auto one = client_home_of(call).relationship(id);
    if (!one) return client_error(one.error());
    out.push_back(*one);
  }
  return client_json(200, out);
}

HttpAnswer client_preferences(const ClientCall& call) {
  const std::string& language = call.fediverse->site.account().language;
  return client_json(200, json::object{{"posting:default:visibility", "public"},
                                       {"posting:default:sensitive", false},
                                       {"posting:default:language", json::string(language)},
                                       {"reading:expand:media", "default"},
                                       {"reading:expand:spoilers", false}});
}

HttpAnswer client_markers(const ClientCall& call) {
  return markers_of(call, call.words.list("timeline"));
}

HttpAnswer client_mark(const ClientCall& call) {
  std::vector<std::string> marked;
  for (const char* timeline : {"home", "notifications"}) {
    const std::string read = call.words.of(fmt::format("{}[last_read_id]", timeline));
    if (read.empty()) continue;
    if (number_in(read) == 0) return client_error(422, "This is no id of anything here.");
    const auto done = call.hub->store().write([&](Db& db) {
      return client_rows::mark(db, call.caller->actor.person,
                               {timeline, read, 0, call.hub->clock().now()});
    });
    if (!done) return client_error(done.error());
    marked.emplace_back(timeline);
  }
  return markers_of(call, marked);
}

HttpAnswer client_nothing(const ClientCall&) {
  return client_json(200, json::array());
}

HttpAnswer client_home_timeline(const ClientCall& call) {
  return list_answer(call, client_home_of(call).posts(page_of(call), true, false));
}

HttpAnswer client_public_timeline(const ClientCall& call) {
  if (call.words.says_yes("remote")) return client_json(200, json::array());
  return list_answer(
      call, client_home_of(call).posts(page_of(call), false, call.words.says_yes("only_media")));
}

HttpAnswer client_tag_timeline(const ClientCall& call) {
  return list_answer(call, client_home_of(call).posts(page_of(call), false,
                                                      call.words.says_yes("only_media"), call.id));
}

HttpAnswer client_account_statuses(const ClientCall& call) {
  // Of strangers nothing is kept but what they said to us; nothing is pinned.
  if (call.id != home_account || call.words.says_yes("pinned"))
    return client_json(200, json::array());
  return list_answer(
      call, client_home_of(call).posts(page_of(call), false, call.words.says_yes("only_media"),
                                       call.words.of("tagged")));
}

HttpAnswer client_status(const ClientCall& call) {
  return client_answer(status_or_own(call));
}

HttpAnswer client_poll(const ClientCall& call) {
  const auto shape = status_or_own(call);
  if (!shape) return client_error(shape.error());
  const json::value poll = *shape ? (**shape).at("poll") : json::value();
  return poll.is_object() ? client_json(200, poll) : client_error(404, "There is no such poll.");
}

HttpAnswer client_context(const ClientCall& call) {
  return client_answer(client_home_of(call).context(number_in(call.id)));
}

HttpAnswer client_notifications(const ClientCall& call) {
  return list_answer(call, client_home_of(call).notifications(page_of(call), kinds_of(call)));
}

HttpAnswer client_notification(const ClientCall& call) {
  return client_answer(client_home_of(call).notification(number_in(call.id)));
}

HttpAnswer client_scheduled(const ClientCall& call) {
  const Actor& actor = call.caller->actor;
  const auto reply =
      perform(*call.hub, *find_operation("announcement list"), actor,
              json::object{{"from", json::string(iso_time(call.hub->clock().now()))}});
  if (!reply) return client_error(reply.error());
  const auto all = from_json<std::vector<AnnouncementLine>>(*reply);
  if (!all) return client_error(all.error());
  json::array out;
  for (const AnnouncementLine& one : *all) {
    if (one.state != AnnouncementState::scheduled || out.size() == page_most) continue;
    const auto whole = announcement_show(*call.hub, actor, {one.id});
    if (!whole) return client_error(whole.error());
    out.push_back(scheduled_shape(one.id, one.due, whole->content));
  }
  return client_json(200, out);
}

}  // namespace carillon
