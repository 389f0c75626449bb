#!/usr/bin/env python3
"""make bench-page: Lighthouse (npm) as on a phone, over the composer and the calendar of a workspace
with 5,000 announcements. Prints `bench page-NAME ratio=R goal=1 ours=SCORE peer=- limit=95` with
what a person waits for; exits 1 below the limit.
"""
import json
import os
import shutil
import subprocess
import sys
import urllib.parse

from desk import PASSWORD, ROOT, fill, form, served

WORK = ROOT / "build" / "bench" / "page"
PACKAGES = ROOT / "build-page"
LIMIT = 95


def main():
    subprocess.run([ROOT / "packaging" / "npm.sh", PACKAGES, ROOT / "bench" / "page"], check=True)
    chromium = os.environ.get("CARILLON_CHROMIUM") or shutil.which("chromium")
    if not chromium:
        sys.exit("bench: chromium is not here; `packaging/install.sh browser` installs it")
    WORK.mkdir(parents=True, exist_ok=True)
    missed = []
    with served(WORK / "w") as (port, owner):
        fill(owner)
        link = owner.ask("POST", "/people", {"email": "ana@example.org", "role": "editor"})
        address = next(value for value in link.values() if "/welcome/" in str(value))
        cookie = form(port, urllib.parse.urlparse(address).path, name="Ana", password=PASSWORD,
                      again=PASSWORD)
        shutil.copy(ROOT / "bench" / "page" / "page.mjs", PACKAGES)
        pages = {"composer": "/app/draft/new", "calendar": "/app/calendar?on=2030-01-15",
                 "calendar-list": "/app/calendar?view=list&on=2030-01-15"}
        for name, path in pages.items():
            said = subprocess.run(["node", PACKAGES / "page.mjs", chromium,
                                   f"http://127.0.0.1:{port}{path}"], check=True,
                                  capture_output=True, text=True, env={**os.environ,
                                                                       "COOKIE": cookie})
            one = json.loads(said.stdout.splitlines()[-1])
            print(f"bench page-{name} ratio={one['score'] / LIMIT:.2f} goal=1 "
                  f"ours={one['score']} peer=- limit={LIMIT} first={one['first']:.0f}ms "
                  f"largest={one['largest']:.0f}ms blocked={one['blocked']:.0f}ms "
                  f"shift={one['shift']:.3f}", flush=True)
            if one["score"] < LIMIT:
                missed.append(name)
    if missed:
        sys.exit(f"bench: below the goal: {' '.join(missed)}")


main()
