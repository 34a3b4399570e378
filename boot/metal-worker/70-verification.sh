#!/bin/bash
# Waits until the worker runs steadily and the queue has seen it. The step's time limit ends the waiting.
# WORKER_KIND: generic-worker or docker-worker. WORKER_URL: the worker in Taskcluster's API, empty where only the service is looked at.
# STEADY_SECONDS: how long it must have run.
set -euo pipefail
: "${WORKER_KIND:?}" "${WORKER_URL?}" "${STEADY_SECONDS:?}"
unit=$WORKER_KIND.service
scope=queue:get-worker
[[ $WORKER_KIND != generic-worker ]] || scope=worker-manager:get-worker

started=$(systemctl show --property ActiveEnterTimestamp --value "$unit")
restarts=$(systemctl show --property NRestarts --value "$unit")

# Sets waiting_for; true when there is nothing to wait for.
is_polling() {
  local now answer code seen
  # It is not started again where what it was given is wrong.
  if [[ $(systemctl show --property ActiveState --value "$unit") == failed ]]; then
    echo "$unit has ended and is not started again. It says:"
    journalctl --unit "$unit" --lines 10 --output cat --no-pager || true
    exit 78
  fi
  now=$(systemctl show --property NRestarts --value "$unit")
  if ((now > restarts + 3)); then
    echo "$unit has ended $now times. It says:"
    journalctl --unit "$unit" --lines 10 --output cat --no-pager || true
    exit 1
  fi
  waiting_for="$unit is not active"
  systemctl is-active --quiet "$unit" || return 1
  started=$(systemctl show --property ActiveEnterTimestamp --value "$unit")
  waiting_for="$unit has not run for $STEADY_SECONDS seconds yet"
  (($(date +%s) - $(date --date "$started" +%s) >= STEADY_SECONDS)) || return 1
  [[ -n $WORKER_URL ]] || return 0
  answer=$(mktemp)
  code=$(curl --silent --max-time 20 --proto '=https' --output "$answer" --write-out '%{http_code}' "$WORKER_URL" || true)
  seen=$(jq --raw-output '.lastDateActive // empty' "$answer" 2>/dev/null || true)
  rm -f "$answer"
  if [[ $code == 401 || $code == 403 ]]; then
    echo "Taskcluster lets nobody ask who is not signed in ($code). Set worker.verification to service, or give the anonymous role the scope $scope:* of the pool."
    exit 78
  fi
  waiting_for="the queue does not know the worker (status $code)"
  [[ $code == 200 && -n $seen ]] || return 1
  # The queue writes this down once in half an hour.
  waiting_for="the queue has seen the worker last at $seen"
  (($(date +%s) - $(date --date "$seen" +%s) <= 2400))
}

last=""
until is_polling; do
  if [[ $waiting_for != "$last" ]]; then
    echo "$waiting_for"
    last=$waiting_for
  fi
  sleep 5
done
echo "polling"
