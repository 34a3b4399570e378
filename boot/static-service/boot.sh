#!/bin/bash
# Once in a machine's life: from a bare Amazon Linux to a healthy service that has its address. Safe to run again.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=../lib/machine.sh
. "$here/../lib/machine.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/report.sh
. "$here/../lib/report.sh"
mkdir -p "$root/run/groundwork"
: >"$errors"
trap finish EXIT

data() {
  jq -er "$1" "$etc/service.json"
}

unit() {
  printf 'static-service@%s.service' "$1"
}

step="find out who I am"
read_metadata
read_group
log "$instance in $group, generation $generation, $state"
has_been_healthy || report starting "" || log "could not report that it begins"

step="close ssh"
if systemctl cat sshd.service >/dev/null 2>&1; then
  systemctl disable --now sshd.service
fi

step="install Docker"
packages=()
command -v docker >/dev/null || packages+=(docker)
command -v jq >/dev/null || packages+=(jq)
if ((${#packages[@]} > 0)); then
  install_packages "${packages[@]}"
fi
# Docker gives its containers 172.17.0.0/16 unless told otherwise.
free_block 172.17.0.0/16 172.30.0.0/16 192.168.0.0/16 100.96.0.0/16
if [[ $block != 172.17.* ]]; then
  mkdir -p "$root/etc/docker"
  printf '{"bip": "%s.0.1/16"}\n' "${block%.0.0/16}" >"$root/etc/docker/daemon.json"
fi
attempt 3 5 systemctl enable --now docker.service

step="fetch the image"
image=$(data .image)
copies=$(data .copies)
name=$(data .name)
registry=${image%%/*}
if [[ $registry =~ ^[0-9]{12}\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com$ ]]; then
  registry_region=${BASH_REMATCH[1]}
  sign_in() {
    aws ecr get-login-password --region "$registry_region" | docker login --username AWS --password-stdin "$registry"
  }
  attempt 5 5 sign_in >/dev/null
fi
pull() {
  docker pull --quiet "$image" >/dev/null && return 0
  grep -q 'manifest unknown' "$errors" || return 1
  echo "The registry has no such image: correct imageTag or imageHash" >&2
  return "$hopeless"
}
attempt 5 10 pull

step="start the containers"
units=$root/etc/systemd/system
mkdir -p "$units/static-service@.service.d"
cp "$here/static-service@.service" "$units/"
printf '[Unit]\nDescription=%s, copy %%i\n' "$(data .description | sed 's/%/%%/g')" \
  >"$units/static-service@.service.d/description.conf"
attempt 3 5 systemctl daemon-reload
for ((copy = 1; copy <= copies; copy++)); do
  attempt 3 5 systemctl enable --now "$(unit "$copy")"
done

if [[ $(jq 'has("ship")' "$etc/service.json") == true ]]; then
  "$here/ship-logs.sh" || log "the logs stay in the journal of this machine"
fi

step="wait until healthy"
steady=$(data .health.steadySeconds)
timeout=$(data .health.timeoutSeconds)

# Sets waiting_for; true when there is nothing to wait for.
copy_is_healthy() {
  local restarts running started health code
  restarts=$(systemctl show --property NRestarts --value "$(unit "$1")")
  if ! read -r running started health code < <(docker inspect "$name-$1" --format \
    '{{.State.Running}} {{.State.StartedAt}} {{if .State.Health}}{{.State.Health.Status}}{{else}}none{{end}} {{.State.ExitCode}}' 2>"$errors"); then
    waiting_for="copy $1 of $copies has no container yet: $(journalctl --unit "$(unit "$1")" --lines 1 --output cat 2>/dev/null || true)"
    ((restarts < 5)) || die "$waiting_for"
    return 1
  fi
  waiting_for="copy $1 of $copies is not running; its exit code is $code"
  ((restarts < 5)) || die "copy $1 of $copies has ended $restarts times, the last time with exit code $code; what it said is where its logs go"
  [[ $running == true ]] || return 1
  waiting_for="copy $1 of $copies is $health by its image's health check"
  [[ $health == none || $health == healthy ]] || return 1
  waiting_for="copy $1 of $copies has not run for $steady seconds yet"
  (($(date +%s) - $(date --date "$started" +%s) >= steady))
}

answers() {
  local port path
  if port=$(data '.health.tcp.port // empty'); then
    waiting_for="nothing takes connections at TCP port $port"
    timeout 5 bash -c ": </dev/tcp/$address/$port" 2>/dev/null || return 1
  fi
  if port=$(data '.health.http.port // empty'); then
    path=$(data .health.http.path)
    waiting_for="http://$address:$port$path does not answer well"
    waiting_for+=": $(curl -sSf -m 5 -o /dev/null "http://$address:$port$path" 2>&1)" || return 1
  fi
}

all_healthy() {
  local copy
  for ((copy = 1; copy <= copies; copy++)); do
    copy_is_healthy "$copy" || return 1
  done
  answers
}

for ((waited = 0; ; waited += 5)); do
  all_healthy && break
  ((waited < timeout)) || die "not healthy after $timeout seconds: $waiting_for"
  sleep 5
done

step="take the address"
filters=$(jq -c '[.address // {} | to_entries[] | {Name: ("tag:" + .key), Values: [.value]}]' "$etc/service.json")
find_address() {
  aws ec2 describe-addresses --filters "$filters" --output text --query 'Addresses[].[AllocationId,InstanceId]'
}
take_address() {
  aws ec2 associate-address --allocation-id "$1" --instance-id "$instance" --allow-reassociation >/dev/null
}
if [[ $filters != "[]" ]]; then
  lines=$(attempt 5 5 find_address) || die "the address could not be looked up: $(tail -n 1 "$errors")"
  mapfile -t found < <(grep . <<<"$lines")
  ((${#found[@]} == 1)) || die "there is not exactly one address with this service's tags, but ${#found[@]}"
  read -r allocation holder <<<"${found[0]}"
  newer=0
  if [[ $holder != None && -n $holder && $holder != "$instance" ]]; then
    # Of two groups of one service, as there are while a new one comes, the newer one keeps the address.
    read -r _ newer _ < <(attempt 3 3 group_of "$holder") || newer=0
    [[ $newer =~ ^[0-9]+$ ]] || newer=0
  fi
  if ((newer > generation)); then
    log "$holder, of the newer generation $newer, has the address; it keeps it"
  elif [[ $holder != "$instance" ]]; then
    attempt 5 5 take_address "$allocation"
  fi
fi

step="enter service"
# From here on this machine is the one that serves: it tries for as long as its group waits, rather than give up.
attempt 60 5 report healthy "" || log "could not report"
enter_service
log "in service"
