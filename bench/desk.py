"""A workspace with 5,000 announcements, 400 drafts and ten people, served; for the benches of the desk."""
import contextlib
import http.client
import json
import pathlib
import re
import shutil
import subprocess
import sys
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent
CARILLON = ROOT / "build" / "carillon"
ANNOUNCEMENTS, DRAFTS, PEOPLE, CONNECTIONS = 5000, 400, 10, 200
PASSWORD = "seven lanterns below the mill"


class Api:
    def __init__(self, port, token):
        self.line = http.client.HTTPConnection("127.0.0.1", port)
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def ask(self, method, path, body=None):
        self.line.request(method, "/api/v1" + path, json.dumps(body) if body else None,
                          self.headers)
        reply = self.line.getresponse()
        text = reply.read()
        if reply.status >= 400:
            sys.exit(f"bench: {method} {path}: {reply.status} {text[:300]!r}")
        return json.loads(text)


def form(port, path, **fields):
    """Sends the form of a page as a browser without script does."""
    line = http.client.HTTPConnection("127.0.0.1", port)
    line.request("GET", path)
    page = line.getresponse()
    cookie = (page.getheader("Set-Cookie") or "").split(";")[0]
    csrf = re.search(r'name="csrf" value="([^"]*)"', page.read().decode())
    body = urllib.parse.urlencode({**fields, "csrf": csrf.group(1) if csrf else ""})
    line.request("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded",
                                      "Cookie": cookie})
    reply = line.getresponse()
    if reply.status >= 400:
        sys.exit(f"bench: {path}: {reply.status} {reply.read()[:2000]!r}")
    return "; ".join(value.split(";")[0] for name, value in reply.getheaders()
                     if name == "Set-Cookie")


def people(port, owner, workspace):
    """Ten editors, and a token for each of CONNECTIONS."""
    tokens = []
    for i in range(PEOPLE):
        link = owner.ask("POST", "/people", {"email": f"p{i}@example.org", "role": "editor"})
        address = next(value for value in link.values() if "/welcome/" in str(value))
        form(port, urllib.parse.urlparse(address).path, name=f"Person {i}", password=PASSWORD,
             again=PASSWORD)
        for j in range(CONNECTIONS // PEOPLE):
            # Somebody else's token is made on the server's own machine only.
            made = subprocess.run(
                [CARILLON, "token", "add", f"desk {j}", "--scope", "editor", "--person",
                 f"Person {i}", "--json", "--workspace", workspace],
                check=True, capture_output=True)
            tokens.append(json.loads(made.stdout)["token"])
    return tokens


def fill(owner):
    slugs, drafts = [], []
    for i in range(ANNOUNCEMENTS):
        at = f"2030-{i % 12 + 1:02d}-{i // 12 % 28 + 1:02d} {i % 24:02d}:00 UTC"
        text = (f"---\ntitle: Release {i} of the notebook is out\nslug: release-{i}\nkind: release\n"
                f"at: {at}\n---\nVersion {i} brings a calmer toolbar and mends {i % 40} faults; "
                "thanks to everybody who wrote, read and tried it.\n")
        owner.ask("POST", "/announcements", {"text": text, "name": f"release-{i}.md"})
        slugs.append(f"release-{i}")
    for i in range(DRAFTS):
        text = f"---\ntitle: Draft {i}\nkind: blog\n---\nSomething to read, number {i}.\n"
        drafts.append(owner.ask("POST", "/drafts", {"text": text})["id"])
    return slugs, drafts


@contextlib.contextmanager
def served(workspace):
    """A new workspace at this path and its server: gives the port, and who owns the machine."""
    shutil.rmtree(workspace, ignore_errors=True)
    subprocess.run([CARILLON, "init", workspace], check=True, capture_output=True)
    subprocess.run([CARILLON, "channel", "add", "echo", "practice", "--workspace", workspace],
                   check=True, capture_output=True)
    server = subprocess.Popen([CARILLON, "serve", "--workspace", workspace, "--listen",
                               "127.0.0.1:0"], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
    while not (found := re.search(rb"Serving http://127.0.0.1:(\d+)", server.stderr.readline())):
        if server.poll() is not None:
            sys.exit("bench: carillon does not serve")
    drain = subprocess.Popen(["cat"], stdin=server.stderr, stdout=subprocess.DEVNULL)
    try:
        port = int(found.group(1))
        yield port, Api(port, (workspace / "data" / "api-token").read_text().strip())
    finally:
        server.terminate()
        server.wait(timeout=30)
        drain.wait(timeout=30)
