#!/bin/bash
# doctor.sh CARILLON SOURCE: `doctor home` against the real server behind nginx with TLS, set up as the guide
# says, and set up wrong in each way that it has to name. The handle is of another name than the home.
set -eu
name=doctor
. "$(dirname "$0")/../rig/lib.sh"
carillon=$(realpath "$1")
guide=$(realpath "$2")/docs/guide/home.md
nginx=$(command -v nginx || echo /usr/sbin/nginx)
if [ ! -x "$nginx" ]; then
  echo "doctor: skipped: there is no nginx (packaging/install.sh)"
  exit 0
fi
cd "$scratch"

# An authority of our own, and certificates of it: for both names, and for another one.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -days 2 \
  -subj /CN=Test 2>/dev/null
certify() { # FILE NAMES
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out csr.pem -subj /CN=a 2>/dev/null
  openssl x509 -req -in csr.pem -CA ca.pem -CAkey ca.key -CAcreateserial -out "$1.pem" -days 60 \
    -extfile <(echo "subjectAltName=$2") 2>/dev/null
}
certify good DNS:localhost,DNS:news.localhost
certify other DNS:other.localhost
# One that is signed by an intermediate which the server keeps to itself.
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout between.key -out csr.pem -subj /CN=Between 2>/dev/null
openssl x509 -req -in csr.pem -CA ca.pem -CAkey ca.key -CAcreateserial -out between.pem -days 60 \
  -extfile <(echo "basicConstraints=critical,CA:TRUE") 2>/dev/null
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout leaf.key -out csr.pem -subj /CN=a 2>/dev/null
openssl x509 -req -in csr.pem -CA between.pem -CAkey between.key -CAcreateserial -out leaf.pem -days 10 \
  -extfile <(echo "subjectAltName=DNS:localhost,DNS:news.localhost") 2>/dev/null
cat leaf.pem between.pem >chain.pem

port=$(free_port) tls=$(free_port) http=$(free_port)
home=https://news.localhost:$tls
"$carillon" init w >/dev/null 2>&1
cd w
sed -i "s|^  url:.*|  url: $home|" carillon.yaml
"$carillon" channel set home "handle=news@localhost:$tls" >/dev/null
printf -- '---\ntitle: Tea\n---\nAt four.\n' >tea.md
"$carillon" publish tea.md >/dev/null
start Serving "$carillon" serve --listen "127.0.0.1:$port"

# The guide's configuration, with this run's names and ports, and the other name beside it.
blocks() { awk '/^```nginx$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "$guide"; }
here() {
  sed -e "s|https://news.example.org|$home|; s|news.example.org|news.localhost|; s|example.org|localhost|" \
    -e "s|/etc/letsencrypt/live/news.localhost/fullchain.pem|$scratch/good.pem|" \
    -e "s|/etc/letsencrypt/live/news.localhost/privkey.pem|$scratch/good.key|" \
    -e "s|listen 80;|listen 127.0.0.1:$http;|; s|listen 443|listen 127.0.0.1:$tls|; s|127.0.0.1:8080|127.0.0.1:$port|"
}
{
  echo "user $(id -un) $(id -gn); daemon off; master_process off; pid $scratch/nginx.pid; error_log stderr; events {}
http {
  access_log off; client_body_temp_path $scratch/body; proxy_temp_path $scratch/proxy;
  fastcgi_temp_path $scratch/fast; uwsgi_temp_path $scratch/uwsgi; scgi_temp_path $scratch/scgi;
  proxy_cache_path $scratch/cache keys_zone=pages:1m;"
  blocks | awk '/^location/ { exit } { print }' | here
  echo "  server { listen 127.0.0.1:$tls ssl http2; server_name localhost;
    ssl_certificate $scratch/good.pem; ssl_certificate_key $scratch/good.key;"
  blocks | awk '/^location/ { found = 1 } found' | here
  echo "  } }"
} >"$scratch/good.conf"

# with EDIT: nginx with that change (sed) to the good configuration; what the doctor says of it is $said.
front=
with() {
  if [ -n "$front" ]; then
    kill "$front"
    wait "$front" 2>/dev/null || true
  fi
  rm -rf "$scratch/cache"
  sed -E "$1" "$scratch/good.conf" >"$scratch/nginx.conf"
  [ -z "$1" ] || ! cmp -s "$scratch/good.conf" "$scratch/nginx.conf" || fail "nothing changed: $1"
  "$nginx" -c "$scratch/nginx.conf" -p "$scratch" 2>"$scratch/nginx.log" &
  front=$!
  background+=("$front")
  until_true curl -ks -o /dev/null "https://localhost:$tls/" || fail "nginx: $(cat "$scratch/nginx.log")"
  if said=$("$carillon" doctor home "$home" --authority "$scratch/ca.pem" --http-port "$http" 2>&1); then
    code=0
  else
    code=$?
  fi
}
# names EDIT PART WORDS: the change makes the doctor fail, with a line on that part that holds the words.
names() {
  with "$1"
  [ "$code" = 1 ] || fail "$1: not found ($code): $said"
  grep -A1 -F -- "$2" <<<"$said" | grep -qF -- "$3" || fail "$1: expected \"$2: $3\" in: $said"
}

with ""
[ "$code" = 0 ] || fail "the guide's configuration: $said"
expect "$said" "All is well."
expect "$said" "@news@localhost:$tls is found"
expect "$said" "a chain of 1, 59 days left"
expect "$said" "Host comes through"
expect "$said" "it is refused"

names 's|proxy_set_header Host [^;]*;||' "header lines" "makes Host \"127.0.0.1:$port\""
names 's|proxy_http_version|proxy_cache pages; proxy_cache_valid any 1m; proxy_ignore_headers Vary; &|' \
  "account and page" "people get the object where they ask for a page"
names 's|proxy_http_version|proxy_hide_header Vary; &|' "account and page" "without Vary"
names 's|location = /.well-known/webfinger|location = /elsewhere|' "WebFinger" "so nobody finds @news@localhost"
names '/location = /,/\}/ s|.request_uri|/.well-known/webfinger|' "WebFinger" "the query is lost"
names 's|proxy_set_header X-Forwarded-Proto|proxy_set_header Digest ""; &|' "signed request" "answers 401"
names 's|proxy_set_header X-Forwarded-Proto|proxy_set_header Signature-Input ""; &|' "RFC 9421" "answers 401"
names 's|proxy_set_header X-Forwarded-Proto|proxy_set_header Accept text/html; &|' "account" "who asks for the object gets"
names 's|client_max_body_size 16m|client_max_body_size 10k|' "size" "answered 413"
names 's|good.pem|other.pem|; s|good.key|other.key|' "certificate" "not valid"
names 's|good.pem|leaf.pem|; s|good.key|leaf.key|' "certificate" "not valid"
expect "$said" "fullchain.pem"
with 's|good.pem|chain.pem|; s|good.key|leaf.key|'
[ "$code" = 0 ] || fail "a whole chain: $said"
expect "$said" "a chain of 2, 9 days left"
expect "$said" "Is it renewed by itself?"
names 's|proxy_pass |proxy_method GET; &|' "signed request" "answers 405"
names "/listen 127.0.0.1:$http/,/^\}/ s/return 301 [^;]*;/return 204;/" "http" "does not lead to https"
said=$("$carillon" doctor home "http://news.localhost:$http" 2>&1) && fail "plain http passed: $said"
expect "$said" "is not https"
said=$("$carillon" doctor home "https://localhost:$tls" --authority "$scratch/ca.pem" --http-port "$http" 2>&1) &&
  fail "another address passed: $said"
expect "$said" "carillon.yaml says organisation.url: $home"
# The same behind Caddy, as the guide says; its certificates are ours, and its ports this run's.
caddy=$(command -v caddy || true)
if [ -z "$caddy" ]; then
  echo "doctor: the guide's lines for Caddy skipped: there is no caddy (packaging/install.sh)"
else
  kill "$front"
  wait "$front" 2>/dev/null || true
  {
    echo "{
      admin off
      http_port $http
      https_port $tls
    }"
    awk '/^```caddy$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "$guide" |
      sed -e "s|https://news.example.org|$home|; s|news.example.org|news.localhost|; s|example.org|localhost|" \
        -e "s|^[a-z.]*localhost {|&\n    tls $scratch/good.pem $scratch/good.key|; s|127.0.0.1:8080|127.0.0.1:$port|"
  } >"$scratch/Caddyfile"
  XDG_DATA_HOME=$scratch/data XDG_CONFIG_HOME=$scratch/config \
    "$caddy" run --config "$scratch/Caddyfile" --adapter caddyfile 2>"$scratch/caddy.log" &
  background+=("$!")
  until_true curl -ks -o /dev/null "https://localhost:$tls/" || fail "caddy: $(cat "$scratch/caddy.log")"
  said=$("$carillon" doctor home "$home" --authority "$scratch/ca.pem" --http-port "$http" 2>&1) ||
    fail "the guide's lines for Caddy: $said $(cat "$scratch/Caddyfile")"
  expect "$said" "All is well."
  expect "$said" "@news@localhost:$tls is found"
fi
echo "doctor: all steps passed"
