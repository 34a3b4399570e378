#!/bin/bash
# The worker and the programs beside it, by checksum. Safe to run again; what runs is not touched.
# WORKER_KIND: generic-worker or docker-worker. FILES: a line each, its name, its URL and its SHA-256. PROGRAM_DIGEST: changes with any of them.
# EXECUTABLE_IN_ARCHIVE: where the only file is an archive, the path of the executable in it; else empty.
set -euo pipefail
: "${WORKER_KIND:?}" "${FILES:?}" "${PROGRAM_DIGEST:?}" "${EXECUTABLE_IN_ARCHIVE?}"
root=${GROUNDWORK_ROOT:-}
base=$root/opt/$WORKER_KIND
place=$base/$PROGRAM_DIGEST
if [[ ! -d $place ]]; then
  mkdir -p "$base"
  # What tries that were cut off left behind.
  rm -rf "$base"/.new-*
  new=$(mktemp -d "$base/.new-XXXXXX")
  trap 'rm -rf "$new"' EXIT
  mkdir "$new/tree"
  while read -r name url sha256; do
    code=0
    answer=$(curl --fail --silent --show-error --location --proto '=https' --connect-timeout 20 --write-out '%{response_code}' \
      "$url" -o "$new/download") || code=$?
    if ((code != 0)); then
      # No such file, no right to it: that stays. Slow (408) and busy (429) do not.
      [[ $answer != 4* || $answer == 408 || $answer == 429 ]] || exit 78
      exit "$code"
    fi
    have=$(sha256sum "$new/download" | cut -d ' ' -f 1)
    if [[ $have != "$sha256" ]]; then
      echo "$url gives something with the checksum $have, wanted $sha256"
      exit 78
    fi
    if [[ -n $EXECUTABLE_IN_ARCHIVE ]]; then
      tar --extract --gzip --no-same-owner --file "$new/download" --directory "$new/tree"
      if [[ ! -f $new/tree/$EXECUTABLE_IN_ARCHIVE ]]; then
        echo "the archive has no $EXECUTABLE_IN_ARCHIVE"
        exit 78
      fi
      chmod -R go+rX "$new/tree"
    else
      mv "$new/download" "$new/tree/$name"
    fi
    chmod 755 "$new/tree/${EXECUTABLE_IN_ARCHIVE:-$name}"
  done <<<"$FILES"
  # The users of tasks run generic-worker too.
  chmod 755 "$new/tree"
  mv "$new/tree" "$place"
fi
chmod 755 "$base"
ln -sfn "$PROGRAM_DIGEST" "$base/current"
