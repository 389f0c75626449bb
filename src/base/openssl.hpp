// What OpenSSL hands out, freed when it goes. For those who use OpenSSL: src/base and net/tls.
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
