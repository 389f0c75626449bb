#include "web/mail.hpp"

#include "hub/notices.hpp"
#include "web/entrance.hpp"

namespace carillon {

namespace {

// Without the token of a form: the address holds a secret of its own.
Html ask(const std::string& action, std::string_view label) {
  return tag("form", attr("method", "post"), attr("action", action), button(label));
}

HttpAnswer said(const Visit& visit, std::string_view title, std::string_view lead,
                const Html& more = {}) {
  return page_answer(visit.service,
                     {"/mail", std::string(title), together(page_head(title, lead), more)});
}

HttpAnswer proof(const Visit& visit) {
  const std::string path(visit.query.path);
  if (!visit.posts())
    return said(visit, "Is this your address?",
                "Then say so, and what you choose to hear of comes here.",
                ask(path, "Yes, write to me here"));
  const Secret token(path.substr(mail_proof_path.size()));
  if (const auto done = mail_book_of(*visit.hub).prove(token); !done)
    return trouble(visit, done.error());
  return said(visit, "Thank you", "From now on mail comes to this address.",
              tag("p", tag("a", attr("href", "/account#mail"), "Choose what you hear of")));
}

HttpAnswer off(const Visit& visit) {
  const std::string path(visit.query.path);
  const auto what = read_turn_off(*visit.hub, path.substr(mail_off_path.size()));
  if (!what) return trouble(visit, what.error());
  Html kinds;
  for (const Notice one : what->notices)
    kinds.add(tag("li", "when " + std::string(notice_words(one))));
  const Html list = tag("ul", kinds);
  if (!visit.posts())
    return said(visit, "No more of this mail?",
                "You would not hear any more:", together(list, ask(path, "Turn it off")));
  if (const auto done = mail_book_of(*visit.hub).turn_off(what->person, what->notices); !done)
    return trouble(visit, done.error());
  return said(visit, "It is turned off", "You do not hear any more:",
              together(list, tag("p", tag("a", attr("href", "/account#mail"),
                                          "Choose again on the page of your account"))));
}

}  // namespace

std::optional<HttpAnswer> answer_mail(Service& service, const HttpQuery& query) {
  const bool proves = query.path.starts_with(mail_proof_path);
  if (!proves && !query.path.starts_with(mail_off_path)) return std::nullopt;
  if (query.method != "GET" && query.method != "POST")
    return wrong_method(service, "/mail", "GET, HEAD, POST");
  const Visit visit = visit_of(service, query);
  return proves ? proof(visit) : off(visit);
}

}  // namespace carillon
