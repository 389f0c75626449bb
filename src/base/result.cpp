#include "base/result.hpp"

namespace carillon {

const char* code_of(Fault fault) {
  switch (fault) {
    case Fault::invalid:
      return "invalid";
    case Fault::not_found:
      return "not_found";
    case Fault::conflict:
      return "conflict";
    case Fault::denied:
      return "denied";
    case Fault::too_large:
      return "too_large";
    case Fault::unavailable:
      return "unavailable";
    case Fault::timeout:
      return "timeout";
    case Fault::corrupt:
      return "corrupt";
    case Fault::internal:
      return "internal";
  }
  return "internal";
}

Error within(const std::string& where, Error error) {
  error.what = where + ": " + error.what;
  return error;
}

}  // namespace carillon
