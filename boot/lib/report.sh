# shellcheck shell=bash disable=SC2154 # machine.sh sets what is used here.
# What a machine of a fleet or of a static service says of itself, and what becomes of its group when it does not come up. Sourced after
# machine.sh.

# report STATUS REASON: for whoever waits for this machine. Standard parameters hold 4 KB.
report() {
  local text
  text=$(printf '%s' "$2" | tr -c '[:print:]' ' ' | sed 's/["\\]/ /g' | cut -c 1-1000)
  aws ssm put-parameter --name "$(cat "$etc/report-to")" --type String --overwrite --value \
    "{\"group\":\"$group\",\"status\":\"$1\",\"instance\":\"$instance\",\"reason\":\"$text\",\"at\":\"$(date -u +%FT%TZ)\"}" \
    >/dev/null
}

read_report() {
  aws ssm get-parameter --name "$(cat "$etc/report-to")" --query Parameter.Value --output text
}

# Whether a machine of this group has been healthy before: then this one only takes its place.
has_been_healthy() {
  attempt 3 3 read_report | grep -qF "\"group\":\"$group\",\"status\":\"healthy\""
}

# A new group whose first machine fails stops here: it would only start the same machine again and again. A group that
# has served goes on trying.
give_up() {
  log "failed: $reason"
  [[ -n $group ]] || return 0
  if has_been_healthy; then
    log "$group has been healthy before and will try again"
  else
    report failed "$step: $reason" || log "could not report"
    aws autoscaling suspend-processes --auto-scaling-group-name "$group" --scaling-processes Launch ||
      log "could not stop $group"
  fi
  # InService: somebody ran this again by hand, and there is no hook to complete.
  [[ $state == InService ]] || complete_hook ABANDON || log "could not abandon; the hook ends by itself"
}

finish() {
  local code=$?
  trap - EXIT
  if ((code != 0)); then
    set +e
    [[ -n $reason ]] || reason="ended with exit code $code: $(tail -n 3 "$errors" 2>/dev/null | tr '\n' ' ')"
    give_up
  fi
  exit "$code"
}
