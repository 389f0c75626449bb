#include "web/desk.hpp"

#include <fmt/format.h>

#include "hub/cards.hpp"
#include "hub/pictures.hpp"
#include "hub/today.hpp"
#include "web/draft_form.hpp"
#include "web/draft_page.hpp"

namespace carillon {

namespace {

constexpr std::string_view announcement_path = "/desk/announcement/";

HttpAnswer failed(const Workplace& place, const Error& error) {
  return error_page(place.service, "/desk", page_status(error.fault), error);
}

HttpAnswer desk_answer(const Workplace& place, const std::string& path, const std::string& title,
                       const Html& main, int status = 200) {
  return page_answer(place.service,
                     {path, title, tag("div", attr("class", "desk"), ways(path), main), status});
}

Html head(std::string_view title, const Html& lead = {}) {
  return tag("header", attr("class", "plain"), tag("h1", title),
             lead.empty() ? Html() : tag("p", lead));
}

std::string_view called(Need need) {
  switch (need) {
    case Need::approve:
      return "to approve";
    case Need::change:
      return "returned";
    case Need::publish:
      return "cleared";
    case Need::manual:
      return "by hand";
    case Need::look:
      return "override";
    case Need::unconfirmed:
      return "not confirmed";
    case Need::missed:
      return "missed";
    case Need::refused:
      return "refused";
    case Need::expiring:
      return "runs out";
    case Need::report:
      return "reported";
    case Need::reply:
      return "replies";
    case Need::membership:
      break;
  }
  return "membership";
}

std::string_view tone_of(Need need) {
  const bool bad = need == Need::refused || need == Need::missed || need == Need::look ||
                   need == Need::unconfirmed || need == Need::report;
  return bad ? "bad" : need == Need::publish ? "good" : "";
}

std::string target_of(const TodayItem& item) {
  if (!item.draft.empty()) return std::string(draft_path) + item.draft;
  if (!item.announcement.empty()) return std::string(announcement_path) + item.announcement;
  // These have their own screen only where there are scripts.
  if (item.need == Need::report || item.need == Need::reply) return "/app/replies";
  return "/account";
}

HttpAnswer today_page(const Workplace& place) {
  if (place.actor.holds < Permission::author)
    return desk_answer(place, "/desk", "Today",
                       head("Today", together(fmt::format("You are {} here, and nothing waits for "
                                                          "you. An admin can make you author.",
                                                          word_of(place.who.person.role)))));
  const auto all = ask_operation<std::vector<TodayItem>>(place, "today", TodayRequest{});
  if (!all) return failed(place, all.error());
  Html rows;
  for (const TodayItem& item : *all)
    rows.add(tag("li", tag("div", state_mark(called(item.need), tone_of(item.need)),
                           tag("a", attr("href", target_of(item)), item.what),
                           tag("span", attr("class", "hint"),
                               fmt::format("Since {}: {}.", place.when(item.since), item.act)))));
  const Html empty = tag("p", attr("class", "none"), "Nothing needs you. ",
                         tag("a", attr("href", "/desk/new"), "Write a draft"), ", or look at ",
                         tag("a", attr("href", "/desk/drafts"), "those there are"), ".");
  return desk_answer(
      place, "/desk", "Today",
      together(head("Today", all->empty() ? Html() : together("What needs you, oldest first.")),
               all->empty() ? empty : tag("ul", attr("class", "things"), rows)));
}

HttpAnswer drafts_page(const Workplace& place) {
  const auto all = ask_operation<std::vector<DraftLine>>(place, "draft list", DraftListRequest{});
  if (!all) return failed(place, all.error());
  Html rows;
  for (const DraftLine& one : *all) {
    const bool good = one.state == DraftState::cleared || one.state == DraftState::published;
    const char* tone = good ? "good" : one.state == DraftState::returned ? "bad" : "";
    rows.add(tag("li", tag("div", state_mark(word_of(one.state), tone),
                           tag("a", attr("href", std::string(draft_path) + one.id), one.title),
                           tag("span", attr("class", "hint"),
                               fmt::format("{}, revision {} by {}, {}", word_of(one.kind),
                                           one.revision, one.by, place.when(one.at))))));
  }
  const Html empty = tag("p", attr("class", "none"), "There is no draft yet. ",
                         tag("a", attr("href", "/desk/new"), "Write the first"), ".");
  return desk_answer(
      place, "/desk/drafts", "Drafts",
      together(head("Drafts"), all->empty() ? empty : tag("ul", attr("class", "things"), rows)));
}

std::string_view state_words(const DeliveryView& view) {
  if (view.state == DeliveryState::published) return view.rehearsed ? "rehearsed" : "published";
  if (view.state == DeliveryState::unconfirmed) return "not confirmed";
  if (view.state == DeliveryState::manual) return "by hand";
  if (view.state == DeliveryState::armed || view.state == DeliveryState::due) return "on its way";
  return {};
}

Html resolve_forms(const Workplace& place, const DeliveryView& view, const std::string& action) {
  const bool waits = view.state == DeliveryState::planned;
  if (place.actor.holds < Permission::editor || !(view.needs_person || waits)) return {};
  const auto act = [](std::string_view name, std::string_view label, std::string_view look) {
    return tag("button", attr("type", "submit"), attr("name", "do"), attr("value", name),
               attr_some("class", look), label);
  };
  const Html which = hidden("delivery", view.id);
  Html out;
  if (!waits)
    out.add(form(action, place.actor.csrf,
                 together(which,
                          tag("p", attr("class", "field"),
                              tag("label", attr("for", "url-" + view.id), "It is there, at"),
                              tag("input", attr("id", "url-" + view.id), attr("name", "url"),
                                  attr("type", "url"), attr("required"))),
                          tag("p", attr("class", "acts"), act("there", "It is there", "second")))));
  Html rest;
  if (!waits && view.state != DeliveryState::manual)
    rest.add(act("absent", "It is not there: send it now", "second"));
  rest.add(act("cancel", waits ? "Do not send it" : "Leave it", "quiet"));
  out.add(form(action, place.actor.csrf, together(which, tag("p", attr("class", "acts"), rest))));
  return out;
}

// What a person is to post, exactly.
Html by_hand(const Workplace& place, const DeliveryView& view) {
  if (view.state != DeliveryState::manual) return {};
  const auto card = ask_operation<Card>(place, "card", CardRequest{view.id});
  if (!card) return tag("span", attr("class", "problem"), sentences(card.error()));
  Html parts;
  for (const CardPart& part : card->parts) parts.add(tag("div", attr("class", "said"), part.text));
  return tag("details", attr("open"), tag("summary", "The text to post"), parts,
             card->compose.empty()
                 ? Html()
                 : tag("p", tag("a", attr("href", card->compose), "Where it is written")));
}

Html delivery_row(const Workplace& place, const DeliveryView& view, const std::string& action) {
  const bool good = view.state == DeliveryState::published;
  const std::string_view word = state_words(view);
  const std::string mark(word.empty() ? std::string_view(word_of(view.state)) : word);
  Html out = together(state_mark(mark, view.needs_person ? "bad"
                                       : good            ? "good"
                                                         : ""),
                      tag("strong", view.channel));
  if (!view.url.empty())
    out.add(tag("span", attr("class", "words"),
                view.url.starts_with("http") ? tag("a", attr("href", view.url), view.url)
                                             : together(view.url)));
  if (!view.reason.empty()) out.add(tag("span", attr("class", "words"), view.reason));
  if (!view.hint.empty() && !good) out.add(tag("span", attr("class", "hint"), view.hint));
  out.add(by_hand(place, view));
  if (view.outdated)
    out.add(tag("span", attr("class", "hint"),
                "It stands there with an earlier text: change it on the platform itself."));
  const std::string_view time = view.state == DeliveryState::planned ? "For " : "Due ";
  out.add(tag("span", attr("class", "hint"),
              std::string(time) + place.when(view.due) +
                  (view.retry.empty() ? "" : ", again on " + place.when(view.retry))));
  return tag("li", tag("div", out, resolve_forms(place, view, action)));
}

HttpAnswer announcement(const Workplace& place, const std::string& id, const Problems& problems,
                        int status_code) {
  const auto all = ask_operation<std::vector<DeliveryView>>(place, "status", StatusRequest{id});
  if (!all) return failed(place, all.error());
  const std::string path = std::string(announcement_path) + id;
  Html rows;
  for (const DeliveryView& view : *all) rows.add(delivery_row(place, view, path));
  const auto row = place.hub->outbox().announcement(id);
  if (!row) return failed(place, row.error());
  const std::string title = title_of(row->draft);
  return desk_answer(
      place, path, title,
      together(
          head(title, together("Where it stands, channel by channel. Open the page anew to see "
                               "what has changed.")),
          error_summary(problems), tag("ul", attr("class", "things"), rows)),
      status_code);
}

HttpAnswer announcement_page(const Workplace& place) {
  const std::string id(place.query.path.substr(announcement_path.size()));
  // An empty id would stand for all of them.
  if (id.empty()) return see_other("/desk");
  if (!place.posts()) return announcement(place, id, {}, 200);
  const auto sent = sent_form(place.query, place.caller, place.actor.csrf);
  if (!sent) return failed(place, sent.error());
  const std::string act = value_in(*sent, "do");
  ResolveRequest request{.delivery = value_in(*sent, "delivery")};
  if (act == "there") request.url = value_in(*sent, "url");
  request.absent = act == "absent";
  request.cancel = act == "cancel";
  const auto done = do_operation(place, "resolve", request);
  if (!done)
    return announcement(place, id, {{"", sentences(done.error())}},
                        page_status(done.error().fault));
  place.service.ring();
  return see_other(std::string(place.query.path));
}

// A picture before it is published: shown to those who work here only.
HttpAnswer picture_page(const Workplace& place) {
  const auto picture =
      picture_on_desk(*place.hub, std::string(place.query.path.substr(picture_path({}).size())));
  if (!picture) return failed(place, picture.error());
  HttpAnswer out;
  out.headers = {{"Content-Type", picture->mime},
                 {"Cache-Control", "private, max-age=86400, immutable"},
                 {"X-Content-Type-Options", "nosniff"},
                 {"Content-Security-Policy", "default-src 'none'; sandbox"}};
  out.body = picture->bytes;
  return out;
}

using Answerer = HttpAnswer (*)(const Workplace&);

Answerer answerer_of(std::string_view path) {
  if (path == "/desk") return &today_page;
  if (path == "/desk/drafts") return &drafts_page;
  if (path == "/desk/new") return &new_draft;
  if (path.starts_with(draft_path)) return &draft_page;
  if (path.starts_with(picture_path({}))) return &picture_page;
  return path.starts_with(announcement_path) ? &announcement_page : nullptr;
}

}  // namespace

std::optional<HttpAnswer> answer_desk(Service& service, const HttpQuery& query) {
  const Answerer page = answerer_of(query.path);
  if (page == nullptr) return std::nullopt;
  auto entered = enter(service, query);
  if (auto* instead = std::get_if<HttpAnswer>(&entered)) return std::move(*instead);
  const bool reads_only = page == &today_page || page == &drafts_page || page == &picture_page;
  const bool known = query.method == "GET" || (query.method == "POST" && !reads_only);
  if (known) return page(std::get<Workplace>(entered));
  return wrong_method(service, "/desk", reads_only ? "GET, HEAD" : "GET, HEAD, POST");
}

}  // namespace carillon
