#!/bin/bash
# with_servers.sh SOURCE COMMAND…: runs the command while the real servers and stand-ins run
# on loopback behind fault proxies; their ports are in the environment as NAME=PROXY:SERVER.
# The Bluesky PDS runs where its packages are, or can be installed into SOURCE/build-servers.
set -eu
rig=$(cd "$(dirname "$0")" && pwd)
servers=$1/build-servers
shift
scratch=$(mktemp -d)
pids=()
stop() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  rm -rf "$scratch"
}
trap stop EXIT
free_port() { python3 -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1",0)); print(s.getsockname()[1])'; }
# start NAME PATTERN COMMAND…: in the background, until its first line that holds PATTERN.
start() {
  local log=$scratch/$1 pattern=$2
  shift 2
  mkfifo "$log"
  "$@" >"$log" 2>"$log.err" &
  pids+=($!)
  exec {fd}<"$log"
  while IFS= read -r -t 60 -u "$fd" line; do
    [[ $line == *"$pattern"* ]] && return 0
  done
  echo "with_servers: $1 did not start: $(tail -3 "$log.err")" >&2
  return 1
}

for mode in honour ignore; do
  server=$(free_port) proxy=$(free_port)
  start "mastodon-$mode" ready /usr/bin/python3 "$rig/mastodon_standin.py" "$server" "$mode"
  start "proxy-$mode" ready /usr/bin/python3 "$rig/fault_proxy.py" "$proxy" "$server"
  export "CARILLON_STANDIN_${mode^^}=$proxy:$server"
done

modules=${CARILLON_NODE_MODULES:-$servers/node_modules}
if [ ! -d "$modules/@atproto/pds" ] && command -v npm >/dev/null && [ ! -e "$servers/failed" ]; then
  mkdir -p "$servers"
  cp "$rig/servers/package.json" "$rig/servers/package-lock.json" "$servers/"
  (cd "$servers" && npm ci --ignore-scripts --no-audit --no-fund >npm.log 2>&1) ||
    touch "$servers/failed"
fi
if [ -d "$modules/@atproto/pds" ]; then
  server=$(free_port) plc=$(free_port) proxy=$(free_port)
  ln -sfn "$modules" "$scratch/node_modules"
  cp "$rig/servers/pds.mjs" "$scratch/"
  node=$modules/.bin/node
  [ -x "$node" ] || node=node
  if LOG_ENABLED=0 start pds ready "$node" "$scratch/pds.mjs" "$server" "$plc" "$scratch/pds-data"; then
    start proxy-pds ready /usr/bin/python3 "$rig/fault_proxy.py" "$proxy" "$server"
    export CARILLON_PDS="$proxy:$server"
  else
    echo "with_servers: skipped the Bluesky PDS: it does not start here"
  fi
else
  echo "with_servers: skipped the Bluesky PDS: its npm packages are not here"
fi
"$@"
