// What OpenSSL hands out, freed when it goes. For src/base alone.
#pragma once

#include <memory>

namespace carillon {

template <class T, auto free>
struct OpensslFree {
  void operator()(T* it) const { free(it); }
};
template <class T, auto free>
using Owned = std::unique_ptr<T, OpensslFree<T, free>>;

}  // namespace carillon
