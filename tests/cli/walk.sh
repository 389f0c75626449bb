#!/bin/bash
# The newcomer's walk with the real program: init, publish twice, preview, status, site, mistakes.
set -eu
carillon=$(realpath "$1")
source=$(realpath "$2")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
fail() { echo "walk: $*" >&2; exit 1; }
expect() { grep -qF -- "$2" <<<"$1" || fail "expected \"$2\" in: $1"; }

expect "$("$carillon" init w)" "made"
cd w
"$carillon" channel add echo practice --set length=120 >/dev/null
post=$source/examples/first-announcement.md
expect "$("$carillon" preview "$post")" "shortest text"
expect "$("$carillon" publish "$post")" "/posts/our-own-place/"
"$carillon" publish "$post" --json >/dev/null
[ "$(wc -l <data/echo.jsonl)" = 1 ] || fail "the rehearsal holds the post twice"
expect "$("$carillon" status)" "published"
expect "$("$carillon" doctor)" "the file is sound"
"$carillon" site build --out out >/dev/null
grep -q "Our own place on the web" out/feed.atom || fail "the feed lacks the announcement"
/usr/bin/python3 - out <<'P'
import sys
try:
    import feedparser
except ImportError:
    print("walk: skipped the feeds: python3-feedparser is not installed"); sys.exit(0)
for name in ("feed.atom", "feed.rss"):
    feed = feedparser.parse(open(f"{sys.argv[1]}/{name}", "rb").read())
    assert not feed.bozo, (name, feed.get("bozo_exception"))
    assert feed.entries[0].title == "Our own place on the web", name
P

printf -- '---\ntitle: x\nchanels: [home]\n---\nb\n' >bad.md
if said=$("$carillon" publish bad.md 2>&1); then fail "a bad file was published"; fi
expect "$said" 'bad.md: line 3: /chanels: unknown key "chanels"'
expect "$said" 'Did you mean "channels"?'
if said=$("$carillon" publish "$post" --channel hom --json); then fail "published to nowhere"; fi
expect "$said" '"code": "not_found"'
code=0; "$carillon" pubish 2>/dev/null || code=$?
[ "$code" = 2 ] || fail "a mistyped command must exit with 2, not $code"

mkdir posts/img
/usr/bin/python3 - posts/img/pot.png <<'P'
import struct, sys, zlib
def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
rows = b"".join(b"\0" + bytes((x // 9 * 40 + y) % 256 for x in range(90) for _ in "rgb") for y in range(60))
open(sys.argv[1], "wb").write(b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", 90, 60, 8, 2, 0, 0, 0))
    + chunk(b"tEXt", b"Location\0walk-secret-place") + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
P
printf -- '---\ntitle: The pot\nmedia:\n  - file: img/pot.png\n    alt: A "blue" pot\n---\nLook at it.\n' >posts/pot.md
grep -q walk-secret-place posts/img/pot.png || fail "the picture lacks what must not leave"
expect "$("$carillon" preview posts/pot.md)" '[picture img/pot.png: A "blue" pot]'
expect "$("$carillon" preview posts/pot.md --json)" '"alt": "A \"blue\" pot"'
"$carillon" publish posts/pot.md >/dev/null
"$carillon" publish posts/pot.md >/dev/null
[ "$(wc -l <data/echo.jsonl)" = 2 ] || fail "the same picture was published twice"
expect "$(tail -1 data/echo.jsonl)" '"width":90,"height":60'
"$carillon" site build --out out >/dev/null
page=$(cat out/posts/pot/index.html)
picture=$(grep -o '/media/[0-9a-f]*-1600\.png' <<<"$page" | head -1) || fail "the page does not show the picture"
expect "$page" 'alt="A &quot;blue&quot; pot"'
expect "$(cat out/feed.json)" "$picture"
if grep -qr walk-secret-place out data; then fail "where the picture was taken has left the post's folder"; fi
sed -i 's/pot.png/lid.png/' posts/pot.md
if said=$("$carillon" publish posts/pot.md 2>&1); then fail "a picture that is not there was published"; fi
expect "$said" "posts/pot.md: line 4: /media/0/file: there is no file img/lid.png"

printf -- '---\ntitle: Later\n---\nThis comes later.\n' >later.md
if said=$("$carillon" publish later.md --at "2027-03-28 02:30 Europe/Paris" 2>&1); then fail "a time that does not exist was taken"; fi
expect "$said" "2027-03-28T03:30:00+02:00"
if said=$("$carillon" publish later.md --at "2020-01-01 10:00" 2>&1); then fail "a time long past was taken"; fi
expect "$said" "is past"
if said=$("$carillon" publish later.md --at "2027-03-28 12:00 Europe/Pari" 2>&1); then fail "an unknown zone was taken"; fi
expect "$said" "Europe/Paris"
expect "$("$carillon" publish later.md --at "$(date -u -d '+2 seconds' +%Y-%m-%dT%H:%M:%SZ)" 2>&1)" "Planned for"
expect "$("$carillon" status later)" "planned"

"$carillon" serve --listen 127.0.0.1:0 2>served.log &
server=$!
for _ in $(seq 200); do grep -q Serving served.log && break; read -rt 0.05 <> <(:) || true; done
port=$(sed -n 's|.*127.0.0.1:\([0-9]*\)/.*|\1|p' served.log | head -1)
[ -n "$port" ] || fail "the server did not start: $(cat served.log)"
for path in / /posts/our-own-place/ /feed.atom /feed.rss /feed.json; do
  curl -sf "http://127.0.0.1:$port$path" -o got || fail "no answer for $path"
  case $path in */) file=out${path}index.html ;; *) file=out$path ;; esac
  # Only where this program runs is there a hub to subscribe at.
  case $path in
    /feed.json) jq -c 'del(.hubs)' got >rest && jq -c . "$file" >plain && file=plain && mv rest got ;;
    /feed.*) sed -i -E '/<(atom:)?link rel="hub"/s|<(atom:)?link rel="hub" [^>]*>||' got ;;
  esac
  cmp -s got "$file" || fail "$path is served otherwise than it is written"
done
curl -sf "http://127.0.0.1:$port$picture" -o got || fail "no answer for $picture"
cmp -s got "out$picture" || fail "the picture is served otherwise than it is written"
for _ in $(seq 200); do
  curl -sf "http://127.0.0.1:$port/posts/later/" -o got && break
  read -rt 0.05 <> <(:) || true
done
expect "$(cat got)" "This comes later."
expect "$("$carillon" status later)" "published"
kill -TERM $server
wait $server || fail "the server did not stop well"
echo "walk: all steps passed"
