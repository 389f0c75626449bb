#include "web/draft_page.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/zone.hpp"
#include "core/post_text.hpp"
#include "web/draft_form.hpp"

namespace carillon {

namespace {

// What the page has to say besides the draft as it is saved.
struct Told {
  Problems problems = {};
  std::string done = {};
  std::optional<Draft> unsaved = {};  // what the form holds
  bool preview = false;               // shows what is not saved
  bool conflict = false;              // somebody saved another revision meanwhile
  int status = 200;
};

Html act_button(std::string_view act, std::string_view label, std::string_view look = {}) {
  return tag("button", attr("type", "submit"), attr("name", "do"), attr("value", act),
             attr_some("class", look), label);
}

std::string path_of(const DraftView& draft) {
  return std::string(draft_path) + draft.id;
}

Html about_revision(const DraftView& draft) {
  return hidden("revision", std::to_string(draft.revision));
}

Html edit_form(const Workplace& place, const std::string& action, const Draft& draft,
               std::int64_t based_on, const Problems& problems) {
  return form(
      action, place.actor.csrf,
      together(hidden("based_on", std::to_string(based_on)), draft_fields(place, draft, problems),
               tag("p", attr("class", "acts"), act_button("save", "Save"),
                   act_button("preview", "Preview", "second"),
                   act_button("ask", "Save and ask for approval", "second"))));
}

// When it is to go out, in words.
std::string time_of(const Workplace& place, const Draft& draft) {
  if (draft.at.empty()) return "It goes out as soon as somebody publishes it.";
  const std::string& zone = place.hub->workspace().config.organisation.time_zone;
  const auto when = parse_when(draft.at, zone);
  return when ? "It is meant for " + in_zone(*when, zone) + "."
              : "It is meant for " + draft.at + ".";
}

Html needs(const DraftView& draft) {
  if (draft.state == DraftState::published)
    return tag("p", tag("a", attr("href", "/desk/announcement/" + draft.announcement),
                        "Where it stands, channel by channel"));
  if (!draft.cleared) return tag("p", "Not cleared: " + draft.missing + ".");
  return tag("p", draft.needed == 0 ? std::string("It needs no approval.")
                                    : fmt::format("It has the {} of {} approvals it needs.",
                                                  draft.given, draft.needed));
}

Html ask_part(const Workplace& place, const DraftView& draft) {
  if (!draft.may.change || draft.cleared || draft.state == DraftState::asked ||
      draft.state == DraftState::published)
    return {};
  return form(path_of(draft), place.actor.csrf,
              together(about_revision(draft), tag("p", attr("class", "acts"),
                                                  act_button("ask-only", "Ask for approval"))));
}

Html review_part(const Workplace& place, const DraftView& draft) {
  const bool open = draft.state != DraftState::published || draft.override_open;
  if (!draft.may.review || !open) return {};
  return together(
      form(
          path_of(draft), place.actor.csrf,
          together(about_revision(draft),
                   tag("p", attr("class", "acts"),
                       act_button("approve", fmt::format("Approve revision {}", draft.revision))))),
      tag("details", tag("summary", "Ask for changes"),
          form(path_of(draft), place.actor.csrf,
               together(
                   about_revision(draft),
                   field({.name = "reason", .label = "What must be changed", .type = "textarea"}),
                   tag("p", attr("class", "acts"),
                       act_button("return", "Ask for changes", "second"))))));
}

Html publish_part(const Workplace& place, const DraftView& draft) {
  if (!draft.may.publish || draft.state == DraftState::published) return {};
  const auto channels = place.hub->channels_of(draft.content, {});
  const std::string to = fmt::format("{}", fmt::join(channels, ", "));
  const auto when =
      parse_when(draft.content.at, place.hub->workspace().config.organisation.time_zone);
  const bool planned = !draft.content.at.empty() && when.has_value();
  const std::string zone = place.hub->workspace().config.organisation.time_zone;
  Html buttons;
  if (planned) buttons.add(act_button("publish", "Publish on " + in_zone(*when, zone)));
  buttons.add(act_button("publish-now", "Publish now", planned ? "second" : ""));
  const Html acts = tag("p", attr("class", "acts"), buttons);
  if (draft.cleared)
    return form(path_of(draft), place.actor.csrf,
                together(about_revision(draft), tag("p", "It goes to: " + to + "."), acts));
  return tag(
      "details", tag("summary", "Emergency: publish without the approvals"),
      form(path_of(draft), place.actor.csrf,
           together(about_revision(draft),
                    field({.name = "override",
                           .label = "Why it cannot wait",
                           .type = "textarea",
                           .hint = "It is written down, and every editor sees it until another "
                                   "one has approved the text."}),
                    tag("p", "It goes to: " + to + "."), acts)));
}

Html changes_part(const DraftView& draft) {
  if (draft.difference.empty()) return {};
  return section("changes", fmt::format("Changed since revision {}", draft.compared_with),
                 difference(draft.difference));
}

std::string_view told_as(std::string_view what) {
  if (what == "asked") return "asked for approval of";
  if (what == "returned") return "asked for changes of";
  if (what == "noted") return "noted, at";
  if (what == "overridden") return "published without the approvals";
  return what;
}

Html history_part(const Workplace& place, const DraftView& draft) {
  Html rows;
  for (const DraftHappening& one : draft.history)
    rows.add(tag(
        "li", tag("div", tag("strong", one.who),
                  fmt::format(" {} revision {}", told_as(one.what), one.revision),
                  one.outdated ? tag("span", attr("class", "mark"), "void: edited since") : Html(),
                  one.words.empty() ? Html() : tag("span", attr("class", "words"), one.words),
                  tag("span", attr("class", "hint"), place.when(one.at)))));
  return section("history", "History and notes",
                 together(tag("ul", attr("class", "things"), rows),
                          form(path_of(draft), place.actor.csrf,
                               together(field({.name = "note",
                                               .label = "A note for reviewers",
                                               .type = "textarea",
                                               .hint = "It is never published."}),
                                        tag("p", attr("class", "acts"),
                                            act_button("note", "Add the note", "second"))))));
}

Html remove_part(const Workplace& place, const DraftView& draft) {
  if (!draft.may.change || !draft.announcement.empty()) return {};
  return tag("details", tag("summary", "Remove this draft"),
             form(path_of(draft), place.actor.csrf,
                  tag("p", attr("class", "acts"),
                      act_button("remove", "Remove it for everybody", "quiet"))));
}

Html conflict_part(const DraftView& draft, Draft mine) {
  if (mine.slug.empty()) mine.slug = slug_of(mine.title);
  return section(
      "conflict", fmt::format("{} saved revision {} meanwhile", draft.by, draft.revision),
      together(tag("p",
                   "Yours is in the form below and not saved. Saving it now makes it the next "
                   "revision, in place of theirs. From their text to yours:"),
               difference(line_diff(draft.text, post_text(mine), 3)),
               tag("details", tag("summary", "Their text"),
                   tag("pre", attr("class", "said"), draft.text))));
}

Html head(const Workplace& place, const DraftView& draft) {
  const bool good = draft.state == DraftState::cleared || draft.state == DraftState::published;
  const char* tone = good ? "good" : draft.state == DraftState::returned ? "bad" : "";
  return tag(
      "header", attr("class", "plain"), tag("h1", draft.title),
      tag("p", attr("class", "about"), state_mark(word_of(draft.state), tone),
          fmt::format("Revision {} by {}, {}", draft.revision, draft.by, place.when(draft.at))));
}

HttpAnswer answer_with(const Workplace& place, const DraftView& draft, const Told& told) {
  const Draft& content = told.unsaved ? *told.unsaved : draft.content;
  Html main = together(ways({}), head(place, draft), error_summary(told.problems));
  if (!told.done.empty())
    main.add(tag("p", attr("class", "done"), attr("role", "status"), told.done));
  if (told.conflict) main.add(conflict_part(draft, content));
  const bool stands = !told.unsaved;
  if (stands) {
    main.add(section(
        "fate", "What it needs",
        together(
            needs(draft),
            draft.state == DraftState::published ? Html() : tag("p", time_of(place, draft.content)),
            ask_part(place, draft), review_part(place, draft), publish_part(place, draft))));
    main.add(changes_part(draft));
  }
  if (stands || told.preview)
    main.add(section("preview", told.preview ? "Preview, not saved" : "What each channel shows",
                     previews(place, content)));
  if (draft.may.change)
    main.add(section("edit", "The text",
                     edit_form(place, path_of(draft), content, draft.revision, told.problems)));
  if (stands) main.add(together(history_part(place, draft), remove_part(place, draft)));
  return page_answer(place.service, {std::string(draft_path), draft.title,
                                     tag("div", attr("class", "desk"), main), told.status});
}

HttpAnswer draft_failed(const Workplace& place, const Error& error) {
  return error_page(place.service, std::string(draft_path), page_status(error.fault), error);
}

Told wrong(const Error& error) {
  return {.problems = {{"", sentences(error)}}, .status = page_status(error.fault)};
}

// The answer to the form of the text.
HttpAnswer take_text(const Workplace& place, const DraftView& draft, const QueryPairs& sent,
                     std::string_view act) {
  const Draft mine = draft_in(place, sent, draft.content);
  Told told{.unsaved = mine, .preview = act == "preview"};
  if (value_in(sent, "channel").empty())
    told.problems.push_back({"channel", "Choose at least one channel."});
  if (told.preview) return answer_with(place, draft, told);
  if (told.problems.empty()) {
    DraftSaveRequest request{.text = post_text(mine), .id = draft.id};
    request.based_on = std::atoll(value_in(sent, "based_on").c_str());
    const auto saved = ask_operation<DraftView>(place, "draft save", request);
    if (saved && act == "ask") {
      const auto asked =
          ask_operation<DraftView>(place, "draft ask", DraftAskRequest{draft.id, saved->revision});
      if (!asked) return draft_failed(place, asked.error());
    }
    if (saved) return see_other(path_of(draft));
    told.status = page_status(saved.error().fault);
    told.conflict = saved.error().fault == Fault::conflict;
    told.problems.push_back(told.conflict ? Problem{"", saved.error().what + "."}
                                          : problem_in_draft(saved.error()));
  } else {
    told.status = 422;
  }
  const auto now = ask_operation<DraftView>(place, "draft show", DraftShowRequest{draft.id});
  return now ? answer_with(place, *now, told) : draft_failed(place, now.error());
}

Result<json::value> take_word(const Workplace& place, const DraftView& draft,
                              const QueryPairs& sent, std::string_view act) {
  const std::int64_t revision = std::atoll(value_in(sent, "revision").c_str());
  if (act == "ask-only")
    return do_operation(place, "draft ask", DraftAskRequest{draft.id, revision});
  if (act == "approve")
    return do_operation(place, "draft approve", DraftAskRequest{draft.id, revision});
  if (act == "return")
    return do_operation(place, "draft return",
                        DraftReturnRequest{draft.id, value_in(sent, "reason"), revision});
  if (act == "note")
    return do_operation(place, "draft note", DraftNoteRequest{draft.id, value_in(sent, "note")});
  if (act == "remove") return do_operation(place, "draft remove", DraftShowRequest{draft.id});
  if (act == "publish" || act == "publish-now")
    return do_operation(place, "draft publish",
                        DraftPublishRequest{draft.id, act == "publish" ? "" : "now",
                                            value_in(sent, "override"), revision});
  return fail(Fault::invalid, "the form does not say what to do", "Press one of its buttons.");
}

HttpAnswer take(const Workplace& place, const DraftView& draft) {
  const auto sent = sent_form(place.query, place.caller, place.actor.csrf);
  if (!sent) return draft_failed(place, sent.error());
  const std::string act = value_in(*sent, "do");
  if (act == "save" || act == "preview" || act == "ask") return take_text(place, draft, *sent, act);
  const auto done = take_word(place, draft, *sent, act);
  if (!done) {
    const auto now = ask_operation<DraftView>(place, "draft show", DraftShowRequest{draft.id});
    return now ? answer_with(place, *now, wrong(done.error())) : draft_failed(place, now.error());
  }
  place.service.ring();
  if (act == "remove") return see_other("/desk/drafts");
  if (!act.starts_with("publish")) return see_other(path_of(draft));
  const auto now = ask_operation<DraftView>(place, "draft show", DraftShowRequest{draft.id});
  return see_other(now ? "/desk/announcement/" + now->announcement : path_of(draft));
}

HttpAnswer new_page(const Workplace& place, const Draft& draft, const Told& told) {
  Html main = together(ways("/desk/new"),
                       tag("header", attr("class", "plain"), tag("h1", "New draft"),
                           tag("p", "Nobody outside sees it until it is published.")),
                       error_summary(told.problems));
  if (told.preview) main.add(section("preview", "Preview, not saved", previews(place, draft)));
  main.add(edit_form(place, "/desk/new", draft, 0, told.problems));
  return page_answer(place.service, {"/desk/new", "New draft",
                                     tag("div", attr("class", "desk"), main), told.status});
}

}  // namespace

Html state_mark(std::string_view word, std::string_view tone) {
  return tag("span", attr("class", tone.empty() ? "mark" : "mark " + std::string(tone)), word);
}

HttpAnswer new_draft(const Workplace& place) {
  if (!place.posts()) return new_page(place, {}, {});
  const auto sent = sent_form(place.query, place.caller, place.actor.csrf);
  if (!sent) return draft_failed(place, sent.error());
  const std::string act = value_in(*sent, "do");
  const Draft draft = draft_in(place, *sent, {});
  Told told{.preview = act == "preview"};
  if (value_in(*sent, "channel").empty())
    told.problems.push_back({"channel", "Choose at least one channel."});
  if (told.preview) return new_page(place, draft, told);
  told.status = 422;
  if (!told.problems.empty()) return new_page(place, draft, told);
  const auto saved =
      ask_operation<DraftView>(place, "draft save", DraftSaveRequest{.text = post_text(draft)});
  if (!saved) {
    told.problems.push_back(problem_in_draft(saved.error()));
    told.status = page_status(saved.error().fault);
    return new_page(place, draft, told);
  }
  if (act == "ask") {
    const auto asked =
        ask_operation<DraftView>(place, "draft ask", DraftAskRequest{saved->id, saved->revision});
    if (!asked) return draft_failed(place, asked.error());
  }
  return see_other(path_of(*saved));
}

HttpAnswer draft_page(const Workplace& place) {
  const std::string id(place.query.path.substr(draft_path.size()));
  const auto draft = ask_operation<DraftView>(place, "draft show", DraftShowRequest{id});
  if (!draft) return draft_failed(place, draft.error());
  return place.posts() ? take(place, *draft) : answer_with(place, *draft, {});
}

}  // namespace carillon
