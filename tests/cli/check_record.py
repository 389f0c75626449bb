#!/usr/bin/env python3
"""check_record.py FILE: checks an exported audit log by its description alone (docs/guide/audit-log.md)."""
import hashlib
import json
import sys

before, number = None, None
for line in open(sys.argv[1], "rb"):
    event = json.loads(line)
    texts = [str(event[name]).encode() for name in ("seq", "id", "at", "kind", "actor", "via", "subject")]
    previous, salt, digest = (bytes.fromhex(event[name]) for name in ("previous", "salt", "digest"))
    parts = [b"carillon event 1", previous, *texts, digest]
    text = b"".join(b"%d:%s," % (len(part), part) for part in parts)
    if number is not None and (event["seq"] != number + 1 or previous != before):
        sys.exit(f"event {event['seq']} does not follow event {number}")
    if event["seq"] == 1 and any(previous):
        sys.exit("event 1 is not the first")
    if salt and hashlib.sha256(salt + event["details"].encode()).digest() != digest:
        sys.exit(f"the details of event {event['seq']} were changed")
    if hashlib.sha256(text).hexdigest() != event["hash"]:
        sys.exit(f"event {event['seq']} was changed")
    before, number = bytes.fromhex(event["hash"]), event["seq"]
print("whole", "" if number is None else f"{number} {before.hex()}")
