#!/usr/bin/env python3
"""clang-tidy over the tree by the committed .clang-tidy: clang_tidy.py [FILE…], by default all of
src/, tests/ and bench/ that the debug preset compiles.

Two files at a time. What was found clean is noted in build-tidy/ under a hash of everything the
verdict depends on (the file, our headers below it, its flags, the configuration, the tool), so a
second run checks only what changed. build-tidy/ may be removed at any time.
"""
import concurrent.futures
import hashlib
import json
import pathlib
import re
import shlex
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
CACHE = ROOT / "build-tidy"
TOOL = "clang-tidy-16"
# clang 16 names the standard as it was called before it was adopted, and has fewer warnings.
EXTRA = ["--extra-arg=-std=c++2b", "--extra-arg=-Wno-unknown-warning-option"]
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)
texts = {}


def text_of(path):
    if path not in texts:
        texts[path] = path.read_text()
    return texts[path]


def closure(source):
    """The file and every header of ours that it includes, however far down."""
    seen, todo = set(), [source]
    while todo:
        path = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        for name in INCLUDE.findall(text_of(path)):
            for base in (path.parent, ROOT / "src", ROOT / "tests", ROOT / "bench"):
                if (base / name).is_file():
                    todo.append((base / name).resolve())
                    break
    return sorted(seen)


def key_of(source, command, tool):
    digest = hashlib.sha256()
    flags = [word for word in shlex.split(command) if word.startswith(("-D", "-I", "-isystem"))]
    for piece in [tool, " ".join(EXTRA + flags), text_of(ROOT / ".clang-tidy")]:
        digest.update(piece.encode() + b"\0")
    for path in closure(source):
        digest.update(f"{path.relative_to(ROOT)}\0{text_of(path)}\0".encode())
    return digest.hexdigest()


def check(source, note):
    done = subprocess.run(
        [TOOL, "-p", str(ROOT / "build-debug"), "--quiet", *EXTRA, str(source)],
        capture_output=True, text=True)
    if done.returncode == 0:
        note.write_text(f"{source.relative_to(ROOT)}\n")
        return ""
    return done.stdout + done.stderr


def main(names):
    began = time.monotonic()
    try:
        tool = subprocess.run([TOOL, "--version"], capture_output=True, text=True).stdout
    except FileNotFoundError:
        sys.exit(f"clang_tidy: {TOOL} is not installed; packaging/install.sh installs it")
    wanted = {pathlib.Path(name).resolve() for name in names}
    entries = {}
    for entry in json.loads((ROOT / "build-debug/compile_commands.json").read_text()):
        source = pathlib.Path(entry["file"])
        inside = source.is_relative_to(ROOT) and source.relative_to(ROOT).parts[0] in (
            "src", "tests", "bench")
        if inside and (source in wanted or not wanted):
            entries[source] = entry["command"]
    if wanted - set(entries):
        sys.exit(f"clang_tidy: not compiled by the debug preset: {sorted(map(str, wanted - set(entries)))}")
    CACHE.mkdir(exist_ok=True)
    keys = {source: key_of(source, command, tool) for source, command in entries.items()}
    for note in CACHE.iterdir():
        if not wanted and note.name not in keys.values():
            note.unlink()
    todo = [source for source in sorted(entries) if not (CACHE / keys[source]).exists()]
    found = set()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for source, said in zip(todo, pool.map(check, todo, [CACHE / keys[s] for s in todo])):
            if said:
                # What stands in a header is found once for each file that includes it.
                print(said if said not in found else f"{source}: the same", flush=True)
                found.add(said)
    bad = [source for source in todo if not (CACHE / keys[source]).exists()]
    print(f"clang_tidy: {len(entries)} files, {len(todo)} checked anew in "
          f"{time.monotonic() - began:.0f} s, {len(bad)} with findings")
    return 1 if bad else 0


sys.exit(main(sys.argv[1:]))
