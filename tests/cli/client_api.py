#!/usr/bin/env python3
"""client_api.py CARILLON SOURCE: apps that others wrote use the home's account on the real program:
Debian's toot, Debian's python3-mastodon, npm's masto. Each is let in on our page by a person who is signed in,
reads replies and notifications, and posts; an editor's post stands on the home, an author's waits on the
desk. Each answer is compared with Mastodon's published description where that is here. What is not
installed is skipped, and said. Run by tests/rig/with_servers.sh, which names the npm packages."""
import http.cookiejar
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import zlib

CARILLON, SOURCE = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
RIG = SOURCE / "tests/rig"
sys.path.insert(0, str(RIG))
from described import Description  # noqa: E402

PYTHON = "/usr/bin/python3"


def picture():
    """A green square of 64 pixels as PNG."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = b"".join(b"\0" + b"\x20\x80\x40" * 64 for _ in range(64))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 64, 64, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


scratch = pathlib.Path(tempfile.mkdtemp())
where = scratch / "w"
log = []


def check(true, what):
    if not true:
        sys.exit("client_api: %s; the log: %s" % (what, "".join(log)[-1500:]))


def until(what, true, seconds=30):
    end = time.monotonic() + seconds
    while not true():
        check(time.monotonic() < end, "%s never happened" % what)
        time.sleep(0.05)


def run(*words):
    done = subprocess.run([CARILLON, *words, "--workspace", where], text=True, capture_output=True)
    check(not done.returncode, "%s: %s" % (" ".join(words), done.stderr + done.stdout))
    return done.stdout


class Person:
    """A browser without scripts, and who sits before it."""

    def __init__(self, name, link):
        self.browser = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        word = "seven lanterns below the mill"
        self.fill(link, link, {"name": name, "email": name + "@tea.example", "password": word,
                               "again": word})

    def page(self, target, sent=None):
        data = urllib.parse.urlencode(sent).encode() if sent else None
        target = target if target.startswith("http") else site + target
        return self.browser.open(target, data).read().decode()

    def fill(self, page, to, sent):
        shown = self.page(page)
        return self.page(to, dict(re.findall('type="hidden" name="([^"]+)" value="([^"]*)"', shown)) | sent)

    def consents(self, asked):
        shown = self.page(asked)
        hidden = {}
        for field in re.findall("<input[^>]*type=\"hidden\"[^>]*>", shown):
            name, value = (re.search(' %s="([^"]*)"' % word, field)[1] for word in ("name", "value"))
            hidden[name] = value.replace("&amp;", "&")
        answer = self.page("/oauth/authorize", hidden | {"do": "allow"})
        return re.search('value="([^"]+)"', re.search("<input[^>]*The code[^>]*>", answer)[0])[1]


def ask(path, token=None, sent=None, method=None):
    headers = {"Content-Type": "application/json"} | ({"Authorization": "Bearer " + token} if token else {})
    data = json.dumps(sent).encode() if sent is not None else None
    asked = urllib.request.Request(site + path, data, headers, method=method)
    try:
        with urllib.request.urlopen(asked) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


def token_for(person, scope="read write"):
    """What every app does, by hand."""
    oob = "urn:ietf:wg:oauth:2.0:oob"
    _, app = ask("/api/v1/apps", sent={"client_name": "by hand", "redirect_uris": oob, "scopes": scope})
    code = person.consents("/oauth/authorize?" + urllib.parse.urlencode(
        {"client_id": app["client_id"], "redirect_uri": oob, "response_type": "code", "scope": scope}))
    status, made = ask("/oauth/token", sent={
        "grant_type": "authorization_code", "client_id": app["client_id"], "redirect_uri": oob,
        "client_secret": app["client_secret"], "code": code})
    check(status == 200, "no token: %s" % made)
    return made["access_token"]


def strangers():
    """What a follower and a reply leave behind; how they come is the matter of tests/federation."""
    [post] = [one for one in json.loads(run("announcement", "list", "--json"))]
    db = sqlite3.connect(next((where / "data").glob("*.db")), timeout=30)
    now = int(time.time() * 1e6)
    actor = "https://far.example/users/bo"
    with db:
        db.execute("insert into fedi_actor values (?, ?, 'pem', ?, '', 'far.example', ?, 'bo')",
                   (actor, actor + "#key", actor + "/inbox", now))
        db.execute("insert into fedi_follower values (?, ?, ?, 'far.example', ?, ?)",
                   (actor, actor + "/inbox", actor + "/inbox", actor + "#f", now))
        for i, kind in enumerate(("like", "boost", "reply")):
            db.execute("insert into fedi_reaction values (?, ?, ?, ?, ?, ?, ?, '')",
                       (kind + "1", kind, actor, site + "/posts/%s/" % post["slug"],
                        "https://far.example/n/%s" % kind,
                        "Is there <b>cake</b>?" if kind == "reply" else "", now + i + 1))
    db.close()


def with_toot(person):
    """Signs in, reads, posts and deletes, all on the command line."""
    def toot(*words):
        done = subprocess.run(["/usr/bin/toot", *words, "--no-color"], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True)
        check(not done.returncode and not done.stderr, "toot %s: %s" % (words, done.stdout + done.stderr))
        return done.stdout

    asked = subprocess.Popen(
        ["/usr/bin/toot", "login", "-i", site.removeprefix("http://"), "--disable-https", "--no-color"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    code = None
    for line in asked.stdout:
        if "/oauth/authorize" in line:
            code = person.consents(line.strip())
            break
    check(code, "toot shows no address to sign in at")
    said, _ = asked.communicate("n\n%s\n" % code, 60)
    check(asked.returncode == 0 and "Successfully logged in" in said, "toot login: " + said)
    check("@news" in toot("whoami"), "toot does not know who it is")
    heard = toot("notifications")
    bo = "bo @bo@far.example "
    for part in (bo + "now follows you", bo + "favourited", bo + "reblogged", bo + "mentioned you", "Is there"):
        check(part in heard, "toot's notifications lack %s: %s" % (part, heard))
    url = re.search(r"Toot posted: (\S+)", toot("post", "Kettles *are* back\n#tea"))[1]
    until("the post on the home", lambda: "Kettles *are* back" in person.page("/"))
    check(url.startswith(site + "/posts/kettles-are-back-"), url)
    check("Kettles" in person.page(url), "the post has no page")
    check("Kettles *are* back" in toot("timeline", "-1"), "toot's timeline lacks the post")
    later = toot("post", "Later", "--scheduled-at", "2099-01-01T10:00:00+00:00")
    check("Toot scheduled for: 2099-01-01" in later, later)
    status = re.search(r"ID (\d+)", toot("timeline", "-1"))[1]
    toot("delete", status)
    until("the deletion", lambda: "Kettles" not in toot("timeline", "-1"))


MASTO = """
import assert from 'node:assert'
import { createHash, randomBytes } from 'node:crypto'
import readline from 'node:readline'
import { createOAuthAPIClient, createRestAPIClient } from 'masto'
const url = process.argv[2]
const redirectUri = 'urn:ietf:wg:oauth:2.0:oob'
const scope = 'read write'
const app = await createRestAPIClient({ url }).v1.apps.create(
  { clientName: 'masto', redirectUris: redirectUri, scopes: scope })
const verifier = randomBytes(32).toString('base64url')
const asked = new URLSearchParams({ client_id: app.clientId, redirect_uri: redirectUri,
  response_type: 'code', scope, code_challenge_method: 'S256',
  code_challenge: createHash('sha256').update(verifier).digest('base64url') })
console.log(`${url}/oauth/authorize?${asked}`)
const [code] = (await readline.createInterface(process.stdin)[Symbol.asyncIterator]().next()).value.split(' ')
const token = await createOAuthAPIClient({ url }).token.create({ grantType: 'authorization_code',
  clientId: app.clientId, clientSecret: app.clientSecret, redirectUri, code, codeVerifier: verifier, scope })
const client = createRestAPIClient({ url, accessToken: token.accessToken })
assert.equal((await client.v1.accounts.verifyCredentials()).username, 'news')
assert.equal((await client.v2.instance.fetch()).configuration.statuses.maxCharacters, 5000)
const heard = await client.v1.notifications.list()
assert.deepEqual(heard.map((one) => one.type), ['mention', 'reblog', 'favourite', 'follow'])
assert.equal(heard[0].status.content, '<p>Is there &lt;b&gt;cake&lt;/b&gt;?</p>')
const context = await client.v1.statuses.$select(heard[0].status.id).context.fetch()
assert.equal(context.ancestors[0].id, heard[0].status.inReplyToId)
const said = await client.v1.statuses.create({ status: 'An author writes' })
assert.equal(said.visibility, 'private')
assert.match(said.spoilerText, /^Not published: /)
assert.equal((await client.v1.statuses.$select(said.id).fetch()).id, said.id)
await assert.rejects(client.v1.statuses.create({ status: 'For few', visibility: 'private' }),
  /posts are public/)
const answer = await client.v1.statuses.create({ status: 'Yes', inReplyToId: heard[0].status.id })
assert.match(answer.spoilerText, /^Not published: /)
await assert.rejects(client.v1.statuses.$select(heard[0].status.id).favourite(), /does not do this/)
console.log('done')
"""


def with_masto(person):
    modules = pathlib.Path(os.environ.get("CARILLON_NODE_MODULES", "/nowhere"))
    if not (modules / "masto").is_dir():
        return print("client_api: skipped masto: its npm package is not here")
    (scratch / "node_modules").symlink_to(modules)
    (scratch / "masto.mjs").write_text(MASTO)
    node = modules / ".bin/node"
    child = subprocess.Popen([node if node.exists() else "node", scratch / "masto.mjs", site],
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    first = child.stdout.readline()
    check("/oauth/authorize" in first, "masto: " + first)
    said, _ = child.communicate(person.consents(first.strip()) + " \n", 60)
    check(child.returncode == 0 and "done" in said, "masto: " + said)


LIBRARY = """
import sys
from mastodon import Mastodon
site, picture, code_file = sys.argv[1:]
OOB = "urn:ietf:wg:oauth:2.0:oob"
pair = Mastodon.create_app("library", scopes=["read", "write"], redirect_uris=OOB, api_base_url=site)
client = Mastodon(*pair, api_base_url=site)
print(client.auth_request_url(scopes=["read", "write"], redirect_uris=OOB), flush=True)
client.log_in(code=sys.stdin.readline().strip(), redirect_uri=OOB, scopes=["read", "write"])
media = client.media_post(picture, "image/png", description="A pot")
media = client.media_update(media, description="A pot of tea")
twice = {client.status_post("A picture", media_ids=[media], idempotency_key="k1").id for _ in range(2)}
assert len(twice) == 1, twice
shown = client.status(twice.pop())
assert shown.media_attachments[0].description == "A pot of tea", shown
follow = client.notifications(types=["follow"])
assert [one.account.acct for one in follow] == ["bo@far.example"], follow
newer = client.notifications(min_id=follow[0].id, limit=1)
assert [one.type for one in newer] == ["favourite"], newer
assert [one.type for one in client.fetch_previous(newer)] == ["reblog"]
client.revoke_access_token()
"""


def with_library(person):
    (scratch / "tea.png").write_bytes(picture())
    child = subprocess.Popen([PYTHON, "-c", LIBRARY, site, scratch / "tea.png", ""], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    first = child.stdout.readline()
    check("/oauth/authorize" in first, "python3-mastodon: " + first + child.stdout.read() if child.poll() else first)
    said, _ = child.communicate(person.consents(first.strip()) + "\n", 60)
    check(child.returncode == 0, "python3-mastodon: " + said)
    until("the picture on the home", lambda: "A pot of tea" in person.page("/"))


def described(token):
    spec = pathlib.Path(os.environ.get("CARILLON_SHARED", SOURCE / "../shared")) / "specs/mastodon-fixed.json"
    if not spec.exists():
        return print("client_api: skipped Mastodon's description: it is not here")
    book = Description(json.loads(spec.read_text()))
    [mention] = ask("/api/v1/notifications?types[]=mention", token)[1]
    seen, against = 0, []
    for path in ("/api/v1/instance", "/api/v2/instance", "/api/v1/accounts/verify_credentials", "/api/v1/accounts/1",
                 "/api/v1/accounts/lookup?acct=news", "/api/v1/accounts/1/statuses", "/api/v1/timelines/home",
                 "/api/v1/timelines/public", "/api/v1/notifications", "/api/v1/notifications/" + mention["id"],
                 "/api/v1/statuses/" + mention["status"]["id"], "/api/v1/scheduled_statuses",
                 "/api/v1/statuses/%s/context" % mention["status"]["id"],
                 "/api/v1/accounts/" + mention["account"]["id"], "/api/v2/search?q=news",
                 "/api/v1/accounts/relationships?id[]=" + mention["account"]["id"],
                 "/api/v1/apps/verify_credentials", "/.well-known/oauth-authorization-server"):
        status, answer = ask(path, token)
        bare = path.split("?")[0]
        found = book.document["paths"].get(bare, {}).get("get") or book.operation("GET", bare)
        check(status == 200 and found, "%s: %s" % (path, answer))
        schema = found["responses"]["200"]["content"]["application/json"]["schema"]
        wrong = book.misfits(answer, schema, path, True)
        # These are of what there is not here; the description asks for them all the same.
        allowed = ("service_documentation", "userinfo_endpoint")
        against += [one for one in wrong if not any("%s is missing" % word in one for word in allowed)]
        seen += 1
    check(not against, "against Mastodon's description: " + "; ".join(against))
    print("client_api: %d answers are as Mastodon's description has them" % seen)


with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
site = "http://127.0.0.1:%d" % port
os.environ["XDG_CONFIG_HOME"] = str(scratch / "config")
os.environ["PYTHONUNBUFFERED"] = "1"
server = None
try:
    subprocess.run([CARILLON, "init", where], check=True, capture_output=True)
    config = where / "carillon.yaml"
    config.write_text(re.sub("(?m)^  url:.*", "  url: " + site, config.read_text()))
    run("channel", "set", "home", "handle=news", "loopback_peers=true")
    (scratch / "tea.md").write_text("---\ntitle: Tea at four\nslug: tea\n---\nThere is tea.\n")
    run("publish", str(scratch / "tea.md"))
    strangers()
    server = subprocess.Popen([CARILLON, "serve", "--listen", "127.0.0.1:%d" % port, "--workspace", where],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    while not log or "sign in" not in log[-1]:
        log.append(server.stdout.readline())
        check(server.poll() is None, "the server does not start")
    threading.Thread(target=lambda: log.extend(server.stdout), daemon=True).start()
    ana = Person("Ana", re.search("/welcome/\\S+", log[-1])[0])
    run("person", "set", "Ana", "role=admin")
    link = run("person", "invite", "mo@tea.example", "--role", "author")
    mo = Person("Mo", re.search("/welcome/\\S+", link)[0])

    if shutil.which("toot", path="/usr/bin"):
        with_toot(ana)
    else:
        print("client_api: skipped toot: it is not installed")
    with_masto(mo)
    if subprocess.run([PYTHON, "-c", "import mastodon"], capture_output=True).returncode:
        print("client_api: skipped python3-mastodon: it is not installed")
    else:
        with_library(ana)
    waiting = [one for one in json.loads(run("draft", "list", "--open", "--json"))]
    check([one["by"] for one in waiting] in (["Mo", "Mo"], []), "the desk holds %s" % waiting)
    token = token_for(ana)
    described(token)
    listed = run("token", "list", "Ana")
    check("app: read write" in listed, "the apps are not listed: " + listed)
    # What no app keeps: that opens nothing once it is ended, and none of it is readable here.
    run("token", "remove", re.search(r"(\S+)  Ana +by hand ", listed)[1])
    check(ask("/api/v1/accounts/verify_credentials", token)[0] == 401, "an ended token opens something")
    for kept in (where / "data").iterdir():
        check(not kept.is_file() or token.encode() not in kept.read_bytes(), "a token is readable in " + kept.name)
    check(token not in "".join(log), "a token is readable in the log")
    print("client_api: all steps passed")
finally:
    if server:
        server.send_signal(signal.SIGTERM)
        server.wait()
    shutil.rmtree(scratch, ignore_errors=True)
