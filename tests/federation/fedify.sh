#!/bin/bash
# fedify.sh CARILLON SOURCE: servers of the fediverse that others wrote (Fedify, with each of the two
# signatures first, over http and over TLS with an authority of our own) follow the home, hear of an
# announcement, of its edit and its removal, answer, leave and are blocked. Those behind TLS show their
# account to signed requests only, and one of them takes RFC 9421 only. What we sign is also verified by the
# library of Misskey. The npm packages are installed into SOURCE/build-federation. What cannot run here is
# skipped, and said.
set -eu
name=fedify
. "$(dirname "$0")/../rig/lib.sh"
carillon=$(realpath "$1")
. "$(dirname "$0")/packages.sh" "$2" peer.mjs

# An authority of our own, and a certificate of it.
openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=Test 2>/dev/null
openssl req -newkey rsa:2048 -nodes -keyout tls.key -out tls.csr -subj /CN=localhost 2>/dev/null
openssl x509 -req -in tls.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out tls.pem -days 2 \
  -extfile <(echo "subjectAltName=DNS:localhost") 2>/dev/null

port=$(free_port) tls=$(free_port) plain=$(free_port)
draft=http://localhost:$plain draft_tls=https://localhost:$(free_port)
rfc=http://localhost:$(free_port) rfc_tls=https://localhost:$(free_port)
all=("$draft" "$rfc" "$draft_tls" "$rfc_tls")
export NODE_EXTRA_CA_CERTS=$scratch/ca.pem TLS_CERT=$scratch/tls.pem TLS_KEY=$scratch/tls.key
export SSL_CERT_FILE=$scratch/ca.pem CURL_CA_BUNDLE=$scratch/ca.pem
start "peers ready" "$node" peer.mjs draft "$plain" "${draft_tls##*:}" "$tls" "$port"
draft_log=$started
start "peers ready" "$node" peer.mjs rfc9421 "${rfc##*:}" "${rfc_tls##*:}"
rfc_log=$started
site=https://localhost:$tls
"$carillon" init w >/dev/null 2>&1
cd w
sed -i "s|^  url:.*|  url: $site|" carillon.yaml
"$carillon" channel set home handle=news loopback_peers=true >/dev/null
# With the switch for tests nobody else is let in.
if "$carillon" serve --listen "0.0.0.0:$port" 2>refused; then fail "it served the world with loopback_peers"; fi
expect "$(cat refused)" "loopback_peers is for tests"
printf -- '---\ntitle: Before\n---\nNobody followed yet.\n' >before.md
"$carillon" publish before.md >/dev/null
start Serving "$carillon" serve --listen "127.0.0.1:$port"
log=$started
server=$child

ask() { curl -fsS --max-time 60 -d "$3" "$1/do/$2" || fail "$2: $(tail -5 "$draft_log" "$rfc_log" "$log")"; }
ask_quietly() { curl -fsS --max-time 60 -o /dev/null -d "$3" "$1/do/$2" 2>/dev/null; }
seen() { curl -fsS "$1/seen"; }
# has PEER TYPE COUNT: so many activities of that type were seen, signed well.
has() {
  local good
  good=$(seen "$1" | jq "[.seen[] | select(.activity.type == \"$2\" and .fedify == \"good\")] | length")
  [ "$good" = "$3" ]
}
# look PEER WHAT WORDS: Fedify reads it, finds the words and has nothing to complain of.
look() {
  local read
  read=$(curl -fsS -G --data-urlencode "at=$2" "$1/look") || fail "$2 is not read"
  expect "$read" "$3"
  [ "$(jq -c .complaints <<<"$read")" = "[]" ] || fail "Fedify complains of $2: $read"
}
handled() { [ "$(seen "$1" | jq -c '[.handled[].type]')" = "$2" ]; }
object() { curl -fsS --cacert ../ca.pem -H 'Accept: application/activity+json' "$1"; }
followers() { object "$site/actors/news/followers" | jq .totalItems; }

account="@news@localhost:$tls"
for peer in "${all[@]}"; do
  ask "$peer" follow "{\"account\": \"$account\"}" >/dev/null
  until_true has "$peer" Accept 1 || fail "no Accept: $(seen "$peer") $(tail -5 "$log")"
done
[ "$(followers)" = 4 ] || fail "followers: $(followers)"
expect "$("$carillon" home followers)" "$account"

/usr/bin/python3 - <<'PY'
import struct, zlib
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
rows = b"".join(b"\0" + b"\x20\x80\xc0" * 64 for _ in range(64))
open("bell.png", "wb").write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 64, 64, 8, 2, 0, 0, 0))
                             + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
PY
cat >tea.md <<'MD'
---
title: Tee um vier
language: de
tags: [tea]
media:
  - file: bell.png
    alt: A blue bell
---
Es gibt **Tee**.
MD
"$carillon" publish tea.md >/dev/null
post=$site/posts/tea/
for peer in "${all[@]}"; do
  until_true has "$peer" Create 1 || fail "no Create: $(seen "$peer") $(tail -5 "$log")"
  note=$(seen "$peer" | jq -c '.seen[] | select(.activity.type == "Create").activity.object')
  [ "$(jq -r .id <<<"$note")" = "$post" ] || fail "another post: $note"
  [ "$(jq -r '.contentMap | keys[0]' <<<"$note")" = de ] || fail "the language: $note"
  [ "$(jq -r '.attachment[0].name' <<<"$note")" = "A blue bell" ] || fail "the words for the picture: $note"
  # As Fedify reads it, without the past.
  until_true handled "$peer" '["Accept","Create"]' || fail "Fedify did not take it: $(seen "$peer")"
  look "$peer" "$post" "A blue bell"
  look "$peer" "$account" '"preferredUsername":"news"'
  look "$peer" "$site/actors/news" '"preferredUsername":"news"'
  look "$peer" "$site/actors/news/outbox" '"totalItems":2'
  look "$peer" "$site/actors/news/outbox?page=1" "A blue bell"
  look "$peer" "$site/actors/news/followers" '"totalItems":4'
  look "$peer" "$site/actors/news/following" '"totalItems":0'
  look "$peer" "$site/actors/news/featured" '"totalItems":0'
  look "$peer" "${post}replies" '"totalItems":0'
  bad=$(seen "$peer" | jq -c '[.seen[] | select(.misskey != "good")]')
  [ "$bad" = "[]" ] || fail "the second verifier does not agree: $bad"
done

for peer in "${all[@]}"; do
  ask "$peer" like "{\"account\": \"$account\", \"post\": \"$post\"}" >/dev/null
  ask "$peer" boost "{\"account\": \"$account\", \"post\": \"$post\"}" >/dev/null
  ask "$peer" reply "{\"account\": \"$account\", \"post\": \"$post\", \"html\": \"<p>Gern!</p>\"}" >/dev/null
done
counts() { object "$post" | jq -c '[.likes.totalItems, .shares.totalItems, .replies.totalItems]'; }
counted() { [ "$(counts)" = "[4,4,4]" ]; }
until_true counted || fail "likes, boosts, replies: $(counts) $(tail -5 "$log")"

said=$("$carillon" home replies --state unseen)
expect "$said" "Gern!"
for peer in "${all[@]}"; do expect "$said" "@peer@${peer#*//}, to tea"; done
id=$("$carillon" home replies --json | jq -r '.[0].id')
expect "$("$carillon" home reply "$id" --answered)" "answered"

sed -i 's/Es gibt/Heute gibt es/' tea.md
"$carillon" publish tea.md >/dev/null
for peer in "${all[@]}"; do
  until_true has "$peer" Update 1 || fail "no Update: $(seen "$peer")"
  has "$peer" Create 1 || fail "a second Create: $(seen "$peer")"
done

said=$("$carillon" announcement remove tea)
expect "$said" "tea is removed from the home"
for peer in "${all[@]}"; do
  until_true has "$peer" Delete 1 || fail "no Delete: $(seen "$peer") $(tail -5 "$log")"
  until_true handled "$peer" '["Accept","Create","Update","Delete"]' || fail "not in order: $(seen "$peer")"
  gone=$(seen "$peer" | jq -c '.seen[] | select(.activity.type == "Delete").activity.object')
  [ "$(jq -r '.type + " " + .id' <<<"$gone")" = "Tombstone $post" ] || fail "no Tombstone: $gone"
  [ "$(seen "$peer" | jq '[.seen[] | select(.misskey != "good" or .activity.published == null)] | length')" = 0 ] ||
    fail "not verified, or without published: $(seen "$peer")"
done
answer=$(curl -sS --cacert ../ca.pem -H 'Accept: application/activity+json' -w '%{http_code}' "$post")
expect "$answer" '"Tombstone"'
[ "${answer: -3}" = 410 ] || fail "the address of what was removed: $answer"
[ "$(curl -sS --cacert ../ca.pem -o /dev/null -w '%{http_code}' "$post")" = 410 ] || fail "no page says that it was removed"

# Which of the two signatures each of them got: the draft, unless it refuses that.
for peer in "${all[@]}"; do
  scheme=draft
  if [ "$peer" = "$rfc_tls" ]; then scheme=rfc9421; fi
  [ "$(seen "$peer" | jq -c '[.seen[].scheme] | unique')" = "[\"$scheme\"]" ] || fail "not $scheme: $(seen "$peer")"
done
# The draft is offered twice, and never again.
[ "$(seen "$rfc_tls" | jq .refused)" = 2 ] || fail "what it took was not remembered: $(seen "$rfc_tls")"

for peer in "$rfc" "$draft_tls" "$rfc_tls"; do
  ask "$peer" undo "{\"account\": \"$account\"}" >/dev/null
done
left() { [ "$(followers)" = 1 ]; }
until_true left || fail "still followed by $(followers) $(tail -5 "$log")"
printf -- '---\ntitle: After\n---\nOne follows.\n' >after.md
"$carillon" publish after.md >/dev/null
until_true has "$draft" Create 2 || fail "no second Create: $(seen "$draft")"
for peer in "$rfc" "$draft_tls" "$rfc_tls"; do
  has "$peer" Create 1 || fail "who left was told: $(seen "$peer")"
done

# An answer goes to who asked, though they follow no more, and to who follows; not to the others.
ask "$rfc" reply "{\"account\": \"$account\", \"post\": \"$site/posts/after/\", \"html\": \"<p>When?</p>\"}" >/dev/null
asked() { "$carillon" home replies --state unseen | grep -q 'When?'; }
until_true asked || fail "the question did not come: $(tail -5 "$log")"
question=$("$carillon" home replies --json | jq -c '.[] | select(.text | startswith("When?"))')
expect "$("$carillon" home answer "$(jq -r .id <<<"$question")" 'At *four*')" "published"
until_true has "$rfc" Create 2 || fail "who asked was not told: $(seen "$rfc") $(tail -5 "$log")"
until_true has "$draft" Create 3 || fail "who follows was not told: $(seen "$draft")"
until_true handled "$rfc" '["Accept","Create","Update","Delete","Create"]' || fail "Fedify did not take it: $(seen "$rfc")"
answer=$(seen "$rfc" | jq -c '[.seen[] | select(.activity.type == "Create")][-1]')
[ "$(jq -r .misskey <<<"$answer")" = good ] || fail "the second verifier does not agree: $answer"
[ "$(jq -r .activity.object.inReplyTo <<<"$answer")" = "$(jq -r .url <<<"$question")" ] || fail "no answer to it: $answer"
[ "$(jq -r '.activity.object.tag[0] | .type + " " + .name' <<<"$answer")" = "Mention @peer@${rfc#*//}" ] ||
  fail "who is answered is not named: $answer"
look "$rfc" "$(jq -r .activity.object.id <<<"$answer")" "<em>four</em>"
for peer in "$draft_tls" "$rfc_tls"; do
  has "$peer" Create 1 || fail "who left was told: $(seen "$peer")"
done
[ "$("$carillon" home replies --state answered --json | jq -r '.[0].id')" = "$(jq -r .id <<<"$question")" ] ||
  fail "the reply is not answered"
page=$(curl -fsS --cacert ../ca.pem -H 'Accept: text/html' "$site/posts/after/")
expect "$page" "What we answered"
expect "$page" "<em>four</em>"
if curl -fsS --cacert ../ca.pem "$site/feed.atom" "$site/" | grep -q 'four'; then fail "an answer is in the lists"; fi

# Who is blocked follows no more, hears nothing, and is not let in again.
expect "$("$carillon" home block "localhost:$plain")" "1 follower less"
[ "$(followers)" = 0 ] || fail "followers after the block: $(followers)"
printf -- '---\ntitle: Quiet\n---\nNobody follows.\n' >quiet.md
"$carillon" publish quiet.md >/dev/null
# Who follows before the server has seen it would rightly hear of it.
was_told() {
  [ "$(python3 -c "import sqlite3, sys; print(sqlite3.connect('data/carillon.db').execute(
    'select count(*) from fedi_activity where id like ?', ('%/posts/quiet/%',)).fetchone()[0])")" = 1 ]
}
until_true was_told || fail "the server did not see the announcement: $(tail -5 "$log")"
if ask_quietly "$draft" follow "{\"account\": \"$account\"}"; then fail "who is blocked was let in"; fi
[ "$(followers)" = 0 ] || fail "who is blocked follows: $(followers)"
"$carillon" home unblock "localhost:$plain" >/dev/null
ask "$draft" follow "{\"account\": \"$account\"}" >/dev/null
until_true has "$draft" Accept 2 || fail "no Accept after the block: $(seen "$draft")"
has "$draft" Create 3 || fail "who was blocked was told: $(seen "$draft")"
# What is pinned stands first.
expect "$("$carillon" announcement pin after)" "after is pinned"
# Fedify remembers what it read a short while ago by its address.
look "$rfc" "$site/actors/news/featured?new" "$site/posts/after/"
expect "$("$carillon" announcement unpin after)" "after is not pinned"
[ "$(object "$site/actors/news/featured" | jq .totalItems)" = 0 ] || fail "still pinned"
for what in Add Remove; do
  until_true has "$draft" $what 1 || fail "no $what of the pin: $(seen "$draft")"
done

# A poll: who follows is asked, whoever votes counts once, and who follows hears how it goes.
cat >meet.md <<'MD'
---
title: Where?
poll:
  options: [Lisbon, Kyiv]
---
Where shall we meet?
MD
"$carillon" publish meet.md >/dev/null
poll=$site/posts/meet/
until_true has "$draft" Create 4 || fail "nobody was asked: $(seen "$draft")"
look "$draft" "$poll" '"type":"Question"'
look "$draft" "$poll" '"name":"Kyiv"'
for peer in "$draft" "$rfc"; do
  for choice in Kyiv Lisbon Nowhere; do
    ask "$peer" vote "{\"account\": \"$account\", \"post\": \"$poll\", \"choice\": \"$choice\"}" >/dev/null
  done
done
votes() { jq -c '[.votersCount, (.oneOf[] | .replies.totalItems)]'; }
counted() { [ "$(object "$poll" | votes)" = "[2,0,2]" ]; }
until_true counted || fail "votes: $(object "$poll" | votes) $(tail -5 "$log")"
told() {
  local last
  last=$(seen "$draft" | jq -c '[.seen[] | select(.activity.type == "Update")][-1].activity.object')
  [ "$(jq -r .type <<<"$last")" = Question ] && [ "$(votes <<<"$last" | jq '.[0]')" -ge 1 ]
}
until_true told || fail "who follows did not hear how the poll goes: $(seen "$draft")"
counted_page() { curl -fsS --cacert ../ca.pem -H 'Accept: text/html' "$poll" | grep -q 'voted so far'; }
until_true counted_page || fail "the page does not say how the poll goes"
if "$carillon" home replies | grep -q 'to meet'; then fail "a vote is a reply"; fi

# Objects for who signs: the account and the page for people stay as they are.
"$carillon" channel set home authorized_fetch=true >/dev/null
status() { curl -sS -o /dev/null -w '%{http_code}' -H "Accept: $2" "$1"; }
closed() { [ "$(status "$site/posts/after/" application/activity+json)" = 401 ]; }
until_true closed || fail "who signs nothing reads the object"
[ "$(status "$site/posts/after/" text/html)" = 200 ] || fail "people do not read the page"
[ "$(status "$site/actors/news" application/activity+json)" = 200 ] || fail "the account is not shown"
[ "$(curl -sS -o /dev/null -w '%{http_code}' "$rfc/look?at=$site/posts/after/")" = 404 ] || fail "Fedify reads it unsigned"
for peer in "${all[@]}"; do
  read=$(curl -fsS "$peer/look?signed&at=$site/posts/after/") || fail "the object is not read, signed: $(tail -3 "$log")"
  expect "$read" "One follows"
done
# The account moves: who follows hears where to, signed, and Fedify takes it.
other=$(free_port)
"$carillon" init ../new >/dev/null 2>&1
sed -i "s|^  url:.*|  url: http://localhost:$other|" ../new/carillon.yaml
"$carillon" channel set --workspace ../new home handle=news loopback_peers=true >/dev/null
start Serving "$carillon" serve --workspace ../new --listen "127.0.0.1:$other"
"$carillon" home move-from "$account" --workspace ../new >/dev/null
expect "$("$carillon" home move-to "@news@localhost:$other" --confirm)" "leads to @news@localhost:$other"
until_true has "$draft" Move 1 || fail "no Move: $(seen "$draft") $(tail -5 "$log")"
moved=$(seen "$draft" | jq -c '.seen[] | select(.activity.type == "Move")')
[ "$(jq -r '.misskey + " " + .activity.target' <<<"$moved")" = "good http://localhost:$other/actors/news" ] ||
  fail "the Move: $moved"
taken() { [ "$(seen "$draft" | jq -r '[.handled[] | select(.type == "Move")][0].actor')" = "$site/actors/news" ]; }
until_true taken || fail "Fedify did not take the Move: $(seen "$draft")"
look "$draft" "$site/actors/news?moved" "http://localhost:$other/actors/news"
kill -0 "$server" || fail "the server died: $(cat "$log")"
echo "fedify: all steps passed"
