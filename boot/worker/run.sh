#!/bin/bash
# Becomes the worker. Its keys are fetched anew at each start, into memory.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=../lib/machine.sh
. "$here/../lib/machine.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/worker.sh
. "$here/../lib/worker.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/secrets.sh
. "$here/../lib/secrets.sh"
begin_part run
step="fetch the keys"
read_metadata
umask 0077
mkdir -p "$run/keys"
place=$(data .keys.worker)
attempt 5 5 secret "$place" >"$run/keys/worker" || die "the worker's key could not be fetched: $(tail -n 1 "$errors")"
grep -q 'PRIVATE KEY-----' "$run/keys/worker" || die "$(jq -r .arn <<<"$place") holds no private key"
place=$(data .keys.scheduler)
if jq -e .publicKey <<<"$place" >/dev/null; then
  jq -r .publicKey <<<"$place" >"$run/keys/scheduler.pub"
else
  attempt 5 5 secret "$place" >"$run/keys/scheduler.pub" ||
    die "the scheduler's public key could not be fetched: $(tail -n 1 "$errors")"
fi
grep -Eq '^(ssh-|ecdsa-)' "$run/keys/scheduler.pub" || die "what is kept as the scheduler's public key is none"
umask 0022
printf '%s' "$instance" >"$run/instance"
worker_environment
step="choose the containers' network"
choose_network
trap - EXIT
exec "$concourse/bin/concourse" worker
