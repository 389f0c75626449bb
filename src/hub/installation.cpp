#include "hub/installation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/limits.hpp"
#include "base/moment.hpp"
#include "base/zone.hpp"
#include "hub/archives.hpp"
#include "hub/channels.hpp"
#include "hub/custody.hpp"
#include "hub/mailing.hpp"
#include "hub/people.hpp"
#include "net/url.hpp"
#include "store/events.hpp"

namespace carillon {

namespace {

namespace fs = std::filesystem;
using Findings = std::vector<Diagnosis>;

void good(Findings& out, std::string part, std::string message) {
  out.push_back({std::move(part), Health::good, std::move(message), {}});
}

void bad(Findings& out, std::string part, const Error& error) {
  out.push_back({std::move(part), Health::bad, error.what, error.hint});
}

void warn(Findings& out, std::string part, std::string message, std::string hint) {
  out.push_back({std::move(part), Health::warning, std::move(message), std::move(hint)});
}

void look_at_organisation(const Hub& hub, Findings& out) {
  const Organisation& organisation = hub.workspace().config.organisation;
  if (organisation.url.empty()) {
    warn(out, "address", "the organisation has no address",
         "Set organisation.url in carillon.yaml: announcements then carry a link to your home.");
  } else if (const auto url = parse_url(organisation.url); !url) {
    bad(out, "address", within("organisation.url", url.error()));
  } else if (url->host == "127.0.0.1" || url->host == "localhost") {
    warn(out, "address", fmt::format("{} can be reached on this machine only", organisation.url),
         "Set organisation.url in carillon.yaml to your own domain before you publish for others.");
  } else {
    good(out, "address", organisation.url);
  }
  const auto zone = check_zone(organisation.time_zone);
  if (zone) {
    good(out, "time zone",
         fmt::format("it is {}", in_zone(hub.clock().now(), organisation.time_zone)));
  } else {
    bad(out, "time zone", within("organisation.time_zone", zone.error()));
  }
}

void look_at_data(Hub& hub, Findings& out) {
  const std::string dir = hub.workspace().data_dir();
  std::error_code error;
  const auto others =
      fs::status(dir, error).permissions() & (fs::perms::group_all | fs::perms::others_all);
  if (!error && others != fs::perms::none) {
    warn(out, "data folder", fmt::format("other users of this machine may enter {}", dir),
         fmt::format("Run: chmod 700 {}", dir));
  }
  const auto space = fs::space(dir, error);
  const bool low = !error && space.available < limits::disk_free_bytes;
  if (low) {
    warn(out, "disk", fmt::format("{} MB are free at {}", space.available / 1'000'000, dir),
         "Make room: a full disk stops publishing.");
  } else if (!error) {
    good(out, "disk", fmt::format("{} MB are free", space.available / 1'000'000));
  }
  if (const auto sound = hub.store().check(); sound) {
    good(out, "database", hub.store().is_postgres() ? "PostgreSQL answers" : "the file is sound");
  } else {
    bad(out, "database", sound.error());
  }
  if (const auto key = vault_key(dir); key) {
    good(out, "key", "the key of the secrets is there, and only yours");
  } else {
    bad(out, "key", key.error());
  }
  if (const auto works = hub.media().check(); works) {
    good(out, "pictures", "they can be decoded");
  } else {
    warn(out, "pictures", works.error().what, works.error().hint);
  }
}

void look_at_channels(Hub& hub, const Actor& actor, Findings& out) {
  if (hub.workspace().config.rehearsal)
    warn(out, "rehearsal", "nothing leaves this machine",
         "Take `rehearsal: true` out of carillon.yaml when you mean it.");
  const bool home = std::any_of(hub.workspace().channels.begin(), hub.workspace().channels.end(),
                                [](const Channel& channel) { return channel.use == Use::home; });
  if (!home)
    warn(out, "home", "no channel has the use home, so announcements have no page of their own",
         "Add one: carillon channel add home home --set use=home");
  const auto checked = channel_check(hub, actor, {});
  if (!checked) return bad(out, "channels", checked.error());
  for (const ChannelChecked& one : *checked) {
    const std::string part = "channel " + one.channel;
    if (!one.good) {
      out.push_back({part, Health::bad, one.message, one.hint});
      continue;
    }
    good(out, part,
         one.account.handle + (one.account.handle.empty() ? "" : ": ") + one.account.detail);
    for (const std::string& warning : one.account.warnings)
      warn(out, part, warning, "`carillon channel set` changes a channel.");
  }
}

void look_at_credentials(Hub& hub, Findings& out) {
  const auto all = expiring_secrets(hub);
  if (!all) return bad(out, "credentials", all.error());
  for (const Expiring& one : *all) {
    const std::string part = "channel " + one.channel;
    const bool over = one.expires <= hub.clock().now();
    out.push_back(
        {part, over ? Health::bad : Health::warning, one.warning, renewal_hint(one.channel)});
  }
}

void look_at_custody(Hub& hub, const Actor& actor, Findings& out) {
  const auto all = channel_register(hub, actor, {});
  if (!all) return bad(out, "custody", all.error());
  for (const RegisterEntry& entry : *all) {
    for (const std::string& warning : entry.warnings)
      warn(out, "account " + entry.channel, warning, {});
  }
}

void look_at_people(Hub& hub, Findings& out) {
  const auto people = people_of(hub).list();
  if (!people) return bad(out, "people", people.error());
  if (!people->empty() && !has_admin(*people))
    warn(out, "people", "nobody is admin who could sign in",
         "`carillon person link` lets in the first admin.");
  const auto lapses = lapse_warnings(hub);
  if (!lapses) return bad(out, "people", lapses.error());
  for (const std::string& warning : *lapses) warn(out, "people", warning, {});
}

void look_at_deliveries(Hub& hub, Findings& out) {
  const auto all = hub.outbox().deliveries("");
  if (!all) return bad(out, "deliveries", all.error());
  const Micros now = hub.clock().now();
  std::size_t open = 0;
  for (const Delivery& d : *all) {
    const std::string part = "delivery " + d.id;
    const bool asks = d.state == DeliveryState::unconfirmed || d.state == DeliveryState::missed ||
                      d.state == DeliveryState::refused || d.state == DeliveryState::manual;
    const bool late = !is_settled(d.state) && d.due + hour < now;
    open += is_settled(d.state) ? 0 : 1;
    if (asks) {
      warn(out, part, fmt::format("{}: {}, {}", d.channel, word_of(d.state), d.reason),
           d.hint.empty() ? "`carillon resolve` settles it." : d.hint);
    } else if (late) {
      warn(out, part,
           fmt::format("{}: due since {}, still {}", d.channel, iso_time(d.due), word_of(d.state)),
           "Is `carillon serve` running? Publishing the same file again goes on too.");
    }
  }
  good(out, "deliveries", fmt::format("{} in all, {} under way", all->size(), open));
}

void look_at_mail(Hub& hub, Findings& out) {
  const auto health = mail_health(hub);
  if (!health) return;
  const std::string& server = hub.workspace().config.mail.server;
  if (*health) {
    good(out, "mail", fmt::format("{} answers", server));
  } else {
    bad(out, "mail", health->error());
  }
  const auto all = mail_queue_of(hub).list();
  if (!all) return bad(out, "mail", all.error());
  for (const MailRow& row : *all) {
    if (row.state == MailState::refused || (row.state == MailState::waiting && row.attempts > 0))
      warn(out, "mail " + row.id, fmt::format("{}: {}", word_of(row.state), row.reason),
           "`carillon mail list` shows what waits.");
  }
}

void look_at_log(Hub& hub, Findings& out) {
  const auto report = hub.store().read([](Db& db) { return check_chain(db, {}); });
  if (!report) return bad(out, "audit log", report.error());
  if (report->broken.empty())
    return good(out, "audit log", fmt::format("{} events, and the chain holds", report->count));
  out.push_back({"audit log", Health::bad, report->broken,
                 "Keep a copy of the database as it is, and find out who had access to it."});
}

int doctor_code(const Findings& all) {
  return std::any_of(all.begin(), all.end(),
                     [](const Diagnosis& one) { return one.health == Health::bad; });
}

}  // namespace

Result<SiteBuilt> site_build(Hub& hub, const Actor& actor, const SiteBuildRequest& request) {
  const std::string out =
      request.out.empty() ? (hub.workspace().dir / "site").string() : request.out;
  TRY(const SiteView view, hub.view());
  TRY(const StaticReport report,
      write_static_site(view, out, hub.workspace().data_dir() + "/media"));
  SiteBuilt built{out, report.written, report.unchanged, report.removed};
  TRY(const auto past,
      build_past(view, hub.workspace().data_dir(), (fs::path(out) / "past").string(), actor));
  if (!past) return built;
  built.written += past->written;
  built.unchanged += past->unchanged;
  built.removed += past->removed;
  return built;
}

Result<std::vector<Diagnosis>> doctor(Hub& hub, const Actor& actor, const DoctorRequest&) {
  Findings out;
  look_at_organisation(hub, out);
  look_at_data(hub, out);
  look_at_channels(hub, actor, out);
  look_at_credentials(hub, out);
  look_at_custody(hub, actor, out);
  look_at_people(hub, out);
  look_at_deliveries(hub, out);
  look_at_mail(hub, out);
  look_at_log(hub, out);
  return out;
}

std::vector<Operation<Hub>> installation_operations() {
  return {
      operation<Hub>({.name = "site build",
                      .method = "",
                      .path = "",
                      .summary = "write the home as static files",
                      .help = "Writes the same bytes that `carillon serve` serves, for any web "
                              "server: the announcements, and the imported posts of other "
                              "platforms in past/.",
                      .valued = {{"out", "DIR"}}},
                     &site_build),
      operation<Hub>(
          {.name = "doctor",
           .method = "GET",
           .path = "/doctor",
           .summary = "what is wrong with this installation, and what to do",
           .help = "Looks at the settings, the data folder, the database, the key, every "
                   "channel's credentials, the mail server and the deliveries that need a person. "
                   "Changes nothing."},
          &doctor, &doctor_code),
  };
}

}  // namespace carillon
