#!/usr/bin/env python3
"""make bench-archive: a synthetic archive of POSTS posts (default 100000) imported, built, searched.

Prints lines as run.py does; `ours` must be at most `limit`. CARILLON_SHARED names the folder that
holds delist/make_archive.py, default ../shared. The archive is made once and kept in build/bench.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
WORK = ROOT / "build" / "bench" / "archive"
CARILLON = ROOT / "build" / "carillon"
PROGRAM = ROOT / "build" / "bench" / "carillon-bench"
POSTS = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
CPU_LIMIT = 10 * POSTS / 100000
missed = []


def report(name, ours, limit, unit, digits=1):
    ratio = limit / ours if ours else 999
    print(f"bench {name} ratio={ratio:.2f} goal=1 ours={ours:.{digits}f}{unit} peer=- "
          f"limit={limit:.{digits}f}{unit}", flush=True)
    if ratio < 1:
        missed.append(name)


def measured(*command):
    """What it printed, its processor seconds and the most memory it had, in MB."""
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, text=True)
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"bench: {command[1:3]} failed:\n{said}")
    return said, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def archive():
    shared = pathlib.Path(os.environ.get("CARILLON_SHARED", ROOT.parent / "shared"))
    generator = shared / "delist" / "make_archive.py"
    if not generator.exists():
        print(f"bench archive skipped: {generator} is not there; set CARILLON_SHARED", flush=True)
        sys.exit(0)
    file, truth = WORK / f"in-{POSTS}.zip", WORK / f"truth-{POSTS}.json"
    if not file.exists():
        WORK.mkdir(parents=True, exist_ok=True)
        measured("python3", generator, "--tweets", POSTS, "--out", WORK / "in", "--zip", file,
                 "--truth", truth)
        shutil.rmtree(WORK / "in")
    return file, json.loads(truth.read_text())


def run(demo, file, truth):
    measured(CARILLON, "init", demo)
    said, imported, import_mb = measured(CARILLON, "archive", "import", file, "--workspace", demo,
                                         "--json")
    counts = json.loads(said)["counts"]
    if counts["posts"] != truth["tweets"] or counts["alt_texts"] != truth["alt_texts"]:
        sys.exit(f"bench: the counts are wrong: {counts}")
    _, built, build_mb = measured(CARILLON, "archive", "build", "--workspace", demo, "--json")
    times = json.loads(measured(PROGRAM, "archive", demo / "data")[0])
    print(f"bench archive: {POSTS} posts, import {imported:.2f} s, build {built:.2f} s of CPU")
    report("archive-cpu", imported + built, CPU_LIMIT, "s")
    report("archive-memory", max(import_mb, build_mb), 300, "MB", 0)
    report("archive-search-p95", times["p95"], 20, "ms", 2)


def main():
    file, truth = archive()
    demo = WORK / f"demo-{int(time.time())}"
    run(demo, file, truth)
    # For minutes after many files were deleted ext4 looks longer for a free one (its function
    # recently_deleted), so what the last runs made stays until a later one has measured.
    for old in WORK.glob("demo*"):
        if old.stat().st_mtime < time.time() - 3600:
            shutil.rmtree(old, ignore_errors=True)
    if missed:
        sys.exit(f"bench: below the goal: {' '.join(missed)}")


main()
