#include "hub/people.hpp"

#include <fmt/format.h>

#include "base/limits.hpp"
#include "base/moment.hpp"
#include "hub/mailing.hpp"
#include "net/url.hpp"
#include "team/totp.hpp"
#include "text/qr.hpp"

namespace carillon {

namespace {

std::string day_or_nothing(Micros at) {
  return at == 0 ? std::string() : day_of(at);
}

Result<PersonView> view_of(Hub& hub, const Actor& actor, const std::vector<Person>& people,
                           const Person& person) {
  const TeamRules& rules = hub.workspace().config.team;
  TRY(const SignInWays has, sign_in_of(hub).ways(person));
  const bool admin = actor.holds == Permission::admin;
  // Until somebody has come, the address is their name.
  const bool hidden = !admin && person.joined == 0;
  return PersonView{.name = hidden ? "(invited)" : person.name,
                    .email = admin ? person.email : std::string(),
                    .role = person.role,
                    .standing = standing_of(people, person, rules, hub.clock().now()),
                    .totp = has.totp,
                    .joined = day_or_nothing(person.joined),
                    .used = day_or_nothing(person.used),
                    .lapses = day_or_nothing(lapses_at(people, person, rules))};
}

LinkView view_of(const Hub& hub, const WelcomeLink& link) {
  return {link.person, welcome_address(hub, link), iso_time(link.expires), {}};
}

Letter invitation(const Hub& hub, const Actor& actor, const PersonInviteRequest& request,
                  const LinkView& link) {
  const std::string& name = hub.workspace().config.organisation.name;
  return {link.person, fmt::format("Come in: {}", name),
          fmt::format("{} invites you to {}, as {}. This link lets you in once, within {} hours. "
                      "Whoever has it becomes you here, so keep it to yourself:\n{}\n",
                      actor.local ? "Somebody who runs this server" : actor.name, name,
                      word_of(request.role), limits::link_hours, link.link)};
}

struct PersonKeys {
  PersonChange change;
  bool drop_totp = false;
};

Result<PersonKeys> person_keys_of(const std::vector<std::string>& said) {
  PersonKeys out;
  for (const std::string& pair : said) {
    const auto sign = pair.find('=');
    const std::string key = pair.substr(0, sign);
    const std::string value = sign == std::string::npos ? "" : pair.substr(sign + 1);
    if (key == "role") {
      out.change.role = from_word<Role>(value);
      if (out.change.role) continue;
    } else if (key == "active" && (value == "true" || value == "false")) {
      out.change.active = value == "true";
      continue;
    } else if (key == "totp" && value == "off") {
      out.drop_totp = true;
      continue;
    }
    return fail(Fault::invalid, fmt::format("\"{}\" is no setting of a person", pair),
                "One of role=contributor, member, author, editor or admin; active=true, "
                "active=false; totp=off.");
  }
  return out;
}

}  // namespace

People people_of(Hub& hub) {
  return {hub.store(), hub.clock(), hub.ids()};
}

SignIn sign_in_of(Hub& hub) {
  return {hub.store(), hub.clock(), hub.ids(), hub.vault(), hub.workspace().config.team};
}

Result<TotpSetup> totp_setup(Hub& hub, const Person& person) {
  TRY(const Secret secret, sign_in_of(hub).waiting_totp(person));
  TotpSetup out;
  out.words = totp_words(secret);
  out.address = totp_address(secret, hub.workspace().config.organisation.name, person.name);
  out.picture = qr_picture(out.address, "The secret as a QR code");
  return out;
}

std::string welcome_address(const Hub& hub, const WelcomeLink& link, const std::string& origin) {
  const auto own = parse_url(hub.workspace().config.organisation.url);
  const std::string where = !origin.empty() ? origin
                            : own           ? own->origin()
                                            : std::string("http://127.0.0.1:8080");
  return where + "/welcome/" + link.token.reveal();
}

Result<std::optional<WelcomeLink>> first_link_of(Hub& hub) {
  People people = people_of(hub);
  TRY(const auto all, people.list());
  if (has_admin(all)) return std::nullopt;
  TRY(WelcomeLink link, people.first_link());
  return link;
}

Result<std::vector<std::string>> lapse_warnings(Hub& hub) {
  TRY(const auto people, people_of(hub).list());
  const TeamRules& rules = hub.workspace().config.team;
  std::vector<std::string> out;
  for (const Person& person : people) {
    const Standing standing = standing_of(people, person, rules, hub.clock().now());
    if (standing == Standing::lapsing)
      out.push_back(fmt::format("the membership of {} lapses on {}: signing in keeps it.",
                                person.name, day_of(lapses_at(people, person, rules))));
    if (standing == Standing::lapsed)
      out.push_back(
          fmt::format("the membership of {} lapsed on {}. `carillon person set \"{}\" "
                      "active=true` opens it again, `carillon person remove` ends it.",
                      person.name, day_of(lapses_at(people, person, rules)), person.name));
  }
  return out;
}

Result<std::vector<PersonView>> person_list(Hub& hub, const Actor& actor,
                                            const PersonListRequest&) {
  TRY(const auto people, people_of(hub).list());
  std::vector<PersonView> out;
  for (const Person& person : people) {
    TRY(out.emplace_back(), view_of(hub, actor, people, person));
  }
  return out;
}

Result<PersonView> person_show(Hub& hub, const Actor& actor, const PersonShowRequest& request) {
  TRY(const auto people, people_of(hub).list());
  TRY(const Person person, people_of(hub).named(request.name));
  return view_of(hub, actor, people, person);
}

Result<LinkView> person_invite(Hub& hub, const Actor& actor, const PersonInviteRequest& request) {
  // Before anybody is invited: a link that was to be sent and cannot be is one that nobody has.
  if (request.mail) {
    CHECK_OK(check_mail(hub));
    CHECK_OK(MailAddress::parse(request.email));
  }
  TRY(const WelcomeLink link, people_of(hub).invite(request.email, request.role, actor.name));
  LinkView out = view_of(hub, link);
  if (!request.mail) return out;
  TRY(const std::string id, queue_mail(hub, invitation(hub, actor, request, out)));
  out.mailed = link.person;
  if (actor.local) CHECK_OK(deliver_mail(hub, {}, id));
  return out;
}

Result<LinkView> person_link(Hub& hub, const Actor& actor, const PersonLinkRequest& request) {
  People people = people_of(hub);
  TRY(const WelcomeLink link,
      request.name.empty() ? people.first_link() : people.link_for(request.name, actor.name));
  return view_of(hub, link);
}

Result<PersonView> person_set(Hub& hub, const Actor& actor, const PersonSetRequest& request) {
  TRY(const PersonKeys keys, person_keys_of(request.set));
  People people = people_of(hub);
  TRY(const Person person, people.named(request.name));
  if (keys.drop_totp) CHECK_OK(sign_in_of(hub).drop_totp(person, actor.name));
  if (keys.change.role || keys.change.active)
    CHECK_OK(people.change(request.name, keys.change, actor.name));
  TRY(const auto all, people.list());
  TRY(const Person after, people.named(request.name));
  return view_of(hub, actor, all, after);
}

Result<PersonRemoved> person_remove(Hub& hub, const Actor& actor,
                                    const PersonRemoveRequest& request) {
  CHECK_OK(people_of(hub).remove(request.name, actor.name));
  return PersonRemoved{request.name};
}

std::string people_in_words(const std::vector<PersonView>& all) {
  std::string out;
  for (const PersonView& one : all) {
    out += fmt::format("{:<24} {:<12} {:<9} {}", one.name, word_of(one.role), word_of(one.standing),
                       one.joined.empty() ? "has not come yet" : "was here on " + one.used);
    if (one.totp) out += ", with a second factor";
    if (!one.lapses.empty() && one.standing != Standing::active)
      out += fmt::format(", {} {}", one.standing == Standing::lapsed ? "lapsed on" : "lapses on",
                         one.lapses);
    if (one.email != one.name && !one.email.empty()) out += ", " + one.email;
    out += "\n";
  }
  return out.empty() ? "Nobody has come yet: `carillon person link` lets in the first.\n" : out;
}

std::string link_in_words(const LinkView& link) {
  return fmt::format(
             "sign in  {}\nFor {}, once, within {} hours. Whoever has the link becomes {}.\n",
             link.link, link.person.empty() ? "the first admin" : link.person, limits::link_hours,
             link.person.empty() ? "admin" : "that person") +
         (link.mailed.empty() ? "" : "It is on its way by mail; `carillon mail list` says more.\n");
}

std::vector<Operation<Hub>> person_operations() {
  return {
      operation<Hub>({.name = "person list",
                      .method = "GET",
                      .path = "/people",
                      .needs = Permission::author,
                      .summary = "who works here, in which role, and when they were last here"},
                     &person_list),
      operation<Hub>({.name = "person show",
                      .method = "GET",
                      .path = "/people/{name}",
                      .needs = Permission::author,
                      .summary = "one person: role, standing, when they were last here",
                      .positional = {"name"},
                      .state = {"name", "email", "role", "standing", "totp"}},
                     &person_show),
      operation<Hub>({.name = "person invite",
                      .method = "POST",
                      .path = "/people",
                      .summary = "let somebody in: makes a link that works once",
                      .help = "Prints a link that works once, within a day. Send it to the person "
                              "by a way that only they read: whoever opens it becomes them. "
                              "--mail sends it to the address.",
                      .positional = {"email"}},
                     &person_invite),
      operation<Hub>(
          {.name = "person link",
           .method = "POST",
           .path = "/people/{name}/links",
           .summary = "a new sign-in link for somebody who lost password or link",
           .help = "The person sets a new password by it; everything they had open ends, "
                   "and links before it are void. Without a name it is for the first "
                   "admin, while there is none.",
           .positional = {"name"}},
          &person_link),
      operation<Hub>({.name = "person set",
                      .method = "PATCH",
                      .path = "/people/{name}",
                      .summary = "change a role, end or reopen a membership, drop a second factor",
                      .positional = {"name", "set"},
                      .valued = {{"set", "KEY=VALUE"}},
                      .guarded_by = "person show"},
                     &person_set),
      operation<Hub>({.name = "person remove",
                      .method = "DELETE",
                      .path = "/people/{name}",
                      .summary = "remove a person with their sessions and tokens",
                      .help = "What they did stays in the audit log under their name, and nobody "
                              "else can take it.",
                      .positional = {"name"},
                      .guarded_by = "person show"},
                     &person_remove),
  };
}

}  // namespace carillon
