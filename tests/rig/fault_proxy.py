#!/usr/bin/env python3
"""A proxy that makes faults: fault_proxy.py PORT UPSTREAM_PORT. Prints one line when it serves.

GET /__fault?kind=K&match=REGEX&skip=N&times=M arms it: of the requests whose "METHOD path" matches,
N pass, then M suffer K. With &then=1 the rule is added and waits until the one before it has
happened. With &wait=S a rate limit names a time so many seconds ahead. kind=none clears.
GET /__hits tells how many suffered since, GET /__seen?match=REGEX how many such requests came.

GET /__aside tells the port of a second, foreign server: it answers everything with a page, and
takes these controls also while GET /__down has closed PORT (GET /__up opens it again). GET /__got
tells what came there.
"""
import email.utils
import http.client
import re
import socket
import struct
import sys
import threading
import time
import urllib.parse

PORT, UPSTREAM = int(sys.argv[1]), int(sys.argv[2])
lock = threading.Lock()
rules, seen, got, clients = [], [], [], set()
hits = [0]
HOP = {"connection", "transfer-encoding", "content-length", "keep-alive"}


def pick(line):
    with lock:
        seen.append(line)
        for rule in rules:
            if re.search(rule["match"], line):
                if rule["skip"] > 0:
                    rule["skip"] -= 1
                    return None
                if rule["times"] > 0:
                    rule["times"] -= 1
                    hits[0] += 1
                    return rule
            if rule["times"] > 0:
                return None  # the later ones wait for it
    return None


def control(target):
    path, _, query = target.partition("?")
    args = dict(urllib.parse.parse_qsl(query))
    with lock:
        if path == "/__hits":
            return str(hits[0])
        if path == "/__seen":
            return str(sum(1 for line in seen if re.search(args["match"], line)))
        if path == "/__aside":
            return str(aside.getsockname()[1])
        if path == "/__got":
            return "\n".join(got)
        if path == "/__down":
            door.close()
        elif path == "/__up":
            door.open()
        else:
            if "then" not in args:
                rules.clear(), seen.clear(), got.clear()
                hits[0] = 0
            if args.get("kind", "none") != "none":
                rules.append({"kind": args["kind"], "match": args.get("match", "."),
                              "skip": int(args.get("skip", 0)), "times": int(args.get("times", 1)),
                              "wait": int(args.get("wait", 7))})
    return "ok"


def read_request(stream):
    line = stream.readline().decode("latin-1").strip()
    if not line:
        return None
    headers = []
    while (text := stream.readline().decode("latin-1").strip()):
        headers.append(tuple(text.split(": ", 1)) if ": " in text else (text.rstrip(":"), ""))
    length = next((int(v) for n, v in headers if n.lower() == "content-length"), 0)
    method, target, _ = line.split(" ", 2)
    return method, target, headers, stream.read(length)


def forward(method, target, headers, body):
    upstream = http.client.HTTPConnection("127.0.0.1", UPSTREAM, timeout=30)
    sent = {n: v for n, v in headers if n.lower() not in HOP and n.lower() != "expect"}
    upstream.request(method, target, body=body or None, headers=sent)
    reply = upstream.getresponse()
    data = reply.read()
    kept = [(n, v) for n, v in reply.getheaders() if n.lower() not in HOP]
    upstream.close()
    return reply.status, kept, data


def message(status, headers, body):
    lines = [f"HTTP/1.1 {status} X"] + [f"{n}: {v}" for n, v in headers]
    lines.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body


def reset(client):
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


JSON = [("Content-Type", "application/json")]
HTML = [("Content-Type", "text/html")]
ERROR = b'{"error":"injected"}'
PAGE = b"<!doctype html><title>Back soon</title>"
CHUNKED = (b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
           b"Transfer-Encoding: chunked\r\n\r\n")


def limited(wait):
    """The ways in which servers name the time: seconds, or a moment by their own clock."""
    now = int(time.time())
    date = ("Date", email.utils.formatdate(now, usegmt=True))
    later = time.gmtime(now + wait)
    ways = {"with": ("Retry-After", str(wait)),
            "date": ("Retry-After", email.utils.formatdate(now + wait, usegmt=True)),
            "words": ("X-RateLimit-Reset", time.strftime("%Y-%m-%dT%H:%M:%S.000Z", later)),
            "epoch": ("RateLimit-Reset", str(now + wait))}
    return {f"limit-{name}": message(429, JSON + [date, way], ERROR) for name, way in ways.items()}


def answer_of(kind, wait):
    """The answers that are made here."""
    base = kind.removesuffix("-before").removesuffix("-after")
    elsewhere = [("Location", f"http://127.0.0.1:{aside.getsockname()[1]}/elsewhere")]
    answers = {"500": message(500, JSON, ERROR), "502": message(502, HTML, PAGE),
               "503": message(503, HTML, PAGE), "page": message(200, HTML, PAGE),
               "expired": message(401, JSON, ERROR), "refusal": message(422, JSON, ERROR),
               "limit-without": message(429, JSON, ERROR), "junk": b"SSH-2.0-OpenSSH_9.2\r\n",
               "empty": message(200, JSON, b"[]"), "redirect": message(307, elsewhere, b""),
               "moved": message(302, elsewhere, b""), "see-other": message(303, elsewhere, b"")}
    return (answers | limited(wait))[base]


def stream_to(client, kind):
    """100 MB, or a body or header lines without end; until the client has had enough."""
    if kind.startswith("flood"):
        client.sendall(CHUNKED)
        for _ in range(1600):
            client.sendall(b"10000\r\n" + b" " * 0x10000 + b"\r\n")
        return client.sendall(b"0\r\n\r\n")
    if kind.startswith("headers"):
        client.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            client.sendall(b"X-More: " + b"x" * 1000 + b"\r\n")
    client.sendall(CHUNKED)
    while True:
        client.sendall(b"1\r\n \r\n")
        time.sleep(0.02)


def suffer(client, rule, request):
    kind = rule["kind"]
    performed = kind in ("cut", "slow") or kind.endswith("-after")
    whole = message(*forward(*request)) if performed else b""
    if kind.startswith("reset"):
        return reset(client)
    if kind == "cut":
        client.sendall(whole[:-max(1, len(whole) // 3)])
    elif kind == "slow":
        client.recv(1)  # nothing comes until the client gives up
    elif kind.startswith(("flood", "endless", "headers")):
        stream_to(client, kind)
    else:
        client.sendall(answer_of(kind, rule["wait"]))
    return client.close()


def serve(client, is_aside):
    stream = client.makefile("rb")
    try:
        while (request := read_request(stream)) is not None:
            method, target, headers, body = request
            if target.startswith("/__"):
                client.sendall(message(200, HTML, control(target).encode()))
            elif is_aside:
                with lock:
                    got.append(f"{method} {target} {headers} {body.decode('latin-1')}")
                client.sendall(message(200, HTML, PAGE))
            elif (rule := pick(f"{method} {target}")) is not None:
                stream.close()
                return suffer(client, rule, request)
            else:
                client.sendall(message(*forward(*request)))
    except (OSError, http.client.HTTPException):
        pass
    finally:
        clients.discard(client)
        client.close()


def accept_on(listener, is_aside):
    try:
        while True:
            client, _ = listener.accept()
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            clients.add(client)
            threading.Thread(target=serve, args=(client, is_aside), daemon=True).start()
    except OSError:
        pass  # closed


class Door:
    """PORT. While it is closed it stays bound, so that nobody else takes it."""

    def __init__(self):
        self.socket = self.bound()
        self.open()

    def bound(self):
        out = socket.socket()
        out.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        out.bind(("127.0.0.1", PORT))
        return out

    def open(self):
        self.socket.listen(128)
        threading.Thread(target=accept_on, args=(self.socket, False), daemon=True).start()

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        self.socket.close()
        self.socket = self.bound()
        for client in list(clients):
            try:
                if client.getsockname()[1] == PORT:
                    client.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # gone already


aside = socket.create_server(("127.0.0.1", 0), backlog=128)
door = Door()
print("ready", flush=True)
accept_on(aside, True)
