// An app that speaks to the home's account as apps speak to Mastodon.
#pragma once

#include <doctest/doctest.h>

#include <string>

#include "federation/replies.hpp"
#include "federation/rows.hpp"
#include "web/browser.hpp"

namespace carillon::rig {

inline const Actor owner{.name = "owner", .holds = Permission::admin, .local = true};
inline constexpr const char* json_type = "application/json";
inline constexpr const char* back = "https://app.example/cb";
inline constexpr const char* verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
inline constexpr const char* challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

inline void with_account(const rig::Project& project) {
  project.append("    handle: news\n", "    use: home\n");
}

inline json::object body_of(const HttpAnswer& answer) {
  const auto out = parse_json(answer.bytes());
  REQUIRE_MESSAGE((out.has_value() && out->is_object()), answer.body);
  return out->get_object();
}

inline std::string word(const json::object& object, const char* name) {
  const json::value* value = object.if_contains(name);
  REQUIRE_MESSAGE((value != nullptr && value->is_string()), json::serialize(object));
  return std::string(value->get_string());
}

// A program that keeps no cookies.
struct App {
  explicit App(Running& where, std::string sent_to = back, std::string asks = "read write")
      : site(where), web(where), redirect(std::move(sent_to)), scopes(std::move(asks)) {
    const HttpAnswer made =
        web.send("POST", "/api/v1/apps",
                 json::serialize(json::object{{"client_name", "Tea"},
                                              {"redirect_uris", json::string(redirect)},
                                              {"scopes", json::string(scopes)}}),
                 json_type);
    REQUIRE_MESSAGE(made.status == 200, made.body);
    id = word(body_of(made), "client_id");
    secret = word(body_of(made), "client_secret");
  }
  Running& site;
  Browser web;
  std::string redirect, scopes, id, secret, token;

  [[nodiscard]] QueryPairs asking(const QueryPairs& also = {}) const {
    QueryPairs out{{"client_id", id}, {"response_type", "code"}};
    bool there = false;
    bool scoped = false;
    for (const auto& pair : also) {
      out.push_back(pair);
      there = there || pair.first == "redirect_uri";
      scoped = scoped || pair.first == "scope";
    }
    if (!there) out.emplace_back("redirect_uri", redirect);
    if (!scoped) out.emplace_back("scope", scopes);
    return out;
  }
  // The person says yes; the code that comes back.
  std::string let_in(Browser& person, const QueryPairs& also = {}) const {
    QueryPairs sent = asking(also);
    const std::string page = "/oauth/authorize?" + build_query(sent);
    sent.emplace_back("do", "allow");
    const HttpAnswer out = person.fill(page, "/oauth/authorize", sent);
    REQUIRE_MESSAGE(out.status == 303, out.body);
    const std::string to(out.headers.get("Location"));
    REQUIRE(to.starts_with(redirect + "?code="));
    return to.substr(to.find('=') + 1, to.find('&') - to.find('=') - 1);
  }
  HttpAnswer ask_token(const std::string& code, const QueryPairs& also = {}) {
    QueryPairs sent{{"grant_type", "authorization_code"},
                    {"code", code},
                    {"client_id", id},
                    {"client_secret", secret}};
    bool there = false;
    for (const auto& pair : also) {
      sent.push_back(pair);
      there = there || pair.first == "redirect_uri";
    }
    if (!there) sent.emplace_back("redirect_uri", redirect);
    return web.post("/oauth/token", sent);
  }
  void sign_in(Browser& person) {
    const HttpAnswer made = ask_token(let_in(person));
    REQUIRE_MESSAGE(made.status == 200, made.body);
    token = word(body_of(made), "access_token");
    web.also = {{"Authorization", "Bearer " + token}};
  }
  HttpAnswer post(const json::object& status) {
    return web.send("POST", "/api/v1/statuses", json::serialize(status), json_type);
  }
};

inline std::string error_of(const HttpAnswer& answer) {
  return word(body_of(answer), "error");
}

inline void reply_to(Running& site, const std::string& post, const std::string& id) {
  REQUIRE(site.hub()->store().write([&](Db& db) {
    return fedi_rows::save_reply(
        db, {id, fedi_rows::ReactionKind::reply, "https://a.example/u/bo", post,
             "https://a.example/n/" + id, "<i>Nice</i>\nand so", 1'795'515'723'000'000});
  }));
}

}  // namespace carillon::rig
