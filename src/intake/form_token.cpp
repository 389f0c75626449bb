#include "intake/form_token.hpp"

#include <charconv>

#include "base/bytes.hpp"
#include "base/limits.hpp"

namespace carillon {

namespace {

std::string signature(const Secret& key, std::string_view signed_part) {
  return to_base64url(hmac_sha256(key.reveal(), "form " + std::string(signed_part)));
}

}  // namespace

// "TIME.NONCE.SIGNATURE"
std::string new_form_token(const Secret& key, Micros now) {
  const std::string first = std::to_string(now) + "." + to_base64url(random_bytes(12));
  return first + "." + signature(key, first);
}

FormAge age_of_form(const Secret& key, std::string_view token, Micros now) {
  const auto dot = token.rfind('.');
  if (dot == std::string_view::npos || token.size() > 200) return FormAge::forged;
  const std::string_view first = token.substr(0, dot);
  if (!same_secret(signature(key, first), token.substr(dot + 1))) return FormAge::forged;
  Micros made = 0;
  const auto read = std::from_chars(first.data(), first.data() + first.size(), made);
  if (read.ec != std::errc()) return FormAge::forged;
  if (now < made + limits::proposal_form_seconds * second) return FormAge::quick;
  return now < made + limits::proposal_form_hours * hour ? FormAge::good : FormAge::old;
}

}  // namespace carillon
