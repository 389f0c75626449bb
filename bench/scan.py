#!/usr/bin/env python3
"""make bench-scan: `carillon delist scan` beside ripgrep with the same literals, in turns.

Ours finds, classifies and writes a report; ripgrep only finds (`-F -i`). Over the kernel's source of
the package linux-source-6.1 and over 64,000 files of 3 KB each that are cut from it. Prints lines as
bench/run.py does; `ours` and `peer` are the best of five runs, warm cache; exits 1 when a goal was
missed. Names on the command line choose a tree (linux small).
"""
import os
import pathlib
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
WORK = BUILD / "bench" / "scan"
CARILLON = pathlib.Path(os.environ.get("CARILLON", BUILD / "carillon"))
SOURCE = pathlib.Path("/usr/src/linux-source-6.1.tar.xz")
ROUNDS = 5
SMALL_FILES, SMALL_BYTES = 64_000, 3_000

# What the scanner looks for on these two networks, and names as organisations have them.
LITERALS = """twitter.com x.com nitter. xcancel.com fxtwitter.com vxtwitter.com fixupx.com fixvx.com
twstalker.com twitter tweet twtr. t.co/ twimg.com @#{x @${x @{{x plus.google.com google.com/+ google+
gplus google-plus googleplus google_plus plusone g:plus g-plus""".split()
HANDLES = """ringing_bells bell_tower_org carillonneurs openharbour freewillows tinyrust_lang
kiteproject lanternlibre quietcompiler papercranes_io northlightlab mosaicdb fernandmoss
halfmoonjs steadyhands_dev bluelagoonos inkandquill saltmarshnet cobblestonefs thornfieldorg
lowtidegames ashgroveconf larksong_py waystonehq millpond_dev coppergate meadowlarkcms
driftwoodui foxglovefont gannetgraphs heronhttp ivylayout junipercloud kestrelkernel
lodestarlinux""".split()
missed = []


def report(name, ratio, goal, ours, peer, limit):
    print(f"bench {name} ratio={ratio:.2f} goal={goal:g} ours={ours} peer={peer} limit={limit}",
          flush=True)
    if ratio < goal:
        missed.append(name)


def linux():
    tree = WORK / "linux"
    if not tree.exists():
        if not SOURCE.exists():
            sys.exit(f"bench: {SOURCE} is missing; install the package linux-source-6.1")
        part = WORK / "linux.part"
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        subprocess.run(["tar", "-xJf", SOURCE, "-C", part], check=True)
        part.rename(tree)
    return tree


def small():
    tree = WORK / "small"
    if tree.exists():
        return tree
    part = WORK / "small.part"
    shutil.rmtree(part, ignore_errors=True)
    count = 0
    for path in sorted(linux().rglob("*.[ch]")):
        if path.is_symlink() or count == SMALL_FILES:
            continue
        text = path.read_bytes()
        for at in range(0, min(len(text), 20 * SMALL_BYTES), SMALL_BYTES):
            folder = part / f"{count // 4000}" / f"{count // 200 % 20}"
            if count % 200 == 0:
                folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{count}.md").write_bytes(text[at:at + SMALL_BYTES])
            count += 1
            if count == SMALL_FILES:
                break
    part.rename(tree)
    return tree


def timed(command, out):
    """Seconds, and the most memory in MB."""
    with open(out, "wb") as sink:
        begin = time.perf_counter()
        process = subprocess.Popen([str(word) for word in command], stdout=sink)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        sys.exit(f"bench: {command[0]} ended with {process.returncode}")
    return seconds, usage.ru_maxrss / 1024


def measure(name, tree):
    literals = WORK / "literals"
    literals.write_text("\n".join(LITERALS + HANDLES) + "\n")
    ours = [CARILLON, "delist", "scan", tree, "--json", "--html", WORK / f"{name}.html"]
    for handle in HANDLES:
        ours += ["--handle", f"x:{handle}"]
    peer = ["rg", "-j2", "-F", "-i", "--no-ignore", "--hidden", "-n", "-f", literals, tree]
    times = [(timed(ours, WORK / f"{name}.ours"), timed(peer, WORK / f"{name}.peer"))
             for _ in range(ROUNDS)]
    if not (WORK / f"{name}.ours").read_text().startswith("{"):
        sys.exit("bench: the scan found nothing at all")
    best_ours = min(seconds for (seconds, _), _ in times)
    best_peer = min(seconds for _, (seconds, _) in times)
    memory = max(mb for (_, mb), _ in times)
    report(f"scan-{name}", best_peer / best_ours, 0.7, f"{best_ours:.2f}s", f"{best_peer:.2f}s",
           f"{best_peer / 0.7:.2f}s")
    report(f"scan-{name}-memory", 200 / memory, 1, f"{memory:.0f}MB", "-", "200MB")


def main():
    trees = {"linux": linux, "small": small}
    names = sys.argv[1:] or list(trees)
    if not shutil.which("rg"):
        sys.exit("bench: rg is missing; install the package ripgrep")
    WORK.mkdir(parents=True, exist_ok=True)
    for name in names:
        measure(name, trees[name]())
    if missed:
        sys.exit(f"bench: below the goal: {' '.join(missed)}")


main()
