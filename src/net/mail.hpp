// Mail that leaves: a message as RFC 5322 has it, and the one way out over SMTP.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "net/url.hpp"

namespace carillon {

// An address that can stand in a header and in a command of SMTP: a dot-atom of ASCII before the
// "@" and a host name behind it (RFC 5321 section 4.1.2). It can hold nothing else.
class MailAddress {
 public:
  // Errors: invalid.
  [[nodiscard]] static Result<MailAddress> parse(std::string_view text);
  [[nodiscard]] const std::string& str() const { return text_; }
  [[nodiscard]] std::string_view domain() const;

 private:
  explicit MailAddress(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

// Words of one line of a header. Control characters become blanks, and bytes that are no UTF-8
// become "?", so that nothing in it can begin another header.
class MailWords {
 public:
  explicit MailWords(std::string_view text);
  [[nodiscard]] const std::string& str() const { return text_; }

 private:
  std::string text_;
};

// What a message is known by wherever it goes: the same again is a repeat.
class MessageId {
 public:
  // Whatever of `unique` is no letter, digit or "-" is left out.
  MessageId(std::string_view unique, const MailAddress& from);
  // With its brackets.
  [[nodiscard]] const std::string& str() const { return text_; }

 private:
  std::string text_;
};

struct MailMessage {
  MailAddress from;
  MailWords from_name;
  MailAddress to;
  MailWords subject;
  std::string text;  // UTF-8, lines end with "\n"
  MessageId id;
  Micros date = 0;
  // What turns this kind of mail off with one request (RFC 8058).
  std::optional<Url> unsubscribe = std::nullopt;
};

// The bytes of a message, lines ended by CRLF: RFC 5322, words that are not ASCII as RFC 2047, the
// text as quoted-printable (RFC 2045), Auto-Submitted (RFC 3834). Pure; thread-safe.
[[nodiscard]] std::string mail_bytes(const MailMessage& message);

struct MailServer {
  std::string url;   // smtps://HOST[:PORT], or smtp://HOST[:PORT]
  std::string user;  // empty: nobody signs in
  Secret secret;
  std::string helo;                              // how we call ourselves; a host name
  std::string ca_file = {};                      // PEM bundle of a private authority
  std::function<bool()> stopping = {};           // asked now and then; true: give up
  std::vector<std::string> resolve_for_tests{};  // "name:port:address", instead of DNS
};

// Refused: this message never goes, to this recipient. Later: another try may do. Setup: nothing
// goes before a person changes something (password, certificate, address of the server).
enum class MailFault { refused, later, setup };

struct MailFailure {
  MailFault kind = MailFault::later;
  Error error;  // a sentence, with the server's own words; never a secret
};

using MailResult = tl::expected<void, MailFailure>;

// Hands a message to the server, over TLS: smtps from the first byte, smtp by STARTTLS, without
// which nothing is said; plain only to this machine itself (localhost, 127.0.0.1, [::1]), for a
// relay. Certificates are always checked. Waits for the answer, limits::http_total_ms at most.
// After `later` the server may have taken it all the same: send it again with its MessageId.
// Thread-safe.
[[nodiscard]] MailResult send_mail(const MailServer& server, const MailMessage& message);

// Connects, encrypts and signs in, and sends nothing.
[[nodiscard]] MailResult check_mail_server(const MailServer& server);

}  // namespace carillon
