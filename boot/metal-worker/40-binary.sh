#!/bin/bash
# The worker, by checksum. Safe to run again; what runs is not touched.
# BINARY_URL, BINARY_SHA256; BINARY_EXECUTABLE: its path in the archive, empty where the URL gives the executable itself.
set -euo pipefail
: "${BINARY_URL:?}" "${BINARY_SHA256:?}" "${BINARY_EXECUTABLE?}"
root=${GROUNDWORK_ROOT:-}
base=$root/opt/docker-worker
place=$base/$BINARY_SHA256
if [[ ! -d $place ]]; then
  mkdir -p "$base"
  # What tries that were cut off left behind.
  rm -rf "$base"/.new-*
  new=$(mktemp -d "$base/.new-XXXXXX")
  trap 'rm -rf "$new"' EXIT
  code=0
  answer=$(curl --fail --silent --show-error --location --proto '=https' --connect-timeout 20 --write-out '%{response_code}' \
    "$BINARY_URL" -o "$new/download") || code=$?
  if ((code != 0)); then
    # No such file, no right to it: that stays. Slow (408) and busy (429) do not.
    [[ $answer != 4* || $answer == 408 || $answer == 429 ]] || exit 78
    exit "$code"
  fi
  have=$(sha256sum "$new/download" | cut -d ' ' -f 1)
  if [[ $have != "$BINARY_SHA256" ]]; then
    echo "$BINARY_URL gives something with the checksum $have, wanted $BINARY_SHA256"
    exit 78
  fi
  mkdir "$new/tree"
  if [[ -n $BINARY_EXECUTABLE ]]; then
    tar --extract --gzip --no-same-owner --file "$new/download" --directory "$new/tree"
    if [[ ! -f $new/tree/$BINARY_EXECUTABLE ]]; then
      echo "the archive has no $BINARY_EXECUTABLE"
      exit 78
    fi
    chmod -R go+rX "$new/tree"
  else
    mv "$new/download" "$new/tree/docker-worker"
  fi
  chmod 755 "$new/tree" "$new/tree/${BINARY_EXECUTABLE:-docker-worker}"
  mv "$new/tree" "$place"
fi
chmod 755 "$base"
ln -sfn "$BINARY_SHA256" "$base/current"
