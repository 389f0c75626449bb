#include "player.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

#include "base/log.hpp"
#include "channel/registry.hpp"
#include "publish/rows.hpp"
#include "team/vault.hpp"

namespace carillon::soak {

namespace {

constexpr int busy_ms = 40;

// The outbox with everything it stands on.
struct House {
  Ids ids;
  HttpClient http{{.allow_private_for_tests = true}};
  std::unique_ptr<Store> store;
  std::unique_ptr<Vault> vault;
  std::map<std::string, Speaker> speakers;
  std::unique_ptr<Outbox> outbox;

  explicit House(const SharedClock& clock) : ids(clock) {}
};

Result<std::unique_ptr<House>> build(const Setup& setup, const SharedClock& clock,
                                     const Temper& temper, std::function<void(const char*)> point) {
  auto house = std::make_unique<House>(clock);
  Store::Options options;
  options.busy_ms = busy_ms;
  options.max_pages = temper.max_pages;
  TRY(house->store, Store::open(setup.database, options));
  for (const Outlet& outlet : setup.outlets) {
    TRY(auto adapter, make_adapter(outlet.channel));
    house->speakers[outlet.channel.name] = Speaker{outlet.channel, std::move(adapter)};
  }
  OutboxOptions box;
  box.window = setup.window;
  box.data_dir = setup.dir;
  box.http.total_ms = temper.total_ms;
  box.crash_point = std::move(point);
  house->vault = std::make_unique<Vault>(*house->store, clock, setup.dir);
  box.secret = [vault = house->vault.get()](const auto& channel, const auto& field) {
    return vault->get(channel, field);
  };
  box.keep_secret = [vault = house->vault.get()](const auto& channel, const auto& field,
                                                 const Secret& value) {
    return vault->put(channel, field, value);
  };
  box.image = [](const Media& media, const ImageLimits&) -> Result<Image> {
    return Image{
        .bytes = "a picture", .mime = "image/png", .width = 3, .height = 2, .alt = media.alt};
  };
  house->outbox = std::make_unique<Outbox>(*house->store, house->http, clock, house->ids,
                                           house->speakers, std::move(box));
  return house;
}

// The stage is gone, or says something nobody understands: nothing is left to do.
[[noreturn]] void leave() {
  std::fflush(nullptr);
  ::_exit(0);
}

[[noreturn]] void work(const Setup& setup, const SharedClock& clock, const Temper& temper,
                       int socket) {
  House* house = nullptr;
  const auto say = [&](json::object words) {
    words["requests"] = house != nullptr ? house->http.counts().requests : 0;
    if (!put(socket, words) || !take(socket)) leave();
  };
  auto built = build(setup, clock, temper, [&](const char* name) {
    say({{"at", json::string(name)}});
  });
  if (!built) {
    say({{"unbuilt", json::string(built.error().what)}});
    leave();
  }
  house = built->get();
  say({{"ready", true}});
  while (true) {
    const auto ran = house->outbox->run_once();
    if (ran) {
      say({{"ran", *ran}});
    } else {
      say({{"failed", json::string(ran.error().what)},
           {"fault", json::string(code_of(ran.error().fault))}});
    }
  }
}

json::object reply_of(const Result<void>& done) {
  if (done) return {{"ok", true}};
  return {{"no", json::string(done.error().what)}};
}

json::object reply_of(Result<json::value> done) {
  if (done) return {{"ok", std::move(*done)}};
  return {{"no", json::string(done.error().what)}};
}

template <class T>
Result<void> forget(const Result<T>& result) {
  if (!result) return tl::unexpected<Error>(result.error());
  return {};
}

// The texts of each channel.
Result<json::value> plan(House& house, const json::object& words) {
  TRY(const Draft draft, from_json<Draft>(words.at("draft")));
  Announcement announcement;
  announcement.draft = draft;
  announcement.permalink = "https://project.example.org/posts/" + draft.slug + "/";
  std::vector<Rendition> renditions;
  json::object texts;
  for (const json::value& name : words.at("channels").as_array()) {
    const Speaker& speaker = house.speakers.at(std::string(name.as_string()));
    renditions.push_back(
        speaker.adapter->render(announcement, speaker.channel, speaker.adapter->limits({})));
    json::array& parts = (texts[name.as_string()] = json::array{}).get_array();
    for (const Part& part : renditions.back().parts) parts.push_back(json::string(part.text));
  }
  CHECK_OK(house.outbox->plan(draft, announcement.permalink, renditions, words.at("due").as_int64(),
                              "kim"));
  return texts;
}

Result<json::value> list(House& house) {
  return house.store->read([](Db& db) -> Result<json::value> {
    TRY(const auto announcements, rows::announcements(db));
    std::vector<Seen> out;
    for (const AnnouncementRow& row : announcements) {
      TRY(const auto events, events_about(db, row.id));
      TRY(auto deliveries, rows::deliveries(db, row.id));
      for (Delivery& delivery : deliveries) {
        Seen seen{{}, row.slug, static_cast<std::int64_t>(delivery.rendition.parts.size()), {}};
        for (const Event& event : events) {
          const json::value* about = event.data.if_contains("delivery");
          if (about != nullptr && *about == json::value(json::string(delivery.id)))
            seen.events.push_back(event.kind);
        }
        delivery.rendition = {};
        for (Step& step : delivery.steps) step.request.clear();
        seen.delivery = std::move(delivery);
        out.push_back(std::move(seen));
      }
    }
    return to_json(out);
  });
}

// One connection more than the workers', which it ends.
Result<void> cut(const Setup& setup) {
  TRY(const auto db, store_detail::open_postgres(setup.database, {}));
  return db->script(
      "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and "
      "application_name = current_setting('application_name')");
}

json::object obey(House& house, const Setup& setup, const json::object& words, int socket) {
  const std::string what(words.at("do").as_string());
  const auto text = [&](const char* name) { return std::string(words.at(name).as_string()); };
  if (what == "plan") return reply_of(plan(house, words));
  if (what == "cancel") return reply_of(forget(house.outbox->cancel(text("id"), "kim")));
  if (what == "resolve") {
    const std::string url = text("url");
    return reply_of(forget(house.outbox->resolve(text("id"), url, url.empty(), "kim")));
  }
  if (what == "cut") return reply_of(cut(setup));
  if (what == "lock") {
    return reply_of(house.store->write([&](Db&) -> Result<void> {
      if (!put(socket, {{"ok", true}}) || !take(socket)) leave();
      return {};
    }));
  }
  return reply_of(list(house));
}

Result<std::unique_ptr<House>> move_in(const Setup& setup, const SharedClock& clock) {
  TRY(auto house, build(setup, clock, {}, {}));
  for (const Outlet& outlet : setup.outlets) {
    for (const auto& [field, secret] : outlet.secrets)
      CHECK_OK(house->vault->put(outlet.channel.name, field, Secret(secret)));
  }
  return house;
}

[[noreturn]] void decide(const Setup& setup, const SharedClock& clock, int socket) {
  auto house = move_in(setup, clock);
  if (!house) {
    (void)put(socket, {{"no", json::string(house.error().what)}});
    leave();
  }
  (void)put(socket, {{"ok", true}});
  while (const auto words = take(socket)) {
    if (!put(socket, obey(**house, setup, *words, socket))) break;
  }
  leave();
}

template <class Play>
Player start(const Temper& temper, Play&& play) {
  int ends[2] = {};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) std::abort();
  std::fflush(nullptr);
  const pid_t pid = ::fork();
  if (pid < 0) std::abort();
  if (pid == 0) {
    // Nothing else of the stage: a server's socket kept open here would never be seen to close.
    ::dup2(ends[1], 3);
    ::close_range(4, ~0U, 0);
    set_log_level(Level::error);
    play(3);
  }
  ::close(ends[1]);
  return {pid, ends[0], temper};
}

}  // namespace

Player start_worker(const Setup& setup, const SharedClock& clock, Temper temper) {
  return start(temper, [&](int socket) { work(setup, clock, temper, socket); });
}

Player start_person(const Setup& setup, const SharedClock& clock) {
  return start({}, [&](int socket) { decide(setup, clock, socket); });
}

void kill_player(Player& player) {
  if (player.pid < 0) return;
  ::kill(player.pid, SIGKILL);
  int status = 0;
  ::waitpid(player.pid, &status, 0);
  ::close(player.socket);
  player = {};
}

}  // namespace carillon::soak
