#!/usr/bin/env python3
"""scan.py CARILLON [SECONDS]: lets Debian's wapiti look for holes in a running server.

Twice: as a stranger, from every public page on, and as an editor who is signed in, over /desk,
/account and the web interface. What it reports must be in ANSWERED, with the reason; anything
else fails. Without wapiti it says so and is skipped.
"""
import http.client
import http.server
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import urllib.parse

CARILLON = pathlib.Path(sys.argv[1]).resolve()
SECONDS = sys.argv[2] if len(sys.argv) > 2 else "240"
PASSWORD = "seven lanterns below the mill"
# Category, what its words hold, (its path): why it is no hole here.
ANSWERED = [
    ("HTTP Secure Headers", "Strict-Transport-Security",
     "TLS is the matter of the proxy in front, which also sets this header (docs/guide/running.md)"),
    ("HTTP Secure Headers", "X-XSS-Protection",
     "no browser obeys it any more, and those that did could be made to break pages by it; the "
     "policy of the page forbids scripts instead"),
    ("HTTP Secure Headers", "X-Frame-Options",
     "frame-ancestors 'none' of the page's policy says it, and is what browsers obey"),
    ("Cross Site Request Forgery", "is not properly checked", "/sign-out",
     "the scan is kept from signing out, by a proxy of its own that answers every request alike"),
    ("Secure Flag cookie", "Secure flag is not set",
     "the scan runs over plain http; where the organisation's url is https the flag is set "
     "(tests/web/pages_test.cpp)"),
]
MODULES = ("backup,blindsql,cookieflags,crlf,csp,csrf,exec,file,htaccess,http_headers,methods,"
           "permanentxss,redirect,shellshock,sql,ssrf,xss,xxe")


def page_and_form(port, path, cookie, fields):
    line = http.client.HTTPConnection("127.0.0.1", port)
    line.request("GET", path, headers={"Cookie": cookie})
    reply = line.getresponse()
    page = reply.read().decode()
    cookies = [cookie] if cookie else []
    cookies += [value.split(";")[0] for name, value in reply.getheaders() if name == "Set-Cookie"]
    csrf = re.search(r'name="csrf" value="([^"]*)"', page)
    body = urllib.parse.urlencode({**fields, "csrf": csrf.group(1) if csrf else ""})
    line.request("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded",
                                      "Cookie": "; ".join(cookies)})
    reply = line.getresponse()
    reply.read()
    if reply.status != 303:
        sys.exit(f"scan: {path} answered {reply.status}")
    return "; ".join(value.split(";")[0] for name, value in reply.getheaders()
                     if name == "Set-Cookie")


class SignedIn(http.server.ThreadingHTTPServer):
    """Passes requests on as somebody who is signed in, but for signing out: with the session the
    tokens of all forms would end. Signs in again where a form has ended it all the same."""

    def __init__(self, port):
        super().__init__(("127.0.0.1", 0), Passing)
        self.port, self.lock, self.cookie = port, threading.Lock(), ""

    def enter(self, stale):
        with self.lock:
            if self.cookie == stale:
                self.cookie = page_and_form(self.port, "/sign-in", "",
                                            {"who": "Ana", "password": PASSWORD})
            return self.cookie

    def handle_error(self, request, client_address):
        # The scan hangs up on what it waited for long enough.
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class Passing(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def pass_on(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path == "/sign-out":
            return self.answer(403, [], b"The scan stays signed in.")
        headers = {name: value for name, value in self.headers.items()
                   if name.lower() not in ("cookie", "connection", "accept-encoding", "host")}
        cookie = self.server.cookie
        for _ in range(2):
            line = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
            line.request(self.command, self.path, body or None,
                         {**headers, "Host": self.headers["Host"], "Cookie": cookie})
            reply = line.getresponse()
            said = reply.read()
            if not (reply.status == 303 and
                    (reply.getheader("Location") or "").startswith("/sign-in")):
                break
            cookie = self.server.enter(cookie)
        self.answer(reply.status, reply.getheaders(), said)

    def answer(self, status, headers, said):
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in ("content-length", "connection", "date", "transfer-encoding"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(said)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = do_TRACE = pass_on
    do_ABC = pass_on  # a method that the scan makes up

    def log_message(self, *_):
        pass


def report_of(url, starts, out):
    command = ["wapiti", "-u", url, "--scope", "domain", "-m", MODULES, "-f", "json", "-o", out,
               "--flush-session", "--store-session", out.parent / "session", "--max-scan-time",
               SECONDS, "--max-links-per-page", "40", "-v", "0", "--no-bugreport"]
    for start in starts:
        command += ["-s", url + start]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          check=False)
    if not out.exists():
        sys.exit(f"scan: wapiti failed: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return json.loads(out.read_text())


def answer_to(category, finding):
    for known, part, *path, reason in ANSWERED:
        if known == category and part in finding["info"] and path in ([], [finding["path"]]):
            return reason
    return None


def judge(name, report):
    new, answered = [], set()
    for kind in ("vulnerabilities", "anomalies"):
        for category, findings in report[kind].items():
            for finding in findings:
                reason = answer_to(category, finding)
                if reason:
                    answered.add((category, reason))
                else:
                    new.append(f"{category}: {finding['method']} {finding['path']}: "
                               f"{finding['info']}")
    for category, reason in sorted(answered):
        print(f"scan {name}: answered: {category}: {reason}")
    for line in new:
        print(f"scan {name}: {line}")
    print(f"scan {name}: {len(new)} findings without an answer", flush=True)
    return not new


def main():
    if not shutil.which("wapiti"):
        print("scan: skipped: wapiti is not here (packaging/install.sh scan)")
        return
    with tempfile.TemporaryDirectory() as name:
        work = pathlib.Path(name)
        run = lambda *words: subprocess.run([str(CARILLON), *words], cwd=work, check=True,
                                            capture_output=True, text=True)
        run("init", "w")
        config = work / "w" / "carillon.yaml"
        config.write_text(config.read_text() + "propose:\n  open: true\n")
        post = work / "tea.md"
        post.write_text("---\ntitle: Tea is ready\nslug: tea\n---\nIt is on the table.\n")
        run("publish", str(post), "--workspace", "w")
        server = subprocess.Popen([str(CARILLON), "serve", "--workspace", "w", "--listen",
                                   "127.0.0.1:0"], cwd=work, stderr=subprocess.PIPE, text=True)
        try:
            port = link = None
            while not (port and link):
                line = server.stderr.readline()
                if not line:
                    sys.exit("scan: the server did not start")
                port = port or re.search(r"Serving http://127.0.0.1:(\d+)", line)
                link = link or re.search(r"(/welcome/\S+)", line)
            drain = subprocess.Popen(["cat"], stdin=server.stderr, stdout=subprocess.DEVNULL)
            number = int(port.group(1))
            url = f"http://127.0.0.1:{number}/"
            inside = SignedIn(number)
            inside.cookie = page_and_form(number, link.group(1), "",
                                          {"name": "Ana", "password": PASSWORD, "again": PASSWORD})
            threading.Thread(target=inside.serve_forever, daemon=True).start()
            # First: after a stranger's wrong passwords this address has to wait.
            url = f"http://127.0.0.1:{inside.server_address[1]}/"
            good = judge("signed-in", report_of(url, ["desk", "desk/new", "desk/drafts", "account",
                                                      "app", "api/v1/today", "api/v1/drafts",
                                                      "api/v1/deliveries?announcement=tea"],
                                                work / "in.json"))
            url = f"http://127.0.0.1:{number}/"
            good = judge("stranger", report_of(url, ["sign-in", "propose", "channels", "app",
                                                     "feed.atom", "api/v1/openapi.json"],
                                               work / "stranger.json")) and good
        finally:
            server.terminate()
            server.wait(timeout=30)
            drain.wait(timeout=30)
        if not good:
            sys.exit("scan: see the findings above")
        print("scan: all findings are answered")


main()
