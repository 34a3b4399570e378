#!/bin/bash
# run-copy.sh NUMBER: runs one copy of the service until it ends. At each start the secrets are fetched anew. They pass
# through shell variables and one file in memory, which is gone when the container has started: never through arguments
# or logs.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=../lib/machine.sh
. "$here/../lib/machine.sh"
copy=$1
step="copy $copy"
service=$etc/service.json
variables=$root/run/groundwork/copy-$copy.env
errors=$root/run/groundwork/errors-$copy
mkdir -p "$root/run/groundwork"
trap 'code=$?; rm -f "$variables"; [[ -z $reason ]] || log "$reason"; exit "$code"' EXIT

secret_value() {
  local arn=$1 key=$2 value place
  IFS=: read -r _ _ _ place _ <<<"$arn"
  case $arn in
    arn:aws:ssm:*)
      value=$(aws ssm get-parameter --region "$place" --name "$arn" --with-decryption --query Parameter.Value --output text) || return 1
      ;;
    *)
      value=$(aws secretsmanager get-secret-value --region "$place" --secret-id "$arn" --query SecretString --output text) || return 1
      ;;
  esac
  if [[ -n $key ]]; then
    # jq's own message would show a part of what it could not read.
    value=$(jq -er --arg key "$key" '.[$key]' <<<"$value" 2>/dev/null) || {
      echo "$arn holds no JSON object with the key $key" >&2
      return 1
    }
  fi
  [[ $value != *$'\n'* ]] || {
    echo "$arn holds several lines, and an environment variable here can hold one" >&2
    return 1
  }
  printf '%s' "$value"
}

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
arguments+=(--log-driver "$(jq -r .logs.driver "$service")")
while read -r option; do
  arguments+=(--log-opt "$option")
done < <(jq -r --arg stream "$instance/$name" \
  '(.logs.options + if .logs.driver == "awslogs" then {"awslogs-stream": $stream} else {} end) | to_entries[] | "\(.key)=\(.value)"' "$service")
# At the private address, which the static one leads to: 127.0.0.53 has a DNS server of the system's own.
while read -r port; do
  arguments+=(--publish "$address:$port")
done < <(jq -r '.ports[] | "\(.host):\(.container)/\(.protocol)"' "$service")
mapfile -t command < <(jq -r '.command[]' "$service")

docker rm --force "$name" >/dev/null 2>&1 || true
attempt 1 0 docker run "${arguments[@]}" "$(jq -r .image "$service")" "${command[@]}" >/dev/null || die "$reason"
rm -f "$variables"
code=$(docker wait "$name")
log "the container has ended with exit code $code"
