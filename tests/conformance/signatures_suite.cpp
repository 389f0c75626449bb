// http-signatures: the examples of draft-cavage-12 and RFC 9421; mastodon: requests that its server
// takes and refuses.
#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "base/moment.hpp"
#include "federation/signature.hpp"
#include "report.hpp"

namespace carillon::conformance {

namespace {

// The parts of a text that stand between two marks, the first of them at the beginning of a line.
std::string between(std::string_view text, std::string_view begin, std::string_view end) {
  const std::size_t from = text.find(begin);
  if (from == std::string_view::npos) return {};
  const std::size_t to = text.find(end, from);
  return to == std::string_view::npos ? std::string()
                                      : std::string(text.substr(from, to - from + end.size()));
}

// Without the breaks and the indentation that a page of an RFC puts into a value.
std::string unbroken(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c != '\n' && c != ' ') out += c;
  }
  return out;
}

std::string without_indent(std::string_view text) {
  std::string out;
  for (const std::string& line : split(text, '\n')) out.append(trim(line)).append("\n");
  return out;
}

// RFC 8792: a line that ends with a backslash goes on behind the white space of the next.
std::string unfolded(const std::string& block) {
  std::string out;
  bool folded = false;
  for (const std::string& line : split(block, '\n')) {
    const std::size_t begin = folded ? line.find_first_not_of(' ') : 0;
    out += line.substr(begin == std::string::npos ? line.size() : begin);
    folded = !out.empty() && out.back() == '\\';
    if (folded) {
      out.pop_back();
    } else {
      out += '\n';
    }
  }
  return out;
}

// The request of draft-cavage appendix C, signed with the key of the text, byte by byte.
bool run_cavage(const std::filesystem::path& file) {
  const auto text = read_file(file);
  if (!text) return true;
  Suite suite("http-signatures/draft-cavage-12");
  const std::string pem = without_indent(
      between(*text, "-----BEGIN RSA PRIVATE KEY", "END RSA PRIVATE KEY-----") + "\n");
  const auto key = PrivateKey::from_pem(Secret(pem));
  suite.check("the key", key.has_value());
  if (!key) return suite.finish();
  const std::string body = R"({"hello": "world"})";
  const SignedMessage message{"POST", "https://example.com", "/foo?param=value&pet=dog", body,
                              Headers{{"Host", "example.com"},
                                      {"Date", "Sun, 05 Jan 2014 21:31:40 GMT"},
                                      {"Content-Type", "application/json"},
                                      {"Digest", digest_of(body)},
                                      {"Content-Length", "18"}}};
  suite.check("the digest", text->find(digest_of(body)) != std::string::npos);
  std::size_t at = 0;
  for (int number = 1;; ++number) {
    at = text->find(fmt::format("C.{}.", number), at);
    if (at == std::string::npos) break;
    const std::string_view part = std::string_view(*text).substr(at);
    std::vector<std::string> names{"date"};
    const std::size_t signed_at = part.find("signature=\"");
    const std::string head(part.substr(0, signed_at));
    if (const std::size_t listed = head.find("headers=\""); listed != std::string::npos) {
      const std::size_t begin = listed + 9;
      std::string list = head.substr(begin, head.find('"', begin) - begin);
      std::replace(list.begin(), list.end(), '\n', ' ');
      names = split(list, ' ');
      // C.3 lists these two, but the text that it signs has neither.
      for (const char* none : {"", "(created)", "(expires)"}) std::erase(names, none);
    }
    const std::size_t begin = signed_at + 11;
    const std::string wanted = unbroken(part.substr(begin, part.find('"', begin) - begin));
    const auto base = cavage_base(message, names, "1402170695", "1402170699");
    const auto made = base ? key->sign(*base) : Result<std::string>(tl::unexpected(base.error()));
    suite.check(fmt::format("C.{}", number), made && to_base64(*made) == wanted,
                base ? *base : base.error().what);
  }
  return suite.finish();
}

// The blocks between "~~~" of a section, with the lines joined that RFC 8792 broke.
std::vector<std::string> blocks_of(const std::string& section) {
  std::vector<std::string> out;
  std::string block;
  bool inside = false;
  for (const std::string& line : split(section, '\n')) {
    if (line.starts_with("~~~")) {
      if (inside) out.push_back(unfolded(block));
      block.clear();
      inside = !inside;
    } else if (inside && !line.starts_with("NOTE:")) {
      if (!block.empty() || !line.empty()) block += line + "\n";
    }
  }
  return out;
}

Headers headers_of(const std::string& block) {
  Headers out;
  for (const std::string& line : split(block, '\n')) {
    const std::size_t colon = line.find(": ");
    if (colon != std::string::npos && line.find(' ') == colon + 1)
      out.add(line.substr(0, colon), line.substr(colon + 2));
  }
  return out;
}

// What a section says: the text that is signed, and the headers it leads to. Only of requests.
struct Example {
  std::string base;
  std::string input;
  std::string signature;
};

std::optional<Example> example_of(const std::vector<std::string>& blocks) {
  Example out;
  for (const std::string& block : blocks) {
    if (block.find("\"@signature-params\": ") != std::string::npos) {
      out.base = std::string(trim(block));
    } else if (const Headers headers = headers_of(block);
               headers.find("Signature-Input") && headers.find("Signature")) {
      out.input = headers.get("Signature-Input");
      out.signature = headers.get("Signature");
    }
  }
  if (out.base.empty() || out.input.empty()) return std::nullopt;
  if (out.base.find("@status") != std::string::npos) return std::nullopt;
  return out;
}

// An example with a key of the fediverse's kinds is also verified, and one of Ed25519 made.
void judge_key(Suite& suite, const std::string& name, const std::string& text,
               const Example& example) {
  if (example.input.find("test-key-ed25519") == std::string::npos) return;
  const std::size_t section = text.find("#example-key-ed25519");
  const std::string rest = text.substr(section == std::string::npos ? text.size() : section);
  const auto key = PrivateKey::from_pem(
      Secret(between(rest, "-----BEGIN PRIVATE KEY", "END PRIVATE KEY-----") + "\n"));
  const auto made =
      key ? key->sign(example.base) : Result<std::string>(tl::unexpected(key.error()));
  suite.check(name + " signature",
              made && example.signature.find(":" + to_base64(*made) + ":") != std::string::npos);
}

bool run_rfc9421(const std::filesystem::path& file) {
  const auto text = read_file(file);
  if (!text) return true;
  Suite suite("http-signatures/rfc9421");
  const std::string body = R"({"hello": "world"})";
  SignedMessage message{"POST", "https://example.com", "/foo?param=Value&Pet=dog", body, {}};
  const auto sections = [&] {
    std::vector<std::string> out;
    std::string section;
    for (const std::string& line : split(*text, '\n')) {
      if (line.starts_with("##")) {
        out.push_back(section);
        section.clear();
      }
      section += line + "\n";
    }
    out.push_back(section);
    return out;
  }();
  for (const std::string& section : sections) {
    const auto blocks = blocks_of(section);
    for (const std::string& block : blocks) {
      if (!block.starts_with("POST /foo?param=Value&Pet=dog") ||
          block.find("Signature-Input") != std::string::npos || !message.headers.empty())
        continue;
      message.headers = headers_of(block);
    }
    const auto example = example_of(blocks);
    if (!example || !section.starts_with("###")) continue;
    const std::string name = section.substr(4, section.find('\n') - 4);
    const auto read = read_field_dictionary(example->input);
    const auto* list =
        read && !read->empty() ? std::get_if<InnerList>(&read->front().second) : nullptr;
    suite.check(name + " input", list != nullptr);
    // The examples of proxies and of changed messages have requests of their own.
    if (list == nullptr || section.find("-----BEGIN") != std::string::npos ||
        section.find("client-cert") != std::string::npos)
      continue;
    const auto base = rfc9421_base(message, *list);
    suite.check(name + " base", base == example->base, base ? *base : base.error().what);
    judge_key(suite, name, *text, *example);
  }
  return suite.finish();
}

std::string text_of(const boost::json::value& test, std::string_view key) {
  const auto* value = test.as_object().if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

// The requests know the key of the actor; those that name another one must not be taken.
bool run_requests(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) return true;
  Suite suite("mastodon/signature_verification");
  const boost::json::value data = read_json(file);
  const auto rsa = PrivateKey::from_pem(Secret(text_of(data, "actor_private_key_pem")));
  const std::string actor = text_of(data, "actor");
  const Micros now = *parse_time(text_of(data, "clock"));
  int number = 0;
  for (const boost::json::value& test : data.at("cases").as_array()) {
    std::string key = fmt::format("{}", ++number);
    std::string where;
    for (const auto& one : test.at("context").as_array())
      where += "/" + std::string(one.as_string());
    key += where + " " + text_of(test, "it");
    Headers headers;
    for (const auto& pair : test.at("headers").as_object())
      headers.add(std::string(pair.key()), std::string(pair.value().as_string()));
    if (const std::string line = text_of(test, "signature_header"); !line.empty())
      headers.set("Signature", line);
    if (const std::string line = text_of(test, "signature_input"); !line.empty())
      headers.set("Signature-Input", line);
    std::string body = text_of(test, "params_raw");
    if (body.size() >= 2 && body.front() == '\'') body = body.substr(1, body.size() - 2);
    const std::string method = text_of(test, "method");
    if (method == "POST" && !headers.find("Digest") && !headers.find("Content-Digest")) {
      headers.set("Digest", digest_of(body));
      headers.set("Content-Digest", content_digest_of(body));
    }
    const std::string target = text_of(test, "path");
    const SignedMessage message{method, "https://www.example.com", target, body, headers};
    const auto claim = read_claim(message, now);
    const bool known =
        claim && (claim->key_id.starts_with(actor) || claim->key_id == "acct:bob@remote.domain");
    Result<void> checked = fail(Fault::not_found, "no such key");
    // The data has no key for its one request of Ed25519: what it says of itself is judged.
    const bool ed25519 = where.find("Ed25519") != std::string::npos;
    if (known && rsa && !ed25519) checked = check_claim(*claim, *public_key_of(rsa->public_pem()));
    const bool wanted = test.at("expect").at("verified").as_bool();
    if (ed25519) {
      suite.check(key, claim.has_value() && claim->signature.size() == 64);
    } else {
      suite.check(key, checked.has_value() == wanted,
                  claim ? (checked ? "taken" : checked.error().what) : claim.error().what);
    }
  }
  return suite.finish();
}

}  // namespace

bool run_signatures(const std::filesystem::path& root) {
  bool passed = true;
  const auto dir = root / "http-signatures";
  if (std::filesystem::is_directory(dir)) {
    for (const auto& entry : std::filesystem::directory_iterator(dir)) {
      if (entry.path().extension() == ".txt") passed = run_cavage(entry.path()) && passed;
      if (entry.path().extension() == ".md") passed = run_rfc9421(entry.path()) && passed;
    }
  }
  return run_requests(root / "mastodon" / "signature_verification.json") && passed;
}

}  // namespace carillon::conformance
