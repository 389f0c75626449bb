#include "hub/checking.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "base/moment.hpp"
#include "hub/post_checks.hpp"
#include "hub/workspace.hpp"

namespace carillon {

namespace {

namespace fs = std::filesystem;

// Takes a number that begins with `before` off the front of a sentence; 0: there is none.
std::int64_t take_line(std::string& what, std::string_view before) {
  if (!what.starts_with(before)) return 0;
  std::int64_t line = 0;
  const char* const end = what.data() + what.size();
  const auto read = std::from_chars(what.data() + before.size(), end, line);
  const std::string_view rest(read.ptr, end);
  if (read.ec != std::errc() || !rest.starts_with(": ")) return 0;
  what = std::string(rest.substr(2));
  return line;
}

// One file while it is looked at.
class Look {
 public:
  Look(Hub& hub, const std::string& file, std::map<std::string, std::string>& slugs)
      : hub_(hub), file_(file), slugs_(slugs) {
    out_.file = file;
  }

  Result<void> take() {
    const auto text = read_file(file_, limits::post_file_bytes);
    if (!text) {
      add(1, text.error());
      return {};
    }
    text_ = *text;
    for (const Error& error : post_problems(text_)) add(1, error);
    if (!problems_.empty()) return {};
    std::error_code error;
    TRY(draft_, parse_post(text_, file_, fs::absolute(file_, error).lexically_normal().string()));
    out_.slug = draft_.slug;
    check_slug();
    for (const Error& wrong : name_problems(hub_, draft_, text_)) add(1, wrong);
    check_moment();
    check_pictures();
    return show();
  }

  [[nodiscard]] CheckedFile& file() { return out_; }
  // By line, as they were found within one.
  [[nodiscard]] std::vector<PostProblem> problems() {
    std::stable_sort(problems_.begin(), problems_.end(),
                     [](const PostProblem& a, const PostProblem& b) { return a.line < b.line; });
    return std::move(problems_);
  }

 private:
  void add(std::int64_t line, Error error) {
    const std::string named = file_ + ": ";
    if (error.what.starts_with(named)) error.what.erase(0, named.size());
    if (const std::int64_t said = take_line(error.what, "line "); said > 0) line = said;
    problems_.push_back({file_, line, Severity::error, {}, std::move(error.what), error.hint});
  }

  // The same about several channels is said once.
  void add_shown(Severity severity, const std::string& channel, std::int64_t line,
                 const std::string& message) {
    for (PostProblem& one : problems_) {
      if (one.severity != severity || one.line != line || one.message != message) continue;
      if (std::find(one.channels.begin(), one.channels.end(), channel) == one.channels.end())
        one.channels.push_back(channel);
      return;
    }
    problems_.push_back({file_, line, severity, {channel}, message, {}});
  }

  void check_slug() {
    const auto [first, fresh] = slugs_.try_emplace(draft_.slug, file_);
    if (!fresh)
      add(post_line(text_, "/slug"),
          {Fault::conflict,
           fmt::format("the slug \"{}\" is that of {} too", draft_.slug, first->second),
           "Give one of them a line \"slug: …\" of its own."});
  }

  void check_moment() {
    const std::string where = fmt::format("line {}: /at", post_line(text_, "/at"));
    const auto due = moment_of(hub_, draft_.at, where);
    if (!due) return add(1, due.error());
    if (!draft_.at.empty() && draft_.at != "now") out_.due = iso_time(*due);
  }

  // Without the pictures that cannot be read the rest is looked at all the same.
  void check_pictures() {
    std::vector<Media> good;
    for (std::size_t i = 0; i < draft_.media.size(); ++i) {
      Draft one;
      one.media = {draft_.media[i]};
      const auto notes = hub_.media().import(one, file_, {}, Keep::no);
      const std::int64_t line = post_line(text_, fmt::format("/media/{}/file", i));
      if (!notes) {
        Error error = notes.error();
        // It speaks of the only picture it was given.
        const std::string lead =
            fmt::format("{}: line 1: /media/0/file: ", fs::path(file_).string());
        if (error.what.starts_with(lead))
          error.what.replace(0, lead.size(), fmt::format("line {}: /media/{}/file: ", line, i));
        add(line, std::move(error));
        continue;
      }
      for (const std::string& note : *notes)
        problems_.push_back({file_, line, Severity::warning, {}, note, {}});
      good.push_back(one.media.front());
      lines_of_pictures_.emplace_back(draft_.media[i].file, line);
    }
    draft_.media = std::move(good);
  }

  // Where the words stand that a channel would show, or the picture that the sentence names.
  std::int64_t line_of(const Rendition& rendition, const std::string& message) {
    for (const auto& [name, line] : lines_of_pictures_) {
      if (message.find(name) != std::string::npos) return line;
    }
    if (rendition.used == Used::own) {
      for (const std::string& name : {rendition.channel, rendition.platform}) {
        if (draft_.texts.contains(name)) return post_line(text_, "/texts/" + name);
      }
    }
    return post_body_line(text_);
  }

  Result<void> show() {
    const auto& named = draft_.channels;
    for (const std::string& channel : hub_.channels_of(draft_, {})) {
      const auto renditions = hub_.render(draft_, {channel});
      if (!renditions && renditions.error().fault != Fault::not_found &&
          renditions.error().fault != Fault::invalid)
        return tl::unexpected<Error>(renditions.error());
      if (!renditions) {
        const auto at = std::find(named.begin(), named.end(), channel) - named.begin();
        add(post_line(text_, fmt::format("/channels/{}", at)), renditions.error());
        continue;
      }
      for (const Rendition& one : *renditions) {
        for (const std::string& blocker : one.blockers)
          add_shown(Severity::error, one.channel, line_of(one, blocker), blocker);
        for (const std::string& warning : one.warnings)
          add_shown(Severity::warning, one.channel, line_of(one, warning), warning);
        out_.shown.push_back(shown_of(one, draft_, {}, hub_.permalink(draft_)));
      }
    }
    return {};
  }

  Hub& hub_;
  const std::string& file_;
  std::map<std::string, std::string>& slugs_;
  std::string text_;
  Draft draft_;
  std::vector<std::pair<std::string, std::int64_t>> lines_of_pictures_;
  CheckedFile out_;
  std::vector<PostProblem> problems_;
};

}  // namespace

Result<Checked> check(Hub& hub, const Actor& actor, const CheckRequest& request) {
  if (!actor.local)
    return fail(Fault::denied, "files can be named only on the machine itself",
                "Send the post's text to /previews instead.");
  if (request.file.empty()) return fail(Fault::invalid, "name the post files to look at");
  Checked out;
  std::map<std::string, std::string> slugs;
  for (const std::string& file : request.file) {
    Look look(hub, file, slugs);
    CHECK_OK(look.take());
    for (PostProblem& one : look.problems()) {
      (one.severity == Severity::error ? out.errors : out.warnings) += 1;
      out.problems.push_back(std::move(one));
    }
    out.files.push_back(std::move(look.file()));
  }
  if (!request.summary.empty())
    CHECK_OK(replace_file(request.summary,
                          checked_as_summary(out, hub.workspace().config.organisation.time_zone)));
  return out;
}

int checked_exit_code(const Checked& checked) {
  return checked.errors > 0 ? 1 : 0;
}

std::vector<Operation<Hub>> checking_operations() {
  return {operation<Hub>(
      {.name = "check",
       .method = {},
       .path = {},
       .needs = Permission::author,
       .summary = "what is wrong with post files, line by line; for pull requests",
       .help = "Reads each file as publish would and says everything that would stop it or that "
               "somebody should know, with its line. Plans and sends nothing. Ends with 1 where "
               "something cannot be published as it is.",
       .positional = {"file"},
       .local = {"file", "summary"},
       .valued = {{"format", "text|github|gitlab"}, {"summary", "FILE"}}},
      &check, &checked_exit_code)};
}

}  // namespace carillon
