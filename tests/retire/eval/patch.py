#!/usr/bin/env python3
"""What patches do to whole trees: patch.py CARILLON SHARED TREES [--diffs DIR].

Patches a copy of each tree below TREES (made as score.py says) for the accounts of
SHARED/delist/handles.json and measures: every touched file that Python could read in its format
before, it can read after; a second run changes nothing; a scan finds nothing to remove in scope
that is no task; --undo restores every byte; how many of the lines that people labelled `delist` are
gone or changed; how many protected ones are (none may be). Exits 1 below the bars.
"""
import csv
import html.parser
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

try:
    import tomllib
except ImportError:
    tomllib = None
try:
    import yaml
except ImportError:
    yaml = None

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param",
        "source", "track", "wbr"}
LENIENT = {"p", "li", "dt", "dd", "td", "th", "tr", "tbody", "thead", "tfoot", "option"}


class Balance(html.parser.HTMLParser):
    """Counts end tags without a start and starts without an end."""

    def __init__(self):
        super().__init__()
        self.open, self.wrong = [], 0

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in self.open:
            while self.open and self.open[-1] != tag:
                self.wrong += self.open.pop() not in LENIENT
            self.open.pop()
        else:
            self.wrong += tag not in LENIENT | VOID


def parses(path, data):
    """True or False in the file's format; None where there is no reader for it here."""
    suffix = pathlib.Path(path).suffix.lower()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    try:
        if suffix in (".json", ".webmanifest"):
            json.loads(text)
        elif suffix in (".yml", ".yaml") and yaml:
            list(yaml.load_all(text, Loader=yaml.BaseLoader))
        elif suffix == ".toml" and tomllib:
            tomllib.loads(text)
        elif suffix in (".html", ".htm", ".hbs", ".vue", ".astro"):
            if text.startswith("---\n") and suffix == ".html" and yaml:
                yaml.load(text[4:].split("\n---", 1)[0], Loader=yaml.BaseLoader)
            balance = Balance()
            balance.feed(text)
            return balance.wrong == 0
        elif suffix == ".py":
            compile(text, str(path), "exec")
        elif text.startswith("---\n") and yaml:
            yaml.load(text[4:].split("\n---", 1)[0], Loader=yaml.BaseLoader)
        else:
            return None
    except Exception:
        return False
    return True


def run(carillon, *words):
    done = subprocess.run([carillon, "delist", *map(str, words)], capture_output=True, text=True,
                          errors="surrogateescape")
    if done.returncode not in (0, 3):
        sys.exit(f"patch: {words}: {done.stdout}{done.stderr}")
    return done.stdout


def contents(tree):
    return {str(p.relative_to(tree)): p.read_bytes()
            for p in sorted(tree.rglob("*")) if p.is_file() and not p.is_symlink()}


def measure(carillon, tree, accounts, labels, diffs):
    out = dict(files=0, broken=[], again=0, undone=True, labelled=0, touched=0, missed=[],
               protected=[], tasks=0, remaining=0, unexplained=[])
    words = ["--scope", "page_furniture", "--scope", "current_text", "--record",
             "https://example.org/decision"]
    handles = []
    for platform, names in accounts.items():
        for name in names:
            if re.fullmatch(r"[@+]?[\w.-]+", name):
                handles += ["--handle", f"{platform}:{name}"]
    if not handles:
        return None
    with tempfile.TemporaryDirectory() as scratch:
        copy = pathlib.Path(scratch) / "tree"
        shutil.copytree(tree, copy)
        before = contents(copy)
        kept = pathlib.Path(scratch) / "kept.diff"
        said = json.loads(run(carillon, "patch", copy, *handles, *words, "--write", "--diff", kept,
                              "--json"))
        after = contents(copy)
        if diffs:
            (diffs / (tree.name + ".diff")).write_bytes(kept.read_bytes() if kept.exists() else b"")
            (diffs / (tree.name + ".tasks")).write_text("".join(
                f"{t['path']}:{t['line']} [{t['owner']}] {t['reason']}\n" for t in said["tasks"]))
        changed = {p for p in before if after.get(p) != before[p]}
        told = {f["path"] for f in said["files"]}
        out["files"] = len(changed)
        if changed != told or set(before) != set(after):
            out["broken"].append(f"told {sorted(told)} but changed {sorted(changed)}")
        for path in sorted(changed):
            if parses(path, before[path]) and not parses(path, after[path]):
                out["broken"].append(path)
        gone = {(f["path"], line) for f in said["files"] for line in f["lines"]}
        tasks = {(t["path"], t["line"]): t for t in said["tasks"]}
        out["tasks"], out["remaining"] = len(said["tasks"]), len(said["remaining"])
        out["translated"] = 0
        for row in labels:
            key = (row["path"], int(row["line"]))
            if row["action"] == "delist":
                if tasks.get(key, {}).get("owner") == "translators" or (
                        key not in gone and row["form"].startswith("companion") and any(
                            t["owner"] == "translators" and t["path"] == key[0]
                            for t in said["tasks"])):
                    out["translated"] += 1
                    continue
                out["labelled"] += 1
                out["touched"] += key in gone
                if key not in gone:
                    out["missed"].append(f"{key[0]}:{key[1]} {tasks.get(key, {}).get('reason', '')}")
            elif row["verdict"] in ("historical text", "fixture", "vendored", "not-a-reference"):
                if key in gone:
                    out["protected"].append(f"{key[0]}:{key[1]}")
        scanned = [json.loads(line) for line in run(carillon, "scan", copy, *handles, "--json")
                   .splitlines()]
        left = [f for f in scanned if f["action"] == "delist"]
        explained = {(t["path"]) for t in said["tasks"]}
        out["unexplained"] = [f"{f['path']}:{f['line']}" for f in left if f["path"] not in explained]
        second = json.loads(run(carillon, "patch", copy, *handles, *words, "--json"))
        out["again"] = len(second["files"])
        if kept.exists():
            run(carillon, "patch", copy, "--undo", kept)
        out["undone"] = contents(copy) == before
    return out


def main(carillon, shared, trees):
    delist = shared / "delist"
    for needed in (delist / "labels-dev.csv", delist / "handles.json", trees):
        if not needed.exists():
            print(f"patch: skipped: there is no {needed}")
            return 0
    labels = {}
    for row in csv.DictReader(open(delist / "labels-dev.csv")):
        labels.setdefault(row["repo"].replace("/", "+"), []).append(row)
    handles = json.loads((delist / "handles.json").read_text())
    diffs = pathlib.Path(sys.argv[sys.argv.index("--diffs") + 1]) if "--diffs" in sys.argv else None
    if diffs:
        diffs.mkdir(parents=True, exist_ok=True)
    good, labelled, touched, translated = True, 0, 0, 0
    for folder, rows in labels.items():
        if not (trees / folder).is_dir():
            print(f"patch: skipped: there is no {trees / folder}")
            continue
        m = measure(carillon, trees / folder, handles[folder], rows, diffs)
        if m is None:
            continue
        labelled += m["labelled"]
        touched += m["touched"]
        translated += m["translated"]
        print(f"{folder}: {m['files']} files, labelled {m['touched']} of {m['labelled']}, "
              f"translators' {m['translated']}, tasks {m['tasks']}, remaining {m['remaining']}, "
              f"again {m['again']}, undo {'exact' if m['undone'] else 'DIFFERS'}")
        for name in ("broken", "missed", "protected", "unexplained"):
            for one in m[name]:
                print(f"  {name.upper()} {one}")
        good = good and m["undone"] and not (m["broken"] or m["protected"] or m["again"] or
                                             m["unexplained"])
    share = touched / max(1, labelled)
    print(f"labelled lines gone or changed: {touched} of {labelled} ({share:.1%}), "
          f"{translated} more are translators'")
    return 0 if good and share >= 0.95 else 1


sys.exit(main(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])))
