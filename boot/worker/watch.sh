#!/bin/bash
# Runs beside the worker. Sees that the machine is to go (its group ends it, or EC2 takes a spot instance back) and drains the
# worker in the time that is left; tells the group when it is done. Restarts a worker that does not answer; a machine on which that
# does not help is replaced.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=../lib/machine.sh
. "$here/../lib/machine.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/worker.sh
. "$here/../lib/worker.sh"
begin_part watch
step="watch"
read_metadata
read_group
token=""
draining=""
given_up=""
silent=0
restarts=0

# drain_until TIME REASON: TIME in seconds since 1970. Only ever sooner.
drain_until() {
  local until
  until=$(cat "$run/drain-until" 2>/dev/null) || until=""
  if [[ ! $until =~ ^[0-9]+$ ]] || ((until > $1)); then
    echo "$1" >"$run/drain-until"
  fi
  [[ -z $draining ]] || return 0
  draining=$2
  log "draining: $2"
  systemctl stop --no-block worker.service
}

drained() {
  local state
  [[ -n $draining ]] || return 1
  state=$(worker_state) || return 1
  [[ $state == inactive || $state == failed ]]
}

notice() {
  curl -sf -m 5 -H "X-aws-ec2-metadata-token: $token" "$endpoint/latest/meta-data/$1"
}

# The group has taken this machine from its warm pool, in which it went on running: what a start would do is done now.
leave_pool() {
  read_group
  [[ $state != Warmed:* ]] || return 0
  log "the group takes this machine from its warm pool"
  attempt 5 5 systemctl start --no-block worker-boot.service || die "$reason"
  rm -f "$run/pooled"
}

# The worker's own health check; only once boot.sh has seen it registered.
look_after() {
  [[ -e $run/in-service ]] || return 0
  if curl -sf -m 10 -o /dev/null "http://127.0.0.1:$port/"; then
    silent=0
    restarts=0
    return 0
  fi
  silent=$((silent + 1))
  ((silent >= 3)) || return 0
  silent=0
  if ((restarts < 2)); then
    restarts=$((restarts + 1))
    log "the worker does not answer: restart $restarts"
    # What does not answer cannot be drained.
    date +%s >"$run/drain-until"
    systemctl restart worker.service || log "it did not start"
  elif [[ -z $given_up ]]; then
    given_up=yes
    log "restarting has not helped: this machine is to be replaced"
    attempt 5 5 be_replaced || given_up=""
  fi
}

port=$(health_port)
limit=$(data .drainTimeoutSeconds)
for ((turn = 0; ; turn++)); do
  ending=no
  if [[ -z $token ]] || ((turn % 60 == 0)); then
    token=$(curl -sf -m 5 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 21600' "$endpoint/latest/api/token") || token=""
  fi
  target=$(notice autoscaling/target-lifecycle-state || true)
  if [[ $target == InService && -e $run/pooled ]]; then
    leave_pool
  elif [[ $target == *Terminated ]]; then
    ending=yes
    drain_until $(($(date +%s) + limit)) "the group ends this machine"
  fi
  if action=$(notice spot/instance-action); then
    # EC2 gives two minutes; the last seconds are for what comes after the drain.
    at=$(jq -r '.time // empty' <<<"$action" 2>/dev/null) || at=""
    at=$(date --date "${at:-2 minutes}" +%s 2>/dev/null) || at=$(($(date +%s) + 120))
    drain_until $((at - 20)) "EC2 takes this spot instance back"
  elif notice events/recommendations/rebalance >/dev/null; then
    drain_until $(($(date +%s) + limit)) "EC2 recommends to leave this spot instance"
  fi
  if drained; then
    if [[ $ending == yes ]]; then
      log "drained"
      attempt 5 5 complete_drain && exit 0
    elif [[ -z $given_up && $draining == *recommends* ]]; then
      # An empty worker serves nobody: its group is to end it, and start another one.
      given_up=yes
      attempt 5 5 be_replaced || given_up=""
    fi
  elif [[ $ending == yes ]] && ((turn % 6 == 0)); then
    heartbeat drain || log "the group was not told to wait: $(tail -n 1 "$errors")"
  fi
  if [[ -z $draining ]] && ((turn % 6 == 5)); then
    look_after
  fi
  sleep 5
done
