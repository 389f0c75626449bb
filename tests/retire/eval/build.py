#!/usr/bin/env python3
"""Whether sites still build after a patch: build.py CARILLON SHARED TREES [--theme FOLDER].

Builds a copy of each tree below TREES (made as score.py says) that has a known generator here, has
it patched for the accounts of SHARED/delist/handles.json, builds it again and compares: the same
pages must come out, and no page may link to an account that the first ones linked to, save pages
in other languages and posts, which the scopes leave alone. --theme is a checkout of
scientific-python-hugo-theme whose templates go with the Hugo that is installed. Needs jekyll (with
the feed, redirect-from, seo-tag and sitemap plugins), sphinx-build and hugo. Exits 1 where a site
broke.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

# What stands in for a plugin that nobody packages: it must not matter to the comparison.
OCTICON = """class Octicon < Liquid::Tag
  def render(_context) = ""
end
Liquid::Template.register_tag("octicon", Octicon)
"""
THEME = None


def prepare_spidermonkey(tree):
    (tree / "_plugins").mkdir(exist_ok=True)
    (tree / "_plugins" / "octicon.rb").write_text(OCTICON)
    config = tree / "_config.yml"
    config.write_text(config.read_text().replace("jekyll-octicons", "jekyll-seo-tag"))


def prepare_hugo(tree):
    shutil.copytree(THEME, tree / "themes" / "scientific-python-hugo-theme", dirs_exist_ok=True,
                    ignore=shutil.ignore_patterns(".git"))
    # Its style sheets want a compiler of their own; links do not depend on them.
    partials = tree / "layouts" / "partials"
    partials.mkdir(parents=True, exist_ok=True)
    (partials / "css.html").write_text("")


JEKYLL = ["jekyll", "build", "--disable-disk-cache", "-q", "-d", "OUT"]
SITES = {
    "jupyter+jupyter.github.io": (lambda tree: None, [JEKYLL]),
    "mozilla-spidermonkey+spidermonkey.dev": (prepare_spidermonkey, [JEKYLL]),
    "ipython+ipython-website": (lambda tree: None, [["sphinx-build", "-Q", ".", "OUT"]]),
    "scipy+scipy.org": (prepare_hugo, [["hugo", "-d", "OUT"]]),
    "numpy+numpy.org": (prepare_hugo, [["python3", "gen_config.py"], ["hugo", "-d", "OUT"]]),
}


def built(tree, commands):
    """Path -> text of the pages, or None with the words of what failed printed."""
    with tempfile.TemporaryDirectory() as out:
        for command in commands:
            done = subprocess.run([out if word == "OUT" else word for word in command], cwd=tree,
                                  env={**os.environ, "JEKYLL_NO_BUNDLER_REQUIRE": "true",
                                       "LC_ALL": "C.UTF-8"}, capture_output=True, text=True)
            if done.returncode != 0:
                print("  " + (done.stdout + done.stderr).strip()[-500:].replace("\n", "\n  "))
                return None
        return {str(p.relative_to(out)): p.read_text(errors="replace")
                for p in pathlib.Path(out).rglob("*.html")}


def linking(pages, names):
    """Pages on which a link leads to one of the accounts."""
    account = re.compile(r"""href=["']?[^"'>]*(?:twitter|x)\.com/@?(?:%s)(?![\w-])"""
                         % "|".join(map(re.escape, names)), re.I)
    return {path for path, text in pages.items() if account.search(text)}


def measure(carillon, tree, accounts):
    prepare, commands = SITES[tree.name]
    names = [n for n in accounts.get("x", []) if re.fullmatch(r"\w+", n)]
    with tempfile.TemporaryDirectory() as scratch:
        copy = pathlib.Path(scratch) / "tree"
        shutil.copytree(tree, copy)
        prepare(copy)
        before = built(copy, commands)
        if before is None:
            return "does not build here as it is", True
        # Only the site's own files: what was put beside them is no matter of the organisation.
        shutil.rmtree(copy)
        shutil.copytree(tree, copy)
        words = sum((["--handle", f"x:{name}"] for name in names), [])
        done = subprocess.run([carillon, "delist", "patch", copy, *words, "--scope",
                               "page_furniture", "--scope", "current_text", "--record",
                               "https://example.org/decision", "--write", "--diff",
                               pathlib.Path(scratch) / "kept.diff", "--json"],
                              capture_output=True, text=True)
        if done.returncode not in (0, 3):
            sys.exit(f"build: {done.stdout}{done.stderr}")
        prepare(copy)
        after = built(copy, commands)
    if after is None:
        return "BROKEN: it does not build after the patch", False
    lost = sorted(set(before) ^ set(after))
    was, still = linking(before, names), linking(after, names)
    told = (f"{len(json.loads(done.stdout)['files'])} files patched, {len(after)} of {len(before)} "
            f"pages built, linking to the account before {len(was)}, after {len(still)}")
    for path in lost[:5]:
        told += f"\n  LOST {path}"
    for path in sorted(still)[:10]:
        told += f"\n  still {path}"
    return told, not lost and len(still) <= len(was)


def main(carillon, shared, trees):
    global THEME
    handles = shared / "delist" / "handles.json"
    if not handles.exists() or not trees.is_dir():
        print(f"build: skipped: there is no {handles} or {trees}")
        return 0
    THEME = sys.argv[sys.argv.index("--theme") + 1] if "--theme" in sys.argv else None
    accounts, good = json.loads(handles.read_text()), True
    for name, (prepare, commands) in SITES.items():
        if not (trees / name).is_dir() or (prepare is prepare_hugo and not THEME) or \
                not all(shutil.which(c[0]) for c in commands):
            print(f"{name}: skipped: the tree, its generator or its theme is not here")
            continue
        told, fine = measure(carillon, trees / name, accounts[name])
        print(f"{name}: {told}", flush=True)
        good = good and fine
    return 0 if good else 1


sys.exit(main(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]),
              pathlib.Path(sys.argv[3])))
