#!/usr/bin/env python3
"""make bench: each figure beside its peer's, both measured now, on this machine.

Prints `bench NAME ratio=R goal=G ours=... peer=... limit=...`. `ours` and `peer` are what was
measured; `limit` is what `ours` must reach: at least for rates, at most for ms and MB. `ratio` is
ours to peer, or where there is no peer limit to ours: it must be at least `goal`. Names on the
command line choose (render deliver serve start); exits 1 when a goal was missed.

CARILLON_SHARED names the folder that holds announcements/, default ../shared.
CARILLON_NODE_MODULES names a node_modules with the peers of package.json, else they are installed.
"""
import json
import os
import pathlib
import pwd
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
WORK = BUILD / "bench" / "work"
CARILLON = BUILD / "carillon"
PROGRAM = BUILD / "bench" / "carillon-bench"
POSTS = 20
CONNECTIONS = 32
missed = []


def report(name, ours, goal, unit, peer=None, limit=None, digits=0):
    if peer is not None:
        limit = goal * peer
    ratio = ours / peer if peer is not None else limit / ours
    show = lambda value: "-" if value is None else f"{value:.{digits}f}{unit}"
    print(f"bench {name} ratio={ratio:.2f} goal={goal:g} ours={show(ours)} peer={show(peer)} "
          f"limit={show(limit)}", flush=True)
    if ratio < goal:
        missed.append(name)


def run(*command, **options):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          check=False, **options)
    if done.returncode != 0:
        sys.exit(f"bench: {command[0]} failed ({done.returncode}):\n{done.stdout}{done.stderr}")
    return done.stdout


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

def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def get(url):
    with urllib.request.urlopen(url, timeout=5) as reply:
        return reply.read()


class Server:
    """A server process; `first_ms` is the time from its start to its first whole answer."""

    def __init__(self, command, port, log):
        self.url = f"http://127.0.0.1:{port}"
        with open(log, "wb") as out:
            start = time.perf_counter()
            self.process = subprocess.Popen([str(word) for word in command], stdout=out,
                                            stderr=out)
        while True:
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=5) as sock:
                    sock.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                    head = sock.recv(12)
                    while sock.recv(65536):
                        pass
                break
            except ConnectionRefusedError:
                if self.process.poll() is not None or time.perf_counter() - start > 10:
                    sys.exit(f"bench: {command[0]} does not answer; see {log}")
                time.sleep(0.0005)
        self.first_ms = (time.perf_counter() - start) * 1000
        if head != b"HTTP/1.1 200":
            sys.exit(f"bench: {command[0]} answered {head!r}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=20)


def carillon_server():
    port = free_port()
    return Server([CARILLON, "serve", "--workspace", WORK / "demo", "--listen",
                   f"127.0.0.1:{port}"], port, WORK / "carillon.log")


def nginx_server(site):
    prefix = WORK / "nginx"
    prefix.mkdir(exist_ok=True)
    port = free_port()
    user = f"user {pwd.getpwuid(0).pw_name};" if os.geteuid() == 0 else ""
    temps = "".join(f"{kind}_temp_path {kind};" for kind in
                    ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (prefix / "nginx.conf").write_text(f"""
        daemon off; worker_processes auto; pid nginx.pid; error_log error.log; {user}
        events {{ worker_connections 1024; }}
        http {{
          types {{ text/html html; application/atom+xml atom; text/css css; }}
          access_log access.log; sendfile on; tcp_nopush on; keepalive_requests 1000000000;
          open_file_cache max=1000; {temps}
          server {{ listen 127.0.0.1:{port}; root {site}; }}
        }}""")
    return Server(["nginx", "-p", prefix, "-e", "error.log", "-c", "nginx.conf"], port,
                  WORK / "nginx.log")


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
    with carillon_server() as ours, nginx_server(site) as peer:
        for name, path in (("serve-page", "/"), ("serve-feed", "/feed.atom")):
            if get(ours.url + path) != get(peer.url + path):
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
        with carillon_server() as server:
            times.append(server.first_ms)
    report("start", statistics.median(times), 1, "ms", limit=100, digits=1)
    with carillon_server() as server:
        time.sleep(3)  # idle: the scheduler has gone round a few times
        report("memory", resident_mb(server.process.pid), 1, "MB", limit=30, digits=1)


def main():
    benches = {"render": render, "deliver": deliver, "serve": serve, "start": start}
    names = sys.argv[1:] or list(benches)
    unknown = [name for name in names if name not in benches]
    if unknown:
        sys.exit(f"bench: there is no {unknown[0]}; there are {' '.join(benches)}")
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    for name in names:
        benches[name]()
    if missed:
        sys.exit(f"bench: below the goal: {' '.join(missed)}")


main()
