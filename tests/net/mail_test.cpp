#include "net/mail.hpp"

#include <doctest/doctest.h>

#include "base/bytes.hpp"
#include "rig/smtp.hpp"

using namespace carillon;

namespace {

MailAddress address(std::string_view text) {
  auto out = MailAddress::parse(text);
  REQUIRE_MESSAGE(out.has_value(), std::string(text));
  return *out;
}

MailMessage letter(std::string_view to) {
  const MailAddress from = address("news@tea.example");
  return {.from = from,
          .from_name = MailWords("Tea"),
          .to = address(to),
          .subject = MailWords("Hello"),
          .text = "One.\n.two\nFrom here\n",
          .id = MessageId("3abc", from),
          .date = 1'795'600'000'000'000};
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

MailServer at(const rig::SmtpServer& server, const std::string& scheme) {
  MailServer out{.url = scheme + "://mail.test:" + server.port(),
                 .user = "hub",
                 .secret = Secret("open sesame"),
                 .helo = "tea.example"};
  out.ca_file = server.ca_file();
  out.resolve_for_tests = {"mail.test:" + server.port() + ":127.0.0.1"};
  return out;
}

}  // namespace

TEST_CASE("an address holds nothing that could begin another line or another command") {
  for (const char* good : {"a@b.example", "first.last+tag@sub.example.org", "o'neil@x", "a@b-c"})
    CHECK_MESSAGE(MailAddress::parse(good), good);
  for (const char* bad :
       {"", "@", "a@", "@b", "a b@c", "a@b\r\nBcc: x@y", "a@b>", "<a@b>", "a@b c", "a@b@c",
        "a..b@c", ".a@c", "a.@c", "\xc3\xa4@b", "a@b_c", "\"a b\"@c", "a@[127.0.0.1]"})
    CHECK_FALSE_MESSAGE(MailAddress::parse(bad), bad);
  CHECK_FALSE(MailAddress::parse(std::string(65, 'a') + "@b"));
  CHECK_FALSE(MailAddress::parse(std::string_view("a\0@b", 4)));
}

TEST_CASE("no word of a message begins a header") {
  MailMessage one = letter("a@b.example");
  one.subject = MailWords("Hello\r\nBcc: all@example.org\n\nand more\x7f");
  one.from_name = MailWords("Tea \"and\" \\ more\r\nX: y");
  const MailMessage other{.from = one.from,
                          .from_name = one.from_name,
                          .to = one.to,
                          .subject = one.subject,
                          .text = one.text,
                          .id = MessageId("3a\r\nX: y>", one.from)};
  for (const MailMessage& message : {one, other}) {
    const std::string bytes = mail_bytes(message);
    CHECK_FALSE(holds(bytes, "\nBcc"));
    CHECK_FALSE(holds(bytes, "\nX:"));
    CHECK(holds(bytes, "From: \"Tea \\\"and\\\" \\\\ more  X: y\" <news@tea.example>\r\n"));
  }
  CHECK(other.id.str() == "<3aXy@tea.example>");
}

TEST_CASE("a message as RFC 5322, 2045 and 2047 have it") {
  MailMessage one = letter("a@b.example");
  one.subject =
      MailWords("Grüße an alle, die beim nächsten großen Treffen dabei sein möchten: 会议");
  one.from_name = MailWords("Tée");
  one.text = "Grüße = gut \n" + std::string(100, 'x') + "\n\tend";
  one.unsubscribe = *parse_url("https://tea.example/mail/off/abc");
  const std::string bytes = mail_bytes(one);
  CHECK(bytes.starts_with("Date: Wed, 25 Nov 2026 "));
  CHECK(holds(bytes, " +0000\r\nFrom: =?utf-8?Q?T=C3=A9e?= <news@tea.example>\r\n"));
  CHECK(holds(bytes, "Message-ID: <3abc@tea.example>\r\n"));
  CHECK(holds(bytes, "Auto-Submitted: auto-generated\r\n"));
  CHECK(holds(bytes,
              "List-Unsubscribe: <https://tea.example/mail/off/abc>\r\n"
              "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
  CHECK(holds(bytes, "Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe_an_alle"));
  CHECK(holds(bytes, "\r\n\r\nGr=C3=BC=C3=9Fe =3D gut=20\r\n" + std::string(75, 'x') + "=\r\n" +
                         std::string(25, 'x') + "\r\n\tend\r\n"));
  one.subject =
      MailWords("It is long" + std::string(50, 'x') + " and of plain words, all of it is");
  CHECK(holds(mail_bytes(one), "\r\nSubject: It is long" + std::string(50, 'x') +
                                   " and of\r\n plain words, all of it is\r\n"));
  one.subject = MailWords(std::string(200, 'x') + " y");
  CHECK(holds(mail_bytes(one), "\r\nSubject: " + std::string(200, 'x') + "\r\n y\r\n"));
  for (const std::string& line : split(bytes, '\n')) {
    CHECK(line.size() <= 77);  // 76 and the CR
    if (!line.empty()) CHECK(line.back() == '\r');
  }
}

TEST_CASE("a mail reaches a server over both kinds of TLS, as it was written") {
  if (!rig::has_smtp()) return;
  for (const char* mode : {"starttls", "smtps"}) {
    CAPTURE(mode);
    const rig::SmtpServer server(mode);
    const MailServer where = at(server, std::string(mode) == "smtps" ? "smtps" : "smtp");
    const MailMessage sent = letter("a@b.example");
    const MailResult checked = check_mail_server(where);
    CHECK_MESSAGE(checked, checked.error().error.what);
    CHECK(server.mails().empty());
    const MailResult done = send_mail(where, sent);
    REQUIRE_MESSAGE(done, done.error().error.what);
    REQUIRE(server.mails().size() == 1);
    const std::string got = server.mails()[0];
    CHECK(got.starts_with("MAIL FROM:news@tea.example\r\nRCPT TO:a@b.example\r\nTLS:True\r\n"));
    CHECK(got.ends_with("\r\n\r\n" + mail_bytes(sent)));
  }
}

TEST_CASE("what went wrong is said in words, and whether another try may help") {
  if (!rig::has_smtp()) return;
  const rig::SmtpServer server("starttls");
  const MailServer good = at(server, "smtp");
  const auto wrong = [&](const MailServer& where, std::string_view to) {
    const MailResult out = send_mail(where, letter(to));
    REQUIRE_FALSE(out);
    CHECK_FALSE(holds(out.error().error.what + out.error().error.hint, where.secret.reveal()));
    return out.error();
  };
  const MailFailure refused = wrong(good, "refuse@b.example");
  CHECK(refused.kind == MailFault::refused);
  CHECK(refused.error.what ==
        "mail.test takes no mail for refuse@b.example: 550 5.1.1 no such user");
  const MailFailure later = wrong(good, "later@b.example");
  CHECK(later.kind == MailFault::later);
  CHECK(later.error.what ==
        "mail.test takes no mail for later@b.example: 451 4.3.0 try again later");
  const MailFailure spam = wrong(good, "spam@b.example");
  CHECK(spam.kind == MailFault::refused);
  CHECK(spam.error.what == "mail.test does not take the message: 554 5.7.1 looks like spam");
  CHECK(server.mails().empty());

  MailServer password = good;
  password.secret = Secret("open barley");
  const MailFailure denied = wrong(password, "a@b.example");
  CHECK(denied.kind == MailFault::setup);
  CHECK(denied.error.what.starts_with("mail.test does not let \"hub\" in: 535"));
  CHECK(check_mail_server(password).error().kind == MailFault::setup);

  MailServer stranger = good;
  stranger.ca_file.clear();
  const MailFailure certificate = wrong(stranger, "a@b.example");
  CHECK(certificate.kind == MailFault::setup);
  CHECK(certificate.error.what.starts_with("mail.test shows a certificate that is not valid"));
  CHECK(server.mails().empty());

  // It took the text and hung up: the same goes again, and is known by its id.
  CHECK(wrong(good, "lost@b.example").kind == MailFault::later);
  REQUIRE(server.mails().size() == 1);
  CHECK(holds(server.mails()[0], "Message-ID: <3abc@tea.example>"));
}

TEST_CASE("without encryption nothing is said but to this machine") {
  if (!rig::has_smtp()) return;
  const rig::SmtpServer bare("bare");
  const MailResult out = send_mail(at(bare, "smtp"), letter("a@b.example"));
  REQUIRE_FALSE(out);
  CHECK(out.error().kind == MailFault::setup);
  CHECK(out.error().error.what == "mail.test offers no encryption (STARTTLS)");
  CHECK(bare.mails().empty());

  const rig::SmtpServer relay("plain");
  for (const char* host : {"127.0.0.1", "localhost"}) {
    const MailServer here{.url = std::string("smtp://") + host + ":" + relay.port(),
                          .user = {},
                          .secret = {},
                          .helo = "tea.example"};
    const MailResult done = send_mail(here, letter("a@b.example"));
    CHECK_MESSAGE(done, done.error().error.what);
  }
  CHECK(relay.mails().size() == 2);
}

TEST_CASE("a server that is not there is tried again, and one that stops gives up") {
  const MailServer nobody{
      .url = "smtp://127.0.0.1:1", .user = {}, .secret = {}, .helo = "tea.example"};
  const MailResult out = send_mail(nobody, letter("a@b.example"));
  REQUIRE_FALSE(out);
  CHECK(out.error().kind == MailFault::later);
  CHECK(out.error().error.what == "127.0.0.1 does not accept connections");
  if (!rig::has_smtp()) return;
  const rig::SmtpServer relay("plain");
  MailServer stopping{
      .url = "smtp://127.0.0.1:" + relay.port(), .user = {}, .secret = {}, .helo = "tea.example"};
  stopping.stopping = [] { return true; };
  const MailResult stopped = send_mail(stopping, letter("a@b.example"));
  REQUIRE_FALSE(stopped);
  CHECK(stopped.error().error.what == "the program is stopping");
}
