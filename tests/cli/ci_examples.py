#!/usr/bin/env python3
"""Runs what examples/ci runs, read out of its files: ci_examples.py CARILLON SOURCE.

A repository with a workspace, a receiver that counts what it gets, and clones as a code host makes
them. A pull request is checked; a merge is published by two runs, one after the other and at the
same moment, and by a run that dies: the receiver never gets a post twice.
"""
import http.server
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading

import yaml

CARILLON, SOURCE = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
received = []
hold = threading.Event()
came = threading.Event()
hold.set()


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        received.append(body["title"])
        came.set()
        hold.wait(60)
        try:
            self.send_response(204)
            self.end_headers()
        except ConnectionError:
            pass

    def log_message(self, *_):
        pass


def fail(words):
    raise SystemExit("ci_examples: " + words)


def git(where, *words):
    out = subprocess.run(["git", "-C", where, "-c", "user.name=t", "-c", "user.email=t@localhost",
                          *words], check=True, capture_output=True, text=True)
    return out.stdout.strip()


def environment(home, extra):
    env = {k: v for k, v in os.environ.items() if not k.startswith(("CARILLON_", "GIT_", "CI_"))}
    env.update(extra, HOME=str(home), PATH=f"{CARILLON.parent}:{env['PATH']}",
               CHANNEL_SECRET="hook-secret", GIT_CONFIG_NOSYSTEM="1")
    return env


class Host:
    """One job of one code host, in a fresh clone."""

    def __init__(self, world, name):
        self.world, self.clone = world, pathlib.Path(tempfile.mkdtemp(dir=world.root)) / "clone"
        self.file = yaml.safe_load((SOURCE / "examples/ci" / name).read_text())

    def enter(self, branch):
        git(self.world.root, "clone", "-q", "-b", branch, str(self.world.origin), str(self.clone))
        self.sha = git(self.clone, "rev-parse", "HEAD")

    def bash(self, script, env, started=None):
        child = subprocess.Popen(["bash", "-e", "-o", "pipefail", "-c", script], cwd=self.clone,
                                 env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                 text=True, start_new_session=True)
        if started:
            started(child)
        said, _ = child.communicate(timeout=120)
        self.said += said
        return child.returncode


class GitHub(Host):
    def __init__(self, world):
        super().__init__(world, "github-actions.yml")

    def run(self, job, branch, started=None):
        self.enter(branch)
        self.said, good, outcomes = "", True, {}
        self.summary = self.clone.parent / "summary"
        self.summary.touch()
        env = environment(self.clone.parent, {
            "STATE": self.file["env"]["STATE"], "CHANNEL": "hook", "GITHUB_SHA": self.sha,
            "GITHUB_BASE_REF": "main", "GITHUB_STEP_SUMMARY": str(self.summary)})
        for step in self.file["jobs"][job]["steps"]:
            if "run" not in step or step["name"].startswith("Install"):
                continue
            when = step.get("if", "success()")
            wanted = good if when == "success()" else outcomes["claim"] == 0
            if when not in ("success()", "always() && steps.claim.outcome == 'success'"):
                fail("a condition nobody knows: " + when)
            if not wanted:
                continue
            outcomes[step.get("id")] = code = self.bash(step["run"], env, started)
            good = good and code == 0
            if code < 0:
                break  # the machine died
        return good


class GitLab(Host):
    def __init__(self, world):
        super().__init__(world, "gitlab-ci.yml")

    def run(self, job, branch, started=None):
        self.enter(branch)
        self.said = ""
        env = environment(self.clone.parent, {
            "STATE": self.file["variables"]["STATE"], "CHANNEL": "hook", "CI_COMMIT_SHA": self.sha,
            "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main", "STATE_TOKEN": "not-needed-here"})
        code = self.bash("\n".join(self.file[job]["script"]), env, started)
        good = code == 0
        self.summary = self.clone / "summary.md"
        if code >= 0 and "after_script" in self.file[job]:
            good = self.bash("\n".join(self.file[job]["after_script"]), env) == 0 and good
        return good


class World:
    def __init__(self, root, port):
        self.root, self.origin = root, root / "origin.git"
        git(root, "init", "-q", "--bare", "-b", "main", str(self.origin))
        self.work = root / "work"
        git(root, "clone", "-q", str(self.origin), str(self.work))
        git(self.work, "checkout", "-q", "-B", "main")
        subprocess.run([CARILLON, "init", self.work], check=True, capture_output=True)
        subprocess.run([CARILLON, "channel", "add", "webhook", "hook", "--set",
                        f"target=http://127.0.0.1:{port}/", "--secret-stdin"], cwd=self.work,
                       input="hook-secret\n", text=True, check=True, capture_output=True)
        shutil.rmtree(self.work / "data")
        (self.work / ".gitignore").write_text("/data/\n/.state/\n/public/\n")
        (self.work / "posts/.keep").touch()
        self.push("Begin")

    def push(self, message, branch="main"):
        git(self.work, "add", "--all")
        git(self.work, "commit", "-qm", message)
        git(self.work, "push", "-q", "origin", f"HEAD:{branch}")

    def write(self, title, text="Tea at four."):
        (self.work / f"posts/{title.lower()}.md").write_text(f"---\ntitle: {title}\n---\n{text}\n")

    def state(self):
        return git(self.origin, "ls-tree", "-r", "--name-only", "carillon-state").split("\n")


def expect(is_true, words, host=None):
    if not is_true:
        fail(words + (":\n" + host.said if host else "") + f"\nreceived {received}")


def walk(kind, root, port):
    world = World(root, port)
    # A pull request with a mistake, and one without.
    (world.work / "posts/tea.md").write_text("---\ntitle: Tea\nchanels: [hook]\n---\nTea.\n")
    git(world.work, "checkout", "-q", "-b", "wrong")
    world.push("Tea", "wrong")
    host = kind(world)
    expect(not host.run("check", "wrong"), "a mistake was let through", host)
    where = host.said if kind is GitHub else (host.clone / "quality.json").read_text()
    expect("posts/tea.md" in where and "chanels" in where, "the mistake is not said", host)
    git(world.work, "checkout", "-q", "-b", "right")
    world.write("Tea")
    world.push("Tea", "right")
    host = kind(world)
    expect(host.run("check", "right"), "a good post was refused", host)
    expect("Tea at four." in host.summary.read_text(), "the summary does not show the text", host)
    expect(received == [], "a check sent something")
    # Merged: two runs, one after the other.
    git(world.work, "push", "-q", "origin", "HEAD:main")
    for _ in range(2):
        host = kind(world)
        expect(host.run("publish", "main"), "a run failed", host)
    expect(received == ["Tea"], "two runs did not publish once", host)
    expect(not {"data/key", "data/api-token", "claimed"} & set(world.state()),
           f"the state holds what it must not: {world.state()}")
    # The whole of it again in new clones, also with the list of what is known taken away.
    git(world.work, "fetch", "-q", "origin", "carillon-state")
    git(world.work, "checkout", "-q", "--detach", "FETCH_HEAD")
    git(world.work, "rm", "-q", "commit")
    world.push("Forget the commit", "carillon-state")
    git(world.work, "checkout", "-q", "right")
    host = kind(world)
    expect(host.run("publish", "main"), "a run without its commit failed", host)
    expect(received == ["Tea"], "the ledger did not keep a post from being sent again", host)
    # Two at the same moment: the second finds the claim, or its claim is refused.
    world.write("Cake")
    world.push("Cake")
    hold.clear()
    came.clear()
    first, second = kind(world), kind(world)
    outcome = []
    thread = threading.Thread(target=lambda: outcome.append(first.run("publish", "main")))
    thread.start()
    expect(came.wait(60), "the first run sent nothing", first)
    expect(not second.run("publish", "main"), "a second run went on beside the first", second)
    hold.set()
    thread.join()
    expect(outcome == [True], "the first of two runs failed", first)
    expect(received == ["Tea", "Cake"], "two runs at once did not publish once", first)
    # One that dies while it sends leaves its claim: nobody publishes until a person has looked.
    world.write("Soup")
    world.push("Soup")
    hold.clear()
    came.clear()
    children = []
    dying = kind(world)
    thread = threading.Thread(target=lambda: dying.run("publish", "main", children.append))
    thread.start()
    expect(came.wait(60), "the dying run sent nothing", dying)
    os.killpg(children[-1].pid, signal.SIGKILL)
    thread.join()
    hold.set()
    after = kind(world)
    expect(not after.run("publish", "main"), "a run went on after one that died", after)
    expect("has died while it did" in after.said, "nobody is told of the run that died", after)
    expect(received == ["Tea", "Cake", "Soup"], "a post was sent twice", after)
    received.clear()


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
threading.Thread(target=server.serve_forever, daemon=True).start()
for kind in (GitHub, GitLab):
    with tempfile.TemporaryDirectory() as scratch:
        walk(kind, pathlib.Path(scratch).resolve(), server.server_port)
print("ci_examples: all steps passed")
