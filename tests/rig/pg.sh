#!/bin/bash
# A private PostgreSQL for tests.
#   pg.sh start DIR [PID]   starts it in DIR and prints its URL: a Unix socket in DIR, so that no
#                           port can be taken. With PID, it is stopped and DIR removed when that
#                           process has ended, however it ended.
#   pg.sh stop DIR          stops it at once.
# PostgreSQL refuses to run as root, so root steps down to the user postgres. The role
# `locked` must give a password ("opensesame"); `carillon`, the owner, needs none.
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
stop() { as "$bin/pg_ctl" -D "$dir/data" -m immediate -w -t 30 stop >/dev/null; }
case $1 in
start)
  mkdir -p "$dir"
  [ "$(id -u)" != 0 ] || chown postgres:postgres "$dir"
  url="postgresql://carillon@/postgres?host=$dir"
  if [ ! -f "$dir/data/PG_VERSION" ]; then
    as "$bin/initdb" -D "$dir/data" -U carillon -A trust --no-sync -E UTF8 --locale=C.UTF-8 >/dev/null
    sed -i '1i local all locked scram-sha-256' "$dir/data/pg_hba.conf"
  fi
  as "$bin/pg_ctl" -D "$dir/data" -w -t 30 -l "$dir/data/server.log" \
    -o "-c listen_addresses= -c unix_socket_directories=$dir -c fsync=off -c max_connections=200" \
    start >/dev/null
  psql -qXtA -d "$url" -c "select 1 from pg_roles where rolname = 'locked'" | grep -q 1 ||
    psql -qX -d "$url" -c "create role locked login password 'opensesame'"
  if [ -n "${3:-}" ]; then
    (
      tail --pid="$3" -f /dev/null
      stop || true
      rm -rf "$dir"
    ) </dev/null >/dev/null 2>&1 &
  fi
  echo "$url"
  ;;
stop) stop ;;
*) echo "usage: pg.sh start DIR [PID] | stop DIR" >&2; exit 2 ;;
esac
