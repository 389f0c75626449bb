#!/bin/bash
# Installs the Debian packages of a list, by default those that building and testing need; quick
# when they are there. `install.sh bench` takes debian-packages-bench.txt, and so on.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
missing=()
while read -r package; do
  [ -n "$package" ] || continue
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
    missing+=("$package")
done <"$here/debian-packages${1:+-$1}.txt"
[ ${#missing[@]} -gt 0 ] || exit 0
echo "installing: ${missing[*]}"
run=()
[ "$(id -u)" = 0 ] || run=(sudo)
# Servers that come with a package must not start by themselves.
"${run[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${run[@]}" env RUNLEVEL=1 \
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
