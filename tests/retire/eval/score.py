#!/usr/bin/env python3
"""How well a scan finds what people labelled: score.py CARILLON SHARED TREES.

Scans each tree below TREES (made with SHARED/delist/export.py at the commits that
SHARED/delist/labels-dev.csv names) for the accounts of SHARED/delist/handles.json, and has
SHARED/delist/eval.py compare. Says so and stops where one of these is absent. Exits 1 below the bars:
recall 0.95, of anchors 0.98, precision 0.97, no protected line to be removed, at most 8 % to review.
"""
import csv
import json
import pathlib
import re
import subprocess
import sys
import tempfile


def scan(carillon, tree, accounts):
    command = [carillon, "delist", "scan", tree, "--json"]
    for platform, names in accounts.items():
        for name in names:
            if re.fullmatch(r"[@+]?[\w.-]+", name):
                command += ["--handle", f"{platform}:{name}"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"score: {tree}: {done.stdout}{done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def main(carillon, shared, trees):
    delist = shared / "delist"
    for needed in (delist / "labels-dev.csv", delist / "handles.json", delist / "eval.py", trees):
        if not needed.exists():
            print(f"score: skipped: there is no {needed}")
            return 0
    commits = {}
    for row in csv.DictReader(open(delist / "labels-dev.csv")):
        commits[row["repo"]] = row["commit"]
    handles = json.loads((delist / "handles.json").read_text())
    lines = []
    for repo in commits:
        folder = repo.replace("/", "+")
        if not (trees / folder).is_dir():
            print(f"score: skipped: there is no {trees / folder}")
            return 0
        for finding in scan(carillon, trees / folder, handles[folder]):
            lines.append((repo, finding))
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as out:
        writer = csv.writer(out)
        writer.writerow(["repo", "path", "line", "action"])
        for repo, finding in lines:
            writer.writerow([repo, finding["path"], finding["line"], finding["action"]])
        out.flush()
        said = subprocess.run([sys.executable, delist / "eval.py", out.name], capture_output=True,
                              text=True, check=True).stdout
    print(said, end="")
    reviews = [(repo, f) for repo, f in lines if f["action"] == "review"]
    share = len(reviews) / max(1, len(lines))
    print(f"candidates {len(lines)}, to review {len(reviews)} ({share:.1%})")
    if "--reviews" in sys.argv:
        for repo, f in reviews:
            print("REVIEW", repo, f["path"], f["line"], f["form"], f["reason"])
    figures = {name: float(re.search(name + r" ([0-9.]+)", said).group(1))
               for name in (r"\| recall", "anchor-recall", "precision", "protected lines touched")}
    good = (figures[r"\| recall"] >= 0.95 and figures["anchor-recall"] >= 0.98
            and figures["precision"] >= 0.97 and figures["protected lines touched"] == 0
            and share <= 0.08)
    return 0 if good else 1


sys.exit(main(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])))
