#!/usr/bin/env python3
"""A stateful stand-in for a code host: repositories by git's own http-backend, and of each host's
interface what opens a pull request.

forge_standin.py PORT TOKEN FOLDER [GITHUB_DESCRIPTION]   FOLDER holds OWNER/NAME.git
/api/v3 is GitHub's, /api/v4 GitLab's, /api/v1 Forgejo's; each request, and each answer, is compared
with the description of it (forge_facts.py, for GitHub its own where it is given), and what is
against it stands in GET /__state. GET /__set?… changes what comes next:
  fault=WHERE:WHAT[:TIMES]   WHERE is repo, list, create or git; WHAT a status, "taken" (done, then
                             the connection is reset), "lost" (reset before), "exists" (somebody was
                             faster), "error" (done, then 500), "odd" (done, then nothing is told),
                             "pass" (all is well)
  push=no|yes                whether the token may push;  hold=yes|no  whether pushes wait
  clone=ADDRESS              where the repository says it is;  close=all  closes what is open
"""
import base64
import json
import os
import re
import socket
import struct
import subprocess
import sys
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import described
import forge_facts

PORT, TOKEN, FOLDER = int(sys.argv[1]), sys.argv[2], sys.argv[3]
BASE = f"http://127.0.0.1:{PORT}"
descriptions = {"gitlab": described.Description(forge_facts.GITLAB),
                "forgejo": described.Description(forge_facts.FORGEJO)}
if len(sys.argv) > 4:
    with open(sys.argv[4]) as file:
        descriptions["github"] = described.Description(json.load(file))
APIS = {"/api/v3": "github", "/api/v4": "gitlab", "/api/v1": "forgejo"}
lock = threading.RLock()
free = threading.Event()
free.set()
state = {"pulls": [], "requests": [], "wrong": [], "pushes": 0, "waiting": 0}
settings = {"push": "yes", "clone": ""}
faults = []


class Reset(Exception):
    """The connection ends here, without an answer."""


def fault_at(where):
    for fault in faults:
        if fault[0] == where:
            fault[2] -= 1
            if fault[2] == 0:
                faults.remove(fault)
            return fault[1]
    return ""


def commit_of(repository, branch):
    done = subprocess.run(["git", "-C", f"{FOLDER}/{repository}.git", "rev-parse", "--verify", "-q",
                           f"refs/heads/{branch}"], capture_output=True, text=True)
    return done.stdout.strip()


def repository_of(kind, name):
    clone = settings["clone"] or f"{BASE}/{name}.git"
    if kind == "gitlab":
        return {"id": 7, "path_with_namespace": name, "default_branch": "main",
                "http_url_to_repo": clone,
                "permissions": {"project_access": {"access_level": 30}, "group_access": None}}
    may = settings["push"] == "yes"
    return {"id": 7, "full_name": name, "default_branch": "main", "clone_url": clone,
            "permissions": {"admin": False, "push": may, "pull": True}}


def shown(pull):
    if pull["kind"] == "gitlab":
        return {"id": 70 + pull["number"], "iid": pull["number"], "title": pull["title"],
                "description": pull["body"], "state": "opened" if pull["open"] else "closed",
                "source_branch": pull["head"], "target_branch": pull["base"],
                "source_project_id": pull["from"], "sha": commit_of(pull["of"], pull["head"]),
                "web_url": f"{BASE}/{pull['of']}/-/merge_requests/{pull['number']}"}
    name = pull["of"] if pull["from"] == 7 else "stranger/site"
    return {"id": 70 + pull["number"], "number": pull["number"], "title": pull["title"],
            "body": pull["body"], "state": "open" if pull["open"] else "closed",
            "html_url": f"{BASE}/{pull['of']}/pull/{pull['number']}",
            "head": {"ref": pull["head"], "sha": commit_of(pull["of"], pull["head"]),
                     "repo": {"id": pull["from"], "full_name": name}}}


def open_pulls(kind, name):
    return [pull for pull in state["pulls"]
            if pull["open"] and pull["kind"] == kind and pull["of"] == name]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def reply(self, code, body, headers=()):
        self.send_response(code)
        for name, value in (*headers, ("Content-Length", str(len(body)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def answer(self, code, value, headers=()):
        json_type = ("Content-Type", "application/json")
        self.reply(code, json.dumps(value).encode(), (json_type, *headers))

    def serve(self):
        path, _, query = self.path.partition("?")
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            if path == "/__state":
                with lock:
                    return self.answer(200, state)
            if path == "/__set":
                return self.set(query)
            for prefix, kind in APIS.items():
                if path.startswith(prefix + "/"):
                    with lock:
                        return self.api(kind, path[len(prefix):], query, raw)
            return self.git(path, query, raw)
        except Reset:
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.close_connection = True
            self.connection.close()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = serve

    def finish(self):
        try:
            super().finish()
        except OSError:
            pass  # it was reset

    def set(self, query):
        for name, value in urllib.parse.parse_qsl(query, keep_blank_values=True):
            if name == "fault":
                where, what, *times = value.split(":")
                faults.append([where, what, int(times[0]) if times else 1])
            elif name == "hold":
                (free.clear if value == "yes" else free.set)()
            elif name == "close":
                for pull in state["pulls"]:
                    pull["open"] = False
            elif name == "stranger":  # a fork's pull request from a branch of that name
                kind, branch = value.split(":")
                self.made(kind, "bells/site", {"title": "Mine", "head": branch, "base": "main",
                                               "body": "", "from": 8})
            else:
                settings[name] = value
        self.answer(200, {})

    def api(self, kind, path, query, raw):
        state["requests"].append(f"{kind} {self.command} {path}")
        body = json.loads(raw) if raw else None
        description = descriptions.get(kind)
        if description:
            state["wrong"] += description.wrong_request(self.command, path, query, body)
        wanted = {"github": f"Bearer {TOKEN}", "gitlab": f"Bearer {TOKEN}",
                  "forgejo": f"token {TOKEN}"}[kind]
        if self.headers.get("Authorization") != wanted:
            return self.answer(401, {"message": "Bad credentials"})
        if kind == "github" and (self.headers["Accept"] != "application/vnd.github+json"
                                 or self.headers["X-GitHub-Api-Version"] != "2022-11-28"):
            state["wrong"].append("GitHub's headers are missing")
        if self.command == "POST" and self.headers["Content-Type"] != "application/json":
            state["wrong"].append("the body is not said to be JSON")
        code, value, headers = self.api_answer(kind, path, query, body)
        if description and code in (200, 201):
            state["wrong"] += description.wrong_answer(self.command, path, code, value)
        return self.answer(code, value, headers)

    def api_answer(self, kind, path, query, body):
        pattern = r"/projects/([^/]+)(/merge_requests)?" if kind == "gitlab" \
            else r"/repos/([^/]+/[^/]+)(/pulls)?"
        found = re.fullmatch(pattern, path)
        name = urllib.parse.unquote(found[1]) if found else ""
        if kind == "gitlab" and name == "7":
            name = "bells/site"
        where = "create" if self.command == "POST" else "list" if found and found[2] else "repo"
        fault = fault_at(where)
        if fault.isdigit():
            waits = (("Retry-After", "90"),) if fault == "429" else ()
            return int(fault), {"message": f"a fault of the test, {TOKEN}"}, waits
        if fault == "lost":
            raise Reset
        if not os.path.isdir(f"{FOLDER}/{name}.git"):
            return 404, {"message": "Not Found"}, ()
        if where == "repo":
            return 200, repository_of(kind, name), ()
        if where == "list":
            return 200, self.listed(kind, name, dict(urllib.parse.parse_qsl(query))), ()
        return self.create(kind, name, body, fault)

    def listed(self, kind, name, query):
        pulls = [shown(pull) for pull in reversed(open_pulls(kind, name))]
        if kind == "github" and "head" in query:
            return [pull for pull in pulls if query["head"] ==
                    f"{pull['head']['repo']['full_name'].partition('/')[0]}:{pull['head']['ref']}"]
        if kind == "gitlab" and "source_branch" in query:
            return [pull for pull in pulls if pull["source_branch"] == query["source_branch"]]
        if kind == "forgejo":
            page, limit = int(query.get("page", 1)), int(query.get("limit", 30))
            return pulls[(page - 1) * limit:page * limit]
        return pulls

    def made(self, kind, name, wish):
        pull = {"kind": kind, "of": name, "number": len(state["pulls"]) + 1, "open": True, **wish}
        state["pulls"].append(pull)
        return pull

    def create(self, kind, name, body, fault):
        words = ("source_branch", "target_branch", "description") if kind == "gitlab" \
            else ("head", "base", "body")
        wish = {"title": body["title"], "head": body[words[0]], "base": body[words[1]],
                "body": body.get(words[2], ""), "from": 7}
        if not commit_of(name, wish["head"]) or not commit_of(name, wish["base"]):
            return 422, {"message": "Validation Failed",
                         "errors": [{"resource": "PullRequest", "field": "head",
                                     "code": "invalid"}]}, ()
        if fault == "exists":
            self.made(kind, name, wish)
        if any(pull["head"] == wish["head"] and pull["from"] == 7
               for pull in open_pulls(kind, name)):
            if kind == "github":
                return 422, {"message": "Validation Failed", "errors": [
                    {"resource": "PullRequest", "code": "custom",
                     "message": f"A pull request already exists for bells:{wish['head']}."}]}, ()
            if kind == "gitlab":
                return 409, {"message": ["Another open merge request already exists for this "
                                         "source branch: !1"]}, ()
            return 409, {"message": "pull request already exists for these targets"}, ()
        pull = self.made(kind, name, wish)
        if fault == "taken":
            raise Reset
        if fault == "error":
            return 500, {"message": "it went wrong after it was done"}, ()
        if fault == "odd":
            return 201, {}, ()
        return 201, shown(pull), ()

    def git(self, path, query, raw):
        """As https://git-scm.com/docs/git-http-backend has it, behind a token."""
        scheme, _, coded = (self.headers.get("Authorization") or "").partition(" ")
        user, _, password = base64.b64decode(coded or "").decode(errors="replace").partition(":")
        with lock:
            state["requests"].append(f"git {self.command} {path}")
            fault = fault_at("git")
        if len(self.headers.get_all("Authorization") or []) > 1:
            return self.reply(400, b"two credentials\n")
        if scheme != "Basic" or not user or password != TOKEN:
            return self.reply(401, b"who?\n", (("WWW-Authenticate", 'Basic realm="bells"'),))
        if settings["push"] == "no" or fault == "403":
            return self.reply(403, f"Permission to {path} denied to {TOKEN}\n".encode())
        if path.endswith("/git-receive-pack"):
            with lock:
                state["waiting"] += 1
            free.wait(60)
            with lock:
                state["waiting"] -= 1
                state["pushes"] += 1
        environment = {"PATH": os.environ["PATH"], "GIT_PROJECT_ROOT": FOLDER,
                       "GIT_HTTP_EXPORT_ALL": "1", "PATH_INFO": path, "QUERY_STRING": query,
                       "REQUEST_METHOD": self.command, "REMOTE_USER": user,
                       "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                       "CONTENT_LENGTH": str(len(raw)),
                       "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                       "GIT_PROTOCOL": self.headers.get("Git-Protocol", "")}
        done = subprocess.run(["git", "http-backend"], input=raw, capture_output=True,
                              env=environment)
        head, _, body = done.stdout.partition(b"\r\n\r\n")
        headers = [tuple(line.split(": ", 1)) for line in head.decode().split("\r\n") if line]
        code = next((int(value.split()[0]) for name, value in headers if name == "Status"), 200)
        self.reply(code, body, [pair for pair in headers if pair[0] != "Status"])


server = ThreadingHTTPServer(("127.0.0.1", PORT), Handler)
server.daemon_threads = True
print("ready", flush=True)
server.serve_forever()
