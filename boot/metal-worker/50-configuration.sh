#!/bin/bash
# The worker's configuration, which comes on standard input: it holds the worker's access token, so nobody but root reads
# it, and nothing here prints it. Safe to run again.
# WORKER_KIND: generic-worker or docker-worker.
set -euo pipefail
: "${WORKER_KIND:?}"
root=${GROUNDWORK_ROOT:-}
umask 077
folder=$root/etc/$WORKER_KIND
mkdir -p "$folder"
chmod 700 "$folder"
file=$folder/config.json
cat >"$file.new"
if ! jq --exit-status 'type == "object"' "$file.new" >/dev/null 2>&1; then
  echo "what came as the configuration is no JSON object"
  exit 78
fi
if [[ $WORKER_KIND == generic-worker ]]; then
  # What artifacts of this machine are signed with. Made once; who checks signatures finds the public half in this step's log.
  key=$folder/ed25519_key
  if [[ ! -s $key ]]; then
    "$root/opt/generic-worker/current/generic-worker" new-ed25519-keypair --file "$key.new"
    mv "$key.new" "$key"
  fi
  # The name by which tasks outside of containers find their way to Taskcluster's API.
  if ! grep -qE '[[:space:]]taskcluster([[:space:]]|$)' "$root/etc/hosts"; then
    echo "127.0.0.1 taskcluster" >>"$root/etc/hosts"
  fi
fi
mv "$file.new" "$file"
