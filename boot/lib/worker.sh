# shellcheck shell=bash disable=SC2034,SC2154 # What is set here is used by those who source this; machine.sh sets the rest.
# What the scripts of a worker have in common. Sourced after machine.sh.

data_file=$etc/worker.json
run=$root/run/groundwork
work=$root/var/lib/concourse
worker_log=$root/var/log/groundwork/worker.log
concourse=$root/usr/local/concourse

data() {
  jq -er "$1" "$data_file"
}

# As `data`, and nothing where there is none.
option() {
  jq -r "$1 // empty" "$data_file"
}

# A text or number of a key that is there once, without jq: what must be said even where nothing could be installed.
plain() {
  sed -nE "s/.*\"$1\":\"?([^\",}]*).*/\1/p" "$data_file"
}

# at STEP: what is being done, for whoever reads that it failed, or that it never ended.
at() {
  step=$1
  printf '%s' "$step" >"$run/step"
}

# Parts are scripts of their own; what they fail of, they leave here.
part_failed() {
  local code=$1
  ((code == 0)) || printf '%s: %s' "$step" "${reason:-ended with exit code $code: $(tail -n 3 "$errors" 2>/dev/null)}" |
    tr '\n' ' ' >"$run/failed"
  [[ $code == 0 || -z $reason ]] || log "$reason"
  exit "$code"
}

begin_part() {
  mkdir -p "$run"
  errors=$run/errors-$1
  : >"$errors"
  trap 'part_failed $?' EXIT
}

run_part() {
  rm -f "$run/failed"
  "$@" || die "$(cat "$run/failed" 2>/dev/null || echo "$1 failed")"
}

# secret PLACE: the value of {"arn": …, "jsonKey": …}, whatever lines it has. Needs secrets.sh.
secret() {
  local arn key
  arn=$(jq -er .arn <<<"$1")
  key=$(jq -r '.jsonKey // empty' <<<"$1")
  secret_text "$arn" "$key" && echo
}

metadata_block=169.254.169.254/32

# The worker gives its containers 10.80.0.0/16 unless told otherwise, and they would reach nothing of a VPC that shares it.
# Source: worker/workercmd/worker_linux.go and guardian.go of Concourse 8. What the settings say goes first.
choose_network() {
  local variable block
  case $CONCOURSE_RUNTIME in
    containerd) variable=CONCOURSE_CONTAINERD_NETWORK_POOL ;;
    guardian) variable=CONCOURSE_GARDEN_NETWORK_POOL ;;
    *) return 0 ;;
  esac
  [[ -z ${!variable:-} ]] || return 0
  free_block 10.80.0.0/16 172.30.0.0/16 192.168.0.0/16 100.96.0.0/16
  export "$variable=$block"
}

# How the worker and the commands that retire it reach the scheduler. The instance is its name.
worker_environment() {
  local name
  export CONCOURSE_RUNTIME=containerd
  export CONCOURSE_WORK_DIR=$work
  export CONCOURSE_BIND_IP=127.0.0.1 CONCOURSE_BAGGAGECLAIM_BIND_IP=127.0.0.1
  export CONCOURSE_HEALTHCHECK_BIND_IP=127.0.0.1 CONCOURSE_HEALTHCHECK_BIND_PORT=8888
  # Containers cannot ask the system's own server at 127.0.0.53, and have no business with the metadata service.
  export CONCOURSE_CONTAINERD_DNS_SERVER=169.254.169.253 CONCOURSE_CONTAINERD_RESTRICTED_NETWORK=$metadata_block
  CONCOURSE_BAGGAGECLAIM_DRIVER=$(jq -r 'if .install.filesystem == "btrfs" and .volume.kind != "root" then "btrfs" else "overlay" end' "$data_file")
  CONCOURSE_CONNECTION_DRAIN_TIMEOUT=$(data .drainTimeoutSeconds)s
  CONCOURSE_TAG=$(data '.tags | join(",")')
  CONCOURSE_TEAM=$(option .team)
  while IFS= read -r name; do
    export "$name=$(jq -r --arg name "$name" '.environment[$name]' "$data_file")"
  done < <(jq -r '.environment | keys[]' "$data_file")
  # The metadata service stays closed to containers, whatever else is.
  [[ ,$CONCOURSE_CONTAINERD_RESTRICTED_NETWORK, == *,$metadata_block,* ]] ||
    CONCOURSE_CONTAINERD_RESTRICTED_NETWORK+=,$metadata_block
  # The worker refuses settings of a runtime that it does not run.
  [[ $CONCOURSE_RUNTIME == containerd ]] || unset "${!CONCOURSE_CONTAINERD_@}"
  CONCOURSE_NAME=$instance
  CONCOURSE_TSA_HOST=$(data '"\(.scheduler.host):\(.scheduler.port)"')
  CONCOURSE_TSA_PUBLIC_KEY=$run/keys/scheduler.pub
  CONCOURSE_TSA_WORKER_PRIVATE_KEY=$run/keys/worker
  export CONCOURSE_BAGGAGECLAIM_DRIVER CONCOURSE_CONNECTION_DRAIN_TIMEOUT CONCOURSE_TAG CONCOURSE_TEAM CONCOURSE_NAME \
    CONCOURSE_TSA_HOST CONCOURSE_TSA_PUBLIC_KEY CONCOURSE_TSA_WORKER_PRIVATE_KEY
  [[ -n $CONCOURSE_TAG ]] || unset CONCOURSE_TAG
  [[ -n $CONCOURSE_TEAM ]] || unset CONCOURSE_TEAM
}

# Where the worker says how it is.
health_port() {
  jq -r '.environment.CONCOURSE_HEALTHCHECK_BIND_PORT // "8888"' "$data_file"
}

worker_state() {
  systemctl show --property ActiveState --value worker.service
}

# heartbeat HOOK: the group goes on waiting.
heartbeat() {
  aws autoscaling record-lifecycle-action-heartbeat --lifecycle-hook-name "$1" --auto-scaling-group-name "$group" \
    --instance-id "$instance" >/dev/null 2>"$errors"
}

# The group ends this machine now.
complete_drain() {
  aws autoscaling complete-lifecycle-action --lifecycle-hook-name drain --auto-scaling-group-name "$group" \
    --instance-id "$instance" --lifecycle-action-result CONTINUE >/dev/null
}

be_replaced() {
  aws autoscaling set-instance-health --instance-id "$instance" --health-status Unhealthy --no-should-respect-grace-period
}

# put_metric NAME VALUE
put_metric() {
  aws cloudwatch put-metric-data --namespace "$(plain namespace)" --metric-name "$1" --value "$2" \
    --dimensions "AutoScalingGroupName=$group"
}
