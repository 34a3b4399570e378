#!/bin/bash
# At each boot: makes this machine a worker, and tells its group. Safe to run again. A machine that does not come that far says why, is
# counted, and ends; enough of them in a row stop their group.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=../lib/machine.sh
. "$here/../lib/machine.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/worker.sh
. "$here/../lib/worker.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/failed-boot.sh
. "$here/../lib/failed-boot.sh"
mkdir -p "$run" "$root/var/log/groundwork"
: >"$errors"
trap end_boot EXIT

at "find out who I am"
read_metadata
read_group
log "$instance in $group, $state"

# What hangs is a failed boot, too: it is said and counted before the group loses its patience.
limit=$(plain bootTimeoutSeconds)
code=0
rm -f "$run/failed"
timeout --kill-after 10 "$limit" "$here/up.sh" "$instance" "$state" || code=$?
if ((code == 124 || code == 137)); then
  step=$(cat "$run/step")
  die "not ready after $limit seconds"
elif ((code != 0)); then
  failed=$(cat "$run/failed" 2>/dev/null) || failed="$step: ended with exit code $code"
  step=${failed%%: *}
  die "${failed#*: }"
fi

if [[ $state == Warmed:* ]]; then
  at "wait in the warm pool"
  # A machine that the pool keeps running starts no second time when the group takes it: the watch sees to that.
  : >"$run/pooled"
  attempt 3 5 systemctl restart worker-watch.service
  attempt 60 5 complete_hook CONTINUE
  exit 0
fi
at "enter service"
attempt 3 5 systemctl restart worker-watch.service
enter_service
count_success || log "could not say that this boot was a good one: $(tail -n 1 "$errors")"
log "in service"
