#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/limits.hpp"
#include "base/yaml.hpp"
#include "core/announcement.hpp"

namespace carillon {

namespace {

constexpr std::size_t warning_bytes = 500;   // of a content warning, which is a line
constexpr std::size_t address_bytes = 2048;  // of what it answers

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

bool is_address(std::string_view text) {
  return text.starts_with("https://") || text.starts_with("http://");
}

std::vector<std::string> misfits_of(const Poll& poll) {
  std::vector<std::string> out;
  if (poll.options.size() < 2 || poll.options.size() > limits::poll_options)
    out.push_back(fmt::format("a poll has 2 to {} options, not {}", limits::poll_options,
                              poll.options.size()));
  if (poll.hours < 1 || poll.hours > limits::poll_hours)
    out.push_back(fmt::format("a poll is open for 1 to {} hours", limits::poll_hours));
  std::set<std::string_view> seen;
  for (const std::string& option : poll.options) {
    if (trim(option).empty() || trim(option) != option || option.find('\n') != std::string::npos)
      out.push_back(
          fmt::format("the option \"{}\" is not one line without space around it", option));
    if (option.size() > limits::poll_option_bytes)
      out.push_back(fmt::format("the option \"{}\" is {} bytes long, more than {}", option,
                                option.size(), limits::poll_option_bytes));
    if (!seen.insert(option).second)
      out.push_back(fmt::format("the option \"{}\" stands there twice", option));
  }
  return out;
}

// What may not be published as it stands, though it can be read.
std::vector<Error> unfit(const Draft& draft, const Yaml& yaml) {
  std::vector<Error> out;
  const auto at = [&](const std::string& path) {
    return fmt::format("line {}: {}: ", yaml.line_of(path), path);
  };
  if (trim(draft.body).empty() && draft.texts.empty())
    out.push_back({Fault::invalid, "the announcement has no text",
                   "Write something after the front matter."});
  if (draft.body.size() > limits::post_body_bytes)
    out.push_back({Fault::too_large,
                   fmt::format("the text is {} bytes long, more than {}", draft.body.size(),
                               limits::post_body_bytes),
                   "An announcement is a text; link to the long version."});
  if (draft.media.size() > limits::media_count)
    out.push_back({Fault::too_large,
                   at("/media") + fmt::format("{} pictures; at most {} go with "
                                              "one announcement",
                                              draft.media.size(), limits::media_count),
                   {}});
  if (draft.warning.find_first_of("\r\n") != std::string::npos)
    out.push_back({Fault::invalid, at("/warning") + "a content warning is one line", {}});
  if (draft.warning.size() > warning_bytes)
    out.push_back(
        {Fault::too_large,
         at("/warning") + fmt::format("the content warning is {} bytes long, more than {}",
                                      draft.warning.size(), warning_bytes),
         "It says in a few words what the text is about."});
  if (!draft.slug.empty() && slug_of(draft.slug) != draft.slug)
    out.push_back({Fault::invalid,
                   at("/slug") + "a slug is made of lower-case letters, digits and single hyphens",
                   fmt::format("Try \"{}\".", slug_of(draft.slug))});
  if (!draft.link.empty() && !is_address(draft.link))
    out.push_back({Fault::invalid, at("/link") + "\"" + draft.link + "\" is not a web address",
                   "Start it with https://."});
  if (!draft.answers.empty() &&
      (draft.answers.size() > address_bytes || !is_address(draft.answers)))
    out.push_back({Fault::invalid,
                   at("/answers") + "\"" + draft.answers + "\" is not the address of a reply",
                   "`carillon home replies` shows the address of each."});
  for (const std::string& misfit :
       draft.poll ? misfits_of(*draft.poll) : std::vector<std::string>{})
    out.push_back({Fault::invalid, at("/poll") + misfit, {}});
  return out;
}

// Each key by itself, since a reader stops at the first that does not fit.
std::vector<Error> misfits(const Yaml& yaml) {
  std::vector<Error> out;
  if (yaml.value.is_object()) {
    for (const auto& pair : yaml.value.get_object()) {
      const auto read = fit_json<Draft>(json::object{{pair.key(), pair.value()}});
      if (!read) out.push_back(misfit_error(yaml, read.error()));
    }
  } else if (const auto read = from_yaml<Draft>(yaml); !read) {
    out.push_back(read.error());
  }
  return out;
}

// A post file as far as it can be read, and all that is wrong with it.
struct PostRead {
  Draft draft;
  std::vector<Error> problems;
};

PostRead read_post(std::string_view text, std::string_view slug_path) {
  const auto unreadable = [](const Error& error) { return PostRead{{}, {error}}; };
  if (text.size() > limits::post_file_bytes)
    return unreadable({Fault::too_large,
                       fmt::format("the file is {} bytes long, more than {}", text.size(),
                                   limits::post_file_bytes),
                       "An announcement is a text; link to the long version."});
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (const auto bad = first_bad_utf8(text))
    return unreadable({Fault::invalid,
                       fmt::format("line {}: byte {} is not UTF-8", line_number(text, *bad), *bad),
                       "Save the file as UTF-8."});
  const auto halves = halves_of(text);
  if (!halves) return unreadable(halves.error());
  const auto yaml = parse_yaml(halves->front, 2);
  if (!yaml) return unreadable(yaml.error());
  auto draft = from_yaml<Draft>(*yaml);
  if (!draft) return {{}, misfits(*yaml)};
  if (draft->body.empty()) draft->body = std::string(halves->body);
  PostRead out{std::move(*draft), {}};
  out.problems = unfit(out.draft, *yaml);
  if (out.draft.slug.empty()) out.draft.slug = slug_for(slug_path, out.draft.title, text);
  return out;
}

}  // namespace

int post_line(std::string_view text, const std::string& path) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const auto halves = halves_of(text);
  if (!halves || halves->front.empty()) return 1;
  const auto yaml = parse_yaml(halves->front, 2);
  return yaml ? yaml->line_of(path) : 1;
}

int post_body_line(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const auto halves = halves_of(text);
  if (!halves) return 1;
  const std::size_t blank =
      std::min(halves->body.find_first_not_of(" \t\r\n"), halves->body.size());
  return line_number(text, text.size() - halves->body.size() + blank);
}

std::vector<Error> post_problems(std::string_view text) {
  return read_post(text, {}).problems;
}

Result<Draft> parse_post(std::string_view text, std::string_view name,
                         std::optional<std::string_view> path) {
  PostRead read = read_post(text, path.value_or(name));
  if (read.problems.empty()) return std::move(read.draft);
  return tl::unexpected<Error>(within(std::string(name), std::move(read.problems.front())));
}

}  // namespace carillon
