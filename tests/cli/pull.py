#!/usr/bin/env python3
"""From a decision to a pull request, with the real program and a real git server:
pull.py CARILLON SOURCE

The code hosts are tests/rig/forge_standin.py, which compares each request with their descriptions.
What must hold: one pull request, whatever goes wrong and however often it is tried; sentences that
help; and the token in no output, file or list of processes.
"""
import base64
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

CARILLON = str(pathlib.Path(sys.argv[1]).resolve())
RIG = pathlib.Path(__file__).resolve().parent.parent / "rig"
TOKEN = "planted_Forge-4715_token"
RECORD = "https://bells.example/minutes/12"
APIS = {"github": "/api/v3", "gitlab": "/api/v4", "forgejo": "/api/v1"}
FOOTER = ('<ul>\n<li><a href="/a">A</a></li>\n'
          '<li><a href="https://x.com/ringing_bells">Twitter</a></li>\n</ul>\n')
# What a user may have set, and what must not come into play.
GITCONFIG = """[user]
  name = Kim
  email = kim@bells.example
[init]
  defaultBranch = main
[credential]
  helper = "!touch {0}/helper-ran #"
[core]
  hooksPath = {0}/hooks
  askPass = {0}/hooks/pre-push
[url "ssh://git@elsewhere.invalid/"]
  pushInsteadOf = {1}/
[http]
  extraHeader = Authorization: Basic b3RoZXI6b3RoZXI=
[push]
  followTags = true
"""


class World:
    def __init__(self, scratch, github_description):
        self.scratch = scratch
        self.left = scratch / "left"
        self.runs = 0
        self.left.mkdir()
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]
        self.base = f"http://127.0.0.1:{self.port}"
        (scratch / "hooks").mkdir()
        hook = scratch / "hooks" / "pre-push"
        hook.write_text(f"#!/bin/sh\ntouch {scratch}/hook-ran\necho no\nexit 1\n")
        hook.chmod(0o755)
        (scratch / "gitconfig").write_text(GITCONFIG.format(scratch, self.base))
        os.environ.update(GIT_CONFIG_GLOBAL=str(scratch / "gitconfig"), GIT_CONFIG_NOSYSTEM="1",
                          GIT_TRACE2_EVENT=str(self.left / "trace2"), GIT_TRACE_CURL="1",
                          GIT_TRACE_REDACT="0", GIT_CURL_VERBOSE="1")
        # The server lives in a world of its own.
        plain = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
        words = [str(github_description)] if github_description else []
        self.server = subprocess.Popen(
            ["/usr/bin/python3", str(RIG / "forge_standin.py"), str(self.port), TOKEN,
             str(scratch / "host"), *words], stdout=subprocess.PIPE, text=True, env=plain)
        assert self.server.stdout.readline() == "ready\n"

    def state(self):
        with urllib.request.urlopen(f"{self.base}/__state") as reply:
            return json.load(reply)

    def set(self, **values):
        urllib.request.urlopen(f"{self.base}/__set?{urllib.parse.urlencode(values)}").read()

    def git(self, *words, at="site"):
        quiet = {k: v for k, v in os.environ.items() if k not in
                 ("GIT_TRACE2_EVENT", "GIT_TRACE_CURL", "GIT_CURL_VERBOSE")}
        command = ["git", "-C", str(self.scratch / at), "-c", "core.hooksPath=/dev/null", *words]
        return subprocess.run(command, check=True, capture_output=True, text=True,
                              env=quiet).stdout

    def fresh(self, remote=None, tasks=1):
        """A new site whose first commit is at the host."""
        for name in ("site", "host/bells/site.git"):
            subprocess.run(["rm", "-rf", str(self.scratch / name)], check=True)
        for name in ("site", "host/bells/site.git"):
            (self.scratch / name).mkdir(parents=True)
        self.git("init", "-q", "--bare", at="host/bells/site.git")
        self.git("init", "-q")
        site = self.scratch / "site"
        (site / "footer.html").write_text(FOOTER)
        (site / "_posts").mkdir()
        (site / "_posts/2020-01-01-a.md").write_text("- [T](https://x.com/ringing_bells)\n- b\n")
        for i in range(tasks):
            (site / f"sponsors-{i:03}.md").write_text(
                "Sponsors get a thank you tweet from our Twitter account.\n")
        self.git("add", ".")
        self.git("commit", "-qm", "first")
        self.git("tag", "-am", "one", "v1")
        self.git("push", "-q", "--no-follow-tags", str(self.scratch / "host/bells/site.git"), "main")
        self.git("remote", "add", "origin", remote or f"{self.base}/bells/site.git")
        self.set(close="all")

    def run(self, kind, *more, token=TOKEN, wanted=0, pull=True, api=None):
        """The command; what it says, as JSON and in words, is kept and looked through later."""
        words = [CARILLON, "delist", "patch", "site", "--handle", "x:ringing_bells", "--scope",
                 "page_furniture", "--scope", "current_text", "--record", RECORD, *more]
        if pull:
            words += ["--pull", "--forge", kind, "--forge-api", api or self.base + APIS[kind]]
        environment = dict(os.environ, **({"CARILLON_FORGE_TOKEN": token} if token else {}))
        done = subprocess.run(words, cwd=self.scratch, capture_output=True, text=True, timeout=120,
                              env=environment, stdin=subprocess.DEVNULL)
        self.keep(done.stdout + done.stderr)
        assert done.returncode == wanted, (words, done.returncode, done.stdout, done.stderr)
        return done.stdout + done.stderr

    def keep(self, text):
        self.runs += 1
        (self.left / f"{self.runs}.said").write_text(text)

    def pulls(self):
        return [pull for pull in self.state()["pulls"] if pull["open"] and pull["from"] == 7]


def has(text, *parts):
    for part in parts:
        assert part in text, f"expected {part!r} in: {text}"


def one_pull(world):
    (pull,) = world.pulls()
    return pull


def goes_well(world, kind):
    world.fresh(tasks=3)
    before = world.state()
    said = world.run(kind, "--commit", pull=False)
    assert "branch delist-x" in said and world.state() == before, "--commit sent something"
    said = world.run(kind)
    pull = one_pull(world)
    has(said, f"{world.base}/bells/site/", "branch delist-x")
    assert pull["title"] == "Remove links to X (Twitter)" and pull["base"] == "main", pull
    has(pull["body"], "`ringing_bells` (X (Twitter))", f"<{RECORD}>", "- `footer.html`: 1 line",
        "1 line in 1 file", "Left for people: 3 lines", "For whoever made the promise (3 lines)",
        "  - `sponsors-002.md:1`", "1 line in history")
    assert "_posts" not in pull["body"], "more than the decision reaches"
    host = "host/bells/site.git"
    assert "ringing_bells" not in world.git("show", "delist-x:footer.html", at=host)
    assert world.git("for-each-ref", "--format=%(refname)", at=host).split() == [
        "refs/heads/delist-x", "refs/heads/main"], "a tag went along"
    assert world.git("status", "--porcelain") == "" and "ringing" in world.git("show", "HEAD")
    assert "@127" not in (world.scratch / "site/.git/config").read_text()

    # Again, as often as you like: it is there.
    sent = len([one for one in world.state()["requests"] if "POST" in one])
    reply = json.loads(world.run(kind, "--json"))
    assert reply["pull"]["existed"] and reply["pull"]["url"], reply["pull"]
    has(world.run(kind), "open already")
    assert len([one for one in world.state()["requests"] if "POST" in one]) == sent
    assert world.git("branch", "--format=%(refname:short)").split() == ["delist-x", "main"]

    # Another branch name, and another base.
    world.git("push", "-q", str(world.scratch / host), "main:stable")
    world.run(kind, "--branch", "leave/x", "--base", "stable")
    assert [(p["head"], p["base"]) for p in world.pulls()] == [("delist-x", "main"),
                                                              ("leave/x", "stable")]


def comes_back(world, kind):
    """Each way in which it can stop, and the same command again."""
    refusals = {"repo:401": "does not take the token", "repo:404": "shows no repository",
                "repo:429": "asks to wait until", "repo:500": "answered 500",
                "list:403": "lacks a right", "create:403": "lacks a right",
                "create:429": "asks to wait until", "create:422": "answered 422"}
    for fault, words in refusals.items():
        if kind != "github" and fault not in ("repo:401", "create:429", "create:422"):
            continue  # what they mean does not depend on the host
        world.fresh()
        world.set(fault=fault)
        has(world.run(kind, wanted=3), "No pull request", words, "commit on the branch delist-x")
        assert not world.pulls()
        said = json.loads(world.run(kind, "--json"))
        assert one_pull(world)["head"] == said["branch"] == "delist-x", said
    for fault in ("create:lost", "create:taken", "create:error", "create:odd", "create:exists",
                  "create:500:1"):
        world.fresh()
        world.set(fault=fault)
        has(world.run(kind), "ull request", f"{world.base}/bells/site/")
        one_pull(world)
    # Nobody can say whether it was done: so says the program, and looks first the next time.
    world.fresh()
    world.set(fault="create:taken")
    world.set(fault="list:pass")
    world.set(fault="list:500")
    said = world.run(kind, wanted=3)
    has(said, "nobody knows", "it looks first", "The branch is at the host")
    has(world.run(kind), "open already")
    one_pull(world)


def refused(world, kind):
    world.fresh()
    has(world.run(kind, token=None, wanted=1), "needs a token", "CARILLON_FORGE_TOKEN",
        {"github": "Contents", "gitlab": "scope api", "forgejo": "write:repository"}[kind])
    assert world.git("branch", "--format=%(refname:short)").split() == ["main"], "a branch was made"
    has(world.run(kind, token="planted-wrong=4714", wanted=3), "does not take the token")
    world.set(fault="git:403")
    has(world.run(kind, wanted=3), "may not push to bells/site", "Make a fork",
        "git push FORK delist-x", "The commit is kept on the branch here")
    if kind != "gitlab":
        world.set(push="no")
        said = json.loads(world.run(kind, "--json", wanted=3))
        world.set(push="yes")
        assert "fork" in said["pull"]["hint"] and not said["pull"]["pushed"], said["pull"]
    assert not world.pulls() and world.git("rev-parse", "delist-x")

    # A fork's pull request from a branch of that name is none of ours.
    world.set(stranger=f"{kind}:delist-x")
    world.run(kind)
    one_pull(world)

    # Somebody else's branch of that name.
    world.fresh()
    world.git("push", "-q", str(world.scratch / "host/bells/site.git"), "main:delist-x")
    world.git("commit", "-q", "--allow-empty", "-m", "theirs")
    world.git("push", "-q", str(world.scratch / "host/bells/site.git"), "main:delist-x")
    world.git("reset", "-q", "--hard", "HEAD^")
    has(world.run(kind, wanted=3), "holds other commits there", "--branch")
    # A branch here that holds something else.
    world.git("branch", "-f", "delist-x", "HEAD")
    has(world.run(kind, wanted=1), "the branch delist-x is there already")
    assert not world.pulls()

    # A host that sends the token elsewhere.
    world.fresh()
    for elsewhere in ("https://elsewhere.invalid/bells/site.git",
                      "http://127.0.0.2/bells/site.git"):
        world.set(clone=elsewhere)
        has(world.run(kind, wanted=3), "the token does not go there")
    world.set(clone="")
    # Not over the wire in the clear, not to a folder.
    has(world.run(kind, api="http://forge.example/api", wanted=1), "is not https")
    world.git("remote", "set-url", "origin", str(world.scratch / "host/bells/site.git"))
    has(world.run(kind, wanted=1), "no repository of a code host")
    has(world.run(kind, "--remote", "upstream", wanted=1), "has no remote upstream")


def long_list(world):
    world.fresh(remote="git@127.0.0.1:bells/site.git", tasks=230)
    world.run("github")
    body = one_pull(world)["body"]
    has(body, "Left for people: 230 lines", "… and 30 more lines")
    assert len(body) < 65536 and body.count("sponsors-") == 200, body


def secret_stays(world):
    """While git waits for the host, its arguments and ours are looked through."""
    world.fresh()
    world.set(hold="yes")
    command = [CARILLON, "delist", "patch", "site", "--handle", "x:ringing_bells", "--scope",
               "page_furniture", "--record", RECORD, "--pull", "--secret-stdin", "--forge",
               "github", "--forge-api", world.base + "/api/v3"]
    child = subprocess.Popen(command, cwd=world.scratch, stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    child.stdin.write(TOKEN + "\n")
    child.stdin.flush()
    until = time.monotonic() + 60
    while world.state()["waiting"] == 0:
        assert child.poll() is None and time.monotonic() < until, "no push came"
    listed = b""
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            arguments = (process / "cmdline").read_bytes()
        except OSError:
            continue
        # The stand-in itself was given the token.
        listed += b"" if b"forge_standin" in arguments else arguments + b"\n"
    assert b"receive-pack" in listed or b"remote-http" in listed, "git was not seen at work"
    (world.left / "processes").write_bytes(listed)
    world.set(hold="no")
    world.keep(child.communicate(timeout=60)[0])
    assert child.returncode == 0, world.runs
    one_pull(world)


def look(world):
    secrets = world.scratch / "secrets"
    coded = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()
    secrets.write_text(f"{TOKEN}\nplanted-wrong=4714\n{coded}\n")
    done = subprocess.run(["/usr/bin/python3", str(RIG / "find_secret.py"), str(secrets),
                           str(world.left), str(world.scratch / "site")],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    for ran in ("hook-ran", "helper-ran"):
        assert not (world.scratch / ran).exists(), f"{ran}: what the user set came into play"


def main():
    command = [str(RIG / "servers/github_description.sh"), f"{sys.argv[2]}/build-servers"]
    got = subprocess.run(command, capture_output=True, text=True)
    description = got.stdout.strip() if got.returncode == 0 else None
    if description is None:
        print(f"pull: skipped the comparison with GitHub's description: {got.stderr.strip()}")
    with tempfile.TemporaryDirectory() as scratch:
        world = World(pathlib.Path(scratch), description)
        try:
            for kind in APIS:
                goes_well(world, kind)
                comes_back(world, kind)
                refused(world, kind)
            long_list(world)
            secret_stays(world)
            look(world)
            wrong = world.state()["wrong"]
            assert not wrong, "\n".join(sorted(set(wrong)))
            print(f"pull: all steps passed ({world.runs} runs, {len(world.state()['pulls'])} pull "
                  "requests)")
        finally:
            world.server.terminate()
            world.server.wait()


main()
