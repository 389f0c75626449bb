#!/usr/bin/env python3
"""make bench: each figure beside its peer's, both measured now, on this machine.

Prints `bench NAME ratio=R goal=>=G ours=... peer=... limit=...`. `ours` and `peer` are what was
measured; `limit` is what `ours` must reach: at least for rates, at most for ms and MB. `ratio` is
ours to peer, or to the limit where there is none; `goal` is its bound. Names on the command line
choose (render deliver serve start); exits 1 when a goal was missed.

CARILLON_SHARED names the folder that holds announcements/, default ../shared.
CARILLON_NODE_MODULES names a node_modules with the peers of package.json, else they are installed.
"""
import json
import os
import pathlib
import shutil
import statistics
import sys
import time

from beside import (BUILD, CARILLON, PROGRAM, ROOT, carillon_server, choose, get, nginx_server,
                    report, run)

WORK = BUILD / "bench" / "work"
POSTS = 20
CONNECTIONS = 32


# ---- render

def peer_script():
    """The script stands beside node_modules, where node looks for them."""
    folder = BUILD / "bench" / "peer"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("peer.mjs", "package.json", "package-lock.json"):
        shutil.copyfile(ROOT / "bench" / name, folder / name)
    modules = folder / "node_modules"
    given = os.environ.get("CARILLON_NODE_MODULES")
    if given:
        if modules.is_symlink():
            modules.unlink()
        if modules.exists():
            shutil.rmtree(modules)
        modules.symlink_to(pathlib.Path(given).resolve())
    elif not modules.exists():
        if not shutil.which("npm"):
            sys.exit("bench: npm is missing; install it or set CARILLON_NODE_MODULES")
        run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=folder)
    return folder / "peer.mjs"


def render():
    shared = pathlib.Path(os.environ.get("CARILLON_SHARED", ROOT.parent / "shared"))
    texts = shared / "announcements"
    if not texts.is_dir():
        print("bench render skipped: no announcements; set CARILLON_SHARED", flush=True)
        return
    script = peer_script()
    bodies = WORK / "bodies.json"
    # The peers' time grows with the square of a text's length, so that the long ones hide the rest.
    for name, goal, bytes_max in (("render", 20, 10**9), ("render-short", 1, 1024)):
        ours, peer = [], []
        for _ in range(2):
            ours.append(json.loads(run(PROGRAM, "render", texts, bodies, bytes_max)))
            peer.append(json.loads(run("node", script, bodies)))
        if ours[0]["texts"] != peer[0]["texts"]:
            sys.exit("bench: the two sides rendered different texts")
        best = lambda results: max(result["rate"] for result in results)
        report(name, best(ours), goal, "/s", peer=best(peer))


# ---- deliver

def deliver():
    rates = json.loads(run(PROGRAM, "deliver", WORK / "deliver"))
    report("deliver", rates["deliveries"], 0.5, "/s", peer=rates["transactions"])


# ---- serve and start

def workspace():
    demo = WORK / "demo"
    if demo.exists():
        return
    run(CARILLON, "init", demo)
    example = (ROOT / "examples" / "first-announcement.md").read_text()
    for i in range(POSTS):
        post = WORK / f"post-{i}.md"
        post.write_text(example.replace("slug: our-own-place", f"slug: our-own-place-{i}"))
        run(CARILLON, "publish", post, "--workspace", demo)


def rate_of(url):
    """Requests a second as wrk counts them; any failed one ends the measurement."""
    said = run("wrk", "-t1", f"-c{CONNECTIONS}", "-d2s", url)
    if "Non-2xx" in said or "Socket errors" in said:
        sys.exit(f"bench: {url} failed under load:\n{said}")
    line = next(line for line in said.splitlines() if line.startswith("Requests/sec:"))
    return float(line.split()[1])


def serve():
    workspace()
    site = WORK / "site"
    run(CARILLON, "site", "build", "--out", site, "--workspace", WORK / "demo")
    types = "types { text/html html; application/atom+xml atom; text/css css; }"
    with (carillon_server(WORK / "demo", WORK) as ours,
          nginx_server(WORK, site, types, workers="auto") as peer):
        for name, path in (("serve-page", "/"), ("serve-feed", "/feed.atom")):
            if get(ours.url + path)[0] != get(peer.url + path)[0]:
                sys.exit(f"bench: the two servers send different bytes for {path}")
            rates = [(rate_of(ours.url + path), rate_of(peer.url + path)) for _ in range(3)]
            report(name, statistics.median(rate for rate, _ in rates), 0.5, "/s",
                   peer=statistics.median(rate for _, rate in rates))


def resident_mb(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    sys.exit("bench: no VmRSS")


def start():
    workspace()
    times = []
    for _ in range(7):
        with carillon_server(WORK / "demo", WORK) as server:
            times.append(server.first_ms)
    report("start", statistics.median(times), 1, "ms", limit=100, least=False, digits=1)
    with carillon_server(WORK / "demo", WORK) as server:
        time.sleep(3)  # idle: the scheduler has gone round a few times
        report("memory", resident_mb(server.process.pid), 1, "MB", limit=30, least=False, digits=1)


def main():
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    choose({"render": render, "deliver": deliver, "serve": serve, "start": start})


main()
