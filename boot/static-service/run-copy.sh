#!/bin/bash
# run-copy.sh NUMBER: runs one copy of the service until it ends. At each start the secrets are fetched anew. They pass
# through shell variables and one file in memory, which is gone when the container has started: never through arguments
# or logs.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=../lib/machine.sh
. "$here/../lib/machine.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/secrets.sh
. "$here/../lib/secrets.sh"
copy=$1
step="copy $copy"
service=$etc/service.json
variables=$root/run/groundwork/copy-$copy.env
errors=$root/run/groundwork/errors-$copy
mkdir -p "$root/run/groundwork"
trap 'code=$?; rm -f "$variables"; [[ -z $reason ]] || log "$reason"; exit "$code"' EXIT

read_metadata
rm -f "$variables"
(
  umask 0377
  : >"$variables"
)
chmod 0600 "$variables"
jq -r '.environment | to_entries[] | "\(.key)=\(.value)"' "$service" >"$variables"
while IFS=$'\t' read -r variable arn key; do
  value=$(attempt 5 5 secret_value "$arn" "$key") || die "the value of $variable could not be fetched: $(tail -n 1 "$errors")"
  printf '%s=%s\n' "$variable" "$value" >>"$variables"
done < <(jq -r '.secrets | to_entries[] | [.key, .value.arn, .value.jsonKey // ""] | @tsv' "$service")
chmod 0400 "$variables"

name=$(jq -r .name "$service")-$copy
arguments=(--detach --name "$name" --pull never --env-file "$variables" --security-opt no-new-privileges)
limit() {
  jq -r ".limits.$1" "$service"
}
user=$(limit user)
[[ $user == image ]] || arguments+=(--user "$user")
arguments+=(--cap-drop ALL --pids-limit "$(limit processes)")
while read -r capability; do
  arguments+=(--cap-add "$capability")
done < <(limit 'capabilities[]')
[[ $(limit readOnly) == false ]] || arguments+=(--read-only --tmpfs /tmp)
memory=$(awk '/^MemTotal:/ { print $2 }' /proc/meminfo)
arguments+=(--memory "$((memory * $(limit memoryPercent) / 100 / $(jq -r .copies "$service")))k")
# As SYSLOG_IDENTIFIER of the journal, by which logs are found and shipped.
journal=(--log-driver journald --log-opt "tag=$name")
logs=("${journal[@]}")
if [[ $(jq -r .logs.driver "$service") == awslogs ]]; then
  logs=(--log-driver awslogs --log-opt "awslogs-stream=$instance/$name")
  while read -r option; do
    logs+=(--log-opt "$option")
  done < <(jq -r '.logs.options | to_entries[] | "\(.key)=\(.value)"' "$service")
fi
# At the private address, which the static one leads to: 127.0.0.53 has a DNS server of the system's own.
while read -r port; do
  arguments+=(--publish "$address:$port")
done < <(jq -r '.ports[] | "\(.host):\(.container)/\(.protocol)"' "$service")
mapfile -t command < <(jq -r '.command[]' "$service")

docker rm --force "$name" >/dev/null 2>&1 || true
start() {
  attempt 1 0 docker run "$@" "${arguments[@]}" "$(jq -r .image "$service")" "${command[@]}" >/dev/null
}
start "${logs[@]}" || {
  # Docker starts no container whose log it cannot open: a service does not wait for its log.
  [[ $reason == *"logging driver"* ]] || die "$reason"
  log "$reason; its log goes to the journal of this machine until it starts anew"
  docker rm --force "$name" >/dev/null 2>&1 || true
  start "${journal[@]}" || die "$reason"
  reason=""
}
rm -f "$variables"
code=$(docker wait "$name")
log "the container has ended with exit code $code"
