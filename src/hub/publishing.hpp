// Preview, publish, status and resolve, as operations.
#pragma once

#include <string>
#include <vector>

#include "core/operation.hpp"
#include "hub/hub.hpp"
#include "hub/link_card.hpp"
#include "hub/posts.hpp"

namespace carillon {

// A post: the path of its file (only on this machine), or its text and name.
struct PreviewRequest {
  std::string file = {};
  std::string text = {};
  std::string name = {};
  std::vector<std::string> channel = {};
  static constexpr std::array<std::array<std::string_view, 2>, 4> notes{{
      {"file", "the post file"},
      {"text", "the post file's text: front matter and Markdown"},
      {"name",
       "what the text is called; it makes the slug where none is given, else the title does"},
      {"channel", "only this channel; may be repeated"},
  }};
};
BOOST_DESCRIBE_STRUCT(PreviewRequest, (), (file, text, name, channel))

// What one channel will show.
struct Shown {
  std::string channel;
  std::string platform;
  std::vector<Part> parts;
  std::vector<Media> media;  // what the `media` of the parts are indices into
  Used used = Used::full;
  std::vector<std::string> warnings;
  bool blocked = false;  // it cannot be sent as it is; the warnings say why
  CardShown card = {};
  std::string warning = {};  // a content warning that the platform shows before it
  std::optional<Poll> poll = {};
};
BOOST_DESCRIBE_STRUCT(Shown, (),
                      (channel, platform, parts, media, used, warnings, blocked, card, warning,
                       poll))

// A rendition as a person reads it, with `notes` on the draft's pictures; `permalink` as in
// card_shown. Pure.
[[nodiscard]] Shown shown_of(const Rendition& rendition, const Draft& draft,
                             const std::vector<std::string>& notes, const std::string& permalink);

struct PublishRequest {
  std::string file = {};
  std::string text = {};
  std::string name = {};
  std::vector<std::string> channel = {};
  std::string at = {};
  static constexpr std::array<std::array<std::string_view, 2>, 5> notes{{
      {"file", "the post file"},
      {"text", "the post file's text: front matter and Markdown"},
      {"name",
       "what the text is called; it makes the slug where none is given, else the title does"},
      {"channel", "only this channel; may be repeated"},
      {"at", "when, such as \"2026-12-01 15:00 Europe/Paris\", or now; default: as the post says"},
  }};
};
BOOST_DESCRIBE_STRUCT(PublishRequest, (), (file, text, name, channel, at))

// A delivery as a person reads it.
struct DeliveryView {
  std::string id;
  std::string announcement;
  std::string slug;
  std::string channel;
  std::string platform;
  DeliveryState state = DeliveryState::planned;
  std::string due;    // RFC 3339 in UTC
  std::string retry;  // when it is tried or looked for again; empty: not by itself
  std::string url;
  std::string reason;
  std::string hint;
  bool needs_person = false;
  bool rehearsed = false;  // nothing left this machine
  bool outdated = false;   // it stands there with an earlier text
};
BOOST_DESCRIBE_STRUCT(DeliveryView, (),
                      (id, announcement, slug, channel, platform, state, due, retry, url, reason,
                       hint, needs_person, rehearsed, outdated))

// Errors: those of the store.
[[nodiscard]] Result<std::vector<DeliveryView>> views_of(Hub& hub,
                                                         const std::vector<Delivery>& deliveries);

struct StatusRequest {
  std::string announcement = {};
  bool in_need = false;
  static constexpr std::array<std::array<std::string_view, 2>, 2> notes{{
      {"announcement", "an announcement's id or slug; default: all"},
      {"in_need", "only what needs a person"},
  }};
};
BOOST_DESCRIBE_STRUCT(StatusRequest, (), (announcement, in_need))

struct ResolveRequest {
  static constexpr std::array<std::string_view, 1> required{"delivery"};
  std::string delivery;
  std::string url = {};
  bool absent = false;
  bool cancel = false;
  static constexpr std::array<std::array<std::string_view, 2>, 4> notes{{
      {"delivery", "the delivery's id"},
      {"url", "it is there, at this address"},
      {"absent", "it is not there: send it now"},
      {"cancel", "leave it"},
  }};
};
BOOST_DESCRIBE_STRUCT(ResolveRequest, (), (delivery, url, absent, cancel))

// What each channel will show; nothing is sent. Errors: those of the post, not_found for a channel.
Result<std::vector<Shown>> preview(Hub& hub, const Actor& actor, const PreviewRequest& request);

// What goes out, and when.
struct Planned {
  AnnouncementRow row;
  Micros due = 0;
};
// How long what is published at once can be withdrawn, where that was asked for.
inline constexpr Micros undo_time = 10 * second;
enum class Undo { no, yes };

// Plans a post that may go out (see check_cleared); drafts on the desk that say just this are then
// published. Errors: those of due_of and Outbox::plan.
[[nodiscard]] Result<Planned> plan_post(Hub& hub, const Actor& actor, const Post& post,
                                        const std::vector<std::string>& channels,
                                        const std::string& at, Undo undo = Undo::no);
// Its deliveries; a local actor waits for their outcomes and hears of each.
[[nodiscard]] Result<std::vector<DeliveryView>> send_planned(Hub& hub, const Actor& actor,
                                                             const Planned& planned);
// What a command ends with: 3 where not everything is published or waits for its time.
[[nodiscard]] int published_code(const std::vector<DeliveryView>& all);

// Plans the post. A local actor waits for the outcomes and hears of each as it comes; for others
// the server's workers send. Errors: those of the post, invalid for a time past or a text too long,
// denied for a text that the policy does not let out (check_cleared).
Result<std::vector<DeliveryView>> publish(Hub& hub, const Actor& actor,
                                          const PublishRequest& request);

// Newest first. Errors: not_found for an announcement nobody planned.
Result<std::vector<DeliveryView>> status(Hub& hub, const Actor& actor,
                                         const StatusRequest& request);

// Errors: invalid unless exactly one of url, absent and cancel is said; not_found; conflict where
// the delivery's state has no such move.
Result<DeliveryView> resolve(Hub& hub, const Actor& actor, const ResolveRequest& request);

[[nodiscard]] std::vector<Operation<Hub>> publishing_operations();

}  // namespace carillon
