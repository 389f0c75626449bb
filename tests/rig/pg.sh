#!/bin/bash
# A private PostgreSQL for tests: pg.sh start DIR PORT prints its URL; pg.sh stop DIR.
# PostgreSQL refuses to run as root, so root steps down to the user postgres.
set -eu
bin=$(ls -d /usr/lib/postgresql/*/bin | tail -1)
dir=$2
as() {
  if [ "$(id -u)" = 0 ]; then
    setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"
  else
    "$@"
  fi
}
case $1 in
start)
  mkdir -p "$dir"
  [ "$(id -u)" != 0 ] || chown postgres:postgres "$dir"
  [ -f "$dir/data/PG_VERSION" ] ||
    as "$bin/initdb" -D "$dir/data" -U carillon -A trust --no-sync -E UTF8 --locale=C.UTF-8 >/dev/null
  as "$bin/pg_ctl" -D "$dir/data" -w -t 30 -l "$dir/data/server.log" \
    -o "-p $3 -c listen_addresses=127.0.0.1 -c unix_socket_directories=$dir -c fsync=off -c max_connections=200" \
    start >/dev/null
  echo "postgresql://carillon@127.0.0.1:$3/postgres"
  ;;
stop) as "$bin/pg_ctl" -D "$dir/data" -m immediate -w -t 30 stop >/dev/null ;;
*) echo "usage: pg.sh start DIR PORT | stop DIR" >&2; exit 2 ;;
esac
