#!/bin/bash
# propose.sh CARILLON: somebody without an account proposes, on the real program over HTTP; an editor
# decides; the proposer reads what came of it.
set -eu
name=propose
. "$(dirname "$0")/../rig/lib.sh"
carillon=$(realpath "$1")
"$carillon" init "$scratch/w" >/dev/null 2>&1
cd "$scratch/w"
start Serving "$carillon" serve --listen 127.0.0.1:0
log=$started
address=$(grep -o 'http://127.0.0.1:[0-9]*' "$log" | head -1)

# Closed until it is opened, and then the home leads to it; files on a disk never do.
expect "$(curl -si "$address/propose")" "404"
refute "$(curl -s "$address/")" 'href="/propose"'
printf 'propose:\n  open: true\n  hint: "Tell <us> & ours"\n' >>carillon.yaml
leads() { curl -s "$address/" | grep -q 'href="/propose"'; }
until_true leads || fail "the home does not lead to /propose"
"$carillon" site build --out "$scratch/files" >/dev/null 2>&1
if grep -rq 'href="/propose"' "$scratch/files"; then fail "a file leads to a form that is not there"; fi

form() { curl -s "$address/propose"; }
token_of() { sed -n 's/.*name="token" value="\([^"]*\)".*/\1/p' | head -1; }
# send TOKEN FIELD=VALUE…: sends the form from the network $from; the head and the page.
from=192.0.2.1
send() {
  local fields=()
  for pair in "${@:2}"; do fields+=(--data-urlencode "$pair"); done
  curl -si -H "X-Forwarded-For: $from" --data-urlencode "token=$1" "${fields[@]}" "$address/propose"
}
# A form that lies open for as long as a person needs: sent again until it is no longer too quick.
patient() {
  local quick='quicker than people write'
  said=$(send "$@")
  while grep -q "$quick" <<<"$said"; do
    read -rt 0.2 <> <(:) || true
    said=$(send "$@")
  done
  printf '%s\n' "$said"
}

page=$(form)
expect "$page" "Tell &lt;us&gt; &amp; ours"
refute "$(curl -si "$address/propose")" "Set-Cookie"
refute "$page" "<script"
expect "$(curl -si "$address/propose")" "Content-Security-Policy: default-src 'none'"
token=$(token_of <<<"$page")
expect "$(send "$token" text=Tea)" "quicker than people write"
html='<img src=x onerror=alert(1)>"&'"'"
said=$(patient "$token" "text=Tea $html" "audience=$html" "date=$html" "name=Planted $html" \
  "contact=planted@example.org" "link=https://example.org/a?b&c")
expect "$said" "303 See Other"
status=$(grep -io 'location: [^ ]*' <<<"$said" | tr -d '\r' | cut -d' ' -f2)
fate=$(curl -s "$address$status")
expect "$fate" "it is with us"
expect "$fate" "Tea &lt;img src=x onerror=alert(1)&gt;&quot;&amp;"
refute "$fate" "<img src=x"
refute "$fate" "lanted"
expect "$(curl -si "$address${status}x")" "404"
expect "$(curl -si "$address/propose/status/")" "404"
expect "$(curl -si -X POST "$address$status")" "405"

# The same form again is the same proposal; with other words it is none.
again=$(patient "$token" "text=Tea $html" "audience=$html" "date=$html" "name=Planted $html" \
  "contact=planted@example.org" "link=https://example.org/a?b&c")
expect "$again" "$status"
expect "$(send "$token" text=Spam)" "was sent already"
[ "$("$carillon" proposal list | wc -l)" = 1 ] || fail "a replayed form made a second proposal"

# Every field refuses what it cannot hold, and shows what was written, harmless.
for field in text audience date name contact; do
  others=(text=Tea)
  [ "$field" = text ] && others=()
  said=$(send "$token" "${others[@]}" "$field=$(printf '<b>a\001b')")
  expect "$said" "422"
  expect "$said" "href=\"#$field\""
  refute "$said" "<b>a"
done
expect "$(send "$token" text=Tea 'link=javascript:alert(1)')" 'href="#link"'
expect "$(send "$token" text=)" 'href="#text"'
expect "$(send "$token" "text=$(printf 'https://a.example %.0s' 1 2 3 4 5 6)")" "6 links"
expect "$(send "$token" "text=$(head -c 6000 /dev/zero | tr '\0' a)")" "at most 5000"
expect "$(send forged text=Tea)" "Your words are still here"
expect "$(send "$token" text=Tea website=spam)" "perhaps by your browser"
for head in 'Origin: https://evil.example' 'Sec-Fetch-Site: cross-site' 'Origin: null'; do
  said=$(curl -si -H "$head" --data-urlencode "token=$token" --data-urlencode text=Tea "$address/propose")
  expect "$said" "403"
  expect "$said" "from another site"
done
expect "$(curl -si -H 'Content-Type: text/plain' -d text=Tea "$address/propose")" "400"
[ "$("$carillon" proposal list | wc -l)" = 1 ] || fail "what was refused is kept"

# A thousand from one network: a few are taken, the others are told to wait.
/usr/bin/python3 - "$address" <<'PY' || fail "a thousand from one network were not held off"
import collections, http.client, re, sys, time, urllib.parse
host = sys.argv[1].removeprefix("http://")
connection = http.client.HTTPConnection(host)
def ask(method, path, body=None):
    head = {"Content-Type": "application/x-www-form-urlencoded", "X-Forwarded-For": "192.0.2.9"}
    connection.request(method, path, body, head if body else {})
    answer = connection.getresponse()
    return answer, answer.read().decode()
tokens = [re.search('name="token" value="([^"]*)"', ask("GET", "/propose")[1])[1] for _ in range(1000)]
seen, wait = collections.Counter(), 0
for token in tokens:
    body = urllib.parse.urlencode({"token": token, "text": "Spam"})
    answer, page = ask("POST", "/propose", body)
    while "quicker than people write" in page:
        answer, page = ask("POST", "/propose", body)
    seen[answer.status] += 1
    wait = int(answer.headers.get("Retry-After", wait))
assert seen == {303: 5, 429: 995}, seen
assert 0 < wait <= 600, wait
PY
[ "$("$carillon" proposal list | wc -l)" = 6 ] || fail "the commands do not see the proposals"

# An editor decides, the proposer reads it.
id=$("$carillon" proposal list | tail -1 | cut -d' ' -f1)
expect "$("$carillon" proposal show "$id")" "planted@example.org"
"$carillon" proposal take "$id" >posts/tea.md
refute "$(cat posts/tea.md)" "lanted"
expect "$(curl -s "$address$status")" "It is taken up"
"$carillon" publish posts/tea.md >/dev/null 2>&1
expect "$(curl -s "$address$status")" "It is published"
expect "$(curl -s "$address$status")" "/posts/tea-img-src"
spam=$("$carillon" proposal list --state waiting | head -1 | cut -d' ' -f1)
"$carillon" proposal decline "$spam" --reason "This is <i>spam</i>." >/dev/null
expect "$("$carillon" proposal show "$spam")" "This is <i>spam</i>."
"$carillon" proposal remove "$spam" >/dev/null
if "$carillon" proposal show "$spam" 2>/dev/null; then fail "a removed proposal is there"; fi

# Name and contact are for editors.
api() { curl -s -H "Authorization: Bearer $1" "$address/api/v1/proposals"; }
link=$("$carillon" person invite ben@example.org --role editor | grep -o '/welcome/[A-Za-z0-9_-]*')
csrf=$(curl -s -c "$scratch/jar" "$address$link" | sed -n 's/.*name="csrf" value="\([^"]*\)".*/\1/p' | head -1)
curl -s -o /dev/null -b "$scratch/jar" -c "$scratch/jar" --data-urlencode "csrf=$csrf" -d name=Ben \
  --data-urlencode 'password=seven lanterns below' --data-urlencode 'again=seven lanterns below' "$address$link"
editor=$("$carillon" token add e --scope editor --person Ben | head -1)
author=$("$carillon" token add a --scope author --person Ben | head -1)
expect "$(api "$editor")" "planted@example.org"
expect "$(api "$author")" "onerror"
refute "$(api "$author")" "lanted"
expect "$(curl -s -o /dev/null -w '%{http_code}' "$address/api/v1/proposals")" 401
expect "$(curl -s -o /dev/null -w '%{http_code}' -X POST -H 'Content-Type: application/json' -d '{}' \
  -H "Authorization: Bearer $author" "$address/api/v1/proposals/$id/take")" 403

# Neither log nor audit log holds the address of the page or what is personal.
refute "$(cat "$log")" "${status#/propose/status/}"
refute "$(cat "$log")" "lanted"
expect "$(cat "$log")" "path=/propose/status/…"
if grep -rqF "${status#/propose/status/}" data; then fail "the token of the page is on the disk"; fi
# Closed again, the page of a proposal stays.
sed -i 's/open: true/open: false/' carillon.yaml
gone() { [ "$(curl -s -o /dev/null -w '%{http_code}' "$address/propose")" = 404 ]; }
until_true gone || fail "the form is still open"
expect "$(curl -s "$address$status")" "It is published"
echo "propose: all steps passed"
