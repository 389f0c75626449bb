#include <doctest/doctest.h>

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"

using namespace carillon;

TEST_CASE("UTF-8 that RFC 3629 forbids is found") {
  CHECK(!first_bad_utf8("plain, zwölf, 日本, 👋"));
  CHECK(first_bad_utf8("ab\xFF") == 2);
  CHECK(first_bad_utf8("\xC0\x80") == 0);          // overlong
  CHECK(first_bad_utf8("x\xED\xA0\x80") == 1);     // surrogate
  CHECK(first_bad_utf8("\xF4\x90\x80\x80") == 0);  // beyond U+10FFFF
  CHECK(first_bad_utf8("\xE2\x82") == 0);          // cut short
}

TEST_CASE("base64 and hex follow RFC 4648") {
  CHECK(to_base64("fooba") == "Zm9vYmE=");
  CHECK(to_base64url("\xFB\xFF") == "-_8");
  CHECK(from_base64("Zm9vYmE=") == "fooba");
  CHECK(!from_base64("Zm9v!"));
  CHECK(to_hex("\x01\xFE") == "01fe");
  CHECK(from_hex("01fe") == "\x01\xFE");
  CHECK(!from_hex("0g"));
}

TEST_CASE("digests match the published vectors") {
  // FIPS 180-2 appendix B.1 and RFC 4231 case 2.
  CHECK(to_hex(sha256("abc")) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST_CASE("a sealed secret opens with its key only") {
  const Secret key(random_bytes(seal_key_bytes));
  const std::string sealed = seal(key, "app password");
  CHECK(sealed.find("app password") == std::string::npos);
  CHECK(unseal(key, sealed)->reveal() == "app password");
  CHECK(!unseal(Secret(random_bytes(seal_key_bytes)), sealed).has_value());
  std::string bent = sealed;
  bent.back() = static_cast<char>(bent.back() ^ 1);
  CHECK(!unseal(key, bent).has_value());
}

TEST_CASE("ids are TIDs that sort by time and never repeat") {
  CHECK(tid(0, 0) == "2222222222222");
  ManualClock clock(1'700'000'000'000'000);
  Ids ids(clock);
  const std::string first = ids.next();
  const std::string second = ids.next();
  CHECK(is_tid(first));
  CHECK(first < second);
  clock.advance(5);
  CHECK(second < ids.next());
  CHECK(!is_tid("222222222222"));
  CHECK(!is_tid("z222222222222"));
}

TEST_CASE("the nearest word is offered only when it is near") {
  CHECK(nearest("chanels", {"channels", "title"}) == "channels");
  CHECK(!nearest("banana", {"channels", "title"}));
  CHECK(nearest("titel", {"channels", "title"}) == "title");
  CHECK(!nearest("tilet", {"channels", "title"}));
}

TEST_CASE("a secret leaves nothing behind where it was") {
  // Short enough to lie inside the object, where a move copies it and ends it at its first byte.
  const auto holds = [](const void* at, std::size_t size) {
    return std::string_view(static_cast<const char*>(at), size).find("lanted-47") !=
           std::string_view::npos;
  };
  Secret first("planted-4711");
  CHECK(holds(&first, sizeof first));
  Secret second(std::move(first));
  CHECK(!holds(&first, sizeof first));  // NOLINT(bugprone-use-after-move): that is the question
  Secret third;
  third = std::move(second);
  CHECK(!holds(&second, sizeof second));  // NOLINT(bugprone-use-after-move): the same
  third = Secret("x");
  CHECK(!holds(&third, sizeof third));
  alignas(Secret) char place[sizeof(Secret)] = {};
  auto* last = new (place) Secret("planted-4712");
  CHECK(holds(place, sizeof place));
  last->~Secret();
  CHECK(!holds(place, sizeof place));
}
