#!/bin/bash
# generated.sh CARILLON SOURCE [--accept]: what is made from the rows of operations and the table of
# commands is what stands in the tree. --accept writes it there.
set -eu
carillon=$(realpath "$1")
source=$(realpath "$2")
same=0
compare() {
  if [ "${accept:-}" = --accept ]; then "$carillon" "$1" >"$source/$2"; return; fi
  diff -u "$source/$2" <("$carillon" "$1") || { echo "generated: $2 is not what \`carillon $1\` prints; run: make generated" >&2; same=1; }
}
accept=${3:-}
compare openapi docs/openapi.json
compare reference docs/guide/commands.md
compare man packaging/carillon.1
if command -v man >/dev/null; then
  warnings=$(man --warnings -E UTF-8 -l -Tutf8 -Z "$source/packaging/carillon.1" 2>&1 >/dev/null)
  [ -z "$warnings" ] || { echo "generated: the man page: $warnings" >&2; same=1; }
fi
for shell in bash zsh fish; do
  "$carillon" completion $shell >/dev/null
done
bash -n <("$carillon" completion bash)
exit $same
