#!/bin/bash
# websub.sh CARILLON SOURCE: a subscriber that others wrote subscribes to the three feeds of a home without an
# account in the fediverse, is brought what is new, also what was published while the server was away, and ends
# it. The npm packages are those of fedify.sh. What cannot run here is skipped, and said.
set -eu
name=websub
. "$(dirname "$0")/../rig/lib.sh"
carillon=$(realpath "$1")
. "$(dirname "$0")/packages.sh" "$2" subscriber.mjs
port=$(free_port) hook=$(free_port)
site=http://127.0.0.1:$port
"$carillon" init w >/dev/null 2>&1
cd w
sed -i "s|^  url:.*|  url: $site|" carillon.yaml
"$carillon" channel set home loopback_peers=true >/dev/null
if "$carillon" serve --listen "0.0.0.0:$port" 2>refused; then fail "it served the world with loopback_peers"; fi
expect "$(cat refused)" "loopback_peers is for tests"
say() {
  printf -- '---\ntitle: %s\n---\nAt four.\n' "$1" >"$1.md"
  "$carillon" publish "$1.md" >/dev/null
}
say First
start Serving "$carillon" serve --listen "127.0.0.1:$port"
server=$child log=$started
expect "$("$carillon" home subscribers)" "Nobody subscribes"
expect "$(curl -fsS "$site/feed.atom")" "<link rel=\"hub\" href=\"$site/websub\""
expect "$(curl -fsS "$site/feed.rss")" "<atom:link rel=\"hub\" href=\"$site/websub\""
expect "$(curl -fsS "$site/feed.json" | jq -c .hubs)" "[{\"type\":\"WebSub\",\"url\":\"$site/websub\"}]"
refute "$(curl -fsSI "$site/")" "rel=\"hub\""

start "asked" "$node" ../subscriber.mjs "$hook" "$site"/feed.{rss,atom,json}
heard=$started reader=$child
came() { [ "$(grep -c "^feed $site/feed.$1 .*$2" "$heard")" = "$3" ]; }
for kind in atom rss json; do
  until_true grep -qE "^subscribe $site/feed.$kind 86(3999|4000|4001)$" "$heard" ||
    fail "no question for $kind: $(cat "$heard" "$log")"
done
listed() { [ "$("$carillon" home subscribers --json | jq length)" = "$1" ]; }
until_true listed 3 || fail "not all are listed: $("$carillon" home subscribers)"
say Second
for kind in atom rss json; do
  until_true came $kind Second 1 || fail "feed.$kind did not come: $(cat "$heard" "$log")"
done
kill -TERM "$server"
wait "$server" || fail "the server did not stop well: $(cat "$log")"
say Third
say Fourth
start Serving "$carillon" serve --listen "127.0.0.1:$port"
log=$started
for kind in atom rss json; do
  until_true came $kind Fourth 1 || fail "feed.$kind did not come later: $(cat "$heard" "$log")"
  came $kind Second 2 || fail "feed.$kind came too often: $(cat "$heard")"
done
expect "$("$carillon" home subscribers)" "127.0.0.1:$hook  $site/feed.atom"
refute "$("$carillon" home subscribers)" "hook?"
kill -USR2 "$reader"
until_true listed 2 || fail "it was not ended: $(cat "$heard" "$log")"
expect "$(cat "$heard")" "unsubscribe $site/feed.rss"
say Fifth
until_true came atom Fifth 1 || fail "the others do not come: $(cat "$heard" "$log")"
came rss Fifth 0 || fail "what was ended came"
if grep -qE "^(denied|refused|error)" "$heard"; then fail "something failed: $(cat "$heard")"; fi
echo "websub: all steps passed"
