#!/bin/bash
# with_servers.sh SOURCE COMMAND…: runs the command while the real servers and stand-ins run
# on loopback behind fault proxies; their ports are in the environment as NAME=PROXY:SERVER.
#   CARILLON_STANDIN_HONOUR, CARILLON_STANDIN_IGNORE  the Mastodon stand-in; Idempotency-Key
#   CARILLON_STANDIN_DESCRIBED  the same behind Prism, which compares each request and answer with
#       Mastodon's description in SOURCE/../shared (or CARILLON_SHARED) and writes what is against
#       it to the file CARILLON_PRISM_LOG
#   CARILLON_PDS  a Bluesky PDS
# CARILLON_SERVERS names those that are wanted, by default all: "standin pds prism".
# The npm packages are those of CARILLON_NODE_MODULES, else they are installed into
# SOURCE/build-servers (and CARILLON_NODE_MODULES tells where). What cannot run is skipped, and
# said.
set -eu
rig=$(cd "$(dirname "$0")" && pwd)
source=$(cd "$1" && pwd)
servers=$source/build-servers
shift
scratch=$(mktemp -d)
pids=()
stop() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  rm -rf "$scratch"
}
trap stop EXIT
exec {in_use}>/dev/null
wants() { [[ " ${CARILLON_SERVERS:-standin pds prism} " == *" $1 "* ]]; }
skipped() { echo "with_servers: skipped $*"; }
free_port() { python3 -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1",0)); print(s.getsockname()[1])'; }
# launch NAME COMMAND…: in the background; what it says goes to a file.
launch() {
  local name=$1
  shift
  "$@" >"$scratch/$name.log" 2>&1 {in_use}>&- &
  pids+=($!)
  echo $! >"$scratch/$name.pid"
}
# await NAME PATTERN: until it says so.
await() {
  local log=$scratch/$1.log pid
  pid=$(cat "$scratch/$1.pid")
  grep -q -m1 "$2" < <(exec timeout 90 tail -n +1 -s 0.05 -f --pid="$pid" "$log") && return 0
  echo "with_servers: $1 did not start: $(tail -3 "$log")" >&2
  return 1
}
# proxied NAME VARIABLE SERVER_PORT [UPSTREAM_PORT]
proxied() {
  local proxy
  proxy=$(free_port)
  launch "proxy-$1" /usr/bin/python3 "$rig/fault_proxy.py" "$proxy" "${4:-$3}"
  await "proxy-$1" ready
  export "$2=$proxy:$3"
}

modules=${CARILLON_NODE_MODULES:-$servers/node_modules}
if [ -z "${CARILLON_NODE_MODULES:-}" ]; then
  "$source/packaging/npm.sh" "$servers" "$rig/servers" || skipped "the npm packages: see above"
  [ -e "$servers/installed" ] || modules=/nowhere
  # Nobody replaces them while we use them.
  exec {in_use}>>"$servers/lock"
  flock -s "$in_use"
  export CARILLON_NODE_MODULES=$modules
fi
node=$modules/.bin/node
[ -x "$node" ] || node=node
ln -sfn "$modules" "$scratch/node_modules"

spec=${CARILLON_SHARED:-$source/../shared}/specs/mastodon-fixed.json
pds=no prism=no
wants pds && pds=$(free_port)
wants prism && prism=$(free_port) described=$(free_port)
if [ $pds != no ] && [ ! -d "$modules/@atproto/pds" ]; then
  skipped "the Bluesky PDS: its npm packages are not here"
  pds=no
fi
if [ $prism != no ] && [ ! -f "$spec" ]; then
  skipped "Prism: Mastodon's description is not here ($spec)"
  prism=no
elif [ $prism != no ] && [ ! -d "$modules/@stoplight/prism-cli" ]; then
  skipped "Prism: its npm packages are not here"
  prism=no
fi

# What starts slowly starts first.
if [ $pds != no ]; then
  cp "$rig/servers/pds.mjs" "$scratch/"
  LOG_ENABLED=0 launch pds "$node" "$scratch/pds.mjs" "$pds" "$(free_port)" "$scratch/pds-data"
fi
if [ $prism != no ]; then
  launch described /usr/bin/python3 "$rig/mastodon_standin.py" "$described" honour
  /usr/bin/python3 "$rig/mastodon_description.py" "$spec" "$scratch/mastodon.json"
  launch prism "$node" "$modules/@stoplight/prism-cli/dist/index.js" proxy -h 127.0.0.1 \
    -p "$prism" "$scratch/mastodon.json" "http://127.0.0.1:$described"
fi
if wants standin; then
  for mode in honour ignore; do
    server=$(free_port)
    launch "mastodon-$mode" /usr/bin/python3 "$rig/mastodon_standin.py" "$server" "$mode"
    await "mastodon-$mode" ready
    proxied "$mode" "CARILLON_STANDIN_${mode^^}" "$server"
  done
fi
if [ $pds != no ]; then
  if await pds ready; then
    proxied pds CARILLON_PDS "$pds"
  else
    skipped "the Bluesky PDS: it does not start here"
  fi
fi
if [ $prism != no ]; then
  if await described ready && await prism 'is listening'; then
    proxied described CARILLON_STANDIN_DESCRIBED "$described" "$prism"
    export CARILLON_PRISM_LOG=$scratch/prism.log
  else
    skipped "Prism: it does not start here"
  fi
fi
"$@"
