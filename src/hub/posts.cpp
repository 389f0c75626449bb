#include "hub/posts.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "base/crypto.hpp"
#include "base/limits.hpp"
#include "hub/post_checks.hpp"
#include "hub/workspace.hpp"

namespace carillon {

namespace {

namespace fs = std::filesystem;

// The same file wherever its work tree, or the workspace, is checked out.
std::string source_of(const fs::path& file, const fs::path& workspace) {
  std::error_code error;
  const fs::path whole = fs::weakly_canonical(file, error);
  for (fs::path dir = whole.parent_path(); dir.has_relative_path(); dir = dir.parent_path()) {
    if (fs::exists(dir / ".git", error)) return whole.lexically_relative(dir).string();
  }
  const std::string inside =
      whole.lexically_relative(fs::weakly_canonical(workspace, error)).string();
  return inside.empty() || inside.starts_with("..") ? whole.string() : inside;
}

// Without a name or a slug of its own only the very same text is the same post.
std::string source_of_text(const std::string& text, const std::string& name, const Draft& draft) {
  if (!name.empty()) return "the text called " + name;
  if (draft.slug != slug_for("", draft.title, text)) return {};
  return "a text sent without a name, " + to_hex(sha256(text)).substr(0, 8);
}

Result<void> check_names(const Hub& hub, const std::string& called, const Draft& draft,
                         std::string_view text) {
  auto problems = name_problems(hub, draft, text);
  if (problems.empty()) return {};
  return tl::unexpected<Error>(within(called, std::move(problems.front())));
}

}  // namespace

Result<Post> read_post(Hub& hub, const Actor& actor, const PostSource& request, Keep keep) {
  Post out;
  if (request.file.empty() == request.text.empty())
    return fail(Fault::invalid, "name a post file, or send its text", "One of the two.");
  if (request.file.empty()) {
    const std::string called = request.name.empty() ? "the post" : request.name;
    TRY(out.draft, parse_post(request.text, called, request.name));
    out.source = source_of_text(request.text, request.name, out.draft);
    out.at = fmt::format("{}: line {}: /at", called, post_line(request.text, "/at"));
    CHECK_OK(check_names(hub, called, out.draft, request.text));
    CHECK_OK(hub.media().check_kept(out.draft));
    return out;
  }
  if (!actor.local)
    return fail(Fault::denied, "a file can be named only on the machine itself",
                "Send the post's text instead.");
  std::error_code error;
  const std::string whole = fs::absolute(request.file, error).lexically_normal().string();
  TRY(const std::string text, read_file(request.file, limits::post_file_bytes));
  TRY(out.draft, parse_post(text, request.file, whole));
  out.source = source_of(request.file, hub.workspace().dir);
  out.at = fmt::format("{}: line {}: /at", request.file, post_line(text, "/at"));
  CHECK_OK(check_names(hub, request.file, out.draft, text));
  TRY(out.notes, hub.media().import(out.draft, request.file, text, keep));
  return out;
}

Result<Micros> due_of(const Hub& hub, const std::string& asked, const Post& post) {
  return asked.empty() ? moment_of(hub, post.draft.at, post.at) : moment_of(hub, asked, "--at");
}

}  // namespace carillon
