#!/bin/bash
# drain.sh PID: what stopping the worker does. Asks the scheduler to retire it, again and again, until the process has ended by
# itself: then no job is left. At drainTimeoutSeconds, or earlier when drain-until says so, the jobs end with it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=../lib/machine.sh
. "$here/../lib/machine.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/worker.sh
. "$here/../lib/worker.sh"
begin_part drain
step="drain"
process=${1:-0}
[[ $process =~ ^[1-9][0-9]*$ ]] || exit 0
# Without the metadata service nobody knows the worker's name; it then ends without being retired.
instance=$(cat "$run/instance" 2>/dev/null) || read_metadata
worker_environment
limit=$(data .drainTimeoutSeconds)
deadline=$(($(date +%s) + limit))

seconds_left() {
  local until
  # It can be set to an earlier time while this runs.
  until=$(cat "$run/drain-until" 2>/dev/null) || until=""
  if [[ $until =~ ^[0-9]+$ ]] && ((until < deadline)); then
    deadline=$until
  fi
  ((deadline > $(date +%s)))
}

log "asking $CONCOURSE_TSA_HOST to retire $instance, for $limit seconds at most"
while kill -0 "$process" 2>/dev/null; do
  seconds_left || {
    log "the jobs have not ended in time: they end with the worker"
    kill -TERM "$process" 2>/dev/null || true
    for ((try = 0; try < 15; try++)); do
      kill -0 "$process" 2>/dev/null || exit 0
      sleep 1
    done
    kill -KILL "$process" 2>/dev/null || true
    exit 0
  }
  timeout 30 "$concourse/bin/concourse" retire-worker >/dev/null 2>"$errors" ||
    log "could not retire: $(tail -n 1 "$errors")"
  sleep 5
done
log "drained"
