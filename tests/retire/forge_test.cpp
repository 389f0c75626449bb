// Which code host a remote's address names, and where a token may go. What the hosts answer, with a
// real git server: tests/cli/pull.py.
#include "retire/forge.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "net/reply.hpp"

using namespace carillon;

namespace {

std::string place(std::string_view remote, std::optional<ForgeKind> kind = {},
                  const std::string& api = {}) {
  const auto out = forge_place(remote, kind, api);
  return out ? fmt::format("{} {} {} {}", word_of(out->kind), out->host, out->api, out->repository)
             : "error: " + out.error().what;
}

}  // namespace

TEST_CASE("a remote's address names host and repository, in every form that git takes") {
  const std::string bells = "github github.com https://api.github.com bells/site";
  for (const char* remote :
       {"https://github.com/bells/site.git", "https://github.com/bells/site",
        "https://GitHub.com/bells/site/", "git@github.com:bells/site.git", "github.com:bells/site",
        "ssh://git@github.com/bells/site.git", "ssh://git@ssh.github.com:443/bells/site.git",
        "https://kim:secret-token@github.com/bells/site.git", "git+ssh://github.com/bells/site"})
    CHECK_MESSAGE(place(remote) == bells, remote);
  CHECK(place("git@gitlab.com:bells/web/site.git") ==
        "gitlab gitlab.com https://gitlab.com/api/v4 bells/web/site");
  CHECK(place("https://codeberg.org/bells/site") ==
        "forgejo codeberg.org https://codeberg.org/api/v1 bells/site");
  CHECK(place("git@git.bells.example:bells/site.git", ForgeKind::forgejo) ==
        "forgejo git.bells.example https://git.bells.example/api/v1 bells/site");
  CHECK(place("https://git.bells.example:8443/bells/site.git", ForgeKind::github) ==
        "github git.bells.example https://git.bells.example:8443/api/v3 bells/site");
  CHECK(place("https://bells.example/git/bells/site.git", ForgeKind::forgejo,
              "https://bells.example/git/api/v1/") ==
        "forgejo bells.example https://bells.example/git/api/v1 bells/site");
}

TEST_CASE("what names no repository of a known host is said, and no secret with it") {
  for (const char* remote : {"/srv/git/site.git", "../site", "./a:b/c", "file:///srv/site.git",
                             "C:", "", "https://", "git://github.com/bells/site"})
    CHECK_MESSAGE(place(remote).starts_with("error: the remote is no repository"), remote);
  CHECK(place("https://github.com/site").starts_with("error: the remote names no repository"));
  CHECK(place("git@github.com:../site").starts_with("error: the remote names no repository"));
  CHECK(place("https://kim:secret-token@git.bells.example/a/b") ==
        "error: what does git.bells.example speak?");
}

TEST_CASE("a token goes over https, or to this machine") {
  const std::string remote = "git@git.bells.example:a/b";
  CHECK(place(remote, ForgeKind::gitlab, "http://git.bells.example/api/v4") ==
        "error: http://git.bells.example is not https: the token could be read on the way");
  CHECK(place("http://git.bells.example/a/b", ForgeKind::gitlab).starts_with("error: http://git"));
  for (const char* here :
       {"http://127.0.0.1:3000/api/v4", "http://[::1]:3000/api/v4", "http://localhost:3000/api/v4"})
    CHECK(place(remote, ForgeKind::gitlab, here).starts_with("gitlab "));
  CHECK(place(remote, ForgeKind::gitlab, "http://127.0.0.1.example/").starts_with("error"));
  CHECK(forge_place("https://github.com/a/b", {}, {})->trust == Trust::foreign);
}

TEST_CASE("what a code host says went wrong is told, however it nests it") {
  HttpReply reply;
  reply.body = R"({"message":"Validation Failed","errors":[{"code":"custom",
    "message":"A pull request already exists for bells:x."},"and more"]})";
  CHECK(words_of(reply) ==
        "Validation Failed: A pull request already exists for bells:x.: and more");
  reply.body = R"({"message":["Another open merge request already exists"]})";
  CHECK(words_of(reply) == "Another open merge request already exists");
}
