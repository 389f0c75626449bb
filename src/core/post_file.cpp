#include <fmt/format.h>

#include <algorithm>

#include "base/limits.hpp"
#include "base/yaml.hpp"
#include "core/announcement.hpp"

namespace carillon {

namespace {

struct Halves {
  std::string_view front;
  std::string_view body;
};

std::size_t line_end(std::string_view text, std::size_t at) {
  const auto end = text.find('\n', at);
  return end == std::string_view::npos ? text.size() : end;
}

bool is_fence(std::string_view line) {
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
  return line == "---";
}

// A file without front matter is all body.
Result<Halves> halves_of(std::string_view text) {
  const std::size_t first = line_end(text, 0);
  if (!is_fence(text.substr(0, first))) return Halves{{}, text};
  for (std::size_t at = first + 1; at < text.size(); at = line_end(text, at) + 1) {
    const std::size_t end = line_end(text, at);
    if (!is_fence(text.substr(at, end - at))) continue;
    return Halves{text.substr(first + 1, at - first - 1),
                  end < text.size() ? text.substr(end + 1) : std::string_view{}};
  }
  return fail(Fault::invalid, "line 1: the front matter that starts here never ends",
              "Close it with a line that holds only \"---\".");
}

int line_number(std::string_view text, std::size_t at) {
  return 1 + static_cast<int>(
                 std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
}

Result<void> check(const Draft& draft, const Yaml& yaml) {
  const auto at = [&](const std::string& path) {
    return fmt::format("line {}: ", yaml.line_of(path));
  };
  if (trim(draft.body).empty() && draft.texts.empty())
    return fail(Fault::invalid, "the announcement has no text",
                "Write something after the front matter.");
  if (draft.body.size() > limits::post_body_bytes)
    return fail(Fault::too_large,
                fmt::format("the text is {} bytes long, more than {}", draft.body.size(),
                            limits::post_body_bytes),
                "An announcement is a text; link to the long version.");
  if (draft.media.size() > limits::media_count)
    return fail(Fault::too_large,
                at("/media") + fmt::format("/media: {} pictures; at most {} go with one "
                                           "announcement",
                                           draft.media.size(), limits::media_count));
  if (!draft.slug.empty() && slug_of(draft.slug) != draft.slug)
    return fail(
        Fault::invalid,
        at("/slug") + "/slug: a slug is made of lower-case letters, digits and single hyphens",
        fmt::format("Try \"{}\".", slug_of(draft.slug)));
  if (!draft.link.empty() && !draft.link.starts_with("https://") &&
      !draft.link.starts_with("http://"))
    return fail(Fault::invalid, at("/link") + "/link: \"" + draft.link + "\" is not a web address",
                "Start it with https://.");
  return {};
}

}  // namespace

int post_line(std::string_view text, const std::string& path) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const auto halves = halves_of(text);
  if (!halves || halves->front.empty()) return 1;
  const auto yaml = parse_yaml(halves->front, 2);
  return yaml ? yaml->line_of(path) : 1;
}

Result<Draft> parse_post(std::string_view text, std::string_view name,
                         std::optional<std::string_view> path) {
  const std::string where(name);
  if (text.size() > limits::post_file_bytes)
    return fail(Fault::too_large,
                fmt::format("{}: the file is {} bytes long, more than {}", where, text.size(),
                            limits::post_file_bytes),
                "An announcement is a text; link to the long version.");
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (const auto bad = first_bad_utf8(text))
    return fail(
        Fault::invalid,
        fmt::format("{}: line {}: byte {} is not UTF-8", where, line_number(text, *bad), *bad),
        "Save the file as UTF-8.");
  const auto prefix = [&](Error error) { return tl::unexpected<Error>(within(where, error)); };
  const auto halves = halves_of(text);
  if (!halves) return prefix(halves.error());
  const auto yaml = parse_yaml(halves->front, 2);
  if (!yaml) return prefix(yaml.error());
  auto draft = from_yaml<Draft>(*yaml);
  if (!draft) return prefix(draft.error());
  if (draft->body.empty()) draft->body = std::string(halves->body);
  if (draft->slug.empty()) draft->slug = slug_for(path.value_or(name), draft->title, text);
  if (const auto good = check(*draft, *yaml); !good) return prefix(good.error());
  return std::move(*draft);
}

}  // namespace carillon
