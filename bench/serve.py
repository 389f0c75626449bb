#!/usr/bin/env python3
"""make bench-serve: what other servers read, in processor time beside nginx that sends the same bytes;
then ten thousand accounts that follow while everybody reads. Everything is on this machine.

Prints lines as run.py does. Names on the command line choose (serve herd); exits 1 when a goal was
missed. ROUNDS=n (default 3) repeats the first and takes medians.
"""
import json
import os
import re
import shutil
import signal
import sqlite3
import statistics
import struct
import subprocess
import sys
import time
import zlib

from beside import (BUILD, CARILLON, PROGRAM, ROOT, carillon_server, choose, free_port, get,
                    missed, nginx_server, report, run)

WORK = BUILD / "bench" / "serve"
ROUNDS = int(os.environ.get("ROUNDS", "3"))
CONNECTIONS = 32
FOLLOWS = 10_000
OBJECT = "application/activity+json"


def picture(side=400):
    """A PNG of noise, about as large as a picture of a post."""
    dice, rows = 7, bytearray()
    for _ in range(side):
        rows.append(0)
        for _ in range(side):
            dice = (dice * 1103515245 + 12345) & 0x7FFFFFFF
            rows += bytes((dice >> 16 & 0x3F, dice >> 10 & 0x3F, dice >> 4 & 0x3F))
    chunk = lambda kind, data: (struct.pack(">I", len(data)) + kind + data +
                                struct.pack(">I", zlib.crc32(kind + data)))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(bytes(rows))) + chunk(b"IEND", b""))


def workspace(port):
    folder = WORK / "w"
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    run(CARILLON, "init", folder)
    config = folder / "carillon.yaml"
    config.write_text(re.sub(r"(?m)^  url: .*", f"  url: http://127.0.0.1:{port}", config.read_text()))
    run(CARILLON, "channel", "set", "home", "handle=news", "loopback_peers=true", cwd=folder)
    (folder / "bell.png").write_bytes(picture())
    example = (ROOT / "examples" / "first-announcement.md").read_text()
    for i in range(20):
        post = folder / f"post-{i}.md"
        post.write_text(example.replace("slug: our-own-place", f"slug: our-own-place-{i}\n"
                                        "media: [{file: bell.png, alt: A bell}]"))
        run(CARILLON, "publish", post, cwd=folder)
    return folder


def cost(server, path, headers, status):
    """Microseconds of processor time a request."""
    words = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    before = server.cpu()
    said = run("wrk", "-t1", f"-c{CONNECTIONS}", "-d2s", *words, server.url + path)
    spent = server.cpu() - before
    # wrk counts 304 as it counts 200.
    if "Non-2xx" in said or "Socket errors" in said:
        sys.exit(f"bench: {path} failed under load ({status} was to come):\n{said}")
    return spent * 1e6 / int(re.search(r"(\d+) requests in", said).group(1))


def serve():
    """B5: actor, WebFinger, NodeInfo, a post as object and as page, the feed, and 304."""
    port = free_port()
    folder = workspace(port)
    with carillon_server(folder, WORK, port) as ours:
        post = "/posts/our-own-place-3/"
        things = {
            "actor": {"path": "/actors/news", "accept": OBJECT},
            "webfinger": {"path": f"/.well-known/webfinger?resource=acct:news@127.0.0.1:{port}",
                          "accept": "application/jrd+json"},
            "nodeinfo": {"path": "/nodeinfo/2.1", "accept": "application/json"},
            "note": {"path": post, "accept": OBJECT},
            "page": {"path": post, "accept": "text/html"},
            "feed": {"path": "/feed.atom", "accept": "application/atom+xml"},
        }
        files = WORK / "files"
        files.mkdir()
        for name, one in things.items():
            one["bytes"], headers = get(ours.url + one["path"], Accept=one["accept"])
            one["type"], one["etag"] = headers["Content-Type"], headers["ETag"]
            (files / name).write_bytes(one["bytes"])
        places = "".join(f"location = /{name} {{ default_type '{one['type']}'; }}"
                         for name, one in things.items())
        with nginx_server(WORK, files, places=places) as peer:
            for name, one in things.items():
                theirs, headers = get(f"{peer.url}/{name}", Accept=one["accept"])
                if theirs != one["bytes"]:
                    sys.exit(f"bench: the two servers send different bytes for {name}")
                one["peer_etag"] = headers["ETag"]
            for name, fresh in [(name, False) for name in things] + [("note", True), ("page", True)]:
                one = things[name]
                figures = []
                for _ in range(ROUNDS):
                    accept = {"Accept": one["accept"]}
                    mine = {**accept, **({"If-None-Match": one["etag"]} if fresh else {})}
                    theirs = {**accept, **({"If-None-Match": one["peer_etag"]} if fresh else {})}
                    status = 304 if fresh else 200
                    figures.append((cost(ours, one["path"], mine, status),
                                    cost(peer, f"/{name}", theirs, status)))
                report(f"serve-{name}{'-304' if fresh else ''}",
                       statistics.median(mine for mine, _ in figures), 1, "us", least=False, digits=1,
                       peer=statistics.median(theirs for _, theirs in figures),
                       note=f" bytes={0 if fresh else len(one['bytes'])}")


READS = """
-- Asks for PATHS (path and Accept between tabs) in turn.
local asked, count = {}, 0
for line in io.lines(os.getenv("PATHS")) do asked[#asked + 1] = line end
function request()
  count = count + 1
  local path, accept = asked[count % #asked + 1]:match("^(%S+)\\t(.*)$")
  return wrk.format("GET", path, {["Accept"] = accept})
end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format('{"requests": %d, "p50": %d, "p99": %d, "max": %d, "errors": %d}\\n',
    summary.requests, latency:percentile(50), latency:percentile(99), latency.max,
    e.connect + e.read + e.write + e.status + e.timeout))
end
"""


def accepted(folder):
    """How many Accepts were taken by their inboxes."""
    base = sqlite3.connect(f"file:{folder}/data/carillon.db?mode=ro", uri=True, timeout=30)
    try:
        return base.execute("select count(*) from fedi_delivery where state = 'delivered'").fetchone()[0]
    finally:
        base.close()


def herd():
    """B6: 10,000 accounts follow, as after an account moved here, while others read what was announced."""
    port = free_port()
    folder = workspace(port)
    with subprocess.Popen([PROGRAM, "sink"], stdout=subprocess.PIPE, text=True) as sink:
        try:
            follow_and_read(port, folder, sink)
        finally:
            sink.kill()  # where it has not ended yet


def follow_and_read(port, folder, sink):
    inboxes = int(sink.stdout.readline())
    words = [PROGRAM, "herd", "--dir", folder, "--target", f"http://127.0.0.1:{port}", "--port",
             inboxes, "--follows", FOLLOWS, "--connections", 64]
    run(*words, "--prepare", 1)
    (WORK / "reads.lua").write_text(READS)
    with carillon_server(folder, WORK, port) as ours:
        page, _ = get(f"{ours.url}/posts/our-own-place-3/", Accept="text/html")
        media = re.search(r'(/media/[^"]+)', page.decode()).group(1)
        (WORK / "paths").write_text("\n".join([
            f"/actors/news\t{OBJECT}", f"/posts/our-own-place-3/\t{OBJECT}",
            "/posts/our-own-place-3/\ttext/html", f"{media}\timage/*",
            f"/posts/our-own-place-3/replies\t{OBJECT}"]) + "\n")
        followers = subprocess.Popen([str(word) for word in words], stdin=subprocess.PIPE,
                                     stdout=subprocess.PIPE, text=True)
        if followers.stdout.readline() != "ready\n":
            sys.exit("bench: nobody is ready to follow")
        start = time.monotonic()
        readers = subprocess.Popen(
            ["wrk", "-t1", f"-c{CONNECTIONS}", "-d600s", "-s", str(WORK / "reads.lua"), ours.url],
            stdout=subprocess.PIPE, text=True, env={**os.environ, "PATHS": str(WORK / "paths")})
        followers.stdin.write("\n")
        followers.stdin.flush()
        followed = json.loads(followers.communicate()[0].splitlines()[-1])
        while accepted(folder) < followed["taken"]:
            if time.monotonic() - start > 300:
                sys.exit(f"bench: {accepted(folder)} of {followed['taken']} were accepted")
            time.sleep(0.2)
        seconds = time.monotonic() - start
        readers.send_signal(signal.SIGINT)
        read = json.loads(readers.communicate()[0].splitlines()[-1])
        said = json.loads(run(CARILLON, "home", "followers", "--json", cwd=folder))
    sink.terminate()
    arrived = json.loads(sink.stdout.readline())
    if read["errors"]:
        # wrk counts what takes more than two seconds among them.
        print(f"bench: {read['errors']} of {read['requests']} requests failed", flush=True)
        missed.append("herd-get")
    report("herd-get-p99", read["p99"] / 1000, 1, "ms", limit=50, least=False, digits=1,
           note=f" p50={read['p50'] / 1000:.1f}ms max={read['max'] / 1000:.0f}ms "
                f"requests={read['requests']}")
    lost = FOLLOWS - min(followed["taken"], said["followers"], arrived["hosts"])
    report("herd-follows", FOLLOWS - lost, 1, "", limit=FOLLOWS,
           note=f" refused={followed['refused']} taken_in={followed['wall']:.1f}s "
                f"accepted_in={seconds:.1f}s")


choose({"serve": serve, "herd": herd})
