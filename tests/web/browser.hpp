// A browser as far as our pages need one: keeps cookies, follows no script, sends forms.
#pragma once

#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "hub/people.hpp"
#include "hub/project.hpp"
#include "net/url.hpp"
#include "web/account.hpp"
#include "web/api.hpp"
#include "web/app.hpp"
#include "web/client.hpp"
#include "web/oauth.hpp"
#include "web/sign_in.hpp"

namespace carillon::rig {

inline const char* const web_password = "seven lanterns below the mill";

// A running workspace.
struct Running {
  // `prepare` changes carillon.yaml before the workspace is opened.
  explicit Running(const std::function<void(const Project&)>& prepare = [](const Project&) {}) {
    prepare(project);
    set_log_level(Level::error);  // each wrong password is told
    auto out = Service::start(project.dir());
    REQUIRE_MESSAGE(out.has_value(), out.error().what);
    service = std::move(*out);
  }
  Project project;
  std::unique_ptr<Service> service;
  Secret token{"owner-token-of-this-test"};

  std::shared_ptr<Hub> hub() { return service->hub(); }
  std::string link(const std::string& email, Role role) {
    const auto made = people_of(*hub()).invite(email, role, "admin");
    REQUIRE_MESSAGE(made.has_value(), made.error().what);
    return "/welcome/" + made->token.reveal();
  }
};

struct Browser {
  explicit Browser(Running& where) : site(where) {}
  Running& site;
  std::map<std::string, std::string> cookies;
  std::vector<std::pair<std::string, std::string>> also;  // more header lines
  std::string peer = "192.0.2.7";

  HttpAnswer send(const std::string& method, const std::string& target,
                  const std::string& body = {}, const std::string& type = {}) {
    std::string jar;
    for (const auto& [name, value] : cookies) jar += (jar.empty() ? "" : "; ") + name + "=" + value;
    std::vector<std::pair<std::string, std::string>> lines{{"Host", "127.0.0.1:8080"},
                                                           {"User-Agent", "Firefox/130.0 Linux"}};
    if (!jar.empty()) lines.emplace_back("Cookie", jar);
    if (!type.empty()) lines.emplace_back("Content-Type", type);
    for (const auto& line : also) lines.push_back(line);
    const auto mark = target.find('?');
    HttpQuery query;
    query.method = method;
    query.target = target;
    query.path = std::string_view(target).substr(0, mark);
    if (mark != std::string::npos) query.query = std::string_view(target).substr(mark + 1);
    query.body = body;
    query.peer = peer;
    for (const auto& [name, value] : lines) query.headers.emplace_back(name, value);
    HttpAnswer answer = reply(query);
    take_cookies(answer);
    return answer;
  }
  HttpAnswer get(const std::string& target) { return send("GET", target); }

  // The form of the page at `from`, filled in, to `to`.
  HttpAnswer fill(const std::string& from, const std::string& to, QueryPairs pairs) {
    pairs.emplace_back("csrf", csrf_in(get(from).body));
    return post(to, pairs);
  }
  HttpAnswer post(const std::string& to, const QueryPairs& pairs) {
    return send("POST", to, build_query(pairs), "application/x-www-form-urlencoded");
  }
  HttpAnswer sign_in(const std::string& who, const std::string& password,
                     const std::string& next = {}) {
    return fill("/sign-in", "/sign-in", {{"who", who}, {"password", password}, {"next", next}});
  }
  // Comes in by an invitation.
  void join(const std::string& name, Role role) {
    const std::string link = site.link(name + "@example.org", role);
    const HttpAnswer in =
        fill(link, link, {{"name", name}, {"password", web_password}, {"again", web_password}});
    REQUIRE_MESSAGE(in.status == 303, in.body);
  }

  static std::string csrf_in(const std::string& page) {
    const std::string mark = "name=\"csrf\" value=\"";
    const auto at = page.find(mark);
    if (at == std::string::npos) return {};
    const auto from = at + mark.size();
    return page.substr(from, page.find('"', from) - from);
  }

 private:
  HttpAnswer reply(const HttpQuery& query) {
    if (auto page = answer_oauth(*site.service, query)) return std::move(*page);
    if (auto page = answer_client(*site.service, query)) return std::move(*page);
    if (query.path.starts_with("/api/")) return answer_api(*site.service, site.token, query);
    if (auto page = answer_sign_in(*site.service, query)) return std::move(*page);
    if (auto page = answer_app(*site.service, query)) return std::move(*page);
    if (auto page = answer_account(*site.service, query)) return std::move(*page);
    return site.service->answer(query);
  }
  void take_cookies(const HttpAnswer& answer) {
    for (const auto& [name, line] : answer.headers) {
      if (name != "Set-Cookie") continue;
      const auto sign = line.find('=');
      const std::string value = line.substr(sign + 1, line.find(';') - sign - 1);
      if (value.empty())
        cookies.erase(line.substr(0, sign));
      else
        cookies[line.substr(0, sign)] = value;
    }
  }
};

}  // namespace carillon::rig
