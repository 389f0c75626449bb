#include "net/fanout_line.hpp"

#include <fmt/format.h>

namespace carillon {

std::string text_of(const HttpRequest& request, const Url& url, const std::string& user_agent) {
  const std::string origin = url.origin();
  std::string out;
  out.reserve(1024 + request.body.size());
  fmt::format_to(std::back_inserter(out), "{} {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: {}\r\n",
                 request.method, url.target(), origin.substr(origin.find("//") + 2), user_agent);
  for (const auto& [name, value] : request.headers)
    fmt::format_to(std::back_inserter(out), "{}: {}\r\n", name, value);
  fmt::format_to(std::back_inserter(out), "Content-Length: {}\r\n\r\n", request.body.size());
  out += request.body;
  return out;
}

}  // namespace carillon
