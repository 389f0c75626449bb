#include "federation/signature.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/bytes.hpp"
#include "base/moment.hpp"
#include "federation/limits.hpp"
#include "net/url.hpp"

namespace carillon {

namespace {

tl::unexpected<Error> refused(std::string_view why) {
  return fail(Fault::denied, fmt::format("the signature of the request is not good: {}", why));
}

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// All lines of that name as one value (RFC 9421 section 2.1, draft-cavage section 2.3).
std::optional<std::string> joined(const Headers& headers, std::string_view name) {
  std::optional<std::string> out;
  for (const auto& [key, value] : headers) {
    if (!same_ignoring_case(key, name)) continue;
    if (out) *out += ", ";
    out = out.value_or("") + std::string(trim(value));
  }
  return out;
}

std::optional<std::int64_t> seconds_of(std::string_view text) {
  std::int64_t out = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
  if (read.ec != std::errc() || text.empty() || out < 0 || out > 253'402'300'799)
    return std::nullopt;
  const std::string_view rest(read.ptr,
                              static_cast<std::size_t>(text.data() + text.size() - read.ptr));
  // Some write a fraction.
  if (!rest.empty() && !rest.starts_with('.')) return std::nullopt;
  return out;
}

Result<void> check_times(std::optional<std::int64_t> made, std::optional<std::int64_t> expires,
                         Micros now) {
  if (!made) return refused("it does not say when it was made");
  // In seconds, for what was sent may be any number of 15 digits (RFC 9651 section 3.3.1).
  const std::int64_t latest = (now + limits::signature_skew) / second;
  const std::int64_t earliest = (now - limits::signature_skew + second - 1) / second;
  if (*made > latest) return refused("it was made in the future");
  if (*made < earliest) return refused("it was made more than an hour ago");
  if (expires && *expires < earliest) return refused("it has expired");
  return {};
}

// The value of one algorithm of a Digest header: "SHA-256=…,MD5=…".
Result<void> check_digest(const SignedMessage& message) {
  const auto header = joined(message.headers, "digest");
  for (const std::string& one : split(header.value_or(""), ',')) {
    const std::string_view part = trim(one);
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos || lower_ascii(part.substr(0, equals)) != "sha-256")
      continue;
    const auto bytes = from_base64(part.substr(equals + 1));
    if (bytes && *bytes == sha256(message.body)) return {};
    return refused("the digest is not the body's");
  }
  return refused("there is no digest of SHA-256");
}

Result<void> check_content_digest(const SignedMessage& message) {
  const auto header = joined(message.headers, "content-digest");
  const auto read = read_field_dictionary(header.value_or(""));
  if (!read) return refused("the digest cannot be read");
  const FieldMember* member = find_member(*read, "sha-256");
  const auto* item = member == nullptr ? nullptr : std::get_if<FieldItem>(member);
  const auto* bytes = item == nullptr ? nullptr : std::get_if<FieldBytes>(&item->value);
  if (bytes == nullptr) return refused("there is no digest of SHA-256");
  if (bytes->bytes != sha256(message.body)) return refused("the digest is not the body's");
  return {};
}

// name="value",name=123, as draft-cavage section 4.1 writes it.
Result<std::vector<std::pair<std::string, std::string>>> read_pairs(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> out;
  std::size_t at = 0;
  while (at < text.size() && out.size() < limits::signature_headers) {
    const std::size_t equals = text.find('=', at);
    if (equals == std::string_view::npos) return refused("it cannot be read");
    const std::string name = lower_ascii(trim(text.substr(at, equals - at)));
    at = equals + 1;
    std::size_t end = text.size();
    if (at < text.size() && text[at] == '"') {
      end = text.find('"', at + 1);
      if (end == std::string_view::npos) return refused("it cannot be read");
      out.emplace_back(name, text.substr(at + 1, end - at - 1));
      end = std::min(text.find(',', end), text.size());
    } else {
      end = std::min(text.find(',', at), text.size());
      out.emplace_back(name, trim(text.substr(at, end - at)));
    }
    at = end + 1;
  }
  return out;
}

struct CavageParameters {
  std::string key_id;
  std::string algorithm;
  std::string created;
  std::string expires;
  std::string signature;
  std::vector<std::string> names;
};

Result<CavageParameters> cavage_parameters(std::string_view header) {
  TRY(const auto pairs, read_pairs(header));
  CavageParameters out;
  std::string names = "date";
  for (const auto& [name, value] : pairs) {
    if (name == "keyid") out.key_id = value;
    if (name == "algorithm") out.algorithm = lower_ascii(value);
    if (name == "created") out.created = value;
    if (name == "expires") out.expires = value;
    if (name == "headers") names = lower_ascii(value);
    if (name == "signature") {
      const auto bytes = from_base64(value);
      if (!bytes) return refused("it is no base64");
      out.signature = *bytes;
    }
  }
  for (const std::string& name : split(names, ' ')) {
    if (!name.empty()) out.names.push_back(name);
  }
  if (out.names.size() > limits::signature_headers) return refused("it covers too much");
  if (out.key_id.empty()) return refused("it names no key");
  if (out.signature.empty()) return refused("it is empty");
  constexpr std::array<std::string_view, 4> known{"", "hs2019", "rsa-sha256", "ed25519"};
  if (std::find(known.begin(), known.end(), out.algorithm) == known.end())
    return refused("its algorithm is neither rsa-sha256 nor hs2019");
  return out;
}

Result<SignatureClaim> read_cavage(const SignedMessage& message, std::string_view header,
                                   Micros now) {
  TRY(CavageParameters read, cavage_parameters(header));
  if (!has(read.names, "(request-target)")) return refused("it does not cover the target");
  const bool fetch = message.method == "GET" || message.method == "HEAD";
  if (fetch && !has(read.names, "host")) return refused("it does not cover the host");
  if (!fetch) {
    if (!has(read.names, "digest")) return refused("it does not cover the digest of the body");
    CHECK_OK(check_digest(message));
  }
  std::optional<std::int64_t> made;
  if (has(read.names, "(created)")) made = seconds_of(read.created);
  if (!made && has(read.names, "date")) {
    if (const auto date = parse_time(message.headers.get("date"))) made = *date / second;
  }
  CHECK_OK(check_times(made, read.expires.empty() ? std::nullopt : seconds_of(read.expires), now));
  SignatureClaim out{SignatureScheme::cavage, read.key_id, read.names,
                     read.algorithm,          {},          read.signature};
  TRY(std::string base, cavage_base(message, read.names, read.created, read.expires));
  out.bases.push_back(std::move(base));
  // Some sign a GET without its query; nothing is changed by one.
  const std::size_t query = message.target.find('?');
  if (fetch && query != std::string_view::npos) {
    SignedMessage bare = message;
    bare.target = message.target.substr(0, query);
    TRY(std::string other, cavage_base(bare, read.names, read.created, read.expires));
    out.bases.push_back(std::move(other));
  }
  return out;
}

std::string text_at(const FieldParameters& parameters, std::string_view key) {
  const BareItem* value = find_parameter(parameters, key);
  const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
  return text == nullptr ? "" : *text;
}

std::optional<std::int64_t> number_at(const FieldParameters& parameters, std::string_view key) {
  const BareItem* value = find_parameter(parameters, key);
  const auto* number = value == nullptr ? nullptr : std::get_if<std::int64_t>(value);
  return number == nullptr ? std::nullopt : std::optional(*number);
}

// The first signature counts. A component with a parameter counts as none of those that must be
// covered: "content-digest";key="md5" is not the digest.
Result<SignatureClaim> read_rfc9421(const SignedMessage& message, std::string_view input,
                                    Micros now) {
  const auto inputs = read_field_dictionary(input);
  const auto signatures = read_field_dictionary(joined(message.headers, "signature").value_or(""));
  if (!inputs || !signatures || inputs->empty()) return refused("it cannot be read");
  const auto& [label, member] = inputs->front();
  const auto* list = std::get_if<InnerList>(&member);
  const FieldMember* made = find_member(*signatures, label);
  const auto* item = made == nullptr ? nullptr : std::get_if<FieldItem>(made);
  const auto* bytes = item == nullptr ? nullptr : std::get_if<FieldBytes>(&item->value);
  if (list == nullptr || bytes == nullptr) return refused("it cannot be read");
  SignatureClaim out;
  out.scheme = SignatureScheme::rfc9421;
  out.key_id = text_at(list->parameters, "keyid");
  out.algorithm = lower_ascii(text_at(list->parameters, "alg"));
  out.signature = bytes->bytes;
  for (const FieldItem& component : list->items) {
    const auto* name = std::get_if<std::string>(&component.value);
    if (name != nullptr && component.parameters.empty()) out.covered.push_back(*name);
  }
  if (out.key_id.empty()) return refused("it names no key");
  constexpr std::array<std::string_view, 3> known{"", "rsa-v1_5-sha256", "ed25519"};
  if (std::find(known.begin(), known.end(), out.algorithm) == known.end())
    return refused("its algorithm is neither rsa-v1_5-sha256 nor ed25519");
  if (!has(out.covered, "@method") || !has(out.covered, "@target-uri"))
    return refused("it does not cover method and target");
  if (message.method != "GET" && message.method != "HEAD") {
    if (!has(out.covered, "content-digest"))
      return refused("it does not cover the digest of the body");
    CHECK_OK(check_content_digest(message));
  }
  CHECK_OK(check_times(number_at(list->parameters, "created"),
                       number_at(list->parameters, "expires"), now));
  TRY(std::string base, rfc9421_base(message, *list));
  out.bases.push_back(std::move(base));
  return out;
}

std::string_view authority_of(std::string_view origin) {
  const std::size_t begin = origin.find("://");
  return begin == std::string_view::npos ? origin : origin.substr(begin + 3);
}

// RFC 9421 section 2.2.8: decoded as a form has it, and encoded again.
Result<std::string> query_value(std::string_view query, std::string_view wanted) {
  std::optional<std::string> out;
  const auto decoded = percent_decode(wanted, true);
  for (const auto& [name, value] : parse_query(query)) {
    if (!decoded || name != *decoded) continue;
    if (out) return refused("it covers a name that stands twice in the query");
    out = percent_encode(value);
  }
  if (!out) return refused("it covers a name that is not in the query");
  return *out;
}

Result<std::string> derived(const SignedMessage& message, const std::string& name,
                            const FieldParameters& parameters) {
  const std::size_t mark = message.target.find('?');
  const std::string_view query =
      mark == std::string_view::npos ? "" : message.target.substr(mark + 1);
  if (name == "@query-param") {
    if (parameters.size() != 1) return refused("it covers what we do not know");
    return query_value(query, text_at(parameters, "name"));
  }
  if (!parameters.empty()) return refused("it covers what we do not know");
  if (name == "@method") return std::string(message.method);
  if (name == "@target-uri") return fmt::format("{}{}", message.origin, message.target);
  if (name == "@authority") return lower_ascii(authority_of(message.origin));
  if (name == "@scheme") return std::string(message.origin.substr(0, message.origin.find("://")));
  if (name == "@request-target") return std::string(message.target);
  if (name == "@path") return std::string(message.target.substr(0, mark));
  if (name == "@query") return fmt::format("?{}", query);
  return refused("it covers what we do not know");
}

Result<std::string> component(const SignedMessage& message, const FieldItem& item) {
  const auto* name = std::get_if<std::string>(&item.value);
  if (name == nullptr || name->empty()) return refused("it cannot be read");
  if (name->starts_with('@')) return derived(message, *name, item.parameters);
  const auto value = joined(message.headers, *name);
  if (!value) return refused(fmt::format("it covers {}, which is not there", *name));
  if (item.parameters.empty()) return *value;
  const std::string key = text_at(item.parameters, "key");
  if (item.parameters.size() != 1 || key.empty()) return refused("it covers what we do not know");
  const auto dictionary = read_field_dictionary(*value);
  const FieldMember* member = dictionary ? find_member(*dictionary, key) : nullptr;
  if (member == nullptr) return refused(fmt::format("{} has no {}", *name, key));
  return std::visit([](const auto& one) { return write_field(one); }, *member);
}

}  // namespace

Result<SignatureClaim> read_claim(const SignedMessage& message, Micros now) {
  const auto input = joined(message.headers, "signature-input");
  if (input) return read_rfc9421(message, *input, now);
  const auto header = joined(message.headers, "signature");
  if (!header) return fail(Fault::not_found, "the request is not signed");
  if (header->size() > limits::field_bytes) return refused("it is too long");
  return read_cavage(message, *header, now);
}

Result<void> check_claim(const SignatureClaim& claim, const PublicKey& key) {
  const bool rsa = claim.algorithm.starts_with("rsa");
  if ((rsa && key.signing != Signing::rs256) ||
      (claim.algorithm == "ed25519" && key.signing != Signing::eddsa))
    return refused("its algorithm is not the key's");
  for (const std::string& base : claim.bases) {
    if (is_signed_by(key, base, claim.signature, SignatureForm::joined)) return {};
  }
  return refused("it was not made by the key that it names");
}

Result<std::string> cavage_base(const SignedMessage& message, const std::vector<std::string>& names,
                                const std::string& created, const std::string& expires) {
  std::string out;
  for (const std::string& name : names) {
    if (!out.empty()) out += '\n';
    if (name == "(request-target)") {
      out += fmt::format("{}: {} {}", name, lower_ascii(message.method), message.target);
    } else if (name == "(created)" || name == "(expires)") {
      const std::string& value = name == "(created)" ? created : expires;
      if (value.empty()) return refused(fmt::format("it covers {}, which is not there", name));
      out += fmt::format("{}: {}", name, value);
    } else {
      const auto value = joined(message.headers, name);
      if (!value) return refused(fmt::format("it covers {}, which is not there", name));
      out += fmt::format("{}: {}", name, *value);
    }
  }
  return out;
}

Result<std::string> rfc9421_base(const SignedMessage& message, const InnerList& input) {
  std::string out;
  std::vector<std::string> seen;
  if (input.items.size() > limits::signature_headers) return refused("it covers too much");
  for (const FieldItem& item : input.items) {
    const auto identifier = write_field(item);
    if (!identifier || has(seen, *identifier)) return refused("it covers something twice");
    TRY(const std::string value, component(message, item));
    if (value.find('\n') != std::string::npos) return refused("it covers a line break");
    out += fmt::format("{}: {}\n", *identifier, value);
    seen.push_back(*identifier);
  }
  TRY(const std::string parameters, write_field(input));
  return fmt::format("{}\"@signature-params\": {}", out, parameters);
}

std::string digest_of(std::string_view body) {
  return "SHA-256=" + to_base64(sha256(body));
}

std::string content_digest_of(std::string_view body) {
  return "sha-256=:" + to_base64(sha256(body)) + ":";
}

namespace {

SignedMessage message_of(const HttpRequest& request, const Url& url, std::string& origin,
                         std::string& target) {
  origin = url.origin();
  target = url.target();
  SignedMessage out{request.method, origin, target, request.body, request.headers};
  out.headers.set("Host", std::string(authority_of(origin)));
  return out;
}

Result<void> sign_cavage(HttpRequest& request, const Url& url, const Signer& signer, Micros now) {
  std::vector<std::string> names{"(request-target)", "host", "date"};
  request.headers.set("Date", http_time(now));
  if (request.method != "GET") {
    request.headers.set("Digest", digest_of(request.body));
    names.insert(names.end(), {"digest", "content-type"});
  }
  std::string origin;
  std::string target;
  TRY(const std::string base, cavage_base(message_of(request, url, origin, target), names, "", ""));
  TRY(const std::string signature, signer.key.sign(base));
  const bool rsa = signer.key.signing() == Signing::rs256;
  request.headers.set(
      "Signature",
      fmt::format(R"(keyId="{}",algorithm="{}",headers="{}",signature="{}")", signer.key_id,
                  rsa ? "rsa-sha256" : "hs2019", fmt::join(names, " "), to_base64(signature)));
  return {};
}

Result<void> sign_rfc9421(HttpRequest& request, const Url& url, const Signer& signer, Micros now) {
  InnerList input;
  for (const char* name : {"@method", "@target-uri"})
    input.items.push_back({std::string(name), {}});
  if (request.method != "GET") {
    request.headers.set("Content-Digest", content_digest_of(request.body));
    input.items.push_back({std::string("content-digest"), {}});
  }
  const bool rsa = signer.key.signing() == Signing::rs256;
  input.parameters = {{"created", now / second},
                      {"keyid", signer.key_id},
                      {"alg", std::string(rsa ? "rsa-v1_5-sha256" : "ed25519")}};
  std::string origin;
  std::string target;
  TRY(const std::string base, rfc9421_base(message_of(request, url, origin, target), input));
  TRY(std::string signature, signer.key.sign(base));
  TRY(std::string text, write_field(FieldDictionary{{"sig1", std::move(input)}}));
  request.headers.set("Signature-Input", std::move(text));
  TRY(std::string made,
      write_field(FieldDictionary{{"sig1", FieldItem{FieldBytes{std::move(signature)}, {}}}}));
  request.headers.set("Signature", std::move(made));
  return {};
}

}  // namespace

Result<void> sign_request(HttpRequest& request, SignatureScheme scheme, const Signer& signer,
                          Micros now) {
  TRY(const Url url, parse_url(request.url));
  for (const char* name : {"Date", "Digest", "Content-Digest", "Signature-Input", "Signature"})
    request.headers.remove(name);
  return scheme == SignatureScheme::cavage ? sign_cavage(request, url, signer, now)
                                           : sign_rfc9421(request, url, signer, now);
}

}  // namespace carillon
