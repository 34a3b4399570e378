#!/bin/bash
# up.sh INSTANCE STATE: from what the image holds to a worker that its scheduler knows. boot.sh has found out who the machine is, and how its
# group sees it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=../lib/machine.sh
. "$here/../lib/machine.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/worker.sh
. "$here/../lib/worker.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/secrets.sh
. "$here/../lib/secrets.sh"
begin_part up
instance=$1
state=$2

at "install"
run_part "$here/install.sh"

at "set up"
if [[ $(option .ssh) != true ]] && systemctl cat sshd.service >/dev/null 2>&1; then
  systemctl disable --now sshd.service
fi
units=$root/etc/systemd/system
mkdir -p "$units/worker.slice.d" "$units/worker.service.d" "$root/etc/logrotate.d"
cp "$here"/*.service "$here/worker.slice" "$units/"
cp "$here/logrotate.conf" "$root/etc/logrotate.d/groundwork"
printf '[Slice]\nMemoryMax=%s%%\n' "$(data .memoryLimitPercent)" >"$units/worker.slice.d/limit.conf"
# Longer than drain.sh takes.
printf '[Service]\nTimeoutStopSec=%s\n' "$(($(data .drainTimeoutSeconds) + 60))" >"$units/worker.service.d/drain.conf"
attempt 3 5 systemctl daemon-reload
attempt 3 5 systemctl enable worker-boot.service

log_group=$(option .logGroup)
start_log_agent() {
  local agent=$root/opt/aws/amazon-cloudwatch-agent
  [[ -x $agent/bin/amazon-cloudwatch-agent-ctl ]] || die "it is not here"
  mkdir -p "$agent/etc"
  jq -n --arg group "$log_group" '
    def file($path; $name): {file_path: $path, log_group_name: $group, log_stream_name: "{instance_id}/\($name)"};
    {agent: {run_as_user: "root"}, logs: {logs_collected: {files: {collect_list: [
      file("/var/log/groundwork/worker.log"; "worker"), file("/var/log/groundwork/watch.log"; "watch"),
      file("/var/log/groundwork/boot.log"; "reboot"), file("/var/log/cloud-init-output.log"; "boot")
    ]}}}}' >"$agent/etc/groundwork.json"
  attempt 3 10 timeout 60 "$agent/bin/amazon-cloudwatch-agent-ctl" -a fetch-config -m ec2 -s -c "file:$agent/etc/groundwork.json" >/dev/null
}
if [[ -n $log_group ]]; then
  at "start the log agent"
  beside "its log agent" start_log_agent
fi
if [[ -x $root/usr/local/bin/node_exporter ]]; then
  at "start the metrics agent"
  beside "its metrics agent" attempt 3 5 systemctl enable --now worker-metrics.service
fi

at "prepare the volume"
run_part "$here/volume.sh"

if [[ $state == Warmed:* ]]; then
  log "the worker starts when the group takes this machine from its warm pool"
  exit 0
fi

at "start the worker"
attempt 3 10 systemctl start worker.service
port=$(health_port)
timeout=$(data .registration.timeoutSeconds)
api=$(data .install.schedulerApi)
token_place=$(jq -c '.registration.token // empty' "$data_file")
token=""
if [[ -n $token_place ]]; then
  token=$(attempt 5 5 secret "$token_place") || die "the token of the scheduler's API could not be fetched: $(tail -n 1 "$errors")"
fi

# The scheduler answers a registration, and only then does the worker write this line (at level info): it is the scheduler's word. With
# a token the scheduler itself is asked.
has_been_accepted() {
  [[ -z $token ]] || return 0
  # By an earlier run of this script, and the worker has not begun anew since.
  [[ ! -e $run/registered ]] || return 0
  awk '/^groundwork: the worker begins$/ { yes = 0 } /"worker[^"]*beacon[^"]*\.registered"/ { yes = 1 } END { exit !yes }' \
    "$worker_log" 2>/dev/null
}

# The header by a file, not by arguments, which everybody on a machine can read. A worker says when it began, and the scheduler keeps
# one of before a restart in its list for a while.
is_listed() {
  printf 'header = "Authorization: Bearer %s"\n' "$token" |
    curl -sSfL -m 10 --config - "$api/api/v1/workers" 2>"$errors" |
    jq -e --arg name "$instance" --argjson began "$(cat "$run/began")" \
      'any(.[]; .name == $name and .state == "running" and .start_time >= $began)' >/dev/null 2>&1
}

# Sets waiting_for; true when there is nothing to wait for.
has_registered() {
  local restarts
  restarts=$(systemctl show --property NRestarts --value worker.service)
  waiting_for="it is $(worker_state); it said last: $(tail -n 1 "$worker_log" 2>/dev/null || true)"
  ((${restarts:-0} < 5)) || die "the worker has ended $restarts times; it said last: $(tail -n 1 "$worker_log" 2>/dev/null || true)"
  [[ $(worker_state) == active ]] || return 1
  has_been_accepted || return 1
  waiting_for="its health check at 127.0.0.1:$port does not answer well"
  curl -sf -m 10 -o /dev/null "http://127.0.0.1:$port/" || return 1
  [[ -z $token ]] || {
    waiting_for="$api/api/v1/workers does not list $instance as running since it was started"
    is_listed || return 1
  }
}

at "wait for the registration"
for ((waited = 0; ; waited += 5)); do
  has_registered && break
  ((waited < timeout)) || die "the worker has not registered at $(data .scheduler.host) within $timeout seconds: $waiting_for"
  sleep 5
done
: >"$run/registered"
: >"$run/in-service"
