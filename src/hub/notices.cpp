#include "hub/notices.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.hpp"
#include "base/moment.hpp"
#include "hub/clearance.hpp"
#include "hub/mailing.hpp"
#include "hub/own_address.hpp"
#include "hub/people.hpp"
#include "hub/proposing.hpp"
#include "hub/today.hpp"
#include "store/allowance.hpp"

namespace carillon {

namespace {

constexpr Micros digest_every = 15 * minute;
// Of letters with links that prove an address.
constexpr int letters_at_once = 5;
constexpr Micros letter_every = hour;

struct News {
  std::string key;  // the same for the same thing
  Notice notice = Notice::trouble;
  std::string what;
  std::string act;
  std::string path;
};

bool holds(const std::vector<Notice>& list, Notice one) {
  return std::find(list.begin(), list.end(), one) != list.end();
}

std::optional<Notice> notice_of(Need need) {
  switch (need) {
    case Need::look:
      return Notice::emergency;
    case Need::unconfirmed:
    case Need::missed:
    case Need::refused:
      return Notice::trouble;
    case Need::approve:
      return Notice::approval;
    case Need::expiring:
      return Notice::credential;
    default:
      return std::nullopt;  // one's own work, and memberships, which are told to the person
  }
}

News news_of(const TodayItem& item, Notice notice) {
  News out{.key = fmt::format("{} {}{}{} {}", word_of(item.need), item.draft, item.delivery,
                              item.channel, item.since),
           .notice = notice,
           .what = item.what,
           .act = item.act,
           .path = "/desk"};
  if (!item.draft.empty()) out.path = "/desk/draft/" + item.draft;
  if (!item.announcement.empty()) out.path = "/desk/announcement/" + item.announcement;
  return out;
}

void add_membership(const Team& team, const Person& person, std::vector<News>& out) {
  if (standing_of(team.people, person, team.rules, team.now) != Standing::lapsing) return;
  const std::string last = day_of(lapses_at(team.people, person, team.rules));
  out.push_back({"membership " + last, Notice::membership,
                 fmt::format("your membership lapses on {}", last), "signing in keeps it",
                 "/desk"});
}

// What waits for this person now of what they want to hear of.
Result<std::vector<News>> news_for(Hub& hub, const Team& team, const Person& person,
                                   const MailSettings& settings) {
  const Actor actor{.name = person.name, .holds = permission_of(person.role), .person = person.id};
  std::vector<News> all;
  if (actor.holds >= Permission::author) {
    TRY(const auto items, today(hub, actor, {}));
    for (const TodayItem& item : items) {
      if (const auto notice = notice_of(item.need)) all.push_back(news_of(item, *notice));
    }
  }
  add_membership(team, person, all);
  std::erase_if(all, [&](const News& one) { return !holds(settings.notices, one.notice); });
  return all;
}

std::string sentence(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z')
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

Result<Letter> digest_of(Hub& hub, const MailSettings& settings, const std::vector<News>& fresh) {
  const std::string& name = hub.workspace().config.organisation.name;
  Letter out;
  out.to = settings.address;
  out.subject = fresh.size() == 1 ? sentence(fresh.front().what)
                                  : fmt::format("{} things need you at {}", fresh.size(), name);
  TurnOff off{settings.person, {}};
  for (const News& one : fresh) {
    out.text += fmt::format("{}.\n{}:\n{}\n\n", sentence(one.what), sentence(one.act),
                            own_address(hub, one.path));
    if (!holds(off.notices, one.notice)) off.notices.push_back(one.notice);
  }
  out.text += fmt::format(
      "-- \n{} writes to you because you asked for it. What you hear of is on "
      "the page of your account:\n{}\n",
      name, own_address(hub, "/account#mail"));
  for (const Notice notice : off.notices) {
    TRY(const std::string token, turn_off_token(hub, {settings.person, {notice}}));
    out.text += fmt::format("No more mail when {}:\n{}\n", notice_words(notice),
                            own_address(hub, std::string(mail_off_path) + token));
  }
  TRY(const std::string all, turn_off_token(hub, off));
  out.unsubscribe = own_address(hub, std::string(mail_off_path) + all);
  return out;
}

Result<void> write_notice(Hub& hub, const Team& team, const Person& person,
                          const MailSettings& settings) {
  MailBook book = mail_book_of(hub);
  TRY(const auto news, news_for(hub, team, person, settings));
  TRY(const auto before, book.told(person.id));
  std::vector<News> fresh;
  std::vector<std::string> keys;
  for (const News& one : news) {
    keys.push_back(one.key);
    if (!std::binary_search(before.begin(), before.end(), one.key)) fresh.push_back(one);
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  if (keys == before) return {};
  if (fresh.empty()) {
    CHECK_OK(book.tell(settings, keys, {}));
    return {};
  }
  if (hub.clock().now() < settings.written + digest_every) return {};
  TRY(const Letter letter, digest_of(hub, settings, fresh));
  TRY(const MailRow row, mail_row(hub, letter));
  CHECK_OK(book.tell(settings, keys, {row}));
  return {};
}

// Errors: denied for somebody else's, but for the owner of this machine.
Result<Person> whose_notices(Hub& hub, const Actor& actor, const std::string& said) {
  TRY(const auto people, people_of(hub).list());
  if (said.empty()) {
    for (const Person& person : people) {
      if (!actor.person.empty() && person.id == actor.person) return person;
    }
    return fail(Fault::invalid, "this way in is of no person",
                "Say whose notices with --person NAME, or sign in.");
  }
  TRY(const Person person, people_of(hub).named(said));
  if (person.id != actor.person && !actor.local)
    return fail(Fault::denied, "where others are written to is theirs to see and to choose");
  return person;
}

struct NoticeKeys {
  std::optional<std::string> address;
  std::vector<Notice> on;
  std::vector<Notice> off;
};

Result<NoticeKeys> keys_of(const std::vector<std::string>& said) {
  NoticeKeys out;
  for (const std::string& pair : said) {
    const auto sign = pair.find('=');
    const std::string key = pair.substr(0, sign);
    const std::string value = sign == std::string::npos ? "" : pair.substr(sign + 1);
    const auto notice = from_word<Notice>(key);
    if (key == "address" && sign != std::string::npos) {
      out.address = value;
    } else if (notice && value == "on") {
      out.on.push_back(*notice);
    } else if (notice && value == "off") {
      out.off.push_back(*notice);
    } else {
      return fail(Fault::invalid, fmt::format("\"{}\" is no setting of notices", pair),
                  "address=NAME@EXAMPLE.ORG; or emergency, trouble, approval, credential or "
                  "membership with =on or =off.");
    }
  }
  return out;
}

Result<void> give_address(Hub& hub, const Person& person, const std::string& said) {
  if (said.empty()) return mail_book_of(hub).forget(person.id);
  TRY(const std::string address, check_email(said));
  const Secret token = new_token();
  const std::string& name = hub.workspace().config.organisation.name;
  const Letter letter{
      address, fmt::format("Is this your address? {}", name),
      fmt::format(
          "{} wants to be written to at this address by {}. If that is you, open this page "
          "within {} hours and say so:\n{}\n\nIf it is not, there is nothing to do: nothing "
          "more comes.\n",
          person.name, name, limits::link_hours,
          own_address(hub, std::string(mail_proof_path) + token.reveal()))};
  TRY(const MailRow row, mail_row(hub, letter));
  TRY(const Micros wait, take_try(hub.store(), hub.clock().now(),
                                  {{"mail proof of " + person.id, letters_at_once, letter_every},
                                   {"mail proof to " + address, letters_at_once, letter_every}}));
  if (wait > 0)
    return fail(Fault::unavailable, "an address was given often in a short time",
                fmt::format("Try again in {} minutes.", wait / minute + 1));
  return mail_book_of(hub).give(person.id, address, token, row);
}

NoticeView view_of(const Hub& hub, const Person& person, const MailSettings& settings) {
  return {person.name, settings.address, settings.proven > 0, settings.notices, has_mail(hub)};
}

Result<Secret> turn_off_key(Hub& hub) {
  TRY(const Secret key, vault_key(hub.workspace().data_dir()));
  return Secret(hmac_sha256(key.reveal(), "turn off notices"));
}

}  // namespace

MailBook mail_book_of(Hub& hub) {
  return {hub.store(), hub.clock(), hub.ids()};
}

std::string_view notice_words(Notice notice) {
  switch (notice) {
    case Notice::emergency:
      return "something went out without its approvals";
    case Notice::trouble:
      return "something was refused, missed or not confirmed";
    case Notice::approval:
      return "a text waits for your approval";
    case Notice::credential:
      return "a credential runs out within 10 days";
    case Notice::membership:
      break;
  }
  return "your membership is about to lapse";
}

Result<std::string> turn_off_token(Hub& hub, const TurnOff& what) {
  TRY(const Secret key, turn_off_key(hub));
  const std::string says = to_base64url(json::serialize(to_json(what)));
  return says + "." + to_base64url(hmac_sha256(key.reveal(), says));
}

Result<TurnOff> read_turn_off(Hub& hub, std::string_view token) {
  TRY(const Secret key, turn_off_key(hub));
  const std::string says(token.substr(0, token.find('.')));
  const std::string expected = says + "." + to_base64url(hmac_sha256(key.reveal(), says));
  if (!same_secret(expected, token))
    return fail(Fault::denied, "this link is not one of ours, or was cut short",
                "Copy the whole line from the mail.");
  TRY(const json::value whole, parse_json(from_base64(says).value_or("")));
  return from_json<TurnOff>(whole);
}

Result<void> write_notices(Hub& hub) {
  TRY(const auto readers, mail_book_of(hub).readers());
  if (readers.empty()) return {};
  TRY(const Team team, team_of(hub));
  for (const MailSettings& settings : readers) {
    for (const Person& person : team.people) {
      if (person.id == settings.person &&
          is_open(standing_of(team.people, person, team.rules, team.now)))
        CHECK_OK(write_notice(hub, team, person, settings));
    }
  }
  return {};
}

Result<NoticeView> notice_show(Hub& hub, const Actor& actor, const NoticeShowRequest& request) {
  TRY(const Person person, whose_notices(hub, actor, request.person));
  TRY(const MailSettings settings, mail_book_of(hub).of(person.id));
  return view_of(hub, person, settings);
}

Result<NoticeView> notice_set(Hub& hub, const Actor& actor, const NoticeSetRequest& request) {
  TRY(const NoticeKeys keys, keys_of(request.set));
  TRY(const Person person, whose_notices(hub, actor, request.person));
  MailBook book = mail_book_of(hub);
  if (keys.address) CHECK_OK(give_address(hub, person, *keys.address));
  TRY(const MailSettings before, book.of(person.id));
  std::vector<Notice> wanted;
  for (const Notice one : all_notices()) {
    if ((holds(before.notices, one) || holds(keys.on, one)) && !holds(keys.off, one))
      wanted.push_back(one);
  }
  if (wanted != before.notices) CHECK_OK(book.choose(person.id, wanted));
  TRY(const MailSettings settings, book.of(person.id));
  return view_of(hub, person, settings);
}

std::string notices_in_words(const NoticeView& view) {
  std::string out;
  if (view.address.empty()) {
    out = fmt::format("{} is written to nowhere: `carillon notice set address=…`.\n", view.person);
  } else {
    out = fmt::format("{} is written to at {}{}.\n", view.person, view.address,
                      view.proven ? "" : ", once the link that was sent there is opened");
  }
  if (!view.works) out += "No mail leaves this installation.\n";
  for (const Notice one : all_notices()) {
    out += fmt::format("{:<11} {:<4} when {}\n", word_of(one),
                       holds(view.notices, one) ? "on" : "off", notice_words(one));
  }
  return out;
}

std::vector<Operation<Hub>> notice_operations() {
  return {
      operation<Hub>({.name = "notice show",
                      .method = "GET",
                      .path = "/notices",
                      .needs = Permission::anyone,
                      .summary = "where you are written to, and about what",
                      .positional = {"person"}},
                     &notice_show),
      operation<Hub>({.name = "notice set",
                      .method = "PATCH",
                      .path = "/notices",
                      .needs = Permission::anyone,
                      .summary = "choose where you are written to, and about what",
                      .help = "A new address gets a link; mail goes there once it was opened. "
                              "Nobody else sees the address.",
                      .positional = {"set"},
                      .valued = {{"set", "KEY=VALUE"}},
                      .guarded_by = "notice show"},
                     &notice_set),
  };
}

}  // namespace carillon
