// What the pages by which people come in share, whichever way they take.
#pragma once

#include <string>

#include "web/page.hpp"

namespace carillon {

// A form for whom nobody knows yet: bound to the browser by a cookie of its own.
struct Unsigned {
  Secret form;
  bool fresh = false;
};
[[nodiscard]] Unsigned form_of(const Visit& visit);
// The answer with that cookie, where the browser has none yet.
[[nodiscard]] HttpAnswer with_form(const Visit& visit, const Unsigned& bound, HttpAnswer answer);

// A page that says what went wrong; of what is our own fault no more than that.
[[nodiscard]] HttpAnswer trouble(const Visit& visit, const Error& error);
[[nodiscard]] Html page_head(std::string_view title, std::string_view lead);

struct SignInText {
  std::string who = {};   // as it was typed
  std::string next = {};  // where to go then
  Problems problems = {};
  int status = 200;
};
// /sign-in with all the ways that work here.
[[nodiscard]] HttpAnswer sign_in_page(const Visit& visit, const SignInText& text);
// The same with what went wrong, as far as it is not our own fault.
[[nodiscard]] HttpAnswer sign_in_trouble(const Visit& visit, const std::string& next,
                                         const Error& error);

// Signed in, or on to the second step.
[[nodiscard]] HttpAnswer come_in(const Visit& visit, const SignInOutcome& outcome,
                                 const std::string& next);

// Sentences for SignedIn::closed, wait and, where something was to be proved, anew. Pure.
[[nodiscard]] std::string closed_words(Standing standing);
[[nodiscard]] std::string wait_words(Micros wait);
[[nodiscard]] std::string proof_words();
// The answer with when to come back.
[[nodiscard]] HttpAnswer with_wait(HttpAnswer answer, Micros wait);

}  // namespace carillon
