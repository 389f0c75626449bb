#include "retire/forge.hpp"

#include <fmt/format.h>

#include "base/moment.hpp"
#include "net/reply.hpp"
#include "net/url.hpp"

namespace carillon {

namespace {

constexpr int page_size = 50;   // what Forgejo gives at most, unless it is told otherwise
constexpr int most_pages = 20;  // of open pull requests; beyond, the host's own refusal tells

// Each word of "owner/name" for a path; GitLab takes the whole as one.
std::string path_of(ForgeKind kind, const std::string& repository) {
  if (kind == ForgeKind::gitlab) return "/projects/" + percent_encode(repository);
  const auto slash = repository.find('/');
  return fmt::format("/repos/{}/{}", percent_encode(repository.substr(0, slash)),
                     percent_encode(repository.substr(slash + 1)));
}

std::string pulls_path(ForgeKind kind, const ForgeRepository& repository) {
  return kind == ForgeKind::gitlab
             ? fmt::format("/projects/{}/merge_requests", percent_encode(repository.id))
             : path_of(kind, repository.name) + "/pulls";
}

// Whether this entry of a list is of the branch, and not of a fork's branch of that name.
bool is_of(ForgeKind kind, const json::value& pull, const ForgeRepository& repository,
           const std::string& branch) {
  if (kind == ForgeKind::gitlab)
    return text_at(pull, "source_branch") == branch &&
           text_at(pull, "source_project_id") == repository.id;
  return text_at(value_at(pull, "/head"), "ref") == branch &&
         same_ignoring_case(text_at(value_at(pull, "/head/repo"), "full_name"), repository.name);
}

PullRequest pull_of(ForgeKind kind, const json::value& pull, bool found) {
  if (kind == ForgeKind::gitlab) return {text_at(pull, "web_url"), text_at(pull, "sha"), found};
  return {text_at(pull, "html_url"), text_at(value_at(pull, "/head"), "sha"), found};
}

json::object body_of(ForgeKind kind, const PullWish& wish) {
  const bool gitlab = kind == ForgeKind::gitlab;
  return {{"title", wish.title},
          {gitlab ? "source_branch" : "head", wish.branch},
          {gitlab ? "target_branch" : "base", wish.base},
          {gitlab ? "description" : "body", wish.text}};
}

// The host that may get the token: that of the remote, that of the API.
bool may_have_token(const Url& push, const ForgePlace& place) {
  const auto api = parse_url(place.api);
  if (!api || (push.host != place.host && push.host != api->host)) return false;
  return push.scheme == "https" || (api->scheme == "http" && push.host == api->host);
}

// The time of a day of the world's clock, in words.
std::string minute_of(Micros at) {
  const std::string time = iso_time(at + minute - 1);
  return fmt::format("{} {} UTC", time.substr(0, 10), time.substr(11, 5));
}

// Was the request taken, or was it not? Nobody knows.
bool in_doubt(const HttpResult& result) {
  if (!result) return result.error().maybe_sent;
  return result->status >= 500 || result->status == 408 || result->ok();
}

}  // namespace

Forge::Forge(HttpClient& http, const Clock& clock, ForgePlace place, Secret token)
    : place_(std::move(place)), http_(http), clock_(clock), token_(std::move(token)) {}

HttpRequest Forge::request(const std::string& path) const {
  HttpRequest out{.url = place_.api + path};
  const bool forgejo = place_.kind == ForgeKind::forgejo;
  out.headers.add("Authorization", (forgejo ? "token " : "Bearer ") + token_.reveal());
  const bool github = place_.kind == ForgeKind::github;
  out.headers.add("Accept", github ? "application/vnd.github+json" : "application/json");
  // https://docs.github.com/en/rest/about-the-rest-api/api-versions
  if (github) out.headers.add("X-GitHub-Api-Version", "2022-11-28");
  out.trust = place_.trust;
  return out;
}

Error Forge::error_of(const HttpReply& reply) const {
  const std::string words = words_of(reply);
  const std::string said =
      words.empty() ? std::to_string(reply.status) : fmt::format("{}: {}", reply.status, words);
  const std::string what = fmt::format("{} answered {}", place_.host, said);
  const bool asks_to_wait = reply.status == 429 || reply.headers.find("Retry-After") ||
                            reply.headers.get("X-RateLimit-Remaining") == "0";
  if (asks_to_wait && (reply.status == 429 || reply.status == 403)) {
    const Micros at = retry_time(reply, clock_.now());
    return {Fault::unavailable,
            at == 0 ? fmt::format("{} asks to wait", place_.host)
                    : fmt::format("{} asks to wait until {}", place_.host, minute_of(at)),
            "Run the same command again then: nothing is done twice."};
  }
  const std::string rights(token_rights(place_.kind));
  if (reply.status == 401)
    return {Fault::denied, fmt::format("{} does not take the token ({})", place_.host, said),
            rights};
  if (reply.status == 403) return {Fault::denied, what, "The token lacks a right. " + rights};
  if (reply.status == 404)
    return {Fault::not_found,
            fmt::format("{} shows no repository {} to this token", place_.host, place_.repository),
            "Check the remote's address, and whether the token is for this repository. " + rights};
  if (reply.status >= 500 || reply.status == 408)
    return {Fault::unavailable, what, "Run the same command again later."};
  if (reply.status / 100 == 3) return redirect_error({}, reply);
  return {reply.status == 409 ? Fault::conflict : Fault::invalid, what, {}};
}

Result<json::value> Forge::read(const std::string& path) {
  const HttpResult reply = http_.send(request(path));
  if (!reply) return tl::unexpected<Error>(within(place_.host, reply.error().error));
  if (!reply->ok()) return tl::unexpected<Error>(error_of(*reply));
  auto body = parse_json(reply->body);
  if (body && (body->is_object() || body->is_array())) return std::move(*body);
  return fail(Fault::unavailable, fmt::format("{} did not answer in JSON", place_.host),
              "Say with --forge-api where its interface is.");
}

Result<ForgeRepository> Forge::repository() {
  TRY(const json::value body, read(path_of(place_.kind, place_.repository)));
  const bool gitlab = place_.kind == ForgeKind::gitlab;
  ForgeRepository out{.name = text_at(body, gitlab ? "path_with_namespace" : "full_name"),
                      .id = text_at(body, "id"),
                      .default_branch = text_at(body, "default_branch"),
                      .push_url = text_at(body, gitlab ? "http_url_to_repo" : "clone_url")};
  // GitLab tells of members only, and others may push too.
  const json::value& push = value_at(body, "/permissions/push");
  out.may_push = gitlab || !push.is_bool() || push.get_bool();
  const auto url = parse_url(out.push_url);
  if (out.name.empty() || out.id.empty() || !url)
    return fail(Fault::unavailable, fmt::format("{} did not answer with a repository", place_.host),
                "Say with --forge what it speaks, and with --forge-api where.");
  if (!may_have_token(*url, place_))
    return fail(Fault::denied,
                fmt::format("{} wants the branch at {}: the token does not go there", place_.host,
                            url->origin()),
                "Name the remote of that host with --remote.");
  return out;
}

Result<std::optional<PullRequest>> Forge::find_page(const ForgeRepository& repository,
                                                    const std::string& branch,
                                                    const std::string& path, bool& last) {
  TRY(const json::value list, read(path));
  if (!list.is_array())
    return fail(Fault::unavailable, fmt::format("{} did not answer with a list", place_.host));
  last = list.get_array().empty();
  for (const json::value& pull : list.get_array()) {
    if (is_of(place_.kind, pull, repository, branch))
      return std::optional(pull_of(place_.kind, pull, true));
  }
  return std::optional<PullRequest>();
}

Result<std::optional<PullRequest>> Forge::find(const ForgeRepository& repository,
                                               const std::string& branch) {
  std::string path = pulls_path(place_.kind, repository);
  const std::string owner = repository.name.substr(0, repository.name.find('/'));
  bool last = false;
  if (place_.kind == ForgeKind::github)
    return find_page(repository, branch,
                     path + "?" + build_query({{"state", "open"}, {"head", owner + ":" + branch}}),
                     last);
  if (place_.kind == ForgeKind::gitlab)
    return find_page(repository, branch,
                     path + "?" + build_query({{"state", "opened"}, {"source_branch", branch}}),
                     last);
  // Forgejo lists the newest first, and does not choose by branch.
  for (int page = 1; page <= most_pages && !last; ++page) {
    TRY(auto found,
        find_page(repository, branch,
                  fmt::format("{}?state=open&limit={}&page={}", path, page_size, page), last));
    if (found) return found;
  }
  return std::optional<PullRequest>();
}

Result<PullRequest> Forge::open(const ForgeRepository& repository, const PullWish& wish) {
  HttpRequest asked = request(pulls_path(place_.kind, repository));
  asked.method = "POST";
  asked.headers.add("Content-Type", "application/json");
  asked.body = json::serialize(body_of(place_.kind, wish));
  asked.once = true;
  for (int attempt = 1;; ++attempt) {
    const HttpResult reply = http_.send(asked);
    if (reply && reply->ok()) {
      const auto body = parse_json(reply->body);
      PullRequest made = pull_of(place_.kind, body ? *body : json::value(), false);
      if (parse_url(made.url)) return made;
    }
    const bool doubt = in_doubt(reply);
    const bool refused = reply && (reply->status == 409 || reply->status == 422);
    if (doubt || refused) {
      auto found = find(repository, wish.branch);
      if (found && *found) return std::move(**found);
      if (doubt && !found)
        return fail(Fault::timeout,
                    fmt::format("nobody knows whether {} opened the pull request: {}", place_.host,
                                found.error().what),
                    "Run the same command again: it looks first.");
    }
    // It is not there: asked once more, and the host itself refuses a second one.
    if (doubt && attempt == 1 && !(reply && reply->ok())) continue;
    if (!reply) return tl::unexpected<Error>(within(place_.host, reply.error().error));
    if (!reply->ok()) return tl::unexpected<Error>(error_of(*reply));
    return fail(Fault::timeout,
                fmt::format("{} did not say whether it opened the pull request", place_.host),
                "Run the same command again: it looks first.");
  }
}

}  // namespace carillon
