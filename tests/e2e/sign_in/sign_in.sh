#!/bin/bash
# sign_in.sh CARILLON SOURCE: people sign in with passkeys in Chromium, by its authenticator for tests, and
# with an account at a provider that others wrote; then they bring an announcement from a proposal to its end. The npm packages are installed into
# SOURCE/build-sign-in. What cannot run here is skipped, and said.
set -eu
name=sign_in
. "$(dirname "$0")/../../rig/lib.sh"
carillon=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
modules=$(realpath "$2")/build-sign-in
skip() {
  echo "sign_in: skipped: $*"
  exit 0
}
chromium=$(command -v chromium || command -v chromium-browser) || skip "Chromium is not here"
command -v node >/dev/null || skip "Node.js is not here"
"$(realpath "$2")/packaging/npm.sh" "$modules" "$here" || skip "the npm packages: see above"
# Nobody replaces them while we use them.
exec {in_use}>>"$modules/lock"
flock -s "$in_use"
ln -s "$modules/node_modules" "$scratch/node_modules"
cp "$here"/*.mjs "$scratch/"

port=$(free_port) elsewhere=$(free_port)
"$carillon" init "$scratch/w" >/dev/null 2>&1
cd "$scratch/w"
sed -i "s|^  url:.*|  url: http://localhost:$port|" carillon.yaml
grep -q "url: http://localhost:$port" carillon.yaml || fail "no url to set in: $(cat carillon.yaml)"
hook=$(free_port)
start ready /usr/bin/python3 "$rig/bad_server.py" "$hook"
curl -sf -XPOST "http://127.0.0.1:$hook/__as/html" >/dev/null
echo planted | "$carillon" channel add webhook hook --set "target=http://127.0.0.1:$hook/hook" --secret-stdin >/dev/null
cat >>carillon.yaml <<YAML
propose:
  open: true
policy:
  approval:
    - approvals: 1
sign_in:
  - name: tea
    label: Tea Login
    issuer: http://localhost:$elsewhere
    client_id: carillon
YAML
redirect=$("$carillon" provider list | sed -n 's/ *redirect address: //p')
[ "$redirect" = "http://localhost:$port/sign-in/with/tea/back" ] || fail "the redirect address is $redirect"
"$carillon" provider secret tea --secret-stdin <<<"the secret of the test" >/dev/null
start ready node "$scratch/provider.mjs" "$elsewhere" "$redirect"
start "sign in" "$carillon" serve --listen "127.0.0.1:$port"
log=$started
site=http://localhost:$port
first=$site$(grep -o '/welcome/[A-Za-z0-9_-]*' "$log")
invited=$site$("$carillon" person invite zoe@example.org --role author | grep -o '/welcome/[A-Za-z0-9_-]*')
node "$scratch/sign_in.mjs" "$chromium" "$site" "$first" "$invited" || fail "see above"
invite() { echo "$site$("$carillon" person invite "$1@example.org" --role "$2" | grep -o '/welcome/[A-Za-z0-9_-]*')"; }
node "$scratch/chain.mjs" "$chromium" "$site" "$(invite nora author)" "$(invite pia editor)" "$(invite otto editor)" ||
  fail "see above"
[ "$(curl -sf "http://127.0.0.1:$hook/__seen" | grep -c 'POST /hook')" = 1 ] || fail "the hook was not asked once"

# What happened is written down, and no secret with it.
expect "$("$carillon" passkey list)" "my laptop"
expect "$("$carillon" identity list)" "ana-elsewhere at Tea Login"
printf '%s\n' "the secret of the test" >"$scratch/planted"
/usr/bin/python3 "$rig/find_secret.py" "$scratch/planted" carillon.yaml data "$log" || fail "a secret is readable"
refute "$(cat "$log")" "code="
echo "sign_in: all steps passed"
