// Whether the world reaches the home and its account in the fediverse, as it does: from outside.
#pragma once

#include <string>
#include <vector>

#include "core/operation.hpp"
#include "hub/hub.hpp"
#include "hub/installation.hpp"

namespace carillon {

struct HomeDoctorRequest {
  static constexpr std::array<std::string_view, 1> required{"url"};
  std::string url;
  std::string authority = {};
  std::int64_t http_port = 80;
  static constexpr std::array<std::array<std::string_view, 2>, 3> notes{{
      {"url", "the home's address, https://news.example.org"},
      {"authority", "a PEM file of the authorities to trust; default: those of the system"},
      {"http_port", "where http is served, which should lead to https"},
  }};
};
BOOST_DESCRIBE_STRUCT(HomeDoctorRequest, (), (url, authority, http_port))

// Asks as other servers do: names, certificate, redirects, WebFinger, the account as an object and
// as a page, and what of signed requests comes through. Signs with the account's key, so it is to
// run in the workspace of the server. Changes nothing. Errors: invalid for an address that is none;
// conflict where the home has no account in the fediverse.
Result<std::vector<Diagnosis>> home_doctor(Hub& hub, const Actor& actor,
                                           const HomeDoctorRequest& request);

[[nodiscard]] std::vector<Operation<Hub>> outside_operations();

}  // namespace carillon
