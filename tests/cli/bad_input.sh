#!/bin/bash
# What goes wrong ends in one sentence that says what and where, and one that says what to do, with
# the right exit code; nothing is sent, nothing is lost. One function a case. bad_input.sh CARILLON
set -eu
name=bad_input
. "$(dirname "$0")/../rig/lib.sh"
chmod 755 "$scratch"
cp "$(realpath "$1")" "$scratch/carillon" # where another user may run it too
carillon=$scratch/carillon
work=$scratch/w

# refused CODE SENTENCE HINT ARGUMENT…: the program says both and exits with CODE, and once more
# with --json; afterwards it knows the deliveries that it knew before, and the platform holds no more.
refused() {
  local code=$1 sentence=$2 hint=$3 got said before after
  shift 3
  before=$(state)
  got=0 said=$($as "$carillon" "$@" 2>&1 >"$scratch/out") || got=$?
  [ "$got" = "$code" ] || fail "$*: exits with $got, not $code: $said"
  [ ! -s "$scratch/out" ] || fail "$*: an error on standard output: $(cat "$scratch/out")"
  expect "$said" "carillon: "
  expect "$said" "$sentence"
  expect "$said" "$hint"
  [ "$(wc -l <<<"$said")" = 2 ] || fail "$*: not one sentence and one hint: $said"
  got=0 said=$($as "$carillon" "$@" --json 2>/dev/null) || got=$?
  [ "$got" = "$code" ] || fail "$* --json: exits with $got, not $code: $said"
  /usr/bin/python3 -c '
import json, sys
error = json.loads(sys.argv[1])["error"]
assert sys.argv[2] in error["message"] and sys.argv[3] in error["hint"], error
' "$said" "$sentence" "$hint" || fail "$* --json: $said"
  after=$(state)
  [ "$before" = "$after" ] || fail "$*: changed what is known, or sent something: $after"
}
state() {
  "$carillon" status --json --workspace "$work"
  curl -sf "$platform/__held"
}
as= # a command before the program: another user
post() { printf -- '---\n%b\n---\nThe text.\n' "$1" >"$scratch/p.md"; }
wrong_post() { refused 1 "$1" "$2" publish "$scratch/p.md" --workspace "$work"; }

port=$(free_port)
start ready /usr/bin/python3 "$rig/mastodon_standin.py" "$port" ignore
platform=http://127.0.0.1:$port
"$carillon" init "$work" >/dev/null 2>&1
echo good-token | "$carillon" channel add mastodon toots --set "server=$platform" --secret-stdin \
  --workspace "$work" >/dev/null 2>&1
post 'title: Good'
cp "$scratch/p.md" "$scratch/good.md"
"$carillon" publish "$scratch/good.md" --workspace "$work" >/dev/null
post 'title: Next'
cp "$scratch/p.md" "$scratch/next.md"

not_utf8() {
  printf -- '---\ntitle: x\n---\ncaf\xe9\n' >"$scratch/p.md"
  wrong_post 'line 4: byte 20 is not UTF-8' 'Save the file as UTF-8.'
  head -c 5000 /dev/urandom >"$scratch/p.md"
  wrong_post 'is not UTF-8' 'Save the file as UTF-8.'
}
broken_yaml() {
  post 'title: "open'
  wrong_post 'line 3: a quote is opened and never closed' 'Close it with the same quote.'
  post "title: 'open"
  wrong_post 'a quote is opened and never closed' 'Close it with the same quote.'
  post 'title: Beta: it is out'
  wrong_post 'line 2: ": " stands in the middle of a text' 'Put quotes around the text that holds it.'
  post 'title: x\ntags: [a, b'
  wrong_post 'a [ is never closed' 'Close the list with ].'
  post 'title: x\n  link: https://example.org'
  wrong_post 'line 3: ": " stands in the middle of a text' 'quotes'
  post 'title: x\nno colon here'
  wrong_post 'line 3: this line does not fit the ones above' 'key: value'
  post 'title: "a\\q"'
  wrong_post 'line 2: a \ inside double quotes starts nothing that is known' 'single quotes'
  post 'title: %x'
  wrong_post 'line 2: a text starts with a character that has a meaning of its own' 'Put quotes'
  printf -- '---\ntitle: x\nThe text.\n' >"$scratch/p.md"
  wrong_post 'line 1: the front matter that starts here never ends' 'Close it with a line that holds only "---".'
}
wrong_keys() {
  post 'title: x\nchanels: [home]'
  wrong_post 'line 3: /chanels: unknown key "chanels"' 'Did you mean "channels"?'
  post 'title: x\nfoobarbaz: y'
  wrong_post 'line 3: /foobarbaz: unknown key "foobarbaz"' 'Remove it.'
  post 'title: x\nkind: realease'
  wrong_post 'line 3: /kind: "realease" is not one of general, release' 'Did you mean "release"?'
  post 'title: x\nchannels: home'
  wrong_post 'line 3: /channels: expected a list, found text' 'channels: [one, another]'
  post 'title: 42'
  wrong_post 'line 2: /title: expected text, found a number' 'Put quotes around it.'
  post '- a\n- b'
  wrong_post 'expected keys and values, found a list' 'key: value'
  post 'title: x\nlink: example.org/a'
  wrong_post 'line 3: /link: "example.org/a" is not a web address' 'Start it with https://.'
}
no_such_channel() {
  post 'title: x\nchannels: [toot]'
  refused 1 'there is no channel "toot"' 'Did you mean "toots"?' publish "$scratch/p.md" --workspace "$work"
  refused 1 'there is no channel "moon"' 'The channels are: home, toots.' publish "$scratch/good.md" \
    --channel moon --workspace "$work"
}
wrong_times() {
  post 'title: x\nat: 2020-01-01 10:00'
  wrong_post '/at: 2020-01-01 10:00 is past' 'Nothing was sent. Name a time to come'
  post 'title: x\nat: 2099-01-01 10:00 Europe/Pariss'
  wrong_post '/at: there is no time zone "Europe/Pariss"; did you mean "Europe/Paris"?' 'IANA'
  post 'title: x\nat: 2027-03-28 02:30 Europe/Paris'
  wrong_post 'does not exist in Europe/Paris' 'one of these two times'
  post 'title: x\nat: tomorrow'
  wrong_post '/at: "tomorrow" is not a date and time' '2026-12-01 15:00 Europe/Paris'
  post 'title: x\nat: 2099-02-30 10:00'
  wrong_post '/at: "2099-02-30 10:00" is not a date and time' '2026-12-01 15:00 Europe/Paris'
}
wrong_sizes() {
  printf -- '---\ntitle: x\n---\n \n\n' >"$scratch/p.md"
  wrong_post 'the announcement has no text' 'Write something after the front matter.'
  : >"$scratch/p.md"
  wrong_post 'the announcement has no text' 'Write something'
  head -c 10000000 /dev/zero | tr '\0' x >"$scratch/p.md"
  refused 1 'p.md is 10000000 bytes long, more than 1048576' 'link to the long version' \
    publish "$scratch/p.md" --workspace "$work"
  { printf -- '---\ntitle: x\n---\n'; head -c 600000 /dev/zero | tr '\0' x; } >"$scratch/p.md"
  wrong_post 'the text is 600000 bytes long, more than 524288' 'link to the long version'
  refused 1 'there is no file' 'Check the path.' publish "$scratch/nowhere.md" --workspace "$work"
  refused 1 'is a folder' 'Name a file.' publish "$scratch" --workspace "$work"
}

# A workspace of its own for each case that spoils one.
spoiled() {
  rm -rf "$scratch/s"
  cp -r "$work" "$scratch/s"
}
wrong_config() {
  spoiled
  rm "$scratch/s/carillon.yaml"
  refused 1 'is not a workspace: it has no carillon.yaml' 'Make one with `carillon init`' status --workspace "$scratch/s"
  mkdir "$scratch/s/carillon.yaml"
  refused 1 'carillon.yaml is a folder, not a file' 'Move it away' status --workspace "$scratch/s"
  rmdir "$scratch/s/carillon.yaml"
  head -c 1000000 /dev/zero | tr '\0' x >"$scratch/s/carillon.yaml"
  refused 1 'carillon.yaml is 1000000 bytes long, more than 262144' 'Is this the right file?' status --workspace "$scratch/s"
  head -c 1000 /dev/urandom >"$scratch/s/carillon.yaml"
  refused 1 'carillon.yaml: line 1: a byte that is not UTF-8' 'Save the file as UTF-8.' status --workspace "$scratch/s"
  config() {
    printf "$1" >"$scratch/s/carillon.yaml"
    refused 1 "$2" "$3" status --workspace "$scratch/s"
  }
  config '' 'carillon.yaml: line 1: /organisation: missing' 'Add a line "organisation: …".'
  config 'organisation:\n  name: "Tea\n' 'a quote is opened and never closed' 'Close it'
  config 'organisation:\n  name: Tea\nchanels:\n' 'line 3: /chanels: unknown key' 'Did you mean "channels"?'
  config 'organisation:\n  name: Tea\n---\nchannels:\n  home: {platform: home}\n' \
    'line 3: a second document starts here, which nobody would read' 'Take the line "---"'
  config 'organisation:\n  name: Tea\nchannels:\n  x:\n    platform: mastdon\n' \
    'channel x: there is no platform "mastdon"' 'Did you mean "mastodon"?'
  config 'organisation:\n  name: Tea\nchannels:\n  x:\n    platform: mastodon\n' \
    'channel x: server: missing' 'Write it below the channel in carillon.yaml: "server: …".'
  refused 1 'is a workspace already' 'name another folder' init "$work"
}
newer_workspace() {
  spoiled
  /usr/bin/python3 -c '
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
last = db.execute("select max(number) from migration").fetchone()[0]
db.execute("insert into migration values (?, ?, ?)", (last + 1, "of_the_future", "x"))
db.commit()' "$scratch/s/data/carillon.db"
  sum=$(sha256sum <"$scratch/s/data/carillon.db")
  for command in status "publish $scratch/next.md" serve; do
    refused 1 'this workspace was written by a newer Carillon' 'Install the newer Carillon; nothing was changed.' \
      $command --workspace "$scratch/s"
  done
  [ "$(sha256sum <"$scratch/s/data/carillon.db")" = "$sum" ] || fail "the newer database was changed"
}
damaged_database() {
  spoiled
  head -c 10000 /dev/urandom >"$scratch/s/data/carillon.db"
  rm -f "$scratch/s/data/carillon.db-wal" "$scratch/s/data/carillon.db-shm"
  refused 1 'is not a sound database' 'Restore the file from a backup.' status --workspace "$scratch/s"
  spoiled
  /usr/bin/python3 -c '
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("create table recipe (name text)")
db.commit()' "$scratch/s/recipes.db"
  sed -i "1i store:\n  url: $scratch/s/recipes.db" "$scratch/s/carillon.yaml"
  refused 1 'this is the database of another program (it holds a table "recipe")' 'Point store.url to a new file' \
    status --workspace "$scratch/s"
  sed -i "2s|url: .*|url: mysql://me:planted@host/db|" "$scratch/s/carillon.yaml"
  refused 1 'store.url starts with "mysql:", which is no database here' 'postgres://' status --workspace "$scratch/s"
  sed -i "2s|url: .*|url: postgres://me@127.0.0.1:1/db|" "$scratch/s/carillon.yaml"
  refused 1 'the database at 127.0.0.1:1/db does not answer' 'Check that PostgreSQL runs there' status --workspace "$scratch/s"
}
locked_database() {
  start locked /usr/bin/python3 -c '
import sqlite3, sys, threading
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("begin immediate")
print("locked", flush=True)
threading.Event().wait()' "$work/data/carillon.db"
  refused 1 'is locked by another program' 'Wait until it ends, or stop it.' publish "$scratch/next.md" --workspace "$work"
  kill "$child"
  wait "$child" 2>/dev/null || true
}
no_permission() {
  spoiled
  chmod -R a+rX "$scratch/s"
  if [ "$(id -u)" = 0 ]; then
    as="setpriv --reuid=65534 --regid=65534 --clear-groups"
  else
    chmod -R a-w "$scratch/s"
  fi
  refused 1 'carillon.db is read-only' 'Give this user write permission to the file and its folder.' \
    publish "$scratch/next.md" --workspace "$scratch/s"
  refused 1 'cannot be made: Permission denied' 'Name a folder in a place where you may write.' init "$scratch/s/new"
  chmod u+w "$scratch/s"
  rm -rf "$scratch/s/data"
  chmod 555 "$scratch/s"
  refused 1 '/data is no folder, and none can be made there' 'give this user write permission' status --workspace "$scratch/s"
  as=
  chmod 755 "$scratch/s"
  : >"$scratch/s/data"
  refused 1 '/data is no folder, and none can be made there' 'move away what stands in its place' status --workspace "$scratch/s"
}
spoiled_key() {
  spoiled
  echo nonsense >"$scratch/s/data/key"
  refused_channel() { # the same for a command that ends with a table: CODE PART…
    local got=0 said
    said=$("$carillon" channel check toots --workspace "$scratch/s" 2>&1) || got=$?
    [ "$got" = 1 ] || fail "exits with $got: $said"
    for part in "$@"; do expect "$said" "$part"; done
  }
  refused_channel 'data/key is damaged' 'restore it from your backup'
  cp "$work/data/key" "$scratch/s/data/key"
  chmod 644 "$scratch/s/data/key"
  refused_channel 'others than the owner may read the key' 'Run: chmod 600'
  chmod 600 "$scratch/s/data/key"
  head -c 32 /dev/urandom | base64 >"$scratch/s/data/key"
  refused_channel 'was sealed with another key' 'enter the secret again'
}
full_disk() {
  mkdir "$scratch/disk"
  if ! mount -t tmpfs -o size=1m tmpfs "$scratch/disk" 2>/dev/null; then
    echo "bad_input: skipped the full disk: this user may not mount one"
    return
  fi
  cp -r "$work" "$scratch/disk/w"
  dd if=/dev/zero of="$scratch/disk/ballast" bs=4k 2>/dev/null || true
  local held
  held=$(curl -sf "$platform/__held")
  # Reading needs no room, and planning says why it cannot.
  got=0 said=$("$carillon" publish "$scratch/next.md" --workspace "$scratch/disk/w" 2>&1) || got=$?
  [ "$got" = 1 ] || fail "a full disk: exits with $got: $said"
  expect "$said" "is full"
  expect "$said" "Free some space; nothing was lost."
  [ "$(curl -sf "$platform/__held")" = "$held" ] || fail "a full disk: something was sent"
  got=0 said=$("$carillon" channel set toots listed=false --workspace "$scratch/disk/w" 2>&1) || got=$?
  cmp -s "$scratch/disk/w/carillon.yaml" "$work/carillon.yaml" || [ "$got" = 0 ] ||
    fail "a full disk spoiled carillon.yaml: $said"
  rm "$scratch/disk/ballast"
  expect "$("$carillon" status --workspace "$scratch/disk/w")" published
  expect "$("$carillon" publish "$scratch/next.md" --channel home --workspace "$scratch/disk/w")" published
  umount "$scratch/disk"
}

# Servers that are none, as `channel check` and `publish` tell of them. Each gets nothing but what a
# look at a server takes, and no post.
told() { # told CODE ARGUMENT… -- PART…
  local code=$1 got=0 said words=()
  shift
  while [ "$1" != -- ]; do
    words+=("$1")
    shift
  done
  shift
  said=$("$carillon" "${words[@]}" --workspace "$scratch/s" 2>&1) || got=$?
  [ "$got" = "$code" ] || fail "${words[*]}: exits with $got, not $code: $said"
  for part in "$@"; do expect "$said" "$part"; done
}
bad_servers() {
  local bad other tls
  bad=$(free_port)
  start ready /usr/bin/python3 "$rig/bad_server.py" "$bad"
  other=$(free_port)
  start ready /usr/bin/python3 "$rig/bad_server.py" "$other"
  spoiled
  for channel in m b h; do
    case $channel in
    m) settings=(mastodon m --set "server=http://127.0.0.1:$bad") ;;
    b) settings=(bluesky b --set "server=http://127.0.0.1:$bad" --set handle=a.test) ;;
    h) settings=(webhook h --set "target=http://127.0.0.1:$bad/hook") ;;
    esac
    echo planted-4711 | "$carillon" channel add "${settings[@]}" --secret-stdin --workspace "$scratch/s" >/dev/null 2>&1
  done
  behave() { # behave KIND, and a post for each channel
    curl -sf -XPOST "http://127.0.0.1:$bad/__as/$1" >/dev/null
    for channel in m b h; do
      printf -- '---\ntitle: x\nchannels: [%s]\n---\nText for %s.\n' $channel "$1" >"$scratch/$channel-${1%%/*}.md"
    done
  }
  local wrong="check the channel's \`server\`"
  behave html
  told 1 channel check m -- "127.0.0.1:$bad answered with a web page instead of data" "$wrong"
  told 3 publish "$scratch/m-html.md" -- "m              due" "answered with a web page instead of data" "$wrong"
  told 1 channel check b -- "answered with a web page instead of data" "$wrong"
  told 3 publish "$scratch/b-html.md" -- "answered with a web page instead of data" "$wrong"
  told 3 publish "$scratch/h-html.md" -- "h              unconfirmed" "Look at the account, then \`carillon resolve\`"
  behave "moved/http://localhost:$other"
  told 1 channel check m -- "http://127.0.0.1:$bad redirects elsewhere: http://localhost:$other uses a port"
  told 3 publish "$scratch/m-moved.md" -- "m              due" "redirects elsewhere"
  told 1 channel check b -- "http://127.0.0.1:$bad redirects to http://localhost:$other (301)" \
    "If the server has moved, set its address to http://localhost:$other."
  told 3 publish "$scratch/h-moved.md" -- "h              refused" "redirects to http://localhost:$other (301)"
  [ -z "$(curl -sf "http://127.0.0.1:$other/__seen")" ] || fail "a redirect was followed to another host"
  for kind in huge endless; do
    behave $kind
    told 1 channel check m -- "the reply of http://127.0.0.1:$bad is larger than 8 MB" "Check that the address is right"
    told 1 channel check b -- "is larger than 8 MB"
    told 3 publish "$scratch/m-$kind.md" -- "m              due" "is larger than 8 MB"
    told 3 publish "$scratch/h-$kind.md" -- "h              unconfirmed"
  done
  seen=$(curl -sf "http://127.0.0.1:$bad/__seen")
  refute "$seen" "POST /api/v1/statuses"
  refute "$seen" "com.atproto.repo"
  [ "$(grep -c 'POST /hook' <<<"$seen")" = 4 ] || fail "not one POST for each announcement: $seen"

  openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout "$scratch/key.pem" -out "$scratch/cert.pem" 2>/dev/null
  tls=$(free_port)
  start ready /usr/bin/python3 "$rig/bad_server.py" "$tls" "$scratch/cert.pem" "$scratch/key.pem"
  "$carillon" channel set m "server=https://localhost:$tls" --workspace "$scratch/s" >/dev/null 2>&1
  "$carillon" channel set h "target=https://localhost:$tls/hook" --workspace "$scratch/s" >/dev/null 2>&1
  behave tls
  local what="https://localhost:$tls shows a certificate that is not valid"
  told 1 channel check m -- "$what" "Nothing was sent. The server's admin must renew or correct the certificate."
  told 3 publish "$scratch/m-tls.md" -- "m              due" "$what"
  told 3 publish "$scratch/h-tls.md" -- "h              due" "$what"
  [ -z "$(curl -sfk "https://localhost:$tls/__seen")" ] || fail "something was sent to a server with a bad certificate"
  "$carillon" channel set m "server=https://127.0.0.1:$bad" --workspace "$scratch/s" >/dev/null 2>&1
  told 1 channel check m -- "https://127.0.0.1:$bad and this program agree on no encryption" "Check that the port speaks https."
  "$carillon" channel set m server=http://127.0.0.1:1 --workspace "$scratch/s" >/dev/null 2>&1
  told 1 channel check m -- "http://127.0.0.1:1 does not accept connections" "check the address and the port"
  "$carillon" channel set m server=https://nowhere.invalid --workspace "$scratch/s" >/dev/null 2>&1
  told 1 channel check m -- "the name in https://nowhere.invalid does not resolve" "Check its spelling"
}
# It takes the half minute after which a silent server is given up: beside the others.
silent_server() {
  silent=$(free_port)
  start ready /usr/bin/python3 "$rig/bad_server.py" "$silent"
  curl -sf -XPOST "http://127.0.0.1:$silent/__as/silent" >/dev/null
  "$carillon" init "$scratch/silent" >/dev/null 2>&1
  echo planted-4711 | "$carillon" channel add mastodon m --set "server=http://127.0.0.1:$silent" --secret-stdin \
    --workspace "$scratch/silent" >/dev/null 2>&1
  { "$carillon" channel check m --workspace "$scratch/silent" || echo "exit $?"; } >"$scratch/silent.out" 2>&1 &
  silent_check=$!
  background+=("$silent_check")
}
silent_server_told() {
  wait "$silent_check"
  said=$(cat "$scratch/silent.out")
  expect "$said" "http://127.0.0.1:$silent sent nothing for 30 s"
  expect "$said" "The server may be overloaded; try again later."
  expect "$said" "exit 1"
}

silent_server
for case in not_utf8 broken_yaml wrong_keys no_such_channel wrong_times wrong_sizes wrong_config newer_workspace \
  damaged_database locked_database no_permission spoiled_key full_disk bad_servers silent_server_told; do
  $case
  echo "bad_input: $case"
done
expect "$("$carillon" publish "$scratch/next.md" --workspace "$work")" published
echo "bad_input: all cases passed"
