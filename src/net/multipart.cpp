#include "net/multipart.hpp"

#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "base/limits.hpp"

namespace carillon {

namespace {

constexpr std::size_t boundary_bytes = 70;  // RFC 2046 section 5.1.1

// The value of `name` in `; a=b; c="d"`, quotes and backslashes taken off; nothing: it is not said.
std::optional<std::string> parameter(std::string_view line, std::string_view name) {
  std::size_t at = line.find(';');
  while (at != std::string_view::npos) {
    const std::size_t sign = line.find('=', at);
    if (sign == std::string_view::npos) return std::nullopt;
    const std::string_view key = trim(line.substr(at + 1, sign - at - 1));
    std::string value;
    std::size_t i = sign + 1;
    if (i < line.size() && line[i] == '"') {
      for (++i; i < line.size() && line[i] != '"'; ++i) {
        if (line[i] == '\\' && i + 1 < line.size() && (line[i + 1] == '"' || line[i + 1] == '\\'))
          ++i;
        value += line[i];
      }
      at = line.find(';', i);
    } else {
      at = line.find(';', i);
      value = trim(line.substr(i, at == std::string_view::npos ? at : at - i));
    }
    if (same_ignoring_case(key, name)) return value;
  }
  return std::nullopt;
}

Error broken() {
  return {Fault::invalid, "the form is cut off or not multipart/form-data",
          "Send it as RFC 7578 has it."};
}

// One part: its header lines, an empty line, its value.
Result<FormPart> part_of(std::string_view text) {
  const std::size_t end = text.find("\r\n\r\n");
  if (end == std::string_view::npos) return tl::unexpected(broken());
  FormPart out;
  bool named = false;
  for (const std::string& line : split(text.substr(0, end), '\n')) {
    const std::string_view header = trim(line);
    const std::size_t colon = header.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view key = header.substr(0, colon);
    if (same_ignoring_case(key, "Content-Type")) out.mime = trim(header.substr(colon + 1));
    if (!same_ignoring_case(key, "Content-Disposition")) continue;
    const auto name = parameter(header, "name");
    named = name.has_value();
    out.name = name.value_or("");
    out.filename = parameter(header, "filename").value_or("");
  }
  if (!named) return tl::unexpected(broken());
  out.value = text.substr(end + 4);
  return out;
}

}  // namespace

Result<std::vector<FormPart>> parse_multipart(std::string_view content_type,
                                              std::string_view body) {
  const std::string_view kind = trim(content_type.substr(0, content_type.find(';')));
  const auto boundary = parameter(content_type, "boundary");
  if (!same_ignoring_case(kind, "multipart/form-data") || !boundary || boundary->empty() ||
      boundary->size() > boundary_bytes)
    return tl::unexpected(broken());
  const std::string line = "\r\n--" + *boundary;
  std::vector<FormPart> out;
  // What stands before the first boundary is for nobody.
  std::size_t at = 0;
  if (body.starts_with(std::string_view(line).substr(2))) {
    at = line.size() - 2;
  } else {
    const std::size_t first = body.find(line);
    if (first == std::string_view::npos) return tl::unexpected(broken());
    at = first + line.size();
  }
  while (!body.substr(at).starts_with("--")) {
    const std::size_t begin = body.find("\r\n", at);
    const std::size_t end = begin == std::string_view::npos ? begin : body.find(line, begin);
    if (end == std::string_view::npos || end < begin + 2) return tl::unexpected(broken());
    if (out.size() == limits::query_pairs)
      return fail(Fault::too_large, "the form has too many fields");
    TRY(auto part, part_of(body.substr(begin + 2, end - begin - 2)));
    out.push_back(std::move(part));
    at = end + line.size();
  }
  return out;
}

}  // namespace carillon
