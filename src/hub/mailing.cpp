#include "hub/mailing.hpp"

#include <fmt/format.h>

#include "base/log.hpp"
#include "base/moment.hpp"
#include "base/zone.hpp"
#include "hub/notices.hpp"
#include "net/url.hpp"

namespace carillon {

namespace {

// The vault knows channels by name; this is none that carillon.yaml takes.
constexpr const char* vault_place = "mail:server";
constexpr Micros mail_look_every = second;
constexpr Micros write_every = minute / 4;

Result<MailServer> server_of(Hub& hub, std::function<bool()> stopping) {
  CHECK_OK(check_mail(hub));
  const MailConfig& config = hub.workspace().config.mail;
  TRY(const MailAddress from, MailAddress::parse(config.from));
  MailServer out{
      .url = config.server, .user = config.user, .secret = {}, .helo = std::string(from.domain())};
  out.stopping = std::move(stopping);
  if (config.user.empty()) return out;
  auto secret = hub.vault().get(vault_place, "password");
  if (!secret && secret.error().fault == Fault::not_found)
    return fail(
        Fault::conflict,
        fmt::format("the password of {} at {} was never entered", config.user, config.server),
        "Enter it with `carillon mail secret`.");
  if (!secret) return tl::unexpected<Error>(std::move(secret).error());
  out.secret = std::move(*secret);
  return out;
}

Result<MailMessage> message_of(const Hub& hub, const MailRow& row, const Letter& letter) {
  const Config& config = hub.workspace().config;
  TRY(const MailAddress from, MailAddress::parse(config.mail.from));
  TRY(const MailAddress to, MailAddress::parse(letter.to));
  MailMessage out{.from = from,
                  .from_name = MailWords(config.organisation.name),
                  .to = to,
                  .subject = MailWords(letter.subject),
                  .text = letter.text,
                  .id = MessageId(row.id, from),
                  .date = row.made};
  if (!letter.unsubscribe.empty()) {
    TRY(out.unsubscribe, parse_url(letter.unsubscribe));
  }
  return out;
}

void tell(const MailRow& row, const std::string& what, const Error& error) {
  log(Level::warning, what, {{"mail", row.id}, {"reason", error.what}, {"hint", error.hint}});
}

// What the server said to one mail.
Result<void> note(MailQueue& queue, const MailRow& row, const MailResult& outcome) {
  if (outcome) return queue.sent(row);
  const MailFailure& failure = outcome.error();
  if (failure.kind == MailFault::refused) {
    tell(row, "a mail was refused", failure.error);
    return queue.refused(row, failure.error.what);
  }
  tell(row, "a mail waits", failure.error);
  return queue.put_off(row, failure.error.what, failure.kind == MailFault::setup);
}

MailView view_of(const MailRow& row) {
  const bool waits = row.state == MailState::waiting;
  return {row.id,
          row.state,
          row.attempts,
          iso_time(row.made),
          iso_time(row.updated),
          waits ? iso_time(row.not_before) : "",
          row.reason};
}

int tested_code(const MailTested& tested) {
  return tested.taken ? 0 : 1;
}

}  // namespace

bool has_mail(const Hub& hub) {
  return check_mail(hub).has_value();
}

Result<void> check_mail(const Hub& hub) {
  const Config& config = hub.workspace().config;
  if (config.mail.server.empty())
    return fail(Fault::conflict, "no mail server is set",
                "Name one below `mail` in carillon.yaml: server, from and user.");
  if (config.rehearsal)
    return fail(Fault::conflict, "this is a rehearsal, in which nothing leaves the machine",
                "Take `rehearsal: true` out of carillon.yaml when you mean it.");
  return {};
}

MailQueue mail_queue_of(Hub& hub) {
  return {hub.store(), hub.clock(), hub.ids(), hub.vault()};
}

Result<MailRow> mail_row(Hub& hub, const Letter& letter) {
  CHECK_OK(check_mail(hub));
  CHECK_OK(MailAddress::parse(letter.to));
  return mail_queue_of(hub).row_of(letter);
}

Result<std::string> queue_mail(Hub& hub, const Letter& letter) {
  TRY(const MailRow row, mail_row(hub, letter));
  CHECK_OK(hub.store().write([&](Db& db) { return MailQueue::add(db, row); }));
  return row.id;
}

Result<bool> deliver_mail(Hub& hub, const std::function<bool()>& stopping, const std::string& id) {
  if (!has_mail(hub)) return false;
  MailQueue queue = mail_queue_of(hub);
  TRY(const auto taken, queue.take(id));
  if (!taken) return false;
  const auto server = server_of(hub, stopping);
  if (!server) {
    tell(taken->row, "a mail waits", server.error());
    CHECK_OK(queue.put_off(taken->row, server.error().what, true));
    return true;
  }
  const auto message = message_of(hub, taken->row, taken->letter);
  if (!message) {
    tell(taken->row, "a mail was refused", message.error());
    CHECK_OK(queue.refused(taken->row, message.error().what));
    return true;
  }
  CHECK_OK(note(queue, taken->row, send_mail(*server, *message)));
  return true;
}

void run_mail(const std::function<std::shared_ptr<Hub>()>& hub, Pulse& pulse) {
  const auto complain = [](const Error& error) {
    log(Level::error, error.what, {{"hint", error.hint}});
  };
  Micros wrote = 0;
  Micros pruned = 0;
  while (!pulse.stopped()) {
    const std::shared_ptr<Hub> here = hub();
    const Micros now = here->clock().now();
    if (has_mail(*here) && now >= wrote + write_every) {
      wrote = now;
      if (const auto done = write_notices(*here); !done) complain(done.error());
      if (const auto done = tell_proposers(*here); !done) complain(done.error());
    }
    if (now >= pruned + hour) {
      pruned = now;
      if (const auto done = mail_queue_of(*here).prune(); !done) complain(done.error());
    }
    const auto moved = deliver_mail(*here, [&] { return pulse.stopped(); });
    if (!moved) complain(moved.error());
    if (!moved || !*moved) pulse.wait(mail_look_every);
  }
}

std::optional<Result<void>> mail_health(Hub& hub) {
  if (hub.workspace().config.mail.server.empty() || hub.workspace().config.rehearsal)
    return std::nullopt;
  const auto server = server_of(hub, {});
  if (!server) return Result<void>(tl::unexpected<Error>(server.error()));
  if (const MailResult answer = check_mail_server(*server); !answer)
    return Result<void>(tl::unexpected<Error>(answer.error().error));
  return Result<void>{};
}

Result<MailTested> mail_test(Hub& hub, const Actor&, const MailTestRequest& request) {
  TRY(const MailServer server, server_of(hub, {}));
  const Letter letter{request.address, "A test of Carillon",
                      fmt::format("If you read this, {} can send you mail.\n",
                                  hub.workspace().config.organisation.name)};
  MailRow row;
  row.id = hub.ids().next();
  row.made = hub.clock().now();
  TRY(const MailMessage message, message_of(hub, row, letter));
  const MailResult outcome = send_mail(server, message);
  if (outcome)
    return MailTested{true, fmt::format("{} took it for {}", server.url, request.address), ""};
  return MailTested{false, outcome.error().error.what, outcome.error().error.hint};
}

Result<MailSecretKept> mail_secret(Hub& hub, const Actor&, const MailSecretRequest& request) {
  const MailConfig& config = hub.workspace().config.mail;
  if (config.user.empty())
    return fail(Fault::conflict, "carillon.yaml names no mail.user, so there is no password",
                "Write server, from and user below `mail` first.");
  CHECK_OK(hub.vault().put(vault_place, "password", Secret(request.secret)));
  return MailSecretKept{config.server, config.user};
}

Result<std::vector<MailView>> mail_list(Hub& hub, const Actor&, const MailListRequest&) {
  TRY(const auto rows, mail_queue_of(hub).list());
  std::vector<MailView> out;
  for (const MailRow& row : rows) out.push_back(view_of(row));
  return out;
}

std::string mail_in_words(const std::vector<MailView>& all, const std::string& zone) {
  std::string out;
  for (const MailView& one : all) {
    out += fmt::format("{}  {:<8} written {}", one.id, word_of(one.state),
                       in_zone(parse_time(one.made).value_or(0), zone));
    if (!one.next.empty() && one.attempts > 0)
      out += fmt::format(", tried again {}", in_zone(parse_time(one.next).value_or(0), zone));
    out += one.reason.empty() ? "\n" : fmt::format("\n{:<15}{}\n", "", one.reason);
  }
  return out.empty() ? "No mail was written in the last days.\n" : out;
}

std::vector<Operation<Hub>> mail_operations() {
  return {
      operation<Hub>({.name = "mail test",
                      .method = "POST",
                      .path = "/mail/test",
                      .summary = "send a test, and say what the server answered",
                      .help = "Sends at once and tries once. That the server took it does not mean "
                              "that it arrives: look whether it did, also among the spam.",
                      .positional = {"address"}},
                     &mail_test, &tested_code),
      operation<Hub>({.name = "mail secret",
                      .method = "POST",
                      .path = "/mail/secret",
                      .summary = "enter the password of the mail server",
                      .help = "Asks for it at a prompt; it is kept sealed and stands in no "
                              "argument.",
                      .hidden = {"secret"}},
                     &mail_secret),
      operation<Hub>({.name = "mail list",
                      .method = "GET",
                      .path = "/mail",
                      .summary = "the mail of the last days: sent, waiting, refused, and why",
                      .help = "To whom a mail goes and what it says is not shown: it may hold a "
                              "link that lets somebody in."},
                     &mail_list),
  };
}

}  // namespace carillon
