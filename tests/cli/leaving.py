#!/usr/bin/env python3
"""An organisation leaves X by following only what the program says: leaving.py CARILLON

The commands that `retire next` shows are run as they stand, but for what only a person knows: who
they are, where the archive lies, what was answered. Steps that a person does outside (asking, logging
in, posting by hand) are the table below. Days pass by faketime; without it the walk ends on the first
day.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile

CARILLON = str(pathlib.Path(sys.argv[1]).resolve())
AHEAD = [0]
FAKETIME = shutil.which("faketime")
POSTED = "https://x.com/ringing_bells/status/1861000000000000001"

CONFIG = """organisation:
  name: The Ringing Bells
  url: https://bells.example
channels:
  home: {platform: home, use: home}
  x:
    platform: manual
    rules: x
    url: https://x.com/ringing_bells
    also: ["x:old_bells"]
sites:
  - source: ../website
"""
PAGE = """<!doctype html>
<html lang="en">
<head><title>Bells</title><meta name="twitter:site" content="@ringing_bells"></head>
<body>
<p>Read our <a href="/news/">news</a>.</p>
<footer>
  <ul>
    <li><a href="https://github.com/bells">GitHub</a></li>
    <li><a href="https://x.com/ringing_bells"><i class="fa fa-twitter"></i> X</a></li>
  </ul>
</footer>
</body>
</html>
"""


def carillon(arguments, may_end_with=(0,)):
    command = [CARILLON, *arguments]
    if AHEAD[0]:
        command = [FAKETIME, "-f", f"+{AHEAD[0]}d", *command]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode in may_end_with, (arguments, done.returncode, done.stdout, done.stderr)
    return done.stdout


def read(arguments, **more):
    return json.loads(carillon([*arguments, "--json"], **more))


def shell(line, **words):
    """Runs a shown command; each WORD of it is what a person would put there."""
    for word, said in words.items():
        line = line.replace(word, said)
    left = re.sub(r'"[^"]*"', "", line)
    assert not re.search(r"\b[A-Z]{4,}\b", left), f"nobody knows what to put there: {line}"
    environment = dict(os.environ, PATH=f"{pathlib.Path(CARILLON).parent}:{os.environ['PATH']}")
    done = subprocess.run(["bash", "-euc", line], capture_output=True, text=True, timeout=120,
                          env=environment)
    assert done.returncode in (0, 3), (line, done.returncode, done.stdout, done.stderr)


def write_archive(path):
    post = {"tweet": {"id_str": "1700000000000000001", "full_text": "We ring at noon &amp; at six",
                      "created_at": "Sat Aug 12 16:10:37 +0000 2023", "entities": {}}}
    head = {"userInfo": {"accountId": "7", "userName": "ringing_bells", "displayName": "Bells"},
            "archiveInfo": {"generationDate": "2026-11-20T10:00:00.000Z", "isPartialArchive": False}}
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("data/manifest.js", "window.__THAR_CONFIG = " + json.dumps(head))
        out.writestr("data/tweets.js", "window.YTD.tweets.part0 = " + json.dumps([post]))


def make_world():
    (pathlib.Path("website")).mkdir()
    pathlib.Path("website/index.html").write_text(PAGE)
    for command in (["init", "-q"], ["add", "."], ["-c", "user.name=a", "-c", "user.email=a@b.example",
                                                  "commit", "-qm", "first"]):
        subprocess.run(["git", "-C", "website", *command], check=True)
    write_archive("x-archive.zip")
    carillon(["init", "org"])
    os.chdir("org")
    pathlib.Path("carillon.yaml").write_text(CONFIG)


def commands(step):
    return [line.strip() for line in step["what"].split("\n") if line.startswith("  carillon ")]


def post_by_hand():
    """The card is read, the post made on the platform, and its address told."""
    for delivery in read(["status"]):
        if delivery["state"] != "manual":
            continue
        card = read(["card", delivery["id"]])
        assert card["parts"][0]["length"] <= 280, card
        shell(f"carillon resolve {delivery['id']} --url {POSTED}")


def follow(step):
    """What a person does who was shown this step."""
    lines = commands(step)
    key = step["key"]
    if key == "custodians":
        for person in ("Ada", "Bo"):
            for line in lines:
                shell(line, NAME=person)
    elif key == "farewell":
        for line in lines:
            if line.startswith("carillon preview") or line.startswith("carillon publish"):
                shell(line)
        post_by_hand()
    elif key == "hide":
        shell(lines[1])
    else:
        for line in lines:
            shell(line, FILE="../x-archive.zip", FOLDER="../website", DATE="today", ADDRESS=POSTED)


def walk():
    """Until nothing is left today; the keys of the steps that needed a person."""
    needed = []
    for _ in range(30):
        advance = read(["retire", "next", "x"])
        if not advance["now"]:
            return advance, needed
        step = advance["now"][0]
        assert not needed or needed[-1] != step["key"], f"what it said did not help: {advance}"
        needed.append(step["key"])
        follow(step)
    raise AssertionError(f"no end: {needed}")


def main():
    make_world()
    said = subprocess.run([CARILLON, "retire", "plan", "x", "--to", "reserved"], capture_output=True,
                          text=True)
    assert said.returncode == 1 and "decision add" in said.stderr, said
    carillon(["decision", "add", "Leave X, keep the name", "--by", "Bell council", "--channel", "x",
              "--to", "reserved", "--scope", "page_furniture", "--scope", "current_text", "--record",
              "https://bells.example/minutes/12"])
    carillon(["retire", "plan", "x", "--to", "reserved"])
    advance, needed = walk()
    assert needed == ["archive", "dependents", "custodians", "farewell", "profile", "delist", "hide",
                      "report"], needed
    assert advance["next_day"] and not advance["finished"], advance

    # Reserved, de-listed, archived, told.
    x = read(["channel", "show", "x"])
    assert x["use"] == "reserved", x
    page = pathlib.Path("../website/index.html").read_text()
    assert "ringing_bells" not in page and "https://github.com/bells" in page, page
    left = carillon(["delist", "scan", "../website", "--channel", "x", "--json"])
    assert '"delist"' not in left, left
    found = read(["archive", "search", "noon"])
    assert [one["id"] for one in found] == ["1700000000000000001"], found
    told = {one["channel"]: one for one in read(["status", "farewell-x"])}
    assert told["x"]["state"] == "published" and told["x"]["url"] == POSTED, told
    assert told["home"]["state"] == "published", told
    carillon(["site", "build", "--out", "out"])
    report = pathlib.Path("out/posts/x-report/index.html").read_text()
    for words in ("Bell council", "Keep its posts", "Ada and Bo logged in", "to come"):
        assert words in report, f"the public report lacks {words}"
    (entry,) = read(["channel", "register", "x"])
    assert entry["next_log_in"], entry

    if FAKETIME is None:
        print("leaving: all steps of the first day; later days skipped: faketime is not installed")
        return
    for days in (31, 91):
        AHEAD[0] = days
        said = carillon(["doctor"], may_end_with=(0, 1))
        assert "a log-in is overdue" in said, said
        advance, _ = walk()
    assert advance["finished"], advance
    print("leaving: all steps passed, to the last look after 90 days")


with tempfile.TemporaryDirectory() as scratch:
    os.chdir(scratch)
    main()
    os.chdir("/")
