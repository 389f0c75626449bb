#!/usr/bin/env python3
"""archive_pds.py CARILLON: an account on a real Bluesky PDS (CARILLON_PDS, see tests/rig) says things,
is exported by the server itself, and is imported with its signature verified."""
import base64
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.request

CARILLON = pathlib.Path(sys.argv[1]).resolve()
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
server, token = "", ""


def call(name, body=None, kind="application/json", **query):
    url = f"{server}/xrpc/{name}"
    if query:
        url += "?" + "&".join(f"{key}={value}" for key, value in query.items())
    data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, headers={"Content-Type": kind} if data else {})
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    answer = urllib.request.urlopen(request, timeout=30).read()
    return answer if name.startswith("com.atproto.sync.") else json.loads(answer)


def record(did, collection, value):
    value = {"$type": collection, "createdAt": "2026-01-02T03:04:05.000Z", **value}
    made = call("com.atproto.repo.createRecord",
                {"repo": did, "collection": collection, "record": value})
    return {"uri": made["uri"], "cid": made["cid"]}


def carillon(where, *words):
    done = subprocess.run([CARILLON, *words, "--workspace", where, "--json"], capture_output=True,
                          text=True)
    return done.returncode, json.loads(done.stdout)


def check(good, what):
    if not good:
        sys.exit(f"archive_pds: {what}")


def main():
    global server, token
    if not os.environ.get("CARILLON_PDS"):
        print("archive_pds: skipped: no Bluesky PDS runs here")
        return
    server = "http://127.0.0.1:" + os.environ["CARILLON_PDS"].split(":")[1]
    handle = f"a{time.time_ns() % 10**12}.test"
    account = call("com.atproto.server.createAccount",
                   {"handle": handle, "email": f"{handle}@example.org", "password": "p" * 20})
    token, did = account["accessJwt"], account["did"]
    post = "app.bsky.feed.post"
    call("com.atproto.repo.putRecord",
         {"repo": did, "collection": "app.bsky.actor.profile", "rkey": "self",
          "record": {"$type": "app.bsky.actor.profile", "displayName": "A Project"}})
    blob = call("com.atproto.repo.uploadBlob", PIXEL, kind="image/png")["blob"]
    first = record(did, post, {"text": "read it: blog", "facets": [
        {"index": {"byteStart": 9, "byteEnd": 13},
         "features": [{"$type": "app.bsky.richtext.facet#link", "uri": "https://example.org/b"}]}]})
    record(did, post, {"text": "and this", "reply": {"root": first, "parent": first}, "embed": {
        "$type": "app.bsky.embed.images", "images": [{"alt": "One pixel", "image": blob}]}})
    gone = record(did, post, {"text": "SECRET-deleted"})
    record(did, "app.bsky.feed.like", {"subject": first})
    for number in range(60):
        record(did, post, {"text": f"number {number}"})
    call("com.atproto.repo.deleteRecord",
         {"repo": did, "collection": post, "rkey": gone["uri"].rsplit("/", 1)[1]})
    document = call("com.atproto.repo.describeRepo", repo=did)["didDoc"]
    key = document["verificationMethod"][0]["publicKeyMultibase"]
    with tempfile.TemporaryDirectory() as name:
        where = pathlib.Path(name)
        (where / "repo.car").write_bytes(call("com.atproto.sync.getRepo", did=did))
        (where / "blobs").mkdir()
        (where / "blobs" / blob["ref"]["$link"]).write_bytes(
            call("com.atproto.sync.getBlob", did=did, cid=blob["ref"]["$link"]))
        subprocess.run([CARILLON, "init", where / "w"], check=True, capture_output=True)
        code, said = carillon(where / "w", "archive", "import", where / "repo.car", "--key", key,
                              "--handle", handle)
        check(code == 0, f"the import failed: {said}")
        counts = said["counts"]
        check(said["signature"] == "verified" and said["handle"] == handle, said)
        check(counts["posts"] == 62 and counts["threads"] == 1 and counts["pictures"] == 1, said)
        check(counts["missing_media"] == 0 and counts["alt_texts"] == 1, said)
        _, found = carillon(where / "w", "archive", "search", "read", "blog")
        check(found and "(https://example.org/b)" in json.dumps(found), f"not found: {found}")
        code, said = carillon(where / "w", "archive", "import", where / "repo.car", "--key",
                              "did:key:zQ3shqwJEJyMBsBXCWyCBpUBMqxcon9oHB7mCvx4sSpMdLJwc")
        check(code == 1 and said["error"]["code"] == "denied", f"another key: {said}")
        code, said = carillon(where / "w", "site", "build", "--out", where / "out")
        check(code == 0, said)
        pages = b"".join(page.read_bytes() for page in (where / "out").rglob("*") if page.is_file())
        check(b"SECRET-" not in pages and b"number 59" in pages and PIXEL in pages, "wrong pages")
    print("archive_pds: a real server's export was imported, its signature verified")


main()
