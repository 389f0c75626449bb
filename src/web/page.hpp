// What the pages for people who work here are made of: the home's frame around forms that need no
// script.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/html.hpp"
#include "hub/service.hpp"
#include "net/url.hpp"
#include "web/caller.hpp"

namespace carillon {

// A request to a page that anybody may open, with what it takes to answer it.
struct Visit {
  Service& service;
  std::shared_ptr<Hub> hub;
  const HttpQuery& query;
  Caller caller;
  [[nodiscard]] bool posts() const { return query.method == "POST"; }
};
// Valid for as long as both are.
[[nodiscard]] Visit visit_of(Service& service, const HttpQuery& query);

// What is wrong with a form; `field` empty: with all of it.
struct Problem {
  std::string field;
  std::string text;
};
using Problems = std::vector<Problem>;

struct Field {
  std::string name;
  std::string label;
  std::string type = "text";  // of an input; or textarea; or prose: one line of a language
  std::string value = {};
  std::string hint = {};
  std::string fills = {};  // what a browser may fill in (WHATWG HTML, autocomplete)
  bool optional = false;
  int rows = 3;  // of a textarea
};

// A labelled control; its problem stands beside it and is announced with it.
[[nodiscard]] Html field(const Field& field, const Problems& problems = {});
// The list at the top of the page that leads to each field; nothing without problems.
[[nodiscard]] Html error_summary(const Problems& problems);
// A form that posts to `action`, with the token that shows our own page sent it.
[[nodiscard]] Html form(const std::string& action, const std::string& csrf, const Html& inside);
[[nodiscard]] Html button(std::string_view label);
[[nodiscard]] Html hidden(std::string_view name, std::string_view value);

struct PageText {
  std::string path;
  std::string title;
  Html main;
  int status = 200;
  bool passkeys = false;  // the script that asks for them runs on it, and no other
};
// The whole page. Kept by no browser and no proxy, framed by nobody, and its address goes to no
// one.
[[nodiscard]] HttpAnswer page_answer(const Service& service, const PageText& page);
// To a path of this site, as a new GET request.
[[nodiscard]] HttpAnswer see_other(const std::string& path);
// A page that says what went wrong.
[[nodiscard]] HttpAnswer error_page(const Service& service, const std::string& path, int status,
                                    const Error& error);

// The answer to a method that the page at `path` does not have; `allowed` as in an Allow header.
[[nodiscard]] HttpAnswer wrong_method(const Service& service, const std::string& path,
                                      const std::string& allowed);

// The value of a form's field, or empty.
[[nodiscard]] std::string value_in(const QueryPairs& pairs, std::string_view name);
// What a form sent. Errors: denied when it comes from another site; invalid when it is no form.
[[nodiscard]] Result<QueryPairs> form_pairs(const HttpQuery& query, const Caller& caller);
// The same of a form for somebody we know. Errors: denied when it comes from another site or its
// token is not `csrf`; invalid when it is no form.
[[nodiscard]] Result<QueryPairs> sent_form(const HttpQuery& query, const Caller& caller,
                                           const std::string& csrf);

// What went wrong and what to do, as sentences. Pure.
[[nodiscard]] std::string in_sentences(const Error& error);
// "5 minutes", for people. Pure.
[[nodiscard]] std::string in_words(Micros wait);
// The same for Retry-After. Pure.
[[nodiscard]] std::string seconds_of(Micros wait);

}  // namespace carillon
