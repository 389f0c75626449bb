#include "hub/hub.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <iterator>

#include "base/log.hpp"
#include "channel/registry.hpp"
#include "federation/answered.hpp"
#include "federation/polls.hpp"
#include "hub/fediverse.hpp"
#include "publish/server_fact.hpp"
#include "retire/past_site.hpp"
#include "team/desk.hpp"

namespace carillon {

namespace {

// In rehearsal a channel keeps its limits and text, but the echo platform does the sending.
class Rehearsed final : public Adapter {
 public:
  Rehearsed(std::unique_ptr<Adapter> real, std::unique_ptr<Adapter> echo)
      : real_(std::move(real)), echo_(std::move(echo)) {}
  [[nodiscard]] Replay replay() const override { return echo_->replay(); }
  [[nodiscard]] Limits limits(const json::object& learned) const override {
    return real_->limits(learned);
  }
  [[nodiscard]] Rendition render(const Announcement& announcement, const Channel& channel,
                                 const Limits& limits) const override {
    return real_->render(announcement, channel, limits);
  }
  [[nodiscard]] Result<std::vector<Step>> prepare(const Job& job, Access& access) const override {
    return echo_->prepare(job, access);
  }
  [[nodiscard]] Outcome send(const Step& step, std::span<const Receipt> before,
                             Access& access) const override {
    return echo_->send(step, before, access);
  }
  [[nodiscard]] Finding find(const Step& step, std::span<const Receipt> before, Micros armed,
                             Access& access) const override {
    return echo_->find(step, before, armed, access);
  }
  [[nodiscard]] Result<Account> verify(Access& access) const override {
    return echo_->verify(access);
  }
  [[nodiscard]] std::string network() const override { return real_->network(); }

 private:
  std::unique_ptr<Adapter> real_;
  std::unique_ptr<Adapter> echo_;
};

Result<Speaker> speak(const Channel& channel, bool rehearsal) {
  TRY(auto real, make_adapter(channel));
  if (!rehearsal || channel.platform == "home" || channel.platform == "echo")
    return Speaker{channel, std::move(real), false};
  Channel practice = channel;
  practice.platform = "echo";
  practice.settings.clear();
  TRY(auto echo, make_adapter(practice));
  return Speaker{channel, std::make_shared<const Rehearsed>(std::move(real), std::move(echo)),
                 true};
}

// An account that was left is not posted to because a post file still names it.
Result<void> check_use(const Channel& channel) {
  if (channel.use == Use::home || channel.use == Use::broadcast) return {};
  return fail(Fault::invalid,
              fmt::format("the channel {} is {}: nothing is posted there", channel.name,
                          word_of(channel.use)),
              fmt::format("Take it out of the post, or `carillon channel set {} use=broadcast`.",
                          channel.name));
}

}  // namespace

Result<std::unique_ptr<Hub>> Hub::open(Workspace workspace) {
  std::unique_ptr<Hub> hub(new Hub);
  hub->workspace_ = std::move(workspace);
  const Config& config = hub->workspace_.config;
  for (const Channel& channel : hub->workspace_.channels) {
    TRY(hub->speakers_[channel.name], speak(channel, config.rehearsal));
  }
  hub->ids_ = std::make_unique<Ids>(hub->clock_);
  hub->http_ =
      std::make_unique<HttpClient>(HttpClientOptions{.contact_url = config.organisation.url});
  TRY(hub->store_, Store::open(store_url(config.store.url, hub->workspace_.dir.string())));
  hub->vault_ = std::make_unique<Vault>(*hub->store_, hub->clock_, hub->workspace_.data_dir());
  hub->retirements_ = std::make_unique<Retirements>(*hub->store_, hub->clock_, *hub->ids_);
  OutboxOptions options;
  options.secret = [vault = hub->vault_.get()](const std::string& channel,
                                               const std::string& field) {
    return vault->get(channel, field);
  };
  options.keep_secret = [vault = hub->vault_.get()](const std::string& channel,
                                                    const std::string& field, const Secret& value) {
    return vault->put(channel, field, value);
  };
  hub->media_ =
      std::make_unique<MediaStore>(*hub->store_, hub->clock_,
                                   MediaOptions{.cache_dir = hub->workspace_.data_dir() + "/media",
                                                .in_use = &pictures_on_desk});
  options.image = [media = hub->media_.get()](const Media& picture, const ImageLimits& limits) {
    return media->picture(picture, limits);
  };
  options.reencode = [media = hub->media_.get()](std::string_view bytes, const std::string& alt,
                                                 const ImageLimits& limits) {
    return media->reencode(bytes, alt, limits);
  };
  options.wait = [own = hub.get()](Micros time) { return own->pause(time); };
  options.window = config.policy.window_minutes * minute;
  options.data_dir = hub->workspace_.data_dir();
  hub->outbox_ = std::make_unique<Outbox>(*hub->store_, *hub->http_, hub->clock_, *hub->ids_,
                                          hub->speakers_, options);
  return hub;
}

Result<const Speaker*> Hub::speaker(const std::string& channel) const {
  const auto found = speakers_.find(channel);
  if (found != speakers_.end()) return &found->second;
  std::vector<std::string> known;
  known.reserve(speakers_.size());
  for (const auto& [each, speaker] : speakers_) known.push_back(each);
  const auto near = nearest(channel, known);
  return fail(Fault::not_found, fmt::format("there is no channel \"{}\"", channel),
              near ? fmt::format("Did you mean \"{}\"?", *near)
                   : fmt::format("The channels are: {}.", fmt::join(known, ", ")));
}

Result<Channel> Hub::channel(const std::string& name) const {
  TRY(const Speaker* found, speaker(name));
  return found->channel;
}

Result<void> Hub::audit(const std::string& kind, const std::string& actor,
                        const std::string& subject, const json::object& data) {
  return store_->write([&](Db& db) -> Result<void> {
    CHECK_OK(append_event(db, {ids_->next(), clock_.now(), kind, actor, subject, data}));
    return {};
  });
}

Access Hub::access_to(const std::string& channel) {
  return Access{
      .http = *http_,
      .clock = clock_,
      .secret = [this, channel](const std::string& field) { return vault_->get(channel, field); },
      .keep_secret = [this, channel](
                         const std::string& field,
                         const Secret& value) { return vault_->put(channel, field, value); },
      .image = [this](const Media& media,
                      const ImageLimits& limits) { return media_->picture(media, limits); },
      .data_dir = workspace_.data_dir(),
      .wait = [this](Micros time) { return pause(time); }};
}

bool Hub::pause(Micros time) {
  const Micros until = clock_.now() + time;
  for (Micros now = clock_.now(); now < until && !pulse_.stopped(); now = clock_.now())
    pulse_.wait(until - now);
  return !pulse_.stopped();
}

Result<void> Hub::learn(const Speaker& speaker) {
  Access access = access_to(speaker.channel.name);
  TRY(const json::object learned, speaker.adapter->learn(access));
  return store_->write([&](Db& db) {
    return keep_server_fact(db, {speaker.channel.name, learned, clock_.now()});
  });
}

Result<Account> Hub::check(const std::string& channel) {
  TRY(const Speaker* found, speaker(channel));
  CHECK_OK(learn(*found));
  Access access = access_to(channel);
  return found->adapter->verify(access);
}

Result<Profile> Hub::profile(const std::string& channel) {
  TRY(const Speaker* found, speaker(channel));
  Access access = access_to(channel);
  return found->adapter->profile(access);
}

std::vector<std::string> Hub::refresh_facts(const std::vector<std::string>& channels) {
  std::vector<std::string> out;
  for (const std::string& name : channels) {
    const auto found = speaker(name);
    if (!found) continue;
    const auto known = store_->read([&](Db& db) { return server_fact(db, name); });
    if (known && *known && (*known)->at > clock_.now() - day) continue;
    if (const auto done = learn(**found); !done)
      out.push_back(fmt::format("{}: {}", name, done.error().what));
  }
  return out;
}

std::string Hub::permalink(const Draft& draft) const {
  for (const Channel& channel : workspace_.channels) {
    if (channel.use == Use::home) return workspace_.config.organisation.url + post_path(draft.slug);
  }
  return {};
}

std::vector<std::string> Hub::channels_of(const Draft& draft,
                                          const std::vector<std::string>& only) const {
  std::vector<std::string> names = only.empty() ? draft.channels : only;
  if (!names.empty()) return names;
  for (const Channel& channel : workspace_.channels) {
    const bool takes = channel.use == Use::broadcast && draft.answers.empty();
    if (channel.use == Use::home || takes) names.push_back(channel.name);
  }
  return names;
}

Result<std::vector<Rendition>> Hub::render(const Draft& draft,
                                           const std::vector<std::string>& only) const {
  const std::vector<std::string> names = channels_of(draft, only);
  for (const Media& media : draft.media) {
    if (media.digest.empty())
      return fail(Fault::invalid, fmt::format("the picture {} was not imported", media.file),
                  "Pictures come with a post file, from beside it.");
  }
  Announcement announcement;
  announcement.draft = draft;
  announcement.permalink = permalink(draft);
  if (announcement.draft.language.empty())
    announcement.draft.language = workspace_.config.organisation.language;
  TRY(const auto facts, store_->read([](Db& db) { return server_facts(db); }));
  std::vector<Rendition> out;
  for (const std::string& name : names) {
    TRY(const Speaker* found, speaker(name));
    CHECK_OK(check_use(found->channel));
    json::object learned;
    for (const ServerFact& fact : facts) {
      if (fact.channel == name) learned = fact.learned;
    }
    Limits limits = found->adapter->limits(learned);
    limits.image.alt_required = workspace_.config.policy.alt_text == AltText::required;
    out.push_back(found->adapter->render(announcement, found->channel, limits));
  }
  return out;
}

Result<AnnouncementRow> Hub::plan(const Draft& draft, const std::vector<std::string>& only,
                                  Micros due, const std::string& actor, const Planning& planning) {
  TRY(const auto renditions, render(draft, only));
  return outbox_->plan(draft, permalink(draft), renditions, due, actor, planning);
}

namespace {

// Nothing of these can move now, neither here nor in a server that shares the database. What that
// server is sending is done, or its lease ends; what it just settled may have made others ready.
bool nothing_left(const std::vector<Delivery>& all, Micros now) {
  const bool home_first = std::any_of(all.begin(), all.end(), [](const Delivery& delivery) {
    return delivery.platform == "home" && !is_settled(delivery.state);
  });
  return std::none_of(all.begin(), all.end(), [&](const Delivery& delivery) {
    if (is_settled(delivery.state)) return false;
    const bool held = delivery.lease > now;
    const bool its_turn = delivery.platform == "home" || !home_first;
    return held || (delivery.not_before <= now && its_turn);
  });
}

}  // namespace

Result<std::vector<Delivery>> Hub::drain(const std::string& announcement,
                                         const std::function<void(const Delivery&)>& told) {
  std::map<std::string, DeliveryState> last;
  while (true) {
    TRY(const auto moved, outbox_->run_once());
    TRY(auto all, outbox_->deliveries(announcement));
    const bool over = moved == 0 && nothing_left(all, clock_.now());
    for (const Delivery& delivery : all) {
      const bool stands = is_settled(delivery.state) || over;
      if (!stands || (last.contains(delivery.id) && last[delivery.id] == delivery.state)) continue;
      last[delivery.id] = delivery.state;
      told(delivery);
    }
    if (over) return all;
    if (moved == 0) pulse_.wait(second / 10);
  }
}

// One that cannot be shown is left out, and said: the page must not go away with it.
std::vector<SitePicture> Hub::pictures_of(const Draft& draft) {
  std::vector<SitePicture> out;
  for (const Media& media : draft.media) {
    const auto shown = media_->at_home(media);
    if (shown)
      out.push_back(
          {shown->path, shown->mime, media.alt, shown->width, shown->height, shown->bytes});
    else
      log(Level::error, shown.error().what, {{"post", draft.slug}, {"hint", shown.error().hint}});
  }
  return out;
}

std::string Hub::network_of(const std::string& channel, const std::string& platform) const {
  const auto speaker = speakers_.find(channel);
  if (speaker != speakers_.end()) {
    if (std::string name = speaker->second.adapter->network(); !name.empty()) return name;
  }
  const Platform* known = find_platform(platform);
  return known != nullptr ? known->title : platform;
}

namespace {

// While a new text is held the home shows the one before, which a withdrawal brings back.
void show_before(const std::vector<Hold>& holds, std::vector<AnnouncementRow>& rows,
                 std::vector<Delivery>& deliveries) {
  for (const Hold& hold : holds) {
    rows.insert(rows.end(), hold.before.row.begin(), hold.before.row.end());
    std::copy_if(hold.before.deliveries.begin(), hold.before.deliveries.end(),
                 std::back_inserter(deliveries), [](const Delivery& one) {
                   return one.platform == "home" && one.state == DeliveryState::published;
                 });
  }
  std::sort(rows.begin(), rows.end(),
            [](const AnnouncementRow& a, const AnnouncementRow& b) { return a.id > b.id; });
}

SiteAnswer answer_in(const std::vector<FediAnswered>& all, const std::string& reply) {
  if (reply.empty()) return {};
  const auto one = std::find_if(all.begin(), all.end(),
                                [&](const FediAnswered& row) { return row.reply == reply; });
  return one == all.end() ? SiteAnswer{} : SiteAnswer{one->actor, one->name, one->post};
}

// As it was told last, so that the page says what followers know.
Result<SiteTally> tally_for(Store& store, const Poll& poll, const std::string& permalink,
                            Micros published) {
  TRY(const FediTally told,
      store.read([&](Db& db) { return fedi_rows::told_tally(db, permalink); }));
  SiteTally out{{}, told.voters, published + poll.hours * hour, told.ended};
  for (const std::string& option : poll.options) out.votes.push_back(told.of(option));
  return out;
}

}  // namespace

Result<SiteView> Hub::view() {
  SiteView out;
  out.organisation = workspace_.config.organisation;
  for (const Channel& channel : workspace_.channels) {
    if (channel.listed && (channel.use == Use::home || !channel.url.empty()))
      out.channels.push_back({channel, network_of(channel.name, channel.platform)});
  }
  struct ::stat file {};
  if (::stat((workspace_.dir / "carillon.yaml").c_str(), &file) == 0)
    out.listed = static_cast<Micros>(file.st_mtime) * second;
  if (PastSite::is_there(workspace_.data_dir())) out.past = "/past/";
  TRY(const auto names, fediverse_names(*this));
  if (names) out.account = "@" + names->address();
  TRY(auto rows, outbox_->at_home());
  TRY(auto deliveries, outbox_->outlines({.published = true}));
  TRY(const auto holds, outbox_->held_at_home());
  TRY(const auto answered, store_->read(fedi_rows::all_answered));
  show_before(holds, rows, deliveries);
  std::map<std::string_view, std::vector<const Delivery*>> of;
  for (const Delivery& delivery : deliveries) of[delivery.announcement].push_back(&delivery);
  for (const AnnouncementRow& row : rows) {
    SitePost post;
    post.announcement = {row.id, row.revision, row.permalink, row.draft};
    bool at_home = false;
    for (const Delivery* one : of[row.id]) {
      const Delivery& delivery = *one;
      if (delivery.platform == "home") {
        at_home = true;
        // A planned post is as old as its time, not as its plan.
        post.published = row.revision > 1 ? row.created : std::max(row.created, delivery.due);
        post.updated = row.revision > 1 ? delivery.updated : row.created;
      } else if (!delivery.receipts.empty() &&
                 delivery.receipts.front().url.starts_with("https://")) {
        post.copies.push_back({delivery.channel, network_of(delivery.channel, delivery.platform),
                               delivery.receipts.front().url});
      }
    }
    if (!at_home) continue;
    post.pictures = pictures_of(row.draft);
    post.answers = answer_in(answered, row.draft.answers);
    if (row.draft.poll) {
      TRY(post.tally, tally_for(*store_, *row.draft.poll, row.permalink, post.published));
    }
    out.posts.push_back(std::move(post));
  }
  return out;
}

}  // namespace carillon
