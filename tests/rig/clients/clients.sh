#!/bin/bash
# Is the stand-in Mastodon enough? Three clients that others wrote log in to it, post, post a
# picture with its alt text, post with one key twice, reply, read their timeline and delete.
# Run by tests/rig/with_servers.sh, which names the servers.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() { echo "clients: $*" >&2; exit 1; }
base64 -d >"$dir/tea.png" <<'PNG'
iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==
PNG
digest=$(sha256sum "$dir/tea.png" | cut -d' ' -f1)

# try NAME COMMAND…: the client's walk in both modes, then what the server holds.
try() {
  local name=$1 mode ports server twice
  shift
  for mode in HONOUR IGNORE; do
    ports=CARILLON_STANDIN_$mode
    server=http://127.0.0.1:${!ports#*:}
    curl -sf "$server/__forget" >/dev/null
    timeout 120 "$@" "$server" "$dir/tea.png" >"$dir/said" 2>&1 ||
      fail "$name, keys $mode: $(tail -20 "$dir/said")"
    twice='"twice"'
    [ $mode = HONOUR ] || twice='"twice", "twice"'
    [ "$(curl -sf "$server/__held")" = "[\"a picture\", $twice, \"a reply\"]" ] ||
      fail "$name, keys $mode: the server holds $(curl -sf "$server/__held")"
    [ "$(curl -sf "$server/__pictures")" = \
      "[{\"text\": \"a picture\", \"alt\": \"A pot of tea\", \"sha256\": \"$digest\"}]" ] ||
      fail "$name, keys $mode: the pictures are $(curl -sf "$server/__pictures")"
    curl -sf "$server/__posts" | python3 -c '
import json, sys
posts = {post["text"]: post for post in json.load(sys.stdin)}
assert posts["a reply"]["parent"] == posts["a picture"]["id"], posts' ||
      fail "$name, keys $mode: the reply hangs elsewhere"
    echo "clients: $name, keys $mode: all steps passed"
  done
}

export XDG_CONFIG_HOME=$dir/config PYTHONUNBUFFERED=1
try toot /usr/bin/python3 "$here/toot_client.py"
try python3-mastodon /usr/bin/python3 "$here/mastodon_client.py"
if [ -d "${CARILLON_NODE_MODULES:-/nowhere}/masto" ]; then
  ln -s "$CARILLON_NODE_MODULES" "$dir/node_modules"
  cp "$here/masto_client.mjs" "$dir/"
  node=$CARILLON_NODE_MODULES/.bin/node
  [ -x "$node" ] || node=node
  try masto "$node" "$dir/masto_client.mjs"
else
  echo "clients: skipped masto: its npm package is not here"
fi
