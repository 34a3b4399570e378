#!/bin/bash
# run.sh [COMMAND…]: becomes the role's service, or the command, with the role's environment. At each start the secrets are
# fetched anew; they are in the process's environment and nowhere else.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=../lib/machine.sh
. "$here/../lib/machine.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/secrets.sh
. "$here/../lib/secrets.sh"
step="environment"
role=$etc/role.json
mkdir -p "$root/run/groundwork"
errors=$(mktemp "$root/run/groundwork/errors-XXXXXX")
trap 'rm -f "$errors"; [[ -z $reason ]] || log "$reason"' EXIT

# Neither cloud-init nor systemd sets it, and many a program cannot do without.
export HOME=${HOME:-/root}
variables=$(jq -r '.environment | to_entries[] | "export \(.key)=\(.value | @sh)"' "$role")
eval "$variables"
while IFS=$'\t' read -r variable arn key; do
  value=$(attempt 5 5 secret_value "$arn" "$key") || die "the value of $variable could not be fetched: $(tail -n 1 "$errors")"
  export "$variable=$value"
done < <(jq -r '.secrets | to_entries[] | [.key, .value.arn, .value.jsonKey // ""] | @tsv' "$role")

command=("$@")
if ((${#command[@]} == 0)); then
  mapfile -t command < <(jq -r '.service[]' "$role")
fi
rm -f "$errors"
trap - EXIT
exec "${command[@]}"
