#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/bytes.hpp"
#include "net/url.hpp"
#include "retire/forge.hpp"

namespace carillon {

namespace {

struct KnownHost {
  std::string_view name;
  std::string_view host;  // the same one, where the name is its ssh server on the port of https
  ForgeKind kind;
  std::string_view api;
};
constexpr std::array<KnownHost, 5> known_hosts{{
    {"github.com", "github.com", ForgeKind::github, "https://api.github.com"},
    {"ssh.github.com", "github.com", ForgeKind::github, "https://api.github.com"},
    {"gitlab.com", "gitlab.com", ForgeKind::gitlab, "https://gitlab.com/api/v4"},
    {"altssh.gitlab.com", "gitlab.com", ForgeKind::gitlab, "https://gitlab.com/api/v4"},
    {"codeberg.org", "codeberg.org", ForgeKind::forgejo, "https://codeberg.org/api/v1"},
}};

struct Remote {
  std::string host;
  std::string origin;  // "https://git.example.org:8443"
  std::string path;    // "bells/site"
};

bool encrypted_or_here(const Url& url) {
  const bool numbers = url.host.find_first_not_of("0123456789.") == std::string::npos;
  return url.scheme == "https" || url.host == "localhost" || url.host == "[::1]" ||
         (numbers && url.host.starts_with("127."));
}

std::string repository_path(std::string_view path) {
  while (path.starts_with('/')) path.remove_prefix(1);
  while (path.ends_with('/')) path.remove_suffix(1);
  if (path.ends_with(".git")) path.remove_suffix(4);
  return std::string(path);
}

// "ssh://git@host:22/path", "git@host:path", "https://name:token@host/path".
std::optional<Remote> read_remote(std::string_view text) {
  const auto scheme_end = text.find("://");
  const bool has_scheme = scheme_end != std::string_view::npos;
  const std::string scheme = lower_ascii(text.substr(0, has_scheme ? scheme_end : 0));
  std::string_view rest = has_scheme ? text.substr(scheme_end + 3) : text;
  const auto cut = rest.find(has_scheme ? '/' : ':');
  if (cut == std::string_view::npos) return std::nullopt;
  std::string_view authority = rest.substr(0, cut);
  if (const auto at = authority.rfind('@'); at != std::string_view::npos)
    authority.remove_prefix(at + 1);
  const bool web = scheme == "https" || scheme == "http";
  const bool ssh = scheme == "ssh" || scheme == "git+ssh" || scheme == "ssh+git";
  // A word before ":" may also be a folder's, "./a:b".
  if ((!web && !ssh && has_scheme) || authority.find('/') != std::string_view::npos)
    return std::nullopt;
  if (!web) authority = authority.substr(0, authority.find(':'));
  const auto url = parse_url(fmt::format("{}://{}/", web ? scheme : "https", authority));
  std::string path = repository_path(rest.substr(cut + 1));
  if (!url || path.empty()) return std::nullopt;
  return Remote{url->host, url->origin(), std::move(path)};
}

// The two last words, at GitLab all of them; empty where it is no repository.
std::string name_in(const std::string& path, ForgeKind kind) {
  const auto words = split(path, '/');
  const bool plain = std::none_of(words.begin(), words.end(), [](const std::string& word) {
    return word.empty() || word == "." || word == "..";
  });
  if (words.size() < 2 || !plain) return {};
  return kind == ForgeKind::gitlab ? path : words[words.size() - 2] + "/" + words.back();
}

std::string usual_api(const std::string& origin, ForgeKind kind) {
  switch (kind) {
    case ForgeKind::github:
      return origin + "/api/v3";
    case ForgeKind::gitlab:
      return origin + "/api/v4";
    case ForgeKind::forgejo:
      return origin + "/api/v1";
  }
  return origin;
}

}  // namespace

Result<ForgePlace> forge_place(std::string_view remote, std::optional<ForgeKind> kind,
                               const std::string& api) {
  const auto read = read_remote(remote);
  if (!read)
    return fail(Fault::invalid, "the remote is no repository of a code host",
                "Name another with --remote; `git remote -v` lists them.");
  ForgePlace out;
  out.host = read->host;
  out.trust = Trust::admin;
  const auto known = std::find_if(known_hosts.begin(), known_hosts.end(),
                                  [&](const KnownHost& one) { return one.name == read->host; });
  if (known != known_hosts.end() && !kind && api.empty()) {
    out.kind = known->kind;
    out.host = known->host;
    out.api = known->api;
    out.trust = Trust::foreign;
  } else if (kind) {
    out.kind = *kind;
    out.api = api.empty() ? usual_api(read->origin, *kind) : api;
  } else {
    return fail(Fault::invalid, fmt::format("what does {} speak?", read->host),
                "Say --forge github, gitlab or forgejo (Gitea too), and with --forge-api where, "
                "unless it is at the usual address.");
  }
  while (out.api.ends_with('/')) out.api.pop_back();
  auto url = parse_url(out.api);
  if (!url) return tl::unexpected<Error>(within("--forge-api", std::move(url).error()));
  if (!encrypted_or_here(*url))
    return fail(Fault::invalid,
                fmt::format("{} is not https: the token could be read on the way", url->origin()),
                "Say --forge-api https://…");
  out.repository = name_in(read->path, out.kind);
  if (out.repository.empty())
    return fail(Fault::invalid, fmt::format("the remote names no repository of {}", out.host),
                "Its address ends in an owner and a name.");
  return out;
}

std::string_view token_rights(ForgeKind kind) {
  switch (kind) {
    case ForgeKind::github:
      return "At GitHub: a fine-grained token for this repository that may read and write Contents "
             "and Pull requests.";
    case ForgeKind::gitlab:
      return "At GitLab: an access token with the scope api and at least the role Developer.";
    case ForgeKind::forgejo:
      return "At Forgejo: a token that may write repositories and issues (write:repository, "
             "write:issue).";
  }
  return {};
}

}  // namespace carillon
