#include "net/http.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/describe.hpp"
#include "net/url.hpp"

namespace carillon {

bool same_ignoring_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? c | 0x20 : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

void Headers::add(std::string name, std::string value) {
  pairs_.emplace_back(std::move(name), std::move(value));
}

void Headers::set(std::string name, std::string value) {
  remove(name);
  add(std::move(name), std::move(value));
}

void Headers::remove(std::string_view name) {
  std::erase_if(pairs_, [&](const Pair& pair) { return same_ignoring_case(pair.first, name); });
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
  for (const auto& [key, value] : pairs_) {
    if (same_ignoring_case(key, name)) return value;
  }
  return std::nullopt;
}

std::string_view Headers::get(std::string_view name) const {
  return find(name).value_or(std::string_view{});
}

Error redirect_error(const HttpRequest& request, const HttpReply& reply) {
  const auto from = parse_url(reply.final_url.empty() ? request.url : reply.final_url);
  const std::string here = from ? from->origin() : "the server";
  const auto to = from ? join_url(*from, reply.headers.get("location")) : from;
  if (!to)
    return Error{Fault::unavailable,
                 fmt::format("{} answered with a redirect ({}) to nowhere", here, reply.status),
                 "Check the address of the server."};
  if (to->origin() == here)
    return Error{Fault::unavailable,
                 fmt::format("{} redirects this request to another of its addresses ({})", here,
                             reply.status),
                 "Check the address of the server."};
  return Error{Fault::unavailable,
               fmt::format("{} redirects to {} ({})", here, to->origin(), reply.status),
               fmt::format("If the server has moved, set its address to {}.", to->origin())};
}

namespace {

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

// How browsers write a name inside quotes: https://html.spec.whatwg.org/#multipart-form-data
std::string in_quotes(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "%22";
        break;
      case '\r':
        out += "%0D";
        break;
      case '\n':
        out += "%0A";
        break;
      default:
        out += c;
    }
  }
  return out;
}

// Media types come from our own tables; a line break in one would start a header.
std::string one_line(std::string text) {
  std::erase_if(text, [](char c) { return c == '\r' || c == '\n'; });
  return text;
}

}  // namespace

std::string without_secret(std::string text, std::string_view secret) {
  constexpr std::size_t telling = 4;  // anything shorter is found in every sentence
  if (secret.size() < telling) return text;
  std::string escaped = json::serialize(json::string(secret));
  escaped = escaped.substr(1, escaped.size() - 2);
  for (const std::string& form : {std::string(secret), escaped, replaced(escaped, "/", "\\/")})
    text = replaced(std::move(text), form, "(hidden)");
  return text;
}

void hide_secrets(const HttpRequest& request, HttpReply& reply) {
  if (reply.ok()) return;
  for (const Secret& secret : request.secrets)
    reply.body = without_secret(std::move(reply.body), secret.reveal());
  const std::string_view credentials = request.headers.get("authorization");
  const auto space = credentials.find(' ');
  reply.body =
      without_secret(std::move(reply.body),
                     space == std::string_view::npos ? credentials : credentials.substr(space + 1));
}

FormBody multipart(const std::vector<FormPart>& parts) {
  std::string all;
  for (const auto& part : parts) all += sha256(part.name + '\0' + part.value);
  const std::string boundary = "carillon-" + to_hex(sha256(all)).substr(0, 40);
  FormBody form{"multipart/form-data; boundary=" + boundary, {}};
  for (const auto& part : parts) {
    form.body += fmt::format("--{}\r\nContent-Disposition: form-data; name=\"{}\"", boundary,
                             in_quotes(part.name));
    if (!part.filename.empty())
      form.body += fmt::format("; filename=\"{}\"", in_quotes(part.filename));
    if (!part.mime.empty()) form.body += "\r\nContent-Type: " + one_line(part.mime);
    ((form.body += "\r\n\r\n") += part.value) += "\r\n";
  }
  form.body += fmt::format("--{}--\r\n", boundary);
  return form;
}

}  // namespace carillon
