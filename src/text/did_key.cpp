#include "text/did_key.hpp"

#include <algorithm>
#include <optional>

namespace carillon {

namespace {

constexpr std::string_view base58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

// https://datatracker.ietf.org/doc/html/draft-msporny-base58
std::optional<std::string> from_base58(std::string_view text) {
  std::string out;  // the lowest byte first
  for (const char c : text) {
    const auto digit = base58.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    unsigned held = static_cast<unsigned>(digit);
    for (char& byte : out) {
      held += static_cast<unsigned char>(byte) * 58U;
      byte = static_cast<char>(held & 0xFFU);
      held >>= 8U;
    }
    if (held > 0) out += static_cast<char>(held);
  }
  for (std::size_t i = 0; i < text.size() && text[i] == '1'; ++i) out += '\0';
  std::reverse(out.begin(), out.end());
  return out;
}

}  // namespace

Result<DidKey> did_key(std::string_view text) {
  constexpr std::string_view scheme = "did:key:";
  if (text.starts_with(scheme)) text.remove_prefix(scheme.size());
  const bool sized = text.starts_with('z') && text.size() <= 100;
  const auto bytes = sized ? from_base58(text.substr(1)) : std::nullopt;
  const std::string_view all = bytes ? std::string_view(*bytes) : std::string_view();
  // https://github.com/multiformats/multicodec: 0xe7 and 0x1200 as varints.
  if (all.size() == 35 && all.starts_with("\xE7\x01"))
    return DidKey{Curve::k256, std::string(all.substr(2))};
  if (all.size() == 35 && all.starts_with("\x80\x24"))
    return DidKey{Curve::p256, std::string(all.substr(2))};
  // Older documents have the whole point of the one curve there was: 4, x, y.
  if (all.size() == 65 && all.front() == '\x04') {
    const bool odd = (static_cast<unsigned char>(all.back()) & 1U) != 0;
    return DidKey{Curve::k256, (odd ? '\x03' : '\x02') + std::string(all.substr(1, 32))};
  }
  return fail(Fault::invalid, "this is no public key of a Bluesky account",
              "It looks like did:key:zQ3sh…, and stands in the account's DID document.");
}

}  // namespace carillon
