#!/usr/bin/env python3
"""make bench-api: two hundred people at work over /api/v1, beside the bare server.

Fills a workspace with 5,000 announcements and 400 drafts over the interface itself. Then, twice each:
- people: 200 connections (each with a token of its own, of 10 people) that ask for the next thing
  about a second after the last answer, as people do: how long they wait, and errors;
- rate: the same 200 without a pause (wrk), and the same of a program that has the same HTTP server,
  and a row to write for each change, and nothing else.
Prints `bench api-people ...` and `bench api-rate ratio=R ours=... bare=...`; exits 1 for an error.
"""
import asyncio
import json
import os
import random
import shutil
import subprocess
import sys
import time

from desk import CONNECTIONS, ROOT, fill, people, served

PROGRAM = ROOT / "build" / "bench" / "carillon-bench"
WORK = ROOT / "build" / "bench" / "api"
SECONDS = 20


# What people at the desk ask for, in the proportions in which a day brings it.
def mix(slugs, drafts):
    """A list of (method, path, body), the same each time."""
    dice = random.Random(20261126)
    post = ("---\ntitle: Weekly notes\nkind: blog\n---\nWe met, we {} {}, and "
            "https://example.org/notes says the rest.\n")
    month = lambda: dice.randint(1, 12)
    kinds = [
        (30, lambda i: ("GET", "/today", None)),
        (20, lambda i: ("GET", "/announcements?from=2030-{0:02d}-01&to=2030-{0:02d}-28".format(
            month()), None)),
        (10, lambda i: ("GET", f"/announcements/{dice.choice(slugs)}", None)),
        (15, lambda i: ("GET", f"/drafts/{dice.choice(drafts)}", None)),
        (5, lambda i: ("GET", "/drafts?open=true", None)),
        (8, lambda i: ("POST", "/previews", {"text": post.format("counted", i)})),
        (8, lambda i: ("PUT", f"/drafts/{dice.choice(drafts)}/copy",
                       {"text": post.format("typed", i), "based_on": 1})),
        (2, lambda i: ("POST", f"/drafts/{dice.choice(drafts)}/notes", {"text": "looks good"})),
        (2, lambda i: ("PATCH", f"/announcements/{dice.choice(slugs)}",
                       {"at": f"2030-{month():02d}-{dice.randint(1, 28):02d} 10:00 UTC"})),
    ]
    makers = dice.choices([make for _, make in kinds], [weight for weight, _ in kinds], k=20_000)
    return [make(i) for i, make in enumerate(makers)]


async def person(port, token, asked, dice, end, waits, errors):
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 22)
    await asyncio.sleep(dice.random())
    while time.monotonic() < end:
        method, path, body = dice.choice(asked)
        text = json.dumps(body).encode() if body else b""
        begun = time.monotonic()
        writer.write(f"{method} /api/v1{path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                     f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
                     f"Content-Length: {len(text)}\r\n\r\n".encode() + text)
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.split("content-length:")[1].split()[0])
        answer = await reader.readexactly(length)
        waits.append(time.monotonic() - begun)
        if not head.startswith("http/1.1 2"):
            errors.append(answer[:300])
        await asyncio.sleep(dice.uniform(0.5, 1.5))
    writer.close()


async def at_work(port, tokens, asked):
    waits, errors = [], []
    end = time.monotonic() + SECONDS
    await asyncio.gather(*(person(port, token, asked, random.Random(i), end, waits, errors)
                           for i, token in enumerate(tokens)))
    waits.sort()
    return waits, errors


def load(port):
    """wrk is not fair to all connections when an answer takes long, so its times say nothing."""
    said = subprocess.run(["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--timeout", "60s",
                           "-s", ROOT / "bench" / "api.lua", f"http://127.0.0.1:{port}"],
                          capture_output=True, text=True, check=False,
                          env={**os.environ, "TOKENS": str(WORK / "tokens"),
                               "ASKED": str(WORK / "asked")})
    if said.returncode != 0:
        sys.exit(f"bench: wrk failed: {said.stdout}{said.stderr}")
    sys.stderr.write(said.stderr)
    one = json.loads(said.stdout.splitlines()[-1])
    return one["requests"] / one["micros"] * 1e6, one["errors"]


def main():
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    with served(WORK / "w") as (port, owner), \
            subprocess.Popen([PROGRAM, "bare", WORK, "1500"], stdout=subprocess.PIPE,
                             text=True) as peer:
        try:
            tokens = people(port, owner, WORK / "w")
            asked = mix(*fill(owner))
            (WORK / "tokens").write_text("\n".join(tokens) + "\n")
            (WORK / "asked").write_text("".join(
                f"{method}\t{path}\t{json.dumps(body) if body else ''}\n"
                for method, path, body in asked))
            bare_port = int(peer.stdout.readline())
            rounds = [(asyncio.run(at_work(port, tokens, asked)), load(port), load(bare_port))
                      for _ in range(2)]
        finally:
            peer.terminate()
    waits, errors = min((one[0] for one in rounds), key=lambda pair: pair[0][len(pair[0]) * 99 // 100])
    at = lambda share: waits[int(len(waits) * share)] * 1000
    print(f"bench api-people people={len(tokens)} requests={len(waits) / SECONDS:.0f}/s "
          f"p50={at(0.5):.1f}ms p99={at(0.99):.1f}ms max={waits[-1] * 1000:.0f}ms "
          f"errors={sum(len(one[0][1]) for one in rounds)}")
    ours, bare = (max(one[i][0] for one in rounds) for i in (1, 2))
    failed = sum(one[1][1] for one in rounds)
    print(f"bench api-rate ratio={ours / bare:.2f} ours={ours:.0f}/s bare={bare:.0f}/s errors={failed}")
    if failed or any(one[0][1] for one in rounds):
        sys.exit(f"bench: there were errors: {errors[:1]}")


main()
