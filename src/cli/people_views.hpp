// How replies about people, and about what lets them in, read at a terminal; internal to views.
#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "hub/access.hpp"
#include "hub/mailing.hpp"
#include "hub/notices.hpp"
#include "hub/passkeys.hpp"
#include "hub/people.hpp"
#include "hub/providers.hpp"

namespace carillon {

inline std::string words_of(const std::vector<PersonView>& all, const std::string&) {
  return people_in_words(all);
}

inline std::string words_of(const PersonView& person, const std::string&) {
  return people_in_words({person});
}

inline std::string words_of(const LinkView& link, const std::string&) {
  return link_in_words(link);
}

inline std::string words_of(const std::vector<SessionView>& all, const std::string&) {
  return sessions_in_words(all);
}

inline std::string words_of(const std::vector<TokenView>& all, const std::string&) {
  return tokens_in_words(all);
}

inline std::string words_of(const std::vector<PasskeyView>& all, const std::string&) {
  return passkeys_in_words(all);
}

inline std::string words_of(const std::vector<IdentityView>& all, const std::string&) {
  return identities_in_words(all);
}

inline std::string words_of(const std::vector<ProviderView>& all, const std::string&) {
  return providers_in_words(all);
}

inline std::string words_of(const WayRemoved& removed, const std::string&) {
  return fmt::format("{} lets nobody in any more.\n", removed.id);
}

inline std::string words_of(const PersonRemoved& removed, const std::string&) {
  return fmt::format("{} is removed.\n", removed.name);
}

inline std::string words_of(const SessionsEnded& ended, const std::string&) {
  return fmt::format("ended: {}\n", ended.ended);
}

inline std::string words_of(const TokenRemoved& removed, const std::string&) {
  return fmt::format("The token {} works no more.\n", removed.id);
}

inline std::string words_of(const MailTested& tested, const std::string&) {
  return tested.message + ".\n" + (tested.hint.empty() ? "" : tested.hint + "\n");
}

inline std::string words_of(const MailSecretKept& kept, const std::string&) {
  return fmt::format("The password of {} at {} is kept. Next: `carillon mail test ADDRESS`.\n",
                     kept.user, kept.server);
}

inline std::string words_of(const std::vector<MailView>& all, const std::string& zone) {
  return mail_in_words(all, zone);
}

inline std::string words_of(const NoticeView& view, const std::string&) {
  return notices_in_words(view);
}

inline std::string words_of(const TokenAdded& token, const std::string&) {
  return token_in_words(token);
}

}  // namespace carillon
