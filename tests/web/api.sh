#!/bin/bash
# api.sh CARILLON SOURCE: the operations over HTTP, on the real program.
set -eu
carillon=$(realpath "$1")
source=$(realpath "$2")
dir=$(mktemp -d)
server=
listener=
trap 'kill $server $listener 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
fail() { echo "api: $*" >&2; exit 1; }
until_true() {
  for _ in $(seq 200); do "$@" && return; read -rt 0.05 <> <(:) || true; done
  return 1
}
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

# Who listens hears of what is done by whomever, and nobody else may listen.
stream="http://127.0.0.1:$port/api/v1/events/stream"
expect "$(curl -si "$stream")" "401 Unauthorized"
curl -sNi -K <(printf 'header = "Authorization: Bearer %s"\n' "$token") "$stream" >heard &
listener=$!
until_true grep -q retry: heard || fail "nobody is listened to: $(cat heard)"
expect "$(cat heard)" "Content-Type: text/event-stream"
planned='{"text":"---\ntitle: Cake\nslug: cake\nat: 2030-03-01 10:00 UTC\n---\nCake.\n"}'
expect "$(ask POST /announcements "$planned")" '"state": "planned"'
until_true grep -q '"kind":"announcement.planned"' heard || fail "nothing is heard: $(cat heard)"
expect "$(ask PATCH /announcements/cake '{"at":"2030-03-02 10:00 UTC"}')" '"due": "2030-03-02T10:00:00Z"'
expect "$(ask GET '/announcements?from=2030-03-02')" '"slug": "cake"'
expect "$(ask GET '/announcements?from=2030-03-03')" '[]'
until_true grep -q '"kind":"announcement.moved"' heard || fail "the move is not heard: $(cat heard)"
draft=$(ask POST /drafts '{"text":"---\ntitle: Pie\n---\nPie.\n"}' | sed -n 's/.*"id": "\([a-z2-7]*\)".*/\1/p' | head -1)
ask PUT "/drafts/$draft/copy" '{"text":"typed","based_on":1}' >/dev/null
until_true grep -qF "\"kind\":\"draft.copy\",\"subject\":\"$draft\"" heard ||
  fail "the typing is not heard: $(cat heard)"
kill "$listener"

# A picture that a browser sends, shown to those who work here before it is published.
python3 -c '
import base64, json, struct, sys, zlib
def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
def png(side, rows):
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
def write(name, data):
    json.dump({"name": name, "data": base64.b64encode(data).decode()}, open(name + ".json", "w"))
write("red.png", png(64, (b"\0" + b"\xff\0\0" * 64) * 64))
write("bomb.png", png(60000, b"\0" * 1000))
write("drawing.svg", b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>")
write("large.png", b"x" * 50_000_000)
'
added=$(ask POST /pictures @red.png.json)
expect "$added" '"width": 64'
digest=$(sed -n 's/.*"digest": "\([0-9a-f]*\)".*/\1/p' <<<"$added")
[ "${#digest}" = 64 ] || fail "no digest: $added"
expect "$(curl -si "http://127.0.0.1:$port/desk/picture/$digest")" "303 See Other"
shown='{"text":"---\ntitle: Red\nmedia: [{file: red.png, alt: red, digest: '$digest'}]\n---\nRed.\n"}'
expect "$(ask POST /drafts "$shown")" "$digest"
expect "$(ask POST /drafts "${shown/digest: ????/digest: 0000}")" "is not kept here"
expect "$(ask POST /pictures @bomb.png.json)" 413
expect "$(ask POST /pictures @drawing.svg.json)" 400
expect "$(ask POST /pictures @large.png.json)" 413
expect "$(ask POST /pictures '{"name":"a.png","data":"%%"}')" "not Base64"
expect "$(ask POST /pictures '{"name":"../","data":"aGk="}')" "not said what"
# The same request with one key is done once; a change of what somebody else changed is refused.
# say METHOD PATH BODY HEADER…: as ask, with more header lines.
say() {
  local lines=()
  for line in "${@:4}"; do lines+=(-H "$line"); done
  curl -s -w '\n%{http_code}' -X "$1" -K <(printf 'header = "Authorization: Bearer %s"\n' "$token") \
    -H 'Content-Type: application/json' "${lines[@]}" -d "$3" "http://127.0.0.1:$port/api/v1$2"
}
wish='{"title":"We leave","by":"Council","channel":"practice","to":"inactive"}'
first=$(say POST /decisions "$wish" 'Idempotency-Key: "one"')
[ "$(say POST /decisions "$wish" 'Idempotency-Key: "one"')" = "$first" ] || fail "another answer"
expect "$(say POST /decisions "${wish/leave/stay}" 'Idempotency-Key: "one"')" 422
[ "$(ask GET /decisions | grep -c '"id"')" = 1 ] || fail "the decision was entered twice"
tag=$(curl -si -H "Authorization: Bearer $token" "http://127.0.0.1:$port/api/v1/channels/practice" |
  sed -n 's/^ETag: *\("[0-9a-f]*"\).*/\1/p')
[ -n "$tag" ] || fail "no ETag"
expect "$(say PATCH /channels/practice '{"set":["length=90"]}' "If-Match: $tag")" '"length": 90'
for _ in $(seq 200); do
  said=$(say PATCH /channels/practice '{"set":["length=91"]}' 'If-Match: "0"')
  [ "$(tail -1 <<<"$said")" = 412 ] || fail "what is not in that state was changed: $said"
  ask GET /channels/practice | grep -q '"length": 90' && break
  read -rt 0.05 <> <(:) || true
done
said=$(say PATCH /channels/practice '{"set":["length=91"]}' "If-Match: $tag")
expect "$said" "api: channel set practice"
expect "$said" 412
expect "$(ask GET '/events?kind=channel%20set')" '"via": "the workspace'
expect "$(ask GET /record-verification)" '"whole": true'
expect "$(ask GET '/record-verification?file=/etc/passwd')" "no parameter"

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
