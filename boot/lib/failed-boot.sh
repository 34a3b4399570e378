# shellcheck shell=bash disable=SC2154 # machine.sh and worker.sh set what is used here.
# What becomes of a worker's machine that has not come up. Sourced after worker.sh.
# Failed boots in a row are counted without a lock, however many machines fail at once: each adds a version to one parameter, and a
# good boot notes the version that it has seen in another. So does the first failed boot from another version of the template: what was
# corrected is tried anew.

count_failure() {
  local path text version recovered earlier value
  path=$(plain parameters)
  if earlier=$(aws ssm get-parameter --name "$path/failures" --query '[Parameter.Version, Parameter.Value]' --output text); then
    read -r version value <<<"$earlier"
    if [[ $value == *'"generation":"'* && $value != *"\"generation\":\"$generation\""* ]]; then
      put_recovered "$version" || return 1
    fi
  fi
  text=$(printf '%s' "$step: $reason" | tr -c '[:print:]' ' ' | sed 's/["\\{}]/ /g' | cut -c 1-1000)
  version=$(aws ssm put-parameter --name "$path/failures" --type String --overwrite --query Version --output text --value \
    "{\"group\":\"$group\",\"generation\":\"$generation\",\"instance\":\"$instance\",\"reason\":\"$text\",\"at\":\"$(date -u +%FT%TZ)\"}") || return 1
  recovered=$(aws ssm get-parameter --name "$path/recovered" --query Parameter.Value --output text) || recovered=1
  [[ $version =~ ^[0-9]+$ && $recovered =~ ^[0-9]+$ ]] || return 1
  # Parameters that were made anew begin with 1 again.
  ((recovered < version)) || recovered=$((version - 1))
  failed_boots=$((version - recovered))
}

put_recovered() {
  aws ssm put-parameter --name "$(plain parameters)/recovered" --type String --overwrite --value "$1" >/dev/null 2>"$errors"
}

count_success() {
  local path version recovered
  path=$(plain parameters)
  version=$(aws ssm get-parameter --name "$path/failures" --query Parameter.Version --output text 2>"$errors") || return 1
  recovered=$(aws ssm get-parameter --name "$path/recovered" --query Parameter.Value --output text 2>"$errors") || recovered=none
  if [[ $version != "$recovered" ]]; then
    put_recovered "$version" || return 1
  fi
  put_metric ConsecutiveFailedBoots 0 2>"$errors"
}

# switch_launching suspend|resume
switch_launching() {
  aws autoscaling "$1-processes" --auto-scaling-group-name "$group" --scaling-processes Launch
}

# Kept for a person to look at: a file, or a tag with a time that has not come.
is_kept() {
  local until
  [[ ! -e $root/var/tmp/keeprunning ]] || return 0
  [[ -n ${instance:-} ]] || return 1
  until=$(aws ec2 describe-tags --filters "Name=resource-id,Values=$instance" Name=key,Values=groundwork:keep-until \
    --query 'Tags[0].Value' --output text 2>/dev/null) || return 1
  # Only a time of its own: GNU date takes "tomorrow" too, which never comes.
  [[ $until =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2} ]] && until=$(date --date "$until" +%s 2>/dev/null) || return 1
  ((until > $(date +%s)))
}

# stay_a_while SECONDS: and until nobody wants to look any more. The group is told to wait meanwhile; it does so for 100 times the hook's time, or 48 hours.
stay_a_while() {
  local waited kept=""
  for ((waited = 0; ; waited += 30)); do
    if is_kept; then
      [[ -n $kept ]] || log "kept, by /var/tmp/keeprunning or the tag groundwork:keep-until"
      kept=yes
    else
      ((waited < $1)) || return 0
    fi
    [[ -z $group || ${state:-} == InService ]] || heartbeat boot || log "the group was not told to wait: $(tail -n 1 "$errors")"
    sleep 30
  done
}

# The group waits for this machine's word once more before it ends it, and nobody else here would give it: the watch runs beside
# workers only. For an hour, in which the group may start another machine first.
let_go() {
  local try
  for ((try = 0; try < 120; try++)); do
    if [[ $(metadata_once autoscaling/target-lifecycle-state 2>/dev/null) == *Terminated ]] && complete_drain 2>"$errors"; then
      return 0
    fi
    sleep 30
  done
  return 1
}

give_up_worker() {
  local failed_boots seconds=180 stopped=""
  log "failed: $reason"
  # It must not take jobs. Nothing to drain: they would be lost with the machine in any case.
  date +%s >"$run/drain-until"
  systemctl stop worker.service >/dev/null 2>&1
  if [[ -n $group ]]; then
    if count_failure; then
      log "failed boot $failed_boots in a row"
      put_metric ConsecutiveFailedBoots "$failed_boots" || log "could not put the metric"
      if ((failed_boots >= $(plain maxFailedBoots))); then
        seconds=$(plain coolDownSeconds)
        log "$group is stopped: it starts no machine until this one resumes Launch, in $seconds seconds, or somebody does"
        if switch_launching suspend; then stopped=yes; else log "could not stop $group"; fi
      fi
    else
      log "the failed boot could not be counted"
    fi
  fi
  log "ends in $seconds seconds, unless kept"
  stay_a_while "$seconds"
  # What was down, and is up again, needs nobody: the next machine tries, and stops the group again if it fails.
  [[ -z $stopped ]] || switch_launching resume || log "could not resume Launch of $group"
  if [[ -z $group ]]; then
    systemctl poweroff
  elif [[ $state == InService ]]; then
    { be_replaced && let_go; } || systemctl poweroff
  else
    { complete_hook ABANDON && let_go; } || systemctl poweroff
  fi
}

end_boot() {
  local code=$?
  trap - EXIT
  if ((code != 0)); then
    set +e
    [[ -n $reason ]] || reason="ended with exit code $code: $(tail -n 3 "$errors" 2>/dev/null | tr '\n' ' ')"
    give_up_worker
  fi
  exit "$code"
}
