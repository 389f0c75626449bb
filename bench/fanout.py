#!/usr/bin/env python3
"""make bench-fanout: one announcement to very many inboxes, beside what the machine's own OpenSSL
allows and beside Fedify, all measured now. Everything is on this machine: there is no network between.

Prints lines as run.py does. Names on the command line choose (plain tls latency crash scale); exits 1
when a goal was missed. ROUNDS=n repeats plain and tls and takes medians (default 3).
"""
import json
import os
import pathlib
import random
import shutil
import signal
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
WORK = BUILD / "bench" / "fanout"
PROGRAM = BUILD / "bench" / "carillon-bench"
LIMITS = BUILD / "bench" / "carillon-limits"
ROUNDS = int(os.environ.get("ROUNDS", "3"))
missed = []


def report(name, ours, goal, unit, peer=None, limit=None, digits=0, most=False, shares=None, note=""):
    """With `peer`, ours must be `goal` times as much (or the median of `shares`, what each round reached
    of its own peer); with `limit`, at least it, or `most`: at most."""
    if peer is not None:
        ratio, limit = statistics.median(shares) if shares else ours / peer, goal * peer
    elif most:
        ratio = limit / ours if ours else 99
    else:
        ratio = ours / limit
    show = lambda value: "-" if value is None else f"{value:.{digits}f}{unit}"
    print(f"bench {name} ratio={ratio:.2f} goal={goal:g} ours={show(ours)} peer={show(peer)} "
          f"limit={show(limit)}{note}", flush=True)
    if ratio < goal:
        missed.append(name)


def bench(*words, program=PROGRAM):
    done = subprocess.run([program, *map(str, words)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"bench: {words[0]} failed ({done.returncode}):\n{done.stdout}{done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()]


class Sink:
    """The inboxes; `said` is what arrived, once it has ended."""

    def __init__(self, **words):
        flat = [str(part) for name, value in words.items() for part in (f"--{name}", value)]
        self.process = subprocess.Popen([PROGRAM, "sink", *flat], stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.said = json.loads(self.process.stdout.readline())
        self.process.wait(timeout=30)


def key_of(folder):
    """Makes the key and the followers, delivers nothing."""
    bench("fanout", "--dir", folder, "--hosts", 0, "--rounds", 0)
    return folder / "key.pem.pub"


def fresh(name):
    folder = WORK / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def beside(limit, run):
    """What `run` says, and the limit: just before and just after, for the machine's pace is not the same
    from minute to minute."""
    rate = lambda: bench(*limit, program=LIMITS)[0]["rate"]
    before = rate()
    said = run()
    return said, (before + rate()) / 2


def fedify_script():
    folder = BUILD / "bench" / "fedify"
    folder.mkdir(parents=True, exist_ok=True)
    modules = ROOT / "build-federation" / "node_modules"
    if not modules.exists():
        peers = ROOT / "tests" / "federation" / "peers"
        subprocess.run([ROOT / "packaging" / "npm.sh", modules.parent, peers], check=True)
    link = folder / "node_modules"
    link.unlink(missing_ok=True)
    link.symlink_to(modules)
    shutil.copyfile(ROOT / "bench" / "fanout.mjs", folder / "fanout.mjs")
    return [modules / ".bin" / "node", folder / "fanout.mjs"]


def fedify(scheme, port, hosts, parallel=50, ca=None):
    env = dict(os.environ, **({"NODE_EXTRA_CA_CERTS": str(ca)} if ca else {}))
    done = subprocess.run([*map(str, fedify_script()), scheme, str(port), str(hosts), str(parallel)],
                          capture_output=True, text=True, check=False, env=env)
    if done.returncode != 0:
        sys.exit(f"bench: Fedify failed:\n{done.stdout}{done.stderr[-600:]}")
    return json.loads(done.stdout.splitlines()[-1])


def ours(folder, sink, hosts, **words):
    flat = [str(part) for name, value in words.items() for part in (f"--{name}", value)]
    where = ["fanout", "--dir", folder, "--port", sink.port, "--hosts", hosts, *flat]
    bench(*where, "--rounds", 0)  # the followers: a program of its own, whose memory is not ours
    out = bench(*where)
    for one in out:
        if one["delivered"] != hosts and "enough" not in words:
            sys.exit(f"bench: {one['delivered']} of {hosts} were delivered")
    return out


def checked(sink, hosts):
    if sink.said["bad"] or not sink.said["checked"]:
        sys.exit(f"bench: {sink.said['bad']} of {sink.said['checked']} signatures were wrong")
    if sink.said["hosts"] != hosts or sink.said["again"]:
        sys.exit(f"bench: {sink.said} where {hosts} were to come once")


def plain():
    """B1: 20,000 hosts, plain HTTP, a new connection and a signature each, the queue on disk."""
    hosts, shares, rates, limits, peers, walls, memory = 20_000, [], [], [], [], [], 0
    for number in range(ROUNDS):
        folder = fresh(f"plain-{number}")
        with Sink(key=key_of(folder)) as sink:
            rounds, rate = beside(["signing"], lambda: ours(folder, sink, hosts))
        checked(sink, hosts)
        one = rounds[0]
        limits.append(rate)
        rates.append(hosts / one["cpu"])
        shares.append(rates[-1] / limits[-1])
        walls.append(hosts / one["wall"])
        memory = max(memory, one["mb"])
        with Sink() as sink:
            peer = fedify("http", sink.port, 4000)
            peers.append(peer["delivered"] / peer["cpu"])
    rate = statistics.median(rates)
    report_shares("fanout-plain-signing", shares, 0.75, rates, limits)
    report("fanout-plain-fedify", rate, 6, "/cpu-s", peer=statistics.median(peers),
           note=f" wall={statistics.median(walls):.0f}/s")
    report("fanout-plain-memory", memory, 1, "MB", limit=64, most=True)


def report_shares(name, shares, goal, rates, limits):
    report(name, statistics.median(rates), goal, "/cpu-s", peer=statistics.median(limits), shares=shares,
           note=f" rounds={'/'.join(f'{one:.2f}' for one in shares)}")


def tls():
    """B2: 3,000 hosts with a certificate each, all verified; then the same hosts again."""
    hosts, shares, first, again, bare, peers = 3000, [], [], [], [], []
    for number in range(ROUNDS):
        folder = fresh(f"tls-{number}")
        root = folder / "root.pem"
        with Sink(key=key_of(folder), tls=root, hosts=hosts) as sink:
            # Two announcements, far enough apart that no connection is still open for the second.
            rounds, rate = beside(["handshakes", sink.port, hosts, root],
                                  lambda: ours(folder, sink, hosts, rounds=2, ca=root))
            bare.append(rate)
        if sink.said["bad"] or sink.said["hosts"] != hosts:
            sys.exit(f"bench: {sink.said}")
        first.append(hosts / rounds[0]["cpu"])
        shares.append(first[-1] / bare[-1])
        again.append(hosts / rounds[1]["cpu"])
        with Sink(tls=root, hosts=1000) as sink:
            peer = fedify("https", sink.port, 1000, ca=root)
            peers.append(peer["delivered"] / peer["cpu"])
    median = statistics.median
    report_shares("fanout-tls-handshakes", shares, 0.85, first, bare)
    report("fanout-tls-fedify", median(first), 2.5, "/cpu-s", peer=median(peers))
    report("fanout-tls-again-fedify", median(again), 4.5, "/cpu-s", peer=median(peers))


def latency():
    """B3: 5,000 hosts that take 300 ms, 5 % never answer, 2 % say 503."""
    hosts, dead, busy = 5000, 5, 2
    living = hosts * (100 - dead - busy) // 100
    folder = fresh("latency")
    with Sink(key=key_of(folder), delay=300, holes=dead, busy=busy) as sink:
        bench("fanout", "--dir", folder, "--port", sink.port, "--hosts", hosts, "--rounds", 0)
        process = subprocess.Popen([PROGRAM, "fanout", "--dir", folder, "--port", str(sink.port),
                                    "--hosts", str(hosts), "--enough", str(living * 99 // 100)],
                                   stdout=subprocess.PIPE, text=True)
        said = json.loads(process.stdout.readline())
        process.wait(timeout=120)
    if sink.said["hosts"] != living:
        sys.exit(f"bench: {sink.said['hosts']} of {living} living hosts were reached")
    with Sink(delay=300) as alive:
        peer = fedify("http", alive.port, 1000)
    seconds = said["enough"]
    report("fanout-latency", seconds, 1, "s", limit=2.5, digits=2, most=True)
    report("fanout-latency-fedify", living * 0.99 / seconds, 12, "/s", peer=1000 / peer["wall"])


def crash():
    """B4: 20,000 hosts, killed 20 times at random moments."""
    hosts, kills, dice = 20_000, 20, random.Random(7)
    folder = fresh("crash")
    with Sink(key=key_of(folder)) as sink:
        words = ["fanout", "--dir", folder, "--port", sink.port, "--hosts", hosts]
        bench("fanout", "--dir", folder, "--port", sink.port, "--hosts", hosts, "--rounds", 0)
        done = 0
        while done < kills:
            process = subprocess.Popen([PROGRAM, *map(str, words)], stdout=subprocess.DEVNULL)
            try:
                process.wait(timeout=dice.uniform(0.05, 0.5))
                break  # it was through
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
                done += 1
        last = bench(*words)
    lost = hosts - sink.said["hosts"]
    report("fanout-crash-lost", lost, 1, "", limit=0.5, most=True, note=f" kills={done}")
    # At most what was under way and the slices that were not through.
    report("fanout-crash-again", sink.said["again"] / max(done, 1), 1, "/kill", limit=2000 + 64, most=True)
    if last and last[-1]["delivered"] > hosts:
        sys.exit(f"bench: {last[-1]} counts more than there are")


def scale():
    """What one delivery costs from 1,000 to 1,000,000 inboxes, and the memory of it."""
    costs, most = {}, 0
    for hosts in (1000, 20_000, 100_000, 1_000_000):
        folder = fresh(f"scale-{hosts}")
        with Sink() as sink:
            one = ours(folder, sink, hosts)[0]
        costs[hosts] = one["cpu"] / hosts * 1e6
        most = max(most, one["mb"])
        print(f"bench fanout-scale hosts={hosts} cpu={costs[hosts]:.0f}us/delivery wall={one['wall']:.1f}s "
              f"enqueue={one['enqueue_ms']:.2f}ms memory={one['mb']:.0f}MB", flush=True)
        shutil.rmtree(folder)
    report("fanout-scale-cost", costs[1_000_000], 1, "us", limit=1.2 * costs[1000], most=True)
    report("fanout-scale-memory", most, 1, "MB", limit=150, most=True)


def main():
    benches = {"plain": plain, "tls": tls, "latency": latency, "crash": crash, "scale": scale}
    names = sys.argv[1:] or list(benches)
    unknown = [name for name in names if name not in benches]
    if unknown:
        sys.exit(f"bench: there is no {unknown[0]}; there are {' '.join(benches)}")
    print(f"bench fanout: load average {os.getloadavg()[0]:.1f}, all on loopback", flush=True)
    for name in names:
        benches[name]()
    shutil.rmtree(WORK, ignore_errors=True)
    if missed:
        sys.exit(f"bench: below the goal: {' '.join(missed)}")


main()
