#!/bin/bash
# run.sh CARILLON SOURCE [FILE ARGUMENT…]: the types of the web interface, then the program in a
# real browser; or instead of the tests a program of this folder. What cannot run here is skipped,
# and said.
set -eu
carillon=$(realpath "$1")
source=$(realpath "$2")
shift 2
here=$source/tests/e2e
dir=$source/build-e2e
"$source/packaging/npm.sh" "$dir" "$here" ||
  { echo "e2e: skipped: its npm packages are not here"; exit 0; }
exec {in_use}>>"$dir/lock"
flock -s "$in_use"
export CARILLON=$carillon CARILLON_CHROMIUM=${CARILLON_CHROMIUM:-$(command -v chromium || true)}
"$dir/node_modules/.bin/tsc" -p "$source/ui"
node=$dir/node_modules/.bin/node
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
ln -s "$dir/node_modules" "$scratch/node_modules"
cp "$here"/*.mjs "$scratch/"
export CARILLON_SOURCE=$source CARILLON_COUNTS=$(dirname "$carillon")/tests/carillon-counts
[ $# -gt 0 ] || "$node" --test "$scratch/counts.test.mjs"
[ -x "$CARILLON_CHROMIUM" ] || { echo "e2e: skipped: chromium is not here"; exit 0; }
if [ $# -gt 0 ]; then
  "$node" "$scratch/$1" "${@:2}"
else
  # A machine that is busy for a moment may be too slow once; a fault is there twice.
  "$node" --test "$scratch/all.test.mjs" || { echo "e2e: once more"; "$node" --test "$scratch/all.test.mjs"; }
fi
