// The people of the organisation, as operations.
#pragma once

#include <string>
#include <vector>

#include "base/html.hpp"
#include "core/operation.hpp"
#include "hub/hub.hpp"
#include "team/sign_in.hpp"

namespace carillon {

struct PersonListRequest {};
BOOST_DESCRIBE_STRUCT(PersonListRequest, (), ())

struct PersonShowRequest {
  static constexpr std::array<std::string_view, 1> required{"name"};
  std::string name;
  static constexpr std::array<std::array<std::string_view, 2>, 1> notes{{
      {"name", "the person's name or e-mail address"},
  }};
};
BOOST_DESCRIBE_STRUCT(PersonShowRequest, (), (name))

struct PersonInviteRequest {
  static constexpr std::array<std::string_view, 2> required{"email", "role"};
  std::string email;
  Role role = Role::contributor;
  bool mail = false;
  static constexpr std::array<std::array<std::string_view, 2>, 3> notes{{
      {"email", "the person's e-mail address"},
      {"role", "contributor, member, author, editor or admin"},
      {"mail", "send the link there"},
  }};
};
BOOST_DESCRIBE_STRUCT(PersonInviteRequest, (), (email, role, mail))

struct PersonLinkRequest {
  std::string name;
  static constexpr std::array<std::array<std::string_view, 2>, 1> notes{{
      {"name", "the person's name or e-mail address; left out: the first admin"},
  }};
};
BOOST_DESCRIBE_STRUCT(PersonLinkRequest, (), (name))

struct PersonSetRequest {
  static constexpr std::array<std::string_view, 2> required{"name", "set"};
  std::string name;
  std::vector<std::string> set;
  static constexpr std::array<std::array<std::string_view, 2>, 2> notes{{
      {"name", "the person's name or e-mail address"},
      {"set", "KEY=VALUE: role=, active=true or active=false, totp=off"},
  }};
};
BOOST_DESCRIBE_STRUCT(PersonSetRequest, (), (name, set))

struct PersonRemoveRequest {
  static constexpr std::array<std::string_view, 1> required{"name"};
  std::string name;
  static constexpr std::array<std::array<std::string_view, 2>, 1> notes{{
      {"name", "the person's name or e-mail address"},
  }};
};
BOOST_DESCRIBE_STRUCT(PersonRemoveRequest, (), (name))

// A person as others see them. Days are in UTC, or empty.
struct PersonView {
  std::string name = {};
  std::string email = {};  // shown to admins only
  Role role = Role::contributor;
  Standing standing = Standing::invited;
  bool totp = false;
  std::string joined = {};
  std::string used = {};
  std::string lapses = {};
};
BOOST_DESCRIBE_STRUCT(PersonView, (), (name, email, role, standing, totp, joined, used, lapses))

// A link that lets a person in once, told to whoever made it and nobody else.
struct LinkView {
  std::string person;  // empty: the first admin
  std::string link;
  std::string expires;      // RFC 3339 in UTC
  std::string mailed = {};  // the address that the link is on its way to; empty: to none
};
BOOST_DESCRIBE_STRUCT(LinkView, (), (person, link, expires, mailed))

struct PersonRemoved {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(PersonRemoved, (), (name))

// The team's parts of a hub, for one request.
[[nodiscard]] People people_of(Hub& hub);
[[nodiscard]] SignIn sign_in_of(Hub& hub);

// What a person enters into an authenticator app, once.
struct TotpSetup {
  std::string words;    // the secret, to be typed
  std::string address;  // the same as an address that opens the app
  Html picture;         // the same for its camera
};
// Of the second factor that waits for its first code. Errors: not_found.
[[nodiscard]] Result<TotpSetup> totp_setup(Hub& hub, const Person& person);

// The address of a welcome link below `origin`, or when that is empty below where the organisation
// lives.
[[nodiscard]] std::string welcome_address(const Hub& hub, const WelcomeLink& link,
                                          const std::string& origin = {});

// The link of the first admin, where there is no admin; else nothing.
[[nodiscard]] Result<std::optional<WelcomeLink>> first_link_of(Hub& hub);

// Whose membership has lapsed or lapses soon, each in a sentence with what to do.
[[nodiscard]] Result<std::vector<std::string>> lapse_warnings(Hub& hub);

// Errors of all: those of People; not_found for a person, with the nearest name.
Result<std::vector<PersonView>> person_list(Hub& hub, const Actor& actor,
                                            const PersonListRequest& request);
// Errors: not_found with the nearest name.
Result<PersonView> person_show(Hub& hub, const Actor& actor, const PersonShowRequest& request);
Result<LinkView> person_invite(Hub& hub, const Actor& actor, const PersonInviteRequest& request);
Result<LinkView> person_link(Hub& hub, const Actor& actor, const PersonLinkRequest& request);
Result<PersonView> person_set(Hub& hub, const Actor& actor, const PersonSetRequest& request);
Result<PersonRemoved> person_remove(Hub& hub, const Actor& actor,
                                    const PersonRemoveRequest& request);

// The replies for people. Pure.
[[nodiscard]] std::string people_in_words(const std::vector<PersonView>& all);
[[nodiscard]] std::string link_in_words(const LinkView& link);

[[nodiscard]] std::vector<Operation<Hub>> person_operations();

}  // namespace carillon
