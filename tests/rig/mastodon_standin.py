#!/usr/bin/env python3
"""A stateful stand-in for a Mastodon server: enough of the REST API for its clients, in memory.

mastodon_standin.py PORT [honour|ignore [TOKEN [HOOK_SECRET]]]   whether Idempotency-Key is honoured
(small real servers ignore it), and which secrets it takes. Prints one line when it serves.
GET /__held tells what it holds. GET /__hold?after=N lets N posts through and keeps the others
waiting, GET /__waiting tells how many wait, GET /__release lets them all go on. Its one person
allows every application: the page of /oauth/authorize shows the code at once. tests/rig/clients.sh
has clients that others wrote use it. https://docs.joinmastodon.org/api/
"""
import base64
import datetime
import hashlib
import email.parser
import email.policy
import hmac
import html
import json
import re
import secrets
import sys
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import regex

PORT = int(sys.argv[1])
HONOUR = (sys.argv[2] if len(sys.argv) > 2 else "honour") == "honour"
TOKEN = sys.argv[3] if len(sys.argv) > 3 else "good-token"
HOOK_SECRET = sys.argv[4] if len(sys.argv) > 4 else "hook-secret"
BASE = f"http://127.0.0.1:{PORT}"
lock = threading.Lock()
gate = threading.Condition()
passes = [None, 0]  # how many may still pass (None: all), how many wait
statuses, keys, media, digests, hooks = {}, {}, {}, {}, []
apps, codes, tokens = {}, {}, {TOKEN: "read write"}
profile = {"note": "", "field": "", "moved": ""}  # what GET /__profile?note=… says it is
pins = set()  # ids of posts, by GET /__profile?pin=…
counter = [111_000]


def now(seconds_ahead=0):
    ahead = datetime.timedelta(seconds=seconds_ahead)
    time = datetime.datetime.now(datetime.timezone.utc) + ahead
    return time.strftime("%Y-%m-%dT%H:%M:%S.%f")[:23] + "Z"


def next_id():
    counter[0] += 1
    return str(counter[0])


def account():
    return {"id": "7", "username": "project", "acct": "project", "display_name": "Project",
            "locked": False, "bot": False, "discoverable": True, "group": False, "noindex": False,
            "created_at": "2024-01-01T00:00:00.000Z", "note": profile["note"], "url": BASE + "/@project",
            "uri": BASE + "/users/project", "avatar": BASE + "/a.png", "roles": [],
            "avatar_static": BASE + "/a.png", "header": BASE + "/h.png",
            "header_static": BASE + "/h.png", "followers_count": 3, "following_count": 0,
            "statuses_count": len(statuses), "last_status_at": None, "emojis": [],
            "fields": [{"name": "Home", "value": profile["field"], "verified_at": None}]
            if profile["field"] else [], "hide_collections": None, "indexable": True} | moved()


def moved():
    """Where the account sent its followers; https://docs.joinmastodon.org/entities/Account/#moved"""
    if not profile["moved"]:
        return {}
    plain = {key: value for key, value in profile.items() if key != "moved"}
    name = profile["moved"].rsplit("/", 1)[1].lstrip("@")
    keep, profile["moved"] = profile["moved"], ""
    try:
        return {"moved": account() | plain | {"id": "8", "url": keep, "username": name}}
    finally:
        profile["moved"] = keep


def content(text):
    def link(match):
        url = html.escape(match.group(0))
        return f'<a href="{url}" target="_blank" rel="nofollow noopener">{url}</a>'

    paragraphs = re.split(r"\n{2,}", html.escape(text, quote=False).strip())
    marked = [re.sub(r"https?://[^\s<]+", link, p).replace("\n", "<br />") for p in paragraphs]
    return "".join(f"<p>{p}</p>" for p in marked)


def length_of(text, spoiler):
    """As StatusLengthValidator counts: grapheme clusters, 23 for a URL, the server of a mention
    for nothing."""
    text = re.sub(r"https?://\S+", "x" * 23, text)
    text = re.sub(r"(?<![\w/])(@\w+)@[\w.-]+\w", r"\1", text)
    return len(regex.findall(r"\X", spoiler + text))


def shown(status):
    out = {k: v for k, v in status.items() if k != "text"}
    out.update(account=account(), content=content(status["text"]))
    return out


def instance_v2():
    return {"domain": f"127.0.0.1:{PORT}", "title": "Stand-in", "version": "4.4.0",
            "source_url": "https://example.org", "description": "for tests",
            "usage": {"users": {"active_month": 1}},
            "thumbnail": {"url": BASE + "/t.png"}, "icon": [], "languages": ["en"],
            "configuration": {
                "urls": {"streaming": BASE.replace("http", "ws")},
                "accounts": {"max_featured_tags": 10, "max_pinned_statuses": 5},
                "statuses": {"max_characters": 500, "max_media_attachments": 4,
                             "characters_reserved_per_url": 23},
                "media_attachments": {"supported_mime_types": ["image/png", "image/jpeg"],
                                      "description_limit": 1500, "image_size_limit": 16777216,
                                      "image_matrix_limit": 33177600, "video_size_limit": 1,
                                      "video_frame_rate_limit": 60, "video_matrix_limit": 1},
                "polls": {"max_options": 4, "max_characters_per_option": 50,
                          "min_expiration": 300, "max_expiration": 2629746},
                "translation": {"enabled": False}},
            "registrations": {"enabled": False, "approval_required": False, "message": None},
            "api_versions": {"mastodon": 6},
            "contact": {"email": "a@example.org", "account": account()}, "rules": []}


def instance_v1():
    v2 = instance_v2()
    return {"uri": v2["domain"], "title": v2["title"], "short_description": "", "rules": [],
            "description": "", "email": "a@example.org", "version": v2["version"],
            "urls": {"streaming_api": v2["configuration"]["urls"]["streaming"]},
            "stats": {"user_count": 1, "status_count": len(statuses), "domain_count": 0},
            "thumbnail": BASE + "/t.png", "languages": ["en"], "registrations": False,
            "approval_required": False, "invites_enabled": False,
            "configuration": v2["configuration"], "contact_account": account()}


def wait_turn():
    with gate:
        if passes[0] is None:
            return
        if passes[0] > 0:
            passes[0] -= 1
            return
        passes[1] += 1
        gate.wait_for(lambda: passes[0] is None or passes[0] > 0)
        passes[1] -= 1
        if passes[0] is not None:
            passes[0] -= 1


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def reply(self, code, value, headers=()):
        page = isinstance(value, str)
        body = (value if page else json.dumps(value)).encode()
        self.send_response(code)
        self.send_header("Content-Type",
                         "text/html" if page else "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        for name, text in headers:
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body)

    def hook(self, form):
        """A receiver of signed webhooks; it knows a repeated key where keys are honoured."""
        wanted = "sha256=" + hmac.new(HOOK_SECRET.encode(), self.raw, "sha256").hexdigest()
        if not hmac.compare_digest(wanted, self.headers.get("X-Hub-Signature-256") or ""):
            return 401, {"error": "wrong signature"}
        key = self.headers["Idempotency-Key"]
        if not HONOUR or key not in keys:
            hooks.append("\n".join(part["text"] for part in form["parts"]))
            keys[key] = len(hooks)
        return 200, {"url": f"{BASE}/hooks/{keys[key]}"}

    def read_form(self):
        raw = self.raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        kind = self.headers.get("Content-Type", "")
        if kind.startswith("application/json"):
            return json.loads(raw or b"{}"), {}
        if kind.startswith("multipart/form-data"):
            parser = email.parser.BytesParser(policy=email.policy.HTTP)
            whole = parser.parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + raw)
            form, files = {}, {}
            for part in whole.iter_parts():
                name = part.get_param("name", header="content-disposition")
                data = part.get_payload(decode=True)
                if part.get_filename():
                    files[name] = data
                elif name.endswith("[]"):
                    form.setdefault(name[:-2], []).append(data.decode())
                else:
                    form[name] = data.decode()
            return form, files
        form = {}
        for name, value in urllib.parse.parse_qsl(raw.decode(), keep_blank_values=True):
            if name.endswith("[]"):
                form.setdefault(name[:-2], []).append(value)
            else:
                form[name] = value
        return form, {}

    def do_GET(self):
        self.route("GET")

    def do_POST(self):
        self.route("POST")

    def do_DELETE(self):
        self.route("DELETE")

    def route(self, method):
        path, _, query = self.path.partition("?")
        path = path.rstrip("/")  # as Rails does
        args = dict(urllib.parse.parse_qsl(query))
        form, files = self.read_form() if method == "POST" else ({}, {})
        if method == "POST" and path == "/api/v1/statuses":
            wait_turn()
        try:
            with lock:
                code, value = self.answer(method, path, args, form, files)
        except (AttributeError, TypeError, ValueError) as error:
            code, value = 500, {"error": f"a value of an odd type: {error}"}
        self.reply(code, value, [("X-RateLimit-Limit", "300"), ("X-RateLimit-Remaining", "299"),
                                 ("X-RateLimit-Reset", now(300))])

    def answer(self, method, path, args, form, files):
        if path == "/__held":
            return 200, [s["text"] for s in statuses.values()]
        if path == "/__pictures":
            return 200, [{"text": s["text"], "alt": m["description"], "sha256": digests[m["id"]]}
                         for s in statuses.values() for m in s["media_attachments"]]
        if path == "/__profile":
            pins.update(args.pop("pin", "").split())
            profile.update({key: args.get(key, "") for key in profile})
            return 200, {}
        if path == "/__posts":
            return 200, [{"text": s["text"], "url": s["url"], "id": s["id"],
                          "parent": s["in_reply_to_id"] or "", "sensitive": s["sensitive"],
                          "spoiler_text": s["spoiler_text"], "poll": s["poll"]} for s in statuses.values()]
        if path in ("/__hold", "/__release"):
            with gate:
                passes[0] = int(args["after"]) if path == "/__hold" else None
                gate.notify_all()
            return 200, {}
        if path == "/__waiting":
            return 200, passes[1]
        if path == "/__hooked":
            return 200, hooks
        if path == "/hook" and method == "POST":
            return self.hook(form)
        if path == "/__forget":
            statuses.clear(), keys.clear(), hooks.clear()
            return 200, {}
        if path == "/api/v2/instance":
            return 200, instance_v2()
        if path == "/api/v1/instance":
            return 200, instance_v1()
        if path == "/api/v1/accounts/lookup":
            if args.get("acct", "").lower() in ("project", f"project@127.0.0.1:{PORT}"):
                return 200, account()
            return 404, {"error": "Record not found"}
        if path == "/api/v1/apps" and method == "POST":
            return self.register(form)
        if path == "/oauth/authorize":
            return self.authorize(args)
        if path == "/oauth/token" and method == "POST":
            return self.grant(form)
        self.token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        if self.token not in tokens:
            return 401, {"error": "The access token is invalid"}
        return self.signed_in(method, path, args, form, files)

    def register(self, form):
        uris = form.get("redirect_uris") or ""
        app = {"client_id": secrets.token_urlsafe(16), "client_secret": secrets.token_urlsafe(16),
               "redirect_uris": uris if isinstance(uris, list) else uris.split(),
               "scopes": (form.get("scopes") or "read").split()}
        if not form.get("client_name") or not app["redirect_uris"]:
            return 422, {"error": "Validation failed: Application name can't be blank"}
        apps[app["client_id"]] = app
        return 200, app | {"id": next_id(), "name": form["client_name"], "vapid_key": "k",
                           "website": form.get("website"), "client_secret_expires_at": 0,
                           "redirect_uri": "\n".join(app["redirect_uris"])}

    def authorize(self, args):
        app = apps.get(args.get("client_id"))
        if app is None or args.get("redirect_uri") not in app["redirect_uris"] \
                or args.get("response_type") != "code":
            return 400, {"error": "invalid_request"}
        scope = args.get("scope") or "read"
        if not set(scope.split()) <= set(app["scopes"]):
            return 400, {"error": "invalid_scope"}
        code = secrets.token_urlsafe(16)
        codes[code] = args | {"scope": scope}
        return 200, f'<!doctype html><input class="oauth-code" readonly value="{code}">'

    def grant(self, form):
        app = apps.get(form.get("client_id"))
        if app is None or app["client_secret"] != form.get("client_secret"):
            return 401, {"error": "invalid_client", "error_description": "Unknown client"}
        kind = form.get("grant_type")
        scope = form.get("scope") or "read"
        if kind == "authorization_code":
            asked = codes.pop(form.get("code"), {})
            challenge = hashlib.sha256((form.get("code_verifier") or "").encode()).digest()
            proof = base64.urlsafe_b64encode(challenge).decode().rstrip("=")
            if asked.get("client_id") != form["client_id"] \
                    or asked["redirect_uri"] != form.get("redirect_uri") \
                    or asked.get("code_challenge", proof) != proof:
                return 400, {"error": "invalid_grant", "error_description": "The code is invalid"}
            scope = asked["scope"]
        elif kind != "client_credentials":
            return 400, {"error": "unsupported_grant_type", "error_description": "Not supported"}
        token = secrets.token_urlsafe(16)
        if kind == "authorization_code":
            tokens[token] = scope
        return 200, {"access_token": token, "token_type": "Bearer", "scope": scope,
                     "created_at": int(datetime.datetime.now().timestamp())}

    def signed_in(self, method, path, args, form, files):
        if path == "/api/v1/accounts/verify_credentials":
            return 200, account() | {"source": {"privacy": "public", "sensitive": False,
                                                "language": "en", "note": "", "fields": [],
                                                "follow_requests_count": 0, "indexable": True,
                                                "discoverable": True, "hide_collections": None},
                                     "role": {"id": "-99", "name": "", "color": "",
                                              "permissions": "0", "highlighted": False}}
        if path == "/api/v1/apps/verify_credentials":
            scopes = tokens[self.token].split()
            return 200, {"id": "1", "name": "t", "website": None, "scopes": scopes,
                         "redirect_uri": "", "redirect_uris": [], "vapid_key": "k"}
        if path == "/api/v1/accounts/7":
            return 200, account()
        if path in ("/api/v1/accounts/7/statuses", "/api/v1/timelines/home"):
            newest = sorted(statuses.values(), key=lambda s: -int(s["id"]))
            if args.get("pinned") == "true":
                newest = [s for s in newest if s["id"] in pins]
            if "max_id" in args:
                newest = [s for s in newest if int(s["id"]) < int(args["max_id"])]
            if "since_id" in args:
                newest = [s for s in newest if int(s["id"]) > int(args["since_id"])]
            return 200, [shown(s) for s in newest[:min(40, int(args.get("limit", 20)))]]
        if path == "/api/v1/statuses" and method == "POST":
            return self.post(form)
        if path in ("/api/v2/media", "/api/v1/media") and method == "POST":
            item = {"id": next_id(), "type": "image", "url": BASE + "/m.png",
                    "preview_url": BASE + "/m.png", "remote_url": None, "blurhash": None,
                    "description": form.get("description"), "meta": {}}
            media[item["id"]] = item
            digests[item["id"]] = hashlib.sha256(files.get("file", b"")).hexdigest()
            return (200, item) if files.get("file") else (422, {"error": "file is missing"})
        if match := re.fullmatch(r"/api/v1/media/(\d+)", path):
            known = media.get(match.group(1))
            return (200, known) if known else (404, {"error": "Record not found"})
        if match := re.fullmatch(r"/api/v1/statuses/(\d+)(/source|/context)?", path):
            return self.one(method, *match.groups())
        return 404, {"error": "Record not found"}

    def one(self, method, id, what):
        status = statuses.get(id)
        if status is None:
            return 404, {"error": "Record not found"}
        if what == "/source":
            return 200, {"id": id, "text": status["text"], "spoiler_text": status["spoiler_text"]}
        if what == "/context":
            return 200, {"ancestors": [], "descendants": []}
        if method == "DELETE":
            del statuses[id]
        return 200, shown(status) | ({"text": status["text"]} if method == "DELETE" else {})

    def post(self, form):
        key = self.headers.get("Idempotency-Key")
        if HONOUR and key and key in keys and keys[key] in statuses:
            return 200, shown(statuses[keys[key]])
        text = (form.get("status") or "").strip()
        ids = form.get("media_ids") or []
        if not text and not ids:
            return 422, {"error": "Validation failed: Text can't be blank"}
        if length_of(text, form.get("spoiler_text") or "") > 500:
            return 422, {"error": "Validation failed: Text character limit of 500 exceeded"}
        if any(i not in media for i in ids):
            return 422, {"error": "Validation failed: Media not found"}
        asked, poll = form.get("poll"), None
        if asked:
            options = asked.get("options") or []
            if ids:
                return 422, {"error": "Validation failed: a poll and pictures"}
            if not 2 <= len(options) <= 4 or any(len(one) > 50 for one in options):
                return 422, {"error": "Validation failed: Poll options"}
            if not 300 <= int(asked.get("expires_in") or 0) <= 2629746:
                return 422, {"error": "Validation failed: Poll expires_in"}
            poll = {"id": next_id(), "expires_at": now(int(asked["expires_in"])), "expired": False,
                    "multiple": bool(asked.get("multiple")), "votes_count": 0, "voters_count": 0,
                    "options": [{"title": one, "votes_count": 0} for one in options], "emojis": []}
        parent = form.get("in_reply_to_id") or None
        if parent is not None and str(parent) not in statuses:
            return 404, {"error": "The post you are trying to reply to does not appear to exist."}
        id = next_id()
        tags = [{"name": t.lower(), "url": f"{BASE}/tags/{t.lower()}"}
                for t in re.findall(r"#(\w+)", text)]
        statuses[id] = {
            "id": id, "created_at": now(), "text": text, "uri": f"{BASE}/users/project/{id}",
            "url": f"{BASE}/@project/{id}", "visibility": form.get("visibility") or "public",
            "spoiler_text": form.get("spoiler_text") or "", "language": form.get("language"),
            "sensitive": form.get("sensitive", False), "in_reply_to_id": parent and str(parent),
            "in_reply_to_account_id": parent and "7", "reblog": None, "application": None,
            "media_attachments": [media[i] for i in ids], "mentions": [], "tags": tags,
            "emojis": [], "card": None, "poll": poll, "replies_count": 0, "reblogs_count": 0,
            "favourites_count": 0, "edited_at": None, "favourited": False, "reblogged": False,
            "muted": False, "bookmarked": False, "pinned": False, "filtered": []}
        if key:
            keys[key] = id
        return 200, shown(statuses[id])


ThreadingHTTPServer.request_queue_size = 128
ThreadingHTTPServer.daemon_threads = True
server = ThreadingHTTPServer(("127.0.0.1", PORT), Handler)
print("ready", flush=True)
server.serve_forever()
