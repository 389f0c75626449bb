#!/bin/bash
# A post on real servers with the real program; a planted secret must be readable nowhere after.
# live.sh CARILLON: run by tests/rig/with_servers.sh, which names the servers.
set -eu
carillon=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
fail() { echo "live: $*" >&2; exit 1; }
expect() { grep -qF -- "$2" <<<"$1" || fail "expected \"$2\" in: $1"; }
ports=$CARILLON_STANDIN_IGNORE
server=http://127.0.0.1:${ports#*:}
planted=good-token

"$carillon" init w >/dev/null
cd w
curl -sf "$server/__forget" >/dev/null
echo planted-wrong-secret | "$carillon" channel add mastodon toots --set "server=$server" --secret-stdin 2>said >/dev/null
expect "$(cat said)" "channel check toots"
code=0; "$carillon" channel check toots >said || code=$?
[ $code = 1 ] || fail "a wrong token was called good"
expect "$(cat said)" "The access token is invalid"
expect "$("$carillon" publish --json /dev/stdin 2>&1 <<<'A first try' || true)" '"state": "refused"'
echo $planted | "$carillon" channel set toots --secret-stdin 2>/dev/null >/dev/null
expect "$("$carillon" channel check toots)" "@project@"
expect "$("$carillon" channel show toots)" "token          entered"
printf -- '---\ntitle: Tea\n---\nTea is *ready*.\n' >tea.md
"$carillon" publish tea.md >said
expect "$(cat said)" "$server/@project/"
"$carillon" publish tea.md >/dev/null
[ "$(curl -sf "$server/__held")" = '["Tea is ready.\n\nhttp://127.0.0.1:8080/posts/tea/"]' ] ||
  fail "the server holds $(curl -sf "$server/__held")"
if [ -n "${CARILLON_PDS:-}" ]; then
  pds=http://127.0.0.1:${CARILLON_PDS#*:}
  curl -sf -H 'Content-Type: application/json' "$pds/xrpc/com.atproto.server.createAccount" -d \
    '{"handle":"live.test","email":"live@example.org","password":"planted-wrong-app"}' >/dev/null
  echo planted-wrong-app | "$carillon" channel add bluesky sky --set "server=$pds" \
    --set handle=live.test --secret-stdin >/dev/null 2>&1
  expect "$("$carillon" channel check sky)" "@live.test"
  printf -- '---\ntitle: Cups\n---\nOne\n\n---\n\nTwo\n' >cups.md
  expect "$("$carillon" publish cups.md --channel sky)" "https://bsky.app/profile/did:plc:"
  posts=$(curl -sf "$pds/xrpc/com.atproto.repo.listRecords?repo=live.test&collection=app.bsky.feed.post")
  [ "$(grep -o '"parent"' <<<"$posts" | wc -l)" = 1 ] || fail "the thread is $posts"
  # The session is kept, sealed, and nothing a person enters.
  "$carillon" channel show sky --json >said
  expect "$(cat said)" '"app_password"'
  ! grep -q '"session"' said || fail "the session is shown as a secret to enter"
fi
# Neither the one in use nor the wrong one stands anywhere in the workspace but sealed.
secrets="$planted|planted-wrong|eyJ0eXAi"  # and no token of a session
if grep -rqaE "$secrets" .; then fail "a secret is readable in $(grep -rlaE "$secrets" .)"; fi
"$carillon" status --json >status; "$carillon" doctor >/dev/null 2>&1 || true
for form in "$planted" "$(printf %s "$planted" | base64)" "$(printf %s "$planted" | od -An -tx1 | tr -d " \n")"; do
  if grep -qaF -e "$form" data/* status said; then fail "the secret is readable as $form"; fi
done
echo "live: all steps passed"
