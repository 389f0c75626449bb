// A request of somebody who is signed in, and what all of their pages share.
#pragma once

#include <memory>
#include <string>
#include <variant>

#include "hub/operations.hpp"
#include "hub/people.hpp"
#include "web/page.hpp"

namespace carillon {

struct Workplace {
  Service& service;
  std::shared_ptr<Hub> hub;
  const HttpQuery& query;
  Caller caller;
  SignIn::Present who;
  Actor actor;
  [[nodiscard]] bool posts() const { return query.method == "POST"; }
  // A moment as RFC 3339 has it, in the organisation's time zone.
  [[nodiscard]] std::string when(const std::string& iso) const;
};

// Who asks; or the answer to whom nobody knows, which leads to signing in and back.
[[nodiscard]] std::variant<Workplace, HttpAnswer> enter(Service& service, const HttpQuery& query);

// An operation as any door calls it, so that it is checked and written down as everywhere.
template <class Request>
[[nodiscard]] Result<json::value> do_operation(const Workplace& place, std::string_view name,
                                               const Request& request) {
  return perform(*place.hub, *find_operation(name), place.actor, to_json(request));
}
template <class Reply, class Request>
[[nodiscard]] Result<Reply> ask_operation(const Workplace& place, std::string_view name,
                                          const Request& request) {
  TRY(const json::value reply, do_operation(place, name, request));
  return from_json<Reply>(reply);
}

// The status of the page that tells an error.
[[nodiscard]] int page_status(Fault fault);
// "it is so: do this." as the sentences of a page.
[[nodiscard]] std::string sentences(const Error& error);
[[nodiscard]] Html section(std::string_view id, std::string_view title, const Html& inside);
// Where one can go from here; `path` is marked.
[[nodiscard]] Html ways(std::string_view path);

}  // namespace carillon
