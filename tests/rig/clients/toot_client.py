"""Debian's toot, its command line: toot_client.py SERVER PICTURE."""
import re
import subprocess
import sys
import urllib.request

server, picture = sys.argv[1:]
# A client that tries again sends its key again; toot makes a new one each time it is started.
FIXED = ("import sys, uuid; uuid.uuid4 = lambda: uuid.UUID(int=7); from toot.console import main; "
         "sys.argv[0] = 'toot'; main()")


def run(command, words):
    done = subprocess.run(command + words, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert done.returncode == 0 and not done.stderr, (words, done.stdout, done.stderr)
    return done.stdout


def toot(*words):
    return run(["/usr/bin/toot"], list(words) + ["--no-color"])


def post(*words):
    return re.search(r"Toot posted: \S+/(\d+)", toot("post", *words)).group(1)


def log_in():
    """The person opens the address that toot shows, and gives it the code."""
    asked = subprocess.Popen(
        ["/usr/bin/toot", "login", "-i", server.removeprefix("http://"), "--disable-https",
         "--no-color"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    for line in asked.stdout:
        if "/oauth/authorize" in line:
            page = urllib.request.urlopen(line.strip()).read().decode()
            break
    said, _ = asked.communicate("n\n" + re.search('value="(.+?)"', page).group(1) + "\n", 60)
    assert asked.returncode == 0 and "Successfully logged in" in said, said


log_in()
assert "@project" in toot("whoami")
first = post("one")
shown = post("a picture", "-m", picture, "-d", "A pot of tea")
for _ in range(2):
    run(["/usr/bin/python3", "-c", FIXED], ["post", "twice", "--no-color"])
post("a reply", "-r", shown)
timeline = toot("timeline", "-1")
for text in ("one", "a picture", "twice", "a reply", "/m.png"):
    assert text in timeline, (text, timeline)
toot("delete", first)
assert "one\n" not in toot("timeline", "-1")
