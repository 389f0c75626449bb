#!/bin/bash
# moving.sh CARILLON: the followers of one home are sent to another one, both on this machine: each side says what
# is left to do on the other, and sees what was done there. The server of a follower hears of it, signed.
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

# A server with one follower of the old home; it writes down what comes.
cat >inbox.py <<'PY'
import http.server, json, sys
class Inbox(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        signed = "signature=" in (self.headers["Signature"] or "")
        print(body["type"], body.get("target", ""), "signed" if signed else "bare", flush=True)
        self.send_response(202)
        self.end_headers()
    def log_message(self, *_):
        pass
server = http.server.HTTPServer(("127.0.0.1", 0), Inbox)
print("port", server.server_port, flush=True)
server.serve_forever()
PY
start port /usr/bin/python3 inbox.py
came=$started
inbox=http://127.0.0.1:$(sed 's/port //;q' "$came")/inbox
/usr/bin/python3 - "$inbox" <<'PY'
import sqlite3, sys
db = sqlite3.connect("old/data/carillon.db", timeout=30)
host = sys.argv[1].split("/")[2]
db.execute("insert into fedi_follower values (?, ?, ?, ?, 'f', 1)", (sys.argv[1] + "/ann", sys.argv[1], sys.argv[1], host))
db.commit()
PY

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
heard() { [ "$(tail -n +2 "$came" | tr '\n' ';')" = "$1" ]; }
moved="Update  signed;Move http://127.0.0.1:$new_port/actors/new signed;"
until_true heard "$moved" || fail "the follower's server heard: $(cat "$came")"
all_told() { [ "$(in_old home deliveries --json | jq -c '[.deliveries[] | [.type, .told, .done]]')" = "$1" ]; }
until_true all_told '[["Move",1,true],["Update",1,true]]' || fail "deliveries: $(in_old home deliveries)"
expect "$(in_old home deliveries)" "told 1: done"
printf -- '---\ntitle: Later\n---\nOn the home only.\n' >later.md
in_old publish later.md >/dev/null
passed_over() {
  [ "$(/usr/bin/python3 -c "import sqlite3; print(sqlite3.connect('old/data/carillon.db').execute(
    'select count(*) from fedi_post').fetchone()[0])")" = 2 ]
}
until_true passed_over || fail "the server did not see the announcement"
expect "$(in_new home move-from "$old")" "done   127.0.0.1:$old_port: $old leads to $new"
[ "$(in_new home move-from "$old" --json | jq .moved)" = true ] || fail "JSON says otherwise"
expect "$(in_old home moves)" "to    $new"
expect "$(in_old home move-to "$new" --undo)" "leads nowhere else"
[ "$(shown "$old_port" old .movedTo)" = null ] || fail "movedTo after the undo"
if said=$(in_old home move-to "$new" --confirm 2>&1); then fail "it moved twice in a week: $said"; fi
expect "$said" "less than 7 days ago"
until_true heard "${moved}Update  signed;" || fail "the follower's server heard: $(cat "$came")"
curl -fsS -o /dev/null "http://127.0.0.1:$old_port/posts/later/" || fail "the home does not show what is new"
expect "$(in_old log)" "moved the home's account to http://127.0.0.1:$new_port/actors/new"
echo "moving: all steps passed"
