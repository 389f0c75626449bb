#!/bin/bash
# validate.sh CARILLON SOURCE: builds a site and has foreign validators read it.
# Pages: npm html-validate of tests/rig/servers; also vnu.jar (npm vnu-jar), where CARILLON_VNU
# names it and java is there.
# Feeds: a checkout of the W3C feed validator in CARILLON_FEEDVALIDATOR, whose Python packages
# (html5lib, lxml, rdflib) CARILLON_FEEDVALIDATOR_PYTHON has; the cases of ../shared prove it first.
set -eu
carillon=$(realpath "$1")
source=$(realpath "$2")
shared=${CARILLON_SHARED:-$source/../shared}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

"$carillon" init w >/dev/null
cd w
cat >all.md <<'POST'
---
title: Everything "at once" & more
summary: A post with all that Markdown has.
tags: [tea, open source]
link: https://example.org/x?a=1&b=2
language: fr
---
# Head

> quote

| a | b |
|---|---|
| 1 | ~~2~~ |

- [x] done[^1]
- not yet

```c
int x<y;
```

<script>x</script> ![a picture](https://example.org/a.png)

[^1]: A note.

---

The second part, #tea and @kim.
POST
"$carillon" channel add manual x --set rules=x --set url=https://x.com/a --set use=reserved \
  --set since=2026-05-01 >/dev/null
"$carillon" channel add manual li --set rules=linkedin --set url=https://linkedin.com/company/a \
  >/dev/null
"$carillon" decision add "Leave LinkedIn" --by "Council" --channel li --to closed >/dev/null
"$carillon" channel set li use=closed --decision "$(date -u +%Y)-1" >/dev/null
mkdir -p past/data/tweets_media
cat >past/data/manifest.js <<'PAST'
window.__THAR_CONFIG = {"userInfo" : {"accountId" : "7", "userName" : "a", "displayName" : "A <b>"},
  "archiveInfo" : {"generationDate" : "2024-01-02T00:00:00.000Z", "isPartialArchive" : false}}
PAST
cat >past/data/tweets.js <<'PAST'
window.YTD.tweets.part0 = [ {"tweet" : {"id_str" : "1500000000000000001", "lang" : "en",
  "created_at" : "Sun Mar 06 12:00:00 +0000 2022", "full_text" : "Open &amp; <warm> \n https://a.example/?a=1&amp;b=2"}} ]
PAST
"$carillon" archive import past >/dev/null
"$carillon" publish "$source/examples/first-announcement.md" >/dev/null
"$carillon" publish all.md >/dev/null
"$carillon" site build --out out >/dev/null
pages=$(find out -name '*.html' | wc -l)
[ "$pages" -ge 6 ] || { echo "validate: only $pages pages were written" >&2; exit 1; }

servers=$source/build-servers
modules=${CARILLON_NODE_MODULES:-$servers/node_modules}
if [ -z "${CARILLON_NODE_MODULES:-}" ] && "$source/packaging/npm.sh" "$servers" "$source/tests/rig/servers"; then
  exec {in_use}>>"$servers/lock"
  flock -s "$in_use"
fi
validator=$modules/html-validate/bin/html-validate.mjs
if [ -f "$validator" ]; then
  node=$modules/.bin/node
  [ -x "$node" ] || node=node
  # A validator that finds nothing anywhere proves nothing.
  mkdir bad
  sed 's|</h1>|</h2>|' out/index.html >bad/index.html
  if "$node" "$validator" --preset recommended bad >/dev/null; then
    echo "validate: html-validate accepts a page that is wrong" >&2
    exit 1
  fi
  "$node" "$validator" --preset recommended out
  echo "validate: html-validate pages=$pages errors=0"
else
  echo "validate: skipped html-validate: its npm packages are not here"
fi

if [ -f "${CARILLON_VNU:-}" ] && command -v java >/dev/null; then
  java -jar "$CARILLON_VNU" --format gnu --skip-non-html out
  echo "validate: vnu pages=$pages errors=0"
fi

if [ -d "${CARILLON_FEEDVALIDATOR:-}/src/feedvalidator" ]; then
  "${CARILLON_FEEDVALIDATOR_PYTHON:-python3}" "$source/tests/home/feeds_w3c.py" \
    "$CARILLON_FEEDVALIDATOR" "$shared/conformance/open/w3c-feedvalidator/testcases" \
    out/feed.atom out/feed.rss
else
  echo "validate: skipped the feeds: no W3C feed validator (set CARILLON_FEEDVALIDATOR)"
fi
