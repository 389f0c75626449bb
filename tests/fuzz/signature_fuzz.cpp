// The headers of a signed request: lines of the input are Signature and Signature-Input.
#include "federation/signature.hpp"
#include "fuzz.hpp"

using namespace carillon;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const std::size_t line = text.find('\n');
  Headers headers{{"Host", "example.org"},
                  {"Date", "Tue, 24 Nov 2026 10:22:03 GMT"},
                  {"Digest", digest_of("{}")},
                  {"Content-Digest", content_digest_of("{}")},
                  {"Content-Type", "application/activity+json"},
                  {"Signature", std::string(text.substr(0, line))}};
  if (line != std::string_view::npos)
    headers.add("Signature-Input", std::string(text.substr(line + 1)));
  const SignedMessage message{"POST", "https://example.org", "/inbox?a=b", "{}", headers};
  const auto claim = read_claim(message, 1'795'515'723 * second);
  if (!claim) {
    fuzz::require_sound(claim.error());
    return 0;
  }
  fuzz::require(!claim->key_id.empty() && !claim->bases.empty(), "a claim is whole");
  const bool digest = claim->scheme == SignatureScheme::cavage
                          ? claim->bases.front().find("digest: SHA-256=") != std::string::npos
                          : claim->bases.front().find("\"content-digest\": ") != std::string::npos;
  fuzz::require(digest, "the body is covered");
  return 0;
}
