#!/bin/bash
# run.sh BUILD [SECONDS]: runs every fuzz target for so long, two at a time; one line each at the
# end. What a target finds stays in BUILD/fuzz/NAME.
set -u
here=$(cd "$(dirname "$0")" && pwd)
build=$1 seconds=${2:-600}
one() {
  local target=$1 name out
  name=${target##*/fuzz_}
  out=$build/fuzz/$name
  mkdir -p "$out/found"
  if "$target" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=3000 -max_len=8192 \
    -artifact_prefix="$out/" "$out/found" "$here/corpus/$name" >"$out/log" 2>&1; then
    echo "fuzz $name: $(grep -oE '^#[0-9]+' "$out/log" | tail -1 | tr -d '#') inputs in $seconds s, no crash"
  else
    echo "fuzz $name: FAILED, see $out/log"
    return 1
  fi
}
failed=0
targets=("$build"/tests/fuzz/fuzz_*)
for ((i = 0; i < ${#targets[@]}; i += 2)); do
  one "${targets[i]}" & first=$!
  if [ $((i + 1)) -lt ${#targets[@]} ]; then one "${targets[i + 1]}" || failed=1; fi
  wait $first || failed=1
done
exit $failed
