#include "net/multipart.hpp"

#include <doctest/doctest.h>

using namespace carillon;

namespace {

constexpr const char* kind = "multipart/form-data; boundary=\"x y\"";

Fault fault_of(std::string_view type, std::string_view body) {
  const auto out = parse_multipart(type, body);
  REQUIRE_FALSE(out.has_value());
  return out.error().fault;
}

}  // namespace

TEST_CASE("a form with a file is read as it was written") {
  const FormBody form = multipart({{"status", "a\r\nb", "", ""},
                                   {"file", std::string("\0\r\n--x", 6), "te\"a.png", "image/png"},
                                   {"empty", "", "", ""}});
  const auto parts = parse_multipart(form.content_type, form.body);
  REQUIRE_MESSAGE(parts.has_value(), parts.error().what);
  REQUIRE(parts->size() == 3);
  CHECK(parts->at(0).name == "status");
  CHECK(parts->at(0).value == "a\r\nb");
  CHECK(parts->at(1).value == std::string("\0\r\n--x", 6));
  CHECK(parts->at(1).mime == "image/png");
  CHECK_FALSE(parts->at(1).filename.empty());
  CHECK(parts->at(2).value.empty());
}

TEST_CASE("quotes, a preamble and the order of headers are as RFC 7578 lets them be") {
  const auto parts = parse_multipart(
      kind,
      "ignored\r\n--x y\r\nContent-Type: text/plain\r\ncontent-disposition: form-data; "
      "name=a; filename=\"b\\\"c;d\"\r\n\r\nv\r\n--x y--\r\nignored");
  REQUIRE_MESSAGE(parts.has_value(), parts.error().what);
  REQUIRE(parts->size() == 1);
  CHECK(parts->front().name == "a");
  CHECK(parts->front().filename == "b\"c;d");
  CHECK(parts->front().value == "v");
}

TEST_CASE("a form that is cut off, or none, is refused") {
  constexpr std::string_view whole =
      "--x y\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nv\r\n--x y--\r\n";
  REQUIRE(parse_multipart(kind, whole).has_value());
  for (std::size_t cut = 0; cut + 4 < whole.size(); ++cut)
    CHECK_MESSAGE(!parse_multipart(kind, whole.substr(0, cut)).has_value(), cut);
  CHECK(fault_of("multipart/form-data", whole) == Fault::invalid);
  CHECK(fault_of("application/json; boundary=\"x y\"", whole) == Fault::invalid);
  CHECK(fault_of(kind, "--x y\r\nno name\r\n\r\nv\r\n--x y--") == Fault::invalid);
  CHECK(fault_of(kind, "--x y\r\n--x y--") == Fault::invalid);
  std::string many;
  for (std::size_t i = 0; i <= limits::query_pairs; ++i)
    many += "--x y\r\nContent-Disposition: form-data; name=a\r\n\r\nv\r\n";
  CHECK(fault_of(kind, many + "--x y--") == Fault::too_large);
}
