// Where people want to be written to, and about what: their own choice, shown to nobody else.
#pragma once

#include <string>
#include <vector>

#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "store/db.hpp"
#include "team/mail_queue.hpp"

namespace carillon {

// Emergency: something went out by an override. Trouble: a delivery is unconfirmed, missed or
// refused. Approval: a text waits for one's word. Credential: one runs out. Membership: one's own
// lapses.
enum class Notice { emergency, trouble, approval, credential, membership };
BOOST_DESCRIBE_ENUM(Notice, emergency, trouble, approval, credential, membership)

[[nodiscard]] std::vector<Notice> all_notices();

struct MailSettings {
  std::string person;   // the id
  std::string address;  // empty: none was given
  Micros proven = 0;    // when its link was opened; 0: it was not yet, and nothing is sent there
  std::string proof;    // the hash of that link's token; empty: there is none
  Micros proof_ends = 0;
  std::vector<Notice> notices;
  Micros written = 0;  // when the last digest was
};
BOOST_DESCRIBE_STRUCT(MailSettings, (),
                      (person, address, proven, proof, proof_ends, notices, written))

// Who acts by a link of a mail, in the events.
inline constexpr const char* by_link = "a link of a mail";

// Thread-safe: holds nothing but what it is given.
class MailBook {
 public:
  MailBook(Store& store, const Clock& clock, Ids& ids) : store_(store), clock_(clock), ids_(ids) {}

  Result<MailSettings> of(const std::string& person);
  // Those with a proven address who want any notice.
  Result<std::vector<MailSettings>> readers();

  // Takes an address in place of the one before, and with it the letter whose link (with `token`)
  // proves it.
  Result<void> give(const std::string& person, const std::string& address, const Secret& token,
                    const MailRow& letter);
  // The link was opened: mail goes there. Errors: denied when it is not valid (any more).
  Result<void> prove(const Secret& token);
  Result<void> choose(const std::string& person, const std::vector<Notice>& notices);
  // Without signing in, by the link of a mail.
  Result<void> turn_off(const std::string& person, const std::vector<Notice>& notices);
  Result<void> forget(const std::string& person);

  // Of what was told to somebody before, in order.
  Result<std::vector<std::string>> told(const std::string& whom);
  // Notes a digest and what it tells together: `settings` as they were read, `now_told` all that is
  // told from now on. False when somebody else wrote one meanwhile, and then nothing is done.
  Result<bool> tell(const MailSettings& settings, const std::vector<std::string>& now_told,
                    const std::vector<MailRow>& letters);
  // Notes that `whom` was told this, with the letter. False when they were already.
  Result<bool> tell_once(const std::string& whom, const std::string& what,
                         const std::vector<MailRow>& letters);

 private:
  Store& store_;
  const Clock& clock_;
  Ids& ids_;
};

}  // namespace carillon
