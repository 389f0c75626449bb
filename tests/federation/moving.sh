#!/bin/bash
# moving.sh CARILLON: the followers of one home are sent to another one, both on this machine: each side says what
# is left to do on the other, and sees what was done there.
set -eu
name=moving
. "$(dirname "$0")/../rig/lib.sh"
carillon=$(realpath "$1")
cd "$scratch"
begin() { # NAME PORT
  "$carillon" init "$1" >/dev/null 2>&1
  sed -i "s|^  url:.*|  url: http://127.0.0.1:$2|" "$1/carillon.yaml"
  "$carillon" channel set --workspace "$1" home "handle=$1" loopback_peers=true >/dev/null
  start Serving "$carillon" serve --workspace "$1" --listen "127.0.0.1:$2"
}
old_port=$(free_port) new_port=$(free_port)
begin old "$old_port"
begin new "$new_port"
old=@old@127.0.0.1:$old_port new=@new@127.0.0.1:$new_port
in_old() { "$carillon" "$@" --workspace old; }
in_new() { "$carillon" "$@" --workspace new; }
shown() { # PORT HANDLE MEMBER
  curl -fsS -H 'Accept: application/activity+json' "http://127.0.0.1:$1/actors/$2" | jq -r "$3"
}

said=$(in_old home move-to "$new")
expect "$said" "to do  127.0.0.1:$new_port: $new does not name $old"
if said=$(in_old home move-to "$new" --confirm 2>&1); then fail "it moved to who does not name it: $said"; fi
expect "$said" "does not name"
said=$(in_new home move-from "$old")
expect "$said" "done   here: $new names $old"
expect "$said" "to do  127.0.0.1:$old_port: Sign in as $old"
[ "$(shown "$new_port" new '.alsoKnownAs[0]')" = "http://127.0.0.1:$old_port/actors/old" ] || fail "no alsoKnownAs"
expect "$(in_old home move-to "$new")" "With --confirm"
[ "$(shown "$old_port" old .movedTo)" = null ] || fail "it moved without --confirm"
expect "$(in_old home move-to "$new" --confirm)" "done   here: $old leads to $new"
[ "$(shown "$old_port" old .movedTo)" = "http://127.0.0.1:$new_port/actors/new" ] || fail "no movedTo"
expect "$(in_new home move-from "$old")" "done   127.0.0.1:$old_port: $old leads to $new"
[ "$(in_new home move-from "$old" --json | jq .moved)" = true ] || fail "JSON says otherwise"
expect "$(in_old home moves)" "to    $new"
expect "$(in_old home move-to "$new" --undo)" "leads nowhere else"
[ "$(shown "$old_port" old .movedTo)" = null ] || fail "movedTo after the undo"
if said=$(in_old home move-to "$new" --confirm 2>&1); then fail "it moved twice in a week: $said"; fi
expect "$said" "less than 7 days ago"
expect "$(in_old log)" "moved the home's account to http://127.0.0.1:$new_port/actors/new"
echo "moving: all steps passed"
