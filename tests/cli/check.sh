#!/bin/bash
# check.sh CARILLON SOURCE: `carillon check` on the real program: pictures and policy, exit codes, and
# that nothing is planned or sent.
set -eu
name=check
. "$(dirname "$0")/../rig/lib.sh"
carillon=$(realpath "$1")
source=$(realpath "$2")
"$carillon" init "$scratch/w" >/dev/null 2>&1
cd "$scratch/w"
"$carillon" channel add echo practice --set length=60 >/dev/null 2>&1
printf 'policy:\n  alt_text: required\n' >>carillon.yaml
cp "$source/tests/fuzz/corpus/image/plain.jpg" posts/p.jpg
cat >posts/a.md <<'POST'
---
title: Tea
media:
  - {file: p.jpg, alt: "A pot of tea"}
---
Tea at four.
POST
sed 's/, alt: "A pot of tea"//; s/Tea$/Alt/' posts/a.md >posts/alt.md
printf -- '---\ntitle: [x]\nsumary: y\n---\nTea.\n' >posts/keys.md

expect "$("$carillon" check posts/a.md)" "1 post: 0 errors"
code=0
said=$("$carillon" check posts/a.md posts/alt.md posts/keys.md) || code=$?
[ $code = 1 ] || fail "problems ended with $code"
expect "$said" "posts/alt.md:4: error: home, practice: p.jpg has no alt text"
expect "$said" "posts/keys.md:2: error: /title: expected text"
expect "$said" "posts/keys.md:3: error: /sumary: unknown key"
expect "$said" "3 posts: "
expect "$("$carillon" check posts/keys.md --format github || true)" "::error file=posts/keys.md,line=3::/sumary"
"$carillon" check posts/*.md --format gitlab >"$scratch/quality.json" || true
/usr/bin/python3 - "$scratch/quality.json" <<'PY' || fail "the report is not as GitLab reads it"
import json, sys
report = json.load(open(sys.argv[1]))
assert len({one["fingerprint"] for one in report}) == len(report) >= 3, report
for one in report:
    assert one["severity"] in ("info", "minor", "major", "critical", "blocker")
    assert one["description"] and one["check_name"] and one["location"]["lines"]["begin"] >= 1
    assert one["location"]["path"].startswith("posts/")
PY
"$carillon" check posts/*.md --json >"$scratch/all.json" || true
/usr/bin/python3 - "$scratch/all.json" <<'PY' || fail "the JSON lacks what it promises"
import json, sys
reply = json.load(open(sys.argv[1]))
assert set(reply) == {"files", "problems", "errors", "warnings"}, reply.keys()
assert {"file", "line", "severity", "channels", "message", "hint"} == set(reply["problems"][0])
assert len(reply["files"]) == 3 and reply["errors"] == 3, reply["errors"]
PY
for wrong in "check" "check posts/a.md --format pdf" "check posts/a.md --sumary x"; do
  code=0
  # shellcheck disable=SC2086
  "$carillon" $wrong >/dev/null 2>&1 || code=$?
  [ $code = 2 ] || fail "\"$wrong\" ended with $code, not 2"
done
"$carillon" check posts/a.md --summary "$scratch/summary.md" >/dev/null
expect "$(cat "$scratch/summary.md")" "Picture p.jpg: A pot of tea"
expect "$(cat "$scratch/summary.md")" "| practice | echo |"
expect "$("$carillon" status 2>&1)" "Nothing has been published yet."
if [ -e data/echo.jsonl ]; then fail "a check sent something"; fi
echo "check: all steps passed"
