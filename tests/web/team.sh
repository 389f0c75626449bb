#!/bin/bash
# team.sh CARILLON: people come in, sign in and work, on the real program over HTTP; and nothing that
# opens anything is readable in its files, its log or its answers.
set -eu
name=team
. "$(dirname "$0")/../rig/lib.sh"
carillon=$(realpath "$1")
mkdir "$scratch/left"
planted=$scratch/planted
runs=0
# page WHO PATH [CURL ARGUMENT…]: the answer with its head, by the browser of WHO.
page() {
  runs=$((runs + 1))
  curl -si -b "$scratch/$1.jar" -c "$scratch/$1.jar" "${@:3}" "$address$2" | tee "$scratch/left/$runs"
}
csrf() { sed -n 's/.*name="csrf" value="\([^"]*\)".*/\1/p' | head -1; }
# send WHO FROM TO FIELD=VALUE…: the form of the page FROM.
send() {
  local who=$1 to=$3 token fields=()
  token=$(page "$who" "$2" | tr '<' '\n' | csrf)
  for pair in "${@:4}"; do fields+=(--data-urlencode "$pair"); done
  page "$who" "$to" --data-urlencode "csrf=$token" "${fields[@]}"
}

"$carillon" init "$scratch/w" >/dev/null 2>&1
cd "$scratch/w"
start "sign in" "$carillon" serve --listen 127.0.0.1:0
pid=$child log=$started
address=$(grep -o 'http://127.0.0.1:[0-9]*' "$log" | head -1)
first=$(grep -o '/welcome/[A-Za-z0-9_-]*' "$log")

# The thin path: the first admin by the link, signed in, and the API with the session.
password='Planted pass: seven lanterns'
said=$(send ana "$first" "$first" name=Ana email=ana@example.org "password=$password" "again=$password")
expect "$said" "303 See Other"
expect "$(page ana /account)" "You are admin here."
expect "$(page ana "$first")" "link is not valid"
session=$(page ana /api/v1/session)
expect "$session" '"name": "Ana"'
token=$(sed -n 's/.*"csrf": "\([^"]*\)".*/\1/p' <<<"$session")
invite='{"email": "ben@example.org", "role": "editor"}'
expect "$(page ana /api/v1/people -H 'Content-Type: application/json' -d "$invite")" "403"
expect "$(page ana /api/v1/people -H 'Content-Type: application/json' -H "X-CSRF: $token" \
  -H 'Origin: https://evil.example' -d "$invite")" "403"
made=$(curl -s -b "$scratch/ana.jar" -H 'Content-Type: application/json' -H "X-CSRF: $token" \
  -d "$invite" "$address/api/v1/people")
second=$(grep -o '/welcome/[A-Za-z0-9_-]*' <<<"$made")
expect "$(send ben "$second" "$second" name=Ben "password=$password 2" "again=$password 2")" "303"
expect "$(page ben /api/v1/people)" '"name": "Ana"'
refute "$(page ben /api/v1/people)" "ana@example.org"
expect "$(page ben /api/v1/people -X POST -H 'Content-Type: application/json' -d '{}')" "403"

# Commands on this machine see the same.
expect "$("$carillon" person list)" "Ben                      editor"
expect "$("$carillon" session list)" "Ana"
if "$carillon" person remove Ana 2>"$scratch/said"; then fail "the last admin was removed"; fi
expect "$(cat "$scratch/said")" "Ana is the last admin"
api=$("$carillon" token add script --scope author --person Ben | head -1)
expect "$(curl -s -H "Authorization: Bearer $api" "$address/api/v1/session")" '"permission": "author"'
expect "$(curl -s -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $api" "$address/api/v1/register")" 403
"$carillon" person set Ben active=false >/dev/null
expect "$(page ben /account)" "Location: /sign-in"
expect "$(curl -s -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $api" "$address/api/v1/session")" 401

# A wrong password is told to the log without the name that was typed, and a right one after it.
expect "$(send eve /sign-in /sign-in "who=$password" password=wrong)" "403"
expect "$(grep 'a wrong password' "$log")" "peer=127.0.0.1"
expect "$(send eve /sign-in /sign-in who=ana@example.org "password=$password" next=/posts/)" "Location: /posts/"
expect "$(send ana /account /sign-out)" "Location: /sign-in"

# What opens something stands only where it must: the first link in the log, cookies in their lines.
{
  printf '%s\n' "$password" "$api" "${second#/welcome/}"
  awk '$6 ~ /^carillon/ && $7 != "" {print $7}' "$scratch"/*.jar
} >"$planted"
[ "$(wc -l <"$planted")" -ge 7 ] || fail "too few secrets to look for: $(wc -l <"$planted")"
sed -i '/^[Ss]et-[Cc]ookie:/d' "$scratch"/left/*
grep -v "$password" "$planted" >"$scratch/tokens"
/usr/bin/python3 "$rig/find_secret.py" "$planted" carillon.yaml data "$log" || fail "a secret is readable (see above)"
# The form that was refused showed the name as it was typed.
printf '%s\n' "${second#/welcome/}" >"$scratch/link"
grep -vxFf "$scratch/link" "$scratch/tokens" >"$scratch/others"
/usr/bin/python3 "$rig/find_secret.py" "$scratch/others" "$scratch/left" || fail "an answer holds a secret (see above)"
[ "$(grep -c 'path=/welcome/…' "$log")" -ge 4 ] || fail "the log does not show the links' requests"
[ "$(grep -cF -e "${first#/welcome/}" "$log")" = 1 ] || fail "the first link stands in the log more than once"
kill -TERM "$pid"
wait "$pid" || fail "the server did not stop well"
start Serving "$carillon" serve --listen 127.0.0.1:0
if grep -q "sign in" "$started"; then fail "a link was printed although there is an admin"; fi
echo "team: all steps passed"
