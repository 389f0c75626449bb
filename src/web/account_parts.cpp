#include "web/account_parts.hpp"

#include <fmt/format.h>

#include "hub/passkeys.hpp"
#include "web/entrance.hpp"
#include "web/passkey.hpp"
#include "web/provider.hpp"

namespace carillon {

namespace {

// A button that takes something out, and what it takes for who does not see the list.
Html small_button(std::string_view label, const std::string& what) {
  return tag("button", attr("type", "submit"), attr("class", "quiet"), label,
             tag("span", attr("class", "hidden"), what));
}

Html passkey_rows(const Workplace& place, const std::vector<PasskeyView>& all) {
  Html rows;
  for (const PasskeyView& one : all) {
    const std::string about = fmt::format("for {}, made {}, {}{}", one.domain, one.made,
                                          one.used.empty() ? "never used" : "last used " + one.used,
                                          one.backed_up ? ", on more than one device" : "");
    const std::string field_id = "passkey-" + one.id;
    const Html rename = form(
        "/account/passkeys", place.actor.csrf,
        together(hidden("rename", one.id),
                 tag("p", attr("class", "field"),
                     tag("label", attr("for", field_id), attr("class", "hidden"),
                         "Another name for " + one.name),
                     tag("input", attr("id", field_id), attr("name", "to"), attr("type", "text"),
                         attr("value", one.name), attr("autocomplete", "off"), attr("required"))),
                 small_button("Rename", " the passkey " + one.name)));
    const Html remove = form(
        "/account/passkeys", place.actor.csrf,
        together(hidden("remove", one.id), small_button("Remove", " the passkey " + one.name)));
    rows.add(tag("li",
                 tag("div", tag("strong", one.name), tag("span", attr("class", "hint"), about)),
                 rename, remove));
  }
  return rows.empty() ? rows : tag("ul", attr("class", "things"), rows);
}

// What the script's first step asks for.
HttpAnswer begin_passkey(const Workplace& place, const QueryPairs& sent) {
  auto passkeys = passkeys_of(*place.hub);
  if (!passkeys)
    return passkey_reply(fail(Fault::invalid, "passkeys do not work here", "See the guide."));
  return passkey_reply(passkeys->begin(place.who, Secret(value_in(sent, "passkey_proof")),
                                       value_in(sent, "passkey_name"),
                                       place.caller.visitor.session));
}

}  // namespace

Said wrong(const std::string& where, const SignInOutcome& outcome) {
  if (outcome.state == SignedIn::wait)
    return {.problems = {{where, fmt::format("This was wrong too often. Try again in {}.",
                                             in_words(outcome.wait))}},
            .status = 429};
  if (outcome.state == SignedIn::anew) return {.problems = {{"", proof_words()}}, .status = 403};
  return {.problems = {{where, "This is not your password."}}, .status = 403};
}

Said wrong(const std::string& where, const Error& error) {
  const bool taken = error.fault == Fault::conflict;
  return {.problems = {{where, in_sentences(error)}},
          .status = taken                               ? 409
                    : error.fault == Fault::unavailable ? 503
                                                        : 422};
}

Result<Html> passkeys_part(const Workplace& place, const SignInWays& has,
                           const Problems& problems) {
  TRY(const auto all, passkey_list(*place.hub, place.actor, {place.actor.name}));
  Html inside = tag("p",
                    "A key that your device holds. You sign in by showing the device that it is "
                    "you: no name, no password, no code.");
  inside.add(passkey_rows(place, all));
  if (!passkeys_of(*place.hub)) {
    inside.add(tag("p", attr("class", "note"),
                   "New ones are made at an address with https and a name: organisation.url in "
                   "carillon.yaml."));
    return section("passkeys", "Passkeys", inside);
  }
  Html fields = field({.name = "passkey_name",
                       .label = "What you call it",
                       .hint = "Such as: my phone. Left out: as this browser is called.",
                       .optional = true},
                      problems);
  if (has.password_since != 0)
    fields.add(field({.name = "passkey_proof",
                      .label = "Your password",
                      .type = "password",
                      .fills = "current-password"},
                     problems));
  fields.add(passkey_button(PasskeyButton::make, "Add a passkey",
                            "This needs JavaScript, and a browser that knows passkeys."));
  inside.add(form("/account/passkeys", place.actor.csrf, fields));
  return section("passkeys", "Passkeys", inside);
}

Said change_passkeys(const Workplace& place, const QueryPairs& sent) {
  if (const std::string id = value_in(sent, "remove"); !id.empty()) {
    const auto removed = do_operation(place, "passkey remove", PasskeyRemoveRequest{id});
    if (!removed) return wrong("", removed.error());
    return {.done = "The passkey lets nobody in any more. You can take it out of your device too."};
  }
  if (const std::string id = value_in(sent, "rename"); !id.empty()) {
    const auto renamed =
        do_operation(place, "passkey rename", PasskeyRenameRequest{id, value_in(sent, "to")});
    if (!renamed) return wrong("", renamed.error());
    return {.done = "The passkey has another name."};
  }
  auto passkeys = passkeys_of(*place.hub);
  if (is_first_step(sent)) return {.instead = begin_passkey(place, sent)};
  const auto answer = passkey_answer(sent);
  if (!answer) return wrong("", answer.error());
  if (!passkeys) return {.problems = {{"", "Passkeys do not work here."}}, .status = 422};
  const auto made = passkeys->finish(place.who, *answer, place.caller.visitor.session);
  if (!made) return wrong("", made.error());
  return {.done = fmt::format("From now on you can sign in with the passkey \"{}\".", made->name)};
}

Result<Html> identities_part(const Workplace& place, const SignInWays& has,
                             const Problems& problems) {
  TRY(const auto all, identity_list(*place.hub, place.actor, {place.actor.name}));
  const Html buttons = provider_buttons(*place.hub, "Link an account at");
  if (all.empty() && buttons.empty()) return Html();
  Html rows;
  for (const IdentityView& one : all) {
    const std::string about =
        fmt::format("at {}, linked {}, {}", one.provider, one.made,
                    one.used.empty() ? "never used" : "last used " + one.used);
    rows.add(tag("li",
                 tag("div", tag("strong", one.name), tag("span", attr("class", "hint"), about)),
                 form("/account/identities", place.actor.csrf,
                      together(hidden("remove", one.id),
                               small_button("Remove", " the account " + one.name)))));
  }
  const Html proof = has.password_since == 0 ? Html()
                                             : field({.name = "identity_proof",
                                                      .label = "Your password",
                                                      .type = "password",
                                                      .fills = "current-password"},
                                                     problems);
  return section(
      "identities", "Accounts elsewhere",
      together(tag("p",
                   "You sign in with an account that you have there; who signs in there as "
                   "you is you here."),
               rows.empty() ? Html() : tag("ul", attr("class", "things"), rows),
               buttons.empty()
                   ? Html()
                   : form("/account/identities", place.actor.csrf, together(proof, buttons))));
}

Said change_identities(const Workplace& place, const QueryPairs& sent) {
  if (const std::string id = value_in(sent, "remove"); !id.empty()) {
    const auto removed = do_operation(place, "identity remove", IdentityRemoveRequest{id});
    if (!removed) return wrong("", removed.error());
    return {.done = "The account lets nobody in any more."};
  }
  const auto proof =
      sign_in_of(*place.hub).prove(place.who, Secret(value_in(sent, "identity_proof")));
  if (!proof) return wrong("", proof.error());
  if (proof->state != SignedIn::open) return wrong("identity_proof", *proof);
  auto there = lead_to_provider(place.service, *place.hub, place.caller,
                                {provider_in(sent),
                                 {.errand = Errand::add, .next = {}, .person = place.who.person.id},
                                 place.caller.visitor.session});
  if (!there) return wrong("", there.error());
  return {.instead = std::move(*there)};
}

}  // namespace carillon
