# For the shell tests of the real program: the caller sets `name`.
#   fail WORDS…         ends the test
#   expect TEXT PART    PART stands in TEXT
#   refute TEXT PART    it does not
#   free_port           prints a port nobody listens on
#   start PATTERN COMMAND…   in the background, until its output holds PATTERN; its pid is in $child,
#                       its output in the file $started. It ends with the test.
#   until_true COMMAND…      asks again until the command succeeds, for 30 seconds at most
rig=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
scratch=$(mktemp -d)
background=()
ended() {
  for pid in "${background[@]}"; do kill -KILL "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  umount "$scratch"/*/ 2>/dev/null || true
  rm -rf "$scratch"
}
trap ended EXIT
fail() {
  echo "$name: $*" >&2
  exit 1
}
expect() { grep -qF -- "$2" <<<"$1" || fail "expected \"$2\" in: $1"; }
refute() { if grep -qF -- "$2" <<<"$1"; then fail "did not expect \"$2\" in: $1"; fi; }
free_port() { /usr/bin/python3 -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1",0)); print(s.getsockname()[1])'; }
until_true() {
  local tries=0
  until "$@" >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ $tries -lt 600 ] || return 1
    read -rt 0.05 <> <(:) || true
  done
}
start() {
  local pattern=$1
  shift
  started=$(mktemp -p "$scratch" log.XXXXXX)
  "$@" >"$started" 2>&1 &
  child=$!
  background+=("$child")
  until_true grep -qF -- "$pattern" "$started" || fail "$1 did not start: $(cat "$started")"
}
