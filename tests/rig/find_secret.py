#!/usr/bin/env python3
"""Looks for secrets in files, in every form they may have slipped in:
find_secret.py SECRETS PATH…: SECRETS holds one secret a line; a PATH may be a folder.

Prints "PATH holds secret N as FORM" for each find and exits with 1; 0 when there is none. First it
makes sure that it would find each form.
"""
import base64
import html
import json
import pathlib
import sys
import urllib.parse


def base64_cores(raw, encode):
    """The characters that stand in the code of any text around the secret, at each alignment."""
    for shift in range(3):
        whole = encode(b"\0" * shift + raw).rstrip(b"=")
        first = -(-shift * 8 // 6)
        last = (shift + len(raw)) * 8 // 6
        yield whole[first:last]


def forms(secret):
    raw = secret.encode()
    escaped = json.dumps(secret)[1:-1]
    yield "itself", raw
    yield "JSON", escaped.encode()
    yield "JSON with escaped slashes", escaped.replace("/", "\\/").encode()
    yield "JSON in JSON", json.dumps(escaped)[1:-1].encode()
    yield "HTML", html.escape(secret).encode()
    quoted = urllib.parse.quote(secret, safe="")
    yield "percent-encoded", quoted.encode()
    yield "percent-encoded, lower case", urllib.parse.quote(secret, safe="").lower().encode()
    yield "percent-encoded but for slashes", urllib.parse.quote(secret).encode()
    yield "form-encoded", urllib.parse.quote_plus(secret).encode()
    yield "hex", raw.hex().encode()
    yield "HEX", raw.hex().upper().encode()
    yield "UTF-16", secret.encode("utf-16-le")
    yield "backwards", raw[::-1]
    for name, encode in (("base64", base64.b64encode), ("base64url", base64.urlsafe_b64encode)):
        for core in base64_cores(raw, encode):
            yield name, core


def finds(data, secrets):
    lower = data.lower()
    for number, secret in enumerate(secrets):
        for form, needle in forms(secret):
            if needle in (lower if form.endswith("lower case") else data):
                yield number, form


def files(paths):
    for path in map(pathlib.Path, paths):
        yield from sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]


secrets = [line for line in pathlib.Path(sys.argv[1]).read_text().split("\n") if line]
for secret in secrets:
    assert len(secret) >= 10, "a short secret is found by chance"
    for form, needle in forms(secret):
        assert any(form == found for _, found in finds(b"\x01x" + needle + b"y\n", [secret])), form
    for before in (b"", b"u", b"us", b"user:"):
        coded = base64.b64encode(before + secret.encode() + b"!")
        assert any(form == "base64" for _, form in finds(coded, [secret])), before
bad = 0
for path in files(sys.argv[2:]):
    for number, form in sorted(set(finds(path.read_bytes(), secrets))):
        print(f"{path} holds secret {number + 1} as {form}")
        bad += 1
sys.exit(1 if bad else 0)
