// The one way out: everything that leaves is a delivery, armed before it is sent and never sent
// again while its outcome is unknown.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "channel/channel.hpp"
#include "core/delivery.hpp"
#include "store/events.hpp"

namespace carillon {

struct AnnouncementRow {
  std::string id;
  std::string slug;
  std::int64_t revision = 1;
  std::string digest;
  std::string permalink;
  Draft draft;
  Micros created = 0;
  std::string source;  // where it comes from: another post with its slug comes from elsewhere
};
BOOST_DESCRIBE_STRUCT(AnnouncementRow, (),
                      (id, slug, revision, digest, permalink, draft, created, source))

struct Delivery {
  std::string id;
  std::string announcement;
  std::int64_t revision = 1;
  std::string channel;
  std::string platform;
  DeliveryState state = DeliveryState::planned;
  Micros due = 0;
  Micros not_before = 0;
  std::int64_t attempts = 0;
  Micros armed = 0;  // when the request was armed that is, or may be, out; 0: none is
  Micros lease = 0;  // another worker leaves it alone until then
  std::string reason;
  std::string hint;
  Rendition rendition;
  std::vector<Step> steps;
  std::vector<Receipt> receipts;  // one a part that is there
  Micros updated = 0;
  bool rehearsed = false;  // nothing of it left this machine: it counts only while rehearsal is on
};
BOOST_DESCRIBE_STRUCT(Delivery, (),
                      (id, announcement, revision, channel, platform, state, due, not_before,
                       attempts, armed, lease, reason, hint, rendition, steps, receipts, updated,
                       rehearsed))

// Nothing happens to it before a person acts. Pure.
[[nodiscard]] bool needs_person(const Delivery& delivery);

// Which deliveries are asked for.
struct DeliveryQuery {
  std::string announcement = {};  // its id or slug; empty: of all
  bool in_need = false;           // only those that need a person
  bool published = false;         // only those that are public
  // Of all: of announcements of which one is due in [from, to).
  Micros from = INT64_MIN;
  Micros to = INT64_MAX;
};

// What makes a delivery a worker's: the lease it holds, and when it armed the request whose outcome
// it tells (0: none).
struct Grip {
  Micros lease = 0;
  Micros armed = 0;
};

// A channel with what speaks for it.
struct Speaker {
  Channel channel;
  std::shared_ptr<const Adapter> adapter;
  bool rehearses = false;  // the adapter only pretends
};

// What a plan says besides the text.
struct Planning {
  std::string source = {};  // empty: not known, so every post with the slug is that one
  bool at_is_said = false;  // a person named the time: what is planned for another moves
  bool held = false;        // until it is due the plan can be withdrawn, as if it never was
};

// What was before a plan that is held.
struct BeforeHold {
  std::vector<AnnouncementRow> row;  // one; none where the plan made it
  std::vector<Delivery> deliveries;  // those that the plan changed
  std::vector<std::string> made;     // the ids of those that it made
};
BOOST_DESCRIBE_STRUCT(BeforeHold, (), (row, deliveries, made))

struct Hold {
  std::string announcement;  // its id
  Micros made = 0;
  Micros until = 0;
  BeforeHold before;
};
BOOST_DESCRIBE_STRUCT(Hold, (), (announcement, made, until, before))

struct OutboxOptions {
  Micros window = hour;         // overdue by more: missed
  Micros lease = 2 * minute;    // longer than any request may take
  std::int64_t finds_max = 10;  // then a person looks
  std::string data_dir;
  HttpLimits http = {};  // of each request an adapter sends
  std::function<Result<Secret>(const std::string& channel, const std::string& field)> secret;
  std::function<Result<Image>(const Media&, const ImageLimits&)> image;
  // Seals and stores what an adapter wants to find again (a session). Not set: nothing is kept.
  std::function<Result<void>(const std::string& channel, const std::string& field,
                             const Secret& value)>
      keep_secret = {};
  // As Access::reencode.
  std::function<Result<Image>(std::string_view bytes, const std::string& alt, const ImageLimits&)>
      reencode = {};
  // As Access::wait. Not set: nobody waits for a server's own work on an upload.
  std::function<bool(Micros)> wait = {};
  // Called with the name of each step between arming and settling; a test kills the process there.
  std::function<void(const char*)> crash_point;
};

// Thread-safe: several may share one store, in one process or many.
class Outbox {
 public:
  Outbox(Store& store, HttpClient& http, const Clock& clock, Ids& ids,
         std::map<std::string, Speaker> speakers, OutboxOptions options);

  // Writes the announcement, a delivery for each rendition and the event in one transaction. The
  // same draft again is the same announcement: its deliveries come back as they are. A changed
  // draft under the same slug is a new revision: the home takes it, and every delivery of which
  // nothing is public; what is public elsewhere, or may be, stays. Errors: invalid when a rendition
  // has blockers; conflict when the slug belongs to a post from another source.
  Result<AnnouncementRow> plan(const Draft& draft, const std::string& permalink,
                               const std::vector<Rendition>& renditions, Micros due,
                               const std::string& actor, const Planning& planning = {});

  // `told` hears of each delivery that moved and of the event's name, after it is in the database.
  // Call it before the work begins.
  void on_event(std::function<void(const Delivery&, const std::string&)> told) {
    told_ = std::move(told);
  }

  // Claims what is due, sends and settles it; how many deliveries changed. 0: nothing to do now.
  Result<std::int64_t> run_once();

  // A person's word on a delivery in doubt. `url` empty and `absent`: it is not there, send again.
  // `url`: where the part in doubt stands; the parts behind it are then sent.
  Result<Delivery> resolve(const std::string& id, const std::string& url, bool absent,
                           const std::string& actor);
  Result<Delivery> cancel(const std::string& id, const std::string& actor);

  // One of them. Errors: not_found.
  Result<Delivery> delivery(const std::string& id);
  // By id or slug. Errors: not_found.
  Result<AnnouncementRow> announcement(const std::string& id);
  // Deliveries of one announcement (id or slug), or all when empty; newest first.
  Result<std::vector<Delivery>> deliveries(const std::string& announcement);
  // The same without what is sent: rendition and steps are empty.
  Result<std::vector<Delivery>> outlines(const DeliveryQuery& query);
  Result<std::vector<AnnouncementRow>> announcements();
  // Those that the home shows.
  Result<std::vector<AnnouncementRow>> at_home();
  // Those whose first delivery is due in [from, to), the latest first, at most `count`.
  Result<std::vector<AnnouncementRow>> announcements(Micros from, Micros to, std::int64_t count);
  // Those of these deliveries by id, without their texts.
  Result<std::map<std::string, AnnouncementRow>> names(const std::vector<Delivery>& deliveries);
  // Gives what is still planned another time. Errors: not_found; conflict when nothing is planned
  // any more.
  Result<std::vector<Delivery>> move(const std::string& announcement, Micros due,
                                     const std::string& actor);
  // Of each announcement the last plan that was held, also those long over.
  Result<std::vector<Hold>> holds();
  // The last that was held of one announcement (its id), if any was.
  Result<std::optional<Hold>> hold(const std::string& announcement);
  // Those by which the home still waits for its turn.
  Result<std::vector<Hold>> held_at_home();
  // Puts back what was before the held plan of this announcement (its id). `also` is done in the
  // same transaction. Errors: not_found; conflict when nothing is held, or something of it is on
  // its way.
  Result<void> withdraw(const std::string& announcement, const std::string& actor,
                        const std::function<Result<void>(Db&, const Hold&)>& also);
  // Deliveries due before `before` that are neither published nor cancelled.
  Result<std::vector<Delivery>> overdue(Micros before);
  // A number that is another one after anything became public, changed in public, or is no more.
  Result<std::int64_t> version();

 private:
  Result<std::vector<Delivery>> claim();
  Result<void> recover(Db& db, Micros now);
  void prepare(Delivery& delivery, const AnnouncementRow& announcement);
  // A delivery that moved, and the event that says so. `more`: another step of it follows at once,
  // so it stays ours. `grip`: what made it ours before.
  struct Moved {
    Delivery* delivery = nullptr;
    std::string event;
    bool more = false;
    Grip grip = {};
  };
  // What may be sent now. `again`: an earlier attempt is in doubt, and only this one can tell.
  struct Armed {
    Delivery* delivery = nullptr;
    bool again = false;
  };
  Result<std::vector<Armed>> arm(const std::vector<Delivery*>& group);
  Result<Moved> judge(Armed armed, const Outcome& outcome);
  Result<Moved> judge_failure(Delivery& delivery, const Outcome& outcome);
  Result<Moved> judge_repetition(Delivery& delivery, const Outcome& outcome);
  Result<Moved> put_off(Armed armed);
  Result<void> send_group(std::vector<Delivery*> group);
  Result<void> reconcile(Delivery& delivery, std::vector<Delivery*>& ready);
  // Leaves of `moved` what was still ours.
  Result<void> settle(std::vector<Moved>& moved);
  Result<void> settle(Delivery& delivery, const std::string& event);
  Result<void> process(Delivery& delivery, std::vector<Delivery*>& ready);
  Result<void> stand_aside(Delivery& delivery);
  Result<Delivery> change(const std::string& id, const std::string& actor, const std::string& event,
                          const std::function<Result<void>(Delivery&)>& edit);
  Access access_of(const Delivery& delivery);
  [[nodiscard]] bool rehearses(const std::string& channel) const;
  void crash_point(const char* name) const;

  Store& store_;
  HttpClient& http_;
  const Clock& clock_;
  Ids& ids_;
  std::map<std::string, Speaker> speakers_;
  OutboxOptions options_;
  std::function<void(const Delivery&, const std::string&)> told_;
};

}  // namespace carillon
