"""What the benches share that measure servers beside each other: programs that are run, servers that are
started and ended, nginx, and the lines that are printed."""
import os
import pathlib
import pwd
import socket
import subprocess
import sys
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
CARILLON = BUILD / "carillon"
PROGRAM = BUILD / "bench" / "carillon-bench"
missed = []


def report(name, ours, goal, unit, peer=None, limit=None, least=True, digits=0, note=""):
    """With `least`, ours beside the peer or the limit must be at least `goal`; else at most."""
    ratio = ours / (peer if peer is not None else limit)
    limit = goal * peer if peer is not None else limit
    show = lambda value: "-" if value is None else f"{value:.{digits}f}{unit}"
    print(f"bench {name} ratio={ratio:.2f} goal={'>=' if least else '<='}{goal:g} ours={show(ours)} "
          f"peer={show(peer)} limit={show(limit)}{note}", flush=True)
    if ratio < goal if least else ratio > goal:
        missed.append(name)


def run(*command, **options):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          check=False, **options)
    if done.returncode != 0:
        sys.exit(f"bench: {command[0]} failed ({done.returncode}):\n{done.stdout}{done.stderr}")
    return done.stdout


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def get(url, **headers):
    """The body and the headers of the answer."""
    asked = urllib.request.Request(url, headers={name.replace("_", "-"): value
                                                 for name, value in headers.items()})
    with urllib.request.urlopen(asked, timeout=10) as reply:
        return reply.read(), reply.headers


class Server:
    """A server process; `first_ms` is the time from its start to its first whole answer."""

    def __init__(self, command, port, log, **options):
        self.url = f"http://127.0.0.1:{port}"
        with open(log, "wb") as out:
            start = time.perf_counter()
            self.process = subprocess.Popen([str(word) for word in command], stdout=out, stderr=out,
                                            **options)
        while True:
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=5) as sock:
                    sock.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                    while sock.recv(65536):
                        pass
                break
            except ConnectionRefusedError:
                if self.process.poll() is not None or time.perf_counter() - start > 20:
                    sys.exit(f"bench: {command[0]} does not answer; see {log}")
                time.sleep(0.0005)
        self.first_ms = (time.perf_counter() - start) * 1000

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=30)

    def cpu(self):
        """Seconds of processor time, its own and its children's."""
        ticks, pids = 0, [self.process.pid]
        while pids:
            pid = pids.pop()
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
            for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
                pids += [int(child) for child in (task / "children").read_text().split()]
        return ticks / os.sysconf("SC_CLK_TCK")


def carillon_server(folder, work, port=None):
    port = port or free_port()
    return Server([CARILLON, "serve", "--workspace", folder, "--listen", f"127.0.0.1:{port}"], port,
                  work / "carillon.log")


def nginx_server(work, root, http="", places="", workers="1"):
    """Serves the files below `root`; `http` and `places` are more lines of its configuration."""
    prefix = work / "nginx"
    prefix.mkdir(exist_ok=True)
    port = free_port()
    user = f"user {pwd.getpwuid(0).pw_name};" if os.geteuid() == 0 else ""
    temps = "".join(f"{kind}_temp_path {kind};" for kind in
                    ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (prefix / "nginx.conf").write_text(f"""
        daemon off; worker_processes {workers}; pid nginx.pid; error_log error.log; {user}
        events {{ worker_connections 1024; }}
        http {{
          {http}
          access_log access.log; sendfile on; tcp_nopush on; keepalive_requests 1000000000;
          open_file_cache max=1000; {temps}
          server {{ listen 127.0.0.1:{port}; root {root}; {places} }}
        }}""")
    return Server(["nginx", "-p", prefix, "-e", "error.log", "-c", "nginx.conf"], port,
                  work / "nginx.log")


def choose(benches):
    """Runs those that are named on the command line, else all; exits 1 when a goal was missed."""
    names = sys.argv[1:] or list(benches)
    unknown = [name for name in names if name not in benches]
    if unknown:
        sys.exit(f"bench: there is no {unknown[0]}; there are {' '.join(benches)}")
    for name in names:
        benches[name]()
    if missed:
        sys.exit(f"bench: below the goal: {' '.join(missed)}")
