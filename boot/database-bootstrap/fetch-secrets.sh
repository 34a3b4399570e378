#!/bin/sh
# Reads what the bootstrap needs from Secrets Manager into files that only this pod's user can read. It runs in the AWS
# CLI's image, with the credentials of the pod's workload identity.
#
#   AWS_REGION            region of the secrets
#   MASTER_SECRET_ID      ARN of the secret that RDS keeps for the master user
#   VERIFIERS_SECRET_ID   name of the secret with one SCRAM verifier a role
#   SECRETS_DIRECTORY     where the files go: master.json and verifiers.json, in memory
#   FETCH_SECONDS         how long to go on trying (default 120): the right to read may take a while to be known everywhere
#
# A secret's value goes from the CLI's standard output to its file: it is never an argument, a variable or a line of the log.
set -eu
umask 0277
: "${AWS_REGION:?}" "${MASTER_SECRET_ID:?}" "${VERIFIERS_SECRET_ID:?}" "${SECRETS_DIRECTORY:?}"

say() { echo "fetch: $*" >&2; }

deadline=$(($(date +%s) + ${FETCH_SECONDS:-120}))

fetch() {
  id=$1
  file=$2
  pause=1
  if [ -e "$file" ]; then
    rm -f "$file"
  fi
  while ! aws secretsmanager get-secret-value --region "$AWS_REGION" --secret-id "$id" \
    --query SecretString --output text --no-cli-pager >"$file"; do
    rm -f "$file"
    if [ $(($(date +%s) + pause)) -gt "$deadline" ]; then
      say "$id could not be read; the lines above say why. The role of this pod's service account needs"
      say "secretsmanager:GetSecretValue on it and kms:Decrypt on its key, and the secret must have a value."
      exit 1
    fi
    say "$id could not be read yet; the next attempt is in $pause s."
    sleep "$pause"
    pause=$((pause * 2 > 15 ? 15 : pause * 2))
  done
  if [ ! -s "$file" ]; then
    say "$id is empty."
    exit 1
  fi
}

fetch "$MASTER_SECRET_ID" "$SECRETS_DIRECTORY/master.json"
fetch "$VERIFIERS_SECRET_ID" "$SECRETS_DIRECTORY/verifiers.json"
say "both secrets are here."
