#include "base/crypto_memory.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <functional>
#include <thread>
#include <vector>

using namespace carillon;

namespace {

// On a thread of its own, which keeps nothing yet.
void on_new_thread(const std::function<void()>& work) {
  std::thread(work).join();
}

}  // namespace

TEST_CASE("what was given back is what is asked for next, where it is large enough") {
  on_new_thread([] {
    void* first = crypto_memory::take(100);
    REQUIRE(first != nullptr);
    crypto_memory::give_back(first);
    const std::size_t kept = crypto_memory::kept_bytes();
    CHECK(kept >= 100);
    void* larger = crypto_memory::take(200);
    CHECK(larger != first);
    CHECK(crypto_memory::kept_bytes() == kept);
    void* again = crypto_memory::take(100);
    CHECK(again == first);
    CHECK(crypto_memory::kept_bytes() == 0);
    crypto_memory::give_back(again);
    crypto_memory::give_back(larger);
  });
}

TEST_CASE("pieces of all sizes hold what they were asked for") {
  on_new_thread([] {
    for (int round = 0; round < 3; ++round) {
      std::vector<void*> pieces;
      for (std::size_t size = 1; size < 1200; ++size) {
        pieces.push_back(crypto_memory::take(size));
        REQUIRE(pieces.back() != nullptr);
        std::memset(pieces.back(), static_cast<int>(size & 255U), size);
      }
      for (std::size_t size = 1; size < 1200; ++size) {
        const auto* bytes = static_cast<const unsigned char*>(pieces[size - 1]);
        CHECK(bytes[0] == (size & 255U));
        CHECK(bytes[size - 1] == (size & 255U));
      }
      for (void* piece : pieces) crypto_memory::give_back(piece);
    }
  });
}

TEST_CASE("a thread keeps half a megabyte at most, and nothing that is large") {
  on_new_thread([] {
    crypto_memory::give_back(crypto_memory::take(100'000));
    CHECK(crypto_memory::kept_bytes() == 0);
    std::vector<void*> pieces;
    pieces.reserve(2000);
    for (int i = 0; i < 2000; ++i) pieces.push_back(crypto_memory::take(1000));
    for (void* piece : pieces) crypto_memory::give_back(piece);
    CHECK(crypto_memory::kept_bytes() > crypto_memory::kept_most - 2000);
    CHECK(crypto_memory::kept_bytes() <= crypto_memory::kept_most);
  });
}

TEST_CASE("a piece grows with what is in it, and goes from thread to thread") {
  void* piece = crypto_memory::take(5);
  std::memcpy(piece, "bell", 5);
  on_new_thread([&] {
    piece = crypto_memory::resize(piece, 5000);
    CHECK(std::strcmp(static_cast<const char*>(piece), "bell") == 0);
    void* other = crypto_memory::resize(nullptr, 40);
    CHECK(other != nullptr);
    CHECK(crypto_memory::resize(other, 0) == nullptr);
    CHECK(crypto_memory::kept_bytes() >= 40);
  });
  crypto_memory::give_back(piece);
  crypto_memory::give_back(nullptr);
  CHECK(crypto_memory::take(0) == nullptr);
}
