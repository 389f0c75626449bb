#!/bin/bash
# npm.sh DIR [FROM]: the packages of FROM/package-lock.json (default: DIR's own) into
# DIR/node_modules. Quick when they are there; anew when the lock changed or the last time did not
# come to its end. One at a time, and not while a test holds DIR/lock (shared) because it uses them.
set -eu
dir=$1
here=$(cd "${2:-$dir}" && pwd)
mkdir -p "$dir"
exec 9>>"$dir/lock"
want=$(cat "$here/package.json" "$here/package-lock.json" | sha256sum)
is_there() { [ "$(cat "$dir/installed" 2>/dev/null)" = "$want" ]; }
is_there && exit 0
command -v npm >/dev/null || { echo "npm is not here" >&2; exit 1; }
flock -w 1200 9 || { echo "$dir/lock is held by another build or test" >&2; exit 1; }
is_there && exit 0
rm -f "$dir/installed"
[ "$here" -ef "$dir" ] || cp "$here/package.json" "$here/package-lock.json" "$dir/"
echo "installing npm packages into $dir" >&2
for _ in 1 2; do
  if (cd "$dir" && timeout 900 npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=1 \
    --fetch-retry-mintimeout=1000 >npm.log 2>&1 9>&-); then
    echo "$want" >"$dir/installed"
    exit 0
  fi
done
echo "npm ci failed twice ($(grep -m1 'npm error' "$dir/npm.log" || tail -1 "$dir/npm.log"));" \
  "the next time tries again" >&2
exit 1
