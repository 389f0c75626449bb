#include "hub/publishing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/moment.hpp"
#include "base/zone.hpp"
#include "hub/workspace.hpp"

namespace carillon {

namespace {

// The draft of a request with its pictures imported, and what to tell the person of them.
struct Read {
  Draft draft;
  std::vector<std::string> notes;
};

template <class Request>
Result<Read> read(Hub& hub, const Actor& actor, const Request& request, Keep keep) {
  Read out;
  if (request.file.empty() == request.text.empty())
    return fail(Fault::invalid, "name a post file, or send its text", "One of the two.");
  if (request.file.empty()) {
    TRY(out.draft, parse_post(request.text, request.name));
    return out;
  }
  if (!actor.local)
    return fail(Fault::denied, "a file can be named only on the machine itself",
                "Send the post's text instead.");
  TRY(const std::string text, read_file(request.file, limits::post_file_bytes));
  TRY(out.draft, parse_post(text, request.file));
  TRY(out.notes, hub.media().import(out.draft, request.file, text, keep));
  return out;
}

DeliveryView view_of(const Delivery& d, const std::map<std::string, std::string>& slugs) {
  const auto slug = slugs.find(d.announcement);
  DeliveryView out{.id = d.id,
                   .announcement = d.announcement,
                   .slug = slug == slugs.end() ? "" : slug->second,
                   .channel = d.channel,
                   .platform = d.platform,
                   .state = d.state,
                   .due = iso_time(d.due),
                   .retry = {},
                   .url = d.receipts.empty() ? "" : d.receipts.front().url,
                   .reason = d.reason,
                   .hint = d.hint,
                   .needs_person = false};
  const bool waits = d.state == DeliveryState::due || d.state == DeliveryState::unconfirmed;
  const bool comes = waits && d.not_before != INT64_MAX;
  if (comes && d.attempts > 0) out.retry = iso_time(d.not_before);
  out.needs_person = d.state == DeliveryState::refused || d.state == DeliveryState::missed ||
                     (d.state == DeliveryState::unconfirmed && !comes);
  return out;
}

Result<std::vector<DeliveryView>> views_of(Hub& hub, const std::vector<Delivery>& deliveries) {
  TRY(const auto rows, hub.outbox().announcements());
  std::map<std::string, std::string> slugs;
  for (const AnnouncementRow& row : rows) slugs[row.id] = row.slug;
  std::vector<DeliveryView> out;
  for (const Delivery& delivery : deliveries) out.push_back(view_of(delivery, slugs));
  return out;
}

// When it is due: the request's time, else the post's, else now. A time long past is a mistake, not
// a wish.
Result<Micros> due_of(const Hub& hub, const PublishRequest& request, const Draft& draft) {
  const std::string& said = request.at.empty() ? draft.at : request.at;
  const Micros now = hub.clock().now();
  if (said.empty()) return now;
  const std::string where = request.at.empty() ? request.file + ": /at" : "--at";
  auto due = parse_when(said, hub.workspace().config.organisation.time_zone);
  if (!due) return tl::unexpected<Error>(within(where, std::move(due).error()));
  if (*due + hub.workspace().config.policy.window_minutes * minute < now)
    return fail(Fault::invalid, fmt::format("{}: {} is past", where, said),
                "Nothing was sent. Name a time to come, or take it out to publish now.");
  return *due;
}

// What was shortened, left out or is missing (alt text), for the person who publishes.
void tell(const std::vector<std::string>& notes, const std::vector<Delivery>& planned) {
  for (const std::string& note : notes) log(Level::warning, note);
  for (const Delivery& delivery : planned) {
    for (const std::string& warning : delivery.rendition.warnings)
      log(Level::warning, warning, {{"channel", delivery.channel}});
  }
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

Result<std::vector<Shown>> preview(Hub& hub, const Actor& actor, const PreviewRequest& request) {
  TRY(const Read post, read(hub, actor, request, Keep::no));
  TRY(const auto renditions, hub.render(post.draft, request.channel));
  std::vector<Shown> out;
  for (const Rendition& r : renditions) {
    out.push_back({r.channel, r.platform, r.parts, post.draft.media, r.used, r.warnings,
                   !r.blockers.empty()});
    auto& all = out.back().warnings;
    all.insert(all.end(), post.notes.begin(), post.notes.end());
    all.insert(all.end(), r.blockers.begin(), r.blockers.end());
  }
  return out;
}

Result<std::vector<DeliveryView>> publish(Hub& hub, const Actor& actor,
                                          const PublishRequest& request) {
  TRY(const Read post, read(hub, actor, request, Keep::yes));
  const Draft& draft = post.draft;
  TRY(const Micros due, due_of(hub, request, draft));
  for (const std::string& unknown : hub.refresh_facts(hub.channels_of(draft, request.channel)))
    log(Level::warning, "the last known limits are used", {{"reason", unknown}});
  TRY(const auto row, hub.plan(draft, request.channel, due, actor.name));
  TRY(const auto planned, hub.outbox().deliveries(row.id));
  tell(post.notes, planned);
  if (due > hub.clock().now() || !actor.local) return views_of(hub, planned);
  const std::map<std::string, std::string> slugs{{row.id, row.slug}};
  if (actor.expects) actor.expects(planned.size());
  TRY(const auto all, hub.drain(row.id, [&](const Delivery& delivery) {
    if (actor.heard) actor.heard(to_json(view_of(delivery, slugs)));
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
