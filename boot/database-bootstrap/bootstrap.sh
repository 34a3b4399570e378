#!/bin/sh
# Brings roles, databases, extensions and grants to what the settings say. Safe to run again at any time, and after it
# broke off anywhere. It runs in PostgreSQL's image, behind fetch-secrets.sh.
#
#   PGHOST, PGPORT        the database
#   PGSSLMODE, PGSSLROOTCERT  how the server proves who it is
#   SCRIPTS_DIRECTORY     this script's folder
#   BOOTSTRAP_SETTINGS    what is wanted: one JSON document on one line
#   SECRETS_DIRECTORY     master.json and verifiers.json, in memory; writable
#   MAINTENANCE_DATABASE  where to connect before the others exist (default postgres)
#   WAIT_SECONDS          how long to wait for the server (default 600)
#   LOCK_SECONDS          how long to wait for another bootstrap of the same server to end (default 600)
#   LOGS_COMMAND          what shows this log to a person; said when it fails
#
# Nothing secret is an argument, a variable or a line of a log: the password is read by libpq from a file, the verifiers
# by the server from COPY's data.
set -eu
umask 0077
: "${PGHOST:?}" "${PGPORT:?}" "${PGSSLMODE:?}" "${SCRIPTS_DIRECTORY:?}" "${BOOTSTRAP_SETTINGS:?}" "${SECRETS_DIRECTORY:?}"

say() { echo "bootstrap: $*" >&2; }

# Ends the lock's session, whose input is open here only, and takes what was written.
finish() {
  code=$?
  trap - EXIT
  exec 3>&-
  if [ -n "${lock_process:-}" ]; then
    wait "$lock_process" 2>/dev/null || true
  fi
  rm -rf "$work"
  if [ "$code" -ne 0 ]; then
    say "failed. What was done stays done, and the next run goes on from there."
    if [ -n "${LOGS_COMMAND:-}" ]; then
      say "All of this log: $LOGS_COMMAND"
    fi
  fi
  exit "$code"
}

work=$(mktemp -d "$SECRETS_DIRECTORY/work.XXXXXX")
trap finish EXIT
trap 'exit 143' TERM
trap 'exit 130' INT
# A lock's session that died must not take this script with it without a word.
trap '' PIPE

# By bytes: what is not ASCII passes through as it is.
field() {
  LC_ALL=C awk -v field="$1" -v passfile="${2:-}" -f "$SCRIPTS_DIRECTORY/json-field.awk" "$SECRETS_DIRECTORY/master.json"
}
PGUSER=$(field username)
{
  printf '*:*:*:%s:' "$(field username 1)"
  field password 1
} >"$work/password-file"
PGPASSFILE=$work/password-file
PGDATABASE=${MAINTENANCE_DATABASE:-postgres}
PGCONNECT_TIMEOUT=10
PGAPPNAME=groundwork-database-bootstrap
BOOTSTRAP_VERIFIERS=$SECRETS_DIRECTORY/verifiers.json
export PGUSER PGPASSFILE PGDATABASE PGCONNECT_TIMEOUT PGAPPNAME BOOTSTRAP_SETTINGS BOOTSTRAP_VERIFIERS

# One session. Its output is nothing but what is asked for; sh has no `pipefail`, so it is never in a pipe.
run() { psql --no-psqlrc --no-password --quiet --no-align --tuples-only --set=ON_ERROR_STOP=1 "$@"; }

wait_for_the_server() {
  deadline=$(($(date +%s) + ${WAIT_SECONDS:-600}))
  pause=1
  # Whoever it is: a server that cannot prove itself is an error of its own, and not one that waiting mends.
  until PGSSLMODE=prefer pg_isready --quiet --timeout=5; do
    if [ $(($(date +%s) + pause)) -gt "$deadline" ]; then
      say "$PGHOST:$PGPORT takes no connections after ${WAIT_SECONDS:-600} s. Is the instance available, and does its"
      say "security group let the cluster's nodes in?"
      exit 1
    fi
    say "waiting for $PGHOST:$PGPORT to take connections; the next look is in $pause s."
    sleep "$pause"
    pause=$((pause * 2 > 15 ? 15 : pause * 2))
  done
}

connect() {
  # `-w`: a refused password is an error, and no question.
  if ! run --command='SELECT 1' >/dev/null; then
    say "no session as $PGUSER at $PGHOST:$PGPORT, database $PGDATABASE; the line above says why."
    exit 1
  fi
}

# One bootstrap at a time: a second session keeps the lock until this script ends, however it ends.
lock() {
  mkfifo "$work/lock-in"
  run <"$work/lock-in" >"$work/lock-out" 2>&1 &
  lock_process=$!
  exec 3>"$work/lock-in"
  # Its own session waits for nothing and is idle for long, whatever limits the server has for that.
  echo "SELECT set_config(name, '0', false) FROM pg_catalog.pg_settings WHERE name IN ('statement_timeout', 'lock_timeout', 'idle_session_timeout') \\g /dev/null" >&3
  echo "SELECT 'locked' FROM pg_catalog.pg_advisory_lock(7108371052);" >&3
  deadline=$(($(date +%s) + ${LOCK_SECONDS:-600}))
  told=
  until grep -q '^locked$' "$work/lock-out"; do
    if ! kill -0 "$lock_process" 2>/dev/null; then
      cat "$work/lock-out" >&2
      say "the lock could not be taken."
      exit 1
    fi
    if [ "$(date +%s)" -ge "$deadline" ]; then
      say "another bootstrap of this server has not ended after ${LOCK_SECONDS:-600} s."
      exit 1
    fi
    if [ -z "$told" ] && [ "$(date +%s)" -gt $((deadline - ${LOCK_SECONDS:-600} + 1)) ]; then
      say "waiting for another bootstrap of this server to end."
      told=yes
    fi
    sleep 0.2
  done
}

still_locked() {
  if ! kill -0 "$lock_process" 2>/dev/null; then
    say "the session that held the lock is gone: the server restarted or failed over. Nothing else is done."
    exit 1
  fi
}

# One session that knows what is wanted, and runs more.
session() {
  if ! run --file="$SCRIPTS_DIRECTORY/load.sql" "$@"; then
    say "stopped; the lines above say why."
    exit 1
  fi
}

stage() {
  still_locked
  say "$1"
  shift
  session "$@" >&2
}

wait_for_the_server
connect
lock
stage "roles" --single-transaction --file="$SCRIPTS_DIRECTORY/roles.sql"
stage "databases" --file="$SCRIPTS_DIRECTORY/databases.sql"
session --command='SELECT name FROM pg_temp.wanted_database ORDER BY name' >"$work/databases"
# From its own descriptor: psql reads standard input.
while IFS= read -r database <&4; do
  PGDATABASE=$database
  stage "database $database" --single-transaction --file="$SCRIPTS_DIRECTORY/contents.sql"
done 4<"$work/databases"
say "done."
