#!/bin/bash
# validate.sh CARILLON SOURCE: builds a site and has foreign validators read it.
# Pages: vnu.jar (npm vnu-jar) in CARILLON_VNU or SOURCE/build-servers/node_modules, with java.
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
"$carillon" publish "$source/examples/first-announcement.md" >/dev/null
"$carillon" publish all.md >/dev/null
"$carillon" site build --out out >/dev/null
pages=$(find out -name '*.html' | wc -l)
[ "$pages" -ge 6 ] || { echo "validate: only $pages pages were written" >&2; exit 1; }

vnu=${CARILLON_VNU:-$source/build-servers/node_modules/vnu-jar/build/dist/vnu.jar}
if [ -f "$vnu" ] && command -v java >/dev/null; then
  java -jar "$vnu" --format gnu --skip-non-html out
  echo "validate: pages=$pages errors=0"
else
  echo "validate: skipped the pages: no java, or no vnu.jar (npm vnu-jar; set CARILLON_VNU)"
fi

if [ -d "${CARILLON_FEEDVALIDATOR:-}/src/feedvalidator" ]; then
  "${CARILLON_FEEDVALIDATOR_PYTHON:-python3}" "$source/tests/home/feeds_w3c.py" \
    "$CARILLON_FEEDVALIDATOR" "$shared/conformance/open/w3c-feedvalidator/testcases" \
    out/feed.atom out/feed.rss
else
  echo "validate: skipped the feeds: no W3C feed validator (set CARILLON_FEEDVALIDATOR)"
fi
