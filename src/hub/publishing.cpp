#include "hub/publishing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/moment.hpp"
#include "hub/post_checks.hpp"
#include "hub/workspace.hpp"
#include "net/url.hpp"

namespace carillon {

namespace {

namespace fs = std::filesystem;

// The draft of a request with its pictures imported, and what to tell the person of them.
struct Read {
  Draft draft;
  std::string source;
  std::string at;  // where its time stands, for errors
  std::vector<std::string> notes;
};

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

template <class Request>
Result<Read> read(Hub& hub, const Actor& actor, const Request& request, Keep keep) {
  Read out;
  if (request.file.empty() == request.text.empty())
    return fail(Fault::invalid, "name a post file, or send its text", "One of the two.");
  if (request.file.empty()) {
    const std::string called = request.name.empty() ? "the post" : request.name;
    TRY(out.draft, parse_post(request.text, called, request.name));
    out.source = source_of_text(request.text, request.name, out.draft);
    out.at = fmt::format("{}: line {}: /at", called, post_line(request.text, "/at"));
    CHECK_OK(check_names(hub, called, out.draft, request.text));
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

using Announcements = std::map<std::string, AnnouncementRow>;

DeliveryView view_of(const Delivery& d, const Announcements& all) {
  const auto row = all.find(d.announcement);
  DeliveryView out{
      .id = d.id,
      .announcement = d.announcement,
      .slug = row == all.end() ? "" : row->second.slug,
      .channel = d.channel,
      .platform = d.platform,
      .state = d.state,
      .due = iso_time(d.due),
      .retry = {},
      .url = d.receipts.empty() ? "" : d.receipts.front().url,
      .reason = d.reason,
      .hint = d.hint,
      .needs_person = false,
      .rehearsed = d.rehearsed,
      .outdated = row != all.end() && d.revision < row->second.revision && !d.receipts.empty()};
  const bool waits = d.state == DeliveryState::due || d.state == DeliveryState::unconfirmed;
  const bool comes = waits && d.not_before != INT64_MAX;
  if (comes && d.attempts > 0) out.retry = iso_time(d.not_before);
  out.needs_person = d.state == DeliveryState::refused || d.state == DeliveryState::missed ||
                     d.state == DeliveryState::manual ||
                     (d.state == DeliveryState::unconfirmed && !comes);
  return out;
}

Result<std::vector<DeliveryView>> views_of(Hub& hub, const std::vector<Delivery>& deliveries) {
  TRY(const auto rows, hub.outbox().announcements());
  Announcements known;
  for (const AnnouncementRow& row : rows) known[row.id] = row;
  std::vector<DeliveryView> out;
  for (const Delivery& delivery : deliveries) out.push_back(view_of(delivery, known));
  return out;
}

// When it is due: the request's time, else the post's, else now.
Result<Micros> due_of(const Hub& hub, const std::string& asked, const Read& post) {
  return asked.empty() ? moment_of(hub, post.draft.at, post.at) : moment_of(hub, asked, "--at");
}

// What was shortened, left out or is missing (alt text), for the person who publishes.
void tell(const Hub& hub, const std::vector<std::string>& notes,
          const std::vector<Delivery>& planned) {
  for (const std::string& note : notes) log(Level::warning, note);
  const std::string& home = hub.workspace().config.organisation.url;
  const bool local = home.find("://127.0.0.1") != std::string::npos ||
                     home.find("://localhost") != std::string::npos;
  const bool leaves = std::any_of(planned.begin(), planned.end(), [&](const Delivery& delivery) {
    const auto channel = hub.channel(delivery.channel);
    return channel && channel->platform != "home" && channel->platform != "echo" &&
           !delivery.rehearsed;
  });
  if (local && leaves)
    log(Level::warning, "the posts link to a home that only this machine can reach",
        {{"url", home}, {"hint", "Put the organisation's url into carillon.yaml."}});
  for (const Delivery& delivery : planned) {
    for (const std::string& warning : delivery.rendition.warnings)
      log(Level::warning, warning, {{"channel", delivery.channel}});
  }
}

// Where a post stands is shown to the public.
Result<void> check_address(const std::string& url) {
  if (url.starts_with("at://")) return {};
  if (parse_url(url)) return {};
  return fail(Fault::invalid, fmt::format("\"{}\" is not the address of a post", url),
              "Copy it from the browser; it starts with https://.");
}

int blocked_code(const std::vector<Shown>& all) {
  return std::any_of(all.begin(), all.end(), [](const Shown& shown) { return shown.blocked; });
}

int published_code(const std::vector<DeliveryView>& all) {
  const bool done = std::all_of(all.begin(), all.end(), [](const DeliveryView& view) {
    return view.state == DeliveryState::published || view.state == DeliveryState::planned;
  });
  return done ? 0 : 3;
}

}  // namespace

Shown shown_of(const Rendition& r, const Draft& draft, const std::vector<std::string>& notes) {
  Shown out{r.channel, r.platform, r.parts, draft.media, r.used, r.warnings, !r.blockers.empty()};
  out.warnings.insert(out.warnings.end(), notes.begin(), notes.end());
  out.warnings.insert(out.warnings.end(), r.blockers.begin(), r.blockers.end());
  return out;
}

Result<std::vector<Shown>> preview(Hub& hub, const Actor& actor, const PreviewRequest& request) {
  TRY(const Read post, read(hub, actor, request, Keep::no));
  CHECK_OK(due_of(hub, {}, post));
  TRY(const auto renditions, hub.render(post.draft, request.channel));
  std::vector<Shown> out;
  for (const Rendition& r : renditions) out.push_back(shown_of(r, post.draft, post.notes));
  return out;
}

Result<std::vector<DeliveryView>> publish(Hub& hub, const Actor& actor,
                                          const PublishRequest& request) {
  TRY(const Read post, read(hub, actor, request, Keep::yes));
  const Draft& draft = post.draft;
  TRY(const Micros due, due_of(hub, request.at, post));
  for (const std::string& unknown : hub.refresh_facts(hub.channels_of(draft, request.channel)))
    log(Level::warning, "the last known limits are used", {{"reason", unknown}});
  TRY(const auto row,
      hub.plan(draft, request.channel, due, actor.name,
               {.source = post.source, .at_is_said = !request.at.empty() || !draft.at.empty()}));
  TRY(const auto planned, hub.outbox().deliveries(row.id));
  tell(hub, post.notes, planned);
  if (due > hub.clock().now() || !actor.local) return views_of(hub, planned);
  const Announcements known{{row.id, row}};
  if (actor.expects) actor.expects(planned.size());
  TRY(const auto all, hub.drain(row.id, [&](const Delivery& delivery) {
    if (actor.heard) actor.heard(to_json(view_of(delivery, known)));
  }));
  return views_of(hub, all);
}

Result<std::vector<DeliveryView>> status(Hub& hub, const Actor&, const StatusRequest& request) {
  TRY(const auto all, hub.outbox().deliveries(request.announcement));
  if (!request.announcement.empty() && all.empty())
    return fail(Fault::not_found, fmt::format("there is no announcement {}", request.announcement),
                "`carillon status` lists them.");
  return views_of(hub, all);
}

Result<DeliveryView> resolve(Hub& hub, const Actor& actor, const ResolveRequest& request) {
  const int said = int(!request.url.empty()) + int(request.absent) + int(request.cancel);
  if (said != 1)
    return fail(Fault::invalid, "say one of --url URL, --absent and --cancel",
                "Look at the account first: is the post there?");
  if (!request.url.empty()) CHECK_OK(check_address(request.url));
  auto done = request.cancel
                  ? hub.outbox().cancel(request.delivery, actor.name)
                  : hub.outbox().resolve(request.delivery, request.url, request.absent, actor.name);
  if (!done) return tl::unexpected<Error>(done.error());
  if (request.absent && actor.local) {
    TRY(const auto all, hub.drain(done->announcement, [](const Delivery&) {}));
    for (const Delivery& delivery : all) {
      if (delivery.id == request.delivery) *done = delivery;
    }
  }
  TRY(const auto views, views_of(hub, {*done}));
  return views.front();
}

std::vector<Operation<Hub>> publishing_operations() {
  return {
      operation<Hub>({.name = "preview",
                      .method = "POST",
                      .path = "/previews",
                      .needs = Permission::author,
                      .summary = "what each channel will show, counted",
                      .help = "Shows the text each channel would get, how long it is there, and "
                              "what to mend. Sends nothing.",
                      .positional = {"file"},
                      .hidden = {"text", "name"},
                      .local = {"file"},
                      .valued = {{"channel", "NAME"}}},
                     &preview, &blocked_code),
      operation<Hub>({.name = "publish",
                      .method = "POST",
                      .path = "/announcements",
                      .needs = Permission::editor,
                      .summary = "publish a post file, at most once on each channel",
                      .help = "Publishes the post file and waits for the outcome of each channel. "
                              "The same file again sends nothing twice: it goes on where it "
                              "stopped. With a time to come it is planned, and `carillon serve` "
                              "sends it then.",
                      .positional = {"file"},
                      .hidden = {"text", "name"},
                      .local = {"file"},
                      .valued = {{"channel", "NAME"}, {"at", "TIME"}}},
                     &publish, &published_code),
      operation<Hub>({.name = "status",
                      .method = "GET",
                      .path = "/deliveries",
                      .needs = Permission::author,
                      .summary = "deliveries, and what needs a person",
                      .positional = {"announcement"}},
                     &status),
      operation<Hub>({.name = "resolve",
                      .method = "POST",
                      .path = "/deliveries/{delivery}/resolution",
                      .needs = Permission::editor,
                      .summary = "settle a delivery that only a person can",
                      .help = "Look at the account first. Say --url where the post is there, "
                              "--absent where it is not and shall be sent now, --cancel to leave "
                              "it.",
                      .positional = {"delivery"},
                      .valued = {{"url", "URL"}}},
                     &resolve),
  };
}

}  // namespace carillon
