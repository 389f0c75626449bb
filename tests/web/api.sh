#!/bin/bash
# api.sh CARILLON SOURCE: the operations over HTTP, on the real program.
set -eu
carillon=$(realpath "$1")
source=$(realpath "$2")
dir=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
fail() { echo "api: $*" >&2; exit 1; }
expect() { grep -qF -- "$2" <<<"$1" || fail "expected \"$2\" in: $1"; }

"$carillon" init w >/dev/null 2>&1
cd w
"$carillon" serve --listen 127.0.0.1:0 2>served.log &
server=$!
for _ in $(seq 200); do grep -q Serving served.log && break; read -rt 0.05 <> <(:) || true; done
port=$(sed -n 's|.*127.0.0.1:\([0-9]*\)/.*|\1|p' served.log | head -1)
[ -n "$port" ] || fail "the server did not start: $(cat served.log)"
token=$(cat data/api-token)
[ "$(stat -c %a data/api-token)" = 600 ] || fail "others may read the token"
# ask METHOD PATH [BODY]: the status, then the body.
ask() {
  curl -s -w '\n%{http_code}' -X "$1" -K <(printf 'header = "Authorization: Bearer %s"\n' "$token") \
    ${3+-H 'Content-Type: application/json' -d "$3"} "http://127.0.0.1:$port/api/v1$2"
}

curl -s "http://127.0.0.1:$port/api/v1/openapi.json" | cmp - "$source/docs/openapi.json" ||
  fail "the served document is not docs/openapi.json"
expect "$(curl -si "http://127.0.0.1:$port/api/v1/channels")" "401 Unauthorized"
expect "$(curl -si -H "Authorization: Bearer x$token" "http://127.0.0.1:$port/api/v1/channels")" "401"
expect "$(ask GET /channels)" '"name": "home"'
expect "$(ask GET /channels/hom)" 'Did you mean \"home\"?'
expect "$(ask GET /channels/hom)" 404
expect "$(ask DELETE /channels)" 405
expect "$(ask GET /nowhere)" 404
expect "$(ask GET '/deliveries?announcment=x')" 'no parameter'

# A channel added through the API is used by the running server, without a restart.
expect "$(ask POST /channels '{"platform":"echo","name":"practice","set":["length=80"]}')" '"length": 80'
expect "$(ask POST /channels '{"platform":"echo","name":"practice"}')" 409
expect "$(ask POST /channels '{"platform":"ecco","name":"p"}')" 'Did you mean \"echo\"?'
for _ in $(seq 200); do
  ask GET /channels | grep -q practice && break
  read -rt 0.05 <> <(:) || true
done
post='{"text":"---\ntitle: Tea\n---\nTea is ready.\n","name":"tea.md"}'
expect "$(ask POST /previews "$post")" '"used": "full"'
expect "$(ask POST /announcements "$post")" '"slug": "tea"'
for _ in $(seq 200); do
  said=$(ask GET '/deliveries?announcement=tea')
  [ "$(grep -c '"state": "published"' <<<"$said")" = 2 ] && break
  read -rt 0.05 <> <(:) || true
done
[ "$(grep -c '"state": "published"' <<<"$said")" = 2 ] || fail "not published: $said"
ask POST /announcements "$post" >/dev/null
[ "$(wc -l <data/echo.jsonl)" = 1 ] || fail "the post stands twice"
expect "$(curl -s "http://127.0.0.1:$port/posts/tea/")" "Tea is ready."

# What only this machine may do, and what is not as described.
expect "$(ask POST /previews '{"file":"/etc/passwd"}')" "does not belong here"
expect "$(ask POST /previews '{"text":"x","nam":"y"}')" 'Did you mean \"name\"?'
expect "$(ask POST /previews '{"text":')" 400
expect "$(ask POST /previews 'null')" 400
expect "$(curl -s -H "Authorization: Bearer $token" -d 'text=x' "http://127.0.0.1:$port/api/v1/previews")" "application/json"
if grep -qF -e "$token" served.log; then fail "the token stands in the log"; fi
kill -TERM "$server"
wait "$server" || fail "the server did not stop well"
server=
echo "api: all steps passed"
