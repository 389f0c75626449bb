#!/usr/bin/env python3
"""A proxy that makes faults: fault_proxy.py PORT UPSTREAM_PORT. Prints one line when it serves.

GET /__fault?kind=K&match=REGEX&skip=N&times=M arms it: of the requests whose "METHOD path" matches,
N pass, then M suffer K. GET /__fault?kind=none clears, and GET /__hits tells how many suffered.
"""
import http.client
import re
import socket
import struct
import sys
import threading
import urllib.parse

PORT, UPSTREAM = int(sys.argv[1]), int(sys.argv[2])
lock = threading.Lock()
rule = {"kind": "none"}
hits = [0]
HOP = {"connection", "transfer-encoding", "content-length", "keep-alive"}


def pick(line):
    with lock:
        if rule["kind"] == "none" or not re.search(rule["match"], line):
            return None
        if rule["skip"] > 0:
            rule["skip"] -= 1
            return None
        if rule["times"] <= 0:
            return None
        rule["times"] -= 1
        hits[0] += 1
        return rule["kind"]


def control(target):
    global rule
    args = dict(urllib.parse.parse_qsl(target.partition("?")[2]))
    with lock:
        if target.startswith("/__hits"):
            return str(hits[0]).encode()
        rule = {"kind": args.get("kind", "none"), "match": args.get("match", "."),
                "skip": int(args.get("skip", 0)), "times": int(args.get("times", 1))}
        hits[0] = 0
    return b"ok"


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
# Answers made here: what the client sees although nothing reached the server.
BEFORE = {
    "500-before": message(500, JSON, ERROR), "503-before": message(503, HTML, PAGE),
    "limit-with": message(429, JSON + [("Retry-After", "7")], ERROR),
    "limit-without": message(429, JSON, ERROR), "expired": message(401, JSON, ERROR),
    "refusal": message(422, JSON, ERROR), "page-before": message(200, HTML, PAGE),
}
# Answers made here after the server did take the request.
AFTER = {"500-after": message(500, JSON, ERROR), "502-after": message(502, HTML, PAGE),
         "page-after": message(200, HTML, PAGE)}


def suffer(client, kind, request):
    if kind == "reset-before":
        return reset(client)
    if kind in BEFORE:
        client.sendall(BEFORE[kind])
        return client.close()
    whole = message(*forward(*request))
    if kind == "reset-after":
        return reset(client)
    if kind == "cut":
        client.sendall(whole[:-max(1, len(whole) // 3)])
    elif kind == "slow":
        client.recv(1)  # nothing comes until the client gives up
    else:
        client.sendall(AFTER[kind])
    return client.close()


def serve(client):
    stream = client.makefile("rb")
    try:
        while (request := read_request(stream)) is not None:
            if request[1].startswith("/__"):
                client.sendall(message(200, HTML, control(request[1])))
                continue
            kind = pick(f"{request[0]} {request[1]}")
            if kind is not None:
                stream.close()
                return suffer(client, kind, request)
            client.sendall(message(*forward(*request)))
    except (OSError, http.client.HTTPException):
        pass
    finally:
        client.close()


listener = socket.create_server(("127.0.0.1", PORT), backlog=128)
print("ready", flush=True)
while True:
    connection, _ = listener.accept()
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    threading.Thread(target=serve, args=(connection,), daemon=True).start()
