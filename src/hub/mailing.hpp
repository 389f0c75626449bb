// Mail of the organisation: the server that takes it, what waits for it, and who brings it there.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/operation.hpp"
#include "hub/hub.hpp"
#include "net/mail.hpp"
#include "team/mail_queue.hpp"

namespace carillon {

struct MailTestRequest {
  static constexpr std::array<std::string_view, 1> required{"address"};
  std::string address;
  static constexpr std::array<std::array<std::string_view, 2>, 1> notes{{
      {"address", "where the test goes"},
  }};
};
BOOST_DESCRIBE_STRUCT(MailTestRequest, (), (address))

struct MailTested {
  bool taken = false;   // by the server; whether it arrives is up to those behind it
  std::string message;  // what happened, in a sentence
  std::string hint;     // what to do; empty when it was taken
};
BOOST_DESCRIBE_STRUCT(MailTested, (), (taken, message, hint))

struct MailSecretRequest {
  static constexpr std::array<std::string_view, 1> required{"secret"};
  std::string secret;
  static constexpr std::array<std::array<std::string_view, 2>, 1> notes{{
      {"secret", "the password of mail.user; never shown again"},
  }};
};
BOOST_DESCRIBE_STRUCT(MailSecretRequest, (), (secret))

struct MailSecretKept {
  std::string server;
  std::string user;
};
BOOST_DESCRIBE_STRUCT(MailSecretKept, (), (server, user))

struct MailListRequest {};
BOOST_DESCRIBE_STRUCT(MailListRequest, (), ())

// A mail on its way or settled; to whom and what it says stays sealed.
struct MailView {
  std::string id;
  MailState state = MailState::waiting;
  std::int64_t attempts = 0;
  std::string made;     // RFC 3339 in UTC
  std::string updated;  // the same
  std::string next;     // when it is tried again; empty: it is settled
  std::string reason;   // what the last attempt said
};
BOOST_DESCRIBE_STRUCT(MailView, (), (id, state, attempts, made, updated, next, reason))

// Whether mail can leave: a server is set, and it is no rehearsal.
[[nodiscard]] bool has_mail(const Hub& hub);
// Errors: conflict, with what to do, where no mail can leave.
[[nodiscard]] Result<void> check_mail(const Hub& hub);

[[nodiscard]] MailQueue mail_queue_of(Hub& hub);

// Puts a letter on its way. Errors: conflict as check_mail; invalid for the address.
Result<std::string> queue_mail(Hub& hub, const Letter& letter);
// Its row, for a transaction of the caller's; the errors are the same.
[[nodiscard]] Result<MailRow> mail_row(Hub& hub, const Letter& letter);

// Brings one mail that is due to the server and settles it; false: none was. `id`: that one.
Result<bool> deliver_mail(Hub& hub, const std::function<bool()>& stopping,
                          const std::string& id = {});

// Writes what is to be told and brings away what waits, until `pulse` stops. A thread's whole life.
void run_mail(const std::function<std::shared_ptr<Hub>()>& hub, Pulse& pulse);

// What is wrong with the mail; nothing where there is none to send.
[[nodiscard]] std::optional<Result<void>> mail_health(Hub& hub);

// Errors: conflict as check_mail; invalid. What the server says is in the reply.
Result<MailTested> mail_test(Hub& hub, const Actor& actor, const MailTestRequest& request);
Result<MailSecretKept> mail_secret(Hub& hub, const Actor& actor, const MailSecretRequest& request);
Result<std::vector<MailView>> mail_list(Hub& hub, const Actor& actor,
                                        const MailListRequest& request);

// The replies for people. Pure.
[[nodiscard]] std::string mail_in_words(const std::vector<MailView>& all, const std::string& zone);

[[nodiscard]] std::vector<Operation<Hub>> mail_operations();

}  // namespace carillon
