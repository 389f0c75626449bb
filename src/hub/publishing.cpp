#include "hub/publishing.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "base/log.hpp"
#include "base/moment.hpp"
#include "hub/clearance.hpp"
#include "hub/reply_answers.hpp"
#include "net/url.hpp"

namespace carillon {

namespace {

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
  if (waits && d.not_before != INT64_MAX && d.attempts > 0) out.retry = iso_time(d.not_before);
  out.needs_person = needs_person(d);
  return out;
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

}  // namespace

Result<std::vector<DeliveryView>> views_of(Hub& hub, const std::vector<Delivery>& deliveries) {
  TRY(const Announcements known, hub.outbox().names(deliveries));
  std::vector<DeliveryView> out;
  for (const Delivery& delivery : deliveries) out.push_back(view_of(delivery, known));
  return out;
}

Shown shown_of(const Rendition& r, const Draft& draft, const std::vector<std::string>& notes,
               const std::string& permalink) {
  Shown out{r.channel,
            r.platform,
            r.parts,
            draft.media,
            r.used,
            r.warnings,
            !r.blockers.empty(),
            card_shown(r, draft, permalink),
            r.warning,
            r.poll ? draft.poll : std::nullopt};
  out.warnings.insert(out.warnings.end(), notes.begin(), notes.end());
  out.warnings.insert(out.warnings.end(), r.blockers.begin(), r.blockers.end());
  return out;
}

Result<std::vector<Shown>> preview(Hub& hub, const Actor& actor, const PreviewRequest& request) {
  TRY(const Post post, read_post(hub, actor, {request.file, request.text, request.name}, Keep::no));
  CHECK_OK(due_of(hub, {}, post));
  TRY(const auto renditions, hub.render(post.draft, request.channel));
  std::vector<Shown> out;
  for (const Rendition& r : renditions)
    out.push_back(shown_of(r, post.draft, post.notes, hub.permalink(post.draft)));
  return out;
}

Result<Planned> plan_post(Hub& hub, const Actor& actor, const Post& post,
                          const std::vector<std::string>& channels, const std::string& at,
                          Undo undo) {
  const Draft& draft = post.draft;
  Planned out;
  TRY(out.due, due_of(hub, at, post));
  const Micros now = hub.clock().now();
  const bool held = undo == Undo::yes && out.due <= now;
  if (held) out.due = now + undo_time;
  CHECK_OK(keep_answered(hub, draft));
  for (const std::string& unknown : hub.refresh_facts(hub.channels_of(draft, channels)))
    log(Level::warning, "the last known limits are used", {{"reason", unknown}});
  TRY(out.row,
      hub.plan(
          draft, channels, out.due, actor.name,
          {.source = post.source, .at_is_said = !at.empty() || !draft.at.empty(), .held = held}));
  CHECK_OK(note_published(hub, actor, out.row));
  const bool is_new = out.row.revision == 1 && out.row.created >= now;
  if (is_new) CHECK_OK(mark_answered(hub, actor, draft, ReplyState::answered));
  TRY(const auto planned, hub.outbox().deliveries(out.row.id));
  tell(hub, post.notes, planned);
  return out;
}

Result<std::vector<DeliveryView>> send_planned(Hub& hub, const Actor& actor,
                                               const Planned& planned) {
  TRY(const auto waiting, hub.outbox().deliveries(planned.row.id));
  if (planned.due > hub.clock().now() || !actor.local) return views_of(hub, waiting);
  const Announcements known{{planned.row.id, planned.row}};
  if (actor.expects) actor.expects(waiting.size());
  TRY(const auto all, hub.drain(planned.row.id, [&](const Delivery& delivery) {
    if (actor.heard) actor.heard(to_json(view_of(delivery, known)));
  }));
  return views_of(hub, all);
}

int published_code(const std::vector<DeliveryView>& all) {
  const bool done = std::all_of(all.begin(), all.end(), [](const DeliveryView& view) {
    return view.state == DeliveryState::published || view.state == DeliveryState::planned;
  });
  return done ? 0 : 3;
}

Result<std::vector<DeliveryView>> publish(Hub& hub, const Actor& actor,
                                          const PublishRequest& request) {
  TRY(const Post post,
      read_post(hub, actor, {request.file, request.text, request.name}, Keep::yes));
  CHECK_OK(check_cleared(hub, actor, post.draft, request.channel));
  TRY(const Planned planned, plan_post(hub, actor, post, request.channel, request.at));
  return send_planned(hub, actor, planned);
}

Result<std::vector<DeliveryView>> status(Hub& hub, const Actor&, const StatusRequest& request) {
  TRY(const auto all,
      hub.outbox().outlines({.announcement = request.announcement, .in_need = request.in_need}));
  if (!request.announcement.empty() && all.empty() && !request.in_need)
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
                      .valued = {{"channel", "NAME"}},
                      .quiet = true},
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
