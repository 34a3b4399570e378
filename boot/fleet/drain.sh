#!/bin/bash
# What the group takes away ends its work, lets go of its volumes, and says so. What does not work is left and told: the
# group waits for an answer, and would take the machine without one.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=../lib/machine.sh
. "$here/../lib/machine.sh"
step="drain"
role=$etc/role.json
mkdir -p "$root/run/groundwork"
errors=$root/run/groundwork/drain-errors
: >"$errors"
trap '[[ -z $reason ]] || log "$reason"' EXIT
read_metadata
read_group
log "$instance of $group is taken away; it is $state"
[[ $state == Terminating* ]] || die "its group does not take it away: it is $state"

limit=$(jq -r .drainSeconds "$role")
left() {
  local seconds=$((limit - SECONDS))
  # What is stopped late still gets a moment to write down what it knows.
  ((seconds > 10)) || seconds=10
  printf '%s' "$seconds"
}

step="leave the load balancers"
target_groups() {
  aws autoscaling describe-load-balancer-target-groups --auto-scaling-group-name "$group" --output text \
    --query 'LoadBalancerTargetGroups[].[LoadBalancerTargetGroupARN]'
}
target_states() {
  local arn
  while read -r arn; do
    # Tried as a whole: without this the last target group alone would decide.
    aws elbv2 describe-target-health --target-group-arn "$arn" --targets "Id=$instance" --output text \
      --query 'TargetHealthDescriptions[].[TargetHealth.State]' || return 1
  done < <(grep . <<<"$1")
}
if [[ $(jq -r .balanced "$role") == true ]]; then
  if groups=$(attempt 5 5 target_groups); then
    for ((waited = 0; waited < limit; waited += 5)); do
      # Where nobody can say, it may still be asked for. unused, or no word at all: nothing more comes.
      if states=$(attempt 1 0 target_states "$groups"); then
        grep -qE '^(initial|healthy|unhealthy|draining)' <<<"$states" || break
      fi
      sleep 5
    done
  else
    log "$reason"
  fi
fi

step="stop"
if stop=$(jq -er '.stop // empty' "$role"); then
  timeout "$(left)" "$here/run.sh" bash -c "$stop" || log "boot.stop ended with exit code $?"
fi
if [[ $(jq '.service | length' "$role") -gt 0 ]]; then
  timeout "$(left)" systemctl stop fleet-role.service || {
    log "the service did not end in time"
    systemctl kill --signal SIGKILL fleet-role.service || log "and could not be killed"
  }
fi

step="let go of the volumes"
find_volume() {
  aws ec2 describe-volumes --filters "$1" --output text \
    --query 'Volumes[].[VolumeId,Attachments[0].InstanceId]'
}
give_volume() {
  aws ec2 detach-volume --volume-id "$1" --instance-id "$instance" >/dev/null
}
let_go() {
  local number=$1 place filters volume holder try
  place=$(jq -r ".volumes[$number].mountPoint" "$role")
  if mountpoint --quiet "$root$place"; then
    # Detached while it is mounted, a filesystem could lose what was written last. It goes with the machine instead.
    attempt 5 2 umount "$place" || return 1
  fi
  filters=$(jq -c "[.volumes[$number].tags | to_entries[] | {Name: (\"tag:\" + .key), Values: [.value]}]" "$role")
  read -r volume holder < <(attempt 5 5 find_volume "$filters") || return 1
  [[ $holder == "$instance" ]] || return 0
  attempt 5 5 give_volume "$volume" || return 1
  for ((try = 0; try < 12; try++)); do
    read -r volume holder < <(attempt 5 5 find_volume "$filters") || return 1
    [[ $holder == "$instance" ]] || return 0
    sleep 5
  done
  reason="$volume is still attached a minute later"
  return 1
}
for ((number = $(jq '.volumes | length' "$role") - 1; number >= 0; number--)); do
  let_go "$number" || log "volume $number stays with the machine: $reason"
done

step="say so"
reason=""
complete_drain() {
  aws autoscaling complete-lifecycle-action --lifecycle-hook-name drain --auto-scaling-group-name "$group" \
    --instance-id "$instance" --lifecycle-action-result CONTINUE >/dev/null
}
# The hook begins when load balancers have let go; until then there is nothing to complete.
attempt 60 5 complete_drain || die "$reason"
log "drained"
