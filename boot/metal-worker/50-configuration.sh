#!/bin/bash
# The worker's configuration, which comes on standard input: it holds the worker's access token, so nobody but root reads
# it, and nothing here prints it. Safe to run again.
set -euo pipefail
root=${GROUNDWORK_ROOT:-}
umask 077
mkdir -p "$root/etc/docker-worker"
chmod 700 "$root/etc/docker-worker"
file=$root/etc/docker-worker/config.json
cat >"$file.new"
if ! jq --exit-status 'type == "object"' "$file.new" >/dev/null 2>&1; then
  echo "what came as the configuration is no JSON object"
  exit 78
fi
mv "$file.new" "$file"
