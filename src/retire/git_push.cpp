#include "retire/git_push.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "net/http.hpp"
#include "retire/git_process.hpp"

namespace carillon {

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

// What git is told beside the user's own settings; the last word on each key is ours.
Pairs settings_for(const std::string& url, const std::string& credentials) {
  const std::string header = "http." + url + ".extraHeader";
  return {{header, ""},  // empty: forgets those that stand elsewhere
          {header, "Authorization: Basic " + credentials},
          {"http." + url + ".followRedirects", "false"},
          {"http." + url + ".sslVerify", "true"},
          {"http." + url + ".lowSpeedLimit", "1"},
          {"http." + url + ".lowSpeedTime", "60"},
          // The longest match wins: no setting of the user turns it into another address.
          {"url." + url + ".insteadOf", url},
          {"url." + url + ".pushInsteadOf", url},
          {"credential.helper", ""},
          {"core.hooksPath", "/dev/null"}};
}

std::vector<std::string> environment_for(const Pairs& settings) {
  std::vector<std::string> out{
      // Nobody is asked, no trace is written, and no other transport is taken.
      "GIT_TERMINAL_PROMPT=0",
      "GIT_ASKPASS=",
      "GIT_ALLOW_PROTOCOL=https:http",
      "LC_ALL=C",
      "GIT_TRACE_CURL=0",
      "GIT_CURL_VERBOSE",
      "GIT_TRACE=0",
      "GIT_TRACE2=0",
      "GIT_TRACE2_EVENT=0",
      "GIT_TRACE2_PERF=0",
      "GIT_SSL_NO_VERIFY",
      "GIT_CONFIG_PARAMETERS",
      fmt::format("GIT_CONFIG_COUNT={}", settings.size())};
  for (std::size_t i = 0; i < settings.size(); ++i) {
    out.push_back(fmt::format("GIT_CONFIG_KEY_{}={}", i, settings[i].first));
    out.push_back(fmt::format("GIT_CONFIG_VALUE_{}={}", i, settings[i].second));
  }
  return out;
}

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

bool holds(const std::string& text, std::string_view words) {
  return text.find(words) != std::string::npos;
}

// `told` is the table of --porcelain, `said` what git says to people.
tl::unexpected<Error> why_not(const PushWish& wish, const std::string& told, std::string said) {
  if (holds(told, "[rejected]"))
    return fail(Fault::conflict,
                fmt::format("the branch {} holds other commits there", wish.branch),
                "Somebody else made it, or an earlier run: name another with --branch.");
  const std::string what = fmt::format("git push: {}", one_line(std::move(said)));
  if (holds(told, "[remote rejected]")) {
    const auto from = told.find("[remote rejected]");
    return fail(Fault::conflict,
                fmt::format("the host refuses the branch {}: {}", wish.branch,
                            trim(told.substr(from, told.find('\n', from) - from))));
  }
  if (holds(what, "error: 403")) return fail(Fault::denied, what);
  if (holds(what, "error: 401") || holds(what, "Authentication failed") ||
      holds(what, "could not read Username"))
    return fail(Fault::denied, "the host does not take the token for git", {});
  if (holds(what, "not found")) return fail(Fault::not_found, what);
  return fail(Fault::unavailable, what, "Run the same command again later.");
}

}  // namespace

Result<void> push_commit(const PushWish& wish, const Secret& token) {
  const std::string credentials = to_base64(wish.user + ":" + token.reveal());
  Git git;
  CHECK_OK(git.start(wish.root,
                     {"push", "--porcelain", "--no-verify", "--no-follow-tags", "--no-signed",
                      "--recurse-submodules=no", "--end-of-options", wish.url,
                      fmt::format("{}:refs/heads/{}", wish.commit, wish.branch)},
                     environment_for(settings_for(wish.url, credentials))));
  git.close_input();
  std::string told;
  git.read_until('\0', told);
  if (git.wait() == 0) return {};
  const auto plain = [&](std::string text) {
    text = without_secret(std::move(text), token.reveal());
    return without_secret(std::move(text), credentials);
  };
  return why_not(wish, plain(std::move(told)), plain(git.said()));
}

}  // namespace carillon
