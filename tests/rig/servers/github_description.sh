#!/bin/bash
# github_description.sh DIR: prints where GitHub's own description of its interface is, in DIR; takes
# that one file out of the npm package @octokit/openapi where it is not there yet. Fails with a
# sentence where that is not possible.
set -eu
dir=$1 package=@octokit/openapi@23.0.2
want=829b4bebb19a53133289f7b0bc819f4f1118115821db2ca9f25e9ee995a7da2a
file=$dir/github-23.0.2.json
is_it() { [ "$(sha256sum <"$1" | cut -d' ' -f1)" = "$want" ]; }
mkdir -p "$dir"
exec 8>>"$dir/github.lock"
flock -w 300 8
if [ ! -f "$file" ]; then
  command -v npm >/dev/null || { echo "npm is not here" >&2; exit 1; }
  scratch=$(mktemp -d -p "$dir")
  trap 'rm -rf "$scratch"' EXIT
  (cd "$scratch" && timeout 240 npm pack --silent "$package" >name 2>npm.log 8>&-) ||
    { echo "npm pack $package failed: $(head -1 "$scratch/npm.log")" >&2; exit 1; }
  tar -xzOf "$scratch/$(tail -1 "$scratch/name")" package/generated/api.github.com.json \
    >"$scratch/github.json"
  is_it "$scratch/github.json" || { echo "$package is not what it was" >&2; exit 1; }
  mv "$scratch/github.json" "$file"
fi
echo "$file"
