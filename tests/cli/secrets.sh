#!/bin/bash
# Nothing but its own platform ever sees a secret. The real program gets planted ones and runs into
# all kinds of servers; then they are looked for, in every form, in all that it left anywhere.
# secrets.sh CARILLON: run by tests/rig/with_servers.sh, which names the servers.
set -eu
name=secrets
. "$(dirname "$0")/../rig/lib.sh"
carillon=$(realpath "$1")
mkdir "$scratch/left" "$scratch/cores"
planted=$scratch/planted
token='Tok/plant+4711"q\z%&' hook='Hook plånt 4712 <x>' password='planted-app-4713' wrong='planted-wrong=4714'
printf '%s\n' "$token" "$hook" "$password" "$wrong" >"$planted"
runs=0
# run WANTED ARGUMENT…: the program with these arguments, and again with --json; keeps what it says.
run() {
  local wanted=$1 code
  shift
  for json in "" --json; do
    runs=$((runs + 1)) code=0
    "$carillon" "$@" $json >"$scratch/left/$runs.out" 2>"$scratch/left/$runs.err" </dev/null || code=$?
    [ "$code" = "$wanted" ] || fail "$* $json exits with $code, not $wanted: $(cat "$scratch/left/$runs".*)"
  done
  said=$(cat "$scratch/left/$((runs - 1)).out" "$scratch/left/$((runs - 1)).err")
}
give() { # give SECRET ARGUMENT…: on standard input
  runs=$((runs + 1))
  printf '%s\n' "$1" | "$carillon" "${@:2}" --secret-stdin >"$scratch/left/$runs.out" 2>"$scratch/left/$runs.err"
}
post() { printf -- '---\ntitle: %s\nchannels: [%s]\n---\nThe text of %s.\n' "$1" "$2" "$1" >"posts/$1.md"; }
look() { /usr/bin/python3 "$rig/find_secret.py" "$planted" "$@" || fail "a secret is readable (see above) $when"; }

port=$(free_port) bad=$(free_port)
start ready /usr/bin/python3 "$rig/mastodon_standin.py" "$port" ignore "$token" "$hook"
start ready /usr/bin/python3 "$rig/bad_server.py" "$bad"
server=http://127.0.0.1:$port
"$carillon" init "$scratch/w" >/dev/null 2>&1
cd "$scratch/w"

# Mastodon: a wrong token, the right one, servers that are none.
give "$wrong" channel add mastodon toots --set "server=$server"
run 1 channel check toots
expect "$said" "The access token is invalid"
post first toots
run 3 publish posts/first.md
give "$token" channel set toots
run 0 channel check toots
expect "$said" "@project@"
run 0 channel show toots
run 0 channel list
post second toots
run 0 publish posts/second.md
for kind in html login moved/http://localhost:1 huge echo; do
  curl -sf -XPOST "http://127.0.0.1:$bad/__as/$kind" >/dev/null
  give "$token" channel add mastodon "at-${kind%%/*}" --set "server=http://127.0.0.1:$bad"
  run 1 channel check "at-${kind%%/*}"
  post "${kind%%/*}" "at-${kind%%/*}"
  run 3 publish "posts/${kind%%/*}.md"
done
expect "$said" "(hidden)"
give "$token" channel add mastodon at-nothing --set server=http://127.0.0.1:1
run 1 channel check at-nothing
post nothing at-nothing
run 3 publish posts/nothing.md

# A webhook, with the right secret and a wrong one.
give "$hook" channel add webhook hook --set "target=$server/hook"
run 0 channel check hook
post third hook
run 0 publish posts/third.md
give "$wrong" channel add webhook other --set "target=$server/hook"
post fourth other
run 3 publish posts/fourth.md
curl -sf -XPOST "http://127.0.0.1:$bad/__as/echo" >/dev/null
give "$hook" channel add webhook echoing --set "target=http://127.0.0.1:$bad/hook"
post fifth echoing
run 3 publish posts/fifth.md

# Bluesky: the log-in carries the password in its body.
give "$password" channel add bluesky echo-sky --set "server=http://127.0.0.1:$bad" --set handle=a.test
run 1 channel check echo-sky
expect "$said" "(hidden)"
post sixth echo-sky
run 3 publish posts/sixth.md
if [ -n "${CARILLON_PDS:-}" ]; then
  pds=http://127.0.0.1:${CARILLON_PDS#*:} handle=s$(date +%s%N | tail -c 14).test
  curl -sf "$pds/xrpc/com.atproto.server.createAccount" -H 'Content-Type: application/json' -d \
    "{\"handle\":\"$handle\",\"email\":\"$handle@example.org\",\"password\":\"$password\"}" -o /dev/null
  give "$wrong" channel add bluesky sky --set "server=$pds" --set "handle=$handle"
  run 1 channel check sky
  give "$password" channel set sky
  run 0 channel check sky
  post seventh sky
  run 0 publish posts/seventh.md
else
  echo "secrets: skipped the real Bluesky server: it does not run here"
fi

# Mail: a password that the server does not take, and one that it does.
if /usr/bin/python3 -c 'import aiosmtpd' 2>/dev/null; then
  mkdir "$scratch/box"
  start ready /usr/bin/python3 "$rig/smtp_server.py" "$scratch/box" plain stay
  printf 'mail:\n  server: smtp://127.0.0.1:%s\n  from: news@tea.example\n  user: hub\n' "$(head -1 "$started")" \
    >>carillon.yaml
  give "$password" mail secret
  run 1 mail test you@tea.example
  expect "$said" 'does not let "hub" in'
  run 1 doctor
  expect "$said" 'does not let "hub" in'
  "$carillon" person invite ben@tea.example --role editor --mail >"$scratch/invited" 2>&1
  run 0 mail list
  expect "$said" "waiting"
  grep -o 'welcome/[A-Za-z0-9_-]*' "$scratch/invited" | cut -d/ -f2 >>"$planted"
else
  echo "secrets: skipped mail: there is no python3-aiosmtpd (packaging/install.sh)"
fi
run 0 status
run 0 log --count 500
"$carillon" record export --out "$scratch/left/events.jsonl" >"$scratch/left/exported"
run 1 publish posts/nowhere.md
when="after the commands"
look . "$scratch/left"

# The server: its log, its answers, its process, and a database in the middle of its work.
post eighth toots
run 0 publish posts/eighth.md --at "$(date -u -d '+2 seconds' +%Y-%m-%dT%H:%M:%SZ)"
start Serving "$carillon" serve --listen 127.0.0.1:0
pid=$child log=$started
address=$(grep -o 'http://127.0.0.1:[0-9]*' "$log" | head -1)
published() { "$carillon" status eighth | grep -q published; }
until_true published || fail "the server did not publish: $(cat "$log")"
for path in / /feed.atom /feed.json "/?token=$(/usr/bin/python3 -c 'import sys, urllib.parse; print(urllib.parse.quote(sys.argv[1]))' "$token")"; do
  curl -s "$address$path" -o "$scratch/left/page$((runs += 1))" || fail "no answer for $path"
done
# An answer that is kept for a repeated request, and the request itself, hold a secret.
wish=$(/usr/bin/python3 -c 'import json, sys
print(json.dumps({"platform": "webhook", "name": "keyed", "set": ["target=" + sys.argv[1]],
                  "secrets": {"secret": sys.argv[2]}}))' "$server/hook" "$hook")
for try in 1 2; do
  curl -sf -K <(printf 'header = "Authorization: Bearer %s"\n' "$(cat data/api-token)") \
    -H 'Idempotency-Key: once' -H 'Content-Type: application/json' -d "$wish" \
    "$address/api/v1/channels" -o "$scratch/left/keyed$try" || fail "the channel was not added"
done
cmp "$scratch/left/keyed1" "$scratch/left/keyed2" || fail "the same request got another answer"
cat "/proc/$pid/cmdline" "/proc/$pid/environ" "/proc/$pid/maps" >"$scratch/left/process"
[ -s data/carillon.db-wal ] || fail "the database has no write-ahead log to look into"
when="while the server runs"
look . "$scratch/left" "$log"
# The keys themselves stand in their two files, and nowhere else.
cat data/key data/api-token >"$scratch/keys"
/usr/bin/python3 "$rig/find_secret.py" "$scratch/keys" carillon.yaml posts data/carillon.db* "$scratch/left" "$log" ||
  fail "a key is readable (see above)"

# A crash in the middle of a request, when the memory holds the token, leaves no core.
curl -sf -XPOST "http://127.0.0.1:$bad/__as/silent" >/dev/null
cat >"$scratch/crash.py" <<'P'
import os, resource, signal, subprocess, sys, time, urllib.request
seen, proof, *command = sys.argv[1:]
resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY,) * 2)
def end(command, ready):
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    until = time.monotonic() + 30
    while not ready():
        assert child.poll() is None and time.monotonic() < until, "it never came so far"
        time.sleep(0.02)
    for name in ("cmdline", "environ", "limits"):
        with open(f"{proof}.{name}", "wb") as out:
            out.write(open(f"/proc/{child.pid}/{name}", "rb").read())
    os.kill(child.pid, signal.SIGABRT)
    status = os.waitpid(child.pid, 0)[1]
    assert os.WTERMSIG(status) == signal.SIGABRT, status
    return os.WCOREDUMP(status)
if not end(["sleep", "60"], lambda: True):
    print("secrets: this machine keeps no cores, so their absence proves little")
before = urllib.request.urlopen(seen).read()
if end(command, lambda: urllib.request.urlopen(seen).read() != before):
    sys.exit("a core of the program was written")
P
give "$token" channel add mastodon at-silent --set "server=http://127.0.0.1:$bad"
post ninth at-silent
cd "$scratch/cores"
/usr/bin/python3 "$scratch/crash.py" "http://127.0.0.1:$bad/__seen" "$scratch/left/crashed" \
  "$carillon" publish "$scratch/w/posts/ninth.md" --workspace "$scratch/w" >"$scratch/said" 2>&1 ||
  fail "$(cat "$scratch/said")"
grep -v '^$' "$scratch/said" || true
grep -q 'Max core file size *0 *0' "$scratch/left/crashed.limits" || fail "cores are not limited"
when="after a crash"
look "$scratch/w" "$scratch/left" "$scratch/said" "$log" "$scratch/cores"
kill -TERM "$pid"
wait "$pid" || fail "the server did not stop well"
look "$log"
echo "secrets: all steps passed ($runs runs looked through)"
