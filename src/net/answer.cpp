#include "net/answer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/moment_now.hpp"

namespace carillon {
namespace {

constexpr std::pair<int, std::string_view> reasons[] = {
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
};

bool is_line(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

// False when one holds a line break.
bool add_lines(const Headers& headers, std::string& out) {
  for (const auto& [name, value] : headers) {
    if (!is_line(name) || !is_line(value)) return false;
    (((out += name) += ": ") += value) += "\r\n";
  }
  return true;
}

}  // namespace

std::string_view reason_of(int status) {
  for (const auto& [number, words] : reasons) {
    if (number == status) return words;
  }
  return {};
}

bool has_body(int status) {
  return status >= 200 && status != 204 && status != 304;
}

bool write_head(const HttpAnswer& answer, Closing closing, std::string& out) {
  out.clear();
  const auto number = [&out](auto value) {
    const fmt::format_int text(value);
    out.append(text.data(), text.size());
  };
  out += "HTTP/1.1 ";
  number(answer.status);
  (((out += ' ') += reason_of(answer.status)) += "\r\nDate: ") += text_of_now<http_time>();
  out += "\r\n";
  if (has_body(answer.status) && !answer.stream) {
    out += "Content-Length: ";
    number(answer.bytes().size());
    out += "\r\n";
  }
  if (closing == Closing::close) out += "Connection: close\r\n";
  if (closing == Closing::keep_announced) out += "Connection: keep-alive\r\n";
  if (answer.lines) out += *answer.lines;
  if (!add_lines(answer.headers, out)) return false;
  out += "\r\n";
  return true;
}

std::shared_ptr<const std::string> header_lines(const Headers& headers) {
  std::string out;
  return add_lines(headers, out) ? std::make_shared<const std::string>(std::move(out)) : nullptr;
}

HttpAnswer plain_answer(int status, std::string_view sentence) {
  HttpAnswer answer;
  answer.status = status;
  answer.headers.add("Content-Type", "text/plain; charset=utf-8");
  answer.body = fmt::format("{}\n", sentence);
  return answer;
}

}  // namespace carillon
