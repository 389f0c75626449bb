#!/usr/bin/env python3
"""A server that behaves as no server should: bad_server.py PORT [CERTIFICATE KEY].

Prints "ready" when it serves; with a certificate it speaks TLS. The next requests are answered as
POST /__as/KIND says:
  html       200 with a page
  login      302 to /login, which is a page
  moved/URL  301 to URL with the request's path
  huge       200 with 100 MB of JSON
  endless    200 with a body that never ends
  silent     200 with a header and then nothing
  echo       401 with an error that repeats what the request said, its secrets too
GET /__seen: a line "METHOD path" for each request so far.
"""
import json
import ssl
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

state = {"kind": "html"}
seen = []
PAGE = b"<!doctype html><title>Welcome</title><h1>Parked domain</h1>\n"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def reply(self, status, kind, body, *headers):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def begin(self):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True

    def suffer(self, body):
        kind = state["kind"]
        if kind == "html" or self.path.startswith("/login"):
            return self.reply(200, "text/html", PAGE)
        if kind == "login":
            return self.reply(302, "text/html", b"", ("Location", "/login"))
        if kind.startswith("moved/"):
            return self.reply(301, "text/html", b"", ("Location", kind[6:] + self.path))
        if kind == "echo":
            words = f"what is {self.headers.get('Authorization')} with {body.decode()}?"
            return self.reply(401, "application/json",
                              json.dumps({"error": words, "message": words}).encode())
        self.begin()
        if kind == "silent":
            self.wfile.write(b'{"id":"')
            self.wfile.flush()
            return self.rfile.read(1)  # until the client gives up
        chunk = b'{"id":"' + b"x" * (1024 * 1024 - 7)
        sent = 0
        while kind == "endless" or sent < 100:
            self.wfile.write(chunk)
            sent += 1

    def serve(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path.startswith("/__as/"):
            state["kind"] = self.path[6:]
            return self.reply(200, "text/plain", b"ok\n")
        if self.path == "/__seen":
            return self.reply(200, "text/plain", "".join(line + "\n" for line in seen).encode())
        seen.append(f"{self.command} {self.path}")
        try:
            self.suffer(body)
        except OSError:  # the client has had enough
            self.close_connection = True

    do_GET = do_POST = do_PUT = do_DELETE = serve


server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
server.daemon_threads = True
if len(sys.argv) > 3:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[2], sys.argv[3])
    server.socket = context.wrap_socket(server.socket, server_side=True,
                                        do_handshake_on_connect=False)
print("ready", flush=True)
server.serve_forever()
