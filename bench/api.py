#!/usr/bin/env python3
"""make bench-api: two hundred people at work over /api/v1, beside the bare server.

Fills a workspace with 5,000 announcements and 400 drafts over the interface itself, lets 200
connections (each with a token of its own, of 10 people) ask for what bench/api.lua says, and the
same of a program that has the same HTTP server and one row to write, and nothing else.
Prints `bench NAME ratio=R goal=G ours=... peer=...`; exits 1 for any answer that was an error.
"""
import http.client
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent
CARILLON = ROOT / "build" / "carillon"
PROGRAM = ROOT / "build" / "bench" / "carillon-bench"
WORK = ROOT / "build" / "bench" / "api"
ANNOUNCEMENTS, DRAFTS, PEOPLE, CONNECTIONS, SECONDS = 5000, 400, 10, 200, 20


class Api:
    def __init__(self, port, token):
        self.line = http.client.HTTPConnection("127.0.0.1", port)
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def ask(self, method, path, body=None):
        self.line.request(method, "/api/v1" + path, json.dumps(body) if body else None,
                          self.headers)
        reply = self.line.getresponse()
        text = reply.read()
        if reply.status >= 400:
            sys.exit(f"bench: {method} {path}: {reply.status} {text[:300]!r}")
        return json.loads(text)


def form(port, path, **fields):
    """Sends the form of a page as a browser without script does."""
    line = http.client.HTTPConnection("127.0.0.1", port)
    line.request("GET", path)
    page = line.getresponse()
    cookie = (page.getheader("Set-Cookie") or "").split(";")[0]
    csrf = re.search(r'name="csrf" value="([^"]*)"', page.read().decode())
    body = urllib.parse.urlencode({**fields, "csrf": csrf.group(1) if csrf else ""})
    line.request("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded",
                                      "Cookie": cookie})
    reply = line.getresponse()
    if reply.status >= 400:
        sys.exit(f"bench: {path}: {reply.status} {reply.read()[:2000]!r}")


def people(port, owner):
    tokens = []
    for i in range(PEOPLE):
        link = owner.ask("POST", "/people", {"email": f"p{i}@example.org", "role": "editor"})
        address = next(value for value in link.values() if "/welcome/" in str(value))
        password = "seven lanterns below the mill"
        form(port, urllib.parse.urlparse(address).path, name=f"Person {i}", password=password,
             again=password)
        for j in range(CONNECTIONS // PEOPLE):
            made = owner.ask("POST", "/tokens", {"name": f"desk {j}", "scope": "editor",
                                                 "person": f"Person {i}"})
            tokens.append(made["token"])
    return tokens


def fill(owner):
    slugs, drafts = [], []
    for i in range(ANNOUNCEMENTS):
        at = f"2030-{i % 12 + 1:02d}-{i // 12 % 28 + 1:02d} {i % 24:02d}:00 UTC"
        text = (f"---\ntitle: Release {i} of the notebook is out\nslug: release-{i}\nkind: release\n"
                f"at: {at}\n---\nVersion {i} brings a calmer toolbar and mends {i % 40} faults; "
                "thanks to everybody who wrote, read and tried it.\n")
        owner.ask("POST", "/announcements", {"text": text, "name": f"release-{i}.md"})
        slugs.append(f"release-{i}")
    for i in range(DRAFTS):
        text = f"---\ntitle: Draft {i}\nkind: blog\n---\nSomething to read, number {i}.\n"
        drafts.append(owner.ask("POST", "/drafts", {"text": text})["id"])
    return slugs, drafts


def load(port):
    said = subprocess.run(["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--timeout", "10s",
                           "-s", ROOT / "bench" / "api.lua", f"http://127.0.0.1:{port}"],
                          capture_output=True, text=True, check=False,
                          env={**os.environ, "TOKENS": str(WORK / "tokens"),
                               "DRAFTS": str(WORK / "drafts"), "SLUGS": str(WORK / "slugs")})
    if said.returncode != 0:
        sys.exit(f"bench: wrk failed: {said.stdout}{said.stderr}")
    sys.stderr.write(said.stderr)
    return json.loads(said.stdout.splitlines()[-1])


def main():
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    subprocess.run([CARILLON, "init", WORK / "w"], check=True, capture_output=True)
    subprocess.run([CARILLON, "channel", "add", "echo", "practice", "--workspace", WORK / "w"],
                   check=True, capture_output=True)
    with open(WORK / "serve.log", "wb") as log:
        ours = subprocess.Popen([CARILLON, "serve", "--workspace", WORK / "w", "--listen",
                                 "127.0.0.1:0"], stderr=subprocess.PIPE, stdout=log)
    while not (found := re.search(rb"Serving http://127.0.0.1:(\d+)", ours.stderr.readline())):
        if ours.poll() is not None:
            sys.exit("bench: carillon does not serve")
    port = int(found.group(1))
    drain = subprocess.Popen(["cat"], stdin=ours.stderr, stdout=subprocess.DEVNULL)
    peer = subprocess.Popen([PROGRAM, "bare", WORK, "1500"], stdout=subprocess.PIPE, text=True)
    try:
        owner = Api(port, (WORK / "w" / "data" / "api-token").read_text().strip())
        tokens = people(port, owner)
        slugs, drafts = fill(owner)
        for name, words in (("tokens", tokens), ("slugs", slugs), ("drafts", drafts)):
            (WORK / name).write_text("\n".join(words) + "\n")
        bare_port = int(peer.stdout.readline())
        results = [(load(port), load(bare_port)) for _ in range(2)]
        ours_best, peer_best = (max((pair[i] for pair in results),
                                    key=lambda one: one["requests"] / one["micros"])
                                for i in (0, 1))
        rate = lambda one: one["requests"] / one["micros"] * 1e6
        show = lambda one: (f"{rate(one):.0f}/s p50={one['p50'] / 1000:.1f}ms "
                            f"p99={one['p99'] / 1000:.1f}ms errors={one['errors']}")
        print(f"bench api ratio={rate(ours_best) / rate(peer_best):.2f} ours={show(ours_best)} "
              f"bare={show(peer_best)}")
        if any(pair[0]["errors"] for pair in results):
            sys.exit("bench: there were errors")
    finally:
        for process in (ours, peer):
            process.terminate()
            process.wait(timeout=30)
        drain.wait(timeout=30)


main()
