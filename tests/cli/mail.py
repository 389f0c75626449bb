#!/usr/bin/env python3
"""mail.py CARILLON SOURCE: mail of the real program to a real server (python3-aiosmtpd): an invitation, an
address that is proved by its link, a program killed between sending and noting, a digest, and a link
that turns it off. No link that opens something is readable in the database or the log."""
import email
import email.policy
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

CARILLON, SOURCE = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
FAKETIME = shutil.which("faketime")
PYTHON = "/usr/bin/python3"
if subprocess.run([PYTHON, "-c", "import aiosmtpd"], capture_output=True).returncode:
    sys.exit(print("mail: skipped: there is no python3-aiosmtpd (packaging/install.sh)"))

scratch = pathlib.Path(tempfile.mkdtemp())
box, where = scratch / "box", scratch / "w"
box.mkdir()
children, log = [], []


def start(*words, mark):
    child = subprocess.Popen(words, cwd=scratch, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True)
    children.append(child)
    while True:
        line = child.stdout.readline()
        log.append(line)
        if re.search(mark, line):
            break
        if child.poll() is not None:
            sys.exit("mail: %s does not start: %s" % (words[0], line))
    threading.Thread(target=lambda: log.extend(child.stdout), daemon=True).start()
    return child, line


def serve(*before):
    child, line = start(*before, str(CARILLON), "serve", "--listen", "127.0.0.1:0", "--workspace",
                        str(where), mark="Serving")
    return child, re.search(r"http://127.0.0.1:\d+", line)[0]


def run(*words, given=None):
    done = subprocess.run([CARILLON, *words, "--workspace", where], input=given, text=True,
                          capture_output=True)
    if done.returncode:
        sys.exit("mail: %s: %s" % (" ".join(words), done.stderr + done.stdout))
    return done.stdout


def mails():
    out = []
    for name in sorted(box.glob("*.eml")):
        envelope, _, text = name.read_bytes().partition(b"\r\n\r\n")
        out.append(email.message_from_bytes(text, policy=email.policy.default))
    return out


def until(what, true, seconds=60):
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            sys.exit("mail: %s never happened; the log: %s" % (what, "".join(log)[-2000:]))
        time.sleep(0.05)


def ask(path, data=None):
    try:
        with urllib.request.urlopen(address + path, data) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def come_in(link):
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    page = browser.open(address + link).read().decode()
    word = "seven lanterns below the mill"
    sent = {"csrf": re.search('name="csrf" value="([^"]+)"', page)[1], "name": "Ana",
            "email": "ana@tea.example", "password": word, "again": word}
    browser.open(address + link, urllib.parse.urlencode(sent).encode())
    check("here on" in run("person", "list"), "the link of the invitation lets nobody in")


def link_in(message, path):
    return re.search("http://127.0.0.1:8080(%s[^\\s>]+)" % path, message.get_content())[1]


def check(true, what):
    if not true:
        sys.exit("mail: " + what)


try:
    _, port = start(PYTHON, str(SOURCE / "tests/rig/smtp_server.py"), str(box), "plain", mark=r"^\d+$")
    subprocess.run([CARILLON, "init", where], check=True, capture_output=True)
    with open(where / "carillon.yaml", "a") as config:
        config.write("mail:\n  server: smtp://127.0.0.1:%s\n  from: news@tea.example\n" % port.strip())
    check("took it for a@tea.example" in run("mail", "test", "a@tea.example"), "the test was not taken")

    # An invitation by mail; its link lets in.
    run("person", "invite", "ana@tea.example", "--role", "admin", "--mail")
    check(len(mails()) == 2, "the invitation was not sent")
    welcome = link_in(mails()[-1], "/welcome/")

    # The server takes the mail, and the program dies before it hears so.
    server, address = serve()
    come_in(welcome)
    run("notice", "set", "address=slow@tea.example", "--person", "ana@tea.example")
    until("a slow mail", lambda: len(mails()) == 3)
    server.send_signal(signal.SIGKILL)
    server.wait()
    check('"waiting"' in run("mail", "list", "--json"), "a mail that nobody noted is not waiting")
    links = [link_in(mails()[-1], "/mail/proof/"), welcome]
    # Its lease has passed by then.
    if not FAKETIME:
        sys.exit(print("mail: all steps up to the kill; the rest skipped: faketime is not installed"))
    server, address = serve(FAKETIME, "--exclude-monotonic", "-f", "+4m")
    until("the repeat", lambda: len(mails()) == 4)
    until("the note", lambda: '"waiting"' not in run("mail", "list", "--json"))
    check(mails()[2]["Message-ID"] == mails()[3]["Message-ID"], "the repeat has another Message-ID")
    check(mails()[2].as_bytes() == mails()[3].as_bytes(), "the repeat is another mail")

    # Programs look at links before people do.
    proof = links[0]
    check(ask(proof)[0] == 200, "the link that proves an address leads nowhere")
    check("once the link" in run("notice", "show", "ana@tea.example"), "looking at the link proved it")
    check(ask(proof, b"")[0] == 200, "the address was not proved")
    check(ask(proof, b"")[0] == 403, "the link proves twice")

    # Something needs Ana; she hears of it, and turns it off from her mail program.
    run("channel", "add", "webhook", "hook", "--set", "target=https://tea.example/", "--secret-stdin",
        "--expires", time.strftime("%Y-%m-%d", time.gmtime(time.time() + 5 * 86400)),
        given="planted-4711\n")
    until("the digest", lambda: len(mails()) == 5)
    digest = mails()[-1]
    check("hook works until" in digest["Subject"], "the digest names nothing: " + digest["Subject"])
    check(digest["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click", "no one click turns it off")
    off = re.search("/mail/off/[^>]+", digest["List-Unsubscribe"])[0]
    links.append(off)
    check(ask(off)[0] == 200 and "credential  on" in run("notice", "show", "ana@tea.example"),
          "looking at the link turned it off")
    check(ask(off[:-1], b"List-Unsubscribe=One-Click")[0] == 403, "a link that is cut short works")
    check(ask(off, b"List-Unsubscribe=One-Click")[0] == 200, "one click does not work")
    check("credential  off" in run("notice", "show", "ana@tea.example"), "one click turned nothing off")

    # What opens something is nowhere to be read.
    server.send_signal(signal.SIGTERM)
    server.wait()
    planted = scratch / "planted"
    planted.write_text("".join(link.rsplit("/", 1)[1] + "\n" for link in links))
    left = scratch / "log"
    left.write_text("".join(log))
    subprocess.run([PYTHON, SOURCE / "tests/rig/find_secret.py", planted, where, left], check=True)
    check("path=/mail/proof/…" in left.read_text(), "the log does not show the request of the link")
    print("mail: all steps passed")
finally:
    for child in children:
        child.kill()
    shutil.rmtree(scratch)
