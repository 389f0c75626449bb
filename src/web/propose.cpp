#include "web/propose.hpp"

#include <fmt/format.h>

#include "base/limits.hpp"
#include "base/moment.hpp"
#include "hub/proposing.hpp"

namespace carillon {

namespace {

HttpAnswer propose_trouble(const Visit& visit, const Error& error) {
  const int status = error.fault == Fault::denied      ? 403
                     : error.fault == Fault::invalid   ? 400
                     : error.fault == Fault::not_found ? 404
                                                       : 503;
  const bool ours = status == 503;
  const std::string title = status == 404 ? "Nothing is here" : "This did not work";
  return page_answer(visit.service,
                     {std::string(propose_path), title,
                      tag("header", attr("class", "plain"), tag("h1", title),
                          tag("p", (ours ? "the database does not answer now" : error.what) + "."),
                          tag("p", ours ? "Try again in a moment." : error.hint)),
                      status});
}

Html area(const ProposalWords& words, const Problems& problems) {
  return field({.name = "text",
                .label = "What shall we announce?",
                .type = "textarea",
                .value = words.text,
                .hint = "In your own words. We shorten it for each platform and may change it "
                        "before it goes out.",
                .rows = 8},
               problems);
}

// People do not see it; programs that fill in every field do.
Html trap(const std::string& value) {
  return tag("div", attr("class", "trap"), attr("aria-hidden", "true"),
             tag("label", attr("for", "website"), "Leave this empty"),
             tag("input", attr("id", "website"), attr("name", "website"), attr("value", value),
                 attr("tabindex", "-1"), attr("autocomplete", "off")));
}

struct Shown {
  ProposalWords words = {};
  std::string trap = {};
  std::string token;
  Problems problems = {};
  int status = 200;
};

Html fields(const Shown& shown) {
  const ProposalWords& words = shown.words;
  const auto one = [&](const Field& what) { return field(what, shown.problems); };
  return together(
      hidden("token", shown.token), area(words, shown.problems),
      one({.name = "link",
           .label = "Where to read more",
           .type = "url",
           .value = words.link,
           .hint = "An address that starts with https://.",
           .optional = true}),
      one({.name = "audience",
           .label = "Who should hear it, and where?",
           .value = words.audience,
           .hint = "Such as: contributors, on Mastodon and the mailing list.",
           .optional = true}),
      one({.name = "date",
           .label = "When would be good?",
           .value = words.date,
           .hint = "Such as: next week, or before 14 March.",
           .optional = true}),
      one({.name = "name", .label = "Your name", .value = words.name, .optional = true}),
      one({.name = "contact",
           .label = "How to reach you",
           .value = words.contact,
           .hint = fmt::format("If we have a question. Only our editors see your name and this; "
                               "both are deleted {} days after the proposal is settled.",
                               limits::proposal_personal_days),
           .optional = true}),
      trap(shown.trap), button("Propose"));
}

HttpAnswer form_page(const Visit& visit, const Shown& shown) {
  const std::string& hint = visit.hub->workspace().config.propose.hint;
  const Html head =
      tag("header", attr("class", "plain"), tag("h1", "Propose an announcement"),
          tag("p", hint.empty() ? "Something our community should hear? Tell us." : hint),
          tag("p", attr("class", "hint"), "Only the text is needed, and no account."));
  const std::string path(propose_path);
  return page_answer(visit.service,
                     {path, "Propose an announcement",
                      together(head, error_summary(shown.problems),
                               tag("form", attr("method", "post"), attr("action", path),
                                   attr("class", "form wide"), fields(shown))),
                      shown.status});
}

// What the form says when it was not taken; the words stay in it.
Shown again(const Taken& taken, const ProposalForm& form, const std::string& fresh) {
  Shown out{.words = tidied(form.words), .token = form.token};
  const auto say = [&](int status, std::string text) {
    out.status = status;
    out.problems.push_back({"", std::move(text)});
  };
  switch (taken.state) {
    case Taking::kept:
      break;
    case Taking::wrong:
      out.status = 422;
      for (const auto& [name, text] : taken.problems) out.problems.push_back({name, text});
      break;
    case Taking::trapped:
      say(422,
          "A field that people do not see was filled in, perhaps by your browser. It is empty "
          "now: send it again.");
      break;
    case Taking::quick:
      say(422,
          "That was quicker than people write, so it was not taken. Look it over and send it "
          "again.");
      break;
    case Taking::old:
    case Taking::forged:
    case Taking::spent:
      out.token = fresh;
      say(422, taken.state == Taking::spent
                   ? "This form was sent already, with other words. If this is a second proposal, "
                     "send it now."
                   : "The form was open for too long. Your words are still here: send it again.");
      break;
    case Taking::wait:
      say(429,
          fmt::format("Many proposals came from your network. Try again in {}; this page keeps "
                      "your words until you leave it.",
                      in_words(taken.wait)));
      break;
    case Taking::full:
      say(503, "Too many proposals wait for us. Try again another day.");
      break;
  }
  return out;
}

HttpAnswer take(const Visit& visit, Proposals& proposals) {
  const auto sent = form_pairs(visit.query, visit.caller);
  if (!sent) return propose_trouble(visit, sent.error());
  const auto value = [&](std::string_view name) { return value_in(*sent, name); };
  const ProposalForm form{.words = {value("text"), value("link"), value("audience"), value("date"),
                                    value("name"), value("contact")},
                          .trap = value("website"),
                          .token = value("token"),
                          .address = visit.caller.visitor.address};
  const auto taken = proposals.take_in(form);
  if (!taken) return propose_trouble(visit, taken.error());
  if (taken->state == Taking::kept)
    return see_other(std::string(fate_path) + taken->status.reveal());
  HttpAnswer out = form_page(visit, again(*taken, form, proposals.form_token()));
  if (taken->wait > 0) out.headers.add("Retry-After", seconds_of(taken->wait));
  return out;
}

struct FateWords {
  const char* title;
  const char* lead;
};

FateWords words_of(ProposalState state) {
  switch (state) {
    case ProposalState::waiting:
      return {"Thank you: it is with us", "An editor has not decided yet."};
    case ProposalState::taken:
      return {"It is taken up", "We are making an announcement of it."};
    case ProposalState::declined:
      return {"We will not announce it", "Thank you all the same. Why:"};
    case ProposalState::published:
      return {"It is published", "Thank you. It stands here:"};
  }
  return {"", ""};
}

Html row(std::string_view what, const std::string& text) {
  return text.empty() ? Html() : together(tag("dt", what), tag("dd", attr("dir", "auto"), text));
}

HttpAnswer fate_page(const Visit& visit) {
  const Secret token(std::string(visit.query.path.substr(fate_path.size())));
  const auto fate = fate_of(*visit.hub, token);
  if (!fate) return propose_trouble(visit, fate.error());
  const FateWords words = words_of(fate->state);
  Html main = tag("header", attr("class", "plain"), tag("h1", words.title), tag("p", words.lead));
  if (!fate->reason.empty())
    main.add(tag("blockquote", attr("class", "quoted"), attr("dir", "auto"), fate->reason));
  Html links;
  for (const ProposalLink& one : fate->links)
    links.add(tag("li", tag("a", attr("href", one.url), one.name)));
  if (!links.empty()) main.add(tag("ul", attr("class", "row"), links));
  if (fate->ended.empty())
    main.add(tag("p", attr("class", "done"),
                 "Keep the address of this page, it is shown nowhere else: here you find what "
                 "becomes of your proposal."));
  const std::string day = fate->made.substr(0, 10);
  main.add(tag("section", tag("h2", "What you proposed"),
               tag("p", attr("class", "quoted"), attr("dir", "auto"), fate->text),
               tag("dl", attr("class", "facts"), row("Read more", fate->link),
                   row("For", fate->audience), row("When", fate->date), row("Sent on", day))));
  return page_answer(visit.service, {std::string(propose_path), words.title, main, 200});
}

HttpAnswer propose(const Visit& visit) {
  auto proposals = proposals_of(*visit.hub);
  if (!proposals) return propose_trouble(visit, proposals.error());
  if (visit.query.method == "POST") return take(visit, *proposals);
  return form_page(visit, {.token = proposals->form_token()});
}

}  // namespace

std::optional<HttpAnswer> answer_propose(Service& service, const HttpQuery& query) {
  const bool form = query.path == propose_path;
  const bool fate = query.path.starts_with(fate_path);
  if (!form && !fate) return std::nullopt;
  const Visit visit = visit_of(service, query);
  if (form && !visit.hub->workspace().config.propose.open) return std::nullopt;
  if (query.method == "GET" || (form && query.method == "POST"))
    return form ? propose(visit) : fate_page(visit);
  return wrong_method(service, std::string(propose_path), form ? "GET, HEAD, POST" : "GET, HEAD");
}

}  // namespace carillon
