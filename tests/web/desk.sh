#!/bin/bash
# desk.sh CARILLON: an announcement on its way over the desk, on the real program over HTTP: written,
# asked for, refused to its author, approved, edited, void, approved, published; and what people type
# is text on every page, never markup.
set -eu
name=desk
. "$(dirname "$0")/../rig/lib.sh"
carillon=$(realpath "$1")
# page WHO PATH [CURL ARGUMENT…]: the answer with its head, by the browser of WHO.
page() {
  curl -si -b "$scratch/$1.jar" -c "$scratch/$1.jar" "${@:3}" "$address$2"
}
csrf() { sed -n 's/.*name="csrf" value="\([^"]*\)".*/\1/p' | head -1; }
# send WHO FROM TO FIELD=VALUE…: the form of the page FROM.
send() {
  local who=$1 to=$3 token fields=()
  token=$(page "$who" "$2" | tr '<' '\n' | csrf)
  for pair in "${@:4}"; do fields+=(--data-urlencode "$pair"); done
  page "$who" "$to" --data-urlencode "csrf=$token" "${fields[@]}"
}
# acts WHO FIELD=VALUE…: a form of the draft's page.
acts() { send "$1" "$draft" "$draft" "${@:2}"; }

"$carillon" init "$scratch/w" >/dev/null 2>&1
cd "$scratch/w"
"$carillon" channel add echo practice >/dev/null
"$carillon" channel set home handle=news >/dev/null
start "sign in" "$carillon" serve --listen 127.0.0.1:0
pid=$child log=$started
address=$(grep -o 'http://127.0.0.1:[0-9]*' "$log" | head -1)
password='seven lanterns below the mill'
# joins WHO ROLE: by an invitation.
joins() {
  local link
  link=$("$carillon" person invite "$1@example.org" --role "$2" | grep -o '/welcome/[A-Za-z0-9_-]*')
  expect "$(send "$1" "$link" "$link" "name=$1" "password=$password" "again=$password")" "Location: /app"
}
joins Ana author
joins Ben editor
joins Cleo editor

# Who is signed in lands on an empty desk that says what to do; who is not is led there and back.
expect "$(page Ana /desk)" "Nothing needs you."
expect "$(page Ana /desk/drafts)" "Write the first"
expect "$(page nobody /desk/drafts)" "Location: /sign-in?next=%2Fdesk%2Fdrafts"

# The text, with a script planted in every field.
evil='<script>alert(1)</script>'
fields=("title=Tea $evil" "body=Tea is ready. $evil" "tags=$evil" "kind=release" channel=home
  channel=practice at= "text-practice=At tea: $evil")
expect "$(send Ana /desk/new /desk/new do=save body= channel=home)" "Write something."
expect "$(send Ana /desk/new /desk/new do=save "body=x" "link=javascript:x" channel=home)" "is not a web address"
expect "$(send Ana /desk/new /desk/new do=save "body=x" "at=tomorrow" channel=home)" "422"
expect "$(send Ana /desk/new /desk/new do=save "body=x")" "Choose at least one channel."
expect "$(send Ana /desk/new /desk/new do=save "body=x" channel=home poll-options=One poll-hours=24)" "a poll has 2 to 8 options"
asked=$(send Ana /desk/new /desk/new do=preview "body=x" channel=home "poll-options=Tea
 Cake $evil" poll-hours=24 poll-several=yes)
expect "$asked" "A poll, open for 24 hours; several may be chosen"
expect "$asked" "Cake &lt;script&gt;"
refute "$asked" "$evil"
previewed=$(send Ana /desk/new /desk/new do=preview "${fields[@]}")
expect "$previewed" "Preview, not saved"
expect "$previewed" "characters"
refute "$previewed" "$evil"
saved=$(send Ana /desk/new /desk/new do=save "${fields[@]}")
draft=$(grep -o '/desk/draft/[a-z2-7]*' <<<"$saved")
shown=$(page Ana "$draft")
refute "$shown" "$evil"
expect "$shown" "Tea &lt;script&gt;"
expect "$shown" "it needs 1 approval"

# Asked for; refused to its author by the page and without the page's button.
expect "$(acts Ana do=ask-only revision=1)" "303"
refute "$(page Ana "$draft")" "Approve revision"
own=$(acts Ana do=approve revision=1)
expect "$own" "403"
expect "$own" "Ana wrote this text"
waits=$(page Ben /desk)
expect "$waits" "asks to approve"
refute "$waits" "$evil"
expect "$(page Ben "$draft")" "Approve revision 1"

# Approved, edited, void; a late word on the old revision counts for nothing.
expect "$(acts Ben do=approve revision=1)" "303"
expect "$(page Ana "$draft")" "1 of 1 approvals"
fields[1]="body=Tea is served. $evil"
expect "$(acts Ana do=save based_on=1 "${fields[@]}")" "303"
shown=$(page Cleo "$draft")
expect "$shown" "void: edited since"
expect "$shown" "Changed since revision 1"
expect "$shown" "<ins>"
refute "$shown" "$evil"
expect "$(acts Ben do=approve revision=1)" "409"
expect "$(acts Ben do=publish-now revision=2)" "it is not cleared"

# Two edit at once: who comes second sees both texts, and loses nothing.
mine=("${fields[@]}")
mine[1]="body=Tea is mine. $evil"
late=$(acts Ben do=save based_on=1 "${mine[@]}")
expect "$late" "409"
expect "$late" "Ana saved revision 2 meanwhile"
expect "$late" "Tea is mine."
expect "$late" "Tea is served."
refute "$late" "$evil"

# A note and a request for changes.
expect "$(acts Ben do=note "note=Nice $evil")" "303"
expect "$(acts Ben do=return revision=2 reason=)" "the reason is missing"
expect "$(acts Ben do=return revision=2 "reason=Shorter $evil")" "303"
returned=$(page Ana /desk)
expect "$returned" "asks for changes"
refute "$returned" "$evil"
fields[1]="body=Tea! $evil"
expect "$(acts Ana do=ask based_on=2 "${fields[@]}")" "303"

# Approved by another and published, to the byte, to home and practice; once.
expect "$(acts Cleo do=approve revision=3)" "303"
expect "$(page Ben /desk)" "is cleared and may go out"
expect "$(acts Ana do=publish-now revision=3)" "403"
sent=$(acts Ben do=publish-now revision=3)
there=$(grep -o '/desk/announcement/[a-z2-7]*' <<<"$sent")
for _ in $(seq 200); do
  shown=$(page Ben "$there")
  [ "$(grep -o 'mark good">published' <<<"$shown" | wc -l)" = 2 ] && break
  read -rt 0.05 <> <(:) || true
done
[ "$(grep -o 'mark good">published' <<<"$shown" | wc -l)" = 2 ] || fail "not published: $shown"
refute "$shown" "$evil"
[ "$(wc -l <data/echo.jsonl)" = 1 ] || fail "it stands on the channel more than once"
expect "$(cat data/echo.jsonl)" "At tea:"
shown=$(page Ana "$draft")
expect "$shown" "Where it stands"
refute "$shown" "$evil"
refute "$(page Ben /desk/drafts)" "$evil"
refute "$(page Ben /desk)" "$evil"

# Nothing changes without the token of our own page, or from another site.
expect "$(page Ben "$draft" -d do=note -d note=x)" "403"
expect "$(page Ben "$draft" -X DELETE)" "405"
expect "$(page Ben /desk -d x=y)" "405"
token=$(page Ben "$draft" | tr '<' '\n' | csrf)
expect "$(page Ben "$draft" -H 'Origin: https://evil.example' -d "csrf=$token" -d do=note -d note=x)" "403"
expect "$(page Ben /desk/draft/nothere)" "404"
kill -TERM "$pid"
wait "$pid" || fail "the server did not stop well"
echo "desk: all steps passed"
