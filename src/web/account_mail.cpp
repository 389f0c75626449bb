// The part of /account that says where and about what one is written to.
#include <algorithm>

#include "hub/notices.hpp"
#include "web/account_parts.hpp"

namespace carillon {

namespace {

Html kind_box(Notice one, const NoticeView& view) {
  const bool on = std::find(view.notices.begin(), view.notices.end(), one) != view.notices.end();
  return tag("label", attr("class", "check"),
             tag("input", attr("type", "checkbox"), attr("name", word_of(one)), attr("value", "on"),
                 on ? attr("checked") : Attribute()),
             tag("span", "When " + std::string(notice_words(one))));
}

Html where(const Workplace& place, const NoticeView& view, const Problems& problems) {
  std::string now = "You are written to nowhere.";
  if (!view.address.empty())
    now = view.proven ? "You are written to at " + view.address + "."
                      : "A link is on its way to " + view.address +
                            ". Open it, and you are written to there.";
  Html out = tag("p", now);
  out.add(form("/account/mail", place.actor.csrf,
               together(hidden("step", "address"),
                        field({.name = "address",
                               .label = view.address.empty() ? "Your address" : "Another address",
                               .type = "email",
                               .hint = "Nobody else sees it.",
                               .fills = "email"},
                              problems),
                        button("Send me a link"))));
  if (!view.address.empty())
    out.add(form("/account/mail", place.actor.csrf,
                 together(hidden("step", "forget"), button("Forget the address"))));
  return out;
}

}  // namespace

Result<Html> mail_part(const Workplace& place, const Problems& problems) {
  TRY(const NoticeView view, notice_show(*place.hub, place.actor, {}));
  if (!view.works && view.address.empty()) return Html();
  Html kinds;
  for (const Notice one : all_notices()) kinds.add(kind_box(one, view));
  const Html choice =
      together(hidden("step", "kinds"),
               tag("fieldset", attr("class", "field"), tag("legend", "Write to me"), kinds),
               button("Keep this choice"));
  return section(
      "mail", "Mail",
      together(tag("p",
                   "What needs you, at most once in a quarter of an hour. Each mail "
                   "has a link that turns it off."),
               where(place, view, problems), form("/account/mail", place.actor.csrf, choice)));
}

Said change_mail(const Workplace& place, const QueryPairs& sent) {
  const std::string step = value_in(sent, "step");
  NoticeSetRequest request;
  if (step == "kinds") {
    for (const Notice one : all_notices()) {
      const std::string word(word_of(one));
      request.set.push_back(word + (value_in(sent, word) == "on" ? "=on" : "=off"));
    }
  } else {
    request.set = {"address=" + (step == "forget" ? std::string() : value_in(sent, "address"))};
    if (step != "forget" && request.set.front() == "address=")
      return {.problems = {{"address", "Write the address."}}, .status = 422};
  }
  if (const auto done = do_operation(place, "notice set", request); !done)
    return wrong(step == "address" ? "address" : "", done.error());
  if (step == "kinds") return {.done = "Your choice is kept."};
  if (step == "forget") return {.done = "The address is forgotten."};
  return {.done = "A link is on its way to that address. Open it within a day."};
}

}  // namespace carillon
