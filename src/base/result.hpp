// What every fallible function returns: a value, or an Error a person can act on.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace carillon {

// What the caller can do about it; maps one to one to an HTTP status and an exit code.
enum class Fault {
  invalid,      // the request or file is wrong; the sentence says where
  not_found,    // the named thing does not exist
  conflict,     // it exists already, or changed meanwhile
  denied,       // credentials or permission
  too_large,    // over a stated limit
  unavailable,  // the other side or the disk cannot serve now; trying later may help
  timeout,      // no answer within the limit; for a write: the outcome is unknown
  corrupt,      // bytes that should have been well-formed are not
  internal,     // a bug
};

struct Error {
  Fault fault = Fault::internal;
  std::string what;  // one sentence: what failed and where
  std::string hint;  // one sentence: what to do; may be empty
};

template <class T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> fail(Fault fault, std::string what,
                                                std::string hint = {}) {
  return tl::unexpected<Error>(Error{fault, std::move(what), std::move(hint)});
}

// The stable code of a fault as it stands in `{"error":{"code":…}}`.
[[nodiscard]] const char* code_of(Fault fault);

// The same error with words put before its sentence ("posts/a.md: …").
[[nodiscard]] Error within(const std::string& where, Error error);

}  // namespace carillon

#define CARILLON_CAT2(a, b) a##b
#define CARILLON_CAT(a, b) CARILLON_CAT2(a, b)
// NOLINTBEGIN(bugprone-macro-parentheses): a declaration cannot stand in parentheses.
#define CARILLON_TRY(tmp, decl, expr)                                       \
  auto tmp = (expr);                                                        \
  if (!tmp) return tl::unexpected<carillon::Error>(std::move(tmp).error()); \
  decl = std::move(*tmp)
// NOLINTEND(bugprone-macro-parentheses)
// TRY(auto x, f()): binds the value, or returns the error from the enclosing function.
#define TRY(decl, expr) CARILLON_TRY(CARILLON_CAT(try_, __LINE__), decl, expr)
// CHECK_OK(f()): the same for Result<void> or a value nobody needs.
#define CHECK_OK(expr)                 \
  if (auto checked = (expr); !checked) \
  return tl::unexpected<carillon::Error>(std::move(checked).error())
