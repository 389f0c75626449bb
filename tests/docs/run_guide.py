#!/usr/bin/env python3
"""Runs every command that the guide and the README show: run_guide.py CARILLON SOURCE.

Each page's ```sh blocks are run in order by bash in a fresh workspace. `make` is left out (the test
suite is what it calls), `carillon serve` goes on in the background until the page ends, and the
addresses of example servers are those of the stand-ins, where these run (tests/rig/with_servers.sh);
GitHub is tests/rig/forge_standin.py, the mail server tests/rig/smtp_server.py, an account elsewhere is another
home, and nginx does TLS where a page looks from outside; what a person would type at
the prompt for a secret comes from here.
A page fails when a command fails, or names one that does not exist.
"""
import contextlib
import grp
import os
import pathlib
import pwd
import re
import shutil
import socket
import subprocess
import sys
import tempfile

CARILLON, SOURCE = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
POST = "---\ntitle: A first try\n---\nThis is a first try.\n"
SERVE = """carillon() {
  case "$*" in
    "channel add mastodon "*) command carillon "$@" --secret-stdin <<<good-token; return ;;
    "channel set home handle="*) command carillon "$@" loopback_peers=true; return ;;
    "doctor home "*)
      if [ -z "${TLS_AUTHORITY:-}" ]; then echo "not run here: there is no nginx"; return; fi
      command carillon "$@" --authority "$TLS_AUTHORITY" --http-port "$TLS_HTTP_PORT"
      return ;;
    "mail secret") command carillon "$@" --secret-stdin <<<"open sesame"; return ;;
    "channel add webhook "*) command carillon "$@" --secret-stdin <<<hook-secret; return ;;
    "delist patch "*" --pull"*)
      git -C website push --quiet "$FORGE_FOLDER/bells/website.git" HEAD:refs/heads/main
      CARILLON_FORGE_TOKEN=forge-token command carillon "$@" --forge github \
        --forge-api "http://127.0.0.1:$FORGE_PORT/api/v3"
      return ;;
  esac
  if [ "$1" != serve ]; then command carillon "$@"; return; fi
  command carillon "$@" 2>served.log &
  for _ in $(seq 200); do grep -q Serving served.log && return 0; read -rt 0.05 <> <(:) || true; done
  cat served.log >&2; return 1
}
make() { echo "not run here: make $*"; }
trap 'left=$(jobs -p); [ -z "$left" ] || kill $left; wait' EXIT
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def stand_ins():
    """Example address -> the address it has in this run; nothing for those that do not run here."""
    out = {}
    for name, example in (("CARILLON_STANDIN_HONOUR", "https://fosstodon.org"),
                          ("CARILLON_STANDIN_HONOUR", "https://receiver.example.org")):
        ports = os.environ.get(name, "")
        if ports:
            out[example] = "http://127.0.0.1:" + ports.partition(":")[2]
    return out


@contextlib.contextmanager
def code_host(script, scratch, env):
    """GitHub's stand-in with the repository bells/website, for a page that opens a pull request."""
    if " --pull" not in script:
        yield
        return
    folder = pathlib.Path(scratch) / "host"
    subprocess.run(["git", "init", "--quiet", "--bare", folder / "bells/website.git"], check=True)
    port = free_port()
    env.update(FORGE_FOLDER=str(folder), FORGE_PORT=str(port))
    server = subprocess.Popen(["/usr/bin/python3", SOURCE / "tests/rig/forge_standin.py", str(port),
                               "forge-token", folder], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout.readline() == "ready\n"
        yield
    finally:
        server.terminate()
        server.wait()


@contextlib.contextmanager
def mail_server(script, scratch):
    """The script with a mail server of this machine, for a page that sends mail."""
    if "smtps://mail.example.org" not in script:
        yield script
        return
    box = pathlib.Path(scratch) / "box"
    box.mkdir()
    server = subprocess.Popen(["/usr/bin/python3", SOURCE / "tests/rig/smtp_server.py", box, "plain"],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        here = "smtp://127.0.0.1:" + server.stdout.readline().strip()
        yield script.replace("smtps://mail.example.org", here)
    finally:
        server.terminate()
        server.wait()


NGINX = """daemon off; master_process off; pid nginx.pid; error_log stderr; user {user} {group}; events {{}}
http {{ access_log off;
  server {{ listen 127.0.0.1:{http}; return 301 {home}$request_uri; }}
  server {{ listen 127.0.0.1:{tls} ssl; ssl_certificate cert.pem; ssl_certificate_key cert.key;
    client_max_body_size 16m; client_body_temp_path body;
    location / {{ proxy_pass http://127.0.0.1:{port}; proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; }} }} }}
"""


@contextlib.contextmanager
def tls_front(script, scratch, env, where, port):
    """The script with nginx and TLS in front of the server, for a page that looks from outside."""
    nginx = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
    if " doctor home " not in script or not nginx:
        yield script
        return
    front = pathlib.Path(scratch) / "front"
    front.mkdir()
    for command in ("req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=T",
                    "req -newkey rsa:2048 -nodes -keyout cert.key -out csr.pem -subj /CN=localhost",
                    "x509 -req -in csr.pem -CA ca.pem -CAkey ca.key -CAcreateserial -out cert.pem -days 60"
                    " -extfile names"):
        (front / "names").write_text("subjectAltName=DNS:localhost")
        subprocess.run(["openssl", *command.split()], cwd=front, check=True, capture_output=True)
    http, tls = free_port(), free_port()
    home = f"https://localhost:{tls}"
    (front / "nginx.conf").write_text(NGINX.format(
        user=pwd.getpwuid(os.getuid()).pw_name, group=grp.getgrgid(os.getgid()).gr_name,
        http=http, tls=tls, home=home, port=port))
    env.update(TLS_AUTHORITY=str(front / "ca.pem"), TLS_HTTP_PORT=str(http))
    config = (where / "carillon.yaml").read_text()
    (where / "carillon.yaml").write_text(re.sub(r"(?m)^  url:.*", f"  url: {home}", config, count=1))
    server = subprocess.Popen([nginx, "-p", front, "-c", front / "nginx.conf"], stderr=subprocess.DEVNULL)
    try:
        yield script.replace("https://news.example.org", home)
    finally:
        server.terminate()
        server.wait()


@contextlib.contextmanager
def another_home(script, scratch):
    """The script with another home of this machine, for a page that moves from or to an account."""
    if " home move-" not in script:
        yield script
        return
    port, where = free_port(), pathlib.Path(scratch) / "other"
    subprocess.run([CARILLON, "init", where], check=True, capture_output=True)
    config = (where / "carillon.yaml").read_text()
    (where / "carillon.yaml").write_text(config.replace(":8080", f":{port}"))
    subprocess.run([CARILLON, "channel", "set", "home", "handle=old", "loopback_peers=true"], cwd=where,
                   check=True, capture_output=True)
    server = subprocess.Popen([CARILLON, "serve", "--listen", f"127.0.0.1:{port}"], cwd=where,
                              stderr=subprocess.PIPE, text=True)
    try:
        while "Serving" not in server.stderr.readline():
            assert server.poll() is None
        here = f"@old@127.0.0.1:{port}"
        yield script.replace("@old@mastodon.example", here).replace("@new@mastodon.example", here)
    finally:
        server.terminate()
        server.stderr.close()
        server.wait()


def script_of(page, port):
    text = page.read_text()
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.S | re.M)
    script = "\n".join(blocks)
    for example, here in stand_ins().items():
        script = script.replace(example, here)
    return script.replace("127.0.0.1:8080", f"127.0.0.1:{port}"), len(blocks)


def run(page):
    port = free_port()
    script, count = script_of(page, port)
    if not script.strip():
        return 0
    needs_server = "channel check" in script or "channel add mastodon" in script
    if needs_server and not stand_ins():
        print(f"guide: skipped {page.relative_to(SOURCE)}: no stand-ins run here")
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        env = {k: v for k, v in os.environ.items() if not k.startswith("CARILLON_")}
        env["PATH"] = f"{CARILLON.parent}:{env['PATH']}"
        where = pathlib.Path(scratch) / "project"
        if page.name == "README.md":
            shutil.copytree(SOURCE / "examples", where / "examples")
            subprocess.run([CARILLON, "init", "demo"], cwd=where, check=True, capture_output=True)
        elif page.name == "first-steps.md":
            where.mkdir()
        else:
            subprocess.run([CARILLON, "init", where], check=True, capture_output=True)
            (where / "post.md").write_text(POST)
            (where / "later.md").write_text(POST.replace("A first try", "Later"))
            config = (where / "carillon.yaml").read_text()
            (where / "carillon.yaml").write_text(config.replace(":8080", f":{port}"))
        with code_host(script, scratch, env), mail_server(script, scratch) as mailing, \
                another_home(mailing, scratch) as moving, \
                tls_front(moving, scratch, env, where, port) as whole:
            done = subprocess.run(["bash", "-euc", SERVE + whole], cwd=where, env=env, input="",
                                  capture_output=True, text=True, timeout=120)
        if done.returncode != 0:
            print(f"guide: {page.relative_to(SOURCE)} exited with {done.returncode}:\n"
                  f"{done.stdout[-1500:]}{done.stderr[-1500:]}", file=sys.stderr)
            return -1
    return count


pages = [SOURCE / "README.md", *sorted((SOURCE / "docs").rglob("*.md"))]
counts = [run(page) for page in pages]
if -1 in counts:
    sys.exit(1)
print(f"guide: {sum(counts)} blocks of {sum(1 for c in counts if c)} pages ran")
