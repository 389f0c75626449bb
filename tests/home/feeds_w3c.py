"""feeds_w3c.py VALIDATOR CASES FEED...: no feed may have what W3C's validator calls an error.

Before that the validator must give what CASES expect of it, all but a few that depend on the
versions of its own libraries: a validator that finds nothing anywhere proves nothing.
"""

import pathlib
import re
import sys

validator, cases, *feeds = sys.argv[1:]
sys.path.insert(0, str(pathlib.Path(validator) / "src"))
import feedvalidator  # noqa: E402
from feedvalidator import compatibility  # noqa: E402


def events_of(path, base):
    try:
        found = feedvalidator.validateString(path.read_bytes(), fallback="US-ASCII", base=base)
    except feedvalidator.logging.ValidationFailure as failure:
        return [failure.event]
    return found["loggedEvents"]


def is_as_expected(path, folder):
    expected = re.search(rb"Expect:\s*(!?)(\w+)", path.read_bytes())
    if not expected:
        return None
    kind = getattr(feedvalidator.logging, expected[2].decode())
    base = f"http://www.feedvalidator.org/testcases/{path.relative_to(folder).as_posix()}"
    return any(isinstance(event, kind) for event in events_of(path, base)) != (expected[1] == b"!")


folder = pathlib.Path(cases)
if folder.is_dir():
    results = [is_as_expected(path, folder) for path in sorted(folder.rglob("*.xml"))]
    good, bad = results.count(True), results.count(False)
    print(f"validate: the validator is right in {good} of {good + bad} cases")
    if good < 100 or bad * 100 > good:
        sys.exit("validate: this feed validator cannot be trusted")
else:
    print("validate: skipped the validator's own cases: they are not here")

errors = 0
for feed in feeds:
    found = events_of(pathlib.Path(feed), "http://www.example.org/")
    if len(found) < 10:
        sys.exit(f"validate: {feed} was hardly read: {len(found)} findings and confirmations")
    for event in compatibility.A(found):
        if isinstance(event, feedvalidator.logging.Error):
            errors += 1
            print(f"validate: {feed}: {type(event).__name__} {event.params}")
print(f"validate: feeds={len(feeds)} errors={errors}")
sys.exit(1 if errors else 0)
