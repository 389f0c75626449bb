// What a scan says of one line.
#pragma once

#include <cstdint>
#include <string>

#include "core/decision.hpp"

namespace carillon {

// What the line is.
enum class Form {
  link,           // an address of an account
  status_link,    // an address of one post
  short_link,     // t.co and the like: where it leads does not show
  badge,          // a picture that counts followers
  widget,         // a timeline, a follow button, their script
  config_item,    // an address as a value of configuration or data
  username_key,   // a name as a value: `twitter_username: acme`
  template_link,  // an address or name that a template puts together
  meta_card,      // twitter:card and its kin in a page's head
  json_ld,        // sameAs
  rel_me,         // rel="me" or rel="publisher"
  share_intent,   // a button that shares this page
  i18n_string,    // a string of a catalogue
  perk,           // a promise to sponsors, a step of a process
  prose,          // words
  auto_poster,    // a program that posts, its keys
  rule,           // of a link checker or a content security policy
  login,          // signing in with the platform
  companion,      // icon, label or comment that belongs to a reference beside it
  icon_file,      // a picture file of the platform's logo
  style,          // a class name, an icon font
  other_network,  // the same name elsewhere
};
BOOST_DESCRIBE_ENUM(Form, link, status_link, short_link, badge, widget, config_item, username_key,
                    template_link, meta_card, json_ld, rel_me, share_intent, i18n_string, perk,
                    prose, auto_poster, rule, login, companion, icon_file, style, other_network)

enum class Action { delist, review, leave };
BOOST_DESCRIBE_ENUM(Action, delist, review, leave)

struct Reference {
  std::string path;  // relative to the scanned root
  std::int64_t line = 0;
  std::string platform;
  std::string handle;  // the account it names, as written to the scanner; empty: none
  Form form = Form::link;
  Scope scope = Scope::current_text;
  Action action = Action::leave;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(Reference, (), (path, line, platform, handle, form, scope, action, reason))

}  // namespace carillon
