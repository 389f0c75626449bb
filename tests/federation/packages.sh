# packages.sh SOURCE SCRIPT: sourced behind rig/lib.sh, from this folder's scripts. Installs the npm packages
# of peers/ into SOURCE/build-federation, and leaves $node, and SCRIPT beside them in $scratch, where it goes.
# What cannot run here is skipped, and said.
skip() {
  echo "$name: skipped: $*"
  exit 0
}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
modules=$(realpath "$1")/build-federation
command -v npm >/dev/null || skip "npm is not here"
"$(realpath "$1")/packaging/npm.sh" "$modules" "$here/peers" || skip "the npm packages: see above"
# Nobody replaces them while we use them.
exec {in_use}>>"$modules/lock"
flock -s "$in_use"
node=$modules/node_modules/.bin/node
"$node" --version >/dev/null || skip "Node.js of the packages does not run here"
ln -s "$modules/node_modules" "$scratch/node_modules"
cp "$here/peers/$2" "$scratch/"
cd "$scratch"
