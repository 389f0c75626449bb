#!/usr/bin/python3
"""The HTTP server of the real program against clients that mean no good, or are just slow:
hardening.py CARILLON. Framing is that of RFC 9112; every case says what is owed, and after each the
server must still answer a proper request.
"""
import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading

CARILLON = os.path.realpath(sys.argv[1])
PAGE = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
PLANTED = "planted-4711"


def connect(port):
    return socket.create_connection(("127.0.0.1", port), timeout=20)


def read_all(sock):
    """Until the server closes; what came before a reset counts too."""
    out = b""
    try:
        while data := sock.recv(65536):
            out += data
    except ConnectionResetError:
        pass
    except TimeoutError:
        return out + b"HTTP/1.1 000 the server does not close "
    return out


def read_answer(stream):
    """Status and body of one answer, by its Content-Length."""
    line = stream.readline()
    if not line:
        return None, b""
    length = 0
    while (header := stream.readline()) not in (b"\r\n", b""):
        if header.lower().startswith(b"content-length:"):
            length = int(header.split(b":")[1])
    return int(line.split()[1]), stream.read(length)


def statuses(answer):
    return [int(code) for code in re.findall(rb"HTTP/1\.1 (\d\d\d) ", answer)]


def exchange(port, request):
    """All statuses that come back, and whether the server closed by itself."""
    with connect(port) as sock:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            sock.sendall(request)
        return statuses(read_all(sock))


SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"


def head(*lines, first=b"POST / HTTP/1.1"):
    return b"\r\n".join([first, b"Host: a", *lines]) + b"\r\n\r\n"


# What is sent, and the only statuses that may come back before the connection is closed: where a
# message ends in two readings, a smuggled request behind it must not be answered.
REFUSED = {
    "Content-Length and Transfer-Encoding":
        (head(b"Content-Length: 5", b"Transfer-Encoding: chunked") + b"0\r\n\r\n" + SMUGGLED, 400),
    "the same the other way round":
        (head(b"Transfer-Encoding: chunked", b"Content-Length: 5") + b"0\r\n\r\n" + SMUGGLED, 400),
    "two lengths": (head(b"Content-Length: 0", b"Content-Length: 44") + SMUGGLED, 400),
    "two lengths in one line": (head(b"Content-Length: 0, 44") + SMUGGLED, 400),
    "a negative length": (head(b"Content-Length: -1") + SMUGGLED, 400),
    "a length with a sign": (head(b"Content-Length: +0") + SMUGGLED, 400),
    "a length in hex": (head(b"Content-Length: 0x0") + SMUGGLED, 400),
    "a length beyond 64 bits": (head(b"Content-Length: 18446744073709551616") + SMUGGLED, 400),
    "an empty length": (head(b"Content-Length: ") + SMUGGLED, 400),
    "an unknown coding": (head(b"Transfer-Encoding: xchunked") + SMUGGLED, 501),
    "a coding before chunked": (head(b"Transfer-Encoding: gzip, chunked") + b"0\r\n\r\n" + SMUGGLED, 501),
    "chunked that is not last": (head(b"Transfer-Encoding: chunked, gzip") + SMUGGLED, 501),
    "chunked twice": (head(b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked") +
                      b"0\r\n\r\n" + SMUGGLED, 400, 501),
    "chunked and identity": (head(b"Transfer-Encoding: chunked", b"Transfer-Encoding: identity") +
                             b"0\r\n\r\n" + SMUGGLED, 400, 501),
    "chunked in HTTP/1.0": (b"POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" +
                            SMUGGLED, 400),
    "a space before the colon": (head(b"Transfer-Encoding : chunked") + b"0\r\n\r\n" + SMUGGLED, 400),
    "a length with a space before the colon": (head(b"Content-Length : 37") + SMUGGLED, 400),
    "a coding behind a vertical tab": (head(b"Transfer-Encoding: \x0bchunked") + SMUGGLED, 400, 501),
    "NUL in a header": (head(b"X-A: b\0c", first=b"GET / HTTP/1.1"), 400),
    "NUL in the target": (b"GET /a\0b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    "a bare line feed": (b"GET / HTTP/1.1\nHost: a\n\n", 400, 505),
    "a bare line feed in a header": (head(b"X-A: b\nContent-Length: 37", first=b"GET / HTTP/1.1") +
                                     SMUGGLED, 400),
    "a bare carriage return": (head(b"X-A: b\rContent-Length: 37", first=b"GET / HTTP/1.1") +
                               SMUGGLED, 400),
    "a line without a colon": (head(b"nonsense", first=b"GET / HTTP/1.1"), 400),
    "a header without a name": (head(b": b", first=b"GET / HTTP/1.1"), 400),
    "no host": (b"GET / HTTP/1.1\r\n\r\n", 400),
    "two hosts": (head(b"Host: b", first=b"GET / HTTP/1.1"), 400),
    "HTTP/2 that nobody agreed on": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, 505),
    "HTTP/1.2": (b"GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505),
    "no version": (b"GET /\r\n\r\n", 400),
    "TLS to a port without": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64), 400),
    "a target that is no path": (b"GET a HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    "a tunnel": (b"CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 400, 405, 501),
    "a header too large": (head(b"X-A: " + b"x" * 20000, first=b"GET / HTTP/1.1"), 431),
    "a target too large": (b"GET /" + b"x" * 20000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 431, 414),
    "a body announced too large": (head(b"Content-Length: 3000000"), 413),
    "chunks that grow too large": (head(b"Transfer-Encoding: chunked") +
                                   (b"100000\r\n" + b"x" * 0x100000 + b"\r\n") * 3, 413),
    "a chunk beyond 64 bits": (head(b"Transfer-Encoding: chunked") + b"10000000000000000\r\n", 400, 413),
    "a chunk of no number": (head(b"Transfer-Encoding: chunked") + b"zz\r\n\r\n" + SMUGGLED, 400),
    "a negative chunk": (head(b"Transfer-Encoding: chunked") + b"-1\r\n\r\n" + SMUGGLED, 400),
    "a chunk longer than it says": (head(b"Transfer-Encoding: chunked") + b"1\r\nabc\r\n0\r\n\r\n" + SMUGGLED, 400),
    "an endless chunk extension": (head(b"Transfer-Encoding: chunked") + b"1;" + b"x" * 100000, 400, 413),
    "endless trailers": (head(b"Transfer-Encoding: chunked") + b"0\r\n" + b"X-A: b\r\n" * 10000 + b"\r\n",
                         400, 413, 431),
    "an expectation nobody knows": (head(b"Expect: miracle", b"Content-Length: 5"), 417),
}

# Read to the end, with one answer; what follows on the connection is a request of its own.
TAKEN = {
    "a page": (PAGE, 200),
    "the absolute form": (b"GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 200),
    # RFC 9112 section 5.2: refused, or the fold is a space.
    "a folded header": (head(b"X-A: b", b" Transfer-Encoding: chunked", b"\tc: d",
                             first=b"GET / HTTP/1.1"), 200, 400),
    "empty lines before": (b"\r\n\r\n" + PAGE, 200),
    "chunks": (head(b"Transfer-Encoding: chunked") + b"3;a=b\r\nabc\r\n0\r\nX-T: t\r\n\r\n", 405),
    "a body": (head(b"Content-Length: 3") + b"abc", 405),
    "the same length twice": (head(b"Content-Length: 3, 3") + b"abc", 405, 400),
    "the way out of the folder": (b"GET /../../../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n", 404, 400),
    "the same, encoded": (b"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n", 404, 400),
    "NUL, encoded": (b"GET /posts/%00 HTTP/1.1\r\nHost: a\r\n\r\n", 404, 400),
    "a way to another host": (b"GET //evil.example HTTP/1.1\r\nHost: a\r\n\r\n", 404, 400),
    "the same, encoded twice": (b"GET /%2f%2fevil.example%0d%0aX-A:b HTTP/1.1\r\nHost: a\r\n\r\n", 404, 400),
    "half an escape": (b"GET /%f HTTP/1.1\r\nHost: a\r\n\r\n", 404, 400),
    "a method nobody knows": (b"BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 405, 501),
}


class Program:
    """`carillon serve` on a fresh workspace."""

    def __init__(self, folder):
        self.log_path = os.path.join(folder, "log")
        subprocess.run([CARILLON, "init", os.path.join(folder, "w")], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                [CARILLON, "serve", "--listen", "127.0.0.1:0", "--workspace",
                 os.path.join(folder, "w")], stdout=log, stderr=log)
        while not (found := re.search(r"Serving http://[^:]*:(\d+)/", self.log())):
            assert self.process.poll() is None, self.log()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(0.05)
        self.port = int(found.group(1))

    def log(self):
        with open(self.log_path, encoding="utf-8") as log:
            return log.read()


def slow(port, first, rest, answers, name):
    """Sends `rest` a byte a second until an answer comes."""
    with connect(port) as sock:
        sock.sendall(first)
        sock.settimeout(1)
        got = b""
        for byte in rest:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                sock.sendall(bytes([byte]))
            with contextlib.suppress(TimeoutError):
                got = sock.recv(65536)
                break
        answers[name] = statuses(got)


def check_good(port, what):
    got = exchange(port, PAGE.replace(b"Host: a", b"Host: a\r\nConnection: close"))
    assert got == [200], f"after {what}: a proper request is answered {got}"


def check_framing(port):
    wrong = []
    for name, (request, *allowed) in REFUSED.items():
        got = exchange(port, request)
        if len(got) != 1 or got[0] not in allowed:
            wrong.append(f"{name}: answered {got}, not one of {allowed}")
        check_good(port, name)
    assert not wrong, "\n".join(wrong)
    for name, (request, *allowed) in TAKEN.items():
        with connect(port) as sock, sock.makefile("rb") as stream:
            sock.sendall(request)
            status, body = read_answer(stream)
            assert status in allowed, f"{name}: answered {status}, not one of {allowed}"
            assert b"root:" not in body, name
            if status == allowed[0]:
                sock.sendall(PAGE)
                assert read_answer(stream)[0] == 200, f"{name}: the next request is lost"


def check_pipeline(port):
    with connect(port) as sock, sock.makefile("rb") as stream:
        requests = [PAGE, head(b"Content-Length: 3") + b"abc", b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n",
                    b"GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n", PAGE]
        sock.sendall(b"".join(requests))
        first = read_answer(stream)
        assert first[0] == 200 and first[1].endswith(b"</html>\n"), first[1][-40:]
        assert read_answer(stream)[0] == 405
        line = stream.readline()
        length = 0
        while (header := stream.readline()) != b"\r\n":
            if header.lower().startswith(b"content-length:"):
                length = int(header.split(b":")[1])
        assert line.startswith(b"HTTP/1.1 200") and length == len(first[1]), (line, length)
        assert read_answer(stream)[0] == 404
        assert read_answer(stream) == first
    # A client that hangs up in the middle of many requests costs nothing.
    with connect(port) as sock:
        sock.sendall(PAGE * 200 + b"GET / HT")
    check_good(port, "a client that hung up")
    with connect(port) as sock:
        sock.sendall(head(b"Expect: 100-continue", b"Content-Length: 3"))
        assert sock.recv(65536).startswith(b"HTTP/1.1 100 "), "no promise to read"
        sock.sendall(b"abc")
        assert statuses(sock.recv(65536)) == [405]


def check_log(program):
    with connect(program.port) as sock:
        sock.sendall(f"GET /feed.atom?token={PLANTED}&x=1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                     f"Authorization: Bearer {PLANTED}\r\nCookie: a={PLANTED}\r\n"
                     f"Referer: http://a/?t={PLANTED}\r\n\r\n".encode())
        assert statuses(read_all(sock)) == [200]
    exchange(program.port, f"GET http://u:{PLANTED}@a/?{PLANTED} HTTP/1.1\r\nHost: a\r\nConnection: close"
                           "\r\n\r\n".encode())
    exchange(program.port, f"POST /?{PLANTED} HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n".encode())
    exchange(program.port, b"GET /a%0Aat=1%20level=error HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    log = program.log()
    assert "path=/feed.atom " in log, "the log lacks a request"
    assert PLANTED not in log, "the log holds what stands behind a question mark or in a header"
    lines = log.strip().split("\n")
    forged = [line for line in lines if not line.startswith(("at=", "Serving ", "sign in  "))]
    assert not forged, f"a request wrote lines of its own: {forged}"


def check_stop(program):
    """A request in flight is answered, the idle ones are closed, and the program ends well."""
    idle = connect(program.port)
    with connect(program.port) as busy:
        busy.sendall(head(b"Expect: 100-continue", b"Content-Length: 4"))
        assert busy.recv(65536).startswith(b"HTTP/1.1 100 ")
        busy.sendall(b"ab")
        program.process.send_signal(signal.SIGTERM)
        assert read_all(idle) == b"", "the idle connection got something"  # waits for its end
        busy.sendall(b"cd")
        answer = read_all(busy)
        assert statuses(answer) == [405] and b"Connection: close" in answer, answer
    idle.close()
    assert program.process.wait(30) == 0, program.log()


with tempfile.TemporaryDirectory() as folder:
    program = Program(folder)
    try:
        answers = {}
        slow_ones = {"header": (b"", b"GET /" + b"x" * 60),
                     "body": (head(b"Content-Length: 60"), b"x" * 60)}
        threads = [threading.Thread(target=slow, args=(program.port, *parts, answers, name))
                   for name, parts in slow_ones.items()]
        for thread in threads:
            thread.start()
        idle = [connect(program.port) for _ in range(500)]  # they cost others nothing
        check_framing(program.port)
        check_pipeline(program.port)
        check_log(program)
        for thread in threads:
            thread.join()
        assert answers == {"header": [408], "body": [408]}, f"slow clients: {answers}"
        for sock in idle:
            sock.close()
        check_stop(program)
    finally:
        program.process.kill()
print(f"hardening: {len(REFUSED) + len(TAKEN)} framings, pipelining, slow clients, log and stop are right")
