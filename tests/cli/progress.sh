#!/bin/bash
# progress.sh CARILLON: on a terminal, publishing that takes more than a moment shows how far it is;
# in a pipe it does not. The receiver answers only once the line was seen.
set -eu
carillon=$(realpath "$1")
dir=$(mktemp -d)
pids=()
trap 'for p in "${pids[@]}"; do kill "$p" 2>/dev/null || true; done; rm -rf "$dir"' EXIT
cd "$dir"
fail() { echo "progress: $*" >&2; exit 1; }
mkfifo go
python3 - >port <<'PY' &
import http.server, socketserver
class Slow(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        open("go").read()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(b"{}")
    def log_message(self, *args):
        pass
with socketserver.TCPServer(("127.0.0.1", 0), Slow) as server:
    print(server.server_address[1], flush=True)
    server.serve_forever()
PY
pids+=($!)
for _ in $(seq 200); do [ -s port ] && break; read -rt 0.05 <> <(:) || true; done
"$carillon" init w >/dev/null 2>&1
cd w
sed -i "s,http://127.0.0.1:8080,https://tea.example," carillon.yaml
"$carillon" channel add webhook hook --set "target=http://127.0.0.1:$(cat ../port)/" --secret-stdin \
  >/dev/null 2>&1 <<<a-secret
printf -- '---\ntitle: Slow\n---\nSlow.\n' >slow.md
script -qec "'$carillon' publish slow.md" ../typescript >/dev/null </dev/null &
pids+=($!)
for _ in $(seq 600); do
  grep -qa '1 of 2 channels' ../typescript 2>/dev/null && break
  read -rt 0.05 <> <(:) || true
done
grep -qa '1 of 2 channels' ../typescript || fail "no progress was shown: $(cat -v ../typescript)"
echo go >../go
wait "${pids[1]}" || fail "publishing failed: $(cat -v ../typescript)"
grep -qa 'hook .*published' ../typescript || fail "no outcome: $(cat -v ../typescript)"
printf -- '---\ntitle: Piped\n---\nPiped.\n' >piped.md
(echo go >../go) & pids+=($!)
"$carillon" publish piped.md >out 2>err
[ ! -s err ] || fail "a pipe got progress: $(cat err)"
echo "progress: all steps passed"
