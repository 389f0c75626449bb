#!/bin/bash
# record.sh CARILLON SOURCE: the audit log on the real program: told, filtered, exported, checked by
# ourselves and by a stranger, tampered with, and written by programs that are killed.
set -eu
carillon=$(realpath "$1")
source=$(realpath "$2")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
fail() { echo "record: $*" >&2; exit 1; }
expect() { grep -qF -- "$2" <<<"$1" || fail "expected \"$2\" in: $1"; }
refuse() { ! grep -qF -- "$2" <<<"$1" || fail "did not expect \"$2\" in: $1"; }
check() { /usr/bin/python3 "$source/tests/cli/check_record.py" "$1"; }
# broken FILE WORDS: both checkers refuse it, and ours says where.
broken() {
  local code=0 said
  said=$("$carillon" record verify "$1") || code=$?
  [ "$code" = 1 ] || fail "$1 is taken for whole: $said"
  expect "$said" "$2"
  ! check "$1" >/dev/null 2>&1 || fail "the stranger takes $1 for whole"
}

"$carillon" init w >/dev/null 2>&1
cd w
expect "$("$carillon" log)" "Nothing like that has happened."
expect "$("$carillon" record verify)" "The chain holds."
"$carillon" channel add echo practice >/dev/null 2>&1
printf -- '---\ntitle: Tea\n---\nTea is ready.\n' >posts/tea.md
"$carillon" publish posts/tea.md >/dev/null
"$carillon" draft save posts/tea.md >/dev/null
"$carillon" person invite ana@example.org --role editor >/dev/null
"$carillon" person remove ana@example.org >/dev/null

log=$("$carillon" log)
expect "$log" "admin planned revision 1 of tea [command line]"
expect "$log" "carillon published tea on practice"
expect "$log" "admin saved revision 1 of the draft"
expect "$log" "channel add practice"
expect "$log" "admin erased the details of events about"
refuse "$log" "person invite"
only=$("$carillon" log --kind draft)
expect "$only" "draft"
refuse "$only" "published"
expect "$("$carillon" log --person nobody)" "Nothing like that"
expect "$("$carillon" log --subject tea)" "published tea"
expect "$("$carillon" log --since 2999-01-01)" "Nothing like that"
expect "$("$carillon" log --until 2000-01-01)" "Nothing like that"
first=$("$carillon" log --count 2)
older=$(sed -n 's/.*--before //p' <<<"$first")
second=$("$carillon" log --before "$older" --json)
expect "$second" "\"number\": $((older - 1))"
refuse "$second" "\"number\": $older,"

# Removing a person erases the address; the chain still holds.
"$carillon" record export --out all.jsonl >/dev/null
if grep -q 'ana@' all.jsonl; then grep -n 'ana@' all.jsonl >&2; fail "the address of who was removed stands in the log"; fi
said=$("$carillon" record verify)
expect "$said" "The chain holds."
expect "$said" "is told in the log"
head=$(sed -n 's/^head //p' <<<"$said")
expect "$(check all.jsonl)" "whole $(wc -l <all.jsonl) $head"
expect "$("$carillon" record verify all.jsonl)" "head $head"
"$carillon" record export | cmp - all.jsonl
expect "$(cd / && "$carillon" record verify "$dir/w/all.jsonl")" "The chain holds."
"$carillon" record export --since 2000-01-01 | cmp - all.jsonl
tail -n 3 all.jsonl >end.jsonl
expect "$("$carillon" record verify end.jsonl)" "The chain holds."
check end.jsonl >/dev/null

sed '3s/"actor":"[a-z]*"/"actor":"Lee"/' all.jsonl >changed.jsonl
broken changed.jsonl "event 3 was changed: its actor"
sed 3d all.jsonl >deleted.jsonl
broken deleted.jsonl "event 3 is missing"
sed '2{h;d};3{G}' all.jsonl >swapped.jsonl
broken swapped.jsonl "event 2 is missing"
sed 3p all.jsonl >twice.jsonl
broken twice.jsonl "event 3 stands after event 3"
sed '4s/^.\{30\}//' all.jsonl >torn.jsonl
broken torn.jsonl "line 4 cannot be read"

# A head that was written down shows what was cut off.
"$carillon" channel set practice listed=false >/dev/null 2>&1
expect "$("$carillon" record verify --head "$head")" "that head is the hash of event"
head -n 3 all.jsonl >short.jsonl
code=0
said=$("$carillon" record verify short.jsonl --head "$head") || code=$?
[ "$code" = 1 ] || fail "a log that was cut off is taken for whole"
expect "$said" "the head that was asked for is not in this chain"
expect "$("$carillon" record verify --head abc 2>&1 || true)" "is no head"
expect "$("$carillon" record verify nowhere.jsonl 2>&1 || true)" "cannot be read"

# Programs that write at once, some of them killed: one chain, and nothing told that is not there.
for round in 1 2 3 4 5 6; do
  for n in 1 2 3; do
    printf -- '---\ntitle: Post %s %s\n---\nText.\n' $round $n >posts/p$round$n.md
    "$carillon" publish posts/p$round$n.md >/dev/null 2>&1 &
  done
  victim=$!
  read -rt "0.0$round" <> <(:) || true
  kill -9 $victim 2>/dev/null || true
  wait
done
expect "$("$carillon" record verify)" "The chain holds."
"$carillon" record export --out killed.jsonl >/dev/null
check killed.jsonl >/dev/null || fail "after the kills: $(check killed.jsonl)"
echo "record: all steps passed"
