#!/usr/bin/env python3
"""kill.py CARILLON: a fan-out to many inboxes of this machine while the server is killed again and
again. Every inbox must have the announcement in the end, and none of them one that is not signed."""
import http.server
import json
import pathlib
import random
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

CARILLON = pathlib.Path(sys.argv[1]).resolve()
INBOXES, KILLS = 400, 5
got, unsigned, arrived = {}, [], threading.Condition()


class Inbox(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with arrived:
            if "signature=" not in (self.headers["Signature"] or ""):
                unsigned.append(self.path)
            ids = got.setdefault(self.headers["Host"], [])
            ids.append(json.loads(body)["id"])
            arrived.notify_all()
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 256
    daemon_threads = True

    def handle_error(self, *_):
        """Who is killed leaves a connection in the middle."""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def run(*words):
    return subprocess.run([CARILLON, *words], cwd=where, check=True, capture_output=True, text=True).stdout


def serve():
    child = subprocess.Popen([CARILLON, "serve", "--listen", f"127.0.0.1:{port}"], cwd=where,
                             stderr=subprocess.PIPE, text=True)
    while "Serving" not in child.stderr.readline():
        if child.poll() is not None:
            sys.exit("kill: the server does not start")
    threading.Thread(target=child.stderr.read, daemon=True).start()
    return child


def until(true, seconds):
    end = time.monotonic() + seconds
    with arrived:
        while not true():
            if not arrived.wait(timeout=max(0.0, end - time.monotonic())) and time.monotonic() >= end:
                return False
    return True


scratch = tempfile.mkdtemp()
where, port = pathlib.Path(scratch) / "w", free_port()
inbox = Server(("0.0.0.0", 0), Inbox)
threading.Thread(target=inbox.serve_forever, daemon=True).start()
subprocess.run([CARILLON, "init", where], check=True, capture_output=True)
config = where / "carillon.yaml"
config.write_text(re.sub(r"(?m)^  url: .*", f"  url: http://localhost:{port}", config.read_text()))
run("channel", "set", "home", "handle=news", "loopback_peers=true")
child = serve()
database = sqlite3.connect(where / "data/carillon.db", timeout=30)
hosts = [f"127.1.{i // 200}.{i % 200 + 1}:{inbox.server_port}" for i in range(INBOXES)]
with database:
    database.executemany("insert into fedi_follower values (?, ?, ?, ?, '', 0)",
                         [(f"http://{h}/u", f"http://{h}/u/inbox", f"http://{h}/inbox", h) for h in hosts])
(where / "post.md").write_text("---\ntitle: Tea\n---\nTea.\n")
run("publish", "post.md")
dice = random.Random(7)
for number in range(1, KILLS + 1):
    many = number * INBOXES // (KILLS + 3) + dice.randrange(10)
    if not until(lambda: len(got) >= many, 120):
        sys.exit(f"kill: only {len(got)} of {many} inboxes were reached")
    child.send_signal(signal.SIGKILL)
    child.wait()
    child = serve()
done = until(lambda: len(got) == INBOXES, 180)
child.terminate()
child.wait()
shutil.rmtree(scratch, ignore_errors=True)
if not done:
    sys.exit(f"kill: {INBOXES - len(got)} of {INBOXES} inboxes have nothing")
if unsigned:
    sys.exit(f"kill: {len(unsigned)} requests were not signed")
kinds = {one for ids in got.values() for one in ids}
if len(kinds) != 1:
    sys.exit(f"kill: there are several activities: {kinds}")
again = sum(len(ids) - 1 for ids in got.values())
print(f"kill: {INBOXES} inboxes, {KILLS} kills, none lost, {again} twice")
