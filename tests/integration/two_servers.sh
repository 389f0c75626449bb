#!/bin/bash
# Two servers share one PostgreSQL. Forty announcements are due at the same moment, on a platform
# that knows no repetition; one server is killed with requests under way, and started again. Each
# post is there once, and both servers had a part in it. two_servers.sh CARILLON
set -eu
name=two_servers
. "$(dirname "$0")/../rig/lib.sh"
carillon=$(realpath "$1")
if ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
  echo "two_servers: skipped: PostgreSQL is not installed"
  exit 77
fi
posts=40
chmod 755 "$scratch"
url=$("$rig/pg.sh" start "$scratch/pg" $$)
sql() { psql -qXtA -d "$url" -c "$1"; }
port=$(free_port)
start ready /usr/bin/python3 "$rig/mastodon_standin.py" "$port" ignore
platform=http://127.0.0.1:$port
ask() { curl -sf "$platform/__$1"; }

# The same configuration and the same key on both machines; each has a folder of its own.
"$carillon" init "$scratch/a" >/dev/null 2>&1
sed -i "s|^channels:|store:\n  url: $url\n\nchannels:|" "$scratch/a/carillon.yaml"
mkdir "$scratch/keys"
head -c 32 /dev/urandom | base64 >"$scratch/keys/carillon-key"
export CREDENTIALS_DIRECTORY=$scratch/keys
echo good-token | "$carillon" channel add mastodon toots --set "server=$platform" --secret-stdin \
  --workspace "$scratch/a" >/dev/null 2>&1
mkdir "$scratch/b"
cp "$scratch/a/carillon.yaml" "$scratch/b/"
for i in $(seq $posts); do
  printf -- '---\ntitle: Post %s\nchannels: [toots]\nat: 2099-01-01 10:00\n---\nThe text of post %s.\n' \
    "$i" "$i" >"$scratch/post-$i.md"
  "$carillon" publish "$scratch/post-$i.md" --workspace "$scratch/a" >/dev/null 2>&1
done
[ "$(sql "select count(*) from delivery where state = 'planned'")" = $posts ] || fail "not all are planned"

serve() { # serve FOLDER: its pid and log in ${pid[…]} and ${log[…]}
  start Serving "$carillon" serve --listen 127.0.0.1:0 --workspace "$scratch/$1"
  pid[$1]=$child log[$1]=$started
}
declare -A pid log
serve a
serve b
# Every request waits until both servers have some under way: more than the workers of one of them.
ask 'hold?after=0' >/dev/null
sql "update delivery set due = $(date +%s)000000, not_before = 0"
both_wait() { [ "$(ask waiting)" -gt 3 ]; }
until_true both_wait || fail "the two servers do not share the work: $(ask waiting) requests wait"
# Some go through, until each server has published something and is busy with the next.
both_published() {
  grep -q delivery.published "${log[a]}" && grep -q delivery.published "${log[b]}" && return
  ask 'hold?after=2' >/dev/null
  false
}
until_true both_published || fail "one server publishes nothing"
until_true both_wait || fail "nothing is under way"
# One dies; what it had sent, the platform performs all the same.
first=${log[a]}
kill -KILL "${pid[a]}"
ask release >/dev/null
serve a

all_published() {
  [ "$(sql "select count(*) from delivery where state = 'published'")" = $posts ]
}
# What the dead one held waits for the rest of its lease, two minutes at most.
for _ in $(seq 10); do until_true all_published && break; done
all_published || fail "after five minutes: $(sql "select state, count(*), min(reason) from delivery group by state")"
ask held | /usr/bin/python3 -c '
import json, sys
held = [text.split("\n")[0] for text in json.load(sys.stdin)]
wanted = [f"The text of post {i}." for i in range(1, int(sys.argv[1]) + 1)]
twice = sorted({text for text in held if held.count(text) > 1})
assert not twice, f"there twice: {twice}"
assert sorted(held) == sorted(wanted), set(wanted) ^ set(held)
' $posts || fail "the platform does not hold each post once"
[ "$(sql "select count(*) from event where kind = 'delivery.published'")" = $posts ] ||
  fail "not one event for each post"
expect "$("$carillon" status post-1 --workspace "$scratch/b")" published
expect "$("$carillon" record verify --workspace "$scratch/b")" "The chain holds."
share() { grep -c delivery.published "$1" || true; }
for one in a b; do
  kill -TERM "${pid[$one]}"
  wait "${pid[$one]}" || fail "the server did not stop well: $(tail -3 "${log[$one]}")"
done
echo "two_servers: each of $posts posts is there once; published before the kill $(share "$first"), after it $(share "${log[a]}"), by the other $(share "${log[b]}")"
